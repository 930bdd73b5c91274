"""通报规则: an edition from a day on; what was drafted before keeps the one it was drafted by."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from reports.models import BulletinRule
from scheduling.actions.words import refuse_faults

SAID = [
    field.name for field in BulletinRule._meta.concrete_fields if field.name not in {"id", "recorded_by", "recorded_at"}
]


@transaction.atomic
def adopt(*, rule: BulletinRule, by: User, at: datetime) -> BulletinRule:
    """A new edition, not yet stored. Raises ``RuleViolation`` for a day that has passed or has an edition."""
    if not by.duties.include(Duty.DRAFT_BULLETIN):
        raise NotAllowed(_("通报规则由区重点办维护。"))
    day = rule.effective_on.isoformat()
    if rule.effective_on < day_of(at):
        raise RuleViolation(_("生效日期 %s 早于今天。通报规则不能追溯，请填今天或以后的日期。") % day)
    if BulletinRule.objects.filter(effective_on=rule.effective_on).exists():
        raise RuleViolation(_("%s 生效的规则已登记，不能改动，请另选生效日期。") % day)
    before = BulletinRule.objects.in_force(on=rule.effective_on)
    rule.pk, rule.recorded_by, rule.recorded_at = None, by, at
    refuse_faults(rule, exclude=["recorded_by"])
    rule.save(force_insert=True)
    audit.record("bulletin_rule.adopted", rule, by=by, at=at, changes=audit.in_words(before, rule, SAID))
    return rule
