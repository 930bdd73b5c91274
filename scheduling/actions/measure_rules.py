"""结果运用规则: an edition from a day on; what was proposed before keeps the one it was proposed by."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import measure_rules
from scheduling.measure_rules import Rule
from scheduling.models import MeasureRuleEdition


@transaction.atomic
def adopt(
    *, rules: Sequence[Rule], effective_on: date, code: str, source: str, by: User, at: datetime
) -> MeasureRuleEdition:
    """A further edition. Raises ``RuleViolation`` for rules with a fault and for a day that has passed or has one."""
    if not by.duties.include(Duty.PROPOSE_MEASURE):
        raise NotAllowed("结果运用规则由区重点办维护。")
    day = effective_on.isoformat()
    if effective_on < day_of(at):
        raise RuleViolation(f"生效日期 {day} 早于今天。规则不能追溯，请填今天或以后的日期。")
    if MeasureRuleEdition.objects.filter(effective_on=effective_on).exists():
        raise RuleViolation(f"{day} 生效的规则已登记，不能改动，请另选生效日期。")
    if wrong := list(measure_rules.faults(rules)):
        raise RuleViolation("".join(wrong))
    if not code.strip():
        raise RuleViolation("请填写通知书的机关代字，如“×重点督”。")
    before = MeasureRuleEdition.objects.in_force(on=effective_on)
    last = MeasureRuleEdition.objects.order_by("-number").values_list("number", flat=True).first()
    new = MeasureRuleEdition(
        number=(last or 1) + 1, effective_on=effective_on, code=code.strip(), source=source.strip()
    )
    new.rules, new.recorded_by, new.recorded_at = measure_rules.as_text(rules), by, at
    new.save(force_insert=True)
    changes = {"规则": [_said(before.rule_set), _said(rules)], "生效日期": [None, day]}
    audit.record("measure_rule.adopted", new, by=by, at=at, changes=changes)
    return new


def _said(rules: Sequence[Rule]) -> str:
    return "；".join(rule.in_words() for rule in rules)
