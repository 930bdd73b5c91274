"""影响: what a change breaks further on, known before it is asked for and kept with the request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

from projects.backward import PlanError, sentence
from projects.models import BackwardSchedule, KeyProject, Milestone, ScheduleNode, Stage, StageTarget
from projects.planning import Effects, carried_on, effects_of, readings


@dataclass(frozen=True)
class Touched:
    """One node the change touches. ``would_be_on`` None: it has to be looked at, nobody reckoned a day."""

    name: str
    approved_on: date | None
    would_be_on: date | None = None
    note: str = ""

    @property
    def days(self) -> int | None:
        if self.approved_on is None or self.would_be_on is None:
            return None
        return (self.would_be_on - self.approved_on).days


@dataclass(frozen=True)
class Consequences:
    sentence: str
    rows: Sequence[Touched] = ()

    def as_stored(self) -> dict[str, Any]:
        return {"sentence": self.sentence, "rows": [_stored(row) for row in self.rows]}

    @classmethod
    def stored(cls, kept: Any) -> "Consequences":
        """What was kept with a request; one that came without any says nothing."""
        if not kept:
            return cls("")
        return cls(kept["sentence"], [_touched(row) for row in kept["rows"]])


def _stored(row: Touched) -> dict[str, str | None]:
    return {
        "name": row.name,
        "approved_on": row.approved_on.isoformat() if row.approved_on else None,
        "would_be_on": row.would_be_on.isoformat() if row.would_be_on else None,
        "note": row.note,
    }


def _touched(row: dict[str, str]) -> Touched:
    return Touched(row["name"], _day(row["approved_on"]), _day(row["would_be_on"]), row["note"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def of_new_date(subject: Milestone | StageTarget, *, on: date, proposed_on: date) -> Consequences:
    """What the schedule in force says becomes of everything behind it; without one, what the order of things says."""
    effects = None
    if isinstance(subject, Milestone):
        try:
            effects = effects_of(subject, on=on, proposed_on=proposed_on)
        except PlanError as cannot:
            return _by_order(subject, proposed_on, f"倒排计划无法推算（{cannot}），按先后次序核对：")
    return _by_schedule(effects) if effects else _by_order(subject, proposed_on)


def _by_schedule(effects: Effects) -> Consequences:
    rows = [Touched(step.name, step.approved_on, step.would_be_on) for step in effects.steps]
    first = f"按现行倒排计划推算，后续 {len(rows)} 个节点不能按批准日期完成。" if rows else "后续节点不受影响。"
    warning = "调整后将不能按要求日期完成。" if effects.breaks_the_finish else ""
    return Consequences(f"{first}{warning}{effects.sentence}。", rows)


def _by_order(subject: Milestone | StageTarget, proposed_on: date, before: str = "") -> Consequences:
    """Later nodes and stages whose approved date would lie before the proposed one."""
    later = [*_later_nodes(subject), *_later_stages(subject)]
    broken = [
        Touched(name, approved_on, note=f"早于申请日期 {(proposed_on - approved_on).days} 天")
        for name, approved_on, is_reached in later
        if approved_on and approved_on < proposed_on and not is_reached
    ]
    if not broken:
        return Consequences(f"{before}后续节点的批准日期均不早于申请日期，不受影响。")
    said = f"{before}后续 {len(broken)} 项的批准日期早于申请日期，须一并调整或压缩工期。"
    return Consequences(said, sorted(broken, key=_by_date))


Dated = tuple[str, date | None, bool]  # its name, its approved date, whether it is reached
_DATES = ("approved_on", "is_reached")


def _later_nodes(subject: Milestone | StageTarget) -> Iterator[Dated]:
    """Nodes of later stages, and those that stand behind this one in its own."""
    later = list(Stage)[list(Stage).index(Stage(subject.stage)) + 1 :]
    nodes = Milestone.objects.filter(project=subject.project_id).with_dates()
    for stage, position, name, *dates in nodes.values_list("stage", "position", "name", *_DATES):
        is_behind = isinstance(subject, Milestone) and stage == subject.stage and position > subject.position
        if stage in later or is_behind:
            yield name, *dates


def _later_stages(subject: Milestone | StageTarget) -> Iterator[Dated]:
    """The stage a node belongs to has to hold it; a stage comes before those that follow it."""
    first = list(Stage).index(Stage(subject.stage)) + isinstance(subject, StageTarget)
    for stage, *dates in _stages(subject.project_id):
        if list(Stage).index(Stage(stage)) >= first:
            yield _stage_name(stage), *dates


def _stages(project_id: int) -> Iterable[tuple]:
    return StageTarget.objects.filter(project=project_id).with_dates().values_list("stage", *_DATES)


def _stage_name(stage: str) -> str:
    return f"“{Stage(stage).label}”阶段目标"


def of_interruption(project: KeyProject, *, suspended_on: date, until: date | None) -> Consequences:
    """What was to be reached while work rests."""
    nodes = Milestone.objects.filter(project=project).with_dates().values_list("name", *_DATES)
    stages = [(_stage_name(stage), *dates) for stage, *dates in _stages(project.pk)]
    due = [
        Touched(name, approved_on)
        for name, approved_on, is_reached in [*stages, *nodes]
        if approved_on and not is_reached and suspended_on <= approved_on and _is_by(approved_on, until)
    ]
    if not due:
        return Consequences("停缓建期间没有到期的节点。")
    return Consequences(f"停缓建期间有 {len(due)} 项到期。", sorted(due, key=_by_date))


def _by_date(row: Touched) -> tuple[str, str]:
    return (str(row.approved_on), row.name)


def _is_by(day: date, until: date | None) -> bool:
    return until is None or day <= until


ADDED, REMOVED, LATER, EARLIER, SAME = "新增", "撤销", "推后", "提前", "不变"
_REACHED, _APART = "已完成，日期不变", "不在倒排计划内，批准日期不变"


def of_schedule(schedule: BackwardSchedule, *, on: date) -> Consequences:
    """Whether its finish can be kept; and against what is in force, every node and stage of either, nothing left out.

    A node is the same one by its milestone, or, where it has none yet, by its stage and name.
    """
    before, after = _in_force(schedule.project_id), _proposed(schedule)
    owed = set(_edition_before(schedule))
    rows = [_against(name, before.get(key), planned_on) for key, (name, planned_on) in after.items()]
    rows += [_left_out(planned, is_owed=key in owed) for key, planned in before.items() if key not in after]
    rows += _stages_moved(schedule)
    said = {word: sum(row.note.startswith(word) for row in rows) for word in (ADDED, REMOVED, LATER, EARLIER, SAME)}
    counts = "，".join(f"{word} {count} 项" for word, count in said.items() if count)
    return Consequences(f"{_finding(schedule, on=on)}{counts}。", rows)


def _finding(schedule: BackwardSchedule, *, on: date) -> str:
    [reading] = readings(BackwardSchedule.objects.filter(pk=schedule.pk), on=on)
    try:
        return f"{sentence(reading.plan)}。"
    except PlanError as cannot:
        return f"倒排计划无法推算（{cannot}）。"


Key = int | tuple[str, str]


class Planned(NamedTuple):
    name: str
    approved_on: date | None
    is_reached: bool


def _in_force(project_id: int) -> dict[Key, Planned]:
    """What the project works by now: the approved dates of its nodes, whichever way they were approved."""
    nodes: QuerySet = Milestone.objects.filter(project=project_id).with_dates()
    known = nodes.filter(Q(approved_on__isnull=False) | Q(is_reached=True)).values_list("pk", "name", *_DATES)
    return {pk: Planned(*planned) for pk, *planned in known}


def _proposed(schedule: BackwardSchedule) -> dict[Key, tuple[str, date | None]]:
    nodes = list(schedule.nodes.all())
    known = carried_on(nodes, Milestone.objects.filter(project=schedule.project_id))
    return {
        known[node.position].pk if node.position in known else (node.stage, node.name): (
            node.name,
            node.planned_finish_on,
        )
        for node in nodes
    }


def _edition_before(schedule: BackwardSchedule) -> Iterable[int | None]:
    in_force = BackwardSchedule.objects.in_force().filter(project=schedule.project_id)
    return ScheduleNode.objects.filter(version__in=in_force).values_list("milestone", flat=True)


def _against(name: str, before: Planned | None, planned_on: date | None) -> Touched:
    if before is None:
        return Touched(name, None, planned_on, ADDED)
    renamed = "" if before.name == name else f"，原名“{before.name}”"
    if before.is_reached:
        return Touched(name, before.approved_on, before.approved_on, f"{_REACHED}{renamed}")
    return Touched(name, before.approved_on, planned_on, _moved(before.approved_on, planned_on) + renamed)


def _left_out(before: Planned, *, is_owed: bool) -> Touched:
    """Only what the edition before held is owed no longer; what was never in a schedule keeps its date."""
    if is_owed and not before.is_reached:
        return Touched(before.name, before.approved_on, None, REMOVED)
    note = _REACHED if before.is_reached else _APART
    return Touched(before.name, before.approved_on, before.approved_on, note)


def _stages_moved(schedule: BackwardSchedule) -> Iterator[Touched]:
    """A stage is due with the last of its nodes; one without any keeps its date."""
    known = {stage: (approved_on, is_reached) for stage, approved_on, is_reached in _stages(schedule.project_id)}
    nodes = schedule.nodes.order_by().values("stage").annotate(due_on=Max("planned_finish_on"))
    due = dict(nodes.values_list("stage", "due_on"))
    for stage in Stage.values:
        approved_on, is_reached = known.get(stage, (None, False))
        if is_reached or (stage not in due and approved_on):
            yield Touched(_stage_name(stage), approved_on, approved_on, _REACHED if is_reached else _APART)
        elif stage in due:
            yield Touched(_stage_name(stage), approved_on, due[stage], _moved(approved_on, due[stage]))


def _moved(before: date | None, after: date | None) -> str:
    if before is None:
        return ADDED
    if after is None or after == before:
        return SAME
    return LATER if after > before else EARLIER
