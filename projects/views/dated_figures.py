"""The four dates of one node as figures, and the trend of what was expected of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.models import FourDates
from projects.recorded import day_of
from projects.views.change_words import shift_said

# The chart in its own units; the page scales it.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 260, 96, 16, 16, 36


def four_dates(known: Any, *, replans: int, on: date) -> list[dict[str, str]]:
    """Side by side, each with how far the node is behind it, in calendar days; and how often it was re-planned."""
    reached_on = _reached_or(known, on)
    said = [
        (_("原定日期"), "original_on", _behind(known, "original_on", reached_on) or _("首次批准，不再改动")),
        (_("批准日期"), "approved_on", _behind(known, "approved_on", reached_on) or _("现行计划")),
        (_("预计日期"), "forecast_on", _expected(known)),
        (_("实际日期"), "actual_on", ""),
    ]
    shown = [
        {"label": label, "value": compact_date(getattr(known, name, None)), "note": note} for label, name, note in said
    ]
    return [*shown, {"label": _("改期次数"), "value": str(replans), "note": _("经批准的改期，不含首次定期")}]


def _reached_or(known: Any, on: date) -> date | None:
    """The day it was reached; today while it is open; None where only that it was reached is known."""
    if known is None:
        return None
    return known.actual_on if known.is_reached else on


def _behind(known: Any, name: str, reached_on: date | None) -> str:
    planned = getattr(known, name, None)
    if planned is None or reached_on is None or reached_on <= planned:
        return ""
    days = {"days": (reached_on - planned).days}
    return (_("晚 %(days)d 天完成") if known.is_reached else _("至今晚 %(days)d 天")) % days


def _expected(known: Any) -> str:
    if known is None or known.forecast_on is None or known.approved_on is None:
        return _("项目单位预计")
    return _("较批准%(shift)s") % {"shift": shift_said((known.forecast_on - known.approved_on).days)}


@dataclass(frozen=True)
class Point:
    """What was expected on the day of a report."""

    reported_on: date
    forecast_on: date
    approved_on: date | None


def trend_of(versions: Sequence[FourDates]) -> dict[str, Any]:
    """里程碑趋势: report date × forecast date, one row for each day on which a forecast was given."""
    by_day = {
        day_of(version.recorded_at): Point(day_of(version.recorded_at), version.forecast_on, version.approved_on)
        for version in reversed(versions)
        if version.forecast_on
    }
    points = _without_repeats(list(by_day.values()))
    if not points:
        return {"rows": []}
    return {
        "sentence": _trend_in_words(points),
        "rows": [_row(point, before) for point, before in zip(points, [None, *points], strict=False)],
        "chart": chart_of(points) if len(points) > 1 else None,
    }


def _without_repeats(points: list[Point]) -> list[Point]:
    """A version that says something else, and the same forecast, is no report of it."""
    return [
        point
        for point, before in zip(points, [None, *points], strict=False)
        if before is None or (point.forecast_on, point.approved_on) != (before.forecast_on, before.approved_on)
    ]


def _trend_in_words(points: Sequence[Point]) -> str:
    days = (points[-1].forecast_on - points[0].forecast_on).days
    if len(points) == 1 or not days:
        return _("预计没有变化")
    said = {"count": len(points) - 1, "shift": shift_said(days)}
    return _("首次填报以来变动 %(count)d 次，合计%(shift)s") % said


def _row(point: Point, before: Point | None) -> dict[str, str]:
    return {
        "reported": compact_date(point.reported_on),
        "forecast": compact_date(point.forecast_on),
        "shift": shift_said((point.forecast_on - before.forecast_on).days) if before else "—",
        "approved": compact_date(point.approved_on),
        "against": shift_said((point.forecast_on - point.approved_on).days) if point.approved_on else "—",
    }


def chart_of(points: Sequence[Point]) -> dict[str, Any]:
    """Across: the day of the report. Upwards: the day then expected (line) and the day then approved (steps)."""
    reported = [point.reported_on.toordinal() for point in points]
    planned = [day.toordinal() for point in points for day in (point.forecast_on, point.approved_on) if day]
    across, upwards = _scale(reported, _LEFT, _WIDTH - _RIGHT), _scale(planned, _HEIGHT - _BOTTOM, _TOP)
    marks = [(across(p.reported_on.toordinal()), upwards(p.forecast_on.toordinal()), p) for p in points]
    approved = [
        (across(p.reported_on.toordinal()), upwards(p.approved_on.toordinal())) for p in points if p.approved_on
    ]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _WIDTH - _RIGHT,
        "floor": _HEIGHT - _BOTTOM,
        "base": _HEIGHT - 12,
        "forecast": " ".join(f"{x},{y}" for x, y, _point in marks),
        "approved": " ".join(f"{x},{y}" for x, y in approved),
        "marks": [{"x": x, "y": y, "said": compact_date(point.forecast_on)} for x, y, point in marks],
        "first": compact_date(points[0].reported_on),
        "last": compact_date(points[-1].reported_on),
        "lines": [
            {"y": upwards(day), "said": compact_date(date.fromordinal(day))}
            for day in sorted({min(planned), max(planned)})
        ],
    }


def _scale(values: Sequence[int], start: int, end: int) -> Any:
    lowest, highest = min(values), max(values)
    span = highest - lowest or 1
    return lambda value: start + (end - start) * (value - lowest) // span
