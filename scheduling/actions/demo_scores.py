"""载入演示数据: what the judges gave the stops of a round that was toured, and of some its result, published."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from uuid import UUID, uuid5

from projects.models import User
from scheduling.judging import Panel
from scheduling.models import InspectionRound, Judge, Stop
from scheduling.observation import Sheet

from . import judging, results, stop_scores

_MARKS = UUID("6f1f6f0e-4d0b-4a57-9a4e-1f7a2f0d5c12")  # any; the entries of the demo are named within it
_GROUPS = (("代表委员", Decimal(40)), ("专家", Decimal(60)))
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_REMARKS = ("现场整洁，进度看得见", "讲解清楚，数据与台账一致", "室外工程要抓紧", "")


class Hands(NamedTuple):
    """Who locks the scores, who publishes them, and who gives them."""

    office: User
    signer: User
    judges: Sequence[User]


def publish(inspection: InspectionRound, hands: Hands) -> None:
    """Scored in the bus, locked once the last month of the quarter was closed, published the day after."""
    leaves = inspection.starts_at
    _scored(inspection, hands, stops=inspection.stops.count())
    results.lock(inspection=inspection, by=hands.office, at=leaves + 18 * _DAY)
    results.publish(inspection=inspection, by=hands.signer, at=leaves + 19 * _DAY)


def score_half(inspection: InspectionRound, hands: Hands) -> None:
    """The first half of the stops; the judges still owe the others."""
    _scored(inspection, hands, stops=inspection.stops.count() // 2)


def _scored(inspection: InspectionRound, hands: Hands, *, stops: int) -> None:
    leaves = inspection.starts_at
    _appoint(inspection, hands, at=leaves - 3 * _DAY)
    judging.begin(inspection=inspection, by=hands.office, at=leaves - _HOUR)
    inspection.refresh_from_db()
    judges = {judge.pk: user for user in hands.judges for judge in user.judging.filter(round=inspection)}
    for judge, stop in Panel.of(inspection).due():
        if stop.order <= stops:
            _score(judge, stop, inspection, by=judges[judge.pk], at=leaves + stop.order * _HOUR / 2)


def _appoint(inspection: InspectionRound, hands: Hands, *, at: datetime) -> None:
    half = len(hands.judges) // 2
    for (name, weight), people in zip(_GROUPS, (hands.judges[:half], hands.judges[half:]), strict=True):
        group = judging.add_group(inspection=inspection, name=name, weight=weight, by=hands.office, at=at)
        judging.appoint(group=group, people=people, by=hands.office, at=at)


def _score(judge: Judge, stop: Stop, inspection: InspectionRound, *, by: User, at: datetime) -> None:
    entry = f"{inspection.year}.{inspection.quarter}:{judge.code}:{stop.order}"
    dice = Random(entry)  # noqa: S311 - a demo is drawn from a seed and keeps no secret
    typed = _marks(inspection, Random(stop.project.code).randint(78, 93), dice)  # noqa: S311
    client_id, comment = uuid5(_MARKS, entry), dice.choice(_REMARKS)
    stop_scores.record(stop=stop, typed=typed, comment=comment, client_id=client_id, entered_at=at, by=by, at=at)


def _marks(inspection: InspectionRound, percent: int, dice: Random) -> Mapping[str, str]:
    """About so much of the maximum of every item, each judge in an own way."""
    assert inspection.sheet  # noqa: S101 - the scoring has begun
    items = Sheet.of(inspection.sheet.items).items
    return {item.key: str(int(item.maximum * min(100, percent + dice.randint(-8, 7)) / 100)) for item in items}
