"""How a figure is written: one spelling for pages, documents and exports.

Everything stays exact until here. Amounts come in 万元, rates in percent, gaps in percentage
points; what is undefined comes as ``None`` and is written "—".
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

UNDEFINED = "—"


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as the bulletins do it; never a negative zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def shown(value: Decimal | None, places: int) -> str:
    """The one place a figure is rounded: half up, trailing zeros kept, or a dash when undefined."""
    return UNDEFINED if value is None else str(rounded(value, places))


def grouped(value: Decimal | None, places: int) -> str:
    """``shown`` with thousands separators, for amounts and counts."""
    return UNDEFINED if value is None else f"{rounded(value, places):,}"


def wan(value: Decimal | None) -> str:
    """An amount in 万元, without decimals; the unit stands in the header."""
    return grouped(value, 0)


def exactly(value: Decimal) -> str:
    """With every decimal that is there: what has to add up exactly is not shown rounded."""
    return grouped(value, 0) if value == value.to_integral_value() else f"{value.normalize():,f}"


def yi(value: Decimal | None) -> str:
    """An amount of 万元 written in 亿元, with two decimals; the unit stands in the header."""
    return UNDEFINED if value is None else grouped(value.scaleb(-4), 2)


def percent(value: Decimal | None, places: int = 2) -> str:
    """A rate with its sign: two decimals in tables, one in prose."""
    return UNDEFINED if value is None else f"{shown(value, places)}%"


def signed(value: Decimal | None, places: int = 2) -> str:
    """A difference with its sign in front, for a column whose header names the unit."""
    if value is None:
        return UNDEFINED
    printed = rounded(value, places)
    return f"{printed:+,}" if printed else str(printed)


def gap_pp(value: Decimal | None, places: int = 2) -> str:
    """超(欠)进度 in words. The word follows the printed figure: what prints as zero is 持平."""
    if value is None:
        return UNDEFINED
    printed = rounded(value, places)
    if not printed:
        return "持平"
    return f"{'超' if printed > 0 else '欠'} {abs(printed)} 个百分点"


def days_late(days: int | None) -> str:
    """Lateness in calendar days; nought or fewer is not late."""
    if days is None:
        return UNDEFINED
    return f"逾期 {days:,} 天" if days > 0 else "未逾期"


def chinese_date(day: date | None) -> str:
    """As a document writes it: 2026年3月5日, without leading zeros (GB/T 9704)."""
    return UNDEFINED if day is None else f"{day.year}年{day.month}月{day.day}日"


def compact_date(day: date | None) -> str:
    """As a table writes it, so that a column lines up and sorts."""
    return UNDEFINED if day is None else day.isoformat()
