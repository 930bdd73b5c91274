"""变更申请: what may not be changed by one's own word: an approved date, a schedule, a suspension, a resumption."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from projects.roles import GRANTS, Duty, Role

from .key_project import KeyProject
from .milestone import Milestone, StageTarget
from .project_fact import Suspension
from .schedule import BackwardSchedule
from .unit import Post, Unit, User, duties_of, in_force_on


class DelayReason(models.TextChoices):
    LAND = "LAND", _("用地")
    DEMOLITION = "DEMOLITION", _("征迁")
    FORMALITIES = "FORMALITIES", _("手续")
    FUNDS = "FUNDS", _("资金")
    DESIGN = "DESIGN", _("设计变更")
    CONSTRUCTION = "CONSTRUCTION", _("施工")
    WEATHER = "WEATHER", _("天气")
    FORCE_MAJEURE = "FORCE_MAJEURE", _("不可抗力")
    OTHER = "OTHER", _("其他")


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, user: User) -> Self:
        """Those about projects one sees, those one's unit or oneself is asked about, and those one had a hand in."""
        asked = ApprovalStep.objects.addressed_to(user).values("request")
        decided = ApprovalStep.objects.filter(decided_by=user).values("request")
        mine = Q(requested_by=user) | Q(pk__in=asked) | Q(pk__in=decided)
        return self.filter(Q(project__in=KeyProject.objects.visible_to(user)) | mine)

    def open_to(self, user: User, *, on: date) -> Self:
        """Those visible, and those that wait for somebody this person substitutes on this day."""
        waiting = ApprovalStep.objects.awaiting(user, on=on).values("request")
        return self.filter(Q(pk__in=self.visible_to(user).values("pk")) | Q(pk__in=waiting))

    def open(self) -> Self:
        return self.filter(state=ChangeRequest.State.OPEN)

    def in_work(self) -> Self:
        """Not yet ended: somebody has it in hand, or the requester has it back."""
        return self.exclude(state__in=ChangeRequest.ENDED)

    def with_limit(self) -> Self:
        """``limit_on``: by when the hand it waits for has to answer; None where nobody has it in hand."""
        hands = ApprovalStep.objects.waiting().filter(request=OuterRef("pk")).order_by("due_on")
        return self.annotate(limit_on=models.Subquery(hands.values("due_on")[:1]))


class ChangeRequest(models.Model):
    """One request, one matter. Refused, what was approved before stands, and is missed when it is."""

    class Kind(models.TextChoices):
        SCHEDULE = "SCHEDULE", _("倒排计划")
        DATE = "DATE", _("调整批准日期")
        SUSPENSION = "SUSPENSION", _("停缓建")
        RESUMPTION = "RESUMPTION", _("复工")

    class State(models.TextChoices):
        OPEN = "OPEN", _("办理中")
        RETURNED = "RETURNED", _("退回修改")
        APPROVED = "APPROVED", _("同意")
        REFUSED = "REFUSED", _("不同意")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    ENDED = (State.APPROVED, State.REFUSED, State.WITHDRAWN)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="change_requests")
    kind = models.CharField(_("申请事项"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="change_requests", verbose_name=_("节点")
    )
    stage_target = models.ForeignKey(
        StageTarget, models.PROTECT, null=True, blank=True, related_name="change_requests", verbose_name=_("阶段")
    )
    schedule = models.ForeignKey(
        BackwardSchedule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="change_requests",
        verbose_name=_("倒排计划"),
    )
    suspension = models.ForeignKey(
        Suspension, models.PROTECT, null=True, blank=True, related_name="change_requests", verbose_name=_("停缓建")
    )
    present_on = models.DateField(_("现行日期"), null=True, blank=True)
    proposed_on = models.DateField(_("申请日期"), null=True, blank=True)
    expected_resume_on = models.DateField(_("计划复工日期"), null=True, blank=True)
    excludes_lateness = models.BooleanField(_("申请不计逾期"), default=False)
    reason_code = models.CharField(_("原因类别"), max_length=14, choices=DelayReason, blank=True)
    reason = models.CharField(_("原因说明"), max_length=500)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    consequences = models.JSONField(_("对后续的影响"), default=list, blank=True, editable=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    requested_at = models.DateTimeField(_("申请时间"))
    ended_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("变更申请")
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["project", "state"], name="change_request_of_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="DATE", schedule__isnull=True, suspension__isnull=True, proposed_on__isnull=False)
                & (
                    Q(milestone__isnull=False, stage_target__isnull=True)
                    | Q(milestone__isnull=True, stage_target__isnull=False)
                )
                | Q(kind="SCHEDULE", schedule__isnull=False, milestone__isnull=True, stage_target__isnull=True)
                | Q(kind="SUSPENSION", proposed_on__isnull=False, milestone__isnull=True, stage_target__isnull=True)
                | Q(
                    kind="RESUMPTION",
                    suspension__isnull=False,
                    proposed_on__isnull=False,
                    milestone__isnull=True,
                    stage_target__isnull=True,
                ),
                name="change_request_names_its_matter",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["DATE", "SUSPENSION"]) | ~Q(reason_code=""),
                name="change_request_has_a_coded_reason",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_request_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["APPROVED", "REFUSED", "WITHDRAWN"], ended_at__isnull=False)
                | Q(state__in=["OPEN", "RETURNED"], ended_at__isnull=True),
                name="change_request_ended_is_dated",
            ),
            *(
                models.UniqueConstraint(
                    fields=[matter],
                    condition=Q(state__in=["OPEN", "RETURNED"], **{f"{matter}__isnull": False}),
                    name=f"change_request_one_open_per_{matter}",
                )
                for matter in ("milestone", "stage_target", "schedule", "suspension")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}：{ChangeRequest.Kind(self.kind).label}"

    def subject(self) -> Milestone | StageTarget:
        """What shall be dated anew. Asked only of a request for a date, which always has one."""
        return self.milestone or self.stage_target  # type: ignore[return-value]

    def asked_for(self) -> date:
        """The day asked for; a request of any kind has one."""
        return self.proposed_on  # type: ignore[return-value]


class ApprovalStepQuerySet(models.QuerySet["ApprovalStep"]):
    def waiting(self) -> Self:
        """Whose turn it is: undecided, and nothing before it undecided. Countersigns are waited for side by side."""
        earlier = ApprovalStep.objects.filter(
            request=models.OuterRef("request"), outcome="", position__lt=models.OuterRef("position")
        )
        return self.filter(outcome="", request__state=ChangeRequest.State.OPEN).filter(~models.Exists(earlier))

    def addressed_to(self, user: User) -> Self:
        """Steps of this person's units, or of the district's approvers when this is one of them. Substitutes apart."""
        duties = user.duties
        mine = Q(pk__in=[])
        for path in duties.unit_paths(Duty.REVIEW_CHANGE):
            mine |= Q(unit__path__startswith=path)
        if duties.include(Duty.APPROVE_CHANGE):
            mine |= Q(unit__isnull=True)
        return self.filter(mine)

    def overdue(self, *, on: date) -> Self:
        return self.filter(outcome="", due_on__lt=on)

    def answerable_by(self, user: User, *, acting: User | None = None) -> Self:
        """What this person may decide, whoever ``acting`` does it in the person's stead: never the requester's own.

        The approver besides holds a role that the requester did not hold on the day of the request, and so does
        whoever acts in the approver's stead; and had no other hand in the matter, neither in an earlier step nor in
        drawing up the schedule.
        """
        hand = acting or user
        approving = {role for role in user.duties.roles if Duty.APPROVE_CHANGE in GRANTS[role]}
        separate = _a_role_besides_the_requester(approving) & _a_role_besides_the_requester(hand.duties.roles)
        steps = self.addressed_to(user).exclude(request__requested_by__in={user, hand})
        return steps.alias(asked_on=TruncDate("request__requested_at")).filter(
            ~Q(kind=ApprovalStep.Kind.APPROVE) | (separate & ~had_a_hand_in(hand))
        )

    def awaiting(self, user: User, *, on: date) -> Self:
        """Whose turn it is and who may be answered for by this person: as oneself, or in the stead of others."""
        return self.awaiting_one_of(user, Substitute.objects.principals_of(user, on=on))

    def awaiting_one_of(self, user: User, principals: Iterable[User]) -> Self:
        """The same, where it is known already in whose stead."""
        mine = Q(pk__in=ApprovalStep.objects.answerable_by(user).values("pk"))
        for principal in principals:
            mine |= Q(pk__in=ApprovalStep.objects.answerable_by(principal, acting=user).values("pk"))
        return self.waiting().filter(mine)


def had_a_hand_in(user: User) -> Q:
    """Steps of a round in which this person answered another step, and of schedules this person drew up."""
    answered = ApprovalStep.objects.filter(
        request=OuterRef("request"), round=OuterRef("round"), decided_by=user
    ).exclude(pk=OuterRef("pk"))
    return Q(Exists(answered)) | Q(request__schedule__drafted_by=user)


def _a_role_besides_the_requester(roles: set[Role] | frozenset[Role]) -> Q:
    """Asked of steps that carry ``asked_on``."""
    on: Any = OuterRef("asked_on")
    held = Post.objects.filter(in_force_on(on), user=OuterRef("request__requested_by"))
    found = [~Q(Exists(held.filter(role=role))) for role in sorted(roles)]
    return reduce(or_, found, Q(pk__in=[]))


class ApprovalStep(models.Model):
    """One hand the request passes through. ``unit`` None: the district's approvers (区重点办、签发领导).

    Passed on (转办) a step keeps its row and another is added behind it. Nothing is ever approved by time alone.
    """

    class Kind(models.TextChoices):
        REVIEW = "REVIEW", _("审核")
        COUNTERSIGN = "COUNTERSIGN", _("会签")
        APPROVE = "APPROVE", _("批准")

    class Outcome(models.TextChoices):
        AGREED = "AGREED", _("同意")
        REFUSED = "REFUSED", _("不同意")
        RETURNED = "RETURNED", _("退回修改")
        PASSED_ON = "PASSED_ON", _("转办")
        LAPSED = "LAPSED", _("终止")

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    position = models.PositiveSmallIntegerField(_("次序"))
    kind = models.CharField(_("环节"), max_length=12, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理单位"))
    due_on = models.DateField(_("办理期限"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    opinion = models.CharField(_("意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人")
    )
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代办授权人")
    )
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)

    objects = ApprovalStepQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审批环节")
        ordering = ["round", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="approval_step_decided_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "LAPSED"]) | Q(decided_by__isnull=False),
                name="approval_step_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["REFUSED", "RETURNED", "PASSED_ON"]) | ~Q(opinion=""),
                name="approval_step_no_needs_words",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["REVIEW", "COUNTERSIGN"]) | Q(unit__isnull=False),
                name="approval_step_unit_where_a_unit_acts",
            ),
        ]


class SubstituteQuerySet(models.QuerySet["Substitute"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(starts_on__lte=on, ends_on__gte=on, ended_at__isnull=True)

    def principals_of(self, user: User, *, on: date) -> list[User]:
        """Whom this person stands in for on this day, with what each of them may do."""
        rows = self.in_force(on=on).filter(substitute=user, principal__is_active=True)
        principals = [row.principal for row in rows.select_related("principal")]
        for principal in principals:
            principal.duties = duties_of(principal, on=on)
        return principals


class Substitute(models.Model):
    """代办: during these days another person may decide what waits for the principal. The trail names both."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="substitutes", verbose_name=_("授权人"))
    substitute = models.ForeignKey(User, models.PROTECT, related_name="substituted", verbose_name=_("代办人"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    appointed_at = models.DateTimeField(_("授权时间"))
    ended_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = SubstituteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代办授权")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("substitute")), name="substitute_is_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="substitute_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.principal}授权{self.substitute}代办"
