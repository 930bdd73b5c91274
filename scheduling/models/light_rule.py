"""亮灯规则: editions that are added and never edited; 豁免: a light that does not count, for a time and a reason."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, StoredFile, User
from projects.recorded import Recorded, RecordedQuerySet, version_constraints
from scheduling import light_rules
from scheduling.rule_texts import rule_set


class Light(models.TextChoices):
    """Shape, word and colour come from ``components/light.html``."""

    GREEN = light_rules.Light.GREEN, _("正常")
    BLUE = light_rules.Light.BLUE, _("关注")
    YELLOW = light_rules.Light.YELLOW, _("预警")
    RED = light_rules.Light.RED, _("滞后")
    NONE = light_rules.Light.NONE, _("无数据")
    PAUSED = light_rules.Light.PAUSED, _("停缓建")


class Dimension(models.TextChoices):
    INVESTMENT = light_rules.Dimension.INVESTMENT, _("投资")
    START = light_rules.Dimension.START, _("开工")
    MILESTONE = light_rules.Dimension.MILESTONE, _("节点")
    PERMIT = light_rules.Dimension.PERMIT, _("审批")
    PROBLEM = light_rules.Dimension.PROBLEM, _("问题")
    ENTRY = light_rules.Dimension.ENTRY, _("入库")
    FUND = light_rules.Dimension.FUND, _("资金")
    REPORT = light_rules.Dimension.REPORT, _("填报")


class LightRuleEditionQuerySet(models.QuerySet["LightRuleEdition"]):
    def adopted(self) -> Self:
        return self.filter(state=LightRuleEdition.State.ADOPTED)

    def in_force_and_ahead(self, *, on: date, known_at: datetime | None) -> Self:
        """The edition a day is judged by, if one has begun, then those adopted after it, whose day is to come.

        Of those that have begun the last adopted holds. ``known_at`` None: known now.
        """
        known = self.adopted() if known_at is None else self.adopted().filter(adopted_at__lte=known_at)
        begun = known.filter(effective_on__lte=on).order_by("-number").values("number")[:1]
        return known.filter(number__gte=Coalesce(Subquery(begun), 0)).order_by("number")


class LightRuleEdition(models.Model):
    """One edition of all rules, as ``light_rules.RuleSet`` writes them; proved before it is adopted.

    Number 1 is the initial one (``light_presets.INITIAL``), which has no row.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("起草中")
        ADOPTED = "ADOPTED", _("已启用")

    number = models.PositiveSmallIntegerField(_("版次"), unique=True)
    name = models.CharField(_("名称"), max_length=50)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    effective_on = models.DateField(_("生效日期"))
    rules = models.JSONField(_("规则"), default=list)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    adopted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("启用人")
    )
    adopted_at = models.DateTimeField(_("启用时间"), null=True, blank=True)

    objects = LightRuleEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯规则")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="DRAFT"), name="light_rule_edition_one_draft"),
            models.CheckConstraint(
                condition=Q(state="ADOPTED", adopted_by__isnull=False, adopted_at__isnull=False)
                | Q(state="DRAFT", adopted_by__isnull=True, adopted_at__isnull=True),
                name="light_rule_edition_adopted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"亮灯规则第 {self.number} 版（{self.name}）"

    @property
    def rule_set(self) -> light_rules.RuleSet:
        return rule_set(self.rules, edition=self.number, name=self.name, source=self.source)


class LightWaiverQuerySet(RecordedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=LightWaiver.State.ASKED)

    def decided_by_user(self, user: User) -> Self:
        """Those this person may decide: never what was asked in the own name."""
        return self.waiting().exclude(asked_by=user)


class LightWaiver(Recorded):
    """豁免: for a good reason (正当理由) a light of one dimension does not make the project's, from day to day.

    Both days belong to it. The light computed stays visible beside it.
    """

    KEY: ClassVar = ("project", "dimension", "starts_on")

    class State(models.TextChoices):
        ASKED = "ASKED", _("待批准")
        GRANTED = "GRANTED", _("已批准")
        REFUSED = "REFUSED", _("未批准")
        WITHDRAWN = "WITHDRAWN", _("已撤销")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="light_waivers", verbose_name=_("项目"))
    dimension = models.CharField(_("灯"), max_length=10, choices=Dimension)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    reason = models.CharField(_("正当理由"), max_length=300)
    document_number = models.CharField(_("佐证文号"), max_length=80, blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("佐证材料")
    )
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    decision_note = models.CharField(_("批准意见"), max_length=300, blank=True)

    objects: ClassVar = LightWaiverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯豁免")
        ordering = ["-starts_on"]
        constraints = [
            *version_constraints("light_waiver", "project", "dimension", "starts_on"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="light_waiver_days_in_order",
                violation_error_message=_("豁免的止日不能早于起日。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="light_waiver_has_reason", violation_error_message=_("请写明正当理由。")
            ),
            models.CheckConstraint(
                condition=Q(evidence__isnull=False) | ~Q(document_number=""),
                name="light_waiver_has_evidence",
                violation_error_message=_("豁免须有佐证：上传材料，或写明文号。"),
            ),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_by__isnull=True)
                | (~Q(state="ASKED") & (Q(decided_by__isnull=False) | Q(state="WITHDRAWN"))),
                name="light_waiver_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="light_waiver_not_granted_by_its_asker",
                violation_error_message=_("申请人不能批准自己的豁免申请。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | ~Q(decision_note=""), name="light_waiver_refusal_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}{self.get_dimension_display()}灯豁免"
