"""逾期的来龙去脉: what is told of overdue items beside their dates, as known at a moment.

Whose the days are, how often they were re-planned, what holds them up, what is promised. A constant number of queries
for any number of projects.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.models import CalendarDay, DelayReason, KeyProject, MilestoneDates, StageTargetDates, SuspensionDates
from projects.recorded import day_of
from projects.workdays import Announced
from scheduling.delays import Hindrance, whose_days
from scheduling.last_week import LastWeek
from scheduling.light_rules import Dimension
from scheduling.light_sentences import sentence
from scheduling.lights import restored
from scheduling.models import ProblemMove, ProgressVersion
from scheduling.problem_clock import Turn
from scheduling.problems import AWAITING
from scheduling.project_days import AsKnown
from scheduling.standing import NODES, ItemKind, Key, Late, Span

LateItems = Mapping[int, Sequence[Late]]
_NOBODYS_FAULT = (DelayReason.WEATHER, DelayReason.FORCE_MAJEURE)


class Split(NamedTuple):
    """Calendar days since the approved date that come to ``total``. ``others``: units, those with most days first.

    ``weather`` and ``force_majeure`` are approved pauses for that reason, ``paused`` those for any other.
    """

    own: int
    others: tuple[tuple[str, int], ...]
    weather: int
    force_majeure: int
    paused: int

    @property
    def of_others(self) -> int:
        return sum(days for _unit, days in self.others)

    @property
    def total(self) -> int:
        return self.own + self.of_others + self.weather + self.force_majeure + self.paused


class Gap(NamedTuple):
    """What is missing to the amount that should be done: 万元, and 个百分点 of the annual plan."""

    amount: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """An overdue item. ``split`` and ``replans`` None: it is not a milestone, not a node; nobody keeps count.

    ``gap`` is of 投资滞后 alone. ``cause`` and ``promise`` are empty where nothing was told. ``is_new`` None: not to be
    compared with last week.
    """

    late: Late
    split: Split | None = None
    replans: int | None = None
    gap: Gap | None = None
    cause: str = ""
    promise: str = ""
    is_new: bool | None = None


@dataclass
class _Problem:
    title: str
    needed_by: date
    milestone: int | None
    effect_days: int | None
    unit: str = ""
    turns: list[Turn[int]] = field(default_factory=list)
    is_open: bool = True

    @property
    def words(self) -> str:
        said = {"title": self.title, "unit": self.unit, "day": compact_date(self.needed_by)}
        return _("%(title)s（%(unit)s办理，需 %(day)s 前解决）") % said


@dataclass(frozen=True)
class _Known:
    """All that was read of the projects asked about."""

    asked: AsKnown
    problems: Mapping[int, Sequence[_Problem]]
    units: Mapping[int, str]
    announced: Announced
    pauses: Mapping[int, Sequence[tuple[str, Span]]]
    reports: Mapping[int, tuple[str, str]]
    replans: Mapping[Key, int]
    verdicts: Mapping[int, Mapping[str, Any]]
    last_week: LastWeek | None


def told(
    late: LateItems, asked: AsKnown, *, verdicts: Mapping[int, Mapping[str, Any]], last_week: LastWeek | None
) -> dict[int, list[Told]]:
    """The same items in the same order, with what is told of them."""
    problems, units = _problems(late, asked)
    known = _Known(
        asked,
        problems,
        units,
        _announced(problems, asked),
        _pauses(late, asked),
        _reports(late, asked),
        _replans(late, asked),
        verdicts,
        last_week,
    )
    return {project: [_told(project, each, known) for each in items] for project, items in late.items()}


def _told(project: int, late: Late, known: _Known) -> Told:
    verdict = known.verdicts.get(project, {}).get(Dimension.INVESTMENT)
    return Told(
        late,
        split=_split(project, late, known) if late.item.kind is ItemKind.MILESTONE else None,
        replans=known.replans.get(late.item.key, 0) if late.item.kind in NODES else None,
        gap=_gap(verdict["inputs"]) if late.item.kind is ItemKind.INVESTMENT and verdict else None,
        cause=_cause(project, late, verdict, known),
        promise=_promise(project, late, known),
        is_new=known.last_week.is_new(project, late.item.key) if known.last_week else None,
    )


def _split(project: int, late: Late, known: _Known) -> Split:
    on = known.asked.on
    due_on: Any = late.item.approved_on  # what has none is never overdue
    hindrances = [
        Hindrance(each.effect_days, each.turns)
        for each in known.problems.get(project, ())
        if each.milestone == late.item.subject
    ]
    found = whose_days((on - due_on).days, late.days, hindrances, on=on, announced=known.announced)
    weather, force_majeure, paused = pauses_by_reason(found.paused, known.pauses.get(project, ()), after=due_on, to=on)
    others = [(known.units[unit], days) for unit, days in found.of.items() if days and unit != AWAITING]
    others.sort(key=lambda each: -each[1])
    return Split(found.own + found.of.get(AWAITING, 0), tuple(others), weather, force_majeure, paused)


def pauses_by_reason(days: int, pauses: Sequence[tuple[str, Span]], *, after: date, to: date) -> tuple[int, int, int]:
    """Of these excused days those for weather, for force majeure and for any other reason; they come to all of them."""
    rest, found = days, []
    for code in _NOBODYS_FAULT:
        taken = min(rest, sum(span.days_within(after=after, to=to) for reason, span in pauses if reason == code))
        found.append(taken)
        rest -= taken
    return found[0], found[1], rest


def _gap(inputs: Mapping[str, str]) -> Gap | None:
    """None by a rule that asks for no amount by the day."""
    if not {"plan", "to_date", "done"} <= inputs.keys():
        return None
    missing = Decimal(inputs["to_date"]) - Decimal(inputs["done"])
    return Gap(missing, 100 * missing / Decimal(inputs["plan"]))


def _cause(project: int, late: Late, verdict: Mapping[str, Any] | None, known: _Known) -> str:
    """The open problem that holds the item up, else one of the project, else what was reported.

    Of an investment without a gap to tell, what the light says; every other light would only say again that it is late.
    """
    open_ones = [each for each in known.problems.get(project, ()) if each.is_open]
    own = [each for each in open_ones if late.item.kind is ItemKind.MILESTONE and each.milestone == late.item.subject]
    if pressing := min(own or open_ones, key=lambda each: each.needed_by, default=None):
        return pressing.words
    if reported := known.reports.get(project, ("", ""))[0]:
        return reported
    if late.item.kind is not ItemKind.INVESTMENT or verdict is None or _gap(verdict["inputs"]):
        return ""
    return sentence(restored(verdict, on=known.asked.on), on=known.asked.on)


def _promise(project: int, late: Late, known: _Known) -> str:
    if late.item.forecast_on is not None:
        passed = late.item.forecast_on < known.asked.on
        expected = _("预计 %s 完成，预计日期已过") if passed else _("预计 %s 完成")
        return expected % compact_date(late.item.forecast_on)
    return known.reports.get(project, ("", ""))[1]


def _problems(projects: Collection[int], asked: AsKnown) -> tuple[dict[int, list[_Problem]], dict[int, str]]:
    """Every problem that was raised by then, with whose court it was in; the names of these units."""
    moves = ProblemMove.objects.filter(problem__project__in=projects, at__lte=asked.moment).order_by("at", "pk")
    said = ("title", "needed_by", "milestone", "effect_days")
    columns = ("problem__project", "problem", "kind", "at", "court_unit", "court_unit__name")
    found: dict[int, _Problem] = {}
    by_project: dict[int, list[_Problem]] = defaultdict(list)
    units: dict[int, str] = {}
    for project, pk, kind, at, unit, name, *values in moves.values_list(
        *columns, *(f"problem__{each}" for each in said)
    ):
        if pk not in found:
            found[pk] = _Problem(*values)
            by_project[project].append(found[pk])
        problem = found[pk]
        problem.turns.append(Turn(day_of(at), AWAITING if kind == ProblemMove.Kind.CLOSE_ASKED else unit))
        problem.is_open = kind == ProblemMove.Kind.REOPENED or (problem.is_open and kind != ProblemMove.Kind.CLOSED)
        if unit is not None:
            units[unit] = problem.unit = name
    return by_project, units


def _announced(problems: Mapping[int, Sequence[_Problem]], asked: AsKnown) -> Announced:
    """The calendar of the years in which somebody had a problem that is said to delay something."""
    began = [each.turns[0].on.year for found in problems.values() for each in found if each.effect_days]
    return CalendarDay.objects.announced(range(min(began), asked.on.year + 2)) if began else Announced({})


def _pauses(late: LateItems, asked: AsKnown) -> dict[int, list[tuple[str, Span]]]:
    """The excused suspensions of projects whose milestones lost days to one, each with its coded reason."""
    paused = [
        project
        for project, items in late.items()
        if any(each.item.approved_on and (asked.on - each.item.approved_on).days > each.days for each in items)
    ]
    found: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    if not paused:
        return found
    dates = SuspensionDates.objects.as_known(asked.known_at).filter(excused_by__isnull=False)
    rows = dates.filter(suspension__project__in=paused).order_by("suspended_on")
    for project, reason, since, until in rows.values_list(
        "suspension__project", "reason", "suspended_on", "resumed_on"
    ):
        found[project].append((_code(reason), Span(since, until or date.max)))
    return found


def _code(reason: str) -> str:
    """An approved request puts the coded reason before the words."""
    label = reason.partition("：")[0]
    return next((code.value for code in DelayReason if code.label == label), "")


def _reports(projects: Collection[int], asked: AsKnown) -> dict[int, tuple[str, str]]:
    """What hinders and what is intended, as the last report of each has it that was not sent back."""
    versions = ProgressVersion.objects.as_known(asked.known_at).declared()
    of_project = versions.filter(report__project=OuterRef("pk"), report__period__starts_on__lte=asked.on)
    last = Subquery(of_project.order_by("-report__period__ends_on", "-pk").values("pk")[:1])
    wanted = KeyProject.objects.filter(pk__in=projects).order_by().values_list(last)
    rows = ProgressVersion.objects.filter(pk__in=wanted).values_list("report__project", "problems_text", "next_text")
    return {project: (problems, intended) for project, problems, intended in rows}


def _replans(late: LateItems, asked: AsKnown) -> dict[Key, int]:
    """How often each of the overdue nodes was re-planned; those that never were are left out."""
    wanted = {kind: _subjects(late, kind) for kind in NODES}
    of_milestones = MilestoneDates.objects.replans(known_at=asked.moment).filter(
        milestone__in=wanted[ItemKind.MILESTONE]
    )
    of_targets = StageTargetDates.objects.replans(known_at=asked.moment).filter(
        stage_target__in=wanted[ItemKind.STAGE_TARGET]
    )
    counted = [
        rows.order_by().values_list(Value(kind.value, output_field=CharField()), key).annotate(Count("pk"))
        for rows, kind, key in (
            (of_milestones, ItemKind.MILESTONE, "milestone"),
            (of_targets, ItemKind.STAGE_TARGET, "stage_target"),
        )
    ]
    return {(ItemKind(kind), subject): times for kind, subject, times in counted[0].union(counted[1], all=True)}


def _subjects(late: LateItems, kind: ItemKind) -> list[int]:
    return [each.item.subject for items in late.values() for each in items if each.item.kind is kind]
