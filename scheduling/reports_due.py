"""待报: what one person still owes, project by project and period by period, and how far each has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from projects.models import KeyProject, User
from projects.models.key_project import KeyProjectQuerySet
from projects.recorded import day_of
from scheduling.models import ProgressDraft, ProgressVersion, ReportPeriod
from scheduling.reporting import owing

State = ProgressVersion.State


@dataclass(frozen=True)
class Due:
    """One project in one period; ``version`` is what was said last, None: nothing yet."""

    project: KeyProject
    period: ReportPeriod
    version: ProgressVersion | None = None
    has_draft: bool = False

    @property
    def waits_for_the_lead(self) -> bool:
        return self.version is None or self.version.state == State.RETURNED


def own_projects(user: User) -> KeyProjectQuerySet:
    """Those this person reports on: responsible for them, or their liaison."""
    seen = KeyProject.objects.visible_to(user).counted()
    return seen.filter(Q(responsible_person=user) | Q(liaison=user))


def open_periods(*, at: datetime) -> list[ReportPeriod]:
    """Those that take reports now, the one that is due first before the others."""
    begun = ReportPeriod.objects.open(at=at).filter(starts_on__lte=day_of(at))
    return [*begun.exclude(kind=ReportPeriod.Kind.MONTH_END).order_by("due_at", "pk")]


def due_of(user: User, *, at: datetime) -> list[Due]:
    """Every report of the open periods this person's projects owe: what waits for the lead first, then by due time.

    Three queries, and one for each open period.
    """
    own, owed = own_projects(user), []
    for period in open_periods(at=at):
        owed += [(project, period) for project in owing(period, known_at=None).filter(pk__in=own.values("pk"))]
    return sorted(_how_far(owed), key=lambda due: (not due.waits_for_the_lead, due.period.due_at))


def _how_far(owed: Iterable[tuple[KeyProject, ReportPeriod]]) -> list[Due]:
    owed = list(owed)
    projects, periods = {project.pk for project, _ in owed}, {period.pk for _, period in owed}
    if not owed:
        return []
    current = ProgressVersion.objects.current().filter(report__project__in=projects, report__period__in=periods)
    said = {
        (version.report.project_id, version.report.period_id): version
        for version in current.select_related("report").order_by("-counts")  # what is under way takes its place
    }
    drafts = {*ProgressDraft.objects.filter(project__in=projects, period__in=periods).values_list("project", "period")}
    return [
        Due(project, period, said.get((project.pk, period.pk)), (project.pk, period.pk) in drafts)
        for project, period in owed
    ]


def periods_of(project: KeyProject, *, at: datetime, limit: int = 10) -> list[Due]:
    """The last periods of the kinds it reports by, the latest first: to report, to report late, to correct."""
    kinds = {*project.reporting_duties.values_list("kind", flat=True), ReportPeriod.Kind.WEEK.value}
    begun = ReportPeriod.objects.filter(kind__in=kinds, starts_on__lte=day_of(at)).order_by("-ends_on", "-pk")
    return _how_far((project, period) for period in begun[:limit])
