"""通知: formal notices with a receipt of their reading, and one digest a day at most."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Unit, User
from projects.roles import Duty

from .answering import answered_for
from .decision import Decision, SupervisionOrder
from .meeting import Meeting
from .report_period import ReportPeriod

MOST_ATTEMPTS, RETRY_AFTER = 3, timedelta(minutes=10)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def addressed_to(self, user: User) -> Self:
        """Those of units for which this person answers, and those by name."""
        return self.filter(Q(user=user) | answered_for(user, "unit") & Q(user__isnull=True))

    def seen_by(self, user: User) -> Self:
        """Those addressed to this person, those sent by this person, and all of them for the office."""
        if user.duties.include(Duty.EDIT_REGISTER):
            return self
        return self.filter(Q(pk__in=Notice.objects.addressed_to(user).values("pk")) | Q(issued_by=user))

    def sent(self) -> Self:
        """In the order they were sent, with whom they name."""
        return self.order_by("issued_at", "unit__sort_key", "pk").select_related("unit", "user", "read_by")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A formal notice to a unit or, where ``user`` is set, to one person. Read once, by whom and when is kept.

    What it is about is named by ``meeting``, ``decision`` or ``order``; ``url`` where it is about none of them.
    """

    class Kind(models.TextChoices):
        CHASE = "CHASE", _("催报")
        MEETING = "MEETING", _("会议通知")
        MINUTES = "MINUTES", _("会议纪要")
        ASSIGNMENT = "ASSIGNMENT", _("交办")
        URGE = "URGE", _("催办")
        SUPERVISION = "SUPERVISION", _("督办")
        DISPATCH = "DISPATCH", _("调度单")
        BULLETIN = "BULLETIN", _("通报")
        MEASURE = "MEASURE", _("结果运用")
        INSPECTION = "INSPECTION", _("季观摩")
        ASSESSMENT = "ASSESSMENT", _("考核")

    kind = models.CharField(_("类别"), max_length=11, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("送达单位"))
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("送达人"))
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("链接"), max_length=200, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("会议")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("议定事项")
    )
    order = models.ForeignKey(
        SupervisionOrder, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("督办单")
    )
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("发出人"))
    issued_at = models.DateTimeField(_("发出时间"))
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("催报的报告期")
    )
    chased_on = models.DateField(_("催报、催办日期"), null=True, blank=True)
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
            ),
            models.CheckConstraint(
                condition=Q(kind="CHASE", period__isnull=False, chased_on__isnull=False)
                | Q(kind="URGE", decision__isnull=False, period__isnull=True, chased_on__isnull=False)
                | (~Q(kind__in=["CHASE", "URGE"]) & Q(period__isnull=True, chased_on__isnull=True)),
                name="notice_names_what_it_chases",
            ),
            models.UniqueConstraint(
                fields=["unit", "period", "chased_on"],
                condition=Q(kind="CHASE"),
                name="notice_chases_a_unit_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["decision", "chased_on"],
                condition=Q(kind="URGE"),
                name="notice_urges_a_decision_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DigestQuerySet(models.QuerySet["Digest"]):
    def to_send(self, *, day: date, at: datetime) -> Self:
        """Of this day, not delivered, and not tried too often or just now; those never tried first."""
        may_try = Q(tried_at__isnull=True) | Q(tried_at__lte=at - RETRY_AFTER)
        waiting = self.filter(may_try, day=day, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
        return waiting.order_by("attempts", "pk")


class Digest(models.Model):
    """每日提醒: what a person owes, sent once a working day at most; nothing owed, nothing sent.

    ``sent_at`` None: not delivered yet; ``error`` says why the last attempt failed.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="digests", verbose_name=_("人员"))
    day = models.DateField(_("日期"))
    items = models.JSONField(_("内容"), default=list)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    tried_at = models.DateTimeField(_("最近一次尝试"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=300, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("每日提醒")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day"),
            models.CheckConstraint(condition=~Q(items=[]), name="digest_says_something"),
        ]
