"""评分表: editions from a day on; a round is scored by the one in force on the day of the tour."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import ScoreSheet
from scheduling.observation import Sheet, plain

from .words import refuse_silence

_FROM_THE_BEGINNING = date(2000, 1, 1)


@transaction.atomic
def add(*, name: str, items: Iterable[Mapping[str, object]], effective_on: date, by: User, at: datetime) -> ScoreSheet:
    """登记一版评分表. ``items``: name, maximum and hint of each, in order.

    Rounds already being scored keep theirs. Raises ``RuleViolation`` for a sheet nobody can score by.
    """
    if not by.duties.include(Duty.INSPECT):
        raise NotAllowed("评分表由区重点办维护。")
    name = refuse_silence(name, "请填写评分表名称。")
    if effective_on < day_of(at):
        raise RuleViolation(f"生效日期 {effective_on.isoformat()} 早于今天，评分表不能追溯，请填今天或以后的日期。")
    if ScoreSheet.objects.filter(effective_on=effective_on).exists():
        raise RuleViolation(f"{effective_on.isoformat()} 生效的评分表已登记，不能改动，请另选生效日期。")
    stored = [_item(number, item) for number, item in enumerate(items, start=1)]
    if faults := Sheet.of(stored).faults():
        raise RuleViolation("".join(faults))
    before = ScoreSheet.objects.in_force(on=effective_on)
    sheet = ScoreSheet.objects.create(
        name=name, items=stored, effective_on=effective_on, recorded_by=by, recorded_at=at
    )
    changes = audit.in_words(before, sheet, ["name", "effective_on"])
    changes["评分项"] = [said(before) if before else None, said(sheet)]
    audit.record("score_sheet.added", sheet, by=by, at=at, changes=changes)
    return sheet


def of_day(on: date) -> ScoreSheet:
    """The edition in force; before any was added, the usual one, which then is the first."""
    found = ScoreSheet.objects.in_force(on=on)
    return (
        found or ScoreSheet.objects.get_or_create(effective_on=_FROM_THE_BEGINNING, defaults={"name": "观摩评分表"})[0]
    )


def said(sheet: ScoreSheet) -> str:
    return "、".join(f"{item.name} {plain(item.maximum)}" for item in Sheet.of(sheet.items).items)


def _item(number: int, item: Mapping[str, object]) -> dict[str, object]:
    maximum = plain(Decimal(str(item["maximum"])))
    return {
        "key": f"item{number}",
        "name": str(item["name"]).strip(),
        "maximum": maximum,
        "hint": str(item.get("hint", "")).strip(),
    }
