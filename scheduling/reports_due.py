"""待报: what one person still owes, project by project and period by period, and how far each has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.timezone import localtime  # noqa: TID251 - given its moment
from django.utils.translation import gettext as _

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

    @property
    def return_note(self) -> str:
        """What was said on returning it."""
        return self.version.review_note if self.version and self.version.state == State.RETURNED else ""

    def is_late(self, *, at: datetime) -> bool:
        return self.waits_for_the_lead and self.period.due_at < at


def form_url(project: KeyProject, period: ReportPeriod) -> str:
    name = "month_end" if period.kind == ReportPeriod.Kind.MONTH_END else "weekly_report"
    return f"{reverse(name, args=[project.code])}?period={period.pk}"


def due_said(period: ReportPeriod) -> str:
    due = localtime(period.due_at)
    return _("%(month)d月%(day)d日 %(time)s 截止") % {"month": due.month, "day": due.day, "time": f"{due:%H:%M}"}


def until_said(due: Due, *, at: datetime) -> str:
    return _("已过报送截止时间") if due.is_late(at=at) else due_said(due.period)


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

    Three queries, however many periods are open.
    """
    periods, own = {period.pk: period for period in open_periods(at=at)}, own_projects(user).values("pk")
    asked = [_owing(period).filter(pk__in=own) for period in periods.values()]
    rows: Any = asked[0].union(*asked[1:], all=True) if asked else []
    owed = _how_far((project, periods[project.owed_period], project.has_draft) for project in rows)
    owed.sort(key=lambda due: (due.project.sort_key, due.project.code))
    return sorted(owed, key=lambda due: (not due.waits_for_the_lead, due.period.due_at))


def _owing(period: ReportPeriod) -> KeyProjectQuerySet:
    """Every project with the period it owes, and whether a draft is begun."""
    draft = ProgressDraft.objects.filter(project=OuterRef("pk"), period=period)
    owed = owing(period, known_at=None).order_by()
    return owed.annotate(owed_period=Value(period.pk), has_draft=Exists(draft))


def _how_far(owed: Iterable[tuple[KeyProject, ReportPeriod, bool]]) -> list[Due]:
    owed = list(owed)
    if not owed:
        return []
    projects = {project.pk for project, _period, _draft in owed}
    periods = {period.pk for _project, period, _draft in owed}
    current = ProgressVersion.objects.current().filter(report__project__in=projects, report__period__in=periods)
    said = {
        (version.report.project_id, version.report.period_id): version
        for version in current.select_related("report").order_by("-counts")  # what is under way takes its place
    }
    return [Due(project, period, said.get((project.pk, period.pk)), has_draft) for project, period, has_draft in owed]


def periods_of(project: KeyProject, *, at: datetime, limit: int = 10) -> list[Due]:
    """The last periods of the kinds it reports by, the latest first: to report, to report late, to correct."""
    kinds = {*project.reporting_duties.values_list("kind", flat=True), ReportPeriod.Kind.WEEK.value}
    draft = ProgressDraft.objects.filter(project=project, period=OuterRef("pk"))
    begun: Any = ReportPeriod.objects.filter(kind__in=kinds, starts_on__lte=day_of(at)).annotate(
        has_draft=Exists(draft)
    )
    return _how_far((project, period, period.has_draft) for period in begun.order_by("-ends_on", "-pk")[:limit])
