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
from .days import Edge
from .layout import SECTION_COLUMNS, Layout

PROJECT_UNITS = ("lead_unit", "responsible_unit", "owner_org", "contractor", "supervisor_org", "town")
PROJECT_CHOICES = (
    "focus_area", "level", "construction_nature", "origin", "approval_route", "management_class", "industry_rank",
)  # fmt: skip
PROJECT_TEXTS = {"name": 200, "code": 40, "national_code": 24, "industry": 50, "investor": 100, "location": 200,
                 "scale": 10_000, "note": 10_000}  # fmt: skip
MILESTONE_DATES = ("planned_start_on", "planned_on", "forecast_on", "started_on", "actual_on")
MILESTONE_AMOUNTS = ("budget_amount", "estimate_amount", "spent_amount")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


MONTH_AMOUNTS = tuple(f"month_{month}" for month in range(1, 13))
STARTS = frozenset({"planned_start_on", "started_on", "ceremony_on", "built_from"})  # the other dates are finishes


@dataclass(frozen=True)
class Part:
    """A part of the mapping beside ``project``: what it may hold; of texts also the longest length."""

    texts: Mapping[str, int] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        return (*self.texts, *self.choices, *self.dates, *self.amounts, *self.numbers)


# What a ledger of one row a project may say beside the project's own fields, as the register names it.
PARTS = {
    "facts": Part(
        amounts=("total_investment", "original_total_investment"),
        dates=("ceremony_on", "started_on", "stat_entry_on", "works_finished_on", "accepted_on", "handed_over_on",
               "commissioned_on", "built_from", "built_to"),
        numbers=("longitude", "latitude"),
    ),
    "plan": Part(
        texts={"physical_goal": 300},
        choices=("category", "completes_this_year"),
        dates=("planned_start_on", "planned_finish_on"),
        amounts=("annual_plan_amount", "cumulative_before_year", *MONTH_AMOUNTS),
    ),
    "people": Part(texts={"linked_leader": 100, "responsible_person": 100, "liaison": 100}),
    "reported": Part(
        texts={"physical_progress": 500, "problems_text": 10_000, "delay_reason": 10_000},
        amounts=("period_amount", "ytd_amount", "since_start_amount"),
        numbers=("plan_rate",),
    ),
}  # fmt: skip


class Rows(Enum):
    """What one row of the ledger is."""

    MILESTONE = "milestone"
    PROJECT = "project"


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
    """``edge`` None: exact days only; else vague ones are read as that end of the span they name."""

    column: str
    formats: tuple[str, ...]
    edge: Edge | None = None


@dataclass(frozen=True)
class AmountColumn:
    column: str
    unit: str


@dataclass(frozen=True)
class NumberColumn:
    """Degrees, or percent; ``is_ratio``: bare numbers are shares of one, as Excel keeps a percentage."""

    column: str
    is_ratio: bool = False


@dataclass(frozen=True)
class Columns:
    """Where the fields of one part stand."""

    texts: Mapping[str, Source] = field(default_factory=dict)
    dates: Mapping[str, DateColumn] = field(default_factory=dict)
    amounts: Mapping[str, AmountColumn] = field(default_factory=dict)
    numbers: Mapping[str, NumberColumn] = field(default_factory=dict)

    def named(self) -> list[str]:
        """Every column they speak of."""
        typed: list[DateColumn | AmountColumn | NumberColumn] = [*self.dates.values(), *self.amounts.values()]
        typed.extend(self.numbers.values())
        return [name for source in self.texts.values() for name in source.columns] + [one.column for one in typed]


@dataclass(frozen=True)
class NodeColumns:
    """One milestone that every row may have in columns of its own; ``stage`` is as stored."""

    name: str
    stage: str
    dates: Mapping[str, DateColumn]


@dataclass(frozen=True)
class LedgerMapping:
    """``year`` is the ledger's: for days typed without one, and the year of its plan; None: unknown."""

    source: str
    title: str
    layout: Layout
    stand_ins: Mapping[str, StandIn]  # by code in capitals; one that ends in * covers all that begin so
    project_key: tuple[str, ...]
    project: Mapping[str, Source]
    code_prefix: str
    rows: Rows = Rows.MILESTONE
    year: int | None = None
    milestone_key: tuple[str, ...] = ()
    milestone: Mapping[str, Source] = field(default_factory=dict)
    dates: Mapping[str, DateColumn] = field(default_factory=dict)
    amounts: Mapping[str, AmountColumn] = field(default_factory=dict)
    started_with: frozenset[str] = frozenset()
    sums_budgets: bool = False
    parts: Mapping[str, Columns] = field(default_factory=dict)  # of a ledger of projects, by the names of PARTS
    nodes: tuple[NodeColumns, ...] = ()
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def stand_in(self, text: str) -> StandIn | None:
        code = text.upper()
        found = self.stand_ins.get(code)
        if found or not self._beginnings:
            return found
        return next((self.stand_ins[start] for start in self._beginnings if code.startswith(start[:-1])), None)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(code for code in self.stand_ins if code.endswith("*"))

    @cached_property
    def constants(self) -> frozenset[str]:
        """The texts beside the project's own that are the same for every row, as ``part.name``."""
        return frozenset(
            f"{part}.{name}"
            for part, columns in self.parts.items()
            for name, source in columns.texts.items()
            if source.constant
        )

    def column_of(self, path: str) -> str:
        """The column in which ``part.name`` stands; empty where it is a constant or not in the mapping."""
        part, _, name = path.partition(".")
        columns = Columns(texts=self.project) if part == "project" else self.parts.get(part, Columns())
        if name in columns.texts:
            return next(iter(columns.texts[name].columns), "")
        typed: Mapping[str, Any] = {**columns.dates, **columns.amounts, **columns.numbers}
        return str(typed[name].column) if name in typed else ""

    def columns(self) -> frozenset[str]:
        """Every column the mapping speaks of."""
        sources = Columns(texts=self.project), Columns(self.milestone, self.dates, self.amounts)
        nodes = [Columns(dates=node.dates) for node in self.nodes]
        named = [name for columns in (*sources, *self.parts.values(), *nodes) for name in columns.named()]
        return frozenset([*self.project_key, *self.milestone_key, *named])

    def check_columns(self, found: Iterable[str]) -> None:
        """Raises ``WrongMapping`` unless the file has each column it speaks of exactly once."""
        present = [*found, *(SECTION_COLUMNS if self.layout.has_sections else ())]
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
