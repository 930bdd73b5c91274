"""One problem: in whose hands it is and for how long, how far up it has gone, what was asked, and what one may do."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import UNDEFINED
from projects.gate import READERS, SignedInRequest, requires
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.actions.problem_escalations import may_decline, may_escalate
from scheduling.models import EscalationLevel, Problem, ProblemMove, ProblemRequest
from scheduling.problem_clock import TOP
from scheduling.problems import Clock, clocks_of
from scheduling.views.galleries import gallery
from scheduling.views.problem_lines import TONES, effect_said, held_said, late_said, level_note
from scheduling.views.problems import sees_project

_ABOUT = ("project__lead_unit", "project__linked_leader", "court_unit", "responsible_unit", "milestone", "raised_by")
_STRONG = {ProblemMove.Kind.ESCALATED, ProblemMove.Kind.CLOSE_REFUSED, ProblemMove.Kind.REOPENED}


def problem_or_404(request: SignedInRequest, pk: int) -> Problem:
    seen = Problem.objects.visible_to(request.user).with_proposal()
    return get_object_or_404(seen.select_related(*_ABOUT), pk=pk)


@requires(*READERS)
def problem_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    problem, on = problem_or_404(request, pk), timezone.localdate()
    clock = clocks_of([problem], on=on)[problem.pk]
    moves = list(problem.moves.select_related("by", "court_unit"))
    requests, is_linked = _requests(request.user, problem), sees_project(problem, request)
    shown = {
        "title": problem.title,
        "trail": [{"label": _("问题协调"), "url": reverse("problem_list")}],
        "problem": problem,
        "project_url": reverse("project_problems", args=[problem.project.code]) if is_linked else "",
        "badge": {"word": problem.get_state_display(), "tone": TONES[problem.state]},
        "finding": _finding(problem, clock, on=on),
        "is_late": bool(late_said(problem, on=on)),
        "proposal": level_note(problem, clock, on=on) if problem.is_proposed else "",  # type: ignore[attr-defined]
        "facts": _facts(problem),
        "ladder": _ladder(problem, moves, clock),
        "requests": [_request(row, on=on) for row in requests],
        "answers": [_answer(row) for row in requests if row.waits_for_me],  # type: ignore[attr-defined]
        "entries": [_entry(move) for move in reversed(moves)],
        "verbs": _verbs(request.user, problem),
        "gallery": gallery(request, problem, back=request.get_full_path()),
    }
    return render(request, "scheduling/problem_detail.html", shown)


def _finding(problem: Problem, clock: Clock, *, on: date) -> str:
    """In whose hands, how long, and whether it is late: the first question of whoever opens it."""
    if problem.state == Problem.State.CLOSED:
        return _("已于 %(day)s 解决销号。") % {"day": day_of(problem.closed_at)}  # type: ignore[arg-type]
    if problem.state == Problem.State.AWAITING_CHECK:
        return _("已申请销号，等提出人%(name)s一方确认。") % {"name": problem.raised_by}
    parts = [_("由%(unit)s办理，%(held)s") % {"unit": problem.court_unit, "held": held_said(clock.in_court)}]
    parts.append(_("须于 %(day)s 前解决") % {"day": problem.needed_by.isoformat()})
    if late := late_said(problem, on=on):
        parts.append(late)
    return f"{'，'.join(parts)}。"


def _facts(problem: Problem) -> list[dict[str, Any]]:
    supporting = "、".join(map(str, problem.support_units.all()))
    return [
        {"label": _("问题类别"), "value": problem.get_kind_display()},
        {"label": _("责任单位"), "value": problem.responsible_unit},
        {"label": _("配合单位"), "value": supporting or UNDEFINED},
        {"label": _("包联领导"), "value": problem.project.linked_leader or UNDEFINED},
        {"label": _("提出"), "value": f"{problem.raised_by}，{day_of(problem.raised_at).isoformat()}"},
        {"label": _("对工期的影响"), "value": effect_said(problem) or _("没有影响节点"), "wide": True},
        {"label": _("具体情况"), "value": problem.description or UNDEFINED, "wide": True},
    ]


def _ladder(problem: Problem, moves: list[ProblemMove], clock: Clock) -> list[dict[str, Any]]:
    """The four levels: when it came to each, until when it may stay, and which it is on."""
    reached: dict[int, date] = {}
    for move in moves:
        reached.setdefault(move.level, day_of(move.at))
    is_open = problem.state != Problem.State.CLOSED
    return [
        {
            "label": level.label,
            "reached": reached.get(level),
            "due": clock.level_due_on if level == problem.level else None,
            "state": _("现在") if level == problem.level and is_open else _("已经过") if level in reached else "",
            "is_now": level == problem.level and is_open,
        }
        for level in EscalationLevel
    ]


def _request(row: ProblemRequest, *, on: date) -> dict[str, Any]:
    is_late = not row.outcome and row.answer_due_on < on
    answered = f"{row.answered_by}，{day_of(row.answered_at).isoformat()}" if row.answered_at else ""
    return {
        "unit": row.unit,
        "question": row.question,
        "asked": f"{row.asked_by}，{day_of(row.asked_at).isoformat()}",
        "due": row.answer_due_on,
        "outcome": row.get_outcome_display() if row.outcome else _("待答复"),
        "late": _("逾期 %(days)d 天未答复") % {"days": (on - row.answer_due_on).days} if is_late else "",
        "answer": row.answer,
        "promised": row.promised_on,
        "answered": answered,
    }


def _requests(user: User, problem: Problem) -> list[ProblemRequest]:
    """``waits_for_me``: this person is to answer it."""
    mine = ProblemRequest.objects.unanswered().addressed_to(user).exclude(asked_by=user)
    rows = problem.requests.annotate(waits_for_me=Exists(mine.filter(pk=OuterRef("pk"))))
    return list(rows.select_related("unit", "asked_by", "answered_by"))


def _answer(row: ProblemRequest) -> dict[str, Any]:
    """What waits for this person's answer, with its three ways of answering."""
    ways = [("accept", _("受理")), ("refuse", _("不予受理")), ("transfer", _("转交其他单位"))]
    return {
        "question": row.question,
        "due": row.answer_due_on,
        "unit": row.unit,
        "verbs": [{"label": label, "url": reverse(f"problem_request_{way}", args=[row.pk])} for way, label in ways],
    }


def _entry(move: ProblemMove) -> dict[str, Any]:
    hands = _("此后由%(unit)s办理") % {"unit": move.court_unit} if move.court_unit else ""
    return {
        "when": day_of(move.at),
        "title": move.get_kind_display(),
        "text": move.text,
        "who": f"{move.by or _('系统')}　{EscalationLevel(move.level).label}{f'　{hands}' if hands else ''}",
        "tone": "strong" if move.kind in _STRONG else "quiet" if move.kind == ProblemMove.Kind.NOTED else "",
    }


class _Hands(NamedTuple):
    """How this person stands to the problem."""

    is_in_charge: bool
    has_it: bool
    works_on_it: bool
    gives_the_word: bool


def _hands(user: User, problem: Problem) -> _Hands:
    """One query for all."""
    every, this = Problem.objects, {"pk": OuterRef("pk")}
    asked = every.filter(pk=problem.pk).values_list(
        Exists(every.in_charge_of(user).filter(**this)),
        Exists(every.in_hands_of(user).filter(**this)),
        Exists(every.worked_on_by(user).filter(**this)),
        Exists(every.awaiting_word_of(user).filter(**this)),
    )
    return _Hands(*asked[0])


def _verbs(user: User, problem: Problem) -> list[dict[str, Any]]:
    """What this person may do about it as it stands, the likeliest first."""
    if not any(map(user.duties.include, (Duty.HANDLE_PROBLEM, Duty.ANSWER_REQUEST))):
        return []
    hands = _hands(user, problem)
    if problem.state == Problem.State.CLOSED:
        offered = [(_("重新打开"), "reopen", hands.is_in_charge or problem.raised_by_id == user.pk)]
    elif problem.state == Problem.State.AWAITING_CHECK:
        word = hands.gives_the_word
        offered = [(_("确认销号"), "close", word), (_("不同意销号"), "refuse_close", word)]
    else:
        offered = _offered(user, problem, hands)
    verbs = [(label, verb) for label, verb, may in offered if may]
    return [
        {"label": label, "url": reverse(f"problem_{verb}", args=[problem.pk]), "is_first": not place}
        for place, (label, verb) in enumerate(verbs)
    ]


def _offered(user: User, problem: Problem, hands: _Hands) -> list[tuple[str, str, bool]]:
    going_up = problem.level < TOP and may_escalate(problem, user)
    work = [
        (_("填写进展"), "note", hands.works_on_it),
        (_("请求协调"), "ask", hands.has_it),
        (_("转办"), "hand_over", hands.has_it),
        (_("申请销号"), "ask_to_close", hands.has_it),
        (_("修改问题"), "amend", hands.is_in_charge),
    ]
    if problem.is_proposed:  # type: ignore[attr-defined]
        return [(_("确认升级"), "escalate", going_up), (_("暂不升级"), "decline", may_decline(problem, user)), *work]
    return [*work, (_("升级"), "escalate", going_up)]
