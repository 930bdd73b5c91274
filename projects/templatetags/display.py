"""The filters of the pages: thin wraps of ``projects.figures``, so that a page, a document and an
export write a figure alike.

Filters on dates are handed moments in local time (``expects_localtime``): at 07:00 in Beijing, UTC
still says yesterday.
"""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.translation import gettext_lazy as _

from projects import figures

register = template.Library()

STAGE_WORDS = {"done": _("已完成"), "current": _("进行中"), "late": _("逾期"), "todo": _("未开始")}


def _exact(value: Decimal | int | None) -> Decimal | None:
    """Counts arrive as int; a float is refused, because it is no longer exact."""
    if isinstance(value, float):
        raise TypeError("a figure must be a Decimal, not a float")
    return None if value is None else Decimal(value)


def _day(value: date | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


@register.filter
def shown(value: Decimal | int | None, places: int = 2) -> str:
    return figures.shown(_exact(value), places)


@register.filter
def wan(value: Decimal | int | None) -> str:
    return figures.wan(_exact(value))


@register.filter
def yi(value: Decimal | int | None) -> str:
    return figures.yi(_exact(value))


@register.filter
def percent(value: Decimal | int | None, places: int = 2) -> str:
    return figures.percent(_exact(value), places)


@register.filter
def signed(value: Decimal | int | None, places: int = 2) -> str:
    return figures.signed(_exact(value), places)


@register.filter
def gap_pp(value: Decimal | int | None, places: int = 2) -> str:
    return figures.gap_pp(_exact(value), places)


@register.filter
def days_late(days: int | None) -> str:
    return figures.days_late(days)


@register.filter(expects_localtime=True)
def chinese_date(value: date | None) -> str:
    return figures.chinese_date(_day(value))


@register.filter(expects_localtime=True)
def compact_date(value: date | None) -> str:
    return figures.compact_date(_day(value))


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """A moment to the minute, for receipts and histories."""
    return figures.UNDEFINED if value is None else f"{value:%Y-%m-%d %H:%M}"


@register.filter
def stage_word(state: str) -> str:
    """The word beside the shape in the four-step bar."""
    return str(STAGE_WORDS[state])
