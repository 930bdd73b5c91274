"""列对应: which column of a ledger means what. ``docs/mappings/README.md`` describes the JSON that says it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from functools import cached_property
from typing import Any

from projects.errors import RuleViolation

from .cells import line_of

PROJECT_UNITS = ("lead_unit", "responsible_unit", "owner_org", "contractor", "supervisor_org", "town")
PROJECT_CHOICES = (
    "focus_area", "level", "construction_nature", "origin", "approval_route", "management_class", "industry_rank",
)  # fmt: skip
PROJECT_TEXTS = {"name": 200, "code": 40, "national_code": 24, "industry": 50, "investor": 100, "location": 200,
                 "scale": 10_000, "note": 10_000}  # fmt: skip
MILESTONE_DATES = ("planned_start_on", "planned_on", "forecast_on", "started_on", "actual_on")
MILESTONE_AMOUNTS = ("budget_amount", "estimate_amount", "spent_amount")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class WrongMapping(RuleViolation):
    """The mapping cannot be used; the message says what, where and how to mend it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"列对应有误（{where}）：{what}")


class Status(Enum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class Meaning(Enum):
    """What a code that stands in place of a value says."""

    BLANK = "blank"  # nothing
    NOT_STARTED = "not_started"  # there is no date yet, and that is in order
    CODED = "coded"  # the value is kept elsewhere; reported


@dataclass(frozen=True)
class StandIn:
    """A code that stands where a date or an amount should."""

    means: Meaning
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """How the file is laid out. Empty means: find out."""

    encodings: tuple[str, ...] = ()
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True)
class Source:
    """Where a text comes from: a column, several columns in a template, or a constant.

    ``values`` translates what stands there (without regard to capitals); ``otherwise`` is taken when it
    stands empty or is not in the table. A closed source yields nothing but what its table holds.
    """

    column: str = ""
    template: str = ""
    constant: str = ""
    values: Mapping[str, str] | None = None
    otherwise: str = ""
    is_closed: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return (self.column,) if self.column else tuple(map(line_of, PLACEHOLDER.findall(self.template)))

    def filled(self, texts: Mapping[str, str]) -> str:
        """The template with its blanks filled; empty when all of them are."""
        if not any(texts.values()):
            return ""
        return line_of(PLACEHOLDER.sub(lambda found: texts[line_of(found[1])], self.template))


@dataclass(frozen=True)
class DateColumn:
    column: str
    formats: tuple[str, ...]


@dataclass(frozen=True)
class AmountColumn:
    column: str
    unit: str


@dataclass(frozen=True)
class LedgerMapping:
    source: str
    title: str
    layout: Layout
    stand_ins: Mapping[str, StandIn]  # by code in capitals; one that ends in * covers all that begin so
    project_key: tuple[str, ...]
    project: Mapping[str, Source]
    code_prefix: str
    milestone_key: tuple[str, ...]
    milestone: Mapping[str, Source]
    dates: Mapping[str, DateColumn]
    amounts: Mapping[str, AmountColumn]
    started_with: frozenset[str]
    sums_budgets: bool
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def stand_in(self, text: str) -> StandIn | None:
        code = text.upper()
        return self.stand_ins.get(code) or next(
            (self.stand_ins[start] for start in self._beginnings if code.startswith(start[:-1])), None
        )

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(code for code in self.stand_ins if code.endswith("*"))

    def columns(self) -> frozenset[str]:
        """Every column the mapping speaks of."""
        sources = [*self.project.values(), *self.milestone.values()]
        named = [name for source in sources for name in source.columns]
        dated = [one.column for one in self.dates.values()]
        summed = [one.column for one in self.amounts.values()]
        return frozenset([*self.project_key, *self.milestone_key, *named, *dated, *summed])

    def check_columns(self, found: Iterable[str]) -> None:
        """Raises ``WrongMapping`` unless the file has each column it speaks of exactly once."""
        present = list(found)
        missing = sorted(name for name in self.columns() if name not in present)
        if missing:
            named = "、".join(_with_neighbour(name, present) for name in missing)
            raise WrongMapping("列名", f"文件中没有这些列：{named}。请核对表头所在行（header_row）和列名。")
        twice = sorted(name for name in self.columns() if present.count(name) > 1)
        if twice:
            raise WrongMapping("列名", f"文件中有重名的列：{'、'.join(twice)}，无法确定用哪一列，请先改名。")


def _with_neighbour(name: str, present: list[str]) -> str:
    near = get_close_matches(name, present, 1)
    return f"“{name}”（文件中有“{near[0]}”）" if near else f"“{name}”"
