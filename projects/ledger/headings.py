"""Headings: put together from the lines they stand in, and made alike so that editions of one ledger meet."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from .cells import line_of
from .grids import Area

JOINT = "/"
OUR_COLUMNS = ("原行号", "不能导入的原因")  # what we write beside the rows that could not be imported
_UNIT = re.compile(r"[（(〔\[【,，/:：]\s*(?:单位[:：]?\s*)?(亿元|百万元|万元|千元|元)\s*(?:$|[）)〕\]】])")
_UNIT_ABOVE = re.compile(r"单位[:：]?\s*[（(]?\s*(亿元|百万元|万元|千元|元)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_BRACKETED = re.compile(r"[(\[〔【][^()\[\]〔〕【】]*[)\]〕】]")
_NUMBERED_MONTH = re.compile(r"(?<!\d)\d{1,2}(?=月)|(?<![\dn])\d{1,2}(?=[-—–~～至]+(?:\d{1,2}|n)月)")
_ORNAMENTS = re.compile(r"[\s_*★☆:：、,，.。'\"“”\-—–~～至]+")


def headings_of(lines: Sequence[Sequence[Any]], merged: Iterable[Area], *, first_row: int) -> list[str]:
    """One heading a column. Over several lines the upper words come first: 当年完成情况/1–N月累计完成投资.

    ``first_row`` is the line of the first, counted from one. A word above reaches as far as its cell is merged;
    where nothing is merged, over the blanks to its right that have words below.
    """
    if len(lines) == 1:
        return [line_of(cell) for cell in lines[0]]
    width = max(map(len, lines))
    words = [[line_of(cell) for cell in line] + [""] * (width - len(line)) for line in lines]
    top = first_row - 1
    areas = [area for area in merged if top <= area.first_row < top + len(lines)]
    for area in areas:
        _spread(words, area, top)
    if not areas:
        _reach_right(words)
    return [JOINT.join(dict.fromkeys(filter(None, column))) for column in zip(*words, strict=True)]


def _spread(words: list[list[str]], area: Area, top: int) -> None:
    word = words[area.first_row - top][area.first_column] if area.first_column < len(words[0]) else ""
    for row in range(area.first_row - top, min(area.last_row - top + 1, len(words))):
        for column in range(area.first_column, min(area.last_column + 1, len(words[0]))):
            words[row][column] = word


def _reach_right(words: list[list[str]]) -> None:
    for upper, lower in pairwise(words):
        for column in range(1, len(upper)):
            if not upper[column] and lower[column]:
                upper[column] = upper[column - 1]


def without_brackets(heading: str) -> str:
    """The heading without what stands in brackets: units, mostly."""
    return _BRACKETED.sub("", unicodedata.normalize("NFKC", heading)).strip()


def alike(heading: str) -> str:
    """The heading without units, brackets, blanks, capitals and the month it happens to name."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    bare = _BRACKETED.sub("", plain)
    numbered = _NUMBERED_MONTH.sub("n", _YEAR.sub("yyyy年", bare if _ORNAMENTS.sub("", bare) else plain))
    return _ORNAMENTS.sub("", re.sub(r"n[-—–~～至]+n月", "nn月", numbered))


def fingerprint(columns: Iterable[str]) -> str:
    """What tells a layout from others: next month's edition has the same, and so have its rejected rows. 32 signs."""
    own = [alike(column) for column in columns if column not in OUR_COLUMNS]
    return hashlib.sha256("\n".join(own).encode()).hexdigest()[:32]


def unit_in(heading: str) -> str:
    """The unit a heading names ("总投资（亿元）"), or nothing."""
    found = _UNIT.search(unicodedata.normalize("NFKC", heading))
    return found[1] if found else ""


def unit_above(text: str) -> str:
    """The unit a line above the table names ("单位：万元"), or nothing."""
    found = _UNIT_ABOVE.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


def year_in(text: str) -> int | None:
    """The year a title names ("2026年重点项目…"); None without one."""
    found = _YEAR.search(unicodedata.normalize("NFKC", text))
    return int(found[1]) if found else None
