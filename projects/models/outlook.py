"""倒排推算: what the approved schedule and the facts known now come to on a day. Derived, so written anew each time."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .key_project import KeyProject
from .milestone import Milestone
from .schedule import BackwardSchedule, ScheduleNode


class ScheduleOutlook(models.Model):
    """One project's whole schedule, reckoned on ``on``. Days are working days; ``to_spare`` is negative when short."""

    project = models.OneToOneField(KeyProject, models.CASCADE, primary_key=True, related_name="outlook")
    version = models.ForeignKey(BackwardSchedule, models.CASCADE, related_name="+")
    on = models.DateField(_("推算日"))
    is_feasible = models.BooleanField(_("工期可行"))
    to_spare = models.IntegerField(_("富余（工作日）"))
    due_on = models.DateField(_("要求完成"))
    expected_on = models.DateField(_("预计完成"))
    headline = models.CharField(_("结论"), max_length=100)
    sentence = models.CharField(_("说明"), max_length=500)
    caution = models.CharField(_("提示"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工期推算")
        indexes = [models.Index(fields=["is_feasible", "to_spare"], name="schedule_outlook_worst_first")]


def to_start_q(since: date, until: date) -> Q:
    """Not begun, and the latest day to begin falls within these days, both included."""
    return Q(is_begun=False, late_start_on__range=(since, until))


def to_finish_q(since: date, until: date) -> Q:
    """Not done, and the latest day to be done falls within these days, both included."""
    return Q(is_done=False, late_finish_on__range=(since, until))


def missed_q(on: date) -> Q:
    """The latest day to begin or to be done is past: the finish is lost unless time is won back."""
    return Q(is_begun=False, late_start_on__lt=on) | Q(is_done=False, late_finish_on__lt=on)


class NodeOutlook(models.Model):
    """One step of a project's schedule, reckoned with it. Floats are days of the step's own unit."""

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="node_outlooks")
    node = models.OneToOneField(ScheduleNode, models.CASCADE, primary_key=True, related_name="outlook")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, related_name="+")
    early_start_on = models.DateField(_("最早开始"))
    early_finish_on = models.DateField(_("最早完成"))
    late_start_on = models.DateField(_("最迟开始"))
    late_finish_on = models.DateField(_("最迟完成"))
    total_float = models.IntegerField(_("总时差"))
    free_float = models.IntegerField(_("自由时差"))
    is_critical = models.BooleanField(_("关键线路"))
    is_begun = models.BooleanField(_("已开始"))
    is_done = models.BooleanField(_("已完成"))

    class Meta:
        verbose_name = verbose_name_plural = _("节点推算")
        indexes = [
            models.Index(
                fields=["late_start_on"], condition=Q(is_begun=False, is_done=False), name="node_outlook_to_start"
            ),
            models.Index(fields=["late_finish_on"], condition=Q(is_done=False), name="node_outlook_to_finish"),
        ]
