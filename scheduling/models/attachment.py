"""附件影像: photos and documents of a report, a problem, a meeting, a decision, a rectification; never altered."""

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, StoredFile, User

from .decision import Decision
from .measure import RectificationItem
from .meeting import Meeting
from .problem import Problem
from .progress_report import ProgressReport

SUBJECTS = ("report", "problem", "meeting", "decision", "rectification")


def _of_exactly_one() -> Q:
    one = Q(pk__in=[])
    for name in SUBJECTS:
        others = {f"{other}__isnull": other != name for other in SUBJECTS}
        one |= Q(**others)
    return one


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """Those of whatever this person sees."""
        return self.filter(
            Q(report__project__in=KeyProject.objects.visible_to(user))
            | Q(problem__in=Problem.objects.visible_to(user))
            | Q(meeting__in=Meeting.objects.visible_to(user))
            | Q(decision__in=Decision.objects.visible_to(user))
            | Q(rectification__in=RectificationItem.objects.visible_to(user))
        )

    def kept(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def photos(self) -> Self:
        return self.filter(kind=Attachment.Kind.PHOTO)

    def documents(self) -> Self:
        return self.exclude(kind=Attachment.Kind.PHOTO)

    def with_reuse(self) -> Self:
        """``first_used_at``: when the same bytes were handed in before, with anything that keeps them; None: never."""
        earlier = Attachment.objects.kept().filter(file=OuterRef("file"), pk__lt=OuterRef("pk")).order_by("pk")
        return self.annotate(first_used_at=Subquery(earlier.values("uploaded_at")[:1]))


class Attachment(models.Model):
    """One photo or document. ``taken_at`` is what the camera wrote into the file; where it was taken is not kept."""

    class Kind(models.TextChoices):
        PHOTO = "PHOTO", _("照片")
        APPROVAL = "APPROVAL", _("批复")
        PERMIT = "PERMIT", _("许可证")
        CONFIRMATION = "CONFIRMATION", _("形象进度确认单")
        OTHER = "OTHER", _("其他文件")

    project = models.ForeignKey(
        KeyProject, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("项目")
    )
    report = models.ForeignKey(
        ProgressReport, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("填报")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("问题")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("会议")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("议定事项")
    )
    rectification = models.ForeignKey(
        RectificationItem, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("整改事项")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name=_("文件"))
    name = models.CharField(_("文件名"), max_length=200)
    caption = models.CharField(_("说明"), max_length=100, blank=True)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    dated_on = models.DateField(_("文件日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True, blank=True)
    camera = models.CharField(_("拍摄设备"), max_length=100, blank=True)
    width = models.PositiveIntegerField(_("宽"), null=True, blank=True)
    height = models.PositiveIntegerField(_("高"), null=True, blank=True)
    thumbnail = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("移除人")
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=_of_exactly_one(), name="attachment_of_one_thing"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(dated_on__isnull=True) | Q(expires_on__gte=F("dated_on")),
                name="attachment_days_in_order",
                violation_error_message=_("有效期不能早于文件日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.name
