"""原话: every field a row of a ledger of projects states, in a short form, so that saying it again is recognised."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

from .project_rows import ProjectRow, Values
from .rows import LedgerRow

_LONGEST = 24  # signs; what is longer is kept by its digest
_NOT_YET = "-"
Said = dict[str, str]


def stated(row: ProjectRow, *, year: int | None, constants: Collection[str] = ()) -> Said:
    """What the row says, by the names of the mapping; blank cells, what stands in for them and constants say nothing.

    The plan is that of ``year``: another year's says something new.
    """
    said = {
        f"project.{name}": _short(text)
        for name, text in row.project.items()
        if text and name != "code" and name not in row.defaults
    }
    for part, values in row.parts.items():
        prefix = plan_of(year) if part == "plan" else part
        for name, value in _given(values):
            if f"{part}.{name}" not in constants:
                said[f"{prefix}.{name}"] = _short(value)
    for node in row.milestones:
        said[f"milestones.{node.milestone_key}"] = digest_of(node)
    return said


def plan_of(year: int | None) -> str:
    """The part under which what is said of this year's plan stands."""
    return f"plan-{year}"


def digest(*said: object) -> str:
    """What a ledger said, so that saying it again is recognised."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def digest_of(row: LedgerRow) -> str:
    dates, amounts = sorted(row.dates.items()), sorted(row.amounts.items())
    return digest(row.name, row.stage, row.status, dates, amounts, sorted(row.nothing))


def _given(values: Values) -> Iterator[tuple[str, Any]]:
    for named in (values.texts, values.dates, values.amounts, values.numbers):
        for name, value in named.items():
            if name in values.nothing:
                yield name, _NOT_YET
            elif value is not None and value != "":
                yield name, value


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
