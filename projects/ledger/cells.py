"""Single cells: what people type into dates and amounts, read exactly or refused in words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from projects import formulas

from .problems import Code

YEARS = range(1900, 2101)
UNITS = {
    "元": Decimal("0.0001"), "千元": Decimal("0.1"), "thousand": Decimal("0.1"),
    "万元": Decimal(1), "百万元": Decimal(100), "million": Decimal(100), "亿元": Decimal(10_000),
}  # fmt: skip
LARGEST = Decimal(10) ** 12  # what Decimal(16, 4) holds, 万元
_CENT = Decimal("0.0001")
LONGEST = 60  # signs in a date or an amount
_EXCEL_EPOCH = date(1899, 12, 30)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_ISO_LIKE = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
_WITH_UNIT = re.compile(r"(.*?)\s*(亿元|百万元|万元|千元|亿|万|元)")


@dataclass
class UnreadableError(Exception):
    """A cell that says something we cannot take. The message ends without a full stop."""

    code: Code
    message: str


def text_of(raw: Any) -> str:
    """The cell as a person reads it: blanks stripped, invisible signs and the formula mark removed."""
    if isinstance(raw, str):
        text = raw.strip()
        if not text.isprintable():
            text = _INVISIBLE.sub("", text).strip()
        return formulas.unguarded(text).strip() if text.startswith(formulas.MARK) else text
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime) and not (raw.hour or raw.minute or raw.second):
        return raw.date().isoformat()
    return str(raw)


def line_of(raw: Any) -> str:
    """As ``text_of``, on one line with single blanks: for names and keys."""
    return " ".join(text_of(raw).split())


def date_of(raw: Any, formats: Sequence[str]) -> date:
    """A day. Raises ``UnreadableError``."""
    if isinstance(raw, datetime):
        return _plausible(raw.date())
    if isinstance(raw, date):
        return _plausible(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _excel_day(raw)
    text = text_of(raw)
    if len(text) > LONGEST:
        raise UnreadableError(Code.BAD_DATE, "不是能识别的日期")
    return _date_of_text(text, tuple(formats))


@lru_cache(maxsize=20_000)
def _date_of_text(text: str, formats: tuple[str, ...]) -> date:
    typed = unicodedata.normalize("NFKC", text)
    for form in formats:
        try:
            return _plausible(datetime.strptime(typed, form).date())  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    match = _ISO_LIKE.fullmatch(typed)
    if not match:
        raise UnreadableError(Code.BAD_DATE, "不是能识别的日期")
    try:
        return _plausible(date(*map(int, match.groups())))
    except ValueError:
        raise UnreadableError(Code.BAD_DATE, "历法上没有这一天") from None


def _excel_day(number: float) -> date:
    if not 1 <= number < 100_000:
        raise UnreadableError(Code.BAD_DATE, "不是能识别的日期")
    return _plausible(_EXCEL_EPOCH + timedelta(days=int(number)))


def _plausible(day: date) -> date:
    if day.year not in YEARS:
        raise UnreadableError(Code.BAD_DATE, f"年份 {day.year} 不合理")
    return day


def amount_of(raw: Any, unit: str) -> Decimal:
    """万元, to the 元. A unit written in the cell goes before the column's. Raises ``UnreadableError``."""
    if isinstance(raw, bool | date | timedelta):
        raise UnreadableError(Code.BAD_AMOUNT, "不是金额")
    typed = unicodedata.normalize("NFKC", text_of(raw) if isinstance(raw, str) else repr(raw))
    if len(typed) > LONGEST:
        raise UnreadableError(Code.BAD_AMOUNT, "不是能识别的金额")
    return _amount_of_text(typed, unit)


@lru_cache(maxsize=20_000)
def _amount_of_text(typed: str, unit: str) -> Decimal:
    written = _WITH_UNIT.fullmatch(typed)
    if written:
        typed, sign = written.groups()
        unit = {"亿": "亿元", "万": "万元"}.get(sign, sign)
    number = _without_ornaments(typed)
    if number.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        raise UnreadableError(Code.BAD_AMOUNT, "不是有限的数")
    if not _NUMBER.fullmatch(number):
        raise UnreadableError(Code.BAD_AMOUNT, "不是能识别的金额")
    value = Decimal(number.replace(",", "")) * UNITS[unit]
    if value.adjusted() > LARGEST.adjusted() or abs(rounded := _to_the_yuan(value)) >= LARGEST:
        raise UnreadableError(Code.TOO_LARGE, "超出可登记的范围（一万亿万元）")
    return rounded


def percent_of(raw: Any, *, is_ratio: bool) -> Decimal:
    """Percent, to four places. ``is_ratio``: bare numbers are shares of one, as Excel keeps 12.5%.

    Raises ``UnreadableError``.
    """
    if isinstance(raw, bool | date | timedelta):
        raise UnreadableError(Code.BAD_NUMBER, "不是百分数")
    typed = unicodedata.normalize("NFKC", text_of(raw) if isinstance(raw, str) else repr(raw))
    number = _without_ornaments(typed.removesuffix("%")) if len(typed) <= LONGEST else ""
    scale = 100 if is_ratio and not typed.endswith("%") else 1
    return _number(number, Decimal(100_000), "百分数") * scale


def coordinate_of(raw: Any, *, largest: int) -> Decimal:
    """Degrees, to six places, between minus and plus ``largest``. Raises ``UnreadableError``."""
    typed = unicodedata.normalize("NFKC", text_of(raw) if isinstance(raw, str) else repr(raw))
    return _number(typed.rstrip("°") if len(typed) <= LONGEST else "", Decimal(largest), "经纬度").quantize(
        Decimal("0.000001"), ROUND_HALF_UP
    )


def _number(typed: str, largest: Decimal, called: str) -> Decimal:
    if not _NUMBER.fullmatch(typed):
        raise UnreadableError(Code.BAD_NUMBER, f"不是能识别的{called}")
    value = Decimal(typed.replace(",", ""))
    if value.adjusted() > largest.adjusted() or abs(value) > largest:
        raise UnreadableError(Code.BAD_NUMBER, f"不是合理的{called}")
    return _to_the_yuan(value) if called == "百分数" else value


def _to_the_yuan(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP) + 0


def _without_ornaments(typed: str) -> str:
    """Currency signs and blanks off; (1,234) is the book-keeper's minus."""
    bare = re.sub(r"[\s¥￥$£€]", "", typed)
    return f"-{bare[1:-1]}" if bare.startswith("(") and bare.endswith(")") else bare
