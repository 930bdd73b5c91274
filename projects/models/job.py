"""后台任务: each piece of background work is a row that a worker claims, so that no message is trusted with memory."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def claimable(self, *, at: datetime) -> Self:
        """Waiting, or left by a worker whose lease has run out."""
        return self.filter(
            Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=at),
            attempts__lt=Job.MAX_ATTEMPTS,
        )


class Job(models.Model):
    """One piece of work. ``(kind, subject)`` is unique: asked for twice, it is done once."""

    MAX_ATTEMPTS = 3

    class State(models.TextChoices):
        WAITING = "WAITING", _("等待")
        RUNNING = "RUNNING", _("进行中")
        DONE = "DONE", _("完成")
        FAILED = "FAILED", _("失败")

    kind = models.CharField(_("类别"), max_length=40)
    subject = models.CharField(_("对象"), max_length=100)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    lease_until = models.DateTimeField(_("租约至"), null=True)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    error = models.TextField(_("错误"), blank=True)
    requested_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="job_once_per_subject"),
            models.CheckConstraint(
                condition=~Q(state="RUNNING") | Q(lease_until__isnull=False), name="job_running_has_lease"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "RUNNING"]) | Q(finished_at__isnull=False),
                name="job_ended_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (Job.State.WAITING, Job.State.RUNNING)
