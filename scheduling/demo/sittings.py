"""Meetings of the invented district, and what became of what they decided."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from projects.demo.course import BEIJING, State
from projects.demo.networks import names_of
from projects.demo.projects import ProjectSpec
from scheduling.demo.troubles import TroubleSpec

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_WEEKLY_UNITS, _WEEKS, _MONTHS, _TOPICAL, _ONSITE = 6, 12, 9, 4, 5
_ENDS = ("closed", "closed", "closed", "late", "extended", "sent_back", "open")
_STATE_AFTER = {
    "ASSIGNED": "AWAITING_RECEIPT",
    "RECEIVED": "IN_HAND",
    "CLOSE_ASKED": "AWAITING_CHECK",
    "SENT_BACK": "REDO",
    "CLOSED": "CLOSED",
}


@dataclass(frozen=True)
class DecisionMoved:
    """``side`` says whose hand it was: of those who gave it out, or of those who carry it out."""

    kind: str
    at: datetime
    side: str
    text: str = ""


@dataclass(frozen=True)
class DecisionSpec:
    """One matter decided. ``owner_person`` empty: the unit's reviewer carries it out."""

    project: ProjectSpec
    text: str
    requirement: str
    owner_unit: str
    owner_person: str
    assigned_at: datetime
    original_due_on: date
    due_on: date
    moves: tuple[DecisionMoved, ...]

    @property
    def state(self) -> str:
        return next(_STATE_AFTER[move.kind] for move in reversed(self.moves) if move.kind in _STATE_AFTER)

    def last(self, kind: str) -> DecisionMoved | None:
        return next((move for move in reversed(self.moves) if move.kind == kind), None)


@dataclass(frozen=True)
class Topic:
    kind: str
    project: ProjectSpec
    subject: str
    why: str
    note: str
    trouble: TroubleSpec | None = None


@dataclass
class Sitting:
    """``unit`` empty: called by the district office."""

    kind: str
    title: str
    unit: str
    held_at: datetime
    place: str
    topics: list[Topic] = field(default_factory=list)
    decisions: list[DecisionSpec] = field(default_factory=list)


def sittings(
    specs: Sequence[ProjectSpec], told: Sequence[TroubleSpec], *, until: datetime, dice: Random
) -> list[Sitting]:
    """In the order in which they were held, all before ``until``."""
    building = [spec for spec in specs if spec.course and spec.fate.state in (State.BUILDING, State.PREPARING)]
    found = [*_weekly(building, until), *_monthly(until), *_special(building, until, dice)]
    for sitting in found:
        _fill(sitting, building, told, until, dice)
    return sorted((sitting for sitting in found if sitting.held_at < until), key=lambda one: one.held_at)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BEIJING)


def _weekly(building: Sequence[ProjectSpec], until: datetime) -> Iterator[Sitting]:
    """Each Monday, for the week that closed on the Friday before."""
    units = [unit for unit, _ in Counter(spec.lead_unit for spec in building).most_common(_WEEKLY_UNITS)]
    monday = until.date() - _DAY * until.weekday()
    for unit in units:
        for back in range(_WEEKS):
            day = monday - 7 * _DAY * back
            yield Sitting("WEEKLY", f"{unit}周调度会（{day.month}月{day.day}日）", unit, _at(day, 15), f"{unit}会议室")


def _monthly(until: datetime) -> Iterator[Sitting]:
    first = until.date().replace(day=1)
    for _ in range(_MONTHS):
        day = first + 7 * _DAY
        yield Sitting("MONTHLY", f"{day.year}年{day.month}月重点项目调度会", "", _at(day, 9), "区政府第一会议室")
        first = (first - _DAY).replace(day=1)


def _special(building: Sequence[ProjectSpec], until: datetime, dice: Random) -> Iterator[Sitting]:
    late = [spec for spec in building if spec.fate.days_late] or list(building)
    for number, spec in enumerate(dice.sample(late, k=min(_TOPICAL + _ONSITE, len(late)))):
        day = until.date() - _DAY * dice.randint(4, 120)
        if number < _TOPICAL:
            yield Sitting("TOPICAL", f"{spec.named.name}专题调度会", "", _at(day, 10), "区政府第三会议室")
        else:
            yield Sitting("ONSITE", f"{spec.named.name}现场调度", "", _at(day, 14), "项目现场")


def _fill(
    sitting: Sitting, building: Sequence[ProjectSpec], told: Sequence[TroubleSpec], until: datetime, dice: Random
) -> None:
    mine = [spec for spec in building if sitting.unit in ("", spec.lead_unit)]
    named = [spec for spec in mine if spec.named.name in sitting.title] or mine
    codes = {spec.code for spec in named}
    then = [one for one in told if one.spec.code in codes and one.raised_at < sitting.held_at]
    for one in dice.sample(then, k=min(2, len(then))):
        note = f"请{one.trouble.asked}{one.trouble.question.removeprefix('请')}"
        why = f"{one.raised_at:%Y-%m-%d}提出，涉及{one.trouble.asked}"
        sitting.topics.append(Topic("PROBLEM", one.spec, one.trouble.title, why, note, one))
    late = sorted(named, key=lambda spec: -spec.fate.days_late)[:8]
    for spec in dice.sample(late, k=min(3, len(late))):
        step = _next_step(spec, sitting.held_at.date())
        why = f"{step}临近或超过批准日期"
        sitting.topics.append(Topic("PROJECT", spec, spec.named.name, why, f"按倒排计划推进{step}，每周报送进展。"))
    for topic in sitting.topics[: dice.randint(1, 3)]:
        sitting.decisions.append(_decided(sitting, topic, until, dice))


def _next_step(spec: ProjectSpec, day: date) -> str:
    assert spec.course  # noqa: S101 - held of projects that have one
    steps = zip(names_of(spec), spec.course.steps, strict=True)
    return next((name for name, step in steps if step.actual is None or step.actual > day), names_of(spec)[-1])


def _decided(sitting: Sitting, topic: Topic, until: datetime, dice: Random) -> DecisionSpec:
    spec, at = topic.project, sitting.held_at + _HOUR
    step, due = _next_step(spec, at.date()), at.date() + _DAY * dice.randint(7, 18)
    if topic.trouble:
        text, unit, person = (
            f"{topic.note.rstrip('。')}，{due.month}月{due.day}日前办结。",
            topic.trouble.trouble.asked,
            "",
        )
    else:
        text, unit, person = (
            f"{due.month}月{due.day}日前完成{step}的阶段任务。",
            spec.lead_unit,
            spec.responsible_person,
        )
    decided = DecisionSpec(spec, text, "每周五前报送进展，附佐证。", unit, person, at, due, due, ())
    moves, extended = _moves(dice.choice(_ENDS), decided, dice)
    kept = tuple(move for move in moves if move.at < until)
    is_extended = any(move.kind == "EXTENDED" for move in kept)
    return replace(decided, moves=kept, due_on=extended if is_extended else due)


def _moves(end: str, decided: DecisionSpec, dice: Random) -> tuple[list[DecisionMoved], date]:
    at, due = decided.assigned_at, datetime.combine(decided.due_on, time(10), BEIJING)
    moves = [
        DecisionMoved("ASSIGNED", at, "issuer"),
        DecisionMoved("RECEIVED", at + _HOUR * dice.randint(2, 44), "owner"),
        DecisionMoved("NOTED", at + _DAY * 4, "owner", "已召开推进会，明确责任人和时间表。"),
    ]
    asked = due - _DAY * dice.randint(1, 3)
    if end == "extended":
        due += _DAY * 7
        moves += [
            DecisionMoved("EXT_ASKED", asked - _DAY, "owner", "受降雨影响，需顺延一周。"),
            DecisionMoved("EXTENDED", asked, "issuer", "情况属实，同意延期一次。"),
        ]
        asked = due - _DAY
    elif end == "sent_back":
        moves += [
            DecisionMoved("CLOSE_ASKED", asked - _HOUR * 20, "owner", "已完成，见现场照片。"),
            DecisionMoved("SENT_BACK", asked, "issuer", "佐证材料不足，请补充验收记录。"),
        ]
        asked += _DAY * 2
    elif end in ("late", "open"):
        moves.append(DecisionMoved("SUPERVISED", due + _DAY * 3, "office", "已超过办理期限，请说明原因并限期办结。"))
        asked = due + _DAY * dice.randint(5, 12)
    if end != "open":
        moves.append(DecisionMoved("CLOSE_ASKED", asked, "owner", "已办结，佐证材料已上传。"))
        moves.append(DecisionMoved("CLOSED", asked + _HOUR * 26, "issuer", "经核实，已落实。"))
    return moves, due.date()
