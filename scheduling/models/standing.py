"""Standing: where each project stands as known now; kept by ``scheduling/actions/standings.py`` alone."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Least, Mod
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, LibraryTier, Milestone, Permit, Stage, StageTarget
from projects.models.key_project import seen_by
from projects.models.unit import User
from scheduling.standing import OWN_NAMES, ItemKind

from .decision import Decision
from .evaluated import Evaluated, EvaluatedQuerySet


class StandingQuerySet(EvaluatedQuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=KeyProject.objects.filter(seen_by(user)))

    def expired(self, *, on: date) -> Self:
        """Those a day that passed may have changed, without a new fact."""
        return self.filter(valid_until__lt=on)

    def in_part(self, part: int, *, parts: int) -> Self:
        """One of ``parts`` shares of about the same size, so that several workers evaluate at once."""
        return self.annotate(share=Mod("project_id", Value(parts))).filter(share=part)


class Standing(Evaluated):
    """One project as evaluated after its last change. What is overdue is asked of its ``OpenItem`` rows.

    It holds from the day of ``evaluated_at`` up to and including ``valid_until``, unless a new fact arrives. Amounts
    are 万元 of accepted reports, the year-to-date one of ``amounts_year``; what waits for review stands beside them.
    ``reported_to``: the last day an accepted report covers; None: none yet.
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
    valid_until = models.DateField(_("有效至"), default=date.min)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("项目态势")
        indexes = [
            models.Index(fields=["valid_until"], name="standing_expires"),
            models.Index(fields=["light"], name="standing_by_light"),
        ]


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

    def with_subjects(self) -> Self:
        """With what ``OpenItem.name`` is taken from."""
        return self.select_related(*SUBJECTS.values())

    def late_by(self, days: int) -> Self:
        return self.filter(late__gte=timedelta(days=days))


SUBJECTS = {
    ItemKind.MILESTONE: "milestone",
    ItemKind.STAGE_TARGET: "stage_target",
    ItemKind.PERMIT: "permit",
    ItemKind.DECISION: "decision",
}
"""The column that names what an item of this kind is about; the other kinds are about the project itself."""


def _names_its_subject() -> Q:
    columns = sorted(SUBJECTS.values())
    return reduce(
        or_,
        (
            Q(kind=kind.value, **{f"{column}__isnull": column != SUBJECTS.get(kind) for column in columns})
            for kind in ItemKind
        ),
    )


class OpenItem(models.Model):
    """Something not yet done, with the days from which it is late: see ``Prospect``.

    A start, a finish and the year's investment are the project's own; everything else names its subject.
    """

    class Kind(models.TextChoices):
        START = ItemKind.START, _("应开未开")
        FINISH = ItemKind.FINISH, _("应竣未竣")
        MILESTONE = ItemKind.MILESTONE, _("节点逾期")
        STAGE_TARGET = ItemKind.STAGE_TARGET, _("阶段目标逾期")
        PERMIT = ItemKind.PERMIT, _("审批逾期")
        INVESTMENT = ItemKind.INVESTMENT, _("投资滞后")
        DECISION = ItemKind.DECISION, _("交办逾期")

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="open_items")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.MILESTONE)
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, db_index=False, related_name="+")
    stage_target = models.ForeignKey(StageTarget, models.CASCADE, null=True, db_index=False, related_name="+")
    permit = models.ForeignKey(Permit, models.CASCADE, null=True, db_index=False, related_name="+")
    decision = models.ForeignKey(Decision, models.CASCADE, null=True, db_index=False, related_name="+")
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage, blank=True)
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
                include=["since", "until", "stopped_on", "leads", "leads_stage", "stage", "kind", "project"],
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
            models.CheckConstraint(condition=_names_its_subject(), name="open_item_is_one_thing"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="open_item_days_in_order"),
            models.CheckConstraint(
                condition=Q(late_since__isnull=True) | Q(late_since__gte=F("due_on")),
                name="open_item_not_late_before_due",
            ),
            models.UniqueConstraint(fields=["project", "since"], condition=Q(leads=True), name="open_item_one_leads"),
        ]

    @property
    def name(self) -> str:
        """What it is called; asked of rows ``with_subjects``. A stage target without words is called by its stage."""
        kind = ItemKind(self.kind)
        if kind in OWN_NAMES:
            return OWN_NAMES[kind]
        if self.decision:
            return self.decision.text
        if self.stage_target:
            return self.stage_target.target or str(self.get_stage_display())
        subject = self.milestone or self.permit
        return subject.name if subject else ""
