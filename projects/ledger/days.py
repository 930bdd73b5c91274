"""Days as offices type them: exact ones, and vague ones ("2026年3月底", "上半年", "2023.9-2026.3") with their words.

What a vague word is taken for: a month, or a ten-day part of one, is its first day for a start and its last for
a finish; 初 and 底 are the first ten and the last day; a quarter, a half-year or a year is a deadline, so its
last day for both. Of a range a start takes the first day, a finish the last. None of it is exact, and whoever
reads such a day is told.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

from .cells import LONGEST, YEARS, UnreadableError, date_of, text_of
from .problems import Code


class Edge(Enum):
    """Which end of a span a date column speaks of."""

    START = "start"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Day:
    """``words`` is what was typed where that was no exact day, else empty."""

    on: date
    words: str = ""

    @property
    def is_vague(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day; ``is_deadline``: some time until the last, so a start is not its first day."""

    first: date
    last: date
    is_deadline: bool = False


def day_of(raw: Any, formats: Sequence[str], *, edge: Edge, year: int | None) -> Day:
    """The day, exact or vague. ``year`` is the ledger's, for days typed without one; None: those are refused.

    Raises ``UnreadableError``.
    """
    if not _is_vague_number(raw):
        try:
            return Day(date_of(raw, formats))
        except UnreadableError:
            if not isinstance(raw, str):
                raise
    words = text_of(raw) if isinstance(raw, str) else repr(raw).removesuffix(".0")
    if len(words) > LONGEST:
        raise UnreadableError(Code.BAD_DATE, "不是能识别的日期")
    return _vague_day(words, edge, year)


def _is_vague_number(raw: Any) -> bool:
    """2026, 2026.3, 202603 and 20260315 as Excel keeps them: nobody means the year 1905."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return False
    if not YEARS[0] <= raw <= YEARS[-1] * 10_000 + 1231:  # neither is what is no number
        return False
    if raw != int(raw):
        return int(raw) in YEARS and round(raw, 2) == raw
    return any(int(raw) // scale in YEARS for scale in (1, 100, 10_000))


@lru_cache(maxsize=20_000)
def _vague_day(words: str, edge: Edge, year: int | None) -> Day:
    span = _span(_plain(words), year) or _range(_plain(words), year)
    if span is None:
        raise UnreadableError(Code.BAD_DATE, "不是能识别的日期")
    if span.last.year not in YEARS:
        raise UnreadableError(Code.BAD_DATE, f"年份 {span.last.year} 不合理")
    on = span.first if edge is Edge.START and not span.is_deadline else span.last
    return Day(on, "" if _WHOLE_DAY.fullmatch(words) else words)


# --- Words ------------------------------------------------------------------------------------------

_ORNAMENTS = re.compile(
    r"^(?:计划|预计|拟|力争|确保|约|于|将|在)+|(?:[之以]?前后?|左右|内|开工|竣工|完工|完成|投产|建成)+$"
)
_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4", "首": "1"}
_RELATIVE = {
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "年": 0,
    "明年": 1,
    "次年": 1,
    "后年": 2,
}
_YEAR = r"(?:(?P<year>\d{4}|\d{2}(?=年))(?P<mark>年度?|[-/.])?|(?P<relative>[前去上今本当明次后]年度?))?"
_MONTH = r"(?P<month>\d{1,2})(?:月份?)?(?P<part>初|上旬|中旬|下旬|中|底|末|上|下)?"
_IN_MONTH = re.compile(_YEAR + _MONTH)
_WHOLE = re.compile(
    _YEAR + r"(?:第?(?P<quarter>[1-4一二三四首])季度?|(?P<half>[上下])半年|(?P<when>年?[初中底末])|年)?"
)
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})[月.](?P<day>\d{1,2})[日号]?")
_YEAR_MONTH = re.compile(r"(?P<year>\d{2})\.(?P<month>\d{1,2})")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_WHOLE_DAY = re.compile(r"\d{8}")
_JOINT = re.compile(r"[-—–―~～至到]+")
_PARTS = {
    "初": (1, 10),
    "上": (1, 10),
    "上旬": (1, 10),
    "中": (11, 20),
    "中旬": (11, 20),
    "下": (21, 31),
    "下旬": (21, 31),
}
_DOTTED_RANGE = re.compile(r"(\d{1,2})\.(\d{1,2})[-—–―~～至到]+(\d{1,2})\.(\d{1,2})")
_NEAR = 10  # years around the ledger's within which 26.3 is March 2026


def _plain(words: str) -> str:
    typed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))
    return _ORNAMENTS.sub("", typed)


def _span(typed: str, year: int | None) -> Span | None:
    """The days one expression covers; None when it is none."""
    for reading in (_exact, _packed, _short_year, _month_day, _in_month, _whole):
        try:
            if span := reading(typed, year):
                return span
        except (ValueError, OverflowError):  # the 31st of February, the year zero
            continue
    return None


def _exact(typed: str, _year: int | None) -> Span | None:
    try:
        day = date_of(typed, ())
    except UnreadableError:
        return None
    return Span(day, day)


def _packed(typed: str, _year: int | None) -> Span | None:
    """202603 and 20260315."""
    found = _PACKED.fullmatch(typed)
    if not found or int(found[1]) not in YEARS:
        return None
    if found[3]:
        day = date(*map(int, found.groups()))
        return Span(day, day)
    return _month(int(found[1]), int(found[2]), "")


def _short_year(typed: str, year: int | None) -> Span | None:
    """09.10 is October 2009 where that is near the ledger's year, else the tenth of September."""
    found = _YEAR_MONTH.fullmatch(typed)
    if not found:
        return None
    written, month = 2000 + int(found["year"]), int(found["month"])
    is_near = year is None or abs(written - year) <= _NEAR
    return _month(written, month, "") if is_near and 1 <= month <= 12 else None


def _month_day(typed: str, year: int | None) -> Span | None:
    found = _MONTH_DAY.fullmatch(typed)
    if not found or year is None:
        return None
    day = date(year, int(found["month"]), int(found["day"]))
    return Span(day, day)


def _in_month(typed: str, year: int | None) -> Span | None:
    found = _IN_MONTH.fullmatch(typed)
    if not found or (written := _year_of(found, year)) is None:
        return None
    is_told = found["mark"] or found["relative"] or "月" in typed
    return _month(written, int(found["month"]), found["part"] or "") if is_told else None


def _month(year: int, month: int, part: str) -> Span:
    last = monthrange(date(year, month, 1).year, month)[1]
    if part in {"底", "末"}:
        return Span(date(year, month, last), date(year, month, last))
    begins, ends = _PARTS.get(part, (1, 31))
    return Span(date(year, month, begins), date(year, month, min(ends, last)))


def _whole(typed: str, year: int | None) -> Span | None:
    """A year, a half of it, a quarter, its beginning, middle or end."""
    found = _WHOLE.fullmatch(typed)
    if not found or not typed or (written := _year_of(found, year)) is None:
        return None
    begins, ends = _months_of(found)
    return Span(date(written, begins, 1), _month(written, ends, "").last, is_deadline=True)


def _months_of(found: re.Match[str]) -> tuple[int, int]:
    if found["quarter"]:
        quarter = int(_DIGITS.get(found["quarter"], found["quarter"]))
        return 3 * quarter - 2, 3 * quarter
    if found["half"]:
        return (1, 6) if found["half"] == "上" else (7, 12)
    return {"初": (1, 3), "中": (4, 6), "底": (12, 12), "末": (12, 12)}.get((found["when"] or "")[-1:], (1, 12))


def _year_of(found: re.Match[str], year: int | None) -> int | None:
    if found["year"]:
        return int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    if found["relative"] and year is not None:
        return year + _RELATIVE[found["relative"].removesuffix("度")]
    return year if not found["relative"] else None


def _range(typed: str, year: int | None) -> Span | None:
    """Two expressions with a joint between; the second may leave out the year of the first."""
    if found := _DOTTED_RANGE.fullmatch(typed):
        return _dotted_range(found, year)
    for joint in _JOINT.finditer(typed):
        first, last = _span(typed[: joint.start()], year), None
        if first:
            last = _span(typed[joint.end() :], first.first.year)
        if first and last and first.first <= last.last:
            return Span(first.first, last.last)
    return None


def _dotted_range(found: re.Match[str], year: int | None) -> Span | None:
    """09.10-11.3: from October 2009 to March 2011, or within the ledger's year where that is likelier."""
    first, last = f"{found[1]}.{found[2]}", f"{found[3]}.{found[4]}"
    is_padded = found[1].startswith("0") and not found[4].startswith("0")  # months are padded only where days are
    near = None if is_padded else year
    try:
        begins, ends = _short_year(first, near), _short_year(last, near)
        if not (begins and ends):
            begins, ends = _month_day(first, year), _month_day(last, year)
    except ValueError:
        return None
    return Span(begins.first, ends.last) if begins and ends and begins.first <= ends.last else None
