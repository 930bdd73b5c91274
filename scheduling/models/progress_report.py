"""进度填报: what a project says of one period. Only the period's amount is kept; every total is a sum."""

from decimal import Decimal
from typing import ClassVar, NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, PlanEntry, PlanVersion, User
from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .report_period import ReportPeriod


class Totals(NamedTuple):
    """万元: 当年累计 and 开工累计."""

    year_to_date: Decimal
    since_start: Decimal


class ProgressReport(models.Model):
    """What foreign keys point to: this project's report on this period."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="progress_reports", verbose_name=_("项目"))
    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="reports", verbose_name=_("报告期"))

    class Meta:
        verbose_name = verbose_name_plural = _("进度填报")
        constraints = [models.UniqueConstraint(fields=["project", "period"], name="progress_report_once_per_period")]

    def __str__(self) -> str:
        return f"{self.project} {self.period}"


class ProgressVersionQuerySet(RecordedQuerySet):
    def accepted(self) -> "ProgressVersionQuerySet":
        """What counts in the indices."""
        return self.filter(state=ProgressVersion.State.ACCEPTED)

    def declared(self) -> "ProgressVersionQuerySet":
        """Accepted or waiting for review: what the lead stands by."""
        return self.exclude(state=ProgressVersion.State.RETURNED)

    def totals(self, *, project: KeyProject, upto: ReportPeriod) -> Totals:
        """Year-to-date and since the start, up to and including this period, of the versions asked for.

        What was spent before the product was in use comes from the annual plan of the first year reported.
        """
        found = self.filter(report__project=project, report__period__ends_on__lte=upto.ends_on)
        this_year = Q(report__period__ends_on__year=upto.ends_on.year)
        summed = found.aggregate(
            year=Sum("period_amount", filter=this_year, default=Decimal(0)),
            all=Sum("period_amount", default=Decimal(0)),
            first=models.Min("report__period__ends_on"),
        )
        first_year = (summed["first"] or upto.ends_on).year
        return Totals(summed["year"], summed["all"] + _spent_before(project, first_year))


def _spent_before(project: KeyProject, year: int) -> Decimal:
    """至上年底累计完成投资 as the last approved plan of this year has it; nought without one."""
    entries = PlanEntry.objects.filter(
        project=project, version__plan__year=year, version__state=PlanVersion.State.APPROVED
    )
    found = entries.order_by("-version__effective_on", "-version__number").values_list("cumulative_before_year")
    return next((amount for (amount,) in found[:1]), Decimal(0))


class ProgressVersion(Recorded):
    """A report as submitted, returned or accepted. Amounts are 万元; ``physical_percent`` None is not estimated."""

    KEY = ("report",)

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("待审核")
        ACCEPTED = "ACCEPTED", _("已审核")
        RETURNED = "RETURNED", _("已退回")

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="versions", verbose_name=_("填报"))
    period_amount = models.DecimalField(_("本期完成投资（万元）"), max_digits=16, decimal_places=4)
    reduction_reason = models.CharField(_("核减原因"), max_length=200, blank=True)
    physical_progress = models.CharField(_("形象进度"), max_length=500)
    physical_percent = models.DecimalField(
        _("形象进度（%）"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    done_text = models.TextField(_("本期完成"), blank=True)
    next_text = models.TextField(_("下期计划"), blank=True)
    problems_text = models.TextField(_("存在问题"), blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("填报人"))
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    review_note = models.CharField(_("审核意见"), max_length=500, blank=True)

    objects: ClassVar = ProgressVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("填报版本")
        constraints = [
            *version_constraints("progress_version", "report"),
            models.CheckConstraint(
                condition=Q(period_amount__gte=0) | ~Q(reduction_reason=""),
                name="progress_version_reduction_has_reason",
                violation_error_message=_("本期完成投资为负数时须写明核减原因。"),
            ),
            models.CheckConstraint(
                condition=Q(physical_percent__isnull=True) | Q(physical_percent__range=(0, 100)),
                name="progress_version_percent_in_range",
                violation_error_message=_("形象进度百分比须在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                condition=Q(state="SUBMITTED", reviewed_by__isnull=True)
                | (~Q(state="SUBMITTED") & Q(reviewed_by__isnull=False)),
                name="progress_version_reviewed_by_somebody",
                violation_error_message=_("审核须写明审核人。"),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")),
                name="progress_version_not_reviewed_by_its_author",
                violation_error_message=_("填报人不能审核自己的填报。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="RETURNED") | ~Q(review_note=""),
                name="progress_version_return_has_words",
                violation_error_message=_("退回须写明意见。"),
            ),
        ]
