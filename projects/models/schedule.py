"""倒排工期: a project's schedule, worked back from its fixed finish, as editions that are approved and then frozen."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .key_project import KeyProject
from .milestone import Milestone
from .network import NetworkLink, NetworkStep, in_work, link_constraints, step_constraints
from .permit import Permit
from .template import TemplateVersion
from .unit import User


class BackwardScheduleQuerySet(models.QuerySet["BackwardSchedule"]):
    def approved(self) -> Self:
        return self.filter(state=BackwardSchedule.State.APPROVED)

    def in_force(self) -> Self:
        """The edition each project works by: its last approved one. An outlook, a chart and a notice start here."""
        later = BackwardSchedule.objects.approved().filter(
            project=models.OuterRef("project"), number__gt=models.OuterRef("number")
        )
        return self.approved().filter(~models.Exists(later))

    def in_work(self) -> Self:
        return self.filter(state__in=BackwardSchedule.IN_WORK)


class BackwardSchedule(models.Model):
    """One edition of a project's schedule.

    Its author changes it while it is a draft or was returned; a ``ChangeRequest`` carries it to somebody else's
    approval, which writes its dates into the milestones and names the moment as a baseline.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("编制中")
        SUBMITTED = "SUBMITTED", _("待批准")
        RETURNED = "RETURNED", _("已退回")
        APPROVED = "APPROVED", _("已批准")
        DISCARDED = "DISCARDED", _("已作废")

    CHANGEABLE = (State.DRAFT, State.RETURNED)
    IN_WORK = (State.DRAFT, State.SUBMITTED, State.RETURNED)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="schedules")
    number = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    template = models.ForeignKey(
        TemplateVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("模板")
    )
    required_finish_on = models.DateField(_("要求完成日期"))
    starts_on = models.DateField(_("编排起点"))
    reason = models.CharField(_("编制说明"), max_length=500, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    drafted_at = models.DateTimeField(_("编制时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("报批人"))
    submitted_at = models.DateTimeField(_("报批时间"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    decided_at = models.DateTimeField(_("批准时间"), null=True)

    objects = BackwardScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("倒排计划")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="backward_schedule_numbered_once"),
            in_work("backward_schedule_one_in_work", of="project"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="backward_schedule_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="SUBMITTED") | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="backward_schedule_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="backward_schedule_not_approved_by_its_submitter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}倒排计划第 {self.number} 版"


class ScheduleNode(NetworkStep):
    """One step of one project. ``milestone`` is there once an edition with it was approved.

    ``planned_*`` are the dates submitted, between the earliest and the latest possible. ``locked_on``: a date set by
    law or contract that no replan may pass. With a ``permit`` the step follows that permit's own clock.
    """

    version = models.ForeignKey(BackwardSchedule, models.CASCADE, related_name="nodes")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="schedule_nodes", verbose_name=_("节点")
    )
    permit = models.ForeignKey(
        Permit, models.PROTECT, null=True, blank=True, related_name="schedule_nodes", verbose_name=_("审批事项")
    )
    planned_start_on = models.DateField(_("计划开始"), null=True, blank=True)
    planned_finish_on = models.DateField(_("计划完成"), null=True, blank=True)
    locked_on = models.DateField(_("锁定日期"), null=True, blank=True)

    class Meta(NetworkStep.Meta):
        verbose_name = verbose_name_plural = _("倒排节点")
        constraints = [
            *step_constraints("schedule_node"),
            models.CheckConstraint(
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_finish_on__isnull=True)
                | Q(planned_finish_on__gte=F("planned_start_on")),
                name="schedule_node_finish_after_start",
            ),
        ]


class ScheduleLink(NetworkLink):
    version = models.ForeignKey(BackwardSchedule, models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(ScheduleNode, models.CASCADE, related_name="outgoing")
    successor = models.ForeignKey(ScheduleNode, models.CASCADE, related_name="incoming")

    class Meta:
        verbose_name = verbose_name_plural = _("倒排关系")
        constraints = link_constraints("schedule_link")


class ScheduleBlackout(models.Model):
    """停工期 of this site: both days and those between."""

    version = models.ForeignKey(BackwardSchedule, models.CASCADE, related_name="blackouts")
    name = models.CharField(_("停工期"), max_length=50)
    first_on = models.DateField(_("开始日期"))
    last_on = models.DateField(_("结束日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("停工期")
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="schedule_blackout_ends_after_it_begins",
                violation_error_message=_("停工期的结束日期不能早于开始日期。"),
            )
        ]


class Baseline(models.Model):
    """基线: a named moment. No fact is ever overwritten, so what was planned then is still there to be compared.

    ``project`` None: of the whole district.
    """

    project = models.ForeignKey(KeyProject, models.PROTECT, null=True, blank=True, related_name="baselines")
    name = models.CharField(_("基线名称"), max_length=100)
    known_at = models.DateTimeField(_("基线时间"))
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("建立人"))
    schedule = models.ForeignKey(
        BackwardSchedule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("倒排计划")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("基线")
        ordering = ["known_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="baseline_named_once_per_project"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(project__isnull=True), name="baseline_named_once_in_the_district"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="baseline_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
