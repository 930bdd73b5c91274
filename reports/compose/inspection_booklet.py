"""观摩手册: of one round, as the questions are answered at one moment. As many queries for 40 stops as for 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.timezone import localtime  # noqa: TID251 - given its moment
from django.utils.translation import gettext as _

from projects.models import KeyProject
from projects.recorded import day_of
from reports.compose import stop_pages
from reports.compose.monthly_bulletin import of_month
from reports.inspection_booklet import (
    Booklet,
    FindingLine,
    Item,
    JudgeSheet,
    Practice,
    Quarter,
    Scoring,
    StopPage,
    Visit,
)
from reports.models import BulletinRule
from scheduling.inspection_route import itinerary_of
from scheduling.itinerary import Call
from scheduling.judging import Terms, excused
from scheduling.models import (
    Emphasis,
    Finding,
    InspectionRound,
    Judge,
    PeriodClosing,
    PracticeCard,
    ReportPeriod,
    ScoreSheet,
    Stop,
)
from scheduling.standing import days_late

_ROUNDS_OF_PRACTICE = 2
_PEOPLE = ("lead_unit", "responsible_unit", "responsible_person", "linked_leader", "town", "owner_org")
_BUILDERS = ("contractor", "supervisor_org")


@dataclass(frozen=True)
class Asked:
    """``site``: where the addresses of project pages begin."""

    district: str
    printer: str
    site: str
    on: date
    known_at: datetime


def of_round(round: InspectionRound, asked: Asked) -> Booklet:  # noqa: A002 - the model's word
    """What the booklet says, without a number yet."""
    return _Composed(round, asked).booklet()


def visits(round: InspectionRound) -> tuple[tuple[int, Visit], ...]:  # noqa: A002 - the model's word
    """The route as it stands now, as ``Booklet.visits`` has it."""
    return tuple((stop.project_id, visit) for stop, visit in _timed(round).pairs)


class _Timed(NamedTuple):
    pairs: list[tuple[Stop, Visit]]
    back_at: datetime


def _timed(round: InspectionRound) -> _Timed:  # noqa: A002
    people = [f"project__{each}" for each in (*_PEOPLE, *_BUILDERS)]
    stops = list(round.stops.select_related(*people).order_by("order", "pk"))
    day = itinerary_of(round, stops)
    pairs = zip(stops, day.calls, strict=True)
    return _Timed([(stop, _visit(stop, turn, call)) for turn, (stop, call) in enumerate(pairs, start=1)], day.back_at)


def _visit(stop: Stop, turn: int, call: Call) -> Visit:
    project = stop.project
    return Visit(
        order=turn,
        arrives_at=call.arrives_at,
        leaves_at=call.leaves_at,
        travel=stop.travel_minutes,
        minutes=stop.minutes,
        pool=stop.pool,
        place=stop.place or project.location,
        presenter=stop.presenter,
        longitude=project.longitude,
        latitude=project.latitude,
    )


@dataclass(frozen=True)
class _Composed:
    round: InspectionRound
    asked: Asked

    @cached_property
    def timed(self) -> _Timed:
        return _timed(self.round)

    def booklet(self) -> Booklet:
        opened, asked = self.round, self.asked
        previous = self.previous_rounds[:1]
        return Booklet(
            district=asked.district,
            printer=asked.printer,
            title=_("%(round)s手册") % {"round": opened.title},
            of_year=opened.year,
            quarter=opened.quarter,
            emphases=tuple(str(Emphasis(each).label) for each in opened.emphases),
            on=asked.on,
            known_at=localtime(asked.known_at),
            starts_at=localtime(opened.starts_at),
            back_at=self.timed.back_at,
            origin=opened.origin,
            origin_longitude=opened.origin_longitude,
            origin_latitude=opened.origin_latitude,
            stops=self.stops(),
            quarter_figures=self.quarter(),
            previous_round=previous[0].title if previous else "",
            findings=self.findings(previous),
            practices=self.practices(),
            scoring=self.scoring(),
        )

    def stops(self) -> tuple[StopPage, ...]:
        projects: list[KeyProject] = [stop.project for stop, _visit_of in self.timed.pairs]
        known = stop_pages.known_of(projects, on=self.asked.on, known_at=self.asked.known_at)
        return tuple(known.page(stop, visit, site=self.asked.site) for stop, visit in self.timed.pairs)

    def quarter(self) -> Quarter | None:
        """The last closed month of the quarter; where there is none yet, of the year before it."""
        last_month = self.round.quarter * 3
        closed = PeriodClosing.objects.filter(
            period__kind=ReportPeriod.Kind.MONTH_END,
            period__ends_on__year=self.round.year,
            period__ends_on__month__lte=last_month,
            finished_at__lte=self.asked.known_at,
        )
        closing = closed.select_related("period").order_by("-period__ends_on").first()
        if closing is None:
            return None
        rule = BulletinRule.objects.in_force(on=closing.period.ends_on)
        told = of_month(closing, rule, district=self.asked.district)
        units = next(table.groups for table in told.tables if table.by == "unit")
        return Quarter(told.on, told.known_at, told.whole, units, told.boards)

    @cached_property
    def previous_rounds(self) -> Sequence[InspectionRound]:
        """Those published before this one, the last first."""
        found = InspectionRound.objects.filter(
            state=InspectionRound.State.PUBLISHED, starts_at__lt=self.round.starts_at
        )
        return list(found.order_by("-starts_at")[:_ROUNDS_OF_PRACTICE])

    def findings(self, rounds: Sequence[InspectionRound]) -> tuple[FindingLine, ...]:
        found: QuerySet[Finding] = Finding.objects.filter(stop__round__in=rounds)
        related = found.select_related("problem__project", "problem__court_unit", "problem__responsible_unit")
        return tuple(self._finding(each) for each in related.order_by("stop__order", "pk"))

    def _finding(self, finding: Finding) -> FindingLine:
        problem = finding.problem
        solved_on = day_of(problem.closed_at) if problem.closed_at else None
        return FindingLine(
            project=problem.project.name,
            title=problem.title,
            unit=str(problem.responsible_unit if solved_on else problem.court_unit),
            found_on=day_of(finding.found_at),
            needed_by=problem.needed_by,
            solved_on=solved_on,
            days=days_late(problem.needed_by, on=solved_on or self.asked.on),
        )

    def practices(self) -> tuple[Practice, ...]:
        found = PracticeCard.objects.filter(stop__round__in=self.previous_rounds, withdrawn_at__isnull=True)
        return tuple(
            Practice(each.stop.round.title, each.stop.project.name, each.title, each.what, each.contact)
            for each in found.select_related("stop__round", "stop__project").order_by("-stop__round__starts_at", "pk")
        )

    def scoring(self) -> Scoring:
        on = day_of(self.round.starts_at)
        sheet = self.round.sheet or ScoreSheet.objects.in_force(on=on) or ScoreSheet(name=_("观摩评分表"))
        items = tuple(
            Item(str(each["key"]), str(each["name"]), str(each["maximum"]), str(each.get("hint", "")))
            for each in sheet.items
        )
        judges = list(self.round.judges.select_related("user", "group"))
        return Scoring(sheet.name, items, self._sheets(judges))

    def _sheets(self, judges: list[Judge]) -> tuple[JudgeSheet, ...]:
        """By the same rule as on the phone: the own unit, the own project, and who withdrew."""
        pairs, is_anonymous = self.timed.pairs, Terms.of(self.round).is_anonymous
        barred = excused(judges, [stop for stop, _visit_of in pairs], on=day_of(self.round.starts_at))
        return tuple(
            JudgeSheet(
                judge=judge.code if is_anonymous else str(judge.user),
                group=judge.group.name,
                recused=tuple(visit.order for stop, visit in pairs if (judge.pk, stop.pk) in barred),
            )
            for judge in judges
        )
