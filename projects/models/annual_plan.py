"""年度计划: approved versions with an effective date; a month is judged by the version then in force."""

from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from projects.roles import Duty

from .key_project import KeyProject
from .unit import User

MONTHS = tuple(range(1, 13))


def month_field(month: int) -> str:
    return f"month_{month}"


class AnnualPlan(models.Model):
    year = models.PositiveSmallIntegerField(_("年度"), unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("年度计划")
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年度计划"


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def visible_to(self, user: User) -> Self:
        """What is still being worked on is seen by those who draft it and those who approve it."""
        if any(map(user.duties.include, (Duty.DRAFT_PLAN, Duty.APPROVE_PLAN))):
            return self
        readers = (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN)
        return self.approved() if any(map(user.duties.include, readers)) else self.none()

    def approved(self) -> Self:
        return self.filter(state=PlanVersion.State.APPROVED)

    def in_work(self) -> Self:
        return self.exclude(state=PlanVersion.State.APPROVED)

    def awaiting(self, user: User) -> Self:
        """Submitted, and this person may decide on them."""
        if not user.duties.include(Duty.APPROVE_PLAN):
            return self.none()
        waiting = self.filter(state=PlanVersion.State.SUBMITTED)
        return waiting.exclude(drafted_by=user).exclude(submitted_by=user)

    def in_force(self, *, on: date, known_at: datetime | None) -> "PlanVersion | None":
        """The version a day is judged by, or None before the first takes effect. Filter by plan first.

        ``known_at`` None: of all approved until now.
        """
        known = self.approved().filter(effective_on__lte=on)
        if known_at is not None:
            known = known.filter(decided_at__lte=known_at)
        return known.order_by("-effective_on", "-number").first()

    def in_force_and_ahead(self, *, on: date, known_at: datetime | None) -> Self:
        """Of the year of the day what took effect by then, the version in force first; and all that will take effect.

        Those ahead are of any year and as approved until now: they only tell how long the day's version holds.
        """
        begun = Q(plan__year=on.year, effective_on__lte=on)
        if known_at is not None:
            begun &= Q(decided_at__lte=known_at)
        return self.approved().filter(begun | Q(effective_on__gt=on)).order_by("-effective_on", "-number")


class PlanVersion(models.Model):
    """One edition of the plan: drafted by the office, submitted, approved by somebody else, then unalterable."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("编制中")
        SUBMITTED = "SUBMITTED", _("待批准")
        APPROVED = "APPROVED", _("已批准")
        RETURNED = "RETURNED", _("已退回")

    CHANGEABLE = (State.DRAFT, State.RETURNED)

    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    effective_on = models.DateField(_("生效日期"))
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    reason = models.CharField(_("调整说明"), max_length=500, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    drafted_at = models.DateTimeField(_("编制时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("报批人"))
    submitted_at = models.DateTimeField(_("报批时间"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    decided_at = models.DateTimeField(_("批准时间"), null=True)
    decision_note = models.CharField(_("批准意见"), max_length=500, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计划版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_numbered_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED"]),
                name="plan_version_one_in_work",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(document_number="")),
                name="plan_version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
                name="plan_version_not_approved_by_its_author",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="plan_version_not_approved_by_its_submitter",
            ),
            models.CheckConstraint(
                condition=~Q(state="SUBMITTED") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="plan_version_submitted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.year} 年度计划第 {self.number} 版"

    def predecessor(self) -> "PlanVersion | None":
        """The approved edition this one replaces; None for the first of the year."""
        return self.plan.versions.approved().filter(number__lt=self.number).first()


class PlanEntryQuerySet(models.QuerySet["PlanEntry"]):
    def visible_to(self, user: User) -> Self:
        if user.duties.include(Duty.READ_DISTRICT):
            return self
        return self.filter(project__in=KeyProject.objects.visible_to(user))

    def in_force(self, *, on: date, known_at: datetime | None) -> Self:
        """What the edition this day is judged by says."""
        version = PlanVersion.objects.filter(plan__year=on.year).in_force(on=on, known_at=known_at)
        return self.filter(version=version) if version else self.none()

    def totals(self, *, by_month: bool = False) -> dict[str, Any]:
        """Counts by category and the sum of the year's amounts (万元), in one row; the months take as long again."""
        months = MONTHS if by_month else ()
        category = PlanEntry.Category
        return self.aggregate(
            all=Count("pk"),
            continuing=Count("pk", filter=Q(category=category.CONTINUING)),
            new_start=Count("pk", filter=Q(category=category.NEW_START)),
            preliminary=Count("pk", filter=Q(category=category.PRELIMINARY)),
            completing=Count("pk", filter=Q(completes_this_year=True)),
            amount=Sum("annual_plan_amount"),
            before=Sum("cumulative_before_year"),
            **{month_field(month): Sum(month_field(month)) for month in months},
        )

    def figures(self) -> dict[int, dict[str, Any]]:
        """What the entries say, by project: what two editions are compared by."""
        rows = self.values("project_id", *PlanEntry.FIGURES)
        return {row.pop("project_id"): row for row in rows.iterator()}


class PlanEntry(models.Model):
    """One project in one edition. Amounts are 万元; the twelve months sum exactly to the year."""

    class Category(models.TextChoices):
        CONTINUING = "CONTINUING", _("续建")
        NEW_START = "NEW_START", _("新开工")
        PRELIMINARY = "PRELIMINARY", _("前期")

    FIGURES = (
        "category",
        "completes_this_year",
        "annual_plan_amount",
        "cumulative_before_year",
        "planned_start_on",
        "planned_finish_on",
        "physical_goal",
        *map(month_field, MONTHS),
    )

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="entries")
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="plan_entries")
    category = models.CharField(_("计划类别"), max_length=12, choices=Category)
    completes_this_year = models.BooleanField(_("年内竣工投产"), default=False)
    annual_plan_amount = models.DecimalField(_("年度计划投资（万元）"), max_digits=16, decimal_places=4)
    cumulative_before_year = models.DecimalField(
        _("至上年底累计完成投资（万元）"), max_digits=16, decimal_places=4, default=Decimal(0)
    )
    planned_start_on = models.DateField(_("计划开工"), null=True, blank=True)
    planned_finish_on = models.DateField(_("计划竣工"), null=True, blank=True)
    physical_goal = models.CharField(_("年度形象进度目标"), max_length=300, blank=True)
    month_1 = models.DecimalField(_("1 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_2 = models.DecimalField(_("2 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_3 = models.DecimalField(_("3 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_4 = models.DecimalField(_("4 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_5 = models.DecimalField(_("5 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_6 = models.DecimalField(_("6 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_7 = models.DecimalField(_("7 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_8 = models.DecimalField(_("8 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_9 = models.DecimalField(_("9 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_10 = models.DecimalField(_("10 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_11 = models.DecimalField(_("11 月"), max_digits=16, decimal_places=4, default=Decimal(0))
    month_12 = models.DecimalField(_("12 月"), max_digits=16, decimal_places=4, default=Decimal(0))

    objects = PlanEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计划项目")
        constraints = [
            models.UniqueConstraint(fields=["version", "project"], name="plan_entry_once_per_version"),
            models.CheckConstraint(
                # Rounded because SQLite adds in binary; on PostgreSQL the sum is exact before.
                condition=Q(annual_plan_amount=Round(reduce(add, map(F, map(month_field, MONTHS))), 4)),
                name="plan_entry_months_sum_to_year",
            ),
            models.CheckConstraint(
                condition=Q(annual_plan_amount__gte=0, **{f"{month_field(m)}__gte": 0 for m in MONTHS}),
                name="plan_entry_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_finish_on__isnull=True)
                | Q(planned_finish_on__gte=F("planned_start_on")),
                name="plan_entry_finish_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}（{self.version}）"

    def monthly_amounts(self) -> list[Decimal]:
        return [getattr(self, month_field(month)) for month in MONTHS]


class PlanAdjustment(models.Model):
    """Why a project is in this edition other than in the one before: added, removed, or with other figures."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="adjustments")
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="+")
    reason = models.CharField(_("调整理由"), max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = _("计划调整理由")
        constraints = [
            models.UniqueConstraint(fields=["version", "project"], name="plan_adjustment_once_per_project"),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_adjustment_has_reason"),
        ]
