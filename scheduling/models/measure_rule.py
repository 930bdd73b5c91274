"""结果运用规则: editions that are added and never edited; a month is judged by the one in force at its end."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import User
from scheduling import measure_rules


class MeasureRuleEditionQuerySet(models.QuerySet["MeasureRuleEdition"]):
    def in_force(self, *, on: date) -> "MeasureRuleEdition":
        """The edition of the day; before any was added, the initial one, which has no row and the number 1."""
        found = self.filter(effective_on__lte=on).order_by("-effective_on").first()
        return found or MeasureRuleEdition(
            number=1, effective_on=on, rules=measure_rules.as_text(measure_rules.INITIAL), source=INITIAL_SOURCE
        )

    def latest_first(self) -> Self:
        return self.order_by("-effective_on")


INITIAL_SOURCE = "系统预设：参照各地约谈、限期整改和表扬奖励的通行做法"


class MeasureRuleEdition(models.Model):
    """``rules`` as ``measure_rules.as_text``. ``code``: 机关代字 of the notices that follow from them."""

    number = models.PositiveSmallIntegerField(_("版次"), unique=True)
    effective_on = models.DateField(_("生效日期"), unique=True)
    rules = models.JSONField(_("规则"), default=list)
    code = models.CharField(_("通知书机关代字"), max_length=20, default="×重点督")
    source = models.CharField(_("依据"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    recorded_at = models.DateTimeField(_("登记时间"), null=True)

    objects = MeasureRuleEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结果运用规则")
        ordering = ["-effective_on"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=2), name="measure_rule_edition_after_the_initial"),
            models.CheckConstraint(
                condition=~Q(code=""),
                name="measure_rule_edition_has_a_code",
                violation_error_message=_("请填写通知书的机关代字。"),
            ),
        ]

    def __str__(self) -> str:
        return f"结果运用规则第 {self.number} 版"

    @property
    def rule_set(self) -> tuple[measure_rules.Rule, ...]:
        return measure_rules.of_text(self.rules)
