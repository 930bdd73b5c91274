"""倒排模板: the usual road of a kind of project, as editions that are added and never edited."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.roles import Duty

from .key_project import ApprovalRoute
from .milestone import Stage
from .network import NetworkLink, NetworkStep, in_work, link_constraints, step_constraints
from .permit import PermitPhase
from .unit import User


class ProjectType(models.TextChoices):
    BUILDING = "BUILDING", _("房建")
    FACTORY = "FACTORY", _("工业厂房")
    ROAD = "ROAD", _("市政道路")
    WATER = "WATER", _("水利")
    OTHER = "OTHER", _("其他")


class ScheduleTemplate(models.Model):
    """One kind of project on one approval route (审批、核准、备案)."""

    project_type = models.CharField(_("项目类型"), max_length=10, choices=ProjectType)
    approval_route = models.CharField(_("审批方式"), max_length=6, choices=ApprovalRoute)

    class Meta:
        verbose_name = verbose_name_plural = _("倒排模板")
        ordering = ["project_type", "approval_route"]
        constraints = [
            models.UniqueConstraint(fields=["project_type", "approval_route"], name="schedule_template_once_per_kind")
        ]

    def __str__(self) -> str:
        return f"{ProjectType(self.project_type).label}（{ApprovalRoute(self.approval_route).label}）"


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def visible_to(self, user: User) -> Self:
        """Every reader sees the editions in force; what is being worked on only those who keep the templates."""
        if user.duties.include(Duty.KEEP_TEMPLATES):
            return self
        readers = (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN)
        return self.approved() if any(map(user.duties.include, readers)) else self.none()

    def approved(self) -> Self:
        return self.filter(state=TemplateVersion.State.APPROVED)

    def in_force(self, *, on: date) -> Self:
        """The edition of each template that a plan drawn up on this day starts from."""
        known = self.approved().filter(effective_on__lte=on)
        latest = known.filter(template=models.OuterRef("template")).order_by("-effective_on", "-number")
        return known.filter(pk=models.Subquery(latest.values("pk")[:1]))


class TemplateVersion(models.Model):
    """One edition of a template; put into force it is unalterable (a trigger keeps it so)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("编制中")
        APPROVED = "APPROVED", _("已启用")

    template = models.ForeignKey(ScheduleTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    effective_on = models.DateField(_("启用日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    drafted_at = models.DateTimeField(_("编制时间"))

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("模板版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_numbered_once"),
            in_work("template_version_one_in_work", of="template"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(effective_on__isnull=False),
                name="template_version_in_force_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}第 {self.number} 版"


class TemplateNode(NetworkStep):
    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="nodes")
    permit_name = models.CharField(_("审批事项"), max_length=100, blank=True)

    class Meta(NetworkStep.Meta):
        verbose_name = verbose_name_plural = _("模板节点")
        constraints = step_constraints("template_node")


class TemplateLink(NetworkLink):
    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(TemplateNode, models.CASCADE, related_name="outgoing")
    successor = models.ForeignKey(TemplateNode, models.CASCADE, related_name="incoming")

    class Meta:
        verbose_name = verbose_name_plural = _("模板关系")
        constraints = link_constraints("template_link")


class TemplateStage(models.Model):
    """What one of the four stages is for, in words (讲话要求)."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="stages")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    target = models.CharField(_("阶段目标"), max_length=300, blank=True)
    work_focus = models.TextField(_("工作重点"), blank=True)
    task_requirement = models.TextField(_("任务要求"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("模板阶段")
        constraints = [models.UniqueConstraint(fields=["version", "stage"], name="template_stage_once_per_version")]


class TemplateEvidence(models.Model):
    """A dated document without which the stage does not close (施工许可证、形象进度确认单、竣工验收报告)."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="evidence")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("佐证材料"), max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = _("模板佐证材料")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "stage", "name"], name="template_evidence_named_once")
        ]


class TemplatePermit(models.Model):
    """An approval item this kind of project needs, with its authority and limits (国办发〔2019〕11号 four phases)."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="permits")
    position = models.PositiveSmallIntegerField(_("序号"))
    phase = models.CharField(_("审批阶段"), max_length=10, choices=PermitPhase)
    name = models.CharField(_("审批事项"), max_length=100)
    agency = models.CharField(_("审批部门"), max_length=100, blank=True)
    condition = models.CharField(_("适用条件"), max_length=200, blank=True)
    is_required_for_start = models.BooleanField(_("开工必备"), default=False)
    legal_days = models.PositiveSmallIntegerField(_("法定时限（天）"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺时限（天）"), null=True, blank=True)
    counts_working_days = models.BooleanField(_("按工作日计"), default=True)
    valid_months = models.PositiveSmallIntegerField(_("有效期（月）"), null=True, blank=True)
    max_extensions = models.PositiveSmallIntegerField(_("可延期次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("模板审批事项")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="template_permit_named_once")]


_MONTH = [MinValueValidator(1), MaxValueValidator(12)]
_DAY = [MinValueValidator(1), MaxValueValidator(31)]


class TemplateBlackout(models.Model):
    """停工期 that comes back every year: winter, flood season, examinations. It may run over New Year."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="blackouts")
    name = models.CharField(_("停工期"), max_length=50)
    first_month = models.PositiveSmallIntegerField(_("开始月"), validators=_MONTH)
    first_day = models.PositiveSmallIntegerField(_("开始日"), validators=_DAY)
    last_month = models.PositiveSmallIntegerField(_("结束月"), validators=_MONTH)
    last_day = models.PositiveSmallIntegerField(_("结束日"), validators=_DAY)

    class Meta:
        verbose_name = verbose_name_plural = _("模板停工期")
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="template_blackout_named_once"),
            models.CheckConstraint(
                condition=Q(
                    first_month__range=(1, 12),
                    last_month__range=(1, 12),
                    first_day__range=(1, 31),
                    last_day__range=(1, 31),
                ),
                name="template_blackout_days_exist",
            ),
        ]
