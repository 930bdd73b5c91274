"""全程跟踪服务: what a flagship project asked of its task force (工作专班), and its daily line where switched on."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, TaskForce, User


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def open(self) -> Self:
        return self.filter(handled_on__isnull=True)

    def overdue(self, *, on: date) -> Self:
        return self.open().filter(due_on__lt=on)


class ServiceRequest(models.Model):
    """服务台账: what was asked, who handles it until when, and what came of it."""

    task_force = models.ForeignKey(TaskForce, models.PROTECT, related_name="service_requests")
    asked_on = models.DateField(_("提出日期"))
    asked_by = models.CharField(_("提出单位"), max_length=100)
    text = models.CharField(_("诉求"), max_length=300)
    handler = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("承办人"))
    due_on = models.DateField(_("办理期限"))
    handled_on = models.DateField(_("办结日期"), null=True, blank=True)
    result = models.CharField(_("办理结果"), max_length=300, blank=True)
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    logged_at = models.DateTimeField(_("登记时间"))

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("服务台账")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("asked_on")),
                name="service_request_days_in_order",
                violation_error_message=_("办理期限不能早于提出日期。"),
            ),
            models.CheckConstraint(
                condition=Q(handled_on__isnull=True, result="") | (Q(handled_on__isnull=False) & ~Q(result="")),
                name="service_request_handled_with_a_result",
                violation_error_message=_("办结日期和办理结果须同时填写。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DailyLine(models.Model):
    """日报一句话: one line a day of a flagship project; the week's report is made of them. 万元."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="daily_lines", verbose_name=_("项目"))
    day = models.DateField(_("日期"))
    text = models.CharField(_("当日进展"), max_length=200)
    amount = models.DecimalField(_("当日完成投资（万元）"), max_digits=16, decimal_places=4, default=0)
    headcount = models.PositiveIntegerField(_("现场人数"), null=True, blank=True)
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("填写人"))
    said_at = models.DateTimeField(_("填写时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("日报")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["project", "day"], name="daily_line_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="daily_line_not_negative"),
            models.CheckConstraint(condition=~Q(text=""), name="daily_line_has_words"),
        ]
