"""完工预测和外绿内红, reckoned anew each night: first what came of past forecasts, then what is foretold now.

Batch by batch, each replaced as a whole; the same facts give the same rows, however often it is done. No trace of its
own is left in the audit: it says nothing that the recorded facts do not say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from projects.models import LibraryTier
from projects.recorded import day_of
from scheduling.back_test import BackTest, Pace, PastErrors, Yields, back_test, paced_yields
from scheduling.contradictions import Picture, contradictions, score
from scheduling.evaluation import BATCH, every_project
from scheduling.forecast import (
    Forecast,
    Refusal,
    Why,
    early_warning,
    finish_forecast,
    slack_trend,
    spending_forecast,
)
from scheduling.models import BackTestResult, ContradictionCheck, FinishForecast, Standing
from scheduling.pace import histories, paces
from scheduling.pictures import pictures, stale_report, uses_photos

Progress = Callable[[int, int], None]
TREND = timedelta(weeks=4)
"""How far back a forecast is compared with what would have been foretold then."""
_FORETOLD = (LibraryTier.PREPARATION, LibraryTier.BUILDING)
_NOTHING_TOLD = Refusal(Why.FEW_REPORTS, "还没有已审核的填报，不作预测。")


@dataclass(frozen=True)
class Night:
    """What all projects of one night have in common."""

    at: datetime
    past: PastErrors
    past_then: PastErrors
    uses_photos: bool

    @property
    def on(self) -> date:
        return day_of(self.at)


def renew(*, at: datetime, progress: Progress) -> None:
    """Every project as known now, at the end of the day of ``at``. Back-tested are all, whatever became of them.

    Foretold and checked are those being prepared or built; what was stored of others is forgotten.
    """
    tested = every_project()
    foretold = list(Standing.objects.filter(tier__in=_FORETOLD).order_by("project").values_list("project", flat=True))
    total = len(tested) + len(foretold)
    yields = paced_yields(_histories(tested, day_of(at), lambda done: progress(done, total)))
    _store_back_test(back_test(yields), at)
    night = _night(yields, at)
    del yields  # the most of what is held in memory
    for number, part in enumerate(_batches(foretold), start=1):
        _renew_batch(part, night)
        progress(len(tested) + min(number * BATCH, len(foretold)), total)
    _forget_others()


def _batches(projects: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(projects), BATCH):
        yield projects[start : start + BATCH]


def _histories(projects: Sequence[int], on: date, progress: Callable[[int], None]) -> Iterator[Pace]:
    for number, part in enumerate(_batches(projects), start=1):
        yield from paces(part, upto=on, known_at=None).values()
        progress(min(number * BATCH, len(projects)))


def _night(yields: Yields, at: datetime) -> Night:
    on = day_of(at)
    past, past_then = (PastErrors.known(yields, on=day) for day in (on, on - TREND))
    return Night(at, past, past_then, uses_photos())


@transaction.atomic
def _store_back_test(found: BackTest, at: datetime) -> None:
    buckets = [
        {
            "days": days,
            "n": each.n,
            "error": _said(each.median_error_days),
            "p50": _said(each.p50_hit_share),
            "p80": _said(each.p80_hit_share),
        }
        for days, each in found.horizons.items()
    ]
    BackTestResult.objects.exclude(on=day_of(at)).delete()
    said = {"known_at": at, "sentence": str(found), "buckets": buckets}
    BackTestResult.objects.update_or_create(on=day_of(at), defaults=said)


def _said(value: object) -> str | None:
    return None if value is None else str(value)


@transaction.atomic
def _renew_batch(projects: Sequence[int], night: Night) -> None:
    told = histories(projects, upto=night.on, known_at=None)
    standings = list(Standing.objects.filter(project__in=projects).order_by("project"))
    paced = {each.project_id: told[each.project_id].pace if each.project_id in told else Pace([]) for each in standings}
    found = {each.project_id: _foretold(each, paced[each.project_id], night) for each in standings}
    seen = pictures(standings, told, found, on=night.on, uses_photos=night.uses_photos)
    FinishForecast.objects.filter(project__in=projects).delete()
    FinishForecast.objects.bulk_create(_row(each, paced[each], found[each], night) for each in found)
    ContradictionCheck.objects.filter(project__in=projects).delete()
    ContradictionCheck.objects.bulk_create(_checked(project, picture, night) for project, picture in seen.items())


def _foretold(standing: Standing, pace: Pace, night: Night) -> Forecast | Refusal:
    """What is not told of in time leads nowhere: the 填报 light says which that is."""
    if not pace.points:
        return _NOTHING_TOLD
    if not (pace.finished_on or pace.paused_since) and (stale := stale_report(standing, on=night.on)):
        return Refusal(Why.STALE, f"填报不及时，不作预测：{stale}。")
    found = finish_forecast(pace, night.past)
    if isinstance(found, Forecast) and found.p50_on < night.on:
        passed = f"按 {found.made_on} 的填报预计 {found.p50_on} 完成，日期已过仍未竣工，待下一期填报再预测。"
        return Refusal(Why.PASSED, passed)
    return found


def _row(project: int, pace: Pace, found: Forecast | Refusal, night: Night) -> FinishForecast:
    rest = spending_forecast(pace, night.past, until=night.on.replace(month=12, day=31))
    row = FinishForecast(
        project_id=project,
        on=night.on,
        known_at=night.at,
        made_on=pace.points[-1].ends_on if pace.points else None,
        approved_finish=pace.approved_finish,
        rest_likely_amount=rest and rest.likely,
        rest_safe_amount=rest and rest.safe,
    )
    if isinstance(found, Refusal):
        row.refusal_kind, row.refusal = found.why.name, found.text
    else:
        row.p50_on, row.p80_on, row.basis = found.p50_on, found.p80_on, found.basis
        if pace.approved_finish and pace.approved_finish >= night.on:  # after it, it is overdue
            row.warning = early_warning(found, pace.approved_finish) or ""
            row.trend = _trend(pace, found, pace.approved_finish, night)
    return row


def _trend(pace: Pace, now: Forecast, approved_finish: date, night: Night) -> str:
    earlier = finish_forecast(pace.until(now.made_on - TREND), night.past_then)
    return slack_trend(earlier, now, approved_finish) or "" if isinstance(earlier, Forecast) else ""


def _checked(project: int, picture: Picture, night: Night) -> ContradictionCheck:
    found = contradictions(picture)
    return ContradictionCheck(
        project_id=project,
        on=night.on,
        known_at=night.at,
        score=score(found),
        found=[each._asdict() for each in found],
        kinds=f"|{'|'.join(each.kind for each in found)}|" if found else "",
    )


@transaction.atomic
def _forget_others() -> None:
    FinishForecast.objects.exclude(project__standing__tier__in=_FORETOLD).delete()
    ContradictionCheck.objects.exclude(project__standing__tier__in=_FORETOLD).delete()
