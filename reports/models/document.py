"""文书: what was composed from the facts at one moment, frozen, and the bytes it was rendered to."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, StoredFile, Unit, User
from projects.roles import Duty
from scheduling.models import InspectionRound, ReportPeriod

ROUND_KINDS = ("INSPECTION_BOOKLET", "INSPECTION_RESULT")


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Those of the own units, all of them for who reads the district; what is numbered, once it is issued.

        A numbered one is seen by the units it was issued to, and before that by those who have a hand in it. 观摩手册
        is seen by its judges and by whoever sees a project of it too, 观摩结果 by everybody who sees the round.
        """
        has_a_hand = any(map(user.duties.include, (Duty.REGISTER, Duty.SIGN_OFF)))
        if user.duties.include(Duty.READ_DISTRICT):
            issued = Q(serial__isnull=True) | Q(draft__state="ISSUED") | Q(round__isnull=False)
            return self if has_a_hand else self.filter(issued)
        seen = Q(pk__in=_of_rounds(user).values("pk"))
        for path in user.duties.unit_paths(Duty.READ_UNIT):
            seen |= Q(unit__path__startswith=path)
        for path in user.duties.unit_paths(Duty.READ_UNIT) + user.duties.unit_paths(Duty.READ_OWN):
            seen |= Q(pk__in=Document.objects.filter(receipts__unit__path__startswith=path).values("pk"))
        return self.filter(seen)


def _of_rounds(user: User) -> DocumentQuerySet:
    """What was issued of 季观摩 to this person: as a judge, as a reader of a project shown, or of the result."""
    shown = Q(round__judges__user=user) | Q(round__stops__project__in=KeyProject.objects.visible_to(user))
    told = Q(round__in=InspectionRound.objects.visible_to(user).order_by().values("pk"))
    kinds = Document.Kind
    return Document.objects.filter(
        Q(shown, kind=kinds.INSPECTION_BOOKLET) | Q(told, kind=kinds.INSPECTION_RESULT)
    ).order_by()


class Document(models.Model):
    """One paper. ``content`` is its canonical JSON, ``digest`` the SHA-256 of that; neither ever changes.

    ``subject`` names what it is about, so that it is composed once. ``previous`` is the issue before it: of the same
    unit, or of the same ``series`` of numbers. ``serial``: its number of the year, None for what is not numbered.
    ``composed_by`` None: the system. ``round``: the 季观摩 it was issued of.
    """

    class Kind(models.TextChoices):
        WEEKLY_DISPATCH = "WEEKLY_DISPATCH", _("周调度单")
        MONTHLY_BULLETIN = "MONTHLY_BULLETIN", _("月通报")
        ERRATUM = "ERRATUM", _("更正通报")
        HANDOVER = "HANDOVER", _("交接单")
        INSPECTION_BOOKLET = "INSPECTION_BOOKLET", _("观摩手册")
        INSPECTION_RESULT = "INSPECTION_RESULT", _("观摩结果")
        MEASURE_NOTICE = "MEASURE_NOTICE", _("结果运用通知")

    kind = models.CharField(_("文种"), max_length=20, choices=Kind)
    subject = models.CharField(_("对象"), max_length=100)
    title = models.CharField(_("标题"), max_length=200)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("单位")
    )
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("报告期")
    )
    round = models.ForeignKey(
        InspectionRound, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("季度观摩")
    )
    series = models.CharField(_("编号系列"), max_length=30, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("编号年份"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name=_("上一期")
    )
    edition = models.CharField(_("算法版本"), max_length=20)
    known_at = models.DateTimeField(_("数据时点"))
    content = models.TextField(_("快照"))
    digest = models.CharField(max_length=64)
    composed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("拟稿人")
    )
    composed_at = models.DateTimeField(_("生成时间"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文书")
        ordering = ["-composed_at", "-pk"]
        indexes = [models.Index(fields=["period", "unit"], name="document_of_period")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="document_once_per_subject"),
            models.UniqueConstraint(
                fields=["series", "year", "serial"], condition=Q(serial__isnull=False), name="document_number_once"
            ),
            models.CheckConstraint(
                condition=Q(serial__isnull=True, year__isnull=True, series="", number="")
                | (Q(serial__gte=1, year__isnull=False) & ~Q(series="") & ~Q(number="")),
                name="document_number_whole",
            ),
            models.UniqueConstraint(
                fields=["previous"], condition=Q(serial__isnull=False), name="document_followed_once"
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, serial__isnull=False, kind__in=ROUND_KINDS)
                | (Q(round__isnull=True) & ~Q(kind__in=ROUND_KINDS)),
                name="document_of_a_round_names_it",
            ),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="document_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("id")), name="document_not_its_own_previous"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Rendition(models.Model):
    """The bytes of one form of a document; rendered once and kept."""

    class Format(models.TextChoices):
        PDF = "PDF", "PDF"
        DOCX = "DOCX", "Word"
        XLSX = "XLSX", "Excel"

    document = models.ForeignKey(Document, models.PROTECT, related_name="renditions")
    format = models.CharField(_("格式"), max_length=4, choices=Format)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    rendered_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("文书版式")
        constraints = [models.UniqueConstraint(fields=["document", "format"], name="rendition_once_per_format")]
