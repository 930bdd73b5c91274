"""会议通知: what the units invited are told, and those that came or were given something to do."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import Unit, User
from scheduling.models import Attendance, Decision, Meeting, Notice

from . import notices

Kind, Presence = Notice.Kind, Attendance.Presence


def tell_called(meeting: Meeting, units: Iterable[Unit], *, by: User, at: datetime) -> None:
    _tell(meeting, units, Kind.MEETING, f"请参加{meeting}", _arrangement(meeting), by=by, at=at)


def tell_amended(meeting: Meeting, *, by: User, at: datetime) -> None:
    """All that were invited, with the whole arrangement as it now is."""
    title = f"会议安排有变：{meeting}"
    _tell(meeting, _invited(meeting), Kind.MEETING, title, _arrangement(meeting), by=by, at=at)


def tell_cancelled(meeting: Meeting, *, by: User, at: datetime) -> None:
    said = f"原定 {_moment(meeting.held_at)} 召开的“{meeting}”取消。原因：{meeting.cancelled_reason}"
    _tell(meeting, _invited(meeting), Kind.MEETING, f"会议取消：{meeting}", said, by=by, at=at)


def tell_minutes(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Those that came, and those that are to carry something out, whether they came or not."""
    came = meeting.attendance.filter(presence__in=[Presence.PRESENT, Presence.OBSERVER])
    given = meeting.decisions.exclude(state=Decision.State.WITHDRAWN)
    units = Unit.objects.filter(Q(pk__in=came.values("unit")) | Q(pk__in=given.values("owner_unit")))
    title = f"会议纪要已印发：{meeting}"
    _tell(meeting, units, Kind.MINUTES, title, f"{meeting.minutes_number}，请阅知并办理其中的议定事项。", by=by, at=at)


def _tell(
    meeting: Meeting, units: Iterable[Unit], kind: Notice.Kind, title: str, body: str, *, by: User, at: datetime
) -> None:
    """Contractors have no accounts; they are told by their projects."""
    for unit in units:
        if unit.kind != Unit.Kind.ENTERPRISE:
            notice = Notice(kind=kind, unit=unit, title=title, body=body, meeting=meeting)
            notices.issue(notice=notice, by=by, at=at)


def _invited(meeting: Meeting) -> Iterable[Unit]:
    return Unit.objects.filter(pk__in=meeting.attendance.values("unit"))


def _arrangement(meeting: Meeting) -> str:
    lines = [f"时间：{_moment(meeting.held_at)}", f"地点：{meeting.place}", f"主持：{meeting.chair}"]
    if meeting.inputs_due_at:
        lines.append(f"会前材料请于 {_moment(meeting.inputs_due_at)} 前报送，过时锁定。")
    return "\n".join(lines)


def _moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
