"""不能导入的行: the kept file read again for the rows that were rejected, as they stood, with their reasons."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.actions import stored_files
from projects.ledger.cells import line_of
from projects.ledger.files import Table, open_grids
from projects.ledger.grids import Area, Grid, RawLine
from projects.ledger.layout import Layout
from projects.ledger.problems import Code
from projects.ledger.row_kinds import RowJudge
from projects.models import LedgerImport

from .mappings import kept_mapping


@dataclass(frozen=True)
class RejectedRow:
    """``number`` is the row in the file. A section row, which only says where the next one stands, has no reasons."""

    number: int
    cells: Sequence[Any]
    reasons: str


@dataclass(frozen=True)
class RejectedRows:
    """``head`` is everything down to the header; ``columns`` its headings, ``header_row`` the first line of them."""

    sheet: str
    columns: Sequence[str]
    header_row: int
    head: Sequence[RawLine]
    merged: Sequence[Area]
    rows: Iterator[RejectedRow]


def rejected_rows(ledger_import: LedgerImport) -> RejectedRows:
    """The rows that were not imported. Mended, the same mapping reads them. Raises ``RuleViolation``."""
    layout = kept_mapping(ledger_import.mapping).layout
    grid = open_grids(stored_files.where(ledger_import.file), layout)[0]
    table = Table(grid, layout)
    last = table.last_header_row
    return RejectedRows(
        sheet=layout.sheet or grid.name,
        columns=table.columns,
        header_row=layout.header_row,
        head=[line for line, _ in zip(grid.lines(), range(last), strict=False)],
        merged=[area for area in grid.merged if area.last_row < last],
        rows=_rows(grid, RowJudge(table.columns, layout), layout, last, _reasons(ledger_import)),
    )


def _reasons(ledger_import: LedgerImport) -> Mapping[int, str]:
    """What is wrong with each rejected row, all of it."""
    rejected = set(ledger_import.problems.filter(is_rejection=True).values_list("row", flat=True))
    said: dict[int, list[str]] = defaultdict(list)
    for row, column, message in ledger_import.problems.values_list("row", "column", "message").iterator():
        if row in rejected:
            said[row].append(f"{column}：{message}" if column else message)
    return {row: "".join(messages) for row, messages in said.items()}


def _rows(
    grid: Grid, judge: RowJudge, layout: Layout, last_header_row: int, reasons: Mapping[int, str]
) -> Iterator[RejectedRow]:
    sections: list[RawLine] = []  # those above the next row, not yet told
    for number, cells in grid.lines():
        if number <= last_header_row or not any(map(line_of, cells)):
            continue
        if layout.has_sections and judge.judge(cells).code is Code.SECTION:
            sections = [*_still_above(sections, judge), (number, cells)]
        elif number in reasons:
            yield from (RejectedRow(above, said, "") for above, said in sections)
            sections = []
            yield RejectedRow(number, cells, reasons[number])


def _still_above(sections: list[RawLine], judge: RowJudge) -> list[RawLine]:
    """A section of the second level stands below one of the first; one of the first begins anew."""
    return sections[:1] if judge.is_within_another else []
