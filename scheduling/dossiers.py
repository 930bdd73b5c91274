"""材料汇集: the dossiers of many projects, put together from what is recorded, in a constant number of queries.

Nobody types any of it: what a department has not answered is there whether anybody remembers it or not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _

from projects import permit_clock, permits
from projects.models import ChangeRequest, KeyProject, MilestoneDates, Permit, PermitState, SuspensionDates, Unit
from projects.recorded import day_of
from projects.workdays import Announced, workdays_between
from scheduling.delays import Hindrance, whose_days
from scheduling.dossier import (
    Dossier,
    Earlier,
    Excuse,
    Held,
    LateDecision,
    MonthLight,
    Node,
    OpenProblem,
    PermitHeld,
    Replan,
    Request,
    Undertaking,
)
from scheduling.light_rules import Dimension
from scheduling.light_sentences import sentence
from scheduling.lights import restored
from scheduling.models import (
    Attachment,
    Decision,
    LightWaiver,
    Measure,
    OpenItem,
    PeriodClosing,
    PeriodStanding,
    Problem,
    ProblemRequest,
    RectificationItem,
    ReportPeriod,
)
from scheduling.problem_clock import Turn, held
from scheduling.problems import AWAITING, announced_for, turns_of
from scheduling.standing import days_since

MONTHS = 24
"""How many month ends are looked back at: as far as the longest rule reaches."""
_BAD = {"YELLOW", "RED"}
_AT_THE_COUNTER = sorted(permit_clock.AT_THE_COUNTER)


def dossiers(projects: Collection[int], *, on: date, at: datetime) -> dict[int, Dossier]:
    """By project, as known at ``at``, which is the moment of asking. Some thirty queries, however many projects."""
    known = _known(projects, on=on, at=at)
    found = KeyProject.objects.select_related("lead_unit", "town", "responsible_person", "linked_leader")
    return {project.pk: _dossier(project, known) for project in found.filter(pk__in=projects)}


def last_month(*, on: date) -> PeriodClosing | None:
    """The last month entered in the ledger, which may be a day or two before it ends."""
    return _closed_months(on=on).first()


@dataclass(frozen=True)
class _Known:
    """All that was read, by project."""

    on: date
    at: datetime
    announced: Announced
    units: Mapping[int, str]
    turns: Mapping[int, Sequence[Turn[int]]]
    months: Mapping[int, Sequence[Any]]
    why: Mapping[int, tuple[str, ...]]
    nodes: Mapping[int, Sequence[Node]]
    leading: Mapping[int, OpenItem]
    problems: Mapping[int, Sequence[Problem]]
    requests: Mapping[int, Sequence[ProblemRequest]]
    permits: Mapping[int, Sequence[PermitHeld]]
    decisions: Mapping[int, Sequence[Decision]]
    replans: Mapping[int, Sequence[ChangeRequest]]
    measures: Mapping[int, Sequence[Measure]]
    items: Mapping[int, Sequence[RectificationItem]]
    excuses: Mapping[int, Sequence[Excuse]]
    photos: Mapping[int, tuple[int, datetime | None]]
    solved: Mapping[int, tuple[int, int]]


def _known(projects: Collection[int], *, on: date, at: datetime) -> _Known:
    closings = list(_closed_months(on=on)[:MONTHS])
    since = closings[-1].period.starts_on if closings else on
    asked = Problem.objects.filter(project__in=projects, closed_at__isnull=True, raised_at__lte=at)
    problems = list(asked.order_by("raised_at", "pk"))
    turns = turns_of([each.pk for each in problems])
    holders = {turn.holder for each in turns.values() for turn in each if turn.holder not in {None, AWAITING}}
    units = {pk: str(unit) for pk, unit in Unit.objects.in_bulk(holders).items()}
    return _Known(
        on=on,
        at=at,
        announced=announced_for(problems, on=on),
        units=units,
        turns=turns,
        months=_months(projects, closings),
        why=_why(projects, closings[:1]),
        nodes=_nodes(projects, on=on),
        leading=_leading(projects, on=on),
        problems=_by_project(problems),
        requests=_requests(projects, at=at),
        permits=_permits(projects, on=on),
        decisions=_by_project(
            Decision.objects.filter(project__in=projects).overdue(on=on).select_related("owner_unit")
        ),
        replans=_replans(projects, on=on),
        measures=_by_project(Measure.objects.filter(project__in=projects, told_at__lte=at).told().order_by("-told_at")),
        items=_items(projects, at=at),
        excuses=_excuses(projects, since=since, on=on),
        photos=_photos(projects, at=at),
        solved=_solved(projects, since=since),
    )


def _dossier(project: KeyProject, known: _Known) -> Dossier:
    pk = project.pk
    photos, last_photo = known.photos.get(pk, (0, None))
    solved, solved_late = known.solved.get(pk, (0, 0))
    months = known.months.get(pk, ())
    return Dossier(
        on=known.on,
        known_at=known.at,
        code=project.code,
        name=project.name,
        unit=str(project.lead_unit),
        town=str(project.town or ""),
        person=str(project.responsible_person or ""),
        leader=str(project.linked_leader or ""),
        lights=tuple(_month(each, known.why.get(pk, ()) if place == 0 else ()) for place, each in enumerate(months)),
        nodes=tuple(known.nodes.get(pk, ())),
        problems=tuple(_problem(each, known) for each in known.problems.get(pk, ())),
        requests=tuple(_request(each, known) for each in known.requests.get(pk, ())),
        permits=tuple(known.permits.get(pk, ())),
        decisions=tuple(_decision(each, known) for each in known.decisions.get(pk, ())),
        replans=tuple(map(_replan, known.replans.get(pk, ()))),
        earlier=tuple(map(_earlier, known.measures.get(pk, ()))),
        undertakings=tuple(_undertaking(each, on=known.on) for each in known.items.get(pk, ())),
        excuses=(*known.excuses.get(pk, ()), *_faults_of_others(pk, known)),
        photos=photos,
        last_photo_on=day_of(last_photo) if last_photo else None,
        solved=solved,
        solved_late=solved_late,
        is_early=any(_is_early(each) for each in months if each.period.ends_on.year == known.on.year),
    )


def _closed_months(*, on: date) -> Any:
    closed = PeriodClosing.objects.filter(period__kind=ReportPeriod.Kind.MONTH_END, finished_at__isnull=False)
    return closed.filter(period__starts_on__lte=on).select_related("period").order_by("-period__ends_on")


_OF_MONTH = (
    *("project_id", "light", "computed_light", "period__ends_on"),
    *("counted_annual_plan_amount", "counted_plan_to_date_amount", "counted_ytd_amount"),
    *("counted_started", "counted_starts_due", "counted_completed", "counted_completions_due"),
)


def _months(projects: Collection[int], closings: Sequence[PeriodClosing]) -> dict[int, list[PeriodStanding]]:
    frozen = PeriodStanding.objects.filter(project__in=projects, period__in=[each.period_id for each in closings])
    only = [name.removesuffix("_id") for name in _OF_MONTH]
    return _by_project(frozen.select_related("period").only(*only).order_by("-period__ends_on"))


def _why(projects: Collection[int], closings: Sequence[PeriodClosing]) -> dict[int, tuple[str, ...]]:
    """Of the last month, the sentences of its yellow and red dimensions."""
    found = {}
    for closing in closings:
        frozen = PeriodStanding.objects.filter(project__in=projects, period=closing.period_id)
        for project, verdicts in frozen.values_list("project", "verdicts"):
            found[project] = tuple(_bad_sentences(verdicts, on=closing.period.ends_on))
    return found


def _bad_sentences(verdicts: Mapping[str, Any], *, on: date) -> Iterator[str]:
    for name, parts in verdicts.items():
        if parts["light"] in _BAD and name != Dimension.REPORT:
            yield f"{Dimension(name).word}：{sentence(restored(parts, on=on), on=on)}"


def _month(row: PeriodStanding, why: tuple[str, ...]) -> MonthLight:
    plan, done = row.counted_annual_plan_amount, row.counted_ytd_amount
    gap = 100 * (done - row.counted_plan_to_date_amount) / plan if plan else None
    return MonthLight(row.period.ends_on, row.light, row.computed_light, _rounded(gap), why)


def _rounded(gap: Decimal | None) -> Decimal | None:
    """Evidence keeps it as it is printed, so that reading it again gives the same bytes."""
    return gap.quantize(Decimal("0.0001")) if gap is not None else None


def _is_early(row: PeriodStanding) -> bool:
    started = row.counted_started and not row.counted_starts_due
    return bool(started or (row.counted_completed and not row.counted_completions_due))


def _nodes(projects: Collection[int], *, on: date) -> dict[int, list[Node]]:
    """Milestones missed and still open, or finished late this year; then the other items that are overdue."""
    new_year = date(on.year, 1, 1)
    late = Q(approved_on__lt=on, is_reached=False) | Q(actual_on__gt=F("approved_on"), actual_on__gte=new_year)
    dates = MilestoneDates.objects.current().filter(late, milestone__project__in=projects)
    found: dict[int, list[Node]] = defaultdict(list)
    for each in dates.select_related("milestone").order_by("approved_on", "pk"):
        days = ((each.actual_on or on) - each.approved_on).days if each.approved_on else 0
        four = (each.original_on, each.approved_on, each.forecast_on, each.actual_on)
        found[each.milestone.project_id].append(Node(_("节点"), each.milestone.name, *four, days))
    kinds = (OpenItem.Kind.START, OpenItem.Kind.FINISH, OpenItem.Kind.STAGE_TARGET)
    others = OpenItem.objects.overdue(on=on).filter(project__in=projects, kind__in=kinds)
    for item in others.with_subjects().order_by("due_on", "pk"):
        days = days_since(item.late_since, on=on, stopped_on=item.stopped_on)
        node = Node(item.get_kind_display(), item.name, item.original_on, item.due_on, item.forecast_on, None, days)
        found[item.project_id].append(node)
    return found


def _leading(projects: Collection[int], *, on: date) -> dict[int, OpenItem]:
    """The milestone that has waited longest, of projects where a milestone leads what is overdue."""
    found = OpenItem.objects.overdue(on=on).filter(project__in=projects, leads=True, milestone__isnull=False)
    return {each.project_id: each for each in found.select_related("milestone")}


def _requests(projects: Collection[int], *, at: datetime) -> dict[int, list[ProblemRequest]]:
    asked = ProblemRequest.objects.unanswered().filter(problem__project__in=projects, asked_at__lte=at)
    found: dict[int, list[ProblemRequest]] = defaultdict(list)
    for each in asked.select_related("problem", "unit").order_by("answer_due_on", "pk"):
        found[each.problem.project_id].append(each)
    return found


def _permits(projects: Collection[int], *, on: date) -> dict[int, list[PermitHeld]]:
    at_counters = PermitState.objects.current().filter(status__in=_AT_THE_COUNTER).values("permit")
    rows = permits.rows_of(Permit.objects.filter(project__in=projects, pk__in=at_counters), known_at=None)
    announced = permits.announced_for(rows, on=on)
    found: dict[int, list[PermitHeld]] = defaultdict(list)
    for row in rows:
        reading, accepted_on = row.reading(on, announced).value, row.facts.accepted_on
        if accepted_on and accepted_on <= on:
            permit = row.permit
            said = (permit.name, permit.agency, accepted_on, reading.days_used, reading.in_workdays)
            found[permit.project_id].append(PermitHeld(*said, reading.is_overdue, reading.in_words()))
    return found


def _replans(projects: Collection[int], *, on: date) -> dict[int, list[ChangeRequest]]:
    """Approved this year, the latest first."""
    approved = ChangeRequest.objects.filter(
        project__in=projects,
        kind=ChangeRequest.Kind.DATE,
        state=ChangeRequest.State.APPROVED,
        ended_at__year=on.year,
    )
    return _by_project(approved.select_related("milestone", "stage_target").order_by("-ended_at"))


def _items(projects: Collection[int], *, at: datetime) -> dict[int, list[RectificationItem]]:
    items = RectificationItem.objects.filter(measure__project__in=projects, measure__proposed_at__lte=at)
    found: dict[int, list[RectificationItem]] = defaultdict(list)
    for each in items.select_related("measure").order_by("due_on", "pk"):
        found[each.measure.project_id].append(each)
    return found


def _excuses(projects: Collection[int], *, since: date, on: date) -> dict[int, list[Excuse]]:
    found: dict[int, list[Excuse]] = defaultdict(list)
    waivers = LightWaiver.objects.current().filter(
        project__in=projects, state=LightWaiver.State.GRANTED, starts_on__lte=on, ends_on__gte=since
    )
    for waiver in waivers.order_by("starts_on"):
        what = _("%s灯获准豁免") % waiver.get_dimension_display()
        days = (min(waiver.ends_on, on) - waiver.starts_on).days + 1
        found[waiver.project_id].append(Excuse(what, waiver.starts_on, waiver.ends_on, days, waiver.reason))
    pauses = SuspensionDates.objects.current().filter(suspension__project__in=projects, suspended_on__lte=on)
    pauses = pauses.filter(Q(resumed_on__isnull=True) | Q(resumed_on__gt=since)).select_related("suspension")
    for pause in pauses.order_by("suspended_on"):
        what = _("停缓建，获准不计逾期") if pause.excused_by_id else _("停缓建，未获准不计逾期")
        until = pause.resumed_on - timedelta(days=1) if pause.resumed_on else None
        days = (min(until or on, on) - pause.suspended_on).days + 1
        excuse = Excuse(what, pause.suspended_on, until, days, pause.reason)
        found[pause.suspension.project_id].append(excuse)
    return found


def _faults_of_others(project: int, known: _Known) -> Iterator[Excuse]:
    """Days of the longest overdue milestone that other units took, as the clocks of its problems say."""
    item = known.leading.get(project)
    if item is None or item.milestone is None:
        return
    problems = [each for each in known.problems.get(project, ()) if each.milestone_id == item.milestone_id]
    hindrances = [Hindrance(each.effect_days, known.turns[each.pk]) for each in problems]
    late, accountable = (
        (known.on - item.due_on).days,
        days_since(item.late_since, on=known.on, stopped_on=item.stopped_on),
    )
    found = whose_days(late, accountable, hindrances, on=known.on, announced=known.announced)
    for unit, days in sorted(found.of.items(), key=lambda each: -each[1]):
        if days and unit != AWAITING:
            why = _("节点“%(name)s”逾期 %(late)d 天中由其占用") % {"name": item.milestone.name, "late": late}
            yield Excuse(_("%s办理占用") % known.units[unit], item.due_on, None, days, why)


def _photos(projects: Collection[int], *, at: datetime) -> dict[int, tuple[int, datetime | None]]:
    kept = Attachment.objects.kept().photos().filter(project__in=projects, uploaded_at__lte=at).order_by()
    rows = kept.values("project").annotate(found=Count("pk"), last=Max("uploaded_at"))
    return {project: (count, last) for project, count, last in rows.values_list("project", "found", "last")}


def _solved(projects: Collection[int], *, since: date) -> dict[int, tuple[int, int]]:
    """Problems closed in these months, and how many of them after the day they were needed."""
    closed = Problem.objects.filter(project__in=projects, closed_at__date__gte=since).order_by()
    late = Count("pk", filter=Q(closed_at__date__gt=F("needed_by")))
    rows = closed.values("project").annotate(found=Count("pk"), late=late)
    return {project: (count, late) for project, count, late in rows.values_list("project", "found", "late")}


def _problem(problem: Problem, known: _Known) -> OpenProblem:
    days = held(known.turns[problem.pk], on=known.on, announced=known.announced).value
    parts = [Held(known.units[unit], count) for unit, count in days.items() if count and unit in known.units]
    turns = [turn.holder for turn in known.turns[problem.pk] if turn.holder in known.units]
    return OpenProblem(
        title=problem.title,
        kind=str(problem.get_kind_display()),
        level=str(problem.get_level_display()),
        unit=known.units[turns[-1]] if turns and turns[-1] is not None else "",
        raised_on=day_of(problem.raised_at),
        needed_by=problem.needed_by,
        days=(known.on - day_of(problem.raised_at)).days,
        late=max(0, (known.on - problem.needed_by).days),
        held=tuple(sorted(parts, key=lambda each: -each.days)),
    )


def _request(request: ProblemRequest, known: _Known) -> Request:
    asked_on = day_of(request.asked_at)
    return Request(
        problem=request.problem.title,
        unit=str(request.unit),
        question=request.question,
        asked_on=asked_on,
        due_on=request.answer_due_on,
        days=workdays_between(asked_on, known.on, known.announced).value,
        late=max(0, (known.on - request.answer_due_on).days),
    )


def _decision(decision: Decision, known: _Known) -> LateDecision:
    days = (known.on - decision.due_on).days
    return LateDecision(decision.number, decision.text, str(decision.owner_unit), decision.due_on, days)


def _replan(request: ChangeRequest) -> Replan:
    what = str(request.milestone or request.stage_target or request.get_kind_display())
    decided_on = day_of(request.ended_at) if request.ended_at else None
    cause = str(request.get_reason_code_display())
    return Replan(what, request.present_on, request.proposed_on, cause, request.reason, decided_on)


def _earlier(measure: Measure) -> Earlier:
    told_on = day_of(measure.told_at or measure.proposed_at)
    return Earlier(str(measure.get_kind_display()), str(measure.get_state_display()), told_on, measure.notice_number)


def _undertaking(item: RectificationItem, *, on: date) -> Undertaking:
    is_open = item.state == RectificationItem.State.OPEN and item.measure.told_at is not None
    late = max(0, (on - item.due_on).days) if is_open else 0
    return Undertaking(item.measure.kind, item.text, item.due_on, str(item.get_state_display()), late)


def _by_project(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found
