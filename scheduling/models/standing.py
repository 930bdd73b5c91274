"""Standing: where each project stands as known now; kept by ``scheduling/actions/standings.py`` alone."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, LibraryTier, Milestone, Stage, StageTarget


class Standing(models.Model):
    """One project as evaluated after its last change. What is overdue is asked of its ``OpenItem`` rows.

    Amounts are 万元 of accepted reports, the year-to-date one of ``amounts_year``, the year last reported; what
    waits for review stands beside them. ``reported_to``: the last day an accepted report covers; None: none yet.
    """

    project = models.OneToOneField(
        KeyProject, models.CASCADE, primary_key=True, related_name="standing", verbose_name=_("项目")
    )
    stage = models.CharField(_("当前阶段"), max_length=18, choices=Stage, blank=True, db_index=True)
    tier = models.CharField(_("项目库层级"), max_length=12, choices=LibraryTier, blank=True, db_index=True)
    amounts_year = models.PositiveSmallIntegerField(_("金额年份"), null=True)
    ytd_amount = models.DecimalField(_("当年累计完成投资"), max_digits=16, decimal_places=4, default=0)
    since_start_amount = models.DecimalField(_("开工累计完成投资"), max_digits=16, decimal_places=4, default=0)
    unreviewed_amount = models.DecimalField(_("未审核投资"), max_digits=16, decimal_places=4, default=0)
    physical_percent = models.DecimalField(_("形象进度（%）"), max_digits=5, decimal_places=2, null=True)
    reported_to = models.DateField(_("填报截至"), null=True)
    evaluated_at = models.DateTimeField(_("评估时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("项目态势")


def standing_on(day: date, prefix: str = "") -> Q:
    """What was stored for the stretch of days this one lies in: a fact dated ahead divides them."""
    return Q(**{f"{prefix}since__lte": day, f"{prefix}until__gt": day})


def overdue_on(day: date) -> Q:
    """Overdue at the end of this day, which is not before the day of the evaluation."""
    return Q(late_since__lt=day) & standing_on(day)


def leading(*, stage: str = "") -> Q:
    """One item per project, the one that has waited longest: of all its open items, or of those of one stage."""
    return Q(leads_stage=True, stage=stage) if stage else Q(leads=True)


def days_late_on(day: date) -> ExpressionWrapper:
    """Days late against the approved date, as a duration; of overdue items only."""
    counted_to = Least(Value(day), Coalesce("stopped_on", Value(day)))
    return ExpressionWrapper(counted_to - F("late_since"), output_field=DurationField())


class OpenItemQuerySet(models.QuerySet["OpenItem"]):
    def overdue(self, *, on: date) -> Self:
        """Today or later, as known now. Any other day or knowledge: ``scheduling/overdue.py``."""
        return self.filter(overdue_on(on)).annotate(late=days_late_on(on))

    def late_by(self, days: int) -> Self:
        return self.filter(late__gte=timedelta(days=days))


class OpenItem(models.Model):
    """A milestone or stage target not yet reached, with the days from which it is late: see ``Prospect``."""

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="open_items")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, db_index=False, related_name="+")
    stage_target = models.ForeignKey(StageTarget, models.CASCADE, null=True, db_index=False, related_name="+")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    original_on = models.DateField(_("原定日期"), null=True)
    due_on = models.DateField(_("批准日期"))
    forecast_on = models.DateField(_("预计日期"), null=True)
    since = models.DateField()
    until = models.DateField()
    late_since = models.DateField(null=True)
    original_late_since = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    leads = models.BooleanField()
    leads_stage = models.BooleanField()

    objects = OpenItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("未完成事项")
        # Both carry what the list is counted and ordered by, so that PostgreSQL reads the index alone.
        indexes = [
            models.Index(
                fields=["late_since"],
                include=["since", "until", "stopped_on", "leads", "leads_stage", "stage", "project"],
                name="open_item_late",
            ),
            models.Index(
                fields=["late_since"],
                include=["since", "until", "stopped_on", "project"],
                condition=Q(leads=True),
                name="open_item_leading",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(milestone__isnull=False, stage_target__isnull=True)
                | Q(milestone__isnull=True, stage_target__isnull=False),
                name="open_item_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="open_item_days_in_order"),
            models.CheckConstraint(
                condition=Q(late_since__isnull=True) | Q(late_since__gte=F("due_on")),
                name="open_item_not_late_before_due",
            ),
            models.UniqueConstraint(fields=["project", "since"], condition=Q(leads=True), name="open_item_one_leads"),
        ]
