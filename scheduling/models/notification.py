"""通知: formal notices with a receipt of their reading, and one digest a day at most."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Unit, User
from projects.roles import Duty

from .answering import answered_for


class NoticeQuerySet(models.QuerySet["Notice"]):
    def addressed_to(self, user: User) -> Self:
        """Those of units for which this person answers, and those by name."""
        return self.filter(Q(user=user) | answered_for(user, "unit") & Q(user__isnull=True))

    def seen_by(self, user: User) -> Self:
        """Those addressed to this person, those sent by this person, and all of them for the office."""
        if user.duties.include(Duty.EDIT_REGISTER):
            return self
        return self.filter(Q(pk__in=Notice.objects.addressed_to(user).values("pk")) | Q(issued_by=user))

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A formal notice to a unit or, where ``user`` is set, to one person. Read once, by whom and when is kept."""

    class Kind(models.TextChoices):
        CHASE = "CHASE", _("催报")
        MEETING = "MEETING", _("会议通知")
        ASSIGNMENT = "ASSIGNMENT", _("交办")
        SUPERVISION = "SUPERVISION", _("督办")
        DISPATCH = "DISPATCH", _("调度单")

    kind = models.CharField(_("类别"), max_length=11, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("送达单位"))
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("送达人"))
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("链接"), max_length=200, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("发出人"))
    issued_at = models.DateTimeField(_("发出时间"))
    read_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("阅知人"))
    read_at = models.DateTimeField(_("阅知时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["unit", "read_at"], name="notice_of_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="notice_read_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Digest(models.Model):
    """每日提醒: what a person owes, sent once a working day at most; nothing owed, nothing sent.

    ``sent_at`` None: not delivered yet; ``error`` says why the last attempt failed.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="digests", verbose_name=_("人员"))
    day = models.DateField(_("日期"))
    items = models.JSONField(_("内容"), default=list)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("每日提醒")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day"),
            models.CheckConstraint(condition=~Q(items=[]), name="digest_says_something"),
        ]
