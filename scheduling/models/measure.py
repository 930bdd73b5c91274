"""结果运用: who is called in and who is praised, on what evidence, and how it ended (domain §1.9, §1.11)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Unit, User
from projects.models.key_project import seen_by
from projects.roles import Duty
from scheduling import measure_flow as flow
from scheduling.measure_rules import Level, Side, levels_of

from .answering import answered_for
from .report_period import ReportPeriod


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> Self:
        """All for who reads the district; else those of projects one sees, once they were told to the unit."""
        if user.duties.include(Duty.READ_DISTRICT):
            return self
        projects = KeyProject.objects.filter(seen_by(user)).values("pk")
        return self.filter(Q(project__in=projects) | answered_for(user, "unit"), state__in=flow.TOLD)

    def owed_by(self, user: User) -> Self:
        """Those this person carries out: in person, or for the unit they were given to."""
        if not user.duties.include(Duty.CARRY_OUT_MEASURE):
            return self.none()
        own = Q(project__responsible_person=user) | Q(project__liaison=user)
        return self.filter(own | answered_for(user, "unit"), state__in=flow.TOLD)

    def decidable_by(self, user: User) -> Self:
        """Proposals this person may approve or dismiss: never the own ones."""
        if not user.duties.include(Duty.APPROVE_MEASURE):
            return self.none()
        return self.filter(state=flow.State.PROPOSED).exclude(proposed_by=user)

    def open(self) -> Self:
        return self.filter(state__in=flow.OPEN)

    def under_way(self) -> Self:
        """Approved and not closed."""
        return self.filter(state__in=flow.OPEN - {flow.State.PROPOSED})

    def told(self) -> Self:
        """Those that were taken: told to the unit, whether ended or not."""
        return self.filter(state__in=flow.TOLD)

    def of_side(self, side: Side) -> Self:
        return self.filter(kind__in=levels_of(side))

    def overdue(self, *, on: date) -> Self:
        """With an item that is not handed in after its day, or past its own."""
        late = RectificationItem.objects.filter(measure=OuterRef("pk")).overdue(on=on)
        return self.open().filter(Exists(late) | Q(due_on__lt=on, state__in=flow.TOLD))


class Measure(models.Model):
    """One measure about one project. ``evidence`` is the canonical JSON of its ``dossier.Dossier`` and never changes.

    ``proposed_by`` None: the ``rule`` of the edition, for the closed ``period``; ``proposed_kind``: as proposed, which
    who decides may change. ``unit`` and ``person`` are those of the project when it was proposed. ``told_at``: when the
    notice went out, ``notice_number`` its number. ``follows``: the measure that was not heeded.
    """

    class Kind(models.TextChoices):
        REMINDER = Level.REMINDER, _("提醒")
        INTERVIEW = Level.INTERVIEW, _("约谈")
        RECTIFICATION = Level.RECTIFICATION, _("限期整改")
        LISTED_SUPERVISION = Level.LISTED_SUPERVISION, _("挂牌督办")
        REMOVAL = Level.REMOVAL, _("退出建议")
        COMMENDATION = Level.COMMENDATION, _("表扬")
        REWARD = Level.REWARD, _("奖励")
        POLICY_PREFERENCE = Level.POLICY_PREFERENCE, _("政策支持")
        FUND_PREFERENCE = Level.FUND_PREFERENCE, _("资金倾斜")

    class State(models.TextChoices):
        PROPOSED = flow.State.PROPOSED, _("待定")
        APPROVED = flow.State.APPROVED, _("已批准")
        NOTIFIED = flow.State.NOTIFIED, _("已通知")
        UNDER_WAY = flow.State.UNDER_WAY, _("办理中")
        CLOSED = flow.State.CLOSED, _("已办结")
        DISMISSED = flow.State.DISMISSED, _("未采纳")

    kind = models.CharField(_("措施"), max_length=18, choices=Kind)
    proposed_kind = models.CharField(_("建议的措施"), max_length=18, choices=Kind)
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="measures", verbose_name=_("项目"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("项目负责人")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    rule = models.CharField(_("规则"), max_length=40, blank=True)
    rule_edition = models.PositiveSmallIntegerField(_("规则版次"), null=True, blank=True)
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("报告期")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("由此升级")
    )
    reasons = models.TextField(_("事由"))
    evidence = models.TextField(_("材料"))
    evidence_digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审定人")
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    decision_note = models.CharField(_("审定意见"), max_length=300, blank=True)
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    notice_number = models.CharField(_("文号"), max_length=60, blank=True)
    told_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办结人")
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    outcome = models.CharField(_("办结情况"), max_length=300, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结果运用")
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["project", "state"], name="measure_of_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule"],
                condition=~Q(rule="") & ~Q(state__in=["CLOSED", "DISMISSED"]),
                name="measure_one_open_per_rule",
            ),
            models.UniqueConstraint(
                fields=["project", "rule", "period"], condition=~Q(rule=""), name="measure_once_per_rule_and_period"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=False, rule="", rule_edition__isnull=True)
                | (Q(proposed_by__isnull=True, rule_edition__isnull=False, period__isnull=False) & ~Q(rule="")),
                name="measure_proposed_by_a_person_or_a_rule",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="measure_says_why"),
            models.CheckConstraint(
                condition=Q(evidence_digest__regex=r"^[0-9a-f]{64}$"), name="measure_evidence_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="measure_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="measure_not_decided_by_its_proposer",
                violation_error_message=_("提出人不能审定自己提出的措施。"),
            ),
            models.CheckConstraint(
                condition=(Q(kind=F("proposed_kind")) & ~Q(state="DISMISSED")) | ~Q(decision_note=""),
                name="measure_changed_or_dismissed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["NOTIFIED", "UNDER_WAY", "CLOSED"], told_at__isnull=False)
                | (~Q(state__in=["NOTIFIED", "UNDER_WAY", "CLOSED"]) & Q(told_at__isnull=True)),
                name="measure_goes_on_once_told",
            ),
            models.CheckConstraint(
                condition=(Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""))
                | (~Q(state="CLOSED") & Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")),
                name="measure_closed_by_somebody_in_words",
            ),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")), name="measure_follows_another"
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=~Q(state="DISMISSED"),
                name="measure_followed_once",
                violation_error_message=_("该措施已提出升级。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}{self.get_kind_display()}"

    @property
    def level(self) -> Level:
        return Level(self.kind)

    @property
    def side(self) -> Side:
        return self.level.side


class Interview(models.Model):
    """约谈记录: arranged with the notice, and once recorded never altered. Undertakings are ``RectificationItem``s."""

    measure = models.OneToOneField(Measure, models.PROTECT, related_name="interview", verbose_name=_("措施"))
    held_at = models.DateTimeField(_("约谈时间"))
    place = models.CharField(_("约谈地点"), max_length=100)
    interviewees = models.CharField(_("被约谈人"), max_length=200)
    interviewers = models.CharField(_("约谈人"), max_length=200)
    attendees = models.CharField(_("参加人"), max_length=300, blank=True)
    demands = models.TextField(_("要求与措施"), blank=True)
    explanation = models.TextField(_("情况说明"), blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("记录人")
    )
    recorded_at = models.DateTimeField(_("记录时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("约谈记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, recorded_by__isnull=True)
                | (Q(recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(demands="") & ~Q(explanation="")),
                name="interview_recorded_whole",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True) | Q(recorded_at__gte=F("held_at")),
                name="interview_recorded_after_it_was_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}记录"


class RectificationItemQuerySet(models.QuerySet["RectificationItem"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(measure__in=Measure.objects.visible_to(user))

    def open(self) -> Self:
        """Neither struck off nor taken up by a stronger measure."""
        return self.filter(state__in=[flow.ItemState.OPEN, flow.ItemState.HANDED_IN])

    def owed(self) -> Self:
        """In the court of whoever carries them out."""
        return self.filter(state=flow.ItemState.OPEN, measure__state__in=flow.TOLD)

    def overdue(self, *, on: date) -> Self:
        """Not handed in, from the day after."""
        return self.owed().filter(due_on__lt=on)


class RectificationItem(models.Model):
    """承诺事项、整改事项: to be done by a day; handed in with evidence, re-inspected by somebody else, struck off."""

    class Origin(models.TextChoices):
        UNDERTAKING = "UNDERTAKING", _("承诺事项")
        DEMAND = "DEMAND", _("整改事项")

    class State(models.TextChoices):
        OPEN = flow.ItemState.OPEN, _("整改中")
        HANDED_IN = flow.ItemState.HANDED_IN, _("待复查")
        CLOSED = flow.ItemState.CLOSED, _("已销号")
        ESCALATED = flow.ItemState.ESCALATED, _("未完成，已升级")

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="items", verbose_name=_("措施"))
    origin = models.CharField(_("类别"), max_length=11, choices=Origin)
    text = models.CharField(_("事项"), max_length=300)
    due_on = models.DateField(_("完成期限"))
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.OPEN)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))
    report = models.CharField(_("完成情况"), max_length=500, blank=True)
    handed_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("报送人")
    )
    handed_in_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    opinion = models.CharField(_("复查意见"), max_length=300, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复查人")
    )
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)

    objects = RectificationItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("整改事项")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="rectification_item_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["HANDED_IN", "CLOSED"], handed_in_by__isnull=False, handed_in_at__isnull=False)
                & ~Q(report="")
                | (
                    ~Q(state__in=["HANDED_IN", "CLOSED"])
                    & Q(handed_in_by__isnull=True, handed_in_at__isnull=True, report="")
                ),
                name="rectification_item_handed_in_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state="CLOSED", closed_by__isnull=False, closed_at__isnull=False) & ~Q(opinion=""))
                | (~Q(state="CLOSED") & Q(closed_by__isnull=True, closed_at__isnull=True)),
                name="rectification_item_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("handed_in_by")),
                name="rectification_item_not_closed_by_who_handed_it_in",
                violation_error_message=_("报送整改情况的人不能自己销号。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class MeasureMove(models.Model):
    """Who did what to a measure or one of its items, when and why. Never altered or deleted. ``by`` None: a rule."""

    class Kind(models.TextChoices):
        PROPOSED = "PROPOSED", _("提出")
        APPROVED = "APPROVED", _("批准")
        LEVEL_CHANGED = "LEVEL_CHANGED", _("调整措施后批准")
        DISMISSED = "DISMISSED", _("不采纳")
        WITHDRAWN = "WITHDRAWN", _("撤回")
        ARRANGED = "ARRANGED", _("安排约谈")
        DEMANDED = "DEMANDED", _("提出整改事项")
        TOLD = "TOLD", _("通知")
        RECORDED = "RECORDED", _("约谈")
        ANSWERED = "ANSWERED", _("书面说明")
        HANDED_IN = "HANDED_IN", _("报送整改情况")
        SENT_BACK = "SENT_BACK", _("复查退回")
        ITEM_CLOSED = "ITEM_CLOSED", _("复查销号")
        CLOSED = "CLOSED", _("办结")
        ESCALATED = "ESCALATED", _("升级")

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="moves")
    item = models.ForeignKey(RectificationItem, models.PROTECT, null=True, blank=True, related_name="moves")
    kind = models.CharField(_("事项"), max_length=13, choices=Kind)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人"))

    class Meta:
        verbose_name = verbose_name_plural = _("结果运用办理记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind="PROPOSED"), name="measure_move_rules_only_propose"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["LEVEL_CHANGED", "DISMISSED", "WITHDRAWN", "SENT_BACK", "ESCALATED"])
                | ~Q(text=""),
                name="measure_move_says_why",
            ),
        ]
