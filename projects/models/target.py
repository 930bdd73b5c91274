"""目标分解: the month's money by week, the week's work by day, and what is built by the piece."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .key_project import KeyProject
from .milestone import Milestone
from .unit import User


class WeekTargetQuerySet(RecordedQuerySet):
    def of_week(self, *, ends_on: date, known_at: datetime) -> Self:
        """What projects were to do in the week that ends on this day, as known then: what its reports are held to."""
        return self.known(at=known_at).filter(week_ends_on=ends_on)


class WeekTarget(Recorded):
    """周目标: what one project is to have done in the week that ends on this day (a Friday by default). 万元.

    A week belongs to the month of its last day, and the weeks of a month sum exactly to the month's target.
    """

    KEY: ClassVar = ("project", "week_ends_on")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="week_targets")
    week_ends_on = models.DateField(_("周末日"))
    amount = models.DecimalField(_("周计划投资（万元）"), max_digits=16, decimal_places=4)
    work = models.CharField(_("本周任务"), max_length=500, blank=True)

    objects: ClassVar = WeekTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("周目标")
        constraints = [
            *version_constraints("week_target", "project", "week_ends_on"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="week_target_not_negative"),
        ]


class DayTask(models.Model):
    """日任务: for flagship projects, and for the last 30 days before a key milestone; never asked of anybody else."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="day_tasks")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="day_tasks", verbose_name=_("节点")
    )
    day = models.DateField(_("日期"))
    text = models.CharField(_("任务"), max_length=200)
    responsible_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    result = models.CharField(_("完成情况"), max_length=200, blank=True)
    cancelled_reason = models.CharField(_("取消原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("日任务")
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["project", "day"], name="day_task_of_project")]
        constraints = [
            models.UniqueConstraint(fields=["project", "day", "text"], name="day_task_said_once"),
            models.CheckConstraint(condition=~Q(text=""), name="day_task_has_words"),
        ]

    def __str__(self) -> str:
        return self.text


class MilestoneQuantity(Recorded):
    """工程量: what a step is built of, in 米、平方米、台套; done so far is a correction of the same fact."""

    KEY: ClassVar = ("milestone",)

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="quantities")
    unit = models.CharField(_("计量单位"), max_length=10)
    planned_quantity = models.DecimalField(_("设计工程量"), max_digits=14, decimal_places=2)
    done_quantity = models.DecimalField(_("已完成工程量"), max_digits=14, decimal_places=2, default=Decimal(0))
    weight = models.DecimalField(_("权重"), max_digits=7, decimal_places=2, default=Decimal(1))

    class Meta:
        verbose_name = verbose_name_plural = _("工程量")
        constraints = [
            *version_constraints("milestone_quantity", "milestone"),
            models.CheckConstraint(
                condition=Q(planned_quantity__gt=0, done_quantity__gte=0, weight__gte=0),
                name="milestone_quantity_makes_sense",
            ),
        ]
