"""基线对比: what was planned at one moment beside what was planned at another. Every node of either is there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from projects.models import AuditEvent, FourDates, Milestone, MilestoneDates, Stage, StageTargetDates
from projects.models.key_project import KeyProjectQuerySet


class Became(Enum):
    """What became of a node between the two moments; the first that holds."""

    ADDED = "新增"
    REMOVED = "撤销"
    REACHED = "已完成"
    LATER = "推后"
    EARLIER = "提前"
    SAME = "不变"


@dataclass(frozen=True)
class Known:
    """What was known of a node at one moment."""

    name: str
    planned_on: date | None
    actual_on: date | None
    is_reached: bool


@dataclass(frozen=True)
class Compared:
    """One node or stage at both moments. ``days``: how much later it is planned; None where one of them has no date."""

    project_id: int
    order: tuple[int, int, int]
    is_stage: bool
    subject_id: int
    earlier: Known | None
    later: Known | None

    @property
    def name(self) -> str:
        return known.name if (known := self.later or self.earlier) else ""

    @property
    def former_name(self) -> str:
        """What it was called before, where that differs."""
        return self.earlier.name if self.earlier and self.earlier.name != self.name else ""

    @property
    def days(self) -> int | None:
        before, after = self.earlier and self.earlier.planned_on, self.later and self.later.planned_on
        return (after - before).days if before and after else None

    @property
    def became(self) -> Became:
        was, is_now = _is_planned(self.earlier), _is_planned(self.later)
        if was != is_now:
            return Became.ADDED if is_now else Became.REMOVED
        if self.later and self.later.is_reached and not (self.earlier and self.earlier.is_reached):
            return Became.REACHED
        if not self.days:
            return Became.SAME
        return Became.LATER if self.days > 0 else Became.EARLIER

    @property
    def is_changed(self) -> bool:
        return self.became is not Became.SAME or bool(self.former_name)


def _is_planned(known: Known | None) -> bool:
    return known is not None and (known.planned_on is not None or known.is_reached)


@dataclass(frozen=True)
class Comparison:
    rows: list[Compared]

    def changed(self) -> list[Compared]:
        return [row for row in self.rows if row.is_changed]

    def in_words(self) -> str:
        """How many of what, and the greatest shift; of nodes reached too, whose plan may have moved as well."""
        if not self.rows:
            return "两个时点都没有节点。"
        found = [row.became for row in self.rows]
        counts = {word: found.count(word) for word in Became if word is not Became.SAME}
        counts_said = [f"{word.value} {count} 项" for word, count in counts.items() if count]
        renamed = sum(bool(row.former_name) for row in self.rows)
        said = [*counts_said, *([f"改名 {renamed} 项"] if renamed else [])]
        if not said:
            return f"共 {len(self.rows)} 项，没有变化。"
        return f"共 {len(self.rows)} 项，其中{'，'.join(said)}{self._furthest()}。"

    def _furthest(self) -> str:
        moved = [(row.days, row) for row in self.rows if row.days]
        if not moved:
            return ""
        days, row = max(moved, key=lambda pair: abs(pair[0]))
        return f"；变动最大的是“{row.name}”，{'推后' if days > 0 else '提前'} {abs(days)} 天"


def compare(projects: KeyProjectQuerySet, *, earlier: datetime, later: datetime) -> Comparison:
    """Six queries, however many projects: their stages and nodes as known at the one moment and at the other."""
    rows = [*_stages(projects, earlier, later), *_nodes(projects, earlier, later)]
    places = {pk: place for place, pk in enumerate(projects.values_list("pk", flat=True))}
    return Comparison(sorted(rows, key=lambda row: (places[row.project_id], row.order)))


_Found = dict[int, tuple[int, str, int, Known]]  # by node: its project, stage, place within the stage, what was known


def _stages(projects: KeyProjectQuerySet, earlier: datetime, later: datetime) -> Iterator[Compared]:
    fields = ("stage_target", "stage_target__project", "stage_target__stage")
    before, after = (
        {
            pk: (project_id, stage, 0, Known(f"{Stage(stage).label}（阶段）", *dates))
            for pk, project_id, stage, *dates in _known(
                StageTargetDates, projects, "stage_target__project", fields, at=at
            )
        }
        for at in (earlier, later)
    )
    yield from _side_by_side(before, after, is_stage=True)


def _nodes(projects: KeyProjectQuerySet, earlier: datetime, later: datetime) -> Iterator[Compared]:
    fields = ("milestone", "milestone__project", "milestone__stage", "milestone__position", "milestone__name")
    renamed = _renamed_since(earlier)
    before, after = (
        {
            pk: (project_id, stage, 1 + position, Known(_called(name, renamed.get(pk, ()), at=at), *dates))
            for pk, project_id, stage, position, name, *dates in _known(
                MilestoneDates, projects, "milestone__project", fields, at=at
            )
        }
        for at in (earlier, later)
    )
    yield from _side_by_side(before, after, is_stage=False)


def _side_by_side(before: _Found, after: _Found, *, is_stage: bool) -> Iterator[Compared]:
    for pk in before | after:
        was, is_now = before.get(pk), after.get(pk)
        project_id, stage, place, _latest = is_now or before[pk]
        order = (list(Stage).index(Stage(stage)), place, pk)
        yield Compared(project_id, order, is_stage, pk, was and was[3], is_now and is_now[3])


Renamings = Mapping[int, Sequence[tuple[datetime, str]]]


def _renamed_since(moment: datetime) -> Renamings:
    """By node: when it got another name, and what it was called before; the latest first."""
    label = str(Milestone._meta.get_field("name").verbose_name)
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    events = AuditEvent.objects.filter(action="milestone.amended", at__gt=moment).order_by("-at", "-pk")
    for at, pk, changes in events.values_list("at", "subject_id", "changes"):
        if label in changes:
            found[int(pk)].append((at, changes[label][0]))
    return found


def _called(name: str, renamings: Sequence[tuple[datetime, str]], *, at: datetime) -> str:
    """The name it has now, with the renamings since then undone."""
    for renamed_at, before in renamings:
        name = before if renamed_at > at else name
    return name


def _known(
    model: type[FourDates], projects: KeyProjectQuerySet, path: str, fields: Iterable[str], *, at: datetime
) -> Iterable[tuple]:
    dates = ("approved_on", "actual_on", "is_reached")
    rows = model.objects.known(at=at).filter(**{f"{path}__in": projects.order_by().values("pk")})
    return rows.values_list(*fields, *dates)
