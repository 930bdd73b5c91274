"""进度填报: what a project says of one period. Only the period's amount is kept; every total is a sum."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, PlanEntry, PlanVersion, User
from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .report_period import ReportPeriod


class Totals(NamedTuple):
    """万元: 当年累计 and 开工累计."""

    year_to_date: Decimal
    since_start: Decimal

    @classmethod
    def of(cls, by_year: Mapping[int, Decimal], *, year: int | None, before: Decimal) -> Self:
        """From the sums of the years, and what was spent before the first of them."""
        to_date = by_year.get(year, Decimal(0)) if year else Decimal(0)
        return cls(to_date, sum(by_year.values(), before))


def years_of(by_month: Mapping[tuple[int, int], Decimal]) -> dict[int, Decimal]:
    """The sums of the years, from those of their months."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for (year, _month), amount in by_month.items():
        sums[year] += amount
    return sums


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

    def last_said(self) -> "ProgressVersion | None":
        """What is under way, else what counts; asked of the versions of one report known at one moment."""
        found: Any = self.order_by("counts").first()
        return found

    def declared(self) -> "ProgressVersionQuerySet":
        """What the lead stands by: what waits for review, and what was accepted and is not being corrected.

        Asked of versions known at one moment, so ``current()`` or ``known()`` comes before.
        """
        correcting = self.filter(report=OuterRef("report"), state=ProgressVersion.State.SUBMITTED)
        return self.exclude(state=ProgressVersion.State.RETURNED).exclude(Q(counts=True) & Exists(correcting))

    def by_month(
        self, projects: Collection[int] | models.QuerySet[Any, Any], *, upto: date | None
    ) -> dict[int, dict[tuple[int, int], Decimal]]:
        """What these projects spent by (year, month), up to and including the periods that end on this day."""
        found = self.filter(report__project__in=projects)
        if upto is not None:
            found = found.filter(report__period__ends_on__lte=upto)
        sums: dict[int, dict[tuple[int, int], Decimal]] = defaultdict(dict)
        months = found.order_by().values_list(
            "report__project", "report__period__ends_on__year", "report__period__ends_on__month"
        )
        for project, year, month, amount in months.annotate(Sum("period_amount")):
            sums[project][year, month] = amount
        return sums

    def month_sums(self, projects: Collection[int] | models.QuerySet[Any], *, year: int) -> dict[int, Decimal]:
        """What all these projects together spent in each month of the year."""
        found = self.filter(report__project__in=projects, report__period__ends_on__year=year).order_by()
        return dict(found.values_list("report__period__ends_on__month").annotate(Sum("period_amount")))

    def totals(self, *, project: KeyProject, upto: ReportPeriod) -> Totals:
        """Year-to-date and since the start, up to and including this period, of the versions asked for.

        What was spent before the product was in use comes from the annual plan of the first year reported.
        """
        by_year = years_of(self.by_month([project.pk], upto=upto.ends_on)[project.pk])
        first_years = {project.pk: min(by_year, default=upto.ends_on.year)}
        before = spent_before(first_years, known_at=None).get(project.pk, Decimal(0))
        return Totals.of(by_year, year=upto.ends_on.year, before=before)


def spent_before(first_years: Mapping[int, int], *, known_at: datetime | None) -> dict[int, Decimal]:
    """至上年底累计完成投资 by project, as the last approved plan of its first year has it.

    A project no plan of that year knows is left out.
    """
    entries = PlanEntry.objects.filter(project__in=first_years, version__state=PlanVersion.State.APPROVED)
    if known_at is not None:
        entries = entries.filter(version__decided_at__lte=known_at)
    rows = entries.order_by("version__plan__year", "version__effective_on", "version__number").values_list(
        "project", "version__plan__year", "cumulative_before_year"
    )
    return {project: amount for project, year, amount in rows if first_years[project] == year}


class ProgressVersion(Recorded):
    """A report as submitted, returned or accepted. Amounts are 万元; ``physical_percent`` None is not estimated.

    What counts (accepted) and what is under way (submitted, returned) are two facts: while a correction waits for
    review, the version accepted before goes on counting.
    """

    KEY = ("report", "counts")

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("待审核")
        ACCEPTED = "ACCEPTED", _("已审核")
        RETURNED = "RETURNED", _("已退回")

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="versions", verbose_name=_("填报"))
    counts = models.BooleanField(_("计入统计"), default=False)
    period_amount = models.DecimalField(_("本期完成投资（万元）"), max_digits=16, decimal_places=4)
    reduction_reason = models.CharField(_("核减原因"), max_length=200, blank=True)
    stat_amount = models.DecimalField(
        _("本期统计口径投资（万元）"), max_digits=16, decimal_places=4, null=True, blank=True
    )
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
    headcount = models.PositiveIntegerField(_("现场人数"), null=True, blank=True)
    is_unchanged = models.BooleanField(_("无变化"), default=False)
    unchanged_reason = models.CharField(_("无变化原因"), max_length=200, blank=True)
    milestones = models.JSONField(_("节点进展"), default=list, blank=True)
    funds = models.JSONField(_("资金到位和支付"), default=list, blank=True)
    flags = models.JSONField(_("提示"), default=list, blank=True, editable=False)
    explanation = models.CharField(_("对提示的说明"), max_length=300, blank=True)
    is_late = models.BooleanField(_("补报"), default=False)
    correction_reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("填报人"))
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代办授权人")
    )
    review_note = models.CharField(_("审核意见"), max_length=500, blank=True)

    objects: ClassVar = ProgressVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("填报版本")
        constraints = [
            *version_constraints("progress_version", "report", "counts"),
            models.CheckConstraint(
                condition=Q(counts=True, state="ACCEPTED") | (Q(counts=False) & ~Q(state="ACCEPTED")),
                name="progress_version_counts_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(is_unchanged=False) | Q(period_amount=0),
                name="progress_version_unchanged_spends_nothing",
                violation_error_message=_("填“无变化”时本期完成投资为 0。"),
            ),
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
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("submitted_by")),
                name="progress_version_not_reviewed_for_its_author",
                violation_error_message=_("不能代填报人审核其自己的填报。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="RETURNED") | ~Q(review_note=""),
                name="progress_version_return_has_words",
                violation_error_message=_("退回须写明意见。"),
            ),
        ]


class ProgressSubmission(models.Model):
    """报送回执: one act of submitting. ``client_id`` comes from the form: sent twice, it is taken in once."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="submissions")
    version = models.OneToOneField(ProgressVersion, models.PROTECT, related_name="submission")
    client_id = models.UUIDField(_("表单标识"), unique=True)
    receipt_number = models.CharField(_("回执号"), max_length=60, unique=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("填报人"))
    submitted_at = models.DateTimeField(_("报送时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("报送回执")

    def __str__(self) -> str:
        return self.receipt_number


class ProgressDraft(models.Model):
    """草稿: what was typed and not yet submitted, kept as it is typed; one for a project and period, whoever types.

    ``fields`` hold by field name the ``text``, who wrote it last (``by``) and when (``at``); ``revision`` grows with
    every change, so that two tabs or two people notice one another.
    """

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="progress_drafts")
    period = models.ForeignKey(ReportPeriod, models.CASCADE, related_name="drafts")
    fields = models.JSONField(_("内容"), default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("保存人"))
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("填报草稿")
        constraints = [models.UniqueConstraint(fields=["project", "period"], name="progress_draft_once")]

    def __str__(self) -> str:
        return f"{self.project} {self.period}"
