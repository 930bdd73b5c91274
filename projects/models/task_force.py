"""工作专班: who follows a flagship project through its whole course."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .key_project import KeyProject
from .unit import User


def _belongs_to(user: User, on: date) -> Q:
    serving = TaskForceMember.objects.in_force(on=on).filter(user=user)
    return Q(head=user) | Q(pk__in=serving.values("task_force"))


class TaskForceQuerySet(models.QuerySet["TaskForce"]):
    def visible_to(self, user: User, *, on: date) -> Self:
        """Those of projects one sees, and those one belongs to."""
        return self.filter(Q(project__in=KeyProject.objects.visible_to(user)) | _belongs_to(user, on))

    def of(self, user: User, *, on: date) -> Self:
        """Those this person heads or serves in on this day."""
        return self.filter(_belongs_to(user, on))

    def reporting_daily(self, *, on: date) -> Self:
        return self.filter(reports_daily_from__lte=on)


class TaskForceMemberQuerySet(models.QuerySet["TaskForceMember"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class TaskForce(models.Model):
    """工作专班: the group that follows a flagship project through its whole course."""

    project = models.OneToOneField(KeyProject, models.PROTECT, related_name="task_force")
    head = models.ForeignKey(User, models.PROTECT, related_name="headed_task_forces", verbose_name=_("专班负责人"))
    formed_on = models.DateField(_("成立日期"))
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    reports_daily_from = models.DateField(_("按日报送起"), null=True, blank=True)

    objects = TaskForceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("工作专班")

    def serving(self, *, on: date) -> models.QuerySet[User]:
        """Its head and whoever is a member on this day."""
        members = TaskForceMember.objects.in_force(on=on).filter(task_force=self)
        return User.objects.filter(Q(pk=self.head_id) | Q(pk__in=members.values("user")))


class TaskForceMember(models.Model):
    task_force = models.ForeignKey(TaskForce, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("成员"))
    responsibility = models.CharField(_("职责"), max_length=100)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)

    objects = TaskForceMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("专班成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="task_force_member_ends_after_start",
                violation_error_message=_("止期不能早于起期。"),
            ),
            models.UniqueConstraint(
                fields=["task_force", "user"],
                condition=Q(ends_on__isnull=True),
                name="task_force_member_serves_once",
                violation_error_message=_("该成员已在专班中。"),
            ),
        ]
