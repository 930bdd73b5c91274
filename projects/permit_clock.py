"""审批时限: when a permit is due, how long it was held, until when it holds, and what a start still lacks.

A limit runs in workdays unless the law reckons in days; the day of acceptance does not count (民法典 §201), days of
补正 and 特别程序 do not either (行政许可法 §45, §82). The promised limit goes before the legal one.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from projects.workdays import Announced, Reckoned, add_workdays, workdays_between

SOON = 3
"""Workdays left within which a permit counts as 即将到期."""
EXPIRING = 30
"""Days left within which an unused permit counts as 临近失效."""

NOT_CONCERNED, NOT_BEGUN, PREPARING = "NOT_CONCERNED", "NOT_BEGUN", "PREPARING"
ACCEPTED, SUPPLEMENT, SPECIAL = "ACCEPTED", "SUPPLEMENT", "SPECIAL"
GRANTED, REFUSED, EXPIRED = "GRANTED", "REFUSED", "EXPIRED"
SETTLED = frozenset({GRANTED, NOT_CONCERNED})
AT_THE_COUNTER = frozenset({ACCEPTED, SUPPLEMENT, SPECIAL})

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    days: int
    in_workdays: bool = True

    def in_words(self) -> str:
        return days_in_words(self.days, in_workdays=self.in_workdays)


@dataclass(frozen=True)
class Pause:
    """中止: from ``paused_on`` until the day before ``resumed_on``; None while it lasts."""

    kind: str
    paused_on: date
    resumed_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one permit. ``status`` is what was recorded last."""

    name: str = ""
    status: str = NOT_BEGUN
    is_required: bool = False
    limit: Limit | None = None
    accepted_on: date | None = None
    finished_on: date | None = None
    expires_on: date | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Reading:
    """The clock of one permit at the end of a day, in workdays or days as its limit runs.

    ``days_left`` is negative by the days it is over; None without a limit, as all is None or nought before acceptance.
    ``days_excluded`` would have counted but for the pauses; ``days_paused`` are their calendar days.
    """

    status: str
    on: date
    in_workdays: bool = True
    due_on: date | None = None
    days_used: int = 0
    days_excluded: int = 0
    days_paused: int = 0
    days_left: int | None = None

    @property
    def is_running(self) -> bool:
        return self.status == ACCEPTED

    @property
    def is_paused(self) -> bool:
        return self.status in {SUPPLEMENT, SPECIAL}

    @property
    def is_overdue(self) -> bool:
        """From the day after the due day, while the limit runs."""
        return self.is_running and self.due_on is not None and self.due_on < self.on

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))

    def in_words(self) -> str:
        """What is left or over; empty where no limit runs or ran."""
        if self.days_left is None or self.status not in {*AT_THE_COUNTER, GRANTED, REFUSED}:
            return ""
        over, left, used = (
            days_in_words(days, in_workdays=self.in_workdays)
            for days in (self.days_over, max(0, self.days_left), self.days_used)
        )
        if self.is_overdue:
            return f"逾期 {over}" if self.days_over else "逾期不满 1 个工作日"
        if self.is_paused:
            return f"中止前已超 {over}" if self.days_over else f"已中止，尚余 {left}"
        if self.is_running:
            return f"剩 {left}"
        return f"用时 {used}，超 {over}" if self.days_over else f"用时 {used}"


def days_in_words(days: int, *, in_workdays: bool) -> str:
    return f"{days:,} 个工作日" if in_workdays else f"{days:,} 天"


def due_on(facts: Facts, announced: Announced) -> Reckoned[date | None]:
    """应办结日期: the last day of the limit; None before acceptance, without a limit and while it is paused."""
    pauses = _spans(facts)
    if facts.accepted_on is None or facts.limit is None or any(end is None for _first, end in pauses):
        return Reckoned(None)
    since, left, assumed = facts.accepted_on, facts.limit.days, set[int]()
    for first, resumed in pauses:
        free = _between(since, first - ONE_DAY, facts, announced)
        assumed.update(free.assumed_years)
        if free.value >= left:
            break
        left, since = left - free.value, max(since, (resumed or first) - ONE_DAY)
    due = _after(since, left, facts.limit, announced)
    return Reckoned(due.value, _years(assumed, due.assumed_years))


def reading_on(facts: Facts, on: date, announced: Announced, *, started_on: date | None = None) -> Reckoned[Reading]:
    """How the permit stood at the end of this day; ``started_on`` is the start of its project, if it has started."""
    status = status_on(facts, on, started_on=started_on)
    then = as_of(facts, on)
    in_workdays = facts.limit.in_workdays if facts.limit else True
    if then.accepted_on is None or status not in {*AT_THE_COUNTER, GRANTED, REFUSED, EXPIRED}:
        return Reckoned(Reading(status, on, in_workdays))
    end = then.finished_on or on
    elapsed = _between(then.accepted_on, end, then, announced)
    day_after = end + ONE_DAY
    spans = [
        (max(first, then.accepted_on + ONE_DAY), min(resumed or day_after, day_after))
        for first, resumed in _spans(then)
    ]
    stopped = [_between(first - ONE_DAY, resumed - ONE_DAY, then, announced).value for first, resumed in spans]
    used = elapsed.value - sum(stopped)
    due = due_on(then, announced)
    reading = Reading(
        status,
        on,
        in_workdays,
        due_on=due.value,
        days_used=used,
        days_excluded=sum(stopped),
        days_paused=sum(max(0, (resumed - first).days) for first, resumed in spans),
        days_left=facts.limit.days - used if facts.limit else None,
    )
    return Reckoned(reading, _years(elapsed.assumed_years, due.assumed_years))


def as_of(facts: Facts, on: date) -> Facts:
    """What had happened by the end of this day."""
    return replace(
        facts,
        accepted_on=_by(facts.accepted_on, on),
        finished_on=_by(facts.finished_on, on),
        pauses=tuple(replace(p, resumed_on=_by(p.resumed_on, on)) for p in facts.pauses if p.paused_on <= on),
    )


def status_on(facts: Facts, on: date, *, started_on: date | None = None) -> str:
    """The status at the end of this day: what was recorded, unless its date lies later or its validity ended before."""
    then = as_of(facts, on)
    if facts.status == GRANTED and then.finished_on:
        return EXPIRED if is_expired(facts.expires_on, on, started_on=started_on) else GRANTED
    if facts.status in {REFUSED, EXPIRED} and then.finished_on:
        return facts.status
    if then.accepted_on:
        kinds = [pause.kind for pause in then.pauses if pause.resumed_on is None]
        return kinds[-1] if kinds else ACCEPTED
    return PREPARING if facts.accepted_on else facts.status


def soon_until(on: date, announced: Announced) -> Reckoned[date]:
    """What is due by this day is due soon: within ``SOON`` workdays, and the days of rest behind them."""
    fourth = add_workdays(on, SOON + 1, announced)
    return Reckoned(fourth.value - ONE_DAY, fourth.assumed_years)


def expiry(finished_on: date, *, valid_months: int | None, extensions: int = 0) -> date | None:
    """有效期至: the day of the same number so many months later, or the last of a shorter month (民法典 §202).

    Each extension adds the same again. None: it does not expire.
    """
    return None if valid_months is None else months_later(finished_on, valid_months * (1 + extensions))


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_expired(expires_on: date | None, on: date, *, started_on: date | None = None) -> bool:
    """Void from the day after, unless the project started in time and so used it."""
    return expires_on is not None and expires_on < on and not is_used(expires_on, on, started_on=started_on)


def is_expiring(expires_on: date | None, on: date, *, started_on: date | None = None) -> bool:
    """Still good, but for no more than ``EXPIRING`` days, and not yet used."""
    return (
        expires_on is not None
        and on <= expires_on <= on + EXPIRING * ONE_DAY
        and not is_used(expires_on, on, started_on=started_on)
    )


def is_used(expires_on: date | None, on: date, *, started_on: date | None) -> bool:
    return started_on is not None and started_on <= on and (expires_on is None or started_on <= expires_on)


@dataclass(frozen=True)
class Need:
    """The legal time one missing permit still takes if it goes on today."""

    name: str
    days: int
    in_workdays: bool
    until: date


@dataclass(frozen=True)
class Readiness:
    """具备开工条件: every required permit is 办结 or 不涉及. Nobody ticks it; with nothing required it is unknown."""

    required: int
    missing: tuple[str, ...] = ()
    longest: Need | None = None
    without_limit: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool | None:
        return not self.missing if self.required else None

    def in_words(self) -> str:
        if not self.required:
            return "没有登记开工必备手续，无从判断是否具备开工条件。"
        if not self.missing:
            return f"具备开工条件：开工必备手续 {self.required} 项均已办结或不涉及。"
        parts = [f"尚不具备开工条件，开工必备手续还差 {len(self.missing)} 项：{'、'.join(self.missing)}。"]
        if self.longest and not self.longest.days:
            parts.append("其时限均已届满。")
        elif self.longest:
            needs = days_in_words(self.longest.days, in_workdays=self.longest.in_workdays)
            parts.append(f"时限最长的是“{self.longest.name}”，还需 {needs}，最早 {self.longest.until} 办结。")
        if self.without_limit:
            parts.append(f"另有 {len(self.without_limit)} 项没有规定时限。")
        return "".join(parts)


def ready_to_start(
    rows: Iterable[Facts], on: date, announced: Announced, *, started_on: date | None = None
) -> Reckoned[Readiness]:
    """What a start still lacks on this day, and which missing permit by law takes longest from now.

    The permits are taken side by side: that one may have to wait for another is the schedule's business.
    """
    required = [row for row in rows if row.is_required]
    missing = [row for row in required if status_on(row, on, started_on=started_on) not in SETTLED]
    needs = [_need(row, row.limit, on, announced) for row in missing if row.limit]
    longest = max((need.value for need in needs), key=lambda need: need.until, default=None)
    readiness = Readiness(
        required=len(required),
        missing=tuple(row.name for row in missing),
        longest=longest,
        without_limit=tuple(row.name for row in missing if row.limit is None),
    )
    return Reckoned(readiness, _years(*(need.assumed_years for need in needs)))


def start_risks(gates: Sequence[Facts], started_on: date | None) -> list[str]:
    """先开工后办证: for each of these permits what was wrong with it on the day of the start; empty if nothing."""
    return [] if started_on is None else [said for row in gates if (said := _risk(row, started_on))]


def _risk(row: Facts, started_on: date) -> str:
    if row.status == NOT_CONCERNED:
        return ""
    if row.finished_on is None or row.status not in {GRANTED, EXPIRED}:
        return f"“{row.name}”至今没有办结"
    if row.finished_on > started_on:
        return f"“{row.name}”{row.finished_on} 才办结，晚 {(row.finished_on - started_on).days:,} 天"
    if row.expires_on and row.expires_on < started_on:
        return f"“{row.name}”已于 {row.expires_on} 失效"
    return ""


def _need(row: Facts, limit: Limit, on: date, announced: Announced) -> Reckoned[Need]:
    """What is left of a limit that runs or stands still, the whole of one that did not begin."""
    reading = reading_on(row, on, announced)
    is_held = reading.value.status in AT_THE_COUNTER and reading.value.days_left is not None
    days = max(0, reading.value.days_left or 0) if is_held else limit.days
    until = _after(on, days, limit, announced)
    need = Need(row.name, days, limit.in_workdays, until.value)
    return Reckoned(need, _years(reading.assumed_years, until.assumed_years))


def _spans(facts: Facts) -> list[tuple[date, date | None]]:
    """The pauses of this acceptance as (first day, day of resuming), in order and without overlap."""
    spans: list[tuple[date, date | None]] = []
    for pause in sorted(facts.pauses, key=lambda pause: pause.paused_on):
        if facts.accepted_on is None or pause.paused_on < facts.accepted_on:
            continue
        before = spans[-1] if spans else None
        if before and (before[1] is None or pause.paused_on <= before[1]):
            ends = None if None in (before[1], pause.resumed_on) else max(before[1], pause.resumed_on)  # type: ignore[type-var]
            spans[-1] = (before[0], ends)
        else:
            spans.append((pause.paused_on, pause.resumed_on))
    return spans


def _between(after: date, upto: date, facts: Facts, announced: Announced) -> Reckoned[int]:
    """Days of the limit's kind after the one and up to and including the other; nought if it lies before."""
    if upto <= after:
        return Reckoned(0)
    if facts.limit and not facts.limit.in_workdays:
        return Reckoned((upto - after).days)
    return workdays_between(after, upto, announced)


def _after(since: date, days: int, limit: Limit, announced: Announced) -> Reckoned[date]:
    return add_workdays(since, days, announced) if limit.in_workdays else Reckoned(since + days * ONE_DAY)


def _by(day: date | None, on: date) -> date | None:
    return day if day is not None and day <= on else None


def _years(*found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({year for years in found for year in years}))
