"""报告期: a stretch of days that is reported as one, open until it is locked."""

from datetime import date, datetime, time
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Unit, User
from projects.models.project_fact import LibraryTier
from projects.periods import Kind
from projects.roles import Duty

from .evaluated import Evaluated, EvaluatedQuerySet


class ReportPeriodQuerySet(models.QuerySet["ReportPeriod"]):
    def open(self, *, at: datetime) -> Self:
        """Begun and not yet locked."""
        return self.filter(Q(locked_at__isnull=True) | Q(locked_at__gt=at))

    def to_close(self, *, at: datetime) -> Self:
        """Past the end of their review and not entered in the ledger, the earliest first."""
        return self.filter(review_until__lte=at).exclude(closing__finished_at__isnull=False).order_by("ends_on")


class ReportPeriod(models.Model):
    """A period. ``MONTH_END`` takes the reviewed adjustments of a month (月末调整) beside its weeks."""

    class Kind(models.TextChoices):
        WEEK = Kind.WEEK, _("周报")
        TEN_DAY = Kind.TEN_DAY, _("旬报")
        HALF_MONTH = Kind.HALF_MONTH, _("半月报")
        MONTH = Kind.MONTH, _("月报")
        MONTH_END = "MONTH_END", _("月末调整")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    due_at = models.DateTimeField(_("报送截止"))
    review_until = models.DateTimeField(_("审核截止"))
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)

    objects = ReportPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("报告期")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="report_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="report_period_days_in_order"),
            models.CheckConstraint(condition=Q(ends_on__year=F("starts_on__year")), name="report_period_in_one_year"),
            models.CheckConstraint(condition=Q(review_until__gte=F("due_at")), name="report_period_reviewed_after_due"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(locked_at__gte=F("due_at")),
                name="report_period_locked_after_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on.isoformat()} 至 {self.ends_on.isoformat()} {self.get_kind_display()}"

    def takes_reports(self, *, at: datetime) -> bool:
        """Until it is locked; what comes later is 补报."""
        return self.locked_at is None or self.locked_at > at


class ReportingRuleQuerySet(models.QuerySet["ReportingRule"]):
    def in_force(self, *, kind: str, on: date) -> "ReportingRule":
        """The edition for a period of this kind that begins on this day; noon and half past five without one."""
        found = self.filter(kind=kind, effective_on__lte=on).order_by("-effective_on").first()
        return found or ReportingRule(kind=kind, effective_on=on, due_time=time(12), review_time=time(17, 30))


class ReportingRule(models.Model):
    """报送时限: by what hour periods of a kind are due and reviewed, from a day on. Editions are added."""

    class Holiday(models.TextChoices):
        EARLIER = "EARLIER", _("提前到此前最近的工作日")
        LATER = "LATER", _("顺延到此后最近的工作日")

    kind = models.CharField(_("类别"), max_length=10, choices=ReportPeriod.Kind)
    effective_on = models.DateField(_("生效日期"))
    due_time = models.TimeField(_("报送截止时刻"))
    review_time = models.TimeField(_("审核截止时刻"))
    when_holiday = models.CharField(_("截止日遇节假日"), max_length=8, choices=Holiday, default=Holiday.EARLIER)

    objects = ReportingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("报送时限")
        ordering = ["kind", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "effective_on"], name="reporting_rule_once_a_day"),
            models.CheckConstraint(
                condition=Q(review_time__gt=F("due_time")),
                name="reporting_rule_review_after_due",
                violation_error_message=_("审核截止时刻须晚于报送截止时刻。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}时限（{self.effective_on.isoformat()} 起）"


class ReportingDutyQuerySet(models.QuerySet["ReportingDuty"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on)))


class ReportingDuty(models.Model):
    """报送方式: which kind of report a project owes, from the first of a month on. A project without one owes weeks.

    Months are made of whole periods, whichever kind they are of, so a change on the first counts nothing twice.
    """

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="reporting_duties", verbose_name=_("项目"))
    kind = models.CharField(_("报送方式"), max_length=10, choices=ReportPeriod.Kind)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)

    objects = ReportingDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("报送方式")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "starts_on"], name="reporting_duty_once_a_day"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(ends_on__isnull=True), name="reporting_duty_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(starts_on__day=1), name="reporting_duty_from_the_first"),
            models.CheckConstraint(condition=~Q(kind="MONTH_END"), name="reporting_duty_is_periodical"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="reporting_duty_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_kind_display()}（{self.starts_on.isoformat()} 起）"


class PeriodClosing(models.Model):
    """锁定登记: the ledger entry of a closed period. Everything it counts is as known at ``known_at``. 万元."""

    period = models.OneToOneField(ReportPeriod, models.PROTECT, related_name="closing", verbose_name=_("报告期"))
    known_at = models.DateTimeField(_("数据时点"))
    finished_at = models.DateTimeField(_("登记完成"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("应报"), default=0)
    reported = models.PositiveIntegerField(_("已报"), default=0)
    on_time = models.PositiveIntegerField(_("按时"), default=0)
    unreviewed = models.PositiveIntegerField(_("未审核"), default=0)
    returned = models.PositiveIntegerField(_("退回未重报"), default=0)
    missing = models.PositiveIntegerField(_("未报"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    amount = models.DecimalField(_("已审核投资（万元）"), max_digits=16, decimal_places=4, default=0)
    unreviewed_amount = models.DecimalField(_("未审核投资（万元）"), max_digits=16, decimal_places=4, default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("报告期锁定登记")

    def __str__(self) -> str:
        return f"{self.period}锁定登记"


class PeriodStandingQuerySet(EvaluatedQuerySet):
    def visible_to(self, user: User) -> Self:
        """The whole district, or what the own units led when the period was closed."""
        if user.duties.include(Duty.READ_DISTRICT):
            return self
        own = Q(pk__in=[])
        for path in user.duties.unit_paths(Duty.READ_UNIT):
            own |= Q(lead_unit__path__startswith=path)
        return self.filter(own)

    def owed(self) -> Self:
        """Of those that owed a report of the period, or gave one."""
        return self.exclude(reported=PeriodStanding.Reported.NOT_OWED)


class PeriodStanding(Evaluated):
    """One project at the closing of one period, frozen. Amounts are 万元; totals count accepted reports alone.

    A week and a month's end are frozen of every project of the register, of other periods those that report by them.
    ``late_items`` are what was overdue then (``scheduling/last_week.py``); None: it was not yet recorded.
    """

    class Reported(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("已审核")
        UNREVIEWED = "UNREVIEWED", _("未审核")
        RETURNED = "RETURNED", _("退回未重报")
        MISSING = "MISSING", _("未报")
        NOT_OWED = "NOT_OWED", _("不应报")

    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="standings", verbose_name=_("报告期"))
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="period_standings", verbose_name=_("项目"))
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    version = models.ForeignKey("ProgressVersion", models.PROTECT, null=True, related_name="+")
    reported = models.CharField(_("填报"), max_length=10, choices=Reported)
    is_on_time = models.BooleanField(_("按时"), default=False)
    is_unchanged = models.BooleanField(_("无变化"), default=False)
    unchanged_periods = models.PositiveSmallIntegerField(_("连续无变化期数"), default=0)
    period_amount = models.DecimalField(_("本期完成"), max_digits=16, decimal_places=4, default=0)
    unreviewed_amount = models.DecimalField(_("未审核"), max_digits=16, decimal_places=4, default=0)
    ytd_amount = models.DecimalField(_("当年累计"), max_digits=16, decimal_places=4, default=0)
    since_start_amount = models.DecimalField(_("开工累计"), max_digits=16, decimal_places=4, default=0)
    annual_plan_amount = models.DecimalField(_("年度计划"), max_digits=16, decimal_places=4, null=True)
    physical_percent = models.DecimalField(_("形象进度（%）"), max_digits=5, decimal_places=2, null=True)
    stage = models.CharField(_("当前阶段"), max_length=18, blank=True)
    tier = models.CharField(_("项目库层级"), max_length=12, choices=LibraryTier, blank=True)
    late_items = models.JSONField(_("逾期事项"), null=True)

    objects = PeriodStandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("期末态势")
        indexes = [models.Index(fields=["period", "lead_unit"], name="period_standing_of_unit")]
        constraints = [
            models.UniqueConstraint(fields=["period", "project"], name="period_standing_once"),
            models.CheckConstraint(
                condition=Q(reported__in=["MISSING", "NOT_OWED"], version__isnull=True)
                | (~Q(reported__in=["MISSING", "NOT_OWED"]) & Q(version__isnull=False)),
                name="period_standing_rests_on_a_version",
            ),
        ]
