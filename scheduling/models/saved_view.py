"""视图: conditions, columns and order of a list, kept under a name."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def offered_to(self, user: User) -> Self:
        """One's own first, then those the office shares, each with whether one begins with it."""
        chosen = OpeningView.objects.filter(user=user, view=OuterRef("pk"))
        found = self.filter(Q(owner=user) | Q(is_shared=True)).annotate(is_opening=Exists(chosen))
        return found.order_by("is_shared", "name", "pk")


class SavedView(models.Model):
    """Of 项目库. ``query`` is what ``list_views.ListView`` keeps: filters, columns, sort."""

    name = models.CharField(_("名称"), max_length=30)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("保存人"))
    is_shared = models.BooleanField(_("共享给全区"), default=False)
    query = models.JSONField(_("条件、列和排序"))
    saved_at = models.DateTimeField(_("保存时间"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("视图")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_named_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(is_shared=True), name="shared_view_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningView(models.Model):
    """The view a person begins with; nobody has two."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("使用人"))
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+", verbose_name=_("视图"))

    class Meta:
        verbose_name = verbose_name_plural = _("默认视图")
