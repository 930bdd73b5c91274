"""What each project brings to each indicator of an assessment: one fact after the other, with its day and its words.

Nothing is reckoned here that is reckoned elsewhere: the plan and the amounts are those of the indices, what is late
is late by ``standing``, whose the days are by ``delays``, reports are as frozen when their periods were closed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from projects import permits
from projects.figures import compact_date, days_late, shown, wan
from projects.models import KeyProject, Permit, PermitState, Unit
from projects.models.key_project import FocusArea, ManagementClass
from projects.recorded import day_of
from scheduling.delays import Hindrance, whose_days
from scheduling.models import (
    InspectionRound,
    PeriodStanding,
    Problem,
    ProblemMove,
    ProblemRequest,
    ProgressVersion,
    ReportPeriod,
    StopResult,
    Verification,
)
from scheduling.parts import Parts, parts_of
from scheduling.problems import AWAITING, announced_for, turns_of
from scheduling.project_days import AsKnown, Read, read
from scheduling.standing import DAY, Item, ItemKind, Late, overdue
from scheduling.standing import days_late as late_by

BATCH = 500
_NOUGHT, _ONE = Fraction(0), Fraction(1)
_AREAS = {
    "industry_projects": FocusArea.INDUSTRY,
    "livelihood_projects": FocusArea.LIVELIHOOD,
    "infrastructure_projects": FocusArea.INFRASTRUCTURE,
}


@dataclass(frozen=True)
class Span:
    """The whole months that are assessed, as known at a moment."""

    starts_on: date
    ends_on: date
    known_at: datetime

    @property
    def asked(self) -> AsKnown:
        return AsKnown.past(self.ends_on, known_at=self.known_at)

    @property
    def months(self) -> range:
        return range(self.starts_on.month, self.ends_on.month + 1)

    def within(self, day: date | None) -> date:
        """The day itself, or the nearer end of the span; without a day, its end."""
        return min(max(day or self.ends_on, self.starts_on), self.ends_on)


class Contribution(NamedTuple):
    """``above`` and ``below`` the line, laid in equal parts to the days from ``since`` to ``until``.

    ``unit``: to whom it is laid where that is not who answers for the project. ``summed``: one of many that are told
    together, whose ``text`` is filled with the sums.
    """

    indicator: str
    project: int
    since: date
    until: date
    above: Fraction
    below: Fraction
    text: str
    unit: int | None = None
    summed: bool = False


Reader = Callable[[Collection[int], Span], Iterator[Contribution]]


def assessed_projects() -> list[int]:
    """Those of 考核类 that have figures of their own."""
    found = KeyProject.objects.counted().filter(management_class=ManagementClass.ASSESSED)
    return list(found.order_by("pk").values_list("pk", flat=True))


def contributions(indicators: Collection[str], span: Span, *, of_agencies: bool = False) -> Iterator[Contribution]:
    """Of every project that is assessed, for these indicators; a constant number of queries for each batch of them.

    ``of_agencies``: problems are laid to the unit that answers for them.
    """
    readers = {reader for name, reader in _READERS.items() if name in indicators}
    projects = assessed_projects()
    for start in range(0, len(projects), BATCH):
        part = projects[start : start + BATCH]
        for reader in sorted(readers, key=lambda reader: reader.__name__):
            for found in reader(part, span):
                if found.indicator in indicators:
                    yield found if of_agencies else found._replace(unit=None)


def _of_days(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    """What the plan, the amounts and the nodes of a project say at the end of the span."""
    areas = dict(KeyProject.objects.filter(pk__in=projects).values_list("pk", "focus_area"))
    late: dict[int, list[Late]] = {}
    for project, found in read(projects, span.asked, with_funds=False).items():
        if found.day.is_suspended or not found.day.is_counted:
            continue
        parts = parts_of(found.day)
        if found.day.plan and parts.projects:
            yield from _amounts(project, found, span)
            yield from _starts(project, found, parts, span)
            yield from _finishes(project, found, parts, span)
            yield from _numbers(project, found, parts, areas[project], span)
        yield from _nodes(project, found, span)
        if any(map(partial(_was_due, span=span), found.facts.items)):
            late[project] = [each for each in overdue(found.facts, on=span.ends_on) if _is_milestone(each.item)]
    yield from _own_days(late, span)


def _amounts(project: int, found: Read, span: Span) -> Iterator[Contribution]:
    plan: Any = found.day.plan
    annual = Fraction(plan.annual_amount)
    for month in span.months:
        first, last = _month(span.starts_on.year, month)
        done, planned = Fraction(found.day.months_done[month - 1]), Fraction(plan.months[month - 1])
        about = (project, first, last, done)
        if done or planned:
            yield Contribution(
                "investment_to_date", *about, planned, _("完成 {above} 万元，同期计划 {below} 万元"), summed=True
            )
        if done:
            yield Contribution(
                "investment_of_year", *about, _NOUGHT, _("完成 {above} 万元，年度计划 {below} 万元"), summed=True
            )
            yield Contribution("investment_amount", *about, _NOUGHT, _("完成 {above} 万元"), summed=True)
    about_year = (project, span.starts_on, span.ends_on)
    if annual:
        text = _("完成 {above} 万元，年度计划 {below} 万元")
        yield Contribution("investment_of_year", *about_year, _NOUGHT, annual, text, summed=True)
        said = _("年度计划投资 %s 万元") % wan(plan.annual_amount)
        yield Contribution("planned_amount", *about_year, annual, _ONE, said)


def _starts(project: int, found: Read, parts: Parts, span: Span) -> Iterator[Contribution]:
    plan: Any = found.day.plan
    if not parts.new_starts:
        return
    day = span.within(plan.planned_start_on)
    said = _("计划 %(planned)s 开工，%(actual)s") % {
        "planned": compact_date(plan.planned_start_on),
        "actual": _("实际 %s") % compact_date(found.day.started_on) if parts.started else _("尚未开工"),
    }
    about = (project, day, day)
    yield Contribution("started_of_year", *about, Fraction(parts.started), _ONE, said)
    if parts.starts_due:
        yield Contribution("started_on_time", *about, Fraction(parts.started_due), _ONE, said)
    if parts.started:
        yield Contribution("new_starts", *about, _ONE, _ONE, said)
    if parts.due_not_started:
        yield Contribution("not_started", *about, _ONE, _ONE, said)


def _finishes(project: int, found: Read, parts: Parts, span: Span) -> Iterator[Contribution]:
    plan: Any = found.day.plan
    if not parts.completions:
        return
    day = span.within(plan.planned_finish_on)
    said = _("计划 %(planned)s 竣工，%(actual)s") % {
        "planned": compact_date(plan.planned_finish_on),
        "actual": _("实际 %s") % compact_date(found.day.finished_on) if parts.completed else _("尚未竣工"),
    }
    about = (project, day, day)
    yield Contribution("finished_of_year", *about, Fraction(parts.completed), _ONE, said)
    if parts.completions_due:
        yield Contribution("finished_on_time", *about, Fraction(parts.completed_due), _ONE, said)
    if parts.commissioned:
        text = _("%s 投产") % compact_date(found.day.commissioned_on)
        yield Contribution("commissioned", *about, _ONE, _ONE, text)


def _numbers(project: int, found: Read, parts: Parts, area: str, span: Span) -> Iterator[Contribution]:
    about = (project, span.starts_on, span.ends_on, _ONE, _ONE)
    if parts.continuing:
        yield Contribution("continuing", *about, _("续建项目"))
    for name, focus_area in _AREAS.items():
        if area == focus_area:
            yield Contribution(name, *about, str(focus_area.label))


def _is_milestone(item: Item) -> bool:
    return item.kind is ItemKind.MILESTONE


def _was_due(item: Item, span: Span) -> bool:
    return _is_milestone(item) and item.approved_on is not None and item.approved_on <= span.ends_on


def _nodes(project: int, found: Read, span: Span) -> Iterator[Contribution]:
    """Due in the span. One that fell due within an excused pause is not yet due; one without its day is left out."""
    for item in filter(_is_milestone, found.facts.items):
        due_on = item.approved_on
        if due_on is None or not span.starts_on <= due_on <= span.ends_on or (item.is_reached and not item.actual_on):
            continue
        done_on = item.actual_on if item.actual_on and item.actual_on <= span.ends_on else None
        days = late_by(due_on, on=done_on or span.ends_on, excused=found.facts.excused)
        if done_on is None and not days:
            continue
        said = {"name": item.name, "due": compact_date(due_on), "late": days_late(days)}
        said["done"] = _("%s 完成") % compact_date(done_on) if done_on else _("尚未完成")
        text = _("“%(name)s”批准 %(due)s，%(done)s，%(late)s") % said
        yield Contribution("nodes_on_time", project, due_on, due_on, Fraction(not days), _ONE, text)


def _own_days(late: Mapping[int, list[Late]], span: Span) -> Iterator[Contribution]:
    """``late``: of every project that had a milestone due, those that are late, none as well."""
    milestones = [each.item.subject for found in late.values() for each in found]
    problems = list(Problem.objects.filter(milestone__in=milestones, raised_at__lte=span.asked.moment))
    turns, announced = turns_of([each.pk for each in problems]), announced_for(problems, on=span.ends_on)
    hindering: dict[int | None, list[Hindrance]] = defaultdict(list)
    for problem in problems:
        hindering[problem.milestone_id].append(Hindrance(problem.effect_days, turns[problem.pk]))
    for project, found in late.items():
        if not found:
            about = (project, span.starts_on, span.ends_on, _NOUGHT, _NOUGHT)
            yield Contribution("own_late_days", *about, _("没有逾期的节点"))
        for item, days, _original in found:
            due_on: Any = item.approved_on
            hindrances = hindering[item.subject]
            split = whose_days((span.ends_on - due_on).days, days, hindrances, on=span.ends_on, announced=announced)
            own = split.own + split.of.get(AWAITING, 0)
            said = {"name": item.name, "late": split.late, "own": own, "others": days - own, "paused": split.paused}
            text = _("“%(name)s”逾期 %(late)d 天：自身 %(own)d 天，其他部门 %(others)d 天，停缓建 %(paused)d 天") % said
            yield Contribution("own_late_days", project, due_on + DAY, span.ends_on, Fraction(own), _ONE, text)


def _problems(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    """Solved in time: closed by the day it was needed, and not opened again since."""
    moment = span.known_at
    due = Problem.objects.filter(project__in=projects, raised_at__lte=moment)
    due = due.filter(needed_by__range=(span.starts_on, span.ends_on)).order_by("needed_by", "pk")
    closed: dict[int, date | None] = {}
    kinds = ProblemMove.Kind
    moves = ProblemMove.objects.filter(problem__in=due, at__lte=moment, kind__in=[kinds.CLOSED, kinds.REOPENED])
    for problem, kind, at in moves.order_by("at", "pk").values_list("problem", "kind", "at"):
        closed[problem] = day_of(at) if kind == kinds.CLOSED else None
    for pk, project, title, needed_by, unit in due.values_list(
        "pk", "project", "title", "needed_by", "responsible_unit"
    ):
        done_on = closed.get(pk)
        in_time = done_on is not None and done_on <= needed_by
        said = {"title": title, "day": compact_date(needed_by)}
        said["done"] = _("%s 销号") % compact_date(done_on) if done_on else _("尚未销号")
        text = _("“%(title)s”需 %(day)s 前解决，%(done)s") % said
        yield Contribution("problems_solved", project, needed_by, needed_by, Fraction(in_time), _ONE, text, unit=unit)


def _reports(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    """As frozen when each period was closed; what came afterwards changes nothing."""
    reported, states = PeriodStanding.Reported, ProgressVersion.State
    sent_back = ProgressVersion.objects.filter(
        report__project=OuterRef("project"),
        report__period=OuterRef("period"),
        state=states.RETURNED,
        recorded_at__lte=OuterRef("period__locked_at"),
    )
    lines = PeriodStanding.objects.owed().filter(
        project__in=projects,
        period__ends_on__range=(span.starts_on, span.ends_on),
        period__closing__known_at__lte=span.known_at,
    )
    lines = lines.exclude(period__kind=ReportPeriod.Kind.MONTH_END)
    told = Q(reported__in=[reported.ACCEPTED, reported.UNREVIEWED], is_on_time=True)
    rows = lines.annotate(in_time=told, returned=Exists(sent_back)).values_list(
        "project", "period__ends_on", "in_time", "returned"
    )
    for project, day, in_time, returned in rows.order_by("project", "period__ends_on"):
        about = (project, day, day)
        first = Fraction(in_time and not returned)
        yield Contribution(
            "reports_on_time", *about, Fraction(in_time), _ONE, _("应报 {below} 期，按时 {above} 期"), summed=True
        )
        text = _("应报 {below} 期，按时且未被退回 {above} 期")
        yield Contribution("reports_first_time", *about, first, _ONE, text, summed=True)


def _observations(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    found = StopResult.objects.filter(
        stop__project__in=projects,
        stop__round__state=InspectionRound.State.PUBLISHED,
        stop__round__published_at__lte=span.known_at,
        stop__round__year=span.ends_on.year,
        result__isnull=False,
    )
    rows = found.order_by("stop__round", "stop").values_list("stop__project", "stop__round__quarter", "result")
    for project, quarter, result in rows:
        day = _month(span.ends_on.year, 3 * quarter)[1]
        if span.starts_on <= day <= span.ends_on:
            text = _("第 %(quarter)d 季度观摩综合得分 %(points)s") % {"quarter": quarter, "points": shown(result, 2)}
            yield Contribution("observation", project, day, day, Fraction(result or 0), Fraction(100), text)


def _verifications(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    found = Verification.objects.settled().filter(project__in=projects, recorded_at__lte=span.known_at)
    found = found.filter(verified_on__range=(span.starts_on, span.ends_on)).order_by("verified_on", "pk")
    for project, day, outcome, words in found.values_list("project", "verified_on", "outcome", "words"):
        if day is None:
            continue
        said = {"day": compact_date(day), "outcome": Verification.Outcome(outcome).label, "words": words[:60]}
        text = _("%(day)s 核查：%(outcome)s（%(words)s）") % said
        above = Fraction(outcome == Verification.Outcome.VERIFIED)
        yield Contribution("verified", project, day, day, above, _ONE, text)


def _permits(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    """Decided in the span, by the agency that bears the name of a unit; without a limit nothing is in or over time."""
    units = {name: pk for pk, *names in Unit.objects.values_list("pk", "name", "short_name") for name in names if name}
    decided = PermitState.objects.as_known(span.known_at).filter(
        finished_on__range=(span.starts_on, span.ends_on),
        status__in=[PermitState.Status.GRANTED, PermitState.Status.REFUSED],
    )
    asked = Permit.objects.filter(project__in=projects, pk__in=decided.values("permit"), agency__in=list(units))
    rows = permits.rows_of(asked, known_at=span.known_at)
    announced = permits.announced_for(rows, on=span.ends_on)
    for row in rows:
        if row.facts.limit is None or row.facts.finished_on is None:
            continue
        reading = row.reading(span.ends_on, announced).value
        text = _("“%(name)s”%(day)s 办结，%(words)s") % {
            "name": row.permit.name,
            "day": compact_date(row.facts.finished_on),
            "words": reading.in_words(),
        }
        day = row.facts.finished_on
        yield Contribution(
            "permits_in_time",
            row.permit.project_id,
            day,
            day,
            Fraction(not reading.days_over),
            _ONE,
            text,
            unit=units[row.permit.agency],
        )


def _requests(projects: Collection[int], span: Span) -> Iterator[Contribution]:
    asked = ProblemRequest.objects.filter(problem__project__in=projects, asked_at__lte=span.known_at)
    asked = asked.filter(answer_due_on__range=(span.starts_on, span.ends_on)).order_by("answer_due_on", "pk")
    columns = ("problem__project", "unit", "question", "answer_due_on", "answered_at")
    for project, unit, question, due_on, answered_at in asked.values_list(*columns):
        answered_on = day_of(answered_at) if answered_at and answered_at <= span.known_at else None
        in_time = answered_on is not None and answered_on <= due_on
        said = {"question": question[:40], "due": compact_date(due_on)}
        said["done"] = _("%s 答复") % compact_date(answered_on) if answered_on else _("尚未答复")
        text = _("“%(question)s”限 %(due)s 答复，%(done)s") % said
        yield Contribution("requests_answered", project, due_on, due_on, Fraction(in_time), _ONE, text, unit=unit)


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)


_DAYS = (
    "investment_to_date investment_of_year investment_amount planned_amount started_on_time started_of_year "
    "finished_on_time finished_of_year new_starts continuing commissioned industry_projects livelihood_projects "
    "infrastructure_projects not_started nodes_on_time own_late_days"
)
_READERS: Mapping[str, Reader] = {
    **dict.fromkeys(_DAYS.split(), _of_days),
    "problems_solved": _problems,
    "reports_on_time": _reports,
    "reports_first_time": _reports,
    "observation": _observations,
    "verified": _verifications,
    "permits_in_time": _permits,
    "requests_answered": _requests,
}
