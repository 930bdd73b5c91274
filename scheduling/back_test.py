"""回溯检验: what a project's own pace foretold, and what came of it, week by week over the whole portfolio.

A pace is the median of the slopes between any two of the last ``WINDOW`` reports: weeks without progress count as
nought, one great booking moves it little. Carried on for 30, 90 or 180 days it foretells a rise; the rise that came,
divided by the one foretold, is the *yield* of that forecast (兑现度): 1 as foretold, 0.5 half of it, 0 nothing at all.
A yield is known on the day the stretch ends, so a project that stands still counts as fully as one that moves, and
every forecast can be tested by the yields known on the day it was made and by no later one. Elapsed time is never
taken for progress: without reports there is no pace.

Amounts are 万元, speeds are per day. Slopes and yields are floats: what comes of them is a whole day.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import chain, combinations, groupby, pairwise
from statistics import median
from typing import NamedTuple

from projects.figures import percent, shown
from scheduling.standing import Span

WINDOW = 8
"""How many reports make a pace; no forecast is made from fewer."""
HORIZONS = (30, 90, 180)
"""Days ahead for which a pace is tested. What lies further is foretold by the last of them."""
LEAST_PAST = 20
"""No forecast is made, and none tested, by fewer yields than these."""
_PAIRS = tuple(combinations(range(WINDOW), 2))


class Measure(StrEnum):
    MONEY = "投资"
    PERCENT = "形象进度"
    DECLARED = "申报预计日期"


class Point(NamedTuple):
    """What is reached at the end of a reported period: 开工累计 in 万元, and 形象进度 where it was estimated."""

    ends_on: date
    done_amount: Decimal
    physical_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """The accepted reports of one project, oldest first, one for a day. ``finished_on`` None: still to be finished.

    Without a ``total_amount`` (总投资, as known now) its money leads nowhere, and only its percent is followed.
    ``paused``: 停缓建 approved not to count as lateness, in order; one that has not ended ends on ``date.max``.
    ValueError: reports out of order.
    """

    points: Sequence[Point]
    total_amount: Decimal | None = None
    approved_finish: date | None = None
    finished_on: date | None = None
    paused: Sequence[Span] = ()

    def __post_init__(self) -> None:
        if any(later.ends_on <= earlier.ends_on for earlier, later in pairwise(self.points)):
            raise ValueError("各期须按截止日期由早到晚排列，每日一期。")

    def until(self, day: date) -> "Pace":
        """What was known of it at the end of this day."""
        finished_on = self.finished_on if self.finished_on and self.finished_on <= day else None
        points = [point for point in self.points if point.ends_on <= day]
        return replace(self, points=points, finished_on=finished_on, paused=known_then(self.paused, day))

    @property
    def paused_since(self) -> date | None:
        """Of the pause that has not ended."""
        return next((span.since for span in self.paused if span.until == date.max), None)

    def stretches(self) -> "list[Pace]":
        """The reports between one pause and the next, each stretch with a pace of its own; the last goes on.

        What a pause lasted is no lateness, so it tells nothing of the pace before it nor of the one after it.
        """
        if not self.paused:
            return [self]
        ends = [date.min, *(span.until for span in self.paused)]
        begins = [*(span.since for span in self.paused), date.max]
        parts = [
            replace(self, points=[point for point in self.points if end <= point.ends_on < begin], paused=())
            for end, begin in zip(ends, begins, strict=True)
        ]
        return [*(replace(part, finished_on=None) for part in parts[:-1]), parts[-1]]


def known_then(spans: Sequence[Span], day: date) -> list[Span]:
    """The pauses begun by the end of this day; one that went on beyond it had no end in sight."""
    return [Span(since, until if until <= day else date.max) for since, until in spans if since <= day]


class Track(NamedTuple):
    """One measure of a project: days as ordinals, levels reached on them, and the level at which it is finished."""

    measure: Measure
    days: Sequence[int]
    levels: Sequence[float]
    goal: float


class Declared(NamedTuple):
    """A day the lead foretold for a milestone, and when it was reached; None: not yet."""

    made_on: date
    forecast_on: date
    actual_on: date | None = None


class Window(NamedTuple):
    """A stretch foretold on ``made_on`` whose yield became known on ``known_on`` (ordinals)."""

    measure: Measure
    horizon: int
    made_on: int
    known_on: int


Yields = Mapping[Window, Sequence[float]]


class Quantiles(NamedTuple):
    """Half of the past forecasts yielded at least ``p50``, four fifths at least ``p80``."""

    p50: float
    p80: float


class Tested(NamedTuple):
    """The ``n`` forecasts of one day for one stretch, judged by the yields known that day."""

    measure: Measure
    horizon: int
    made_on: date
    known_on: date
    n: int
    p50_hits: int
    p80_hits: int
    errors: tuple[float, ...]
    """Days by which the level in fact reached was foretold too late; below nought: too early."""


class Score(NamedTuple):
    """How ``n`` forecasts did. Shares are percent, None without any; well made, about 50 and 80."""

    n: int
    median_error_days: Decimal | None
    p50_hit_share: Decimal | None
    p80_hit_share: Decimal | None


@dataclass(frozen=True)
class BackTest:
    """``weeks`` lie between the first forecast tested and the last one known; ``horizons`` by days ahead."""

    weeks: int
    whole: Score
    horizons: Mapping[int, Score]
    rows: Sequence[Tested]

    def __str__(self) -> str:
        """The sentence that stands beside every forecast."""
        n, error, likely, safe = self.whole
        if not n:
            return f"历史数据不足（同类预测少于 {LEAST_PAST} 次），未作回溯检验。"
        return (
            f"过去 {self.weeks} 周的回溯检验 {n:,} 次：误差中位数 {shown(error, 0)} 天，"
            f"P50 覆盖 {percent(likely, 0)}，P80 覆盖 {percent(safe, 0)}。"
        )


def tracks(pace: Pace) -> list[Track]:
    """Money, where the total is known, and percent, over the weeks it was estimated; nothing after the finish."""
    end = pace.finished_on or date.max
    points = [point for point in pace.points if point.ends_on <= end]
    found = []
    if pace.total_amount:
        days = [point.ends_on.toordinal() for point in points]
        levels = [float(point.done_amount) for point in points]
        found.append(Track(Measure.MONEY, days, levels, float(pace.total_amount)))
    told = [point for point in points if point.physical_percent is not None]
    if told:
        days = [point.ends_on.toordinal() for point in told]
        found.append(Track(Measure.PERCENT, days, [float(point.physical_percent or 0) for point in told], 100.0))
    return found


def speed(track: Track, *, reports: int) -> float | None:
    """Per day, by the last of the first so many reports; None while they are fewer than ``WINDOW``."""
    if reports < WINDOW:
        return None
    days, levels = track.days[reports - WINDOW : reports], track.levels[reports - WINDOW : reports]
    slopes = sorted((levels[b] - levels[a]) / (days[b] - days[a]) for a, b in _PAIRS)
    return (slopes[len(slopes) // 2 - 1] + slopes[len(slopes) // 2]) / 2


def paced_yields(histories: Iterable[Pace]) -> Yields:
    """What came of every weekly forecast these projects would have had, by the window in which it could be known."""
    found: dict[Window, list[float]] = defaultdict(list)
    for pace in chain.from_iterable(history.stretches() for history in histories):
        finished = pace.finished_on.toordinal() if pace.finished_on else None
        for track in tracks(pace):
            for window, share in _track_yields(track, finished):
                found[window].append(share)
    return found


def declared_yields(forecasts: Iterable[Declared], *, on: date) -> Yields:
    """The same of declared days: 1 kept, 0.5 twice as long. One overdue on the day counts as if reached today."""
    found: dict[Window, list[float]] = defaultdict(list)
    for made_on, forecast_on, actual_on in forecasts:
        known_on = actual_on if actual_on and actual_on <= on else on
        is_open = known_on != actual_on
        took = (known_on - made_on).days
        if forecast_on <= made_on or took <= 0 or (is_open and known_on <= forecast_on):
            continue
        horizon = next((days for days in HORIZONS if took <= days), HORIZONS[-1])
        window = Window(Measure.DECLARED, horizon, made_on.toordinal(), known_on.toordinal())
        found[window].append((forecast_on - made_on).days / took)
    return found


class PastErrors:
    """The yields known at the end of a day, by measure and horizon; where they are too few, None."""

    def __init__(self) -> None:
        self._yields: dict[tuple[Measure, int], list[float]] = defaultdict(list)
        self._quantiles: dict[tuple[Measure, int], Quantiles] = {}

    @classmethod
    def known(cls, yields: Yields, *, on: date) -> "PastErrors":
        past = cls()
        past.learn((window, shares) for window, shares in yields.items() if window.known_on <= on.toordinal())
        return past

    def learn(self, news: Iterable[tuple[Window, Sequence[float]]]) -> None:
        changed = set()
        for window, shares in news:
            self._yields[window.measure, window.horizon].extend(shares)
            changed.add((window.measure, window.horizon))
        for place in changed:
            ordered = self._yields[place]
            ordered.sort()
            if len(ordered) >= LEAST_PAST:
                self._quantiles[place] = Quantiles(ordered[len(ordered) // 2], ordered[len(ordered) // 5])

    def quantiles(self, measure: Measure, horizon: int) -> Quantiles | None:
        return self._quantiles.get((measure, horizon))


def back_test(yields: Yields) -> BackTest:
    """Walk forward: every forecast is judged by what was known on the day it was made, and by nothing later."""
    rows = list(_tested(yields))
    first, last = min((row.made_on for row in rows), default=None), max((row.known_on for row in rows), default=None)
    return BackTest(
        weeks=(last - first).days // 7 if first and last else 0,
        whole=_score(rows),
        horizons={days: _score([row for row in rows if row.horizon == days]) for days in HORIZONS},
        rows=rows,
    )


def _track_yields(track: Track, finished: int | None) -> Iterator[tuple[Window, float]]:
    for place in range(WINDOW - 1, len(track.days)):
        made_on, level = track.days[place], track.levels[place]
        daily = speed(track, reports=place + 1)
        if not daily or daily <= 0 or level >= track.goal or made_on == finished:
            continue
        for horizon in HORIZONS:
            known_on, reached = _end(track, made_on + horizon, finished)
            took = known_on - made_on
            if 0 < took <= 2 * horizon:
                yield Window(track.measure, horizon, made_on, known_on), (reached - level) / (daily * took)
            if known_on == finished and took <= 2 * horizon:
                break


def _end(track: Track, day: int, finished: int | None) -> tuple[int, float]:
    """The first report from this day on, or else the finish, at which all that was left is done; nought: neither.

    Far behind the day, for want of reports, it tells of a longer stretch and not of this one.
    """
    place = bisect_left(track.days, day)
    if place < len(track.days):
        return track.days[place], track.levels[place]
    return (finished, track.goal) if finished else (0, 0.0)


def _tested(yields: Yields) -> Iterator[Tested]:
    past = PastErrors()
    news = sorted(yields.items(), key=lambda item: item[0].known_on)
    learnt = 0
    for made_on, windows in groupby(sorted(yields, key=lambda window: (window.made_on, window)), lambda w: w.made_on):
        until = learnt
        while until < len(news) and news[until][0].known_on <= made_on:
            until += 1
        past.learn(news[learnt:until])
        learnt = until
        for window in windows:
            quantiles = past.quantiles(window.measure, window.horizon)
            if quantiles and quantiles.p50 > 0:
                yield _judged(window, yields[window], quantiles)


def _judged(window: Window, shares: Sequence[float], quantiles: Quantiles) -> Tested:
    """A level reached with a yield of ``share`` was foretold for ``share`` ÷ ``p50`` of the days it took."""
    took = window.known_on - window.made_on
    return Tested(
        measure=window.measure,
        horizon=window.horizon,
        made_on=date.fromordinal(window.made_on),
        known_on=date.fromordinal(window.known_on),
        n=len(shares),
        p50_hits=sum(share >= quantiles.p50 for share in shares),
        p80_hits=sum(share >= quantiles.p80 for share in shares),
        errors=tuple(took * (share / quantiles.p50 - 1) for share in shares),
    )


def _score(rows: Sequence[Tested]) -> Score:
    n = sum(row.n for row in rows)
    if not n:
        return Score(0, None, None, None)
    return Score(
        n=n,
        median_error_days=Decimal(median(abs(days) for row in rows for days in row.errors)),
        p50_hit_share=Decimal(100 * sum(row.p50_hits for row in rows)) / n,
        p80_hit_share=Decimal(100 * sum(row.p80_hits for row in rows)) / n,
    )
