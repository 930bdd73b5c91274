"""四阶段目标与节点: what has to be reached by when, with the four dates side by side."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, RecordedQuerySet, version_constraints

from .key_project import KeyProject
from .ledger_import import LedgerImport
from .unit import Unit, User
from .withdrawal import IN_REGISTER, RegisterManager, Withdrawable, withdrawal_constraint

DAILY_BEFORE = timedelta(days=30)
"""How long before a key node its work is told day by day."""


class Stage(models.TextChoices):
    PREPARATION = "PREPARATION", _("前期准备")
    GROUNDBREAKING = "GROUNDBREAKING", _("开工建设")
    MAIN_CONSTRUCTION = "MAIN_CONSTRUCTION", _("主体施工")
    COMMISSIONING = "COMMISSIONING", _("竣工投产")


def open_on(day: date) -> Q:
    """Not yet reached by the end of this day."""
    return Q(is_reached=False) | Q(actual_on__gt=day)


def overdue_on(day: date) -> Q:
    """Overdue from the day after the approved date, while still open.

    Days of an excused suspension are not counted; that is arithmetic (``scheduling/standing.py``).
    """
    return Q(approved_on__lt=day) & open_on(day)


class FourDatesQuerySet(RecordedQuerySet):
    def overdue(self, *, on: date) -> Self:
        return self.filter(overdue_on(on))

    def _key(self) -> str:
        return self.model.KEY[0]  # type: ignore[attr-defined]  # a model of dates

    def replans(self, *, known_at: datetime | None) -> Self:
        """改期: versions in which an approved date took another's place, as known then; None: as known now.

        The first promise is none, nor is what an import wrote that was undone, nor its undoing.
        """
        key = self._key()
        replaced = self.model._default_manager.filter(
            **{key: OuterRef(key)}, superseded_at=OuterRef("recorded_at"), approved_on__isnull=False
        )
        moved = self.filter(Exists(replaced.exclude(approved_on=OuterRef("approved_on"))), approved_on__isnull=False)
        undone = LedgerImport.objects.undone(known_at=known_at)
        moments = (Q(recorded_at__in=undone.values(moment)) for moment in ("written_at", "undone_at"))
        known = moved if known_at is None else moved.filter(recorded_at__lte=known_at)
        return known.exclude(reduce(or_, moments))

    def replan_counts(self) -> dict[int, int]:
        """How often each of these milestones or stages was re-planned; those that never were are left out."""
        key = f"{self._key()}_id"
        counted = self.replans(known_at=None).order_by().values(key).annotate(times=models.Count("pk"))
        return dict(counted.values_list(key, "times"))


class FourDates(Recorded):
    """原定、批准、预计、实际: four dates that stay side by side.

    ``is_reached`` without ``actual_on``: the source says done but not when.
    """

    original_on = models.DateField(_("原定日期"), null=True, blank=True)
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)
    forecast_on = models.DateField(_("预计日期"), null=True, blank=True)
    actual_on = models.DateField(_("实际日期"), null=True, blank=True)
    is_reached = models.BooleanField(_("已完成"), default=False)

    objects: ClassVar = FourDatesQuerySet.as_manager()

    class Meta:
        abstract = True


def four_dates_constraints(name: str, key: str) -> list[models.BaseConstraint]:
    return [
        *version_constraints(name, key),
        models.CheckConstraint(
            condition=Q(actual_on__isnull=True) | Q(is_reached=True), name=f"{name}_dated_is_reached"
        ),
        models.CheckConstraint(
            condition=Q(approved_on__isnull=True) | Q(original_on__isnull=False),
            name=f"{name}_approved_has_original",
        ),
    ]


class DatedQuerySet(models.QuerySet):
    def with_dates(self) -> Self:
        """The four dates as known now beside each row; None while none are recorded."""
        now = FilteredRelation("dates", condition=Q(dates__superseded_at__isnull=True))
        names = ("original_on", "approved_on", "forecast_on", "actual_on", "is_reached")
        return self.alias(now=now).annotate(**{name: F(f"now__{name}") for name in names})


class StageTarget(models.Model):
    """阶段目标: one of the four stages of a project, with its work focus and task requirement."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="stage_targets")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    target = models.CharField(_("阶段目标"), max_length=300, blank=True)
    work_focus = models.TextField(_("工作重点"), blank=True)
    task_requirement = models.TextField(_("任务要求"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("阶段目标")
        constraints = [models.UniqueConstraint(fields=["project", "stage"], name="stage_target_once_per_stage")]

    def __str__(self) -> str:
        return str(Stage(self.stage).label)


class StageTargetDates(FourDates):
    KEY = ("stage_target",)

    stage_target = models.ForeignKey(StageTarget, models.PROTECT, related_name="dates")

    class Meta:
        verbose_name = verbose_name_plural = _("阶段目标日期")
        constraints = four_dates_constraints("stage_target_dates", "stage_target")


class MilestoneQuerySet(DatedQuerySet):
    def to_be_reached(self, *, on: date) -> Self:
        """Those with an approved date, not reached by the end of this day; the one due first before the others."""
        return self.with_dates().filter(open_on(on), approved_on__isnull=False).order_by("approved_on", "pk")

    def worked_by_day(self, *, since: date, until: date) -> Self:
        """Key nodes still open, the last ``DAILY_BEFORE`` before whose approved day touch these days; nearest first."""
        near = self.with_dates().filter(is_key=True, approved_on__range=(since, until + DAILY_BEFORE))
        return near.filter(open_on(since)).order_by("approved_on", "pk")


class Milestone(Withdrawable):
    """节点: something to be reached, in one of the four stages, that somebody answers for."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="milestones")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    name = models.CharField(_("节点名称"), max_length=200)
    position = models.PositiveIntegerField(_("次序"), default=0)
    is_key = models.BooleanField(_("关键节点"), default=False)
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任单位")
    )
    responsible_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    source_key = models.CharField(_("台账键"), max_length=400, blank=True, editable=False)
    source_digest = models.CharField(_("台账原话摘要"), max_length=32, blank=True, editable=False)

    objects = RegisterManager.from_queryset(MilestoneQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = _("节点")
        ordering = ["project", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source_key"],
                condition=~Q(source_key="") & IN_REGISTER,
                name="milestone_one_per_source_key",
            ),
            withdrawal_constraint("milestone"),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneDates(FourDates):
    KEY = ("milestone",)

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="dates")
    planned_start_on = models.DateField(_("计划开始"), null=True, blank=True)
    started_on = models.DateField(_("实际开始"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("节点日期")
        constraints = four_dates_constraints("milestone_dates", "milestone")
        indexes = [
            models.Index(
                fields=["approved_on"],
                condition=Q(superseded_at__isnull=True, is_reached=False),
                name="milestone_dates_open",
            )
        ]


class MilestoneAmounts(Recorded):
    """节点投资: what a step was to cost, is now thought to cost, and has cost. 万元."""

    KEY = ("milestone",)

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="amounts")
    budget_amount = models.DecimalField(_("概算（万元）"), max_digits=16, decimal_places=4, null=True, blank=True)
    estimate_amount = models.DecimalField(_("预计（万元）"), max_digits=16, decimal_places=4, null=True, blank=True)
    spent_amount = models.DecimalField(_("已完成（万元）"), max_digits=16, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("节点投资")
        constraints = version_constraints("milestone_amounts", "milestone")
