"""审核台: what was reported of a period, what is new in it, and whose word it waits for."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from projects.models import KeyProject, Substitute, User
from projects.models.key_project import in_units_of
from projects.roles import Duty
from scheduling.models import Attachment, ProgressVersion, ReportPeriod
from scheduling.models.progress_report import ProgressVersionQuerySet
from scheduling.reporting import owing


class Reported(StrEnum):
    """How far a project is with its report of a period; a correction under way goes before what counts."""

    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    MISSING = "MISSING"


@dataclass(frozen=True)
class Desk:
    """The projects of one period by state; those who owe none and reported all the same are among them."""

    states: dict[int, Reported]
    owed: int
    unflagged: int

    @property
    def counts(self) -> Counter[Reported]:
        return Counter(self.states.values())

    def projects(self, state: Reported) -> list[int]:
        return [project for project, each in self.states.items() if each == state]


def review_scope(person: User) -> Q:
    """The projects whose reports this person may review as oneself, as one condition on KeyProject."""
    if person.duties.include(Duty.KEEP_REPORTING):
        return Q()
    return in_units_of(person.duties, Duty.REVIEW_REPORT)


def reviewers(user: User, *, on: date) -> list[User]:
    """As whom this person may review on this day: as oneself, and in whose stead."""
    return allowed([user, *Substitute.objects.principals_of(user, on=on)])


def allowed(people: Collection[User]) -> list[User]:
    """Of a person and those this person stands in for, those who review reports."""
    return [each for each in people if each.duties.include(Duty.REVIEW_REPORT)]


def reviewable(people: Collection[User]) -> Q:
    scope = Q(pk__in=[])
    for person in people:
        own = review_scope(person)
        scope = scope | own if own else own
        if not own:
            break
    return scope


def waiting(scope: Q, *, by: User) -> ProgressVersionQuerySet:
    """What waits for this person's review: of these projects, and not by oneself."""
    submitted = ProgressVersion.objects.current().filter(state=ProgressVersion.State.SUBMITTED)
    return submitted.filter(report__project__in=KeyProject.objects.filter(scope)).exclude(submitted_by=by)


def waiting_by_period(scope: Q, *, by: User) -> dict[int, int]:
    """How many reports of each period wait for this person's review; one query."""
    return dict(waiting(scope, by=by).order_by().values_list("report__period").annotate(count=Count("pk")))


def desk(period: ReportPeriod, scope: Q, *, known_at: datetime | None, by: User) -> Desk:
    """Three queries, however many projects."""
    projects = KeyProject.objects.filter(scope)
    owed = list(owing(period, known_at=known_at).filter(pk__in=projects).values_list("pk", flat=True))
    states = dict.fromkeys(owed, Reported.MISSING)
    said = ProgressVersion.objects.as_known(known_at).filter(report__period=period, report__project__in=projects)
    for project, state in said.order_by("-counts").values_list("report__project", "state"):
        states[project] = Reported(state)  # what is under way comes last and stays
    return Desk(states, len(owed), waiting(scope, by=by).filter(report__period=period, flags=[]).count())


def told(period: ReportPeriod, projects: Collection[int]) -> dict[int, ProgressVersion]:
    """The version to be looked at by project: what is under way, else what counts. With ``photo_count``."""
    current = ProgressVersion.objects.current().filter(report__period=period, report__project__in=projects)
    rows = current.order_by("-counts").select_related("report", "submitted_by", "reviewed_by")
    rows = rows.annotate(photo_count=_photo_count())
    return {version.report.project_id: version for version in rows}


def _photo_count() -> Coalesce:
    photos = Attachment.objects.kept().photos().filter(report=OuterRef("report")).order_by()
    return Coalesce(Subquery(photos.values("report").annotate(count=Count("pk")).values("count")), 0)


def told_before(period: ReportPeriod, projects: Collection[int]) -> dict[int, ProgressVersion]:
    """What the period before said: what counts, else what is under way. One adjustment does not follow another."""
    if period.kind == ReportPeriod.Kind.MONTH_END:
        return {}
    earlier = ReportPeriod.objects.filter(kind=period.kind, ends_on__lt=period.ends_on).order_by("-ends_on")
    current = ProgressVersion.objects.current().filter(
        report__period__in=earlier.values("pk")[:1], report__project__in=projects
    )
    return {version.report.project_id: version for version in current.order_by("counts").select_related("report")}


def history(version: ProgressVersion) -> ProgressVersionQuerySet:
    """Every version of its report, the newest first, each with its receipt where it was submitted."""
    rows = ProgressVersion.objects.filter(report=version.report_id).order_by("-recorded_at", "-pk")
    return rows.annotate(receipt=F("submission__receipt_number")).select_related("submitted_by", "reviewed_by")
