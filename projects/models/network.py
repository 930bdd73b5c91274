"""What an edition of a template and an edition of a project's schedule are both made of: steps, links, their stage."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.backward import LinkKind, Unit

from .milestone import Stage


class DurationUnit(models.TextChoices):
    WORKING = Unit.WORKING.value, _("工作日")
    CALENDAR = Unit.CALENDAR.value, _("日历天")


class Relation(models.TextChoices):
    FINISH_TO_START = LinkKind.FINISH_TO_START.value, _("完成—开始")
    START_TO_START = LinkKind.START_TO_START.value, _("开始—开始")
    FINISH_TO_FINISH = LinkKind.FINISH_TO_FINISH.value, _("完成—完成")
    START_TO_FINISH = LinkKind.START_TO_FINISH.value, _("开始—完成")


class NetworkStep(models.Model):
    """One step of the work: how long it takes, in which days, and whom it waits for.

    ``duration`` is in ``unit``; nought is a mere event. ``outcome`` is how reaching it is said (取得、开工) and marks a
    step others wait for. ``weight`` is its share of the physical progress, in whatever unit: only proportions count.
    """

    position = models.PositiveSmallIntegerField(_("序号"))
    stage = models.CharField(_("阶段"), max_length=18, choices=Stage)
    name = models.CharField(_("节点名称"), max_length=100)
    duration = models.PositiveSmallIntegerField(_("工期"))
    unit = models.CharField(_("工期单位"), max_length=8, choices=DurationUnit, default=DurationUnit.WORKING)
    stops_in_blackout = models.BooleanField(_("停工期停工"), default=False)
    is_key = models.BooleanField(_("关键节点"), default=False)
    weight = models.DecimalField(_("权重"), max_digits=7, decimal_places=2, default=Decimal(0))
    authority = models.CharField(_("办理部门"), max_length=100, blank=True)
    outcome = models.CharField(_("达成说法"), max_length=10, blank=True)

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class NetworkLink(models.Model):
    """The successor waits for the predecessor, and ``lag`` days more; a negative lag is an overlap."""

    kind = models.CharField(_("关系"), max_length=2, choices=Relation, default=Relation.FINISH_TO_START)
    lag = models.SmallIntegerField(_("间隔"), default=0)
    unit = models.CharField(_("间隔单位"), max_length=8, choices=DurationUnit, default=DurationUnit.WORKING)

    class Meta:
        abstract = True


def step_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["version", "position"], name=f"{name}_one_per_position"),
        models.UniqueConstraint(fields=["version", "stage", "name"], name=f"{name}_named_once_in_its_stage"),
        models.CheckConstraint(condition=Q(weight__gte=0), name=f"{name}_weight_not_negative"),
    ]


def link_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["predecessor", "successor", "kind"], name=f"{name}_once"),
        models.CheckConstraint(condition=~Q(predecessor=F("successor")), name=f"{name}_joins_two"),
    ]


def in_work(name: str, *, of: Any) -> models.BaseConstraint:
    """At most one edition of the same thing is being worked on."""
    return models.UniqueConstraint(fields=[of], condition=~Q(state__in=["APPROVED", "DISCARDED"]), name=name)
