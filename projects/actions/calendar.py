"""节假日: enter what the State Council announces each year, usually in November for the next."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from chinese_calendar import constants
from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import CalendarDay, User

from .permit_items import reckon_again

LONGEST_HOLIDAY = 15
SEED_YEARS = tuple(sorted(day.year for day in constants.holidays if (day.month, day.day) == (10, 1)))
"""The years whose announcements came with the installed package; what the office enters goes before it."""


@transaction.atomic
def enter_holiday(
    *, name: str, off: Collection[date], worked: Collection[date], by: User, at: datetime
) -> list[CalendarDay]:
    """One holiday as announced: the days off, and the weekend days worked in exchange (调休上班).

    A day entered before is replaced, and the audit keeps what it was. Raises ``RuleViolation``.
    """
    _refuse_unlikely(off, worked)
    days = [CalendarDay(day=day, is_workday=day in worked, name=name) for day in sorted({*off, *worked})]
    before = CalendarDay.objects.select_for_update().in_bulk([row.day for row in days])
    _store(days)
    changes = {row.day.isoformat(): [_said(before.get(row.day)), _said(row)] for row in days} | _moved(by)
    audit.record("calendar.holiday_entered", days[0], by=by, at=at, changes=changes)
    return days


@transaction.atomic
def withdraw_day(*, day: date, by: User, at: datetime) -> None:
    """Take back what was entered for a day: the week alone decides again."""
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise RuleViolation(f"{day.isoformat()} 没有登记安排，无须撤销。")
    CalendarDay.objects.filter(pk=row.pk).delete()
    changes = {day.isoformat(): [_said(row), None]} | _moved(by)
    audit.record("calendar.day_withdrawn", row, by=by, at=at, changes=changes)


@transaction.atomic
def take_known_year(*, year: int, by: User | None, at: datetime) -> int:
    """Fill a year from the installed package, leaving what the office entered; returns how many days were added.

    Raises ``RuleViolation`` for a year the package does not know.
    """
    if year not in SEED_YEARS:
        raise RuleViolation(f"系统没有 {year} 年的节假日安排，请按国务院办公厅通知逐项录入。")
    entered = set(CalendarDay.objects.of_year(year).values_list("day", flat=True))
    days = [row for row in _known_days(year) if row.day not in entered]
    if days:
        _store(days)
        changes = {row.day.isoformat(): [None, _said(row)] for row in days} | _moved(by)
        audit.record("calendar.year_taken", days[0], by=by, at=at, changes=changes)
    return len(days)


def _known_days(year: int) -> list[CalendarDay]:
    named = {constants.Holiday(holiday.value): holiday.chinese for holiday in constants.Holiday}
    return [
        CalendarDay(day=day, is_workday=worked, name=named[constants.Holiday(value)])
        for known, worked in ((constants.holidays, False), (constants.workdays, True))
        for day, value in known.items()
        if day.year == year
    ]


def _store(days: Iterable[CalendarDay]) -> None:
    CalendarDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["day"], update_fields=["is_workday", "name"]
    )


def _refuse_unlikely(off: Collection[date], worked: Collection[date]) -> None:
    """Slips of the hand that would move every limit reckoned in workdays."""
    if not off and not worked:
        raise RuleViolation("请填写放假日期。")
    if len(off) > LONGEST_HOLIDAY:
        raise RuleViolation(f"放假共 {len(off)} 天，超过 {LONGEST_HOLIDAY} 天，请核对起止日期。")
    for day in sorted(worked):
        if day in off:
            raise RuleViolation(f"{day.isoformat()} 既是放假日又是调休上班日，请核对。")
        if day.weekday() < 5:
            raise RuleViolation(f"{day.isoformat()} 不是周末，本来就上班，不必列为调休上班日。")


def _moved(by: User | None) -> dict[str, list[int | None]]:
    """A limit that runs is due on another day now, for as many permits as this says."""
    moved = reckon_again(by=by)
    return {"应办结日期随之变动的审批事项": [None, moved]} if moved else {}


def _said(row: CalendarDay | None) -> str | None:
    return f"{row.name}{'调休上班' if row.is_workday else '放假'}" if row else None
