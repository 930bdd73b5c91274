"""The weekly reports of an invented project: most on time, some late, sent back, corrected, unchanged or missing.

What happens is told as events; what the register holds of them follows from the events alone, so that nothing is
known before it happened and each version ends when the next begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from projects.periods import Period
from scheduling.demo import phrases
from scheduling.demo.site import Site

_RECENT = timedelta(days=7)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Fate(Enum):
    """What becomes of one week's report."""

    ON_TIME = "按时"
    LATE = "截止后、锁定前"
    SENT_BACK = "退回后重报"
    CORRECTED = "审核后更正"
    MADE_UP = "锁定后补报"
    MISSING = "未报"


# How often of a hundred, in the order of the fates; one lead in five takes less care.
_USUAL, _CARELESS = (78, 6, 6, 3, 3, 4), (52, 14, 10, 4, 8, 12)


class Doubt(Enum):
    """What in the last weeks of a project does not fit together, for somebody to go and see."""

    NONE = "没有"
    BOASTED = "形象进度报高"
    FROZEN = "形象进度不更新"
    UNPAID = "投资不更新"


_DOUBTS = (88, 4, 4, 4)  # of a hundred projects, in the order of the doubts
_DOUBTED = timedelta(weeks=6)
_BOAST = 24


@dataclass(frozen=True)
class Hours:
    """A week, and by when its reports are due and reviewed."""

    week: Period
    due_at: datetime
    review_until: datetime


class Act(Enum):
    SUBMIT = "SUBMIT"
    RETURN = "RETURN"
    ACCEPT = "ACCEPT"


@dataclass(frozen=True)
class Event:
    act: Act
    at: datetime
    said: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One version of a report; ``said`` are fields of ``ProgressVersion``."""

    state: str
    recorded_at: datetime
    superseded_at: datetime | None
    said: dict[str, Any]
    is_submission: bool


def reports(
    site: Site, hours: Sequence[Hours], *, total: Decimal, until: datetime, dice: Random
) -> Iterator[tuple[Hours, list[Told]]]:
    """What was told of each week, before ``until``. ``total`` is 总投资 in 万元. Weeks nobody spoke of are left out."""
    shares, idle = _CARELESS if dice.random() < 0.2 else _USUAL, 0
    doubt = Random(site.spec.code).choices([*Doubt], _DOUBTS)[0]  # noqa: S311 - apart from the other dice
    for each in hours:
        if site.finished and site.finished < each.week.starts_on:
            return
        content = _content(site, each.week, total, idle, dice)
        if each.due_at > until - _DOUBTED:
            content |= _doubtful(doubt, content, site.on((until - _DOUBTED).date()).percent)
        idle = idle + 1 if content["is_unchanged"] else 0
        fate = dice.choices([*Fate], shares)[0]
        events = [event for event in _events(fate, each, content, dice) if event.at < until]
        if events and each.review_until > until - _RECENT and dice.random() < 0.16:
            events = [events[0], *_unsettled(events[0], dice)]
        told = versions(events)
        if told:
            yield each, told


def _content(site: Site, week: Period, total: Decimal, idle: int, dice: Random) -> dict[str, Any]:
    before, after = site.on(week.starts_on - _DAY), site.on(week.ends_on)
    amount = (total * (after.percent - before.percent) / 100 * Decimal(dice.randint(80, 118)) / 100).quantize(
        Decimal(1)
    )
    still = amount <= 0 and dice.random() < (0.6 if after.percent else 0.2)
    done, following = phrases.done_and_next(after, dice)
    said: dict[str, Any] = {
        "period_amount": max(amount, Decimal(0)),
        "physical_progress": phrases.standing(after),
        "physical_percent": after.percent,
        "is_unchanged": still,
        "unchanged_reason": phrases.why_unchanged(after, dice) if still and idle else "",
        "done_text": "" if still else done,
        "next_text": following,
        "problems_text": phrases.problem(dice) if dice.random() < 0.14 else "",
        "headcount": dice.randint(18, 260) if after.percent and not still else None,
    }
    if said["period_amount"] and dice.random() < 0.4:
        said["stat_amount"] = (said["period_amount"] * Decimal("0.9")).quantize(Decimal(1))
    return said


def _doubtful(doubt: Doubt, said: dict[str, Any], percent_before: Decimal) -> dict[str, Any]:
    """What is said otherwise; only a project whose works are under way has anything to hide."""
    if not 5 <= percent_before <= 70:
        return {}
    match doubt:
        case Doubt.BOASTED:
            return {"physical_percent": said["physical_percent"] + _BOAST}
        case Doubt.FROZEN:
            return {"physical_percent": percent_before}
        case Doubt.UNPAID:
            return {"period_amount": Decimal(0), "stat_amount": None}
    return {}


def _events(fate: Fate, hours: Hours, said: dict[str, Any], dice: Random) -> Iterator[Event]:
    if fate is Fate.MISSING:
        return
    sent = hours.due_at - _MINUTE * dice.randint(15, 26 * 60)
    if fate is Fate.LATE:
        sent = hours.due_at + _MINUTE * dice.randint(3, 200)
    elif fate is Fate.MADE_UP:
        sent = hours.review_until + _HOUR * dice.randint(15, 110)
        said = said | {"is_late": True}
    yield Event(Act.SUBMIT, sent, said)
    if fate is Fate.SENT_BACK and not said["is_unchanged"]:
        returned = max(sent, hours.due_at) + _MINUTE * dice.randint(5, 60)
        sent = returned + _MINUTE * dice.randint(20, 110)
        yield Event(Act.RETURN, returned, {"review_note": dice.choice(phrases.RETURNS)})
        yield Event(Act.SUBMIT, sent, said | {"done_text": f"{said['done_text']}已按审核意见补充部位和数量。"})
    accepted = max(sent, hours.due_at) + _MINUTE * dice.randint(5, 100)
    yield Event(Act.ACCEPT, accepted, {})
    if fate is Fate.CORRECTED and said["period_amount"]:
        yield from _correction(accepted, said, dice)


def _unsettled(sent: Event, dice: Random) -> Iterator[Event]:
    """Of the last week some are not reviewed yet, and a few were sent back and not handed in again."""
    if dice.random() < 0.3:
        yield Event(Act.RETURN, sent.at + _HOUR, {"review_note": dice.choice(phrases.RETURNS)})


def _correction(accepted: datetime, said: dict[str, Any], dice: Random) -> Iterator[Event]:
    at = accepted + _DAY * dice.randint(6, 24)
    amount = (said["period_amount"] * Decimal(dice.randint(82, 96)) / 100).quantize(Decimal(1))
    news = {"period_amount": amount, "correction_reason": dice.choice(phrases.CORRECTIONS), "is_late": True}
    yield Event(Act.SUBMIT, at, said | news)
    yield Event(Act.ACCEPT, at + _HOUR * dice.randint(2, 40), {})


def versions(events: Sequence[Event]) -> list[Told]:
    """What is under way and what counts are two tracks: accepting closes the one and continues the other."""
    told: list[Told] = []
    under_way = counting = -1
    for event in events:
        before = told[under_way] if under_way >= 0 else None
        if before:
            told[under_way] = replace(before, superseded_at=event.at)
        if event.act is Act.SUBMIT:
            told.append(Told("SUBMITTED", event.at, None, event.said, is_submission=True))
        elif before:
            state = "RETURNED" if event.act is Act.RETURN else "ACCEPTED"
            told.append(Told(state, event.at, None, before.said | event.said, is_submission=False))
        if event.act is Act.ACCEPT:
            if counting >= 0:
                told[counting] = replace(told[counting], superseded_at=event.at)
            counting, under_way = len(told) - 1, -1
        else:
            under_way = len(told) - 1
    return told
