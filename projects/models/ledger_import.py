"""台账导入: each reading of a ledger, what it changed and what it could not read."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, version_constraints
from projects.roles import Duty

from .stored_file import StoredFile
from .unit import User


class LedgerImportQuerySet(models.QuerySet["LedgerImport"]):
    def visible_to(self, user: User) -> Self:
        """A ledger speaks of the whole district: those who may import see what was imported."""
        return self if user.duties.include(Duty.IMPORT_LEDGER) else self.none()

    def undone(self, *, known_at: datetime | None) -> Self:
        """Those taken back by then; None: by now."""
        known = Q(undone_at__isnull=False) if known_at is None else Q(undone_at__lte=known_at)
        return self.filter(known)


class LedgerImport(models.Model):
    """One run over one file. Counts are rows unless they say otherwise."""

    class State(models.TextChoices):
        READING = "READING", _("正在识别")
        MAPPING = "MAPPING", _("待核对列对应")
        WAITING = "WAITING", _("等待导入")
        RUNNING = "RUNNING", _("正在导入")
        DONE = "DONE", _("已完成")
        REFUSED = "REFUSED", _("有不能导入的行，未写入")
        FAILED = "FAILED", _("未能导入")

    class Takes(models.TextChoices):
        ALL = "ALL", _("整份导入，有一行不行就都不写")
        GOOD = "GOOD", _("只导入没有问题的行")

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    source = models.CharField(_("台账来源"), max_length=50)
    mapping = models.JSONField(_("列对应"))
    draft = models.JSONField(_("列对应草稿"), default=dict)  # what was found in the file, and what was chosen so far
    is_dry_run = models.BooleanField(_("试导入"), default=False)
    takes = models.CharField(_("导入方式"), max_length=4, choices=Takes, default=Takes.GOOD)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    requested_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    written_at = models.DateTimeField(_("写入时间"), null=True)  # of the facts it brought; None: it changed nothing
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    counts = models.JSONField(_("计数"), default=dict)
    error = models.CharField(_("原因"), max_length=500, blank=True)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("台账导入")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["READING", "MAPPING", "WAITING", "RUNNING"]) | Q(finished_at__isnull=False),
                name="ledger_import_ended_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(written_at__isnull=True) | Q(state="DONE", is_dry_run=False),
                name="ledger_import_written_is_done",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, written_at__isnull=False),
                name="ledger_import_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file.name}（{self.get_state_display()}）"

    @property
    def is_unchecked(self) -> bool:
        """Its mapping is still to be found or to be checked: neither a trial nor an import yet."""
        return self.state in (LedgerImport.State.READING, LedgerImport.State.MAPPING)


class LedgerLayoutQuerySet(models.QuerySet["LedgerLayout"]):
    def visible_to(self, user: User) -> Self:
        return self if user.duties.include(Duty.IMPORT_LEDGER) else self.none()


class LedgerLayout(models.Model):
    """记住的列对应: what somebody checked for files with this header serves the next one of them."""

    fingerprint = models.CharField(_("表头特征"), max_length=32, unique=True)
    title = models.CharField(_("台账"), max_length=100)
    mapping = models.JSONField(_("列对应"))
    remembered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("核对人"))
    remembered_at = models.DateTimeField(_("核对时间"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True)

    objects = LedgerLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("记住的列对应")
        ordering = ["-remembered_at"]

    def __str__(self) -> str:
        return self.title


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


class JournalPage(models.Model):
    """What one import did to rows that have no versions, of one table and some thousand at a time: an undo reads it.

    ``before`` and ``after`` are the columns it amended, by primary key and column; ``made`` are rows an undo deletes.
    """

    ledger_import = models.ForeignKey(LedgerImport, models.CASCADE, related_name="journal")
    model = models.CharField(_("表"), max_length=60)
    made = models.JSONField(_("新建的行"), default=list)
    before = models.JSONField(_("修改前"), default=dict)
    after = models.JSONField(_("修改后"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("导入流水")
        ordering = ["pk"]


class VanishedRow(models.Model):
    """A milestone, or (None) a whole project, the newer ledger no longer lists: somebody says what became of it."""

    class Decision(models.TextChoices):
        KEEP = "KEEP", _("保留")
        WITHDRAW = "WITHDRAW", _("撤销计划")
        EXIT = "EXIT", _("退出项目库")

    OF_A_MILESTONE = (Decision.KEEP, Decision.WITHDRAW)
    OF_A_PROJECT = (Decision.KEEP, Decision.EXIT)

    ledger_import = models.ForeignKey(LedgerImport, models.CASCADE, related_name="vanished")
    project = models.ForeignKey("KeyProject", models.PROTECT, related_name="+")
    milestone = models.ForeignKey("Milestone", models.PROTECT, null=True, related_name="+")
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
            ),
            models.CheckConstraint(
                condition=Q(milestone__isnull=True, decision__in=["", "KEEP", "EXIT"])
                | Q(milestone__isnull=False, decision__in=["", "KEEP", "WITHDRAW"]),
                name="vanished_row_decided_in_its_kind",
            ),
        ]


class LedgerStatement(Recorded):
    """台账记载: what a ledger of projects says of one project, word for word as far as nobody has reviewed it.

    ``said`` is every field it states, a long one by its digest: what it repeats is recognised by it. The other
    columns are what only reports may say; here they stand as the ledger has them and count in no index. 万元.
    """

    KEY = ("project", "source")
    REPORTED = (
        "period_amount", "ytd_amount", "since_start_amount", "plan_rate", "physical_progress", "problems_text",
        "delay_reason",
    )  # fmt: skip

    project = models.ForeignKey("KeyProject", models.PROTECT, related_name="ledger_statements")
    source = models.CharField(_("台账来源"), max_length=50)
    source_key = models.CharField(_("台账键"), max_length=300)
    ordinal = models.PositiveSmallIntegerField(_("同键序号"), default=1)
    title = models.CharField(_("台账"), max_length=100)
    year = models.PositiveSmallIntegerField(_("台账年度"), null=True, blank=True)
    said = models.JSONField(_("台账原话"), default=dict)
    original_total_investment = models.DecimalField(
        _("原总投资（万元）"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    period_amount = models.DecimalField(
        _("本月完成投资（万元）"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    ytd_amount = models.DecimalField(
        _("1 月至本月累计完成投资（万元）"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    since_start_amount = models.DecimalField(
        _("开工累计完成投资（万元）"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    plan_rate = models.DecimalField(_("占年度计划（%）"), max_digits=14, decimal_places=4, null=True, blank=True)
    physical_progress = models.CharField(_("形象进度"), max_length=500, blank=True)
    problems_text = models.TextField(_("存在问题"), blank=True)
    delay_reason = models.TextField(_("滞后原因"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("台账记载")
        constraints = [
            *version_constraints("ledger_statement", "project", "source"),
            models.UniqueConstraint(
                fields=["source", "source_key", "ordinal"],
                condition=Q(superseded_at__isnull=True),
                name="ledger_statement_one_per_key",
            ),
        ]
