"""预测: when a project will be finished, from its own pace and from how such forecasts of this portfolio came out.

For early warning alone: no light, measure or score is decided by it. What is left ÷ recent pace gives the days it
would take (``back_test`` says what a pace is). How much of a pace came true in the past, over about as many days,
turns them into two dates: P50, which half of such forecasts kept, and P80, which four fifths kept. Money and percent
are followed apart; 竣工 is of the works, so percent counts where it is estimated: what is paid seldom comes to all
of 总投资 by that day, and would always be late. In a pause approved not to count as lateness nothing is foretold, and
after it the pace is that of the reports since. Without enough reports or past forecasts it refuses, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from scheduling.back_test import HORIZONS, LEAST_PAST, WINDOW, Measure, Pace, PastErrors, Track, speed, tracks

LONGEST_DAYS = 3650
"""No day is named that lies further ahead."""
NOTABLE_DAYS = 14
"""What an expected finish must have moved to be called a trend; less is noise of two reports."""


class Why(StrEnum):
    """Of what kind a refusal is, so that they can be counted."""

    FINISHED = "已竣工"
    DONE = "已全部完成，待竣工验收"
    PAUSED = "停缓建"
    STALE = "填报不及时"
    FEW_REPORTS = "填报期数不足"
    NO_MEASURE = "没有总投资和形象进度"
    NO_PROGRESS = "近期没有进展"
    FEW_PAST = "以往可检验的预测不足"
    TOO_FAR = "十年内不能完成"
    PASSED = "预计日期已过"
    NOT_AHEAD = "申报日期不在今后"


class Refusal(NamedTuple):
    """Why there is no forecast, in words."""

    why: Why
    text: str


class Spending(NamedTuple):
    """万元 still to be done by a day: ``likely`` comes about as often as not, ``safe`` four times in five."""

    likely: Decimal
    safe: Decimal


class Line(NamedTuple):
    """The finish by one measure. ``paced_on``: were the recent pace kept; ``p80_on`` None: not within ten years."""

    measure: Measure
    paced_on: date
    p50_on: date
    p80_on: date | None


@dataclass(frozen=True)
class Forecast:
    """Made by what was known at the end of ``made_on``. The first of ``lines`` counts, the other stands beside it."""

    made_on: date
    lines: Sequence[Line]

    @property
    def p50_on(self) -> date:
        return self.lines[0].p50_on

    @property
    def p80_on(self) -> date | None:
        return self.lines[0].p80_on

    @property
    def basis(self) -> str:
        """Where each measure leads by itself, were its pace kept."""
        return "、".join(f"{_basis(line.measure)}为 {line.paced_on}" for line in self.lines)

    def __str__(self) -> str:
        return f"预计完成：{chances(self.p50_on, self.p80_on)}（{self.basis}）。仅供预警。"


def chances(p50_on: date, p80_on: date | None) -> str:
    """Both days in words; ``p80_on`` None: not within ten years."""
    return f"五成把握 {p50_on} 前，八成把握 {_by(p80_on)}"


def finish_forecast(pace: Pace, past: PastErrors) -> Forecast | Refusal:
    """When 形象进度 will be 100% or, where nobody estimates it, all of the investment done; told by the last report."""
    if refusal := _no_pace(pace):
        return refusal
    pace = pace.stretches()[-1]
    made_on = pace.points[-1].ends_on
    followed = [track for track in reversed(tracks(pace)) if track.days[-1] == made_on.toordinal()]
    if not followed:
        return Refusal(Why.NO_MEASURE, "没有总投资，最近一期也没有形象进度百分比，不作预测。")
    if followed[0].levels[-1] >= followed[0].goal:
        return Refusal(Why.DONE, f"{followed[0].measure}已全部完成，待竣工验收，不作预测。")
    told = [line for track in followed if (line := _line(track, past))]
    if lines := [line for line in told if isinstance(line, Line)]:
        return Forecast(made_on, lines)
    return next(each for each in told if isinstance(each, Refusal))


def _no_pace(pace: Pace) -> Refusal | None:
    if pace.finished_on:
        return Refusal(Why.FINISHED, f"项目已于 {pace.finished_on} 竣工，不再预测。")
    if pace.paused_since:
        return Refusal(Why.PAUSED, f"项目自 {pace.paused_since} 起停缓建（批准不计逾期），复工后再预测。")
    reports = len(pace.stretches()[-1].points)
    if reports < WINDOW:
        since = "复工以来" if pace.paused else ""
        return Refusal(Why.FEW_REPORTS, f"{since}已审核的填报只有 {reports} 期，少于 {WINDOW} 期，不作预测。")
    return None


def spending_forecast(pace: Pace, past: PastErrors, *, until: date) -> Spending | None:
    """What will be spent from the last report to the end of ``until``, at most what is left; None: nobody can say."""
    if pace.finished_on or pace.paused_since:
        return Spending(Decimal(0), Decimal(0))
    money = next((track for track in tracks(pace.stretches()[-1]) if track.measure is Measure.MONEY), None)
    daily = speed(money, reports=len(money.days)) if money else None
    if money is None or daily is None:
        return None
    left, days = max(0.0, money.goal - money.levels[-1]), max(0, until.toordinal() - money.days[-1])
    known = [(ahead, found) for ahead in HORIZONS if (found := past.quantiles(Measure.MONEY, ahead))]
    if daily <= 0 or not left:
        return Spending(Decimal(0), Decimal(0))
    if not known:
        return None
    yields = next((found for ahead, found in known if days <= ahead), known[-1][1])
    likely, safe = (min(left, max(0.0, daily * days * share)) for share in yields)
    return Spending(_exact(likely), _exact(min(safe, likely)))


def milestone_forecast(*, declared_on: date, made_on: date, past: PastErrors) -> Forecast | Refusal:
    """A day the lead declares for a milestone, corrected by how such declarations came out (``declared_yields``)."""
    days = (declared_on - made_on).days
    if days <= 0:
        return Refusal(Why.NOT_AHEAD, f"申报的预计日期 {declared_on} 不晚于申报当日，不作预测。")
    line = _shifted(Measure.DECLARED, float(days), made_on, past)
    return Forecast(made_on, [line]) if isinstance(line, Line) else line


def early_warning(forecast: Forecast, approved_finish: date) -> str | None:
    """What there is to say before the date is missed; None while four chances in five are that it is kept."""
    if forecast.p50_on > approved_finish:
        days = (forecast.p50_on - approved_finish).days
        return f"预计 {forecast.p50_on} 完成（五成把握），比批准日期 {approved_finish} 晚 {days} 天。"
    if forecast.p80_on is None or forecast.p80_on > approved_finish:
        by, left = _by(forecast.p80_on), slack(forecast, approved_finish)
        return f"批准日期 {approved_finish} 有五成把握、没有八成把握：八成把握为 {by}，余量 {left} 天。"
    return None


def slack(forecast: Forecast, approved_finish: date) -> int:
    """余量: calendar days from the P50 to the approved finish; below nought it is used up."""
    return (approved_finish - forecast.p50_on).days


def slack_trend(earlier: Forecast, now: Forecast, approved_finish: date) -> str | None:
    """The slack used up between two forecasts; None where the finish moved less than ``NOTABLE_DAYS``, or nearer."""
    moved = (now.p50_on - earlier.p50_on).days
    if moved < NOTABLE_DAYS:
        return None
    before, left = slack(earlier, approved_finish), slack(now, approved_finish)
    weeks = (now.made_on - earlier.made_on).days // 7
    told = f"近 {weeks} 周预计完成日期由 {earlier.p50_on} 推后到 {now.p50_on}，推后 {moved} 天；"
    if left < 0:
        return f"{told}对批准日期 {approved_finish} 已无余量，差 {-left} 天。"
    return f"{told}对批准日期 {approved_finish} 的余量由 {before} 天减为 {left} 天。"


def _line(track: Track, past: PastErrors) -> Line | Refusal | None:
    """None: nothing is left of this measure."""
    left = track.goal - track.levels[-1]
    if left <= 0:
        return None
    daily = speed(track, reports=len(track.days))
    if daily is None:
        few = f"{track.measure}已审核的填报只有 {len(track.days)} 期，少于 {WINDOW} 期，不作预测。"
        return Refusal(Why.FEW_REPORTS, few)
    if daily <= 0:
        return Refusal(Why.NO_PROGRESS, f"近 {WINDOW} 期{track.measure}没有进展，无从推算。")
    return _shifted(track.measure, left / daily, date.fromordinal(track.days[-1]), past)


def _shifted(measure: Measure, paced: float, made_on: date, past: PastErrors) -> Line | Refusal:
    known = [(days, found) for days in HORIZONS if (found := past.quantiles(measure, days))]
    if not known:
        return Refusal(Why.FEW_PAST, f"本库以往{measure}预测可检验的不足 {LEAST_PAST} 次，不作预测。")
    likely = _needed(paced, [(days, found.p50) for days, found in known])
    safe = _needed(paced, [(days, found.p80) for days, found in known])
    if likely is None or paced > LONGEST_DAYS:
        return Refusal(Why.TOO_FAR, f"按{measure}近期速度，{LONGEST_DAYS // 365} 年内不能完成，不作预测。")
    return Line(measure, _after(made_on, paced), _after(made_on, likely), _after(made_on, safe) if safe else None)


def _needed(paced: float, yields: Sequence[tuple[int, float]]) -> float | None:
    """The first day by which pace × yield has done it, where the yield depends on how many days it is given.

    So what is more to do never takes less time. None: not within ``LONGEST_DAYS``.
    """
    since = 0
    for place, (days, share) in enumerate(yields):
        until = LONGEST_DAYS if place == len(yields) - 1 else days
        if share > 0 and (needed := max(since, paced / share)) <= until:
            return needed
        since = until
    return None


def _exact(amount: float) -> Decimal:
    return Decimal(str(round(amount, 4)))


def _after(made_on: date, days: float) -> date:
    return made_on + timedelta(days=ceil(days))


def _basis(measure: Measure) -> str:
    return measure if measure is Measure.DECLARED else f"{measure}按近 {WINDOW} 期速度"


def _by(day: date | None) -> str:
    return f"{day} 前" if day else f"{LONGEST_DAYS // 365} 年以后"
