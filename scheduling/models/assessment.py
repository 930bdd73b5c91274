"""考核: schemes as data, a run over a period, its revisions, what each subject scored, and what units say of it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.models import StoredFile, Unit, User
from projects.recorded import Recorded, version_constraints
from projects.roles import Duty
from scheduling import score_indicators
from scheduling.score_texts import as_text, scheme_of
from scheduling.scoring import Scheme

from .answering import answered_for

Kind = score_indicators.Kind


class SubjectKind(models.TextChoices):
    LEAD = Kind.LEAD, _("责任单位（部门、镇街、园区、国企平台）")
    TOWN = Kind.TOWN, _("属地镇街")
    OWNER = Kind.OWNER, _("项目单位")
    AGENCY = Kind.AGENCY, _("联审联批部门")
    PERSON = Kind.PERSON, _("项目负责人")
    LEADER = Kind.LEADER, _("包联领导")


_OF_PEOPLE = [SubjectKind.PERSON, SubjectKind.LEADER]


class AssessmentSchemeQuerySet(models.QuerySet["AssessmentScheme"]):
    def visible_to(self, user: User) -> Self:
        """What is adopted everybody reads who reads projects; a draft who makes or adopts schemes."""
        if any(map(user.duties.include, (Duty.ASSESS, Duty.APPROVE_ASSESSMENT))):
            return self
        return self.adopted()

    def adopted(self) -> Self:
        return self.filter(state=AssessmentScheme.State.ADOPTED)


class AssessmentScheme(models.Model):
    """考核方案: by what subjects of one kind are scored in a year. Proved and adopted by another, then unalterable."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("起草中")
        ADOPTED = "ADOPTED", _("已启用")

    year = models.PositiveSmallIntegerField(_("年份"))
    kind = models.CharField(_("考核对象"), max_length=8, choices=SubjectKind)
    edition = models.PositiveSmallIntegerField(_("版次"))
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    content = models.JSONField(_("考核项"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    adopted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("启用人")
    )
    adopted_at = models.DateTimeField(_("启用时间"), null=True, blank=True)

    objects = AssessmentSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核方案")
        ordering = ["-year", "kind", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["year", "kind", "edition"], name="assessment_scheme_once_per_edition"),
            models.UniqueConstraint(
                fields=["year", "kind"], condition=Q(state="DRAFT"), name="assessment_scheme_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", adopted_by__isnull=True, adopted_at__isnull=True)
                | Q(state="ADOPTED", adopted_by__isnull=False, adopted_at__isnull=False)
                & ~Q(adopted_by=F("drafted_by")),
                name="assessment_scheme_adopted_by_another",
                violation_error_message=_("起草人不能启用自己起草的考核方案。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年{self.name}第 {self.edition} 版"

    @property
    def scheme(self) -> Scheme:
        return scheme_of(self.content, name=self.name, source=self.source, note=self.note)

    def write(self, scheme: Scheme) -> None:
        self.content = as_text(scheme)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        """Who assesses and who reads the district: all; a unit what is opened to it; a person the own ones."""
        if any(map(user.duties.include, (Duty.ASSESS, Duty.READ_DISTRICT))):
            return self
        opened = self.exclude(state=Assessment.State.PREVIEW)
        own = SubjectScore.objects.filter(assessment=OuterRef("pk")).shown_to(user)
        return opened.filter(Exists(own) | _final_of_units())

    def of_units(self) -> Self:
        return self.exclude(scheme__kind__in=_OF_PEOPLE)


def _final_of_units() -> Q:
    return Q(state=Assessment.State.FINAL) & ~Q(scheme__kind__in=_OF_PEOPLE)


class Assessment(models.Model):
    """考核: one scheme over whole months. 预览 → 公示申诉 → 已公布; what is published is never altered.

    ``prepared_by`` opened it or reckoned it last: never who publishes it.
    """

    class State(models.TextChoices):
        PREVIEW = "PREVIEW", _("预览")
        APPEALS = "APPEALS", _("公示申诉")
        FINAL = "FINAL", _("已公布")

    scheme = models.ForeignKey(AssessmentScheme, models.PROTECT, related_name="assessments", verbose_name=_("考核方案"))
    title = models.CharField(_("名称"), max_length=100)
    starts_on = models.DateField(_("考核期起"))
    ends_on = models.DateField(_("考核期止"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.PREVIEW)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("编制人"))
    prepared_at = models.DateTimeField(_("编制时间"))
    appeals_from = models.DateField(_("申诉期起"), null=True, blank=True)
    appeals_until = models.DateField(_("申诉期止"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("公布人")
    )
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核")
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), starts_on__day=1, starts_on__year=F("ends_on__year")),
                name="assessment_of_months_of_a_year",
                violation_error_message=_("考核期须为同一年内的整月。"),
            ),
            models.CheckConstraint(
                condition=Q(state="PREVIEW", appeals_from__isnull=True, appeals_until__isnull=True)
                | ~Q(state="PREVIEW") & Q(appeals_from__isnull=False, appeals_until__gte=F("appeals_from")),
                name="assessment_appeals_in_a_window",
                violation_error_message=_("申诉期的止日不能早于起日。"),
            ),
            models.CheckConstraint(
                condition=Q(state="FINAL", published_by__isnull=False, published_at__isnull=False)
                & ~Q(published_by=F("prepared_by"))
                | ~Q(state="FINAL") & Q(published_by__isnull=True, published_at__isnull=True),
                name="assessment_published_by_another",
                violation_error_message=_("编制人不能公布自己编制的考核结果。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> Kind:
        return Kind(self.scheme.kind)


class AssessmentRevision(models.Model):
    """One reckoning of the whole, asked for with a reason, from what was known at ``known_at``.

    A correction is a further one. ``finished_at`` None: it is being reckoned.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("版次"))
    reason = models.CharField(_("原因"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("计算人"))
    asked_at = models.DateTimeField(_("提出时间"))
    known_at = models.DateTimeField(_("数据时点"), null=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("考核结果版次")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="assessment_revision_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="assessment_revision_says_why"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, known_at__isnull=True, digest="")
                | Q(finished_at__isnull=False, known_at__isnull=False) & ~Q(digest=""),
                name="assessment_revision_finished_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}第 {self.number} 版"


def subject_is_one(name: str) -> models.CheckConstraint:
    """Whoever is meant is a unit or a person."""
    return models.CheckConstraint(
        condition=Q(unit__isnull=False, person__isnull=True) | Q(unit__isnull=True, person__isnull=False), name=name
    )


class SubjectScoreQuerySet(models.QuerySet["SubjectScore"]):
    def shown_to(self, user: User) -> Self:
        """Outside of the office: the own unit's, the own, and of what is published every unit's."""
        mine = Q(person=user)
        for path in user.duties.unit_paths(Duty.READ_UNIT):
            mine |= Q(unit__path__startswith=path)
        opened = ~Q(assessment__state=Assessment.State.PREVIEW)
        return self.filter(opened & mine | Q(assessment__state=Assessment.State.FINAL, unit__isnull=False))

    def visible_to(self, user: User) -> Self:
        if any(map(user.duties.include, (Duty.ASSESS, Duty.READ_DISTRICT))):
            return self
        return self.shown_to(user)

    def of_last_revision(self) -> Self:
        newer = AssessmentRevision.objects.filter(
            assessment=OuterRef("assessment"), number__gt=OuterRef("revision__number"), finished_at__isnull=False
        )
        return self.filter(~Exists(newer))


class SubjectScore(models.Model):
    """What one subject scored in one revision. ``total`` None: nothing applied. ``rank`` None: not ranked.

    ``breakdown``: every item with its value, points and words, the facts behind it, and who was there to add or take.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="scores")
    revision = models.ForeignKey(AssessmentRevision, models.PROTECT, related_name="scores")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("人员"))
    pool = models.CharField(_("排名分组"), max_length=30)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    ranked = models.PositiveSmallIntegerField(_("参排数"), default=0)
    total = models.DecimalField(_("总分"), max_digits=9, decimal_places=4, null=True)
    breakdown = models.JSONField(_("计算过程"))
    digest = models.CharField(_("摘要"), max_length=64)

    objects = SubjectScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核得分")
        ordering = ["pool", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "unit"], name="subject_score_once_per_unit"),
            models.UniqueConstraint(fields=["revision", "person"], name="subject_score_once_per_person"),
            subject_is_one("subject_score_of_one_subject"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(total__isnull=False, unit__isnull=False),
                name="subject_score_ranks_no_person",
            ),
        ]

    @property
    def subject(self) -> Unit | User:
        found: Any = self.unit or self.person
        return found


class ManualScore(Recorded):
    """人工评定: what people gave one subject for one item, and on what evidence; a change is a further version."""

    KEY: ClassVar = ("assessment", "unit", "person", "item")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="manual_scores")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("人员"))
    item = models.CharField(_("考核项"), max_length=30)
    points = models.DecimalField(_("得分"), max_digits=7, decimal_places=2)
    evidence = models.CharField(_("评定依据"), max_length=300)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("佐证材料")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("人工评定")
        constraints = [
            *version_constraints("manual_score", "assessment", "unit", "item"),
            models.UniqueConstraint(
                fields=["assessment", "person", "item"],
                condition=Q(superseded_at__isnull=True),
                name="manual_score_one_current_of_person",
            ),
            subject_is_one("manual_score_of_one_subject"),
            models.CheckConstraint(condition=Q(points__gte=0), name="manual_score_not_below_nought"),
            models.CheckConstraint(condition=~Q(evidence=""), name="manual_score_has_evidence"),
        ]


class BonusMalusQuerySet(models.QuerySet["BonusMalus"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class BonusMalus(models.Model):
    """加减分: ``points`` below nought are taken. Never altered: withdrawn with a reason, and entered anew."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="bonuses")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("人员"))
    points = models.DecimalField(_("加（减）分"), max_digits=7, decimal_places=2)
    reason = models.CharField(_("事由"), max_length=100)
    evidence = models.CharField(_("依据（文号或材料名称）"), max_length=200)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("佐证材料")
    )
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    entered_at = models.DateTimeField(_("登记时间"))
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = BonusMalusQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("加减分")
        ordering = ["entered_at", "pk"]
        constraints = [
            subject_is_one("bonus_malus_of_one_subject"),
            models.CheckConstraint(condition=~Q(points=0), name="bonus_malus_of_some_points"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(evidence=""), name="bonus_malus_has_evidence"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="bonus_malus_withdrawn_for_a_reason",
            ),
        ]


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User) -> Self:
        if any(map(user.duties.include, (Duty.ASSESS, Duty.READ_DISTRICT))):
            return self
        return self.filter(answered_for(user, "unit"))

    def waiting(self) -> Self:
        return self.filter(outcome="")


class Appeal(models.Model):
    """申诉: what a unit says against its score, within the window; ``item`` empty: against the whole.

    Upheld, the score is reckoned anew: a further revision. Never altered once answered.
    """

    class Outcome(models.TextChoices):
        UPHELD = "UPHELD", _("予以更正")
        REFUSED = "REFUSED", _("维持原得分")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="appeals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("申诉单位"))
    item = models.CharField(_("考核项"), max_length=30, blank=True)
    text = models.CharField(_("申诉理由"), max_length=500)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("佐证材料")
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申诉人"))
    made_at = models.DateTimeField(_("申诉时间"))
    outcome = models.CharField(_("答复"), max_length=8, choices=Outcome, blank=True)
    answer = models.CharField(_("答复理由"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核申诉")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "unit", "item"], condition=Q(outcome=""), name="appeal_one_open_per_item"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(outcome="")
                & ~Q(answer="")
                & Q(answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answered_by=F("made_by")),
                name="appeal_answered_by_another_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}对{self.assessment}的申诉"
