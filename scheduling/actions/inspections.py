"""季观摩: the round of a quarter is opened, its route settled, scored, or it is cancelled (domain §1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import Emphasis, InspectionRound, InspectionRule, ScoreSheet

from .words import refuse_faults, refuse_silence

State = InspectionRound.State
_ARRANGED = ["title", "starts_at", "origin", "origin_longitude", "origin_latitude", "return_minutes"]


@dataclass(frozen=True)
class Arrangement:
    """观摩安排: what those who come are told; the names are those of ``InspectionRound``."""

    title: str
    emphases: Sequence[str]
    starts_at: datetime
    origin: str
    origin_longitude: Decimal | None = None
    origin_latitude: Decimal | None = None
    return_minutes: int = 30


@transaction.atomic
def open_round(*, year: int, quarter: int, arrangement: Arrangement, by: User, at: datetime) -> InspectionRound:
    """开办: once a quarter. It keeps the rule of this day, whatever is adopted later."""
    refuse_stranger(by)
    if known := InspectionRound.objects.standing().filter(year=year, quarter=quarter).first():
        raise RuleViolation(f"{year}年第{quarter}季度的观摩已开办：“{known}”。")
    rule = InspectionRule.objects.in_force(on=day_of(at))
    opened = InspectionRound(year=year, quarter=quarter, rule=rule.kept(), opened_by=by, opened_at=at)
    _arrange(opened, arrangement)
    opened.save()
    changes = audit.in_words(None, opened, ["year", "quarter", *_ARRANGED]) | {"侧重": [None, said_of(opened.emphases)]}
    audit.record("inspection_round.opened", opened, by=by, at=at, changes=changes)
    return opened


@transaction.atomic
def amend(*, inspection: InspectionRound, arrangement: Arrangement, by: User, at: datetime) -> None:
    """修改安排: until it is scored. Where the buses leave and when, and what the quarter looks at."""
    before = InspectionRound.objects.get(pk=inspection.pk)
    held = locked_for(inspection, by, State.CHOOSING, State.ROUTED)
    _arrange(held, arrangement)
    changes = audit.in_words(before, held, _ARRANGED)
    if list(before.emphases) != list(held.emphases):
        changes["侧重"] = [said_of(before.emphases), said_of(held.emphases)]
    if not changes:
        raise RuleViolation("没有改动，无须保存。")
    held.save(update_fields=[*_ARRANGED, "emphases"])
    audit.record("inspection_round.amended", held, by=by, at=at, changes=changes)


@transaction.atomic
def cancel(*, inspection: InspectionRound, reason: str, by: User, at: datetime) -> None:
    """取消: before anybody scores; the quarter may then be opened anew."""
    held = locked_for(inspection, by, State.CHOOSING, State.ROUTED)
    held.cancelled_reason = refuse_silence(reason, "取消观摩须写明原因。")
    _enter(held, State.CANCELLED, "cancelled_reason")
    changes = audit.in_words(None, held, ["cancelled_reason"])
    audit.record("inspection_round.cancelled", held, by=by, at=at, changes=changes)


@transaction.atomic
def fix_route(*, inspection: InspectionRound, by: User, at: datetime) -> None:
    """定线: from now on everybody who reads projects sees where it goes. Raises ``RuleViolation`` without a stop."""
    held = locked_for(inspection, by, State.CHOOSING)
    stops = held.stops.count()
    if not stops:
        raise RuleViolation(f"“{held}”还没有选定观摩点，请先在“候选”页选择。")
    _enter(held, State.ROUTED)
    audit.record("inspection_round.routed", held, by=by, at=at, changes={"观摩点": [None, stops]})


@transaction.atomic
def reopen_route(*, inspection: InspectionRound, by: User, at: datetime) -> None:
    """退回调整: the route is open to change again, as long as nobody scores."""
    held = locked_for(inspection, by, State.ROUTED)
    _enter(held, State.CHOOSING)
    audit.record("inspection_round.reopened", held, by=by, at=at)


@transaction.atomic
def start_scoring(*, inspection: InspectionRound, by: User, at: datetime) -> None:
    """开始评分: with the sheet in force on this day, unless one was chosen. It needs a sheet and judges."""
    held = locked_for(inspection, by, State.ROUTED)
    held.sheet = held.sheet or ScoreSheet.objects.in_force(on=day_of(at))
    if held.sheet is None:
        raise RuleViolation("还没有生效的评分表，请先在“设置”中登记评分表。")
    if not held.judges.exists():
        raise RuleViolation(f"“{held}”还没有评委，请先在“评委”页登记。")
    _enter(held, State.SCORING, "sheet")
    audit.record("inspection_round.scoring_started", held, by=by, at=at, changes={"评分表": [None, held.sheet.name]})


def locked_for(inspection: InspectionRound, by: User, *states: InspectionRound.State) -> InspectionRound:
    """The round as stored, nobody else's until the transaction ends, for the office, while in one of these states.

    Raises ``NotAllowed`` and ``RuleViolation``.
    """
    refuse_stranger(by)
    held = InspectionRound.objects.select_for_update().get(pk=inspection.pk)
    if held.state not in states:
        raise RuleViolation(f"“{held}”{held.get_state_display()}，不能再作此更改。")
    return held


def refuse_stranger(by: User) -> None:
    if not by.duties.include(Duty.INSPECT):
        raise NotAllowed("季观摩由区重点办组织。")


def said_of(emphases: Sequence[str]) -> str:
    """侧重 in words: 开工、入统."""
    return "、".join(str(Emphasis(each).label) for each in emphases)


def _arrange(inspection: InspectionRound, arrangement: Arrangement) -> None:
    for name, value in vars(arrangement).items():
        setattr(inspection, name, list(value) if name == "emphases" else value)
    if set(inspection.emphases) - set(Emphasis.values):
        raise RuleViolation("本季度侧重只能从开工、入统、进度、竣工中选择。")
    refuse_faults(inspection, exclude=["rule"])


def _enter(inspection: InspectionRound, state: InspectionRound.State, *also: str) -> None:
    inspection.state = state
    inspection.save(update_fields=["state", *also])
