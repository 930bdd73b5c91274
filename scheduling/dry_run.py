"""试算: closed periods judged anew by other rules, by what was known when they were closed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from scheduling.evaluation import evaluated
from scheduling.light_rules import Light, RuleSet
from scheduling.models import LightDryRun, PeriodClosing, PeriodStanding, ReportPeriod
from scheduling.project_days import AsKnown

MOST_PROJECTS = 200
"""Of more projects whose light differs a result names the worst, and says how many there were."""
_Span = LightDryRun.Span
_DAY, _WEEKS = timedelta(days=1), timedelta(weeks=4)
Progress = Callable[[int, int], None]


class Days(NamedTuple):
    first_on: date
    last_on: date


class Differing(NamedTuple):
    """One project: the last period in which its light differs, then and now, and in how many it does."""

    project: int
    period: str
    then: str
    now: str
    periods: int


def days_of(span: str, *, on: date) -> Days:
    """The days a span covers, seen from this one."""
    quarter = on.replace(month=3 * ((on.month - 1) // 3) + 1, day=1)
    match span:
        case _Span.LAST_QUARTER:
            last = quarter - _DAY
            return Days(last.replace(month=last.month - 2, day=1), last)
        case _Span.THIS_QUARTER:
            return Days(quarter, on)
        case _Span.FOUR_WEEKS:
            return Days(on - _WEEKS, on)
    return Days(on.replace(month=1, day=1), on)


def kind_of(span: str, days: Days) -> str | None:
    """By which periods a span is judged anew: the ends of its months, or its weeks. None: none of them is closed."""
    kinds = (ReportPeriod.Kind.MONTH_END, ReportPeriod.Kind.WEEK)
    offered = kinds[1:] if span == _Span.FOUR_WEEKS else kinds
    return next((kind for kind in offered if closings_of(kind, days)), None)


def closings_of(kind: str, days: Days) -> list[PeriodClosing]:
    """The periods of this kind that ended on these days and are frozen, the earliest first."""
    closed = PeriodClosing.objects.filter(finished_at__isnull=False, period__kind=kind)
    return list(closed.filter(period__ends_on__range=days).select_related("period").order_by("period__ends_on"))


def compare(closings: Sequence[PeriodClosing], rules: RuleSet, *, progress: Progress) -> dict[str, Any]:
    """What these rules make of what was known then, beside what was frozen; as JSON keeps it."""
    periods: list[dict[str, Any]] = []
    found: dict[int, list[Differing]] = defaultdict(list)
    for place, closing in enumerate(closings, start=1):
        then, now = _frozen(closing), _judged_anew(closing, rules)
        label = closing.period.ends_on.isoformat()
        differing = [project for project in sorted(now) if now[project] != then[project]]
        for project in differing:
            before = len(found[project])
            found[project].append(Differing(project, label, then[project], now[project], before + 1))
        periods.append(
            {"label": label, "then": Counter(then.values()), "now": Counter(now.values()), "differing": len(differing)}
        )
        progress(place, len(closings))
    last = sorted((each[-1] for each in found.values()), key=_worst_first)
    return {"periods": periods, "differing": len(last), "projects": last[:MOST_PROJECTS]}


def _frozen(closing: PeriodClosing) -> dict[int, str]:
    return dict(PeriodStanding.objects.filter(period=closing.period).values_list("project", "light"))


def _judged_anew(closing: PeriodClosing, rules: RuleSet) -> dict[int, str]:
    projects = PeriodStanding.objects.filter(period=closing.period).values_list("project", flat=True)
    asked = AsKnown.past(closing.period.ends_on, known_at=closing.known_at)
    return {each.project: each.columns["light"] for each in evaluated(list(projects), asked, rules=rules)}


def _worst_first(each: Differing) -> tuple[int, int, int]:
    return -Light(each.now).severity, Light(each.then).severity, each.project
