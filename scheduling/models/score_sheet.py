"""观摩评分: the sheet as data, who judges, what each judge gave each stop, and what came of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import User

from .inspection import InspectionRound, Stop


def usual_items() -> list[dict[str, object]]:
    """100 points, as no source gives the weights (domain §1.7)."""
    items = [
        ("physical", "形象进度", 30),
        ("investment", "投资完成", 20),
        ("site", "质量安全与现场", 15),
        ("benefit", "产业带动/民生效益", 20),
        ("formalities", "手续与要素", 10),
        ("presentation", "汇报讲解", 5),
    ]
    return [{"key": key, "name": name, "maximum": maximum, "hint": ""} for key, name, maximum in items]


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def in_force(self, *, on: date) -> "ScoreSheet | None":
        return self.filter(effective_on__lte=on).order_by("-effective_on").first()


class ScoreSheet(models.Model):
    """评分表, from a day on. Editions are added, never edited; ``items``: key, name, maximum and hint of each."""

    effective_on = models.DateField(_("生效日期"), unique=True)
    name = models.CharField(_("名称"), max_length=60)
    items = models.JSONField(_("评分项"), default=usual_items)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    recorded_at = models.DateTimeField(_("登记时间"), null=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评分表")
        ordering = ["-effective_on"]

    def __str__(self) -> str:
        return self.name


class JudgeGroup(models.Model):
    """评委组: its mean counts with ``weight``; the weights of a round need not make 100."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="judge_groups")
    name = models.CharField(_("评委组"), max_length=30)
    weight = models.DecimalField(_("权重"), max_digits=5, decimal_places=2, default=100)

    class Meta:
        verbose_name = verbose_name_plural = _("评委组")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="judge_group_once_per_round"),
            models.CheckConstraint(
                condition=Q(weight__gt=0), name="judge_group_counts", violation_error_message=_("权重须大于 0。")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Judge(models.Model):
    """One person who scores a round. ``code``: by which an anonymous one is called."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="judges")
    group = models.ForeignKey(JudgeGroup, models.PROTECT, related_name="judges", verbose_name=_("评委组"))
    user = models.ForeignKey(User, models.PROTECT, related_name="judging", verbose_name=_("评委"))
    code = models.CharField(_("评委编号"), max_length=10)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("评委")
        ordering = ["group", "code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="judge_once_per_round"),
            models.UniqueConstraint(fields=["round", "code"], name="judge_code_once_per_round"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Recusal(models.Model):
    """回避: this judge does not score this stop. The own unit is no choice: there the rule itself says so."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="recusals")
    stop = models.ForeignKey(Stop, models.PROTECT, related_name="recusals")
    reason = models.CharField(_("回避理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("回避")
        constraints = [
            models.UniqueConstraint(fields=["judge", "stop"], name="recusal_once_per_stop"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_says_why"),
        ]


class StopScoreQuerySet(models.QuerySet["StopScore"]):
    def current(self) -> "models.QuerySet[StopScore]":
        """The last a judge said of each stop."""
        return self.filter(superseded_at__isnull=True)


class StopScore(models.Model):
    """What one judge gave one stop: a version; a change is a further one. ``marks``: item key → points as text.

    ``client_id`` names the entry on the device, so that what is sent twice arrives once; ``entered_at`` is the
    device's own time, never later than ``recorded_at``. The one entered last counts, in whatever order they arrive.
    """

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="scores")
    stop = models.ForeignKey(Stop, models.PROTECT, related_name="scores")
    sequence = models.PositiveSmallIntegerField(_("版次"))
    marks = models.JSONField(_("各项得分"))
    total = models.DecimalField(_("合计"), max_digits=6, decimal_places=2)
    comment = models.CharField(_("评语"), max_length=300, blank=True)
    client_id = models.UUIDField(unique=True)
    entered_at = models.DateTimeField(_("评分时间"))
    recorded_at = models.DateTimeField(_("收到时间"))
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = StopScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("观摩评分")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["judge", "stop", "sequence"], name="stop_score_once_per_sequence"),
            models.UniqueConstraint(
                fields=["judge", "stop"], condition=Q(superseded_at__isnull=True), name="stop_score_one_counts"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="stop_score_not_below_nought"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="stop_score_superseded_later",
            ),
        ]


class StopResult(models.Model):
    """观摩得分 of one stop as locked: ``result`` = k·``routine`` + (1 - k)·``observation``; out of 100 all of them.

    None: nobody scored it, or no month of the quarter gives a routine score. ``rank`` None: not ranked. ``breakdown``:
    what it was reckoned from, as it was then.
    """

    stop = models.OneToOneField(Stop, models.PROTECT, related_name="result")
    routine = models.DecimalField(_("日常得分"), max_digits=8, decimal_places=4, null=True)
    observation = models.DecimalField(_("观摩得分"), max_digits=8, decimal_places=4, null=True)
    result = models.DecimalField(_("综合得分"), max_digits=8, decimal_places=4, null=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    ranked = models.PositiveSmallIntegerField(_("参排数"), default=0)
    breakdown = models.JSONField(_("计算过程"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("观摩结果")
        ordering = ["stop"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(result__isnull=False), name="stop_result_ranked_by_its_result"
            ),
        ]
