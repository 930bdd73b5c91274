"""Files as they came: the original bytes under ``MEDIA_ROOT``, named by their SHA-256, never altered."""

from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .unit import User


class StoredFile(models.Model):
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveBigIntegerField(_("字节数"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    quarantined_at = models.DateTimeField(_("隔离时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_digest")]

    def __str__(self) -> str:
        return self.name

    def path(self) -> str:
        """Where the bytes lie, relative to ``MEDIA_ROOT``."""
        return str(PurePosixPath(self.sha256[:2]) / self.sha256)
