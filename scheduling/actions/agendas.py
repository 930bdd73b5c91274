"""议程: drawn up from the exceptions, arranged by people, filled before the meeting and noted at it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Unit, User
from projects.recorded import day_of
from scheduling import agenda
from scheduling.agenda import Proposed
from scheduling.models import AgendaItem, Attendance, Meeting

from . import meeting_notices

State = Meeting.State
_BY_HAND = {AgendaItem.Kind.PROJECT, AgendaItem.Kind.OTHER}


def locked_for(meeting: Meeting, by: User, *states: Meeting.State) -> Meeting:
    """For whoever runs it, while it is in one of these states. Raises ``NotAllowed`` and ``RuleViolation``."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    refuse_stranger(meeting, by)
    if meeting.state not in states:
        raise RuleViolation(f"“{meeting}”{meeting.get_state_display()}，不能再作此更改。")
    return meeting


def refuse_stranger(meeting: Meeting, by: User) -> None:
    if not Meeting.objects.run_by(by).filter(pk=meeting.pk).exists():
        raise NotAllowed("全区会议由区重点办召集和办理；单位会议由该单位审核人召集和办理。")


@transaction.atomic
def refresh(*, meeting: Meeting, by: User, at: datetime) -> None:
    """更新议程: as the facts call for today. What people wrote something on stays, whatever has become of it."""
    draw_up(locked_for(meeting, by, State.PLANNED), by=by, at=at)


def draw_up(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Within the transaction that called or locked the meeting."""
    wanted = {each.key: each for each in agenda.proposed(meeting, on=day_of(at))}
    known = {_key(item): item for item in meeting.agenda.exclude(kind__in=_BY_HAND)}
    idle = [item.pk for key, item in known.items() if key not in wanted and not (item.note or item.input)]
    gone, _ = meeting.agenda.filter(pk__in=idle, decided=None).delete()
    for key, item in known.items():
        if key in wanted:
            item.subject, item.why = wanted[key].subject, wanted[key].why
    AgendaItem.objects.bulk_update([item for key, item in known.items() if key in wanted], ["subject", "why"])
    new = [each for key, each in wanted.items() if key not in known]
    _append(meeting, new)
    changes = {"列入议题": [None, len(new)], "撤下议题": [None, gone]}
    audit.record("meeting.agenda_drawn_up", meeting, by=by, at=at, changes=changes)


def invite(meeting: Meeting, *, by: User, at: datetime) -> None:
    """The units that answer for what is on the agenda, in their order, and the contractors of projects people chose.

    Each is told once; nobody is called to a meeting that was held.
    """
    items = meeting.agenda.select_related("project__lead_unit", "project__contractor", "decision__owner_unit")
    units: list[Unit | None] = []
    for item in items:
        units += [item.decision.owner_unit] if item.decision else []
        units += [item.project.lead_unit] if item.project else []
        units += [item.project.contractor] if item.project and item.kind == AgendaItem.Kind.PROJECT else []
    asked = set(meeting.attendance.values_list("organisation", flat=True))
    new = sorted({unit for unit in units if unit and unit.name not in asked}, key=lambda unit: unit.sort_key)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, unit=unit, organisation=unit.name) for unit in new)
    if meeting.state == State.PLANNED:
        meeting_notices.tell_called(meeting, new, by=by, at=at)


@transaction.atomic
def add_project(*, meeting: Meeting, project: KeyProject, by: User, at: datetime) -> None:
    """列入项目: with what is open about it."""
    meeting = locked_for(meeting, by, State.PLANNED, State.HELD)
    known = {_key(item) for item in meeting.agenda.all()}
    new = [each for each in agenda.about(project, on=day_of(at)) if each.key not in known]
    if not new:
        raise RuleViolation(f"“{project}”及其未结事项都已在议程中。")
    _append(meeting, new)
    invite(meeting, by=by, at=at)
    audit.record("meeting.item_added", meeting, by=by, at=at, changes={"议题": [None, project.name]})


@transaction.atomic
def add_other(*, meeting: Meeting, subject: str, by: User, at: datetime) -> None:
    meeting = locked_for(meeting, by, State.PLANNED, State.HELD)
    if not subject.strip():
        raise RuleViolation("请填写议题。")
    _append(meeting, [Proposed(AgendaItem.Kind.OTHER, subject.strip(), agenda.BY_HAND)])
    audit.record("meeting.item_added", meeting, by=by, at=at, changes={"议题": [None, subject]})


@transaction.atomic
def remove(*, item: AgendaItem, by: User, at: datetime) -> None:
    """撤下: from this meeting alone; what is still open comes back on the next."""
    meeting = locked_for(item.meeting, by, State.PLANNED, State.HELD)
    if item.decided.exists():
        raise RuleViolation("该议题已有议定事项，不能撤下。")
    audit.record("meeting.item_removed", meeting, by=by, at=at, changes={"议题": [item.subject, None]})
    item.delete()


@transaction.atomic
def move(*, item: AgendaItem, up: bool, by: User, at: datetime) -> None:
    """上移、下移: past its neighbour of the same kind; the first stays first."""
    meeting = locked_for(item.meeting, by, State.PLANNED, State.HELD)
    order = [*meeting.agenda.filter(kind=item.kind)]
    place = [each.pk for each in order].index(item.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        for position, each in enumerate(order, start=1):
            each.position = position
        AgendaItem.objects.bulk_update(order, ["position"])
        changes = {"议题": [None, item.subject], "序号": [place + 1, other + 1]}
        audit.record("meeting.item_moved", meeting, by=by, at=at, changes=changes)


@transaction.atomic
def hand_in(*, item: AgendaItem, text: str, by: User, at: datetime) -> None:
    """报送会前材料: by those the item concerns, until the hour it is due; then it is locked."""
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    if not AgendaItem.objects.answered_by(by).filter(pk=item.pk).exists():
        raise NotAllowed("会前材料由议题涉及的责任单位或项目责任人报送。")
    if not meeting.takes_inputs(at=at):
        raise RuleViolation("会前材料报送已截止；需要补充的，请在会上说明或联系会议召集单位。")
    if not text.strip():
        raise RuleViolation("请填写会前材料。")
    changes = {"会前材料": [item.input or None, text]}
    item.input, item.input_by, item.input_at = text.strip(), by, at
    item.save(update_fields=["input", "input_by", "input_at"])
    audit.record("agenda_item.input_handed_in", item, by=by, at=at, changes=changes)


@transaction.atomic
def note(*, item: AgendaItem, text: str, by: User, at: datetime) -> None:
    """会议意见: what was said on it."""
    locked_for(item.meeting, by, State.PLANNED, State.HELD)
    changes = {"会议意见": [item.note or None, text or None]}
    item.note = text.strip()
    item.save(update_fields=["note"])
    audit.record("agenda_item.noted", item, by=by, at=at, changes=changes)


def _append(meeting: Meeting, new: list[Proposed]) -> None:
    last = meeting.agenda.aggregate(Max("position"))["position__max"] or 0
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=last + number, **vars(each)) for number, each in enumerate(new, start=1)
    )


def _key(item: AgendaItem) -> tuple[str, int | None, int | None, int | None]:
    return (item.kind, item.project_id, item.problem_id, item.decision_id)
