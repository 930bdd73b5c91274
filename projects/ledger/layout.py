"""How a file is laid out: where its header stands and which of its rows are no projects."""

from dataclasses import dataclass

SECTION, SECTION_FIRST, SECTION_SECOND = "〔分组〕", "〔分组一〕", "〔分组二〕"
SECTION_COLUMNS = (SECTION, SECTION_FIRST, SECTION_SECOND)


@dataclass(frozen=True)
class Layout:
    """Empty means: find out. ``header_row`` is the first of ``header_rows``, counted as Excel does.

    ``has_sections``: a row such as “一、市本级（48项）” stands for those below it, its words in the pseudo columns
    〔分组〕 (all of them), 〔分组一〕 and 〔分组二〕. ``has_totals`` and ``has_notes``: 合计 rows, notes and repeated
    headers are left out; each is told. ``fills_merged``: a cell merged over several rows counts for each.
    """

    encodings: tuple[str, ...] = ()
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1
    header_rows: int = 1
    has_sections: bool = False
    has_totals: bool = False
    has_notes: bool = False
    fills_merged: bool = False
