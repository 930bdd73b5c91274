"""审计: every action's trace. Rows are added, sealed into a hash chain, and never changed or deleted."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.roles import Duty

from .unit import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> Self:
        return self if user.duties.include(Duty.READ_AUDIT) else self.none()

    def sealed(self) -> Self:
        return self.filter(position__isnull=False).order_by("position")

    def unsealed(self) -> Self:
        return self.filter(position__isnull=True).order_by("pk")


class AuditEvent(models.Model):
    at = models.DateTimeField(_("时间"), db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("操作人"))
    by_name = models.CharField(_("姓名"), max_length=50)
    action = models.CharField(_("操作"), max_length=50, db_index=True)
    subject_type = models.CharField(_("对象类别"), max_length=40)
    subject_id = models.CharField(_("对象编号"), max_length=40)
    subject_label = models.CharField(_("对象"), max_length=200)
    changes = models.JSONField(_("变化"), default=dict)
    address = models.CharField(_("来源地址"), max_length=45, blank=True)
    agent = models.CharField(_("客户端"), max_length=200, blank=True)
    position = models.PositiveBigIntegerField(_("序号"), null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(_("校验值"), max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_event_by_subject"),
            # What the sealer looks for every few seconds is not behind all that is sealed.
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="audit_event_unsealed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=True, hash="") | Q(position__isnull=False, hash__regex=r"^[0-9a-f]{64}$"),
                name="audit_event_sealed_whole",
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.position} 条" if self.position else "尚未封存"
