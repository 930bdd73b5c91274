"""What is said about an edition of a schedule: who wrote it, where it stands, who may do what next."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from projects import figures
from projects.actions.schedules import may_draw_up
from projects.models import BackwardSchedule, Baseline, ChangeRequest, KeyProject, User
from projects.planning import Reading
from projects.recorded import day_of

State = BackwardSchedule.State
_TONES = {State.SUBMITTED: "blue", State.RETURNED: "ink", State.APPROVED: "solid"}


def edition_url(schedule: BackwardSchedule, page: str = "schedule_edition") -> str:
    return reverse(page, args=[schedule.project.code, schedule.number])


def trail_to(project: KeyProject) -> list[dict[str, str]]:
    return [
        {"label": _("项目库"), "url": reverse("project_list")},
        {"label": project.name, "url": reverse("project_detail", args=[project.code])},
        {"label": _("计划"), "url": reverse("project_plan", args=[project.code])},
    ]


def figures_of(
    schedule: BackwardSchedule, reading: Reading | None, editions: list[BackwardSchedule]
) -> list[dict[str, Any]]:
    """The edition in force in figures; those of its finish only where it can be reckoned."""
    approved = sum(each.state == State.APPROVED for each in editions)
    facts = [
        {
            "label": _("现行版次"),
            "value": _("第 %(number)d 版") % {"number": schedule.number},
            "note": _("%(day)s 批准") % {"day": _day(schedule.decided_at)},
            "href": edition_url(schedule),
        },
        _moves(schedule.project, approved=approved),
    ]
    return [*(_of_finish(reading) if reading else []), *facts]


def _of_finish(reading: Reading) -> list[dict[str, Any]]:
    plan = reading.plan
    original = max((row.original_on for row in reading.rows if row.original_on), default=None)
    spare = plan.to_spare if plan.is_feasible else plan.shortage
    return [
        {
            "label": _("要求完成"),
            "value": figures.compact_date(reading.finish),
            "note": _("第 %(number)d 版") % {"number": reading.schedule.number},
        },
        {
            "label": _("目前预计"),
            "value": figures.compact_date(plan.earliest_finish),
            "note": _("末节点原定 %(day)s") % {"day": figures.compact_date(original)},
        },
        {
            "label": _("富余") if plan.is_feasible else _("欠"),
            "value": str(spare),
            "unit": _("个工作日"),
            "note": plan.gate.node.name if not plan.is_feasible else "",
        },
    ]


def _moves(project: KeyProject, *, approved: int) -> dict[str, Any]:
    """How often what was promised was moved: by a later edition, or one date at a time."""
    asked = project.change_requests.filter(kind=ChangeRequest.Kind.DATE).aggregate(
        agreed=Count("pk", filter=Q(state=ChangeRequest.State.APPROVED))
    )
    moves = approved - 1 + asked["agreed"]
    return {"label": _("改期"), "value": str(moves), "unit": _("次"), "note": "" if moves else _("首次批准至今未改")}


def edition_rows(project: KeyProject, editions: list[BackwardSchedule]) -> list[dict[str, Any]]:
    baselines = {each.schedule_id: each for each in Baseline.objects.filter(project=project)} if editions else {}
    return [_edition_row(each, baselines.get(each.pk), has_earlier=each is not editions[-1]) for each in editions]


def _edition_row(schedule: BackwardSchedule, baseline: Baseline | None, *, has_earlier: bool) -> dict[str, Any]:
    return {
        "url": edition_url(schedule),
        "name": _("第 %(number)d 版") % {"number": schedule.number},
        "state": schedule.get_state_display(),
        "tone": _TONES.get(State(schedule.state), ""),
        "finish": figures.compact_date(schedule.required_finish_on),
        "drafted": _by(schedule.drafted_by, schedule.drafted_at),
        "submitted": _by(schedule.submitted_by, schedule.submitted_at),
        "decided": _by(schedule.decided_by, schedule.decided_at),
        "baseline": baseline.name if baseline else "—",
        "changes_url": edition_url(schedule, "schedule_changes") if has_earlier else "",
    }


def facts(schedule: BackwardSchedule) -> list[dict[str, Any]]:
    return [
        {"label": _("状态"), "value": schedule.get_state_display()},
        {"label": _("要求完成"), "value": figures.compact_date(schedule.required_finish_on)},
        {"label": _("编排起点"), "value": figures.compact_date(schedule.starts_on)},
        {"label": _("模板"), "value": str(schedule.template or "—")},
        {"label": _("编制"), "value": _by(schedule.drafted_by, schedule.drafted_at)},
        {"label": _("报批"), "value": _by(schedule.submitted_by, schedule.submitted_at)},
        {"label": _("批准"), "value": _by(schedule.decided_by, schedule.decided_at)},
        {"label": _("编制说明"), "value": schedule.reason or "—", "wide": True},
    ]


def working(schedule: BackwardSchedule, user: User) -> dict[str, Any]:
    """An edition in work: who may do what next, and what this person may."""
    may_change = schedule.state in BackwardSchedule.CHANGEABLE and may_draw_up(schedule.project, user)
    asked = schedule.change_requests.filter(state__in=[ChangeRequest.State.OPEN, ChangeRequest.State.RETURNED]).first()
    return {
        "name": _("第 %(number)d 版") % {"number": schedule.number},
        "url": edition_url(schedule),
        "state": schedule.get_state_display(),
        "words": whose_turn(schedule),
        "edit_url": edition_url(schedule, "schedule_edit") if may_change else "",
        "discard_url": edition_url(schedule, "schedule_discard") if may_change and not asked else "",
        "request_url": reverse("change_request", args=[asked.pk]) if asked else "",
    }


def hand_in_url(schedule: BackwardSchedule, user: User) -> str:
    """Where it is handed in; what came back goes again with the request it came with, by whoever sent that."""
    returned = schedule.change_requests.filter(state=ChangeRequest.State.RETURNED).first()
    if returned is None:
        return reverse("schedule_request", args=[schedule.pk])
    page = "change_request_amend" if returned.requested_by_id == user.pk else "change_request"
    return reverse(page, args=[returned.pk])


def whose_turn(schedule: BackwardSchedule) -> str:
    """Who may do what next, in a sentence."""
    if schedule.state not in BackwardSchedule.IN_WORK:
        return _("%(edition)s%(state)s，不能再改；需要调整请另编新版。") % {
            "edition": schedule,
            "state": schedule.get_state_display(),
        }
    if schedule.state == State.SUBMITTED:
        return _("由%(name)s报批，等待他人批准；批准之前报批人可以撤回申请。") % {"name": schedule.submitted_by}
    said = {"name": schedule.drafted_by or _("系统")}
    if schedule.state == State.RETURNED:
        return _("已退回，由项目责任人、联络人或区重点办修改后再报批，或者作废。")
    return _("由%(name)s编制；项目责任人、联络人和区重点办可以修改、报批或作废，报批后由他人批准。") % said


def _by(person: User | None, at: datetime | None) -> str:
    if at is None:
        return "—"
    return f"{person.full_name if person else _('系统')} {_day(at)}"


def _day(at: datetime | None) -> str:
    return figures.compact_date(day_of(at) if at else None)
