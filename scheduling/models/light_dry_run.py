"""试算: what a set of rules would have said of periods that are closed. It changes nothing else."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import User
from scheduling import light_rules
from scheduling.rule_texts import rule_set

from .light_rule import LightRuleEdition
from .report_period import ReportPeriod


class LightDryRun(models.Model):
    """The rules are kept as they were when it was asked for: a draft may be amended meanwhile.

    ``result``: what ``dry_run.compare`` found; None while it is being reckoned.
    """

    class Span(models.TextChoices):
        LAST_QUARTER = "LAST_QUARTER", _("上季度")
        THIS_QUARTER = "THIS_QUARTER", _("本季度以来")
        THIS_YEAR = "THIS_YEAR", _("今年以来")
        FOUR_WEEKS = "FOUR_WEEKS", _("最近四周")

    edition = models.ForeignKey(LightRuleEdition, models.CASCADE, related_name="dry_runs", verbose_name=_("亮灯规则"))
    rules = models.JSONField(_("规则"))
    span = models.CharField(_("范围"), max_length=12, choices=Span)
    kind = models.CharField(_("报告期类别"), max_length=10, choices=ReportPeriod.Kind)
    first_on = models.DateField(_("起"))
    last_on = models.DateField(_("止"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("试算人"))
    asked_at = models.DateTimeField(_("试算时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    result = models.JSONField(_("结果"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯规则试算")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="light_dry_run_days_in_order"),
            models.CheckConstraint(
                condition=Q(result__isnull=True, finished_at__isnull=True)
                | Q(result__isnull=False, finished_at__isnull=False),
                name="light_dry_run_finished_with_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}试算{self.get_span_display()}"

    @property
    def rule_set(self) -> light_rules.RuleSet:
        return rule_set(self.rules, edition=self.edition.number, name=self.edition.name, source="")
