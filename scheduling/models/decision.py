"""议定事项: what was decided, who carries it out by when, and every step until the issuing side closes it (§1.5)."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Unit, User
from projects.roles import Duty
from scheduling import decision_flow as flow

from .meeting import AgendaItem, Meeting
from .problem import Problem


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        """Those about projects one sees, of one's units on either side, and of oneself."""
        duties = user.duties
        if duties.include(Duty.READ_DISTRICT):
            return self
        seen = Q(owner_person=user) | Q(project__in=KeyProject.objects.visible_to(user))
        for path in duties.unit_paths(Duty.READ_UNIT):
            seen |= Q(owner_unit__path__startswith=path) | Q(issuing_unit__path__startswith=path)
        return self.filter(seen)

    def given_by(self, user: User) -> Self:
        """Those of whose issuing side this person is: the office of any, a reviewer of what the own units gave."""
        duties = user.duties
        if duties.include(Duty.CLOSE_OUT) and duties.include(Duty.READ_DISTRICT):
            return self
        given = Q(pk__in=[])
        for path in duties.unit_paths(Duty.CLOSE_OUT):
            given |= Q(issuing_unit__path__startswith=path)
        return self.filter(given)

    def carried_out_by(self, user: User) -> Self:
        """Those this person carries out: in person, or for the unit they were given to."""
        theirs = Q(owner_person=user)
        for path in user.duties.unit_paths(Duty.CARRY_OUT):
            theirs |= Q(owner_unit__path__startswith=path)
        return self.visible_to(user).filter(theirs)

    def open(self) -> Self:
        """Neither struck off nor withdrawn. Nothing leaves the list by time alone."""
        return self.filter(state__in=flow.OPEN)

    def with_owner(self) -> Self:
        """Those in the court of whoever carries them out."""
        return self.filter(state__in=flow.WITH_OWNER)

    def awaiting_issuer(self) -> Self:
        """Those whose closing or extension waits for the issuing side."""
        asked = ExtensionRequest.objects.filter(outcome="").values("decision")
        return self.open().filter(Q(state=Decision.State.AWAITING_CHECK) | Q(pk__in=asked))

    def open_then(self, *, at: datetime) -> "models.QuerySet[Any]":
        """Those ``open`` at an earlier moment, with the limit they had then as ``due_then``."""
        ends = (DecisionMove.Kind.CLOSED, DecisionMove.Kind.WITHDRAWN)
        turns = DecisionMove.objects.filter(
            decision=OuterRef("pk"), at__lte=at, kind__in=[*ends, DecisionMove.Kind.REOPENED]
        )
        extended_later = ExtensionRequest.objects.filter(
            decision=OuterRef("pk"), outcome=ExtensionRequest.Outcome.AGREED, decided_at__gt=at
        )
        last_turn = Subquery(turns.order_by("-at", "-pk").values("kind")[:1])
        first_limit = Subquery(extended_later.order_by("decided_at").values("present_due_on")[:1])
        return (
            self.filter(assigned_at__lte=at)
            .alias(last_turn=Coalesce(last_turn, models.Value("")))
            .exclude(last_turn__in=ends)
            .annotate(due_then=Coalesce(first_limit, F("due_on")))
        )

    def overdue(self, *, on: date) -> Self:
        """Open from the day after the due date."""
        return self.open().filter(due_on__lt=on)


class Decision(models.Model):
    """``issuing_unit`` gave it and alone closes it; None: the district.

    ``due_on`` moves by an extension, or as it is reopened.
    """

    class Source(models.TextChoices):
        MEETING = "MEETING", _("会议议定")
        BULLETIN = "BULLETIN", _("通报要求")
        INSPECTION = "INSPECTION", _("观摩发现")
        INSTRUCTION = "INSTRUCTION", _("领导批示")

    class State(models.TextChoices):
        AWAITING_RECEIPT = flow.State.AWAITING_RECEIPT, _("待签收")
        IN_HAND = flow.State.IN_HAND, _("办理中")
        AWAITING_CHECK = flow.State.AWAITING_CHECK, _("待审核")
        REDO = flow.State.REDO, _("退回重办")
        CLOSED = flow.State.CLOSED, _("已销号")
        WITHDRAWN = flow.State.WITHDRAWN, _("已撤销")

    source = models.CharField(_("来源"), max_length=11, choices=Source)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("会议")
    )
    agenda_item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="decided", verbose_name=_("议题")
    )
    issuing_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交办单位")
    )
    number = models.CharField(_("编号"), max_length=40, unique=True)
    project = models.ForeignKey(
        KeyProject, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("项目")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("问题")
    )
    text = models.CharField(_("议定事项"), max_length=500)
    requirement = models.CharField(_("办理要求"), max_length=300, blank=True)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    owner_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    original_due_on = models.DateField(_("原定期限"))
    due_on = models.DateField(_("办理期限"))
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.AWAITING_RECEIPT)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("交办人"))
    assigned_at = models.DateTimeField(_("交办时间"))
    close_asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请销号人")
    )
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("销号人")
    )
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("议定事项")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="decision_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_at__isnull=True, closed_by__isnull=True)),
                name="decision_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(owner_person__isnull=True) | ~Q(closed_by=F("owner_person")),
                name="decision_not_closed_by_its_owner",
                violation_error_message=_("责任人不能销号自己承办的事项。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["AWAITING_CHECK", "CLOSED"], close_asked_by__isnull=False)
                | (~Q(state__in=["AWAITING_CHECK", "CLOSED"]) & Q(close_asked_by__isnull=True)),
                name="decision_closed_when_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("close_asked_by")),
                name="decision_not_closed_by_its_asker",
                violation_error_message=_("申请销号的人不能自己销号。"),
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("original_due_on")), name="decision_extended_forward"),
            models.CheckConstraint(
                condition=~Q(source="MEETING") | Q(meeting__isnull=False), name="decision_names_its_meeting"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DecisionMove(models.Model):
    """Who did what to it, when and why. Never altered or deleted."""

    class Kind(models.TextChoices):
        ASSIGNED = "ASSIGNED", _("交办")
        RECEIVED = "RECEIVED", _("签收")
        NOTED = "NOTED", _("进展")
        CHASED = "CHASED", _("催办")
        CLOSE_ASKED = "CLOSE_ASKED", _("申请销号")
        SENT_BACK = "SENT_BACK", _("退回重办")
        EXTENSION_ASKED = "EXT_ASKED", _("申请延期")
        EXTENDED = "EXTENDED", _("同意延期")
        EXTENSION_REFUSED = "EXT_REFUSED", _("不同意延期")
        SUPERVISED = "SUPERVISED", _("督办")
        CLOSED = flow.State.CLOSED, _("销号")
        REOPENED = "REOPENED", _("重新交办")
        WITHDRAWN = flow.State.WITHDRAWN, _("撤销")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="moves")
    kind = models.CharField(_("事项"), max_length=11, choices=Kind)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("办理人"))

    class Meta:
        verbose_name = verbose_name_plural = _("办理记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["CLOSE_ASKED", "SENT_BACK", "EXT_ASKED", "EXT_REFUSED", "REOPENED", "WITHDRAWN"])
                | ~Q(text=""),
                name="decision_move_says_why",
            )
        ]


class ExtensionRequest(models.Model):
    """延期申请: asked before the due date, with a reason and a new date; decided by the issuing side."""

    class Outcome(models.TextChoices):
        AGREED = "AGREED", _("同意")
        REFUSED = "REFUSED", _("不同意")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="extensions")
    present_due_on = models.DateField(_("现行期限"))
    proposed_due_on = models.DateField(_("申请延至"))
    reason = models.CharField(_("原因"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    outcome = models.CharField(_("结果"), max_length=7, choices=Outcome, blank=True)
    opinion = models.CharField(_("意见"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("延期申请")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(outcome=""), name="extension_request_one_open_per_decision"
            ),
            models.CheckConstraint(
                condition=Q(proposed_due_on__gt=F("present_due_on")),
                name="extension_request_is_later",
                violation_error_message=_("申请延至的日期须晚于现行期限。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_request_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_request_not_decided_by_its_asker",
            ),
        ]


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(decision__in=Decision.objects.visible_to(user))

    def addressed_to(self, user: User) -> Self:
        """Those this person receives and answers, in the unit's name or as the one who carries the matter out."""
        return self.filter(decision__in=Decision.objects.carried_out_by(user))

    def unanswered(self) -> Self:
        return self.filter(reply="", decision__state__in=flow.OPEN)


class SupervisionOrder(models.Model):
    """督办单: numbered, coloured, addressed to a unit that receives it and replies. Each colour follows the last."""

    class Level(models.TextChoices):
        BLUE = flow.Level.BLUE, _("蓝色督办")
        YELLOW = flow.Level.YELLOW, _("黄色督办")
        RED = flow.Level.RED, _("红色督办")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="supervision_orders")
    level = models.CharField(_("督办等级"), max_length=6, choices=Level)
    number = models.CharField(_("督办单号"), max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("被督办单位"))
    text = models.TextField(_("督办内容"))
    due_on = models.DateField(_("督办期限"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("签发人"))
    issued_at = models.DateTimeField(_("签发时间"))
    received_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签收人")
    )
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    reply = models.TextField(_("回复"), blank=True)
    replied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("回复人")
    )
    replied_at = models.DateTimeField(_("回复时间"), null=True, blank=True)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("督办单")
        ordering = ["issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "level"], name="supervision_order_once_per_level"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="supervision_order_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at__isnull=True, replied_by__isnull=True)
                | (~Q(reply="") & Q(replied_at__isnull=False, replied_by__isnull=False)),
                name="supervision_order_replied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}单 {self.number}"
