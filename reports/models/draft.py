"""文稿: a paper under way from 拟稿 to 印发. Its figures are frozen from the start, its text has versions."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Post, StoredFile, Unit, User
from projects.roles import GRANTS, Duty
from scheduling.models import Notice, ReportPeriod

from .document import Document

_HANDS = (Duty.DRAFT_BULLETIN, Duty.CHECK_BULLETIN, Duty.SIGN_OFF, Duty.REGISTER)


def has_a_hand(user: User) -> bool:
    """Whether papers under way are any business of this person: asked without a query."""
    return any(map(user.duties.include, _HANDS))


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """Papers under way are for those who have a hand in them; issued ones are ``Document``s."""
        return self if has_a_hand(user) else self.none()

    def under_way(self) -> Self:
        return self.exclude(state__in=[Draft.State.ISSUED, Draft.State.VOID])

    def checkable_by(self, user: User, checkers: Collection[User]) -> Self:
        """Those that wait for 核稿 by this person, for one of these at least; whoever wrote or submitted it is none."""
        own = Q(submitted_by=user) | Q(text__recorded_by=user)
        return self.filter(_of_another("submitted_by", checkers), state=Draft.State.CHECKING).exclude(own)

    def signable_by(self, user: User, signers: Collection[User], *, on: date) -> Self:
        """Those that wait for 签发 by this person, for one of these; after a change those of the original signer."""
        signing = [role for role, duties in GRANTS.items() if Duty.SIGN_OFF in duties]
        posts = Post.objects.in_force(on=on).filter(role__in=signing, user__is_active=True)
        free = Q(original_signer__isnull=True) | Q(original_signer__in=signers)
        left = ~Q(original_signer__in=posts.values("user"))
        waiting = self.filter(free | left, state=Draft.State.SIGNING)
        return waiting.exclude(Q(submitted_by=user) | Q(checked_by=user))


def _of_another(column: str, people: Collection[User]) -> Q:
    return reduce(or_, (~Q(**{column: person}) for person in people), Q(pk__in=[]))


class Draft(models.Model):
    """``facts`` is the canonical JSON of its figures and never changes; ``text`` is the version of the words now.

    ``subject`` names what it is about, so that it is drafted once: the month, or the paper it corrects. ``drafted_by``
    None: the system. ``submitted_by``, ``checked_by`` and ``signed_by`` are of the present round; whoever signed first
    is its ``original_signer``, to whom a change after 签发 returns. ``document``: as registered; ``is_public``: issued
    to everybody too, without personal data. Once it has ended, issued or void, nothing of it changes any more.
    """

    class Kind(models.TextChoices):
        MONTHLY_BULLETIN = Document.Kind.MONTHLY_BULLETIN.value, _("月通报")
        ERRATUM = Document.Kind.ERRATUM.value, _("更正通报")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("拟稿")
        CHECKING = "CHECKING", _("核稿")
        SIGNING = "SIGNING", _("待签发")
        SIGNED = "SIGNED", _("已签发")
        REGISTERED = "REGISTERED", _("已登记")
        ISSUED = "ISSUED", _("已印发")
        VOID = "VOID", _("已作废")

    kind = models.CharField(_("文种"), max_length=20, choices=Kind)
    subject = models.CharField(_("对象"), max_length=100)
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("报告期")
    )
    corrects = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("更正的文书")
    )
    form = models.CharField(_("形式"), max_length=8)
    mark = models.CharField(_("发文机关标志"), max_length=100)
    code = models.CharField(_("机关代字"), max_length=20)
    signature = models.CharField(_("署名"), max_length=100)
    printer = models.CharField(_("印发机关"), max_length=100)
    edition = models.CharField(_("算法版本"), max_length=20)
    known_at = models.DateTimeField(_("数据时点"))
    facts = models.TextField(_("数据快照"))
    facts_digest = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    text = models.ForeignKey(
        "DraftText", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("现行文稿")
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("拟稿人"))
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("核稿人"))
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("签发人"))
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    original_signer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("原签发人"))
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, related_name="draft", verbose_name=_("登记的文书")
    )
    is_public = models.BooleanField(_("公开"), default=False)
    ended_at = models.DateTimeField(_("办结时间"), null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文稿")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="draft_once_per_subject"),
            models.CheckConstraint(condition=Q(facts_digest__regex=r"^[0-9a-f]{64}$"), name="draft_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("submitted_by")),
                name="draft_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | (~Q(signed_by=F("submitted_by")) & ~Q(signed_by=F("checked_by"))),
                name="draft_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False, checked_by__isnull=False),
                name="draft_signed_once_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SIGNED", "REGISTERED", "ISSUED"]) | Q(signed_by__isnull=False),
                name="draft_goes_on_once_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["REGISTERED", "ISSUED"]) | Q(document__isnull=False),
                name="draft_registered_as_a_document",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(state__in=["REGISTERED", "ISSUED", "VOID"]),
                name="draft_is_not_altered_once_registered",
            ),
            models.CheckConstraint(
                condition=Q(kind="ERRATUM", corrects__isnull=False) | (~Q(kind="ERRATUM") & Q(corrects__isnull=True)),
                name="draft_of_an_erratum_names_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ISSUED", "VOID"], ended_at__isnull=False)
                | (~Q(state__in=["ISSUED", "VOID"]) & Q(ended_at__isnull=True)),
                name="draft_ends_issued_or_void",
            ),
        ]

    def __str__(self) -> str:
        return self.text.title if self.text else f"{self.get_kind_display()}（{self.subject}）"


class DraftText(models.Model):
    """One version of the words: ``sections`` as ``bulletin.Section``. ``proof``: the pages as they were laid out.

    ``proof_findings``: what is wrong with those pages, as ``linting.Finding``.
    ``recorded_by`` None: generated from the figures.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="texts", verbose_name=_("文稿"))
    sequence = models.PositiveSmallIntegerField(_("版次"))
    title = models.CharField(_("标题"), max_length=200)
    addressee = models.CharField(_("主送机关"), max_length=300, blank=True)
    remark = models.CharField(_("附注"), max_length=100, blank=True)
    cc = models.CharField(_("抄送"), max_length=300, blank=True)
    copies = models.PositiveSmallIntegerField(_("印数"), default=60)
    sections = models.JSONField(_("正文"), default=list)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("修改人"))
    recorded_at = models.DateTimeField(_("修改时间"))
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("清样"))
    proof_findings = models.JSONField(_("版式检查"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("文稿版本")
        ordering = ["-sequence"]
        constraints = [models.UniqueConstraint(fields=["draft", "sequence"], name="draft_text_once_per_sequence")]

    def __str__(self) -> str:
        return f"{self.title} 第 {self.sequence} 稿"


class DraftMove(models.Model):
    """Who did what with the paper and why. ``principal``: for whom it was done, where a substitute did it."""

    class Kind(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("送核")
        CHECKED = "CHECKED", _("核稿通过")
        SIGNED = "SIGNED", _("签发")
        RETURNED = "RETURNED", _("退回")
        REOPENED = "REOPENED", _("签发后修改")
        REGISTERED = "REGISTERED", _("登记编号")
        ISSUED = "ISSUED", _("印发")
        VOIDED = "VOIDED", _("作废")

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="moves", verbose_name=_("文稿"))
    text = models.ForeignKey(DraftText, models.PROTECT, related_name="+", verbose_name=_("文稿版本"))
    kind = models.CharField(_("动作"), max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    principal = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代为办理")
    )
    at = models.DateTimeField(_("办理时间"))
    note = models.CharField(_("意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("办文记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["RETURNED", "REOPENED", "VOIDED"]) | ~Q(note=""),
                name="draft_move_says_why",
            ),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(principal=F("by")), name="draft_move_for_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.by}）"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def unopened(self) -> Self:
        return self.filter(notice__read_at__isnull=True)


class Receipt(models.Model):
    """印发回执: an issued paper sent to one unit; its ``notice`` says when and by whom it was opened.

    ``reminded_at``: when it was asked for last; None: never.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="receipts", verbose_name=_("文书"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("送达单位"))
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="receipt", verbose_name=_("通知"))
    reminded_at = models.DateTimeField(_("最近催阅时间"), null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("印发回执")
        ordering = ["unit__sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["document", "unit"], name="receipt_once_per_unit")]
