"""问题和协调: what stands in a project's way, whose court it is in, and how far up it has gone."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Milestone, Unit, User
from projects.roles import Duty

from .answering import answered_for


class EscalationLevel(models.IntegerChoices):
    """分级协调, domain §1.4."""

    PROJECT = 1, _("项目")
    LEAD_UNIT = 2, _("牵头单位")
    LEADER = 3, _("分管领导")
    DISTRICT_HEAD = 4, _("区长专题会")


class EscalationRule(models.Model):
    """How many working days a problem may stay on a level before the next is proposed. Editions are added."""

    level = models.PositiveSmallIntegerField(_("层级"), choices=EscalationLevel)
    effective_on = models.DateField(_("生效日期"))
    limit_workdays = models.PositiveSmallIntegerField(_("期限（工作日）"))

    class Meta:
        verbose_name = verbose_name_plural = _("升级期限")
        ordering = ["level", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["level", "effective_on"], name="escalation_rule_once_a_day"),
            models.CheckConstraint(condition=Q(limit_workdays__gte=1), name="escalation_rule_at_least_a_day"),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="escalation_rule_below_the_top"),
        ]


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: User) -> Self:
        """Those of projects one sees, and those one's unit has in hand, supports or was asked about."""
        asked = ProblemRequest.objects.addressed_to(user).values("problem")
        concerned = Q(pk__in=asked)
        for path in user.duties.unit_paths(Duty.READ_UNIT):
            concerned |= _of_unit(path)
        return self.filter(Q(project__in=KeyProject.objects.visible_to(user)) | concerned)

    def open(self) -> Self:
        return self.filter(state__in=[Problem.State.OPEN, Problem.State.AWAITING_CHECK])

    def in_charge_of(self, user: User) -> Self:
        """Those this person answers for: of an own project, of an own unit, or all for the office."""
        if user.duties.include(Duty.EDIT_REGISTER):
            return self
        own = Q(project__responsible_person=user) | Q(project__liaison=user)
        return self.filter(own | _led_by(user))

    def led_by(self, user: User) -> Self:
        """Those of projects led or answered for by a unit for which this person answers; all for the office."""
        return self if user.duties.include(Duty.EDIT_REGISTER) else self.filter(_led_by(user))

    def in_court_of(self, user: User) -> Self:
        """Being worked on by a unit for which this person answers, or by an own project itself."""
        own = Q(project__responsible_person=user) | Q(project__liaison=user)
        court = answered_for(user, "court_unit") | own & Q(court_unit=F("project__lead_unit"))
        return self.filter(court, state=Problem.State.OPEN)

    def in_hands_of(self, user: User) -> Self:
        """Those one works on: in charge of them, or of the unit that has them in hand."""
        charge = Q(pk__in=Problem.objects.in_charge_of(user).values("pk"))
        return self.filter(charge | answered_for(user, "court_unit"))

    def worked_on_by(self, user: User) -> Self:
        """Those one may report on: in charge of them, or of a unit that has, supports or is answerable for them."""
        supported = Problem.support_units.through.objects.filter(answered_for(user, "unit")).values("problem")
        concerned = answered_for(user, "court_unit") | answered_for(user, "responsible_unit") | Q(pk__in=supported)
        return self.filter(Q(pk__in=Problem.objects.in_charge_of(user).values("pk")) | concerned)

    def awaiting_word_of(self, user: User) -> Self:
        """Said to be solved, waiting for this person's word: who raised it, or who stands in the asker's place.

        Never for the person who asked to close it.
        """
        asked = ProblemMove.objects.filter(problem=OuterRef("pk"), kind=ProblemMove.Kind.CLOSE_ASKED)
        asker = Subquery(asked.order_by("-at", "-pk").values("by")[:1])
        place = Q(raised_by=user) | Q(project__responsible_person=user) | Q(project__liaison=user) | _led_by(user)
        return self.filter(place, state=Problem.State.AWAITING_CHECK).alias(asker=asker).exclude(asker=user.pk)

    def overdue(self, *, on: date) -> Self:
        """Open from the day after it was needed."""
        return self.filter(overdue_on(on))

    def open_then(self, *, at: datetime) -> Self:
        """Those ``open`` at an earlier moment: raised by then, and not closed without having been reopened."""
        turns = ProblemMove.objects.filter(
            problem=OuterRef("pk"), at__lte=at, kind__in=[ProblemMove.Kind.CLOSED, ProblemMove.Kind.REOPENED]
        )
        last_turn = Coalesce(Subquery(turns.order_by("-at", "-pk").values("kind")[:1]), models.Value(""))
        raised = self.filter(raised_at__lte=at).alias(last_turn=last_turn)
        return raised.exclude(last_turn=ProblemMove.Kind.CLOSED)

    def with_court_then(self, *, at: datetime) -> "models.QuerySet[Any]":
        """``court_then``: the unit that had it in hand last, by that moment."""
        moves = ProblemMove.objects.filter(problem=OuterRef("pk"), at__lte=at, court_unit__isnull=False)
        name = Coalesce(NullIf("court_unit__short_name", models.Value("")), "court_unit__name")
        return self.annotate(court_then=Subquery(moves.order_by("-at", "-pk").values(name=name)[:1]))

    def with_proposal(self) -> Self:
        """``is_proposed``: the clocks propose the next level and nobody has answered yet."""
        return self.annotate(is_proposed=Exists(_open_proposals()))

    def to_escalate(self) -> Self:
        return self.filter(Exists(_open_proposals()))

    def escalation_waits_for(self, user: User) -> Self:
        """Proposals this person decides: a reviewer's up to the lead unit's own level, the office's beyond."""
        if user.duties.include(Duty.EDIT_REGISTER):
            return self.to_escalate().filter(level__gt=EscalationLevel.LEAD_UNIT)
        return self.to_escalate().filter(_led_by(user), level__lte=EscalationLevel.LEAD_UNIT)

    def not_proposed(self) -> Self:
        return self.exclude(Exists(_open_proposals()))


def _of_unit(path: str) -> Q:
    """Those a unit of this subtree has in hand, answers for or supports."""
    supported = Problem.support_units.through.objects.filter(unit__path__startswith=path).values("problem")
    return Q(court_unit__path__startswith=path) | Q(responsible_unit__path__startswith=path) | Q(pk__in=supported)


def overdue_on(day: date) -> Q:
    return Q(needed_by__lt=day, closed_at__isnull=True)


def _led_by(user: User) -> Q:
    return answered_for(user, "project__lead_unit") | answered_for(user, "project__responsible_unit")


def _open_proposals() -> "models.QuerySet[ProblemMove]":
    """Of this stay on this level, and not answered since."""
    kinds = ProblemMove.Kind
    answers = ProblemMove.objects.filter(
        problem=OuterRef("problem"), kind__in=[kinds.ESCALATED, kinds.ESCALATION_DECLINED], at__gte=OuterRef("at")
    )
    proposed = ProblemMove.objects.filter(
        problem=OuterRef("pk"),
        kind=kinds.ESCALATION_PROPOSED,
        at__gte=OuterRef("level_since"),
        problem__state=Problem.State.OPEN,
    )
    return proposed.exclude(Exists(answers))


class Problem(models.Model):
    """One matter. ``court_unit`` has it in hand since ``court_since``; every change of hands is a ``ProblemMove``.

    ``effect_days`` is by how many calendar days it delays ``milestone``; None: not estimated.
    """

    class Kind(models.TextChoices):
        LAND = "LAND", _("用地")
        DEMOLITION = "DEMOLITION", _("征迁")
        FORMALITIES = "FORMALITIES", _("手续")
        FUNDS = "FUNDS", _("资金")
        PIPELINES = "PIPELINES", _("管线")
        DESIGN = "DESIGN", _("设计")
        CONSTRUCTION = "CONSTRUCTION", _("施工")
        OTHER = "OTHER", _("其他")

    class State(models.TextChoices):
        OPEN = "OPEN", _("协调中")
        AWAITING_CHECK = "AWAITING_CHECK", _("待提出人确认")
        CLOSED = "CLOSED", _("已解决")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="problems", verbose_name=_("项目"))
    kind = models.CharField(_("问题类别"), max_length=14, choices=Kind)
    title = models.CharField(_("问题"), max_length=100)
    description = models.TextField(_("具体情况"), blank=True)
    responsible_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    support_units = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name=_("配合单位"))
    needed_by = models.DateField(_("需解决日期"))
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("影响节点")
    )
    effect_days = models.PositiveSmallIntegerField(_("影响天数"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("协调层级"), choices=EscalationLevel, default=EscalationLevel.PROJECT)
    level_since = models.DateTimeField(_("进入本层级"))
    court_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("当前办理单位"))
    court_since = models.DateTimeField(_("转到本单位"))
    state = models.CharField(_("状态"), max_length=14, choices=State, default=State.OPEN)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    raised_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("解决时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("问题")
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["project", "state"], name="problem_of_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_at__isnull=True, closed_by__isnull=True)),
                name="problem_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(effect_days__isnull=True) | Q(milestone__isnull=False),
                name="problem_delays_a_milestone",
                violation_error_message=_("填写影响天数时须选择影响的节点。"),
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="problem_level_on_the_ladder"),
        ]

    def __str__(self) -> str:
        return self.title


class ProblemRequestQuerySet(models.QuerySet["ProblemRequest"]):
    def addressed_to(self, user: User) -> Self:
        """Requests to units for which this person answers."""
        return self.filter(answered_for(user, "unit"))

    def unanswered(self) -> Self:
        return self.filter(outcome="", problem__closed_at__isnull=True)

    def unanswered_then(self, *, at: datetime) -> Self:
        """Those ``unanswered`` at an earlier moment."""
        not_answered = Q(answered_at__isnull=True) | Q(answered_at__gt=at)
        not_closed = Q(problem__closed_at__isnull=True) | Q(problem__closed_at__gt=at)
        return self.filter(not_answered & not_closed, asked_at__lte=at)

    def overdue(self, *, on: date) -> Self:
        """Unanswered from the day after the limit."""
        return self.unanswered().filter(answer_due_on__lt=on)


class ProblemRequest(models.Model):
    """协调请求: asked of a department with a limit for its answer. Transferred, it is asked anew of another."""

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("受理")
        REFUSED = "REFUSED", _("不予受理")
        TRANSFERRED = "TRANSFERRED", _("转交")

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="requests")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("请求单位"))
    question = models.CharField(_("请求事项"), max_length=300)
    answer_due_on = models.DateField(_("答复期限"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("请求人"))
    asked_at = models.DateTimeField(_("请求时间"))
    outcome = models.CharField(_("答复"), max_length=12, choices=Outcome, blank=True)
    answer = models.CharField(_("答复内容"), max_length=500, blank=True)
    promised_on = models.DateField(_("承诺办结日期"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    transferred_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="transferred_to", verbose_name=_("转自")
    )

    objects = ProblemRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("协调请求")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="problem_request_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="problem_request_not_answered_by_its_asker",
            ),
            models.UniqueConstraint(
                fields=["problem", "unit"], condition=Q(outcome=""), name="problem_request_one_open_per_unit"
            ),
        ]


class ProblemMove(models.Model):
    """What happened to a problem: its history, and the clocks. Never altered or deleted.

    ``court_unit`` None: nobody works on it any more, it waits for the asker's word or is closed.
    """

    class Kind(models.TextChoices):
        RAISED = "RAISED", _("提出")
        NOTED = "NOTED", _("进展")
        ASKED = "ASKED", _("请求协调")
        ANSWERED = "ANSWERED", _("答复")
        HANDED_OVER = "HANDED_OVER", _("转办")
        ESCALATION_PROPOSED = "PROPOSED", _("建议升级")
        ESCALATED = "ESCALATED", _("升级")
        ESCALATION_DECLINED = "DECLINED", _("暂不升级")
        CLOSE_ASKED = "CLOSE_ASKED", _("申请销号")
        CLOSE_REFUSED = "CLOSE_REFUSED", _("不同意销号")
        CLOSED = "CLOSED", _("销号")
        REOPENED = "REOPENED", _("重新打开")

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="moves")
    kind = models.CharField(_("事项"), max_length=13, choices=Kind)
    level = models.PositiveSmallIntegerField(_("协调层级"), choices=EscalationLevel)
    court_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("此后由"))
    text = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))

    class Meta:
        verbose_name = verbose_name_plural = _("问题办理记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind="PROPOSED"), name="problem_move_clocks_only_propose"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["DECLINED", "CLOSE_REFUSED", "REOPENED", "CLOSE_ASKED"]) | ~Q(text=""),
                name="problem_move_says_why",
            ),
        ]
