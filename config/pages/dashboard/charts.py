"""The charts of the 驾驶舱: what was asked, as plain values for ``reports.charts``."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.utils.translation import gettext as _

from config.pages.dashboard.asked import Asked, Named
from projects.models import Stage
from reports.charts import dues, funnel, light_matrix, s_curve
from reports.charts.chart import Chart, Tone
from reports.charts.light_matrix import Matrix
from scheduling.forecasts import forecast_curve
from scheduling.models import Dimension, Light
from scheduling.models.evaluated import light_field

_WORST_FIRST = ("RED", "YELLOW", "BLUE", "GREEN", "NONE", "PAUSED")


def investment(asked: Asked) -> Chart:
    """With what is foretold of the year's end, where forecasts were made; of a past day none is drawn."""
    months = asked.states.months()
    plan = _cumulated(asked.on.year, months.plan) if any(months.plan) else ()
    done = [point for point in _cumulated(asked.on.year, months.done) if point.on < asked.on]
    actual = (*done, s_curve.Point(asked.on, sum(months.done, Decimal(0)))) if any(months.done) else ()
    to_date = asked.parts.plan_to_date_amount if plan else None
    return s_curve.chart(s_curve.Curve(asked.on, plan, actual, to_date, _forecast(asked)))


def _forecast(asked: Asked) -> tuple[s_curve.Forecast, ...]:
    found = forecast_curve(asked.seen, on=asked.on) if asked.is_now else None
    return (s_curve.Forecast(found.on, found.likely, found.safe),) if found else ()


def _cumulated(year: int, months: Sequence[Decimal]) -> tuple[s_curve.Point, ...]:
    sums = enumerate(accumulate(months), start=1)
    return tuple(s_curve.Point(date(year, month, monthrange(year, month)[1]), total) for month, total in sums)


def stages(asked: Asked) -> Chart:
    """Every project of the plan stands in one stage, or in none yet."""
    found = asked.states.stages()
    named = [(str(stage.label), stage.value) for stage in Stage]
    if "" in found:
        named.append((_("未登记阶段"), ""))
    return funnel.chart([_stage(asked, label, value, *found.get(value, (0, 0))) for label, value in named])


def _stage(asked: Asked, label: str, stage: str, projects: int, late: int) -> funnel.Stage:
    if not stage:  # no list is narrowed to what has no stage
        return funnel.Stage(label, projects, late)
    opens = asked.list_of(counted="projects", stage=stage)
    return funnel.Stage(label, projects, late, opens, asked.list_of(counted="projects", stage=stage, late="yes"))


def due(asked: Asked) -> Chart:
    """What was due by the day: done, missed; what came early stands apart."""
    parts = asked.parts
    starts = dues.Due(
        _("应开工"),
        (
            _count(asked, _("已开工"), parts.started_due, Tone.DONE, "started_due"),
            _count(asked, _("应开未开"), parts.due_not_started, Tone.LATE, "due_not_started"),
        ),
        _count(asked, _("提前开工"), parts.started_early, Tone.EARLY, "started_early"),
        asked.list_of(counted="starts_due"),
    )
    finishes = dues.Due(
        _("应竣工"),
        (
            _count(asked, _("已竣工"), parts.completed_due, Tone.DONE, "completed_due"),
            _count(asked, _("应竣未竣"), parts.due_not_completed, Tone.LATE, "due_not_completed"),
        ),
        _count(asked, _("提前竣工"), parts.completed_early, Tone.EARLY, "completed_early"),
        asked.list_of(counted="completions_due"),
    )
    return dues.chart([starts, finishes])


def _count(asked: Asked, words: str, number: int, tone: Tone, counted: str) -> dues.Count:
    return dues.Count(words, number, tone, asked.list_of(counted=counted))


def lights(asked: Asked) -> Matrix:
    """By group and dimension; a dimension in which no project is judged is left out."""
    judged = [each for each in Dimension if any(_is_judged(group, each) for group in asked.groups)]
    columns = [("", _("项目")), *((each.value, str(each.label)) for each in judged)]
    rows = [_row(asked, group, columns) for group in asked.groups if group.parts.projects]
    totals = {
        (turn, light.lower()): asked.list_of(counted="projects", light=light, dimension=dimension)
        for turn, (dimension, _label) in enumerate(columns)
        for light in _WORST_FIRST
    }
    return light_matrix.matrix(
        [label for _dimension, label in columns], rows, total_hrefs=totals, begins_with_whole=True
    )


def _is_judged(group: Named, dimension: Dimension) -> bool:
    unlit = {Light.NONE, Light.PAUSED}
    return any(name == light_field(dimension) and light not in unlit for name, light in group.lights)


def _row(asked: Asked, group: Named, columns: Sequence[tuple[str, str]]) -> light_matrix.Row:
    known = {"counted": "projects", asked.group.filter: group.key}
    cells = tuple(
        tuple(
            light_matrix.Count(
                light.lower(),
                number,
                asked.list_of(**known, light=light, dimension=dimension) if group.key else "",
            )
            for light in _WORST_FIRST
            if (number := group.lights[light_field(dimension) if dimension else "light", light])
        )
        for dimension, _label in columns
    )
    return light_matrix.Row(group.name, cells, asked.list_of(**known) if group.key else "")
