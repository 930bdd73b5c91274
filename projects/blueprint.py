"""模板: the usual road of one kind of project as plain values, and the proof that a plan can be drawn up from it.

``misfits`` are slips that no edition can hold, ``faults`` all that keeps one from being put into force.
"""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from projects import backward
from projects.backward import (
    SITE,
    DayTimetable,
    Link,
    Network,
    Node,
    PlanError,
    Scheduled,
    Timetable,
    Unit,
    backward_pass,
)
from projects.relations import LARGEST_POSITION, Relation

Value = TypeVar("Value", bound=Hashable)

STAGES = {
    "PREPARATION": "前期准备",
    "GROUNDBREAKING": "开工建设",
    "MAIN_CONSTRUCTION": "主体施工",
    "COMMISSIONING": "竣工投产",
}
PHASES = {
    "LAND": "立项用地规划许可",
    "WORKS": "工程建设许可",
    "BUILDING": "施工许可",
    "ACCEPTANCE": "竣工验收",
}
LONGEST_STEP = 1_500
LARGEST_WEIGHT = Decimal(1_000)
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # in every year
_A_MONDAY = date(2024, 1, 1)
_DAYS_PER_MONTH = Decimal("30.4375")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node. ``duration`` is in ``unit``; ``after`` is what it waits for; ``permit_name`` the permit it obtains."""

    position: int
    stage: str
    name: str
    duration: int
    unit: Unit = Unit.WORKING
    after: tuple[Relation, ...] = ()
    stops_in_blackout: bool = False
    is_key: bool = False
    weight: Decimal = Decimal(0)
    authority: str = ""
    outcome: str = ""
    permit_name: str = ""


@dataclass(frozen=True, kw_only=True)
class StageWords:
    stage: str
    target: str = ""
    work_focus: str = ""
    task_requirement: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    stage: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PermitNeed:
    """An approval item this kind of project passes; days are working days unless told otherwise, None: no limit."""

    phase: str
    name: str
    agency: str = ""
    condition: str = ""
    is_required_for_start: bool = False
    legal_days: int | None = None
    promised_days: int | None = None
    counts_working_days: bool = True
    valid_months: int | None = None
    max_extensions: int = 0


@dataclass(frozen=True, kw_only=True)
class YearlyStop:
    """停工期 that comes back every year, both (month, day) included; it may run over New Year."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]

    def in_years(self, years: Iterable[int]) -> list[backward.Blackout]:
        return backward.every_year(self.name, first=self.first, last=self.last, years=years)


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """One edition of a template, whole. Steps are in the order of their positions."""

    steps: tuple[Step, ...] = ()
    stages: tuple[StageWords, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    permits: tuple[PermitNeed, ...] = ()
    blackouts: tuple[YearlyStop, ...] = ()

    @cached_property
    def by_position(self) -> dict[int, Step]:
        return {step.position: step for step in self.steps}


class Slip(NamedTuple):
    """Something to mend: in which row, in which of its fields, and why."""

    row: int
    field: str
    sentence: str


class Window(NamedTuple):
    """When a step is done at the earliest, as days counted from the first one, and the workdays it can spare."""

    first_day: int
    last_day: int
    to_spare: int


@dataclass(frozen=True)
class Course:
    """The shortest way through: in working days, and in months with one place; its steps by position."""

    workdays: int
    months: Decimal
    windows: dict[int, Window]


def network_of(blueprint: Blueprint, *, timetable: Timetable[date], on: date) -> Network[date]:
    """What ``backward_pass`` reckons with. The key of a node is its position in three digits."""
    return Network(
        nodes=tuple(_node(step) for step in blueprint.steps),
        links=tuple(
            Link(_key(relation.position), _key(step.position), relation.kind, relation.lag, relation.unit)
            for step in blueprint.steps
            for relation in step.after
        ),
        timetable=timetable,
        on=on,
    )


@lru_cache(maxsize=64)
def typical_course(blueprint: Blueprint) -> Course | None:
    """The shortest course its links allow: weeks of five working days, no holidays, no blackouts. None while faulty."""
    if faults(blueprint):
        return None
    timetable = DayTimetable(lambda day: day.weekday() < 5, near=_A_MONDAY)
    plan = backward_pass(network_of(blueprint, timetable=timetable, on=_A_MONDAY))
    begin, end = timetable.opens(_A_MONDAY), timetable.closes(plan.earliest_finish)
    return Course(
        workdays=timetable.axis(Unit.WORKING, "").between(begin, end),
        months=(Decimal(end - begin) / _DAYS_PER_MONTH).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
        windows={step.position: _window(plan.nodes[_key(step.position)]) for step in blueprint.steps},
    )


def faults(blueprint: Blueprint) -> tuple[str, ...]:
    """Why no plan can be drawn up from this; empty once it is proved. Every sentence says what and where."""
    found = misfits(blueprint)
    if found:
        return found
    return (*_loose_ends(blueprint), *_circles(blueprint))


def misfits(blueprint: Blueprint) -> tuple[str, ...]:
    """Slips that not even a draft can hold: numbers and names used twice, references to nothing."""
    slips = dict.fromkeys(slip.sentence for slip in step_slips(blueprint.steps))
    checks = (_permit_slips, _stop_slips, _paper_slips)
    return (*slips, *(sentence for check in checks for sentence in check(blueprint)))


def said(step: Step) -> str:
    return f"第 {step.position} 步“{step.name}”"


def _window(scheduled: Scheduled[date]) -> Window:
    first, last = ((day - _A_MONDAY).days + 1 for day in (scheduled.early_start, scheduled.early_finish))
    return Window(first, last, scheduled.workdays_to_spare)


def _key(position: int) -> str:
    return f"{position:03}"


def _node(step: Step) -> Node[date]:
    return Node(
        key=_key(step.position),
        name=step.name,
        duration=step.duration,
        unit=step.unit,
        calendar=SITE if step.stops_in_blackout else "",
        authority=step.authority,
        outcome=step.outcome,
    )


def _repeated(values: Iterable[Value]) -> list[Value]:
    return [value for value, count in Counter(values).items() if count > 1]


def step_slips(steps: Sequence[Step]) -> Iterator[Slip]:
    """What no edition can hold about its steps, each with the place where somebody mends it."""
    positions, names = Counter(step.position for step in steps), Counter((step.stage, step.name) for step in steps)
    for row, step in enumerate(steps):
        if positions[step.position] > 1:
            yield Slip(row, "position", f"序号 {step.position} 用了不止一次，请改成各不相同的序号。")
        if names[step.stage, step.name] > 1:
            stage = STAGES.get(step.stage, step.stage)
            yield Slip(row, "name", f"“{stage}”阶段有不止一个节点叫“{step.name}”，请换一个名称。")
        yield from (Slip(row, field, sentence) for field, sentence in _own_slips(step))
        yield from (Slip(row, "after", sentence) for sentence in _relation_slips(step, positions))


def _own_slips(step: Step) -> Iterator[tuple[str, str]]:
    if not step.name:
        yield "name", f"第 {step.position} 步没有名称。"
    if not 1 <= step.position <= LARGEST_POSITION:
        yield "position", f"{said(step)}的序号应在 1 至 {LARGEST_POSITION} 之间。"
    if step.stage not in STAGES:
        yield "stage", f"{said(step)}没有写明属于哪个阶段。"
    if not 0 <= step.duration <= LONGEST_STEP:
        yield "duration", f"{said(step)}的工期 {step.duration} 天不合理，应在 0 至 {LONGEST_STEP} 天之间。"
    if not 0 <= step.weight <= LARGEST_WEIGHT:
        yield "weight", f"{said(step)}的权重 {step.weight} 不合理，应在 0 至 {LARGEST_WEIGHT} 之间。"


def _relation_slips(step: Step, positions: Container[int]) -> Iterator[str]:
    for relation in step.after:
        if relation.position == step.position:
            yield f"{said(step)}的前置关系写了它自己，请改为它要等的节点。"
        elif relation.position not in positions:
            yield f"{said(step)}的前置关系写了序号 {relation.position}，没有这一步。"
    for position, kind in _repeated((relation.position, relation.kind) for relation in step.after):
        yield f"{said(step)}的前置关系中，{position}{kind} 写了不止一次。"


def _permit_slips(blueprint: Blueprint) -> Iterator[str]:
    for name in _repeated(permit.name for permit in blueprint.permits):
        yield f"审批事项“{name}”列了不止一次。"
    for permit in blueprint.permits:
        if not permit.name:
            yield "有一项审批事项没有名称。"
        if permit.phase not in PHASES:
            yield f"审批事项“{permit.name}”没有写明属于哪个审批阶段。"
        if permit.legal_days and permit.promised_days and permit.promised_days > permit.legal_days:
            yield f"审批事项“{permit.name}”的承诺时限 {permit.promised_days} 天超过法定时限 {permit.legal_days} 天。"


def _stop_slips(blueprint: Blueprint) -> Iterator[str]:
    for name in _repeated(stop.name for stop in blueprint.blackouts):
        yield f"停工期“{name}”列了不止一次。"
    for stop in blueprint.blackouts:
        for month, day in (stop.first, stop.last):
            if not (1 <= month <= 12 and 1 <= day <= DAYS_OF_MONTH[month - 1]):
                yield f"停工期“{stop.name}”写了 {month} 月 {day} 日，不是每年都有这一天，请改（二月底写 28 日）。"


def _paper_slips(blueprint: Blueprint) -> Iterator[str]:
    for stage, name in _repeated((paper.stage, paper.name) for paper in blueprint.evidence):
        yield f"“{STAGES.get(stage, stage)}”阶段的佐证材料“{name}”列了不止一次。"
    for stage in _repeated(words.stage for words in blueprint.stages):
        yield f"“{STAGES.get(stage, stage)}”阶段的要求写了不止一次。"


def _loose_ends(blueprint: Blueprint) -> Iterator[str]:
    if not blueprint.steps:
        yield "还没有节点。"
    names = {permit.name for permit in blueprint.permits}
    for step in blueprint.steps:
        if step.permit_name and step.permit_name not in names:
            yield f"{said(step)}对应的审批事项“{step.permit_name}”不在审批事项表中。"
    order = list(STAGES)
    in_order = sorted(blueprint.steps, key=lambda step: step.position)
    for earlier, later in pairwise(in_order):
        if order.index(later.stage) < order.index(earlier.stage):
            yield f"{said(later)}属于“{STAGES[later.stage]}”，却排在“{STAGES[earlier.stage]}”的{said(earlier)}之后。"
    for stage, label in STAGES.items():
        if blueprint.steps and not any(step.stage == stage for step in blueprint.steps):
            yield f"“{label}”阶段还没有节点。"
        if not any(words.stage == stage and words.target for words in blueprint.stages):
            yield f"“{label}”阶段还没有写阶段目标。"
    if blueprint.steps and not any(step.weight for step in blueprint.steps):
        yield "各节点的权重都是 0，无法按权重计算形象进度。"


def _circles(blueprint: Blueprint) -> Iterator[str]:
    try:
        if blueprint.steps:
            network_of(blueprint, timetable=DayTimetable(lambda _: True, near=_A_MONDAY), on=_A_MONDAY).order  # noqa: B018
    except PlanError as error:
        yield str(error)
