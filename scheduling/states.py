"""Where many projects stand on a day, as known at a moment: Σ and lights by whatever they are grouped by.

Today is read from what is stored, every other day and knowledge is evaluated on demand: the same figures either way.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from projects.models import KeyProject, PlanEntry
from projects.models.annual_plan import MONTHS, month_field
from projects.models.key_project import KeyProjectQuerySet
from scheduling.conditions import IN_PLAN, Condition
from scheduling.evaluation import Evaluation, evaluated
from scheduling.models import Light, OpenItem, PeriodClosing, PeriodStanding, ProgressVersion, Standing
from scheduling.models.evaluated import COUNTED, LIGHT_FIELDS, EvaluatedQuerySet, LightCounts
from scheduling.models.standing import standing_on
from scheduling.parts import Parts
from scheduling.project_days import AsKnown
from scheduling.standing import days_since

Key = Any

Keys = Collection[int] | QuerySet[Any]


class Months(NamedTuple):
    """What the twelve months of the year were planned to bring, and what each has brought. 万元."""

    plan: tuple[Decimal, ...]
    done: tuple[Decimal, ...]


class StageCount(NamedTuple):
    """``late`` are among ``projects``."""

    projects: int
    late: int


class Shown(NamedTuple):
    """What a list says of one project. ``days_late`` is that of its worst item; ``counted`` of the part asked for.

    Amounts are 万元 of accepted reports, ``ytd_amount`` of the year of the day.
    """

    stage: str = ""
    tier: str = ""
    light: str = Light.NONE
    computed_light: str = Light.NONE
    days_late: int = 0
    ytd_amount: Decimal = Decimal(0)
    since_start_amount: Decimal = Decimal(0)
    physical_percent: Decimal | None = None
    reported_to: date | None = None
    counted: Decimal | int | None = None


_SAID = ("stage", "tier", "light", "computed_light", "since_start_amount", "physical_percent", "reported_to")


class States(Protocol):
    """``by`` is a column of KeyProject, with ``__`` through its foreign keys."""

    def where(self, *conditions: Condition) -> "States":
        """Those for which all of this holds."""
        ...

    def among(self, projects: Keys) -> "States": ...

    def late(self) -> "States":
        """Those with anything overdue."""
        ...

    def projects(self) -> Keys:
        """The projects, as ``pk__in`` takes them."""
        ...

    def count(self) -> int: ...

    def items(self) -> int:
        """按项: a package is one, however many of its children are among them."""
        ...

    def moved_since(self, closing: PeriodClosing) -> Mapping[tuple[str, str], int]:
        """How many went from which light to which, of those that stood in the register when the period was closed."""
        ...

    def parts(self) -> Parts: ...

    def parts_by(self, by: str) -> Mapping[Key, Parts]: ...

    def lights_by(self, by: str) -> Mapping[Key, LightCounts]: ...

    def lights(self) -> Mapping[str, int]:
        """How many projects by their own light."""
        ...

    def shown(self, projects: Keys, *, counted: str = "") -> Mapping[int, Shown]:
        """``counted``: a field of ``Parts``."""
        ...

    def stages(self) -> Mapping[str, StageCount]:
        """By stage; "" where a project has none yet."""
        ...

    def months(self) -> Months:
        """Of those in the plan."""
        ...

    def standings(self) -> Sequence[Standing]:
        """One for each project, in the order of their keys; of another day they are not in the database."""
        ...


class Stored:
    """Today, as known now."""

    def __init__(self, standings: EvaluatedQuerySet, *, on: date) -> None:
        self._standings, self._on = standings, on

    def where(self, *conditions: Condition) -> "Stored":
        found = self._standings
        for condition in conditions:
            found = found.filter(condition.q())
        return Stored(found, on=self._on)

    def among(self, projects: Keys) -> "Stored":
        return Stored(self._standings.filter(project__in=projects), on=self._on)

    def late(self) -> "Stored":
        return Stored(self._standings.filter(self._is_late()), on=self._on)

    def projects(self) -> Keys:
        return self._standings.values("project")

    def count(self) -> int:
        return self._standings.count()

    def items(self) -> int:
        item = Coalesce("project__parent", "project")
        return int(self._standings.aggregate(items=Count(item, distinct=True))["items"])

    def moved_since(self, closing: PeriodClosing) -> Mapping[tuple[str, str], int]:
        before = self._standings.filter(project__period_standings__period=closing.period_id).order_by()
        pairs = before.values_list("project__period_standings__light", "light").annotate(Count("pk"))
        return {(was, now): number for was, now, number in pairs}

    def parts(self) -> Parts:
        return self._standings.parts()

    def parts_by(self, by: str) -> Mapping[Key, Parts]:
        return self._standings.parts_by(f"project__{by}")

    def lights_by(self, by: str) -> Mapping[Key, LightCounts]:
        return self._standings.lights_by(f"project__{by}")

    def lights(self) -> Mapping[str, int]:
        return dict(self._standings.order_by().values_list("light").annotate(Count("pk")))

    def shown(self, projects: Keys, *, counted: str = "") -> Mapping[int, Shown]:
        leads = Q(project__open_items__leads=True) & standing_on(self._on, "project__open_items__")
        rows = self._standings.filter(project__in=projects).alias(
            worst=FilteredRelation("project__open_items", condition=leads)
        )
        names = ("worst__late_since", "worst__stopped_on", "amounts_year", "ytd_amount", *_SAID)
        told = rows.values("project", *names, *([COUNTED + counted] if counted else []))
        return {row["project"]: self._shown(row, counted) for row in told}

    def _shown(self, row: Mapping[str, Any], counted: str) -> Shown:
        return Shown(
            days_late=days_since(row["worst__late_since"], on=self._on, stopped_on=row["worst__stopped_on"]),
            ytd_amount=row["ytd_amount"] if row["amounts_year"] == self._on.year else Decimal(0),
            counted=row[COUNTED + counted] if counted else None,
            **{name: row[name] for name in _SAID},
        )

    def stages(self) -> Mapping[str, StageCount]:
        rows = self._standings.order_by().annotate(is_late=self._is_late()).values("stage", "is_late")
        found: dict[str, StageCount] = defaultdict(lambda: StageCount(0, 0))
        for row in rows.annotate(number=Count("pk")):
            known, number = found[row["stage"]], row["number"]
            found[row["stage"]] = StageCount(known.projects + number, known.late + number * row["is_late"])
        return found

    def months(self) -> Months:
        projects = self.where(IN_PLAN).projects()
        entries = PlanEntry.objects.in_force(on=self._on, known_at=None).filter(project__in=projects)
        plan = entries.aggregate(**{f"sum_{month}": Sum(month_field(month)) for month in MONTHS})
        done = ProgressVersion.objects.current().accepted().month_sums(projects, year=self._on.year)
        return Months(
            tuple(plan[f"sum_{month}"] or Decimal(0) for month in MONTHS),
            tuple(done.get(month, Decimal(0)) for month in MONTHS),
        )

    def standings(self) -> Sequence[Standing]:
        return list(self._standings.order_by("project"))

    def _is_late(self) -> Exists:
        leading = OpenItem.objects.overdue(on=self._on).filter(leads=True)
        return Exists(leading.filter(project=OuterRef("project")))


class OnDemand:
    """Any day, as known at any moment."""

    def __init__(self, projects: KeyProjectQuerySet, asked: AsKnown, found: Iterable[Evaluation] | None = None) -> None:
        self._projects, self._asked, self._given = projects, asked, found

    @cached_property
    def _evaluated(self) -> list[Evaluation]:
        if self._given is not None:
            return list(self._given)
        return list(evaluated(self._projects.values_list("pk", flat=True), self._asked))

    @cached_property
    def _found(self) -> list[Standing]:
        return [found.standing(at=self._asked.moment) for found in self._evaluated]

    def where(self, *conditions: Condition) -> "OnDemand":
        pairs = zip(self._evaluated, self._found, strict=True)
        return self._of(each for each, standing in pairs if all(condition.holds(standing) for condition in conditions))

    def among(self, projects: Keys) -> "OnDemand":
        return self._of(self._among(projects))

    def late(self) -> "OnDemand":
        return self._of(each for each in self._evaluated if each.overdue())

    def projects(self) -> Keys:
        return [each.project for each in self._evaluated]

    def count(self) -> int:
        return len(self._evaluated)

    def items(self) -> int:
        parents = self._groups("parent")
        return len({parents.get(each.project) or each.project for each in self._evaluated})

    def moved_since(self, closing: PeriodClosing) -> Mapping[tuple[str, str], int]:
        before = dict(PeriodStanding.objects.filter(period=closing.period_id).values_list("project", "light"))
        found = [(before[each.project_id], each.light) for each in self._found if each.project_id in before]
        return Counter(found)

    def parts(self) -> Parts:
        return sum((found.parts for found in self._evaluated), Parts())

    def parts_by(self, by: str) -> Mapping[Key, Parts]:
        groups = self._groups(by)
        sums: dict[Key, Parts] = defaultdict(Parts)
        for found in self._evaluated:
            sums[groups[found.project]] += found.parts
        return sums

    def lights_by(self, by: str) -> Mapping[Key, LightCounts]:
        groups = self._groups(by)
        counts: dict[Key, LightCounts] = defaultdict(Counter)
        for found in self._found:
            counts[groups[found.project_id]].update((name, getattr(found, name)) for name in LIGHT_FIELDS)
        return counts

    def lights(self) -> Mapping[str, int]:
        return Counter(found.light for found in self._found)

    def shown(self, projects: Keys, *, counted: str = "") -> Mapping[int, Shown]:
        return {
            each.project: Shown(
                each.stage,
                each.read.day.tier,
                each.columns["light"],
                each.columns["computed_light"],
                max((late.days for late in each.overdue()), default=0),
                each.read.amounts.ytd_amount,
                each.read.amounts.since_start_amount,
                each.read.amounts.physical_percent,
                each.read.amounts.reported_to,
                getattr(each.parts, counted) if counted else None,
            )
            for each in self._among(projects)
        }

    def stages(self) -> Mapping[str, StageCount]:
        found: dict[str, StageCount] = defaultdict(lambda: StageCount(0, 0))
        for each in self._evaluated:
            known = found[each.stage]
            found[each.stage] = StageCount(known.projects + 1, known.late + bool(each.overdue()))
        return found

    def months(self) -> Months:
        days = [each.read.day for each in self._evaluated if each.parts.projects]
        return Months(_sums(day.plan.months for day in days if day.plan), _sums(day.months_done for day in days))

    def standings(self) -> Sequence[Standing]:
        return self._found

    def _among(self, projects: Keys) -> list[Evaluation]:
        wanted = set(_plain(projects))
        return [each for each in self._evaluated if each.project in wanted]

    def _of(self, found: Iterable[Evaluation]) -> "OnDemand":
        return OnDemand(self._projects, self._asked, list(found))

    def _groups(self, by: str) -> dict[int, Key]:
        return dict(self._projects.order_by().annotate(grouped_by=F(by)).values_list("pk", "grouped_by"))


def states(projects: KeyProjectQuerySet, *, on: date, known_at: datetime | None, today: date) -> States:
    """``known_at`` None: as known now."""
    if known_at is None and on == today:
        return Stored(Standing.objects.filter(project__in=projects), on=on)
    return OnDemand(projects, AsKnown.past(on, known_at=known_at))


def _plain(projects: Keys) -> Iterable[int]:
    if not isinstance(projects, QuerySet):
        return projects
    return projects.values_list("pk" if projects.model is KeyProject else "project", flat=True)


def _sums(months: Iterable[tuple[Decimal, ...]]) -> tuple[Decimal, ...]:
    return tuple(map(sum, zip((Decimal(0),) * len(MONTHS), *months, strict=True)))  # type: ignore[arg-type]
