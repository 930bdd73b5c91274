"""How a problem is said in one line: in whose hands, since when, until when it is needed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.figures import days_late
from scheduling.models import EscalationLevel, Problem
from scheduling.problems import Clock, clocks_of

TONES: dict[str, str] = {Problem.State.OPEN: "solid", Problem.State.AWAITING_CHECK: "blue", Problem.State.CLOSED: ""}


def lines(problems: Sequence[Problem], *, on: date) -> list[dict[str, Any]]:
    """As ``problems.first_mine`` gives them: four queries, however many."""
    clocks = clocks_of(problems, on=on)
    return [_line(problem, clocks[problem.pk], on=on) for problem in problems]


def _line(problem: Problem, clock: Clock, *, on: date) -> dict[str, Any]:
    is_open = problem.state == Problem.State.OPEN
    return {
        "url": reverse("problem", args=[problem.pk]),
        "title": problem.title,
        "project": problem.project.name,
        "kind": problem.get_kind_display(),
        "level": problem.get_level_display(),
        "level_note": level_note(problem, clock, on=on),
        "court": problem.court_unit if is_open else "",
        "held": held_said(clock.in_court) if is_open else "",
        "needed": problem.needed_by,
        "late": late_said(problem, on=on),
        "effect": effect_said(problem),
        "state": problem.get_state_display(),
        "tone": TONES[problem.state],
        "is_mine": getattr(problem, "is_mine", False),
    }


def held_said(days: int | None) -> str:
    if days is None:
        return ""
    return _("已 %(days)d 个工作日") % {"days": days} if days else _("今天转到")


def late_said(problem: Problem, *, on: date) -> str:
    is_late = problem.closed_at is None and problem.needed_by < on
    return days_late((on - problem.needed_by).days) if is_late else ""


def effect_said(problem: Problem) -> str:
    """By how many days it delays which milestone; empty where that was not estimated."""
    if not problem.milestone:
        return ""
    if not problem.effect_days:
        return _("影响“%(node)s”，天数未估计") % {"node": problem.milestone.name}
    return _("影响“%(node)s” %(days)d 天") % {"node": problem.milestone.name, "days": problem.effect_days}


def level_note(problem: Problem, clock: Clock, *, on: date) -> str:
    """What the clocks say of its level: when it ends, or what they propose."""
    if problem.state != Problem.State.OPEN or clock.level_due_on is None:
        return ""
    if getattr(problem, "is_proposed", False):
        return _("建议升级到%(level)s") % {"level": EscalationLevel(problem.level + 1).label}
    said = {"day": clock.level_due_on.isoformat()}
    return _("本层级期限 %(day)s 已过") % said if clock.level_due_on < on else _("本层级至 %(day)s") % said
