"""亮灯规则: an edition is drafted, amended, proved and adopted, and from then on unalterable."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.light_presets import INITIAL
from scheduling.light_proof import prove
from scheduling.light_rules import Rule, RuleSet
from scheduling.models import LightRuleEdition, ReportPeriod, Standing
from scheduling.rule_texts import rules_as_text
from scheduling.rule_words import MEASURES

MOST_RULES = 60
_DAY = timedelta(days=1)
_AHEAD = timedelta(days=366)
_SHOWN_FAULTS = 5
_SAID = ["name", "source", "note"]
_State = LightRuleEdition.State


@transaction.atomic
def draft(*, name: str, rules: RuleSet, source: str = "", note: str = "", by: User, at: datetime) -> LightRuleEdition:
    """起草新版 from these rules, which may still have holes. One draft at a time."""
    _refuse_other_than_keeper(by)
    if waiting := LightRuleEdition.objects.filter(state=_State.DRAFT).first():
        raise RuleViolation(f"{waiting}正在起草，请接着修改，或先作废它。")
    last = LightRuleEdition.objects.aggregate(Max("number"))["number__max"] or INITIAL.edition
    edition = LightRuleEdition.objects.create(
        number=last + 1,
        name=name,
        source=source,
        note=note,
        effective_on=day_of(at),
        rules=rules_as_text(rules.rules),
        drafted_by=by,
        drafted_at=at,
    )
    changes = audit.in_words(None, edition, _SAID) | {"底稿": f"{rules.name}，{len(rules.rules)} 条"}
    audit.record("light_rule_edition.drafted", edition, by=by, at=at, changes=changes)
    return edition


@transaction.atomic
def amend(*, edition: LightRuleEdition, name: str, source: str, note: str, by: User, at: datetime) -> None:
    """What the draft is called, what it rests on, and what is to be said of it."""
    edition = _in_work(edition, by)
    before = copy(edition)
    edition.name, edition.source, edition.note = name, source, note
    edition.save(update_fields=_SAID)
    changes = audit.in_words(before, edition, _SAID)
    audit.record("light_rule_edition.amended", edition, by=by, at=at, changes=changes)


@transaction.atomic
def put_rule(*, edition: LightRuleEdition, rule: Rule, place: int | None, by: User, at: datetime) -> None:
    """This rule at this place of the draft, instead of the one there. None: at the end."""
    edition = _in_work(edition, by)
    rules = list(edition.rule_set.rules)
    if place is None:
        if len(rules) >= MOST_RULES:
            raise RuleViolation(f"一版规则最多 {MOST_RULES} 条，请先合并或移除。")
        rules.append(rule)
    else:
        _refuse_missing(rules, place)
        rules[place] = rule
    where = len(rules) if place is None else place + 1
    _store(edition, rules, f"第 {where} 条：{MEASURES[rule.measure]}", by=by, at=at)


@transaction.atomic
def remove_rule(*, edition: LightRuleEdition, place: int, by: User, at: datetime) -> None:
    """The rules behind it move up by one."""
    edition = _in_work(edition, by)
    rules = list(edition.rule_set.rules)
    _refuse_missing(rules, place)
    gone = rules.pop(place)
    _store(edition, rules, f"移除第 {place + 1} 条：{MEASURES[gone.measure]}", by=by, at=at)


def adopt(*, edition: LightRuleEdition, effective_on: date, by: User) -> LightRuleEdition:
    """启用: from this day on projects are judged by it, until one adopted later begins.

    Refused with the faults while it is not proved, and for days that lie in a locked period: those were judged by
    the rules of their time. What is stored of projects holds no longer than the day before it begins.
    """
    with recorded.standing_still() as at:
        edition = _in_work(edition, by)
        _refuse_unproved(edition)
        _refuse_day(effective_on, at)
        edition.state, edition.effective_on = _State.ADOPTED, effective_on
        edition.adopted_by, edition.adopted_at = by, at
        edition.save(update_fields=["state", "effective_on", "adopted_by", "adopted_at"])
        Standing.objects.filter(valid_until__gte=effective_on).update(valid_until=effective_on - _DAY)
        changes = audit.in_words(None, edition, ["effective_on", *_SAID])
        audit.record("light_rule_edition.adopted", edition, by=by, at=at, changes=changes)
    return edition


@transaction.atomic
def discard(*, edition: LightRuleEdition, by: User, at: datetime) -> None:
    """作废 a draft: it was never in force, so only its trace stays."""
    edition = _in_work(edition, by)
    audit.record("light_rule_edition.discarded", edition, by=by, at=at, changes={"规则": f"{len(edition.rules)} 条"})
    edition.delete()


def earliest_day(*, at: datetime) -> date:
    """From which day on an edition can be in force: the day after the last locked period, today without one."""
    locked = ReportPeriod.objects.filter(locked_at__lte=at).aggregate(Max("ends_on"))["ends_on__max"]
    return locked + _DAY if locked else day_of(at)


def refuse_adopted(edition: LightRuleEdition) -> None:
    """Raises ``RuleViolation`` for an edition that nobody changes any more."""
    if edition.state != _State.DRAFT:
        raise RuleViolation(f"{edition}已启用，不能再改；需要调整请起草新版。")


def _refuse_other_than_keeper(by: User) -> None:
    if not by.duties.include(Duty.KEEP_LIGHT_RULES):
        raise NotAllowed("亮灯规则由区重点办维护。")


def _in_work(edition: LightRuleEdition, by: User) -> LightRuleEdition:
    """The edition, locked, which may still be changed."""
    _refuse_other_than_keeper(by)
    found = LightRuleEdition.objects.select_for_update().filter(pk=edition.pk).first()
    if found is None:
        raise RuleViolation(f"{edition}已作废，请重新起草。")
    refuse_adopted(found)
    return found


def _store(edition: LightRuleEdition, rules: Sequence[Rule], said: str, *, by: User, at: datetime) -> None:
    edition.rules = rules_as_text(rules)
    edition.save(update_fields=["rules"])
    audit.record("light_rule_edition.amended", edition, by=by, at=at, changes={"规则": said})


def _refuse_missing(rules: Sequence[Rule], place: int) -> None:
    if place >= len(rules):
        raise RuleViolation(f"这一版没有第 {place + 1} 条规则，可能已被移除，请刷新页面。")


def _refuse_unproved(edition: LightRuleEdition) -> None:
    if not edition.rules:
        raise RuleViolation("这一版一条规则也没有，请先增加规则。")
    if faults := prove(edition.rule_set):
        more = f"；另有 {len(faults) - _SHOWN_FAULTS} 处" if len(faults) > _SHOWN_FAULTS else ""
        said = "；".join(fault.text for fault in faults[:_SHOWN_FAULTS])
        raise RuleViolation(f"这一版不能启用，每个数值都须有且只有一种灯：{said}{more}。")


def _refuse_day(effective_on: date, at: datetime) -> None:
    first = earliest_day(at=at)
    if effective_on < first:
        raise RuleViolation(f"生效日期最早为 {first.isoformat()}：此前的报告期已锁定，按当时的规则判定，不再改变。")
    if effective_on > day_of(at) + _AHEAD:
        raise RuleViolation(f"生效日期 {effective_on.isoformat()} 在一年以后，请核对。")
