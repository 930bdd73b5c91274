"""Which projects a figure is made of: one definition, asked of the database and of what is evaluated on demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.index_cards import FIELD_NAMES
from scheduling.models import Light
from scheduling.models.evaluated import COUNTED, Evaluated, light_field
from scheduling.parts import FIELDS


class Condition(Protocol):
    def q(self) -> Q: ...

    def holds(self, found: Any) -> bool: ...


@dataclass(frozen=True)
class Is:
    """The column of ``Evaluated`` has this value."""

    column: str
    value: object

    def q(self) -> Q:
        return Q(**{self.column: self.value})

    def holds(self, found: Any) -> bool:
        return getattr(found, self.column) == self.value


@dataclass(frozen=True)
class Excused:
    """Suspended, or with a waiver in this dimension: it is printed, and ranked with nobody."""

    dimension: str

    def q(self) -> Q:
        is_paused = Q(**{light_field(self.dimension): Light.PAUSED})
        is_judged = Q(verdicts__has_key=self.dimension)  # else the next is unknown, and so is its contrary
        return is_paused | (is_judged & Q(**{f"verdicts__{self.dimension}__has_key": "waived_until"}))

    def holds(self, found: Evaluated) -> bool:
        is_waived = "waived_until" in found.verdicts.get(self.dimension, {})
        return is_waived or found.light_of(self.dimension) == Light.PAUSED


@dataclass(frozen=True)
class Not:
    condition: Condition

    def q(self) -> Q:
        return ~self.condition.q()

    def holds(self, found: Any) -> bool:
        return not self.condition.holds(found)


def of_light(light: str, dimension: str = "") -> Condition:
    """``dimension`` empty: the light of the project."""
    return Is(light_field(dimension) if dimension else "light", light)


def _counts(name: str) -> Condition:
    return Not(_not(name))


def _not(name: str) -> Condition:
    return Is(COUNTED + name, 0)


# What a page may ask the projects behind: the parts of every index, and what follows of two of them.
COUNTED_AS: Mapping[str, tuple[Condition, ...]] = {
    **{name: (_counts(name),) for name in FIELDS},
    "due_not_started": (_counts("starts_due"), _not("started_due")),
    "started_early": (_counts("started"), _not("started_due")),
    "due_not_completed": (_counts("completions_due"), _not("completed_due")),
    "completed_early": (_counts("completed"), _not("completed_due")),
}
COUNTED_NAMES: Mapping[str, str | Promise] = {
    **FIELD_NAMES,
    "due_not_started": _("应开未开项目"),
    "started_early": _("提前开工项目"),
    "due_not_completed": _("应竣未竣项目"),
    "completed_early": _("提前竣工项目"),
}
IN_PLAN = _counts("projects")
