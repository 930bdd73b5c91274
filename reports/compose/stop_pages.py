"""观摩点: the page of each stop, from what is known of its project. As many queries for forty stops as for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from django.urls import reverse
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import KeyProject, PlanEntry
from projects.models import Stage as Stages
from projects.models.annual_plan import MONTHS
from projects.recorded import day_of
from reports.compose.known import Step, steps_of
from reports.compose.nodes import ORDER
from reports.inspection_booklet import (
    Course,
    Figures,
    Node,
    People,
    Photo,
    Point,
    Request,
    Stage,
    StopPage,
    Trouble,
    Visit,
)
from scheduling.facts import known_facts
from scheduling.models import (
    Attachment,
    EscalationLevel,
    Problem,
    ProblemRequest,
    ProgressVersion,
    Standing,
    Stop,
)
from scheduling.stages import four_stages
from scheduling.standing import Facts, ItemKind, days_late, overdue
from scheduling.time_progress import plan_to_date

_NO_FACTS = Facts(())
_RECENT = timedelta(days=31)  # a photo this much older than the last one still shows how it looks now
_DAY_OF_MONTH = timedelta(days=1)
Months = Mapping[tuple[int, int], Decimal]


@dataclass(frozen=True)
class Known:
    """What is known of the projects of a round, by project."""

    on: date
    facts: Mapping[int, Facts]
    steps: Mapping[int, Step]
    standings: Mapping[int, Standing]
    budgets: Mapping[int, Decimal | None]
    plans: Mapping[int, PlanEntry]
    months: Mapping[int, Months]
    said: Mapping[int, str]
    troubles: Mapping[int, Sequence[Trouble]]
    photos: Mapping[int, tuple[Photo, Photo | None]]

    def page(self, stop: Stop, visit: Visit, *, site: str) -> StopPage:
        project = stop.project
        photo, earlier = self.photos.get(project.pk, (None, None))
        facts = self.facts_of(project)
        return StopPage(
            visit=visit,
            project=project.pk,
            code=project.code,
            name=project.name,
            area=project.get_focus_area_display(),
            level=project.get_level_display(),
            nature=project.get_construction_nature_display(),
            scale=project.scale,
            years="—".join(str(year) for year in (project.built_from, project.built_to) if year),
            sights=stop.sights,
            people=_people(project),
            figures=self.figures(project),
            stages=self.stages(facts),
            course=self.course(project),
            nodes=self.nodes(facts),
            troubles=tuple(self.troubles.get(project.pk, ())),
            photo=photo,
            earlier=earlier,
            address=site + reverse("project_detail", args=[project.code]),
        )

    def facts_of(self, project: KeyProject) -> Facts:
        return self.facts.get(project.pk, _NO_FACTS)

    def figures(self, project: KeyProject) -> Figures:
        standing = self.standings.get(project.pk) or Standing()
        plan = self.plans.get(project.pk)
        return Figures(
            total_investment=self.budgets.get(project.pk),
            annual_plan=plan.annual_plan_amount if plan else None,
            year_to_date=Decimal(standing.ytd_amount if standing.amounts_year == self.on.year else 0),
            since_start=Decimal(standing.since_start_amount),
            physical=self.said.get(project.pk, ""),
            physical_percent=standing.physical_percent,
            reported_to=standing.reported_to,
            light=standing.light,
        )

    def stages(self, facts: Facts) -> tuple[Stage, ...]:
        found = four_stages(facts, on=self.on, order=ORDER)
        return tuple(Stage(str(Stages(s.stage).label), s.planned, s.actual, s.state.value, s.days) for s in found)

    def nodes(self, facts: Facts) -> tuple[Node, ...]:
        """In the order of the four stages and, within one, of their approved dates."""
        late = {each.item.key: each.days for each in overdue(facts, on=self.on)}
        items = [item for item in facts.items if item.kind is ItemKind.MILESTONE]
        items.sort(key=lambda item: (ORDER.index(item.stage), item.approved_on or date.max, item.subject))
        return tuple(
            Node(
                name=item.name,
                is_key=item.subject in self.steps and self.steps[item.subject].is_key,
                original_on=item.original_on,
                approved_on=item.approved_on,
                forecast_on=item.forecast_on if item.is_open(on=self.on) else None,
                actual_on=None if item.is_open(on=self.on) else item.actual_on,
                is_reached=not item.is_open(on=self.on),
                days=late.get(item.key, 0),
            )
            for item in items
        )

    def course(self, project: KeyProject) -> Course:
        """The year up to now: by months as planned, and by months as accepted."""
        plan = self.plans.get(project.pk)
        months = plan.monthly_amounts() if plan else []
        is_planned = any(months)
        done = self.months.get(project.pk, {})
        spent = [done.get((self.on.year, month), Decimal(0)) for month in MONTHS]
        sums = dict(zip(MONTHS, accumulate(spent), strict=True))
        actual = [Point(day, sums[day.month]) for day in _month_ends(self.on.year) if day < self.on]
        return Course(
            on=self.on,
            plan=tuple(map(Point, _month_ends(self.on.year), accumulate(months))) if is_planned else (),
            actual=(*actual, Point(self.on, sums[self.on.month])) if any(spent) else (),
            planned_to_date=plan_to_date(months, self.on) if is_planned else None,
        )


def known_of(projects: Sequence[KeyProject], *, on: date, known_at: datetime) -> Known:
    ids = [project.pk for project in projects]
    accepted = ProgressVersion.objects.current().accepted()
    plans = PlanEntry.objects.in_force(on=on, known_at=known_at).filter(project__in=ids)
    budgets = KeyProject.objects.filter(pk__in=ids).with_total_investment(known_at=known_at)
    return Known(
        on=on,
        facts=known_facts(ids, known_at=None),
        steps=steps_of(ids),
        standings={each.project_id: each for each in Standing.objects.filter(project__in=ids)},
        budgets={each.pk: each.total_investment for each in budgets},  # type: ignore[attr-defined]  # annotated
        plans={each.project_id: each for each in plans},
        months=accepted.by_month(ids, upto=on),
        said=_said(ids, on=on),
        troubles=_troubles(ids, on=on),
        photos=photos_of(ids),
    )


def photos_of(projects: Collection[int]) -> dict[int, tuple[Photo, Photo | None]]:
    """How each project looks now, and how the same place looked before.

    The same place is said by the same caption, nothing else: where photos of the last month bear one that an older
    photo bears too, the newest of those is shown beside the oldest of that caption; else the newest alone.
    """
    kept = Attachment.objects.kept().photos().filter(report__project__in=projects, file__quarantined_at__isnull=True)
    rows = kept.order_by("pk").values_list("report__project", "file__sha256", "taken_at", "uploaded_at", "caption")
    found: dict[int, list[Photo]] = defaultdict(list)
    for project, sha256, taken_at, uploaded_at, caption in rows:
        found[project].append(Photo(sha256, localtime(taken_at or uploaded_at).date(), caption.strip()))
    return {project: _pair(photos) for project, photos in found.items()}


def _pair(photos: Iterable[Photo]) -> tuple[Photo, Photo | None]:
    in_time = sorted(photos, key=lambda photo: photo.taken_on)
    newest = in_time[-1]
    for photo in reversed(in_time):
        if newest.taken_on - photo.taken_on > _RECENT:
            break
        older = [each for each in in_time if _is_earlier(each, photo)]
        if older:
            return photo, older[0]
    return newest, None


def _is_earlier(one: Photo, other: Photo) -> bool:
    return bool(one.caption) and one.caption == other.caption and one.taken_on < other.taken_on


def _people(project: KeyProject) -> People:
    units = (project.responsible_unit, project.responsible_person, project.linked_leader, project.town)
    builders = (project.owner_org, project.contractor, project.supervisor_org)
    return People(str(project.lead_unit), *(str(each or "") for each in (*units, *builders)))


def _month_ends(year: int) -> list[date]:
    return [date(year + month // 12, month % 12 + 1, 1) - _DAY_OF_MONTH for month in MONTHS]


def _said(projects: Collection[int], *, on: date) -> dict[int, str]:
    """形象进度 of the last accepted report of each."""
    told = ProgressVersion.objects.current().accepted().filter(report__project__in=projects)
    rows = told.filter(report__period__ends_on__lte=on).exclude(physical_progress="")
    return dict(rows.order_by("report__period__ends_on", "pk").values_list("report__project", "physical_progress"))


def _troubles(projects: Collection[int], *, on: date) -> dict[int, list[Trouble]]:
    """The open problems of each, what has waited longest first."""
    problems = Problem.objects.open().filter(project__in=projects).select_related("court_unit")
    waiting = ProblemRequest.objects.unanswered().filter(problem__project__in=projects).select_related("unit")
    requests: dict[int, list[Request]] = defaultdict(list)
    for each in waiting.order_by("answer_due_on", "pk"):
        late = days_late(each.answer_due_on, on=on)
        requests[each.problem_id].append(Request(str(each.unit), each.question, each.answer_due_on, late))
    found: dict[int, list[Trouble]] = defaultdict(list)
    for problem in problems.order_by("needed_by", "pk"):
        found[problem.project_id].append(_trouble(problem, requests[problem.pk], on=on))
    return found


def _trouble(problem: Problem, requests: Sequence[Request], *, on: date) -> Trouble:
    return Trouble(
        kind=problem.get_kind_display(),
        title=problem.title,
        unit=str(problem.court_unit),
        level=str(EscalationLevel(problem.level).label),
        since=day_of(problem.court_since),
        needed_by=problem.needed_by,
        days=days_late(problem.needed_by, on=on),
        requests=tuple(requests),
    )
