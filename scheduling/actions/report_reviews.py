"""通过全部无提示的: what raised no question is accepted at once, each report with a trace of its own."""

from projects import audit, changed, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Unit, User
from projects.recorded import day_of
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.reviewing import review_scope, reviewable, reviewers, waiting

from . import progress_claims


def accept_all(*, period: ReportPeriod, of: Unit | None, by: User) -> int:
    """Accept every report of the period without flags that waits for this person; returns how many.

    ``of``: only what this unit leads; None: everything.
    Left out are the person's own, and those of whoever the person stands in for.
    """
    with recorded.writing(holding=KeyProject.objects.filter(progress_reports__period=period)) as at:
        people = reviewers(by, on=day_of(at))
        if not people:
            raise NotAllowed("填报由牵头单位（责任单位）审核人或区重点办审核。")
        found = waiting(reviewable(people), by=by).filter(report__period=period, flags=[])
        if of:
            found = found.filter(report__project__lead_unit__path__startswith=of.path)
        taken = _as_whom(list(found.select_related("report__project", "report__period")), people, by)
        if not taken:
            raise RuleViolation(f"{period}没有可以一并通过的填报：有提示的请逐份审核，本人填报的由他人审核。")
        news = [progress_claims.accepted(version, principal=principal, by=by, at=at)[0] for version, principal in taken]
        ProgressVersion.objects.filter(pk__in=[version.pk for version, _principal in taken]).update(superseded_at=at)
        recorded.record(news, by=by, at=at)
        for version, principal in taken:
            words = {"代办授权人": [None, principal.full_name]} if principal else {}
            audit.record("progress_report.accepted", version.report, by=by, at=at, changes=words)
            progress_claims.record_funds(version, by=by)
        changed.announce([version.report.project_id for version, _p in taken], at=at, moves_plan=False)
        return len(taken)


def _as_whom(
    found: list[ProgressVersion], people: list[User], by: User
) -> list[tuple[ProgressVersion, User | None]]:  # fmt: skip
    """Each with None where this person reviews as oneself, else with the principal."""
    projects = KeyProject.objects.filter(pk__in={version.report.project_id for version in found})
    scopes = {person: set(projects.filter(review_scope(person)).values_list("pk", flat=True)) for person in people}
    taken = []
    for version in found:
        whom = next(
            (p for p in people if version.report.project_id in scopes[p] and p.pk != version.submitted_by_id), None
        )
        if whom:
            taken.append((version, None if whom == by else whom))
    return taken
