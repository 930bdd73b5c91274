"""审批手续: the permits a project needs, each with its state as a dated fact."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.permit_clock import Limit
from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .key_project import KeyProject
from .stored_file import StoredFile


class PermitPhase(models.TextChoices):
    LAND = "LAND", _("立项用地规划许可")
    WORKS = "WORKS", _("工程建设许可")
    BUILDING = "BUILDING", _("施工许可")
    ACCEPTANCE = "ACCEPTANCE", _("竣工验收")


class Permit(models.Model):
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="permits")
    phase = models.CharField(_("审批阶段"), max_length=10, choices=PermitPhase)
    name = models.CharField(_("审批事项"), max_length=100)
    agency = models.CharField(_("审批部门"), max_length=100, blank=True)
    is_required_for_start = models.BooleanField(_("开工必备"), default=False)
    legal_days = models.PositiveSmallIntegerField(_("法定时限（天）"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺时限（天）"), null=True, blank=True)
    counts_working_days = models.BooleanField(_("按工作日计"), default=True)
    condition = models.CharField(_("适用条件"), max_length=200, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("有效期（月）"), null=True, blank=True)
    max_extensions = models.PositiveSmallIntegerField(_("可延期次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("审批事项")
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="permit_once_per_project")]

    def __str__(self) -> str:
        return self.name

    def limit(self) -> Limit | None:
        """The promised limit before the legal one; None where neither is set."""
        days = self.legal_days if self.promised_days is None else self.promised_days
        return None if days is None else Limit(days, in_workdays=self.counts_working_days)


def overdue_on(day: date) -> Q:
    """At the counter beyond its due day: from the day after, and not while the limit is paused."""
    return Q(status=PermitState.Status.ACCEPTED, due_on__lt=day)


class PermitStateQuerySet(RecordedQuerySet):
    def running(self) -> Self:
        return self.filter(status=PermitState.Status.ACCEPTED)

    def overdue(self, *, on: date) -> Self:
        return self.filter(overdue_on(on))

    def running_then(self, *, on: date) -> Self:
        """At the counter with a limit that ran on this day, whether or not it was granted since."""
        was_running = Q(status=PermitState.Status.ACCEPTED) | Q(finished_on__gt=on)
        return self.filter(was_running, accepted_on__lte=on, due_on__isnull=False)

    def due_soon(self, *, on: date, until: date) -> Self:
        """Due from this day ``until`` (``permit_clock.soon_until``)."""
        return self.running().filter(due_on__range=(on, until))


class PermitState(Recorded):
    KEY = ("permit",)

    class Status(models.TextChoices):
        NOT_CONCERNED = "NOT_CONCERNED", _("不涉及")
        NOT_BEGUN = "NOT_BEGUN", _("未启动")
        PREPARING = "PREPARING", _("材料准备")
        ACCEPTED = "ACCEPTED", _("已受理")
        SUPPLEMENT = "SUPPLEMENT", _("补正")
        SPECIAL = "SPECIAL", _("特别程序")
        GRANTED = "GRANTED", _("办结")
        REFUSED = "REFUSED", _("不予许可")
        EXPIRED = "EXPIRED", _("过期")

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="states")
    status = models.CharField(_("状态"), max_length=14, choices=Status, default=Status.NOT_BEGUN)
    planned_on = models.DateField(_("计划办结"), null=True, blank=True)
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    due_on = models.DateField(_("应办结日期"), null=True, blank=True)
    finished_on = models.DateField(_("办结日期"), null=True, blank=True)
    document_number = models.CharField(_("批准文号"), max_length=80, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(_("已延期次数"), default=0)
    handler = models.CharField(_("经办人"), max_length=50, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    attachment = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批文")
    )

    objects: ClassVar = PermitStateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审批状态")
        constraints = [
            *version_constraints("permit_state", "permit"),
            models.CheckConstraint(
                condition=~Q(status="GRANTED") | Q(finished_on__isnull=False),
                name="permit_state_granted_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="NOT_CONCERNED") | ~Q(note=""), name="permit_state_not_concerned_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(superseded_at__isnull=True, status="ACCEPTED"),
                name="permit_state_running",
            )
        ]


class PermitPause(Recorded):
    """时限中止: days that do not count, from ``paused_on`` until the day before ``resumed_on``."""

    KEY = ("permit", "paused_on")

    class Kind(models.TextChoices):
        SUPPLEMENT = "SUPPLEMENT", _("补正")
        SPECIAL = "SPECIAL", _("特别程序")

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="pauses")
    kind = models.CharField(_("中止原因"), max_length=10, choices=Kind)
    paused_on = models.DateField(_("中止日期"))
    resumed_on = models.DateField(_("恢复日期"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审批时限中止")
        constraints = [
            *version_constraints("permit_pause", "permit", "paused_on"),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gt=F("paused_on")),
                name="permit_pause_resumes_later",
            ),
        ]
