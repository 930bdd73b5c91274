"""台账导入: each reading of a ledger, what it changed and what it could not read."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.roles import Duty

from .key_project import KeyProject
from .milestone import Milestone
from .stored_file import StoredFile
from .unit import User


class LedgerImportQuerySet(models.QuerySet["LedgerImport"]):
    def visible_to(self, user: User) -> Self:
        """A ledger speaks of the whole district: those who may import see what was imported."""
        return self if user.duties.include(Duty.IMPORT_LEDGER) else self.none()


class LedgerImport(models.Model):
    """One run over one file. Counts are rows unless they say otherwise."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("等待导入")
        RUNNING = "RUNNING", _("正在导入")
        DONE = "DONE", _("已完成")
        FAILED = "FAILED", _("未能导入")

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    source = models.CharField(_("台账来源"), max_length=50)
    mapping = models.JSONField(_("列对应"))
    is_dry_run = models.BooleanField(_("试导入"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    requested_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    counts = models.JSONField(_("计数"), default=dict)
    error = models.CharField(_("原因"), max_length=500, blank=True)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("台账导入")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "RUNNING"]) | Q(finished_at__isnull=False),
                name="ledger_import_ended_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file.name}（{self.get_state_display()}）"


class ImportProblem(models.Model):
    """Something a ledger says that could not be taken as it stands; the row it stands in is named."""

    ledger_import = models.ForeignKey(LedgerImport, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("行"))
    column = models.CharField(_("列"), max_length=200, blank=True)
    value = models.CharField(_("原值"), max_length=200, blank=True)
    code = models.CharField(_("类别"), max_length=30)
    message = models.CharField(_("说明"), max_length=300)
    is_rejection = models.BooleanField(_("整行未导入"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("导入问题")
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["ledger_import", "code"], name="import_problem_by_code")]


class VanishedRow(models.Model):
    """A milestone the newer ledger no longer lists: somebody has to say what became of it."""

    class Decision(models.TextChoices):
        KEEP = "KEEP", _("保留")
        WITHDRAW = "WITHDRAW", _("撤销计划")

    ledger_import = models.ForeignKey(LedgerImport, models.CASCADE, related_name="vanished")
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="+")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(_("处理"), max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("处理人"))
    decided_at = models.DateTimeField(_("处理时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("台账中消失的行")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="vanished_row_decided_by_somebody",
            )
        ]
