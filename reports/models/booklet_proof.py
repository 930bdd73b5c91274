"""手册预览稿: what a booklet of 季观摩 would say, composed and laid out on asking; one of them is issued."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import StoredFile, User
from scheduling.models import InspectionRound


class BookletProofQuerySet(models.QuerySet["BookletProof"]):
    def made(self) -> Self:
        return self.filter(made_at__isnull=False)


class BookletProof(models.Model):
    """``snapshot`` is its canonical JSON, ``file`` the PDF of it; both are there once it is made."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="booklet_proofs")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("生成人"))
    asked_at = models.DateTimeField(_("提出时间"))
    snapshot = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("数据"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("版式"))
    made_at = models.DateTimeField(_("生成时间"), null=True)

    objects = BookletProofQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("手册预览稿")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(snapshot__isnull=False, file__isnull=False, made_at__isnull=False)
                | Q(snapshot__isnull=True, file__isnull=True, made_at__isnull=True),
                name="booklet_proof_made_whole",
            ),
        ]
