"""报告期: a stretch of days that is reported as one, open until it is locked."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.periods import Kind


class ReportPeriod(models.Model):
    class Kind(models.TextChoices):
        WEEK = Kind.WEEK, _("周报")
        TEN_DAY = Kind.TEN_DAY, _("旬报")
        HALF_MONTH = Kind.HALF_MONTH, _("半月报")
        MONTH = Kind.MONTH, _("月报")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    due_at = models.DateTimeField(_("报送截止"))
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("报告期")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="report_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="report_period_days_in_order"),
            models.CheckConstraint(condition=Q(ends_on__year=F("starts_on__year")), name="report_period_in_one_year"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(locked_at__gte=F("due_at")),
                name="report_period_locked_after_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on.isoformat()} 至 {self.ends_on.isoformat()} {self.get_kind_display()}"

    def takes_reports(self, *, at: datetime) -> bool:
        """Until it is locked."""
        return self.locked_at is None or self.locked_at > at
