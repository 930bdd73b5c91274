"""What an import brought into the register and its undo took out again: kept for its history, found nowhere."""

from collections.abc import Collection
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

IN_REGISTER = Q(is_withdrawn=False)

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class RegisterManager(models.Manager[Row_co]):
    """Without what was withdrawn. ``_base_manager``, and so a foreign key from a version, still finds it."""

    def get_queryset(self) -> models.QuerySet[Row_co]:
        return super().get_queryset().filter(IN_REGISTER)


class Withdrawable(models.Model):
    """A row of the register that an import may have brought; None: people or the set-up brought it.

    Its facts are history and cannot be deleted, so neither can it: withdrawn, it leaves every list and frees its name.
    """

    brought_by = models.ForeignKey(
        "projects.LedgerImport", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("来自导入")
    )
    is_withdrawn = models.BooleanField(_("已随导入撤销"), default=False, editable=False)

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """A form leaves out what it does not show; whether a name is taken depends on it all the same."""
        super().validate_constraints(exclude={*(exclude or ())} - {"is_withdrawn"})


def withdrawal_constraint(name: str) -> models.CheckConstraint:
    """What the database holds of every withdrawable row."""
    return models.CheckConstraint(
        condition=IN_REGISTER | Q(brought_by__isnull=False), name=f"{name}_withdrawn_with_its_import"
    )
