"""通报规则: how the office issues its bulletins, from a day on. Editions are added, never edited."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import User
from reports.official import Form


class BulletinRuleQuerySet(models.QuerySet["BulletinRule"]):
    def in_force(self, *, on: date) -> "BulletinRule":
        """The edition of the day; before any was added, what the model says by default."""
        found = self.filter(effective_on__lte=on).order_by("-effective_on").first()
        return found or BulletinRule(effective_on=on)

    def latest_first(self) -> Self:
        return self.order_by("-effective_on")


class BulletinRule(models.Model):
    """``cutoff_day``: the day of the month up to which its figures go, None: the month's last day.

    ``draft_after``: days after that day before the draft is made. Boards: ``fewest`` ranked members make a pool,
    ``honoured`` and ``lagging`` are the places on the two boards, which may stay empty. In the texts ``{district}``
    stands for the district's name. ``code``: 机关代字.
    """

    class Form(models.TextChoices):
        OFFICIAL = Form.OFFICIAL, _("公文（红头通报）")
        BRIEF = Form.BRIEF, _("简报（编期号）")

    effective_on = models.DateField(_("生效日期"), unique=True)
    form = models.CharField(_("形式"), max_length=8, choices=Form, default=Form.OFFICIAL)
    mark = models.CharField(_("发文机关标志"), max_length=60, default="{district}人民政府办公室文件")
    brief_mark = models.CharField(_("简报名称"), max_length=60, default="{district}重点项目建设通报")
    code = models.CharField(_("机关代字"), max_length=20, default="×政办发")
    addressee = models.CharField(
        _("主送机关"), max_length=300, default="各镇人民政府、街道办事处，区政府各部门、各直属机构："
    )
    signature = models.CharField(_("署名"), max_length=60, default="{district}人民政府办公室")
    remark = models.CharField(_("附注"), max_length=100, blank=True, default="")
    cc = models.CharField(
        _("抄送"), max_length=300, blank=True, default="区委办公室，区人大常委会办公室，区政协办公室。"
    )
    printer = models.CharField(_("印发机关"), max_length=60, default="{district}人民政府办公室")
    copies = models.PositiveSmallIntegerField(_("印数"), default=60)
    cutoff_day = models.PositiveSmallIntegerField(_("数据截止日"), null=True, blank=True)
    draft_after = models.PositiveSmallIntegerField(_("截止后几天起草"), default=0)
    fewest = models.PositiveSmallIntegerField(_("上榜最少单位数"), default=3)
    honoured = models.PositiveSmallIntegerField(_("红榜名额"), default=3)
    lagging = models.PositiveSmallIntegerField(_("黑榜名额"), default=3)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    recorded_at = models.DateTimeField(_("登记时间"), null=True)

    objects = BulletinRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报规则")
        ordering = ["-effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cutoff_day__isnull=True) | Q(cutoff_day__gte=1, cutoff_day__lte=28),
                name="bulletin_rule_cutoff_in_every_month",
                violation_error_message=_("数据截止日请填 1 至 28，留空为月末。"),
            ),
            models.CheckConstraint(
                condition=Q(draft_after__lte=27),
                name="bulletin_rule_drafts_within_a_month",
                violation_error_message=_("起草须在下一次截止之前：请填 0 至 27 天。"),
            ),
            models.CheckConstraint(
                condition=Q(fewest__gte=2),
                name="bulletin_rule_ranks_at_least_two",
                violation_error_message=_("排名至少要有 2 家单位。"),
            ),
        ]

    def __str__(self) -> str:
        return f"通报规则（{self.effective_on.isoformat()} 起）"
