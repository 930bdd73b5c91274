"""更正: which facts a bulletin rested on were corrected later. What was told for the first time is 补报 and none."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from projects import figures
from projects.models import PlanAdjustment, PlanEntry, PlanVersion, ProjectDates
from projects.models.annual_plan import MONTHS, month_field
from scheduling.models import ProgressVersion

_DATES = ("started_on", "accepted_on", "commissioned_on", "handed_over_on")
_OF_PLAN = ("category", "completes_this_year", "annual_plan_amount", "planned_start_on", "planned_finish_on")


class Correction(NamedTuple):
    """One fact of a project as it was known and as it is known now, in words."""

    project: int
    what: str
    old: str
    new: str
    reason: str
    person: str
    at: datetime


def corrections(*, on: date, since: datetime) -> list[Correction]:
    """Of what was known of the year up to ``on``: what was corrected after this moment, the earliest first."""
    found = [*_of_reports(on, since), *_of_dates(on, since), *_of_plans(on, since)]
    return sorted(found, key=lambda each: (each.at, each.project, each.what))


def _of_reports(on: date, since: datetime) -> Iterator[Correction]:
    """Accepted versions in the place of those that counted then."""
    of_year = ProgressVersion.objects.filter(report__period__ends_on__range=(date(on.year, 1, 1), on)).accepted()
    now = of_year.current().filter(recorded_at__gt=since)
    then = {each.report_id: each for each in of_year.known(at=since).filter(report__in=now.values("report"))}
    for version in now.select_related("report__period", "submitted_by"):
        before = then.get(version.report_id)
        if before and before.period_amount != version.period_amount:
            yield Correction(
                version.report.project_id,
                f"{version.report.period}完成投资",
                f"{figures.exactly(before.period_amount)}万元",
                f"{figures.exactly(version.period_amount)}万元",
                version.correction_reason,
                version.submitted_by.full_name,
                version.recorded_at,
            )


def _of_dates(on: date, since: datetime) -> Iterator[Correction]:
    """Days of a start, an acceptance or a commissioning that were told already and are others now."""
    now = ProjectDates.objects.current().filter(recorded_at__gt=since).select_related("recorded_by")
    known = ProjectDates.objects.known(at=since).filter(project__in=now.values("project"))
    then = {each.project_id: each for each in known}
    for dates in now:
        for name in _DATES:
            old, new = getattr(then.get(dates.project_id), name, None), getattr(dates, name)
            if old and old != new and min(old, new or old) <= on:
                yield Correction(
                    dates.project_id,
                    _label(ProjectDates, name),
                    _said(old),
                    _said(new),
                    dates.evidence,
                    str(dates.recorded_by or ""),
                    dates.recorded_at,
                )


def _of_plans(on: date, since: datetime) -> Iterator[Correction]:
    """An edition approved later that holds from a day before: what it says otherwise."""
    versions = PlanVersion.objects.filter(plan__year=on.year)
    then, now = (versions.in_force(on=on, known_at=known_at) for known_at in (since, None))
    if now is None or then is None or now == then or now.decided_at is None:
        return
    reasons = dict(PlanAdjustment.objects.filter(version=now).values_list("project", "reason"))
    old, new = (each.entries.figures() for each in (then, now))
    for project in sorted(old.keys() | new.keys()):
        for what, before, after in _differing(old.get(project), new.get(project)):
            reason = reasons.get(project) or now.reason
            yield Correction(project, what, before, after, reason, str(now.decided_by or ""), now.decided_at)


def _differing(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    if old is None or new is None:
        yield "年度计划", "列入" if old else "未列入", "列入" if new else "未列入"
        return
    for name in _OF_PLAN:
        if old[name] != new[name]:
            yield _label(PlanEntry, name), _planned(name, old[name]), _planned(name, new[name])
    months = [month for month in MONTHS if old[month_field(month)] != new[month_field(month)]]
    if months:
        yield "分月投资计划（万元）", _months(old, months), _months(new, months)


def _months(entry: Mapping[str, Any], months: Iterable[int]) -> str:
    return "、".join(f"{month}月{figures.exactly(entry[month_field(month)])}" for month in months)


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _planned(name: str, value: Any) -> str:
    if name == "category":
        return str(PlanEntry.Category(value).label)
    if name == "completes_this_year":
        return "是" if value else "否"
    return figures.exactly(value) if name == "annual_plan_amount" else _said(value)


def _said(day: date | None) -> str:
    return figures.chinese_date(day) if day else "空"
