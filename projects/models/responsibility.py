"""任责: who answered for a project until a day, so that what was done on a day is laid to whoever answered then."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, version_constraints

from .key_project import KeyProject
from .unit import Unit, User


class Responsibility(Recorded):
    """Those who answered for the project up to and including ``until``; since then the register names others.

    A project whose unit, person and leader never changed has none.
    """

    KEY: ClassVar = ("project", "until")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="responsibilities")
    until = models.DateField(_("任责至"))
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    responsible_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    linked_leader = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("包联领导")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("任责记录")
        ordering = ["until"]
        constraints = version_constraints("responsibility", "project", "until")
