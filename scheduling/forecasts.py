"""完工预测 as stored last night: the one line of a project, and what will be spent by the end of the year."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from projects.models.key_project import KeyProjectQuerySet
from scheduling.models import BackTestResult, FinishForecast, Standing

NOUGHT = Decimal(0)


class YearEnd(NamedTuple):
    """万元 since the first of January by the end of this day: ``likely`` (P50) as often as not, ``safe`` (P80) mostly.

    Its first three are those of ``reports.charts.s_curve.Forecast``. ``unknown``: of how many projects nobody can say;
    they are taken to spend nothing more.
    """

    on: date
    likely: Decimal
    safe: Decimal
    unknown: int


def back_tested() -> BackTestResult | None:
    """How the forecasts of this portfolio came out, by last night; None: no night has passed yet."""
    return BackTestResult.objects.order_by("-on").first()


def forecast_curve(projects: KeyProjectQuerySet, *, on: date) -> YearEnd | None:
    """到年底预计完成 of those of these projects that are in the plan of the year; None: none was foretold this year.

    What counts already (Σ of the standings) and, from the last report of each project on, Σ of what its own pace leads
    to. Each project's P80 is kept four times in five; that all miss it at once is rarer, so their sum is cautious.
    Two queries.
    """
    planned = Standing.objects.filter(project__in=projects, counted_projects__gt=0)
    foretold = FinishForecast.objects.filter(project__in=planned.values("project"), on__year=on.year).aggregate(
        number=Count("pk"),
        likely=Sum("rest_likely_amount"),
        safe=Sum("rest_safe_amount"),
        unknown=Count("pk", filter=Q(rest_likely_amount__isnull=True)),
    )
    if not foretold["number"]:
        return None
    done = planned.aggregate(done=Sum("counted_ytd_amount"))["done"] or NOUGHT
    likely, safe = (done + (foretold[name] or NOUGHT) for name in ("likely", "safe"))
    return YearEnd(date(on.year, 12, 31), likely, safe, foretold["unknown"])
