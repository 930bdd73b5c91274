"""更正: which facts a bulletin rested on were corrected later. What was told for the first time is 补报 and none."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from projects import figures
from projects.models import (
    MilestoneDates,
    PlanAdjustment,
    PlanEntry,
    PlanVersion,
    ProjectDates,
    StageTargetDates,
    SuspensionDates,
    TierEntry,
)
from projects.models.annual_plan import MONTHS, month_field
from projects.recorded import Recorded
from scheduling.models import ProgressVersion

_OF_PLAN = ("category", "completes_this_year", "annual_plan_amount", "planned_start_on", "planned_finish_on")


class _Dated(NamedTuple):
    """Versions that tell days. ``project``: the way to it; ``reason``: the field that says why; ``item``: of what."""

    model: type[Recorded]
    project: str
    days: tuple[str, ...]
    reason: str = ""
    item: str = ""


_DATED = (
    _Dated(ProjectDates, "project_id", ("started_on", "accepted_on", "commissioned_on", "handed_over_on"), "evidence"),
    _Dated(SuspensionDates, "suspension__project_id", ("suspended_on", "resumed_on"), "reason"),
    _Dated(MilestoneDates, "milestone__project_id", ("actual_on",), item="milestone__name"),
    _Dated(StageTargetDates, "stage_target__project_id", ("actual_on",), item="stage_target__target"),
)


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
    dates = [correction for dated in _DATED for correction in _of_dates(dated, on, since)]
    found = [*_of_reports(on, since), *dates, *_of_tiers(on, since), *_of_plans(on, since)]
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


def _of_dates(dated: _Dated, on: date, since: datetime) -> Iterator[Correction]:
    """Days up to then that were told already and are others now: of the life of a project, of 停缓建, of its items."""
    model, key = dated.model, dated.model.key_columns()
    columns = [*key, *dated.days]
    named = [name for name in (dated.project, dated.reason, dated.item) if name]
    now = model.objects.current().filter(recorded_at__gt=since).select_related("recorded_by")
    known = model.objects.known(at=since).filter(**{f"{key[0]}__in": now.values(key[0])})
    then = {each[: len(key)]: each[len(key) :] for each in known.values_list(*columns)}
    words = {each[0]: dict(zip(named, each[1:], strict=True)) for each in now.values_list("pk", *named)}
    for version in now:
        said = words[version.pk]
        for name, old in zip(dated.days, then.get(version.key(), ()), strict=False):
            new = getattr(version, name)
            if old and old != new and min(old, new or old) <= on:
                what = f"{said.get(dated.item, '')}{_label(model, name)}"
                reason, person = said.get(dated.reason, ""), str(version.recorded_by or "")
                yield Correction(said[dated.project], what, _said(old), _said(new), reason, person, version.recorded_at)


def _of_tiers(on: date, since: datetime) -> Iterator[Correction]:
    """What a project entered on a day up to then, 退出 among it, that it is now known not to have entered."""
    now = TierEntry.objects.current().filter(recorded_at__gt=since, entered_on__lte=on).select_related("recorded_by")
    known = TierEntry.objects.known(at=since).filter(project__in=now.values("project"))
    then = {each.key(): each for each in known}
    for entry in now:
        before = then.get(entry.key())
        if before and before.tier != entry.tier:
            yield Correction(
                entry.project_id,
                f"{_said(entry.entered_on)}{_label(TierEntry, 'tier')}",
                before.get_tier_display(),
                entry.get_tier_display(),
                entry.reason,
                str(entry.recorded_by or ""),
                entry.recorded_at,
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
