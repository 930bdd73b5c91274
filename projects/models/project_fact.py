"""What is so of a project from a day on: total investment, dates of its life, tier, suspensions, funds."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .key_project import KeyProject
from .unit import User


class LibraryTier(models.TextChoices):
    RESERVE = "RESERVE", _("储备")
    SIGNED = "SIGNED", _("签约")
    PREPARATION = "PREPARATION", _("前期")
    BUILDING = "BUILDING", _("在建")
    COMPLETED = "COMPLETED", _("竣工")
    EXITED = "EXITED", _("退出")


class BudgetRevision(Recorded):
    """总投资: the total investment in force; a change (调概) is a new version with its reason."""

    KEY = ("project",)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="budget_revisions")
    total_investment = models.DecimalField(_("总投资（万元）"), max_digits=16, decimal_places=4)
    reason = models.CharField(_("调整原因"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("总投资")
        constraints = [
            *version_constraints("budget_revision", "project"),
            models.CheckConstraint(
                condition=Q(total_investment__gte=0),
                name="budget_revision_not_negative",
                violation_error_message=_("总投资不能为负数。"),
            ),
        ]


class ProjectDates(Recorded):
    """The dates of a project's life that count in the indices. Ceremony, start and statistics entry stay apart."""

    KEY = ("project",)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="dates")
    ceremony_on = models.DateField(_("集中开工仪式"), null=True, blank=True)
    started_on = models.DateField(_("实际开工"), null=True, blank=True)
    stat_entry_on = models.DateField(_("入库纳统"), null=True, blank=True)
    works_finished_on = models.DateField(_("完工"), null=True, blank=True)
    accepted_on = models.DateField(_("竣工验收"), null=True, blank=True)
    handed_over_on = models.DateField(_("交付使用"), null=True, blank=True)
    commissioned_on = models.DateField(_("投产达效"), null=True, blank=True)
    evidence = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目关键日期")
        constraints = [
            *version_constraints("project_dates", "project"),
            models.CheckConstraint(
                condition=Q(works_finished_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(works_finished_on__gte=F("started_on")),
                name="project_dates_finish_after_start",
                violation_error_message=_("完工日期不能早于实际开工日期。"),
            ),
        ]


class TierEntryQuerySet(RecordedQuerySet):
    def in_force(self) -> Self:
        """The entries by which projects stand in their tier as known now: one for each."""
        later = TierEntry.objects.current().filter(project=OuterRef("project"), entered_on__gt=OuterRef("entered_on"))
        return self.current().filter(~Exists(later))

    def held_on(self, day: date, *, known_at: datetime | None) -> Self:
        """The entries by which projects stood in their tier at the end of this day: one for each."""
        entered = TierEntry.objects.as_known(known_at).filter(entered_on__lte=day)
        later = entered.filter(project=OuterRef("project"), entered_on__gt=OuterRef("entered_on"))
        return self.as_known(known_at).filter(entered_on__lte=day).filter(~Exists(later))


class TierEntry(Recorded):
    """项目库层级: the tier a project entered on a day. Leaving the list is an entry into 退出."""

    KEY = ("project", "entered_on")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="tier_entries")
    tier = models.CharField(_("层级"), max_length=12, choices=LibraryTier)
    entered_on = models.DateField(_("进入日期"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)

    objects: ClassVar = TierEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("入库出库")
        ordering = ["entered_on"]
        constraints = [
            *version_constraints("tier_entry", "project", "entered_on"),
            models.CheckConstraint(
                condition=~Q(tier=LibraryTier.EXITED) | ~Q(reason=""),
                name="tier_entry_exit_has_reason",
                violation_error_message=_("退出须写明原因。"),
            ),
        ]


class Suspension(models.Model):
    """停缓建: one interruption of a project; its dates are versions."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="suspensions")

    class Meta:
        verbose_name = verbose_name_plural = _("停缓建")


class SuspensionDatesQuerySet(RecordedQuerySet):
    def in_effect(self, *, on: date) -> Self:
        return self.filter(Q(suspended_on__lte=on) & (Q(resumed_on__isnull=True) | Q(resumed_on__gt=on)))


class SuspensionDates(Recorded):
    """From ``suspended_on`` until the day before ``resumed_on``; not excused unless somebody approved it so."""

    KEY = ("suspension",)

    suspension = models.ForeignKey(Suspension, models.PROTECT, related_name="dates")
    suspended_on = models.DateField(_("停缓建日期"))
    resumed_on = models.DateField(_("复工日期"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    excused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准不计逾期")
    )

    objects: ClassVar = SuspensionDatesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("停缓建日期")
        constraints = [
            *version_constraints("suspension_dates", "suspension"),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gt=F("suspended_on")),
                name="suspension_dates_resumes_later",
                violation_error_message=_("复工日期须晚于停缓建日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="suspension_dates_has_reason",
                violation_error_message=_("停缓建须写明原因。"),
            ),
        ]


class FundSource(models.Model):
    """资金来源: where the money for a project is to come from. 万元."""

    class Kind(models.TextChoices):
        CENTRAL = "CENTRAL", _("中央和省级资金")
        FISCAL = "FISCAL", _("本级财政")
        SPECIAL_BOND = "SPECIAL_BOND", _("专项债券")
        LOAN = "LOAN", _("银行贷款")
        OWN = "OWN", _("企业自筹")
        FOREIGN = "FOREIGN", _("外资")
        OTHER = "OTHER", _("其他")

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="fund_sources")
    kind = models.CharField(_("资金来源"), max_length=12, choices=Kind)
    amount = models.DecimalField(_("金额（万元）"), max_digits=16, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = _("资金来源")
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="fund_source_once_per_kind"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="fund_source_not_negative",
                violation_error_message=_("资金金额不能为负数。"),
            ),
        ]


class FundReceipt(Recorded):
    """资金到位和支付: what came in and what was paid out of one source in one month, as accepted. 万元."""

    KEY = ("project", "kind", "month")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="fund_receipts")
    kind = models.CharField(_("资金来源"), max_length=12, choices=FundSource.Kind)
    month = models.DateField(_("月份"))
    received_amount = models.DecimalField(_("到位（万元）"), max_digits=16, decimal_places=4, default=0)
    paid_amount = models.DecimalField(_("支付（万元）"), max_digits=16, decimal_places=4, default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("资金到位")
        constraints = [
            *version_constraints("fund_receipt", "project", "kind", "month"),
            models.CheckConstraint(condition=Q(month__day=1), name="fund_receipt_of_a_month"),
            models.CheckConstraint(
                condition=Q(received_amount__gte=0, paid_amount__gte=0),
                name="fund_receipt_not_negative",
                violation_error_message=_("到位和支付金额不能为负数。"),
            ),
        ]
