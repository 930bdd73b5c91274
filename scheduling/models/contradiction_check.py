"""外绿内红 and 随机核查: whom to verify, who was drawn, and what was found."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject
from projects.models.key_project import seen_by
from projects.models.unit import User
from projects.roles import Duty


class _OfProjects(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=KeyProject.objects.filter(seen_by(user)))


class ContradictionCheckQuerySet(_OfProjects):
    def doubted(self) -> Self:
        """The heaviest first."""
        return self.filter(score__gt=0).order_by("-score", "project__sort_key")

    def with_kind(self, kind: str) -> Self:
        """``kind`` is the word of a ``contradictions.Kind``."""
        return self.filter(kinds__contains=f"|{kind}|")


class ContradictionCheck(models.Model):
    """What last night found in one project. ``found``: dicts of ``kind``, ``weight`` and ``text``, the heaviest first.

    ``kinds`` are the same kinds, each between bars, for the list to be narrowed by.
    """

    project = models.OneToOneField(
        KeyProject, models.CASCADE, primary_key=True, related_name="contradiction_check", verbose_name=_("项目")
    )
    on = models.DateField(_("核对日"))
    known_at = models.DateTimeField(_("数据截至"))
    score = models.PositiveSmallIntegerField(_("矛盾分"))
    found = models.JSONField(_("矛盾"), default=list)
    kinds = models.CharField(max_length=200, blank=True, editable=False)

    objects = ContradictionCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("外绿内红核对")
        indexes = [models.Index(fields=["-score"], condition=Q(score__gt=0), name="contradiction_check_doubted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=0, kinds="") | Q(score__gt=0) & ~Q(kinds=""),
                name="contradiction_check_score_has_kinds",
            )
        ]


class VerificationDrawQuerySet(models.QuerySet["VerificationDraw"]):
    def visible_to(self, user: User) -> Self:
        """Whoever reads the district sees all, others those that drew a project of theirs."""
        if user.duties.include(Duty.READ_DISTRICT):
            return self
        return self.filter(pk__in=Verification.objects.visible_to(user).values("draw"))


class VerificationDraw(models.Model):
    """随机抽取: the seed, and by project the score of everybody who could be drawn, so that anyone can draw again."""

    seed = models.CharField(_("随机种子"), max_length=60, unique=True, error_messages={"unique": _("该种子已用过。")})
    size = models.PositiveSmallIntegerField(_("抽取个数"))
    pool = models.JSONField(_("抽取范围"), default=dict)
    checked_on = models.DateField(_("矛盾分核对日"))
    drawn_at = models.DateTimeField(_("抽取时间"))
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("抽取人"))

    objects = VerificationDrawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("随机核查")
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="verification_draw_of_some"),
            models.CheckConstraint(condition=~Q(seed=""), name="verification_draw_has_seed"),
        ]

    def __str__(self) -> str:
        return self.seed

    @property
    def scores(self) -> dict[int, int]:
        """As ``contradictions.draw`` takes them."""
        return {int(project): score for project, score in self.pool.items()}


class VerificationQuerySet(_OfProjects):
    def settled(self) -> Self:
        return self.exclude(outcome="")


class Verification(models.Model):
    """One project drawn, in its place, and what was found there: what was reported holds, or had to be adjusted."""

    class Outcome(models.TextChoices):
        VERIFIED = "VERIFIED", _("核实")
        ADJUSTED = "ADJUSTED", _("调整")

    draw = models.ForeignKey(VerificationDraw, models.PROTECT, related_name="verifications", verbose_name=_("随机核查"))
    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="verifications", verbose_name=_("项目"))
    place = models.PositiveSmallIntegerField(_("序号"))
    score = models.PositiveSmallIntegerField(_("矛盾分"))
    found = models.JSONField(_("矛盾"), default=list)
    outcome = models.CharField(_("核查结果"), max_length=8, choices=Outcome, blank=True)
    verified_on = models.DateField(_("核查日期"), null=True, blank=True)
    words = models.CharField(_("核查情况"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), null=True, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("核查结果")
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "project"], name="verification_once_per_draw"),
            models.UniqueConstraint(fields=["draw", "place"], name="verification_one_per_place"),
            models.CheckConstraint(
                condition=Q(
                    outcome="", words="", verified_on__isnull=True, recorded_by__isnull=True, recorded_at__isnull=True
                )
                | ~Q(outcome="")
                & ~Q(words="")
                & Q(verified_on__isnull=False, recorded_by__isnull=False, recorded_at__isnull=False),
                name="verification_recorded_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw}：{self.project}"
