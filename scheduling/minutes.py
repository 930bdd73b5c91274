"""会议纪要: drafted from what was noted and decided, for people to word."""

from collections.abc import Iterable, Iterator

from projects.figures import chinese_date
from projects.recorded import day_of
from scheduling.models import AgendaItem, Attendance, Decision, Meeting

_NUMERALS = "一二三四五六七八九十"
_SAID = (
    Attendance.Presence.PRESENT,
    Attendance.Presence.OBSERVER,
    Attendance.Presence.EXCUSED,
    Attendance.Presence.ABSENT,
)


def draft_of(meeting: Meeting) -> str:
    """Items with an opinion or a decision, in the order of the agenda; then who came. Plain text: three queries."""
    items = list(meeting.agenda.all())
    decided: dict[int | None, list[Decision]] = {}
    for each in meeting.decisions.exclude(state=Decision.State.WITHDRAWN).select_related("owner_unit", "owner_person"):
        decided.setdefault(each.agenda_item_id, []).append(each)
    parts = [_opening(meeting), *_matters(items, decided), *_presence(meeting.attendance.all())]
    return "\n\n".join(parts)


def in_order(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Kind by kind as the agenda lists them, within a kind as people put them."""
    kinds = {kind: place for place, kind in enumerate(AgendaItem.Kind)}
    return sorted(items, key=lambda item: (kinds[AgendaItem.Kind(item.kind)], item.position, item.pk))


def owner_said(decision: Decision) -> str:
    person = f"（{decision.owner_person}）" if decision.owner_person else ""
    return f"{decision.owner_unit}{person}"


def _opening(meeting: Meeting) -> str:
    day = chinese_date(day_of(meeting.held_at))
    return f"{day}，{meeting.chair}在{meeting.place}主持召开“{meeting.title}”。现将会议议定事项纪要如下。"


def _matters(items: Iterable[AgendaItem], decided: dict[int | None, list[Decision]]) -> Iterator[str]:
    spoken = [item for item in in_order(items) if item.note or item.pk in decided]
    for number, item in enumerate(spoken, start=1):
        lines = [f"{_numeral(number)}、{item.subject}", *([item.note] if item.note else [])]
        yield "\n".join([*lines, *map(_decision_said, decided.get(item.pk, []))])
    if others := decided.get(None):
        yield "\n".join([f"{_numeral(len(spoken) + 1)}、其他议定事项", *map(_decision_said, others)])


def _decision_said(each: Decision) -> str:
    requirement = f"{each.requirement.rstrip('。')}。" if each.requirement else ""
    return (
        f"议定（{each.number}）：{each.text.rstrip('。')}。{requirement}"
        f"责任单位：{owner_said(each)}；办理期限：{chinese_date(each.original_due_on)}。"
    )


def _presence(rows: Iterable[Attendance]) -> Iterator[str]:
    came: dict[str, list[str]] = {}
    for row in rows:
        came.setdefault(row.presence, []).append(f"{row.organisation}{row.person and f'（{row.person}）'}")
    said = [f"{presence.label}：{'、'.join(came[presence])}。" for presence in _SAID if presence in came]
    if said:
        yield "\n".join(said)


def _numeral(number: int) -> str:
    """一 to 九十九, as a document numbers its matters."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else f"{_NUMERALS[tens - 1]}十")
    return head + (_NUMERALS[ones - 1] if ones else "") if number < 100 else str(number)
