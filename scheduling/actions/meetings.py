"""调度会: called, prepared, held, and issued as 会议纪要; what is issued is never altered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from projects import audit, periods
from projects.actions.numbering import next_number
from projects.errors import RuleViolation
from projects.models import Unit, User
from projects.periods import Kind, period_of
from projects.recorded import day_of
from scheduling.actions.periods import open_period
from scheduling.minutes import draft_of
from scheduling.models import Attendance, Meeting, ReportPeriod

from . import meeting_notices
from .agendas import draw_up, invite, locked_for, refuse_stranger

State = Meeting.State
_CALLED = ["kind", "title", "unit", "chair", "held_at", "place", "inputs_due_at"]


@dataclass(frozen=True)
class Arrangement:
    """会议安排: what those invited are told; the names are those of ``Meeting``."""

    title: str
    chair: User
    held_at: datetime
    place: str
    inputs_due_at: datetime | None = None


@dataclass(frozen=True)
class Came:
    """One line of the list of those present."""

    organisation: str
    presence: Attendance.Presence
    person: str = ""


@transaction.atomic
def call(*, kind: Meeting.Kind, unit: Unit | None, arrangement: Arrangement, by: User, at: datetime) -> Meeting:
    """召集: the agenda is drawn up at once, and the units it concerns are invited. ``unit`` None: the district."""
    meeting = Meeting(kind=kind, unit=unit, called_by=by, called_at=at, **vars(arrangement))
    _refuse_late_inputs(arrangement)
    earlier = Meeting.objects.standing().filter(kind=kind, unit=unit, held_at__lt=arrangement.held_at)
    meeting.previous = earlier.order_by("-held_at").first()
    if kind == Meeting.Kind.WEEKLY:
        meeting.period = _week_of(meeting, by=by, at=at)
        _refuse_second(meeting)
    meeting.save()
    refuse_stranger(meeting, by)
    audit.record("meeting.called", meeting, by=by, at=at, changes=audit.in_words(None, meeting, _CALLED))
    draw_up(meeting, by=by, at=at)
    invite(meeting, by=by, at=at)
    return meeting


@transaction.atomic
def amend(*, meeting: Meeting, arrangement: Arrangement, by: User, at: datetime) -> None:
    """改期或更正: until it is held."""
    before, meeting = Meeting.objects.get(pk=meeting.pk), locked_for(meeting, by, State.PLANNED)
    _refuse_late_inputs(arrangement)
    for name, value in vars(arrangement).items():
        setattr(meeting, name, value)
    meeting.save(update_fields=[*vars(arrangement)])
    changes = audit.in_words(before, meeting, _CALLED)
    audit.record("meeting.amended", meeting, by=by, at=at, changes=changes)
    if changes:
        meeting_notices.tell_amended(meeting, by=by, at=at)


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User, at: datetime) -> None:
    """取消: before it is held. What was decided already would have no meeting."""
    meeting = locked_for(meeting, by, State.PLANNED)
    if not reason.strip():
        raise RuleViolation("取消会议须写明原因。")
    if meeting.decisions.exists():
        raise RuleViolation("会上已有议定事项，不能取消；请登记会议结束并印发纪要。")
    meeting.state, meeting.cancelled_reason = State.CANCELLED, reason.strip()
    meeting.save(update_fields=["state", "cancelled_reason"])
    changes = audit.in_words(None, meeting, ["cancelled_reason"])
    audit.record("meeting.cancelled", meeting, by=by, at=at, changes=changes)
    meeting_notices.tell_cancelled(meeting, by=by, at=at)


@transaction.atomic
def record_attendance(*, meeting: Meeting, rows: Iterable[Came], by: User, at: datetime) -> None:
    """到会情况: the whole list at once; an organisation that is left out was not invited."""
    meeting, rows = locked_for(meeting, by, State.PLANNED, State.HELD), list(rows)
    units = {unit.name: unit for unit in Unit.objects.filter(name__in=[row.organisation for row in rows])}
    if len({row.organisation for row in rows}) < len(rows):
        raise RuleViolation("同一单位只登记一行；多人到会的写在同一行的“参会人员”里。")
    meeting.attendance.all().delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, unit=units.get(row.organisation), **vars(row)) for row in rows
    )
    came = sum(row.presence in {Attendance.Presence.PRESENT, Attendance.Presence.OBSERVER} for row in rows)
    audit.record(
        "meeting.attendance_recorded",
        meeting,
        by=by,
        at=at,
        changes={"参会单位": [None, len(rows)], "到会": [None, came]},
    )


@transaction.atomic
def conclude(*, meeting: Meeting, by: User, at: datetime) -> None:
    """会议结束: the minutes are drafted from what was noted and decided. Done again, they are drafted anew."""
    meeting = locked_for(meeting, by, State.PLANNED, State.HELD)
    if meeting.held_at > at:
        raise RuleViolation("会议时间未到，不能登记会议结束；会议提前召开的，请先更正会议时间。")
    meeting.state, meeting.minutes = State.HELD, draft_of(meeting)
    meeting.save(update_fields=["state", "minutes"])
    audit.record("meeting.concluded", meeting, by=by, at=at)


@transaction.atomic
def write_minutes(*, meeting: Meeting, text: str, by: User, at: datetime) -> None:
    """修改纪要: in people's own words, until it is issued."""
    meeting = locked_for(meeting, by, State.HELD)
    if not text.strip():
        raise RuleViolation("会议纪要不能为空。")
    meeting.minutes = text
    meeting.save(update_fields=["minutes"])
    audit.record("meeting.minutes_written", meeting, by=by, at=at)


@transaction.atomic
def issue_minutes(*, meeting: Meeting, by: User, at: datetime) -> None:
    """印发纪要: numbered; from now on neither the meeting nor its agenda nor who came is altered."""
    meeting = locked_for(meeting, by, State.HELD)
    unknown = meeting.attendance.filter(presence=Attendance.Presence.INVITED).values_list("organisation", flat=True)
    if unknown:
        raise RuleViolation(f"请先登记到会情况：{'、'.join(unknown)}尚未登记是否到会。")
    if not meeting.minutes:
        raise RuleViolation("会议纪要还没有内容。")
    year = day_of(at).year
    meeting.minutes_number = f"纪〔{year}〕{next_number(kind='minutes', year=year)}号"
    meeting.state, meeting.issued_by, meeting.issued_at = State.ISSUED, by, at
    meeting.save(update_fields=["minutes_number", "state", "issued_by", "issued_at"])
    audit.record("meeting.minutes_issued", meeting, by=by, at=at, changes={"纪要编号": [None, meeting.minutes_number]})
    meeting_notices.tell_minutes(meeting, by=by, at=at)


def _week_of(meeting: Meeting, *, by: User, at: datetime) -> ReportPeriod:
    """The week whose reports are due before the meeting."""
    week = period_of(day_of(meeting.held_at), kind=Kind.WEEK)
    period = open_period(kind=Kind.WEEK, day=week.ends_on, by=by, at=at)
    if period.due_at <= meeting.held_at:
        return period
    return open_period(kind=Kind.WEEK, day=periods.previous(week).ends_on, by=by, at=at)


def _refuse_second(meeting: Meeting) -> None:
    same = Meeting.objects.standing().filter(kind=meeting.kind, unit=meeting.unit, period=meeting.period)
    if known := same.first():
        raise RuleViolation(f"{meeting.period}的周调度会已召集：“{known}”。如需另开，请选择专题调度或现场调度。")


def _refuse_late_inputs(arrangement: Arrangement) -> None:
    if arrangement.inputs_due_at and arrangement.inputs_due_at > arrangement.held_at:
        raise RuleViolation("材料报送截止不能晚于会议时间。")
