"""季观摩: the round of a quarter, where it goes, in what order, and what the units said of it before (domain §1.7)."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Unit, User
from projects.roles import Duty

from .problem import Problem


class Emphasis(models.TextChoices):
    """What a quarter looks at first."""

    START = "START", _("开工")
    STATISTICS = "STATISTICS", _("入统")
    PROGRESS = "PROGRESS", _("进度")
    COMPLETION = "COMPLETION", _("竣工")


def usual_emphases() -> list[list[str]]:
    """第一季度开工，第二季度开工、入统，第三季度入统、竣工，第四季度竣工 (domain §1.7)."""
    return [["START"], ["START", "STATISTICS"], ["STATISTICS", "COMPLETION"], ["COMPLETION"]]


class InspectionRuleQuerySet(models.QuerySet["InspectionRule"]):
    def in_force(self, *, on: date) -> "InspectionRule":
        """The edition of the day; before any was added, what the model says by default."""
        found = self.filter(effective_on__lte=on).order_by("-effective_on").first()
        return found or InspectionRule(effective_on=on)


class InspectionRule(models.Model):
    """观摩规则, from a day on. Editions are added, never edited.

    ``rest_rounds``: a project shown in one of so many last rounds is no candidate. ``least_invested``: percent of the
    total investment done since the start, None: not asked for. ``trimmed_from``: from so many judges on the highest
    and the lowest mark of a stop are dropped. ``routine_share``: k, the percent of the result that is 日常得分; the
    rest is the observation. ``emphases``: one list for each quarter.
    """

    effective_on = models.DateField(_("生效日期"), unique=True)
    rest_rounds = models.PositiveSmallIntegerField(_("最近几轮观摩过的不再入选"), default=4)
    needs_formalities = models.BooleanField(_("须具备开工条件"), default=True)
    least_invested = models.DecimalField(
        _("累计完成投资占总投资不低于（%）"), max_digits=5, decimal_places=2, null=True, blank=True, default=33
    )
    emphases = models.JSONField(_("各季度侧重"), default=usual_emphases)
    is_anonymous = models.BooleanField(_("匿名评分"), default=False)
    trimmed_from = models.PositiveSmallIntegerField(_("评委几人起去掉最高最低分"), default=5)
    routine_share = models.DecimalField(_("日常得分占比（%）"), max_digits=5, decimal_places=2, default=90)
    fewest = models.PositiveSmallIntegerField(_("一组最少几个观摩点才排名"), default=3)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    recorded_at = models.DateTimeField(_("登记时间"), null=True)

    objects = InspectionRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("观摩规则")
        ordering = ["-effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(least_invested__isnull=True) | Q(least_invested__range=(0, 100)),
                name="inspection_rule_invested_in_percent",
                violation_error_message=_("累计完成投资占比请填 0 至 100，留空为不作要求。"),
            ),
            models.CheckConstraint(
                condition=Q(routine_share__range=(0, 100)),
                name="inspection_rule_share_in_percent",
                violation_error_message=_("日常得分占比请填 0 至 100。"),
            ),
            models.CheckConstraint(
                condition=Q(trimmed_from__gte=3),
                name="inspection_rule_leaves_a_mark",
                violation_error_message=_("去掉最高、最低分后至少要剩一人的分数，请填 3 或以上。"),
            ),
        ]

    def __str__(self) -> str:
        return f"观摩规则（{self.effective_on.isoformat()} 起）"

    def kept(self) -> dict[str, Any]:
        """As a round keeps it: percents as text, the emphases apart from it."""
        least = self.least_invested
        return {
            "effective_on": self.effective_on.isoformat(),
            "rest_rounds": self.rest_rounds,
            "needs_formalities": self.needs_formalities,
            "least_invested": None if least is None else str(least),
            "is_anonymous": self.is_anonymous,
            "trimmed_from": self.trimmed_from,
            "routine_share": str(self.routine_share),
            "fewest": self.fewest,
        }

    def emphases_of(self, quarter: int) -> list[str]:
        found: list[str] = self.emphases[quarter - 1]
        return found


class InspectionRoundQuerySet(models.QuerySet["InspectionRound"]):
    def visible_to(self, user: User) -> Self:
        """Planned ones for the office and the judges; from the route on for everybody who reads projects."""
        duties = user.duties
        if duties.include(Duty.INSPECT):
            return self
        seen = Q(pk__in=[])
        if any(map(duties.include, (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN))):
            seen |= ~Q(state__in=[InspectionRound.State.CHOOSING, InspectionRound.State.CANCELLED])
        if duties.include(Duty.PRE_SCREEN):
            seen |= Q(state=InspectionRound.State.CHOOSING)
        return self.filter(seen | Q(judges__user=user)).distinct()

    def standing(self) -> Self:
        return self.exclude(state=InspectionRound.State.CANCELLED)

    def routed(self) -> Self:
        """Those whose stops are settled: they show, or have shown, what stands in them."""
        return self.standing().exclude(state=InspectionRound.State.CHOOSING)

    def before(self, *, year: int, quarter: int) -> Self:
        """Of earlier quarters, the last one first."""
        earlier = Q(year__lt=year) | Q(year=year, quarter__lt=quarter)
        return self.filter(earlier).order_by("-year", "-quarter")


class InspectionRound(models.Model):
    """The round of one quarter. It keeps the rule by which it was opened, as it was then.

    候选 → 定线 → 评分 → 锁定 → 公布. ``starts_at``: from where and when the buses leave; ``origin`` the place. Who
    publishes the result is not who locked the scores.
    """

    class State(models.TextChoices):
        CHOOSING = "CHOOSING", _("遴选候选")
        ROUTED = "ROUTED", _("线路已定")
        SCORING = "SCORING", _("评分中")
        LOCKED = "LOCKED", _("评分已锁定")
        PUBLISHED = "PUBLISHED", _("结果已公布")
        CANCELLED = "CANCELLED", _("已取消")

    year = models.PositiveSmallIntegerField(_("年份"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    title = models.CharField(_("名称"), max_length=100)
    emphases = models.JSONField(_("本季度侧重"), default=list)
    rule = models.JSONField(_("开办时的规则"), default=dict)
    starts_at = models.DateTimeField(_("出发时间"))
    origin = models.CharField(_("集合地点"), max_length=100)
    origin_longitude = models.DecimalField(_("集合点经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    origin_latitude = models.DecimalField(_("集合点纬度"), max_digits=8, decimal_places=6, null=True, blank=True)
    return_minutes = models.PositiveSmallIntegerField(_("返程行车（分钟）"), default=30)
    sheet = models.ForeignKey("ScoreSheet", models.PROTECT, null=True, blank=True, related_name="rounds")
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.CHOOSING)
    cancelled_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("开办人"))
    opened_at = models.DateTimeField(_("开办时间"))
    locked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("锁定人")
    )
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)
    lock_note = models.CharField(_("未评齐说明"), max_length=300, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("公布人")
    )
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)

    objects = InspectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("季度观摩")
        ordering = ["-year", "-quarter", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="inspection_round_of_a_quarter"),
            models.CheckConstraint(
                condition=Q(origin_longitude__isnull=True, origin_latitude__isnull=True)
                | Q(
                    origin_longitude__isnull=False,
                    origin_latitude__isnull=False,
                    origin_longitude__range=(-180, 180),
                    origin_latitude__range=(-90, 90),
                ),
                name="inspection_round_both_coordinates",
                violation_error_message=_("集合点的经度和纬度须同时填写，或同时留空。"),
            ),
            models.CheckConstraint(
                condition=Q(return_minutes__lte=240),
                name="inspection_round_is_back_the_same_day",
                violation_error_message=_("返程行车时间不超过 240 分钟。"),
            ),
            models.UniqueConstraint(
                fields=["year", "quarter"],
                condition=~Q(state="CANCELLED"),
                name="inspection_round_once_a_quarter",
                violation_error_message=_("该季度已开办观摩。"),
            ),
            models.CheckConstraint(
                condition=(Q(state="CANCELLED") & ~Q(cancelled_reason=""))
                | (~Q(state="CANCELLED") & Q(cancelled_reason="")),
                name="inspection_round_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["LOCKED", "PUBLISHED"], locked_at__isnull=False, locked_by__isnull=False)
                | (~Q(state__in=["LOCKED", "PUBLISHED"]) & Q(locked_at__isnull=True, locked_by__isnull=True)),
                name="inspection_round_locked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="PUBLISHED", published_at__isnull=False, published_by__isnull=False)
                & ~Q(published_by=F("locked_by"))
                | (~Q(state="PUBLISHED") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="inspection_round_published_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PreScreening(models.Model):
    """部门初审: what a lead unit says of a candidate of its own before the office chooses."""

    class Verdict(models.TextChoices):
        RECOMMENDED = "RECOMMENDED", _("推荐")
        NOT_RECOMMENDED = "NOT_RECOMMENDED", _("不推荐")

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="pre_screenings")
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="+", verbose_name=_("项目"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("初审单位"))
    verdict = models.CharField(_("初审意见"), max_length=15, choices=Verdict)
    note = models.CharField(_("理由和看点"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("初审人"))
    at = models.DateTimeField(_("初审时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("部门初审")
        ordering = ["project", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "project"], name="pre_screening_once_per_project"),
            models.CheckConstraint(
                condition=Q(verdict="RECOMMENDED") | ~Q(note=""),
                name="pre_screening_says_why_not",
                violation_error_message=_("不推荐的，请写明理由。"),
            ),
        ]


class Stop(models.Model):
    """观摩点. ``travel_minutes``: from the stop before, or from the origin; ``minutes``: the stay.

    ``pool``: with which others it is ranked. ``exception``: why it was chosen though a rule speaks against it.
    """

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="stops")
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="stops", verbose_name=_("项目"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    pool = models.CharField(_("排名分组"), max_length=30, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(_("行车（分钟）"), default=15)
    minutes = models.PositiveSmallIntegerField(_("停留（分钟）"), default=20)
    presenter = models.CharField(_("讲解人"), max_length=50, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    sights = models.TextField(_("看点"), blank=True)
    exception = models.CharField(_("例外入选理由"), max_length=300, blank=True)
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("选定人"))
    chosen_at = models.DateTimeField(_("选定时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("观摩点")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "project"], name="stop_once_per_project"),
            models.CheckConstraint(condition=Q(order__gte=1), name="stop_order_counts_from_one"),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 240)) & Q(travel_minutes__lte=240),
                name="stop_minutes_fit_in_a_day",
                violation_error_message=_("停留时间请填 5 至 240 分钟，行车时间不超过 240 分钟。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)


class Finding(models.Model):
    """现场发现的问题: it becomes a problem with a day by which it is to be solved."""

    stop = models.ForeignKey(Stop, models.PROTECT, related_name="findings", verbose_name=_("观摩点"))
    problem = models.OneToOneField(Problem, models.PROTECT, related_name="finding", verbose_name=_("问题"))
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    found_at = models.DateTimeField(_("提出时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("观摩发现问题")
        ordering = ["stop", "pk"]


class PracticeCard(models.Model):
    """好做法: what was seen on the tour that others may learn from: what, where, and whom to ask."""

    stop = models.ForeignKey(Stop, models.PROTECT, related_name="practices", verbose_name=_("观摩点"))
    title = models.CharField(_("做法"), max_length=60)
    what = models.TextField(_("怎么做的、效果如何"))
    contact = models.CharField(_("可向谁请教（单位、姓名、办公电话）"), max_length=100)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    written_at = models.DateTimeField(_("记录时间"))
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("好做法卡片")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="practice_card_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title
