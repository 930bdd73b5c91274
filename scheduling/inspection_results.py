"""观摩结果: what a round comes to, reckoned from the marks and the closed months of its quarter, with every step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scheduling.judging import Panel, Terms
from scheduling.models import InspectionRound, PeriodStanding, ReportPeriod, Stop
from scheduling.observation import (
    FULL,
    GroupMean,
    MonthDone,
    Observation,
    Result,
    Sheet,
    decimal,
    observed,
    plain,
    routine,
)
from scheduling.ranking import ranks
from scheduling.ratio import Ratio


@dataclass(frozen=True)
class Reckoned:
    """``rank`` None: without a result, or in a pool of too few. ``ranked``: how many of the pool have a rank."""

    stop: Stop
    months: list[MonthDone]
    observation: Observation
    result: Result
    rank: int | None = None
    ranked: int = 0


def reckon(panel: Panel) -> list[Reckoned]:
    """Every stop in order; one query beside those of the panel."""
    inspection, terms = panel.inspection, Terms.of(panel.inspection)
    full = Sheet.of(inspection.sheet.items).total if inspection.sheet else Decimal(0)
    months = months_of(inspection, [stop.project_id for stop in panel.stops])
    found = []
    for stop in panel.stops:
        seen = observed(panel.given(stop), full=full, trimmed_from=terms.trimmed_from)
        result = Result(routine(months[stop.project_id]), seen.score, terms.routine_share)
        found.append(Reckoned(stop, months[stop.project_id], seen, result))
    return _ranked(found, fewest=terms.fewest)


def months_of(inspection: InspectionRound, projects: Iterable[int]) -> dict[int, list[MonthDone]]:
    """By project the closed months of the round's quarter, as they were frozen; 万元."""
    last = inspection.quarter * 3
    frozen = PeriodStanding.objects.filter(
        project__in=projects,
        period__kind=ReportPeriod.Kind.MONTH_END,
        period__closing__finished_at__isnull=False,
        period__ends_on__year=inspection.year,
        period__ends_on__month__range=(last - 2, last),
    )
    columns = ("project", "period__ends_on", "counted_ytd_amount", "counted_plan_to_date_amount")
    found: dict[int, list[MonthDone]] = defaultdict(list)
    for project, ends_on, done, planned in frozen.order_by("period__ends_on").values_list(*columns):
        found[project].append(MonthDone(ends_on.year, ends_on.month, done, planned))
    return found


def breakdown(reckoned: Reckoned, panel: Panel) -> dict[str, Any]:
    """Every step as plain values, frozen with the result; figures are text, exact or with four decimals."""
    result, seen = reckoned.result, reckoned.observation
    return {
        "pool": reckoned.stop.pool,
        "routine_share": plain(result.routine_share),
        "months": [_month(month) for month in reckoned.months],
        "full": plain(seen.full),
        "groups": [_group(each, seen) for each in seen.groups],
        "excused": sum((judge.pk, reckoned.stop.pk) in panel.excused for judge in panel.judges),
        "lacking": sum(stop == reckoned.stop for _, stop in panel.lacking()),
        "why": result.why,
    }


def _ranked(found: list[Reckoned], *, fewest: int) -> list[Reckoned]:
    """Each within its pool; equal results share a rank."""
    pools: dict[str, dict[int, Ratio]] = defaultdict(dict)
    for one in found:
        if (score := one.result.score) is not None:
            pools[one.stop.pool][one.stop.pk] = Ratio(Decimal(score.numerator), Decimal(score.denominator))
    places = {pool: ranks(scores, fewest=fewest) for pool, scores in pools.items()}
    return [
        Reckoned(
            one.stop,
            one.months,
            one.observation,
            one.result,
            places.get(one.stop.pool, {}).get(one.stop.pk),
            len(places.get(one.stop.pool, {})),
        )
        for one in found
    ]


def _month(month: MonthDone) -> dict[str, Any]:
    return {
        "month": f"{month.year}-{month.month:02}",
        "done": str(month.done),
        "planned": str(month.planned),
        "score": shown(month.score),
    }


def _group(each: GroupMean, seen: Observation) -> dict[str, Any]:
    return {
        "name": each.group.name,
        "weight": plain(each.group.weight),
        "share": shown(FULL * seen.share(each)),
        "mean": shown(each.mean),
        "kept": [[given.who, plain(given.total)] for given in each.kept],
        "dropped": [[given.who, plain(given.total)] for given in each.dropped],
    }


def shown(value: Fraction | None) -> str | None:
    return None if value is None else str(decimal(value))
