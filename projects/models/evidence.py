"""佐证材料: the dated documents without which a stage does not close."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, version_constraints

from .milestone import StageTarget
from .stored_file import StoredFile


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    def with_papers(self) -> Self:
        """``known_papers``: the one document known now, with its file and who handed it in, or nothing."""
        known = EvidencePaper.objects.current().select_related("file", "recorded_by")
        return self.prefetch_related(models.Prefetch("papers", known, to_attr="known_papers"))

    def missing(self) -> Self:
        """Asked for, not waived, and not handed in."""
        known = EvidencePaper.objects.current().filter(item=models.OuterRef("pk"))
        return self.filter(~models.Exists(known), waived_reason="")


class EvidenceItem(models.Model):
    """One document the stage asks for. Withdrawn with a reason it is asked for no longer."""

    stage_target = models.ForeignKey(StageTarget, models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField(_("序号"), default=0)
    name = models.CharField(_("佐证材料"), max_length=100)
    waived_reason = models.CharField(_("免交理由"), max_length=200, blank=True)

    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("佐证要求")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage_target", "name"], name="evidence_item_named_once_per_stage")
        ]

    def __str__(self) -> str:
        return self.name


class EvidencePaper(Recorded):
    """The document handed in: a better copy supersedes it, and the earlier one stays."""

    KEY: ClassVar = ("item",)

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="papers")
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    dated_on = models.DateField(_("文件日期"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文件")
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("佐证文件")
        constraints = [
            *version_constraints("evidence_paper", "item"),
            models.CheckConstraint(
                condition=~Q(document_number="") | Q(file__isnull=False), name="evidence_paper_is_a_document"
            ),
        ]
