"""设置 → 节假日: the year as announced, and where the office enters the next."""

import calendar as weeks
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects import tasks
from projects.actions import calendar as actions
from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import CalendarDay
from projects.roles import Duty
from projects.views.forms import DayField
from projects.views.settings import settings_tabs
from projects.workdays import Announced, workdays_between

_YEARS = range(2004, 2100)
_ANNOUNCED_FROM = 11  # the month in which the next year is usually announced


class HolidayForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("节日"), max_length=50)
    first = DayField(label=gettext_lazy("放假第一天"))
    last = DayField(label=gettext_lazy("放假最后一天"))
    worked = forms.CharField(
        label=gettext_lazy("调休上班日"),
        required=False,
        help_text=gettext_lazy("如 2026-09-20、2026-10-10；没有就不填。"),
    )

    def clean_worked(self) -> list[date]:
        found = re.findall(r"[^\s,，、;；]+", self.cleaned_data["worked"])
        try:
            return [date.fromisoformat(text) for text in found]
        except ValueError as error:
            raise forms.ValidationError(_("看不懂这个日期，请写成 2026-10-10 的样子，多个用顿号隔开。")) from error

    def days_off(self) -> list[date]:
        """Every day of the holiday; backwards there is none, and the action says so."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@requires(*READERS)
def calendar_year(request: SignedInRequest) -> HttpResponse:
    return _page(request, _year_asked(request), HolidayForm())


@require_POST
@requires(Duty.EDIT_REGISTER)
def holiday_enter(request: SignedInRequest) -> HttpResponse:
    form = HolidayForm(request.POST)
    if form.is_valid():
        name, worked = form.cleaned_data["name"], form.cleaned_data["worked"]
        at = timezone.now()
        try:
            days = actions.enter_holiday(name=name, off=form.days_off(), worked=worked, by=request.user, at=at)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            tasks.ask_for_replan(at=at)
            said = _("已录入%(name)s，共 %(count)d 天；各项目的倒排计划正在重新推算。")
            messages.success(request, said % {"name": name, "count": len(days)})
            return _back_to(days[0].day.year)
    return _page(request, _year_asked(request), form)


@require_POST
@requires(Duty.EDIT_REGISTER)
def calendar_day_withdraw(request: SignedInRequest, day: str) -> HttpResponse:
    try:
        meant = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    at = timezone.now()
    actions.withdraw_day(day=meant, by=request.user, at=at)
    tasks.ask_for_replan(at=at)
    said = _("已撤销 %(day)s 的安排，按星期确定是否上班；各项目的倒排计划正在重新推算。")
    messages.success(request, said % {"day": compact_date(meant)})
    return _back_to(meant.year)


@require_POST
@requires(Duty.EDIT_REGISTER)
def calendar_year_take(request: SignedInRequest, year: int) -> HttpResponse:
    at = timezone.now()
    count = actions.take_known_year(year=year, by=request.user, at=at)
    tasks.ask_for_replan(at=at)
    said = _("已载入 %(year)d 年节假日安排 %(count)d 天；各项目的倒排计划正在重新推算。")
    messages.success(request, said % {"year": year, "count": count})
    return _back_to(year)


def _back_to(year: int) -> HttpResponse:
    return redirect(f"{reverse('calendar')}?year={year}")


def _year_asked(request: SignedInRequest) -> int:
    asked = request.GET.get("year", "")
    year = int(asked[:5]) if asked.isdecimal() else timezone.localdate().year  # five digits are no year already
    if year not in _YEARS:
        raise Http404
    return year


def _page(request: SignedInRequest, year: int, form: HolidayForm) -> HttpResponse:
    today = timezone.localdate()
    rows = {row.day: row for row in CalendarDay.objects.filter(day__year__in={year, today.year, today.year + 1})}
    announced = Announced({row.day: row.is_workday for row in rows.values()})
    context = {
        "title": _("节假日"),
        "settings": settings_tabs("calendar"),
        "as_of": _("按国务院办公厅每年公布的放假安排；未录入的年份按周一至周五计算工作日。"),
        "year": year,
        "years": [{"label": str(y), "url": f"?year={y}", "current": y == year} for y in range(year - 1, year + 2)],
        "is_known": year in announced.years,
        "can_take": year in actions.SEED_YEARS and year not in announced.years,
        "missing": _missing(announced, today),
        "workdays": workdays_between(date(year - 1, 12, 31), date(year, 12, 31), announced).value,
        "holidays": list(_holidays(row for day, row in sorted(rows.items()) if day.year == year)),
        "months": [_month(year, month, rows, announced) for month in range(1, 13)],
        "can_edit": request.user.duties.include(Duty.EDIT_REGISTER),
        "form": form,
    }
    return render(request, "projects/calendar_year.html", context)


def _missing(announced: Announced, today: date) -> dict[str, object] | None:
    """This year unknown is wrong now; the next one only from the month in which it is announced."""
    due = [today.year, *([today.year + 1] if today.month >= _ANNOUNCED_FROM else [])]
    year = next((year for year in due if year not in announced.years), None)
    return {"year": year, "url": f"?year={year}"} if year else None


def _holidays(rows: Iterator[CalendarDay]) -> Iterator[dict[str, object]]:
    """One line per holiday, as the announcement writes it, in the order of the year."""
    by_name: dict[str, list[CalendarDay]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    for name, days in sorted(
        by_name.items(), key=lambda item: min(item[1], key=lambda row: (row.is_workday, row.day)).day
    ):
        off = [row.day for row in days if not row.is_workday]
        worked = [row.day for row in days if row.is_workday]
        yield {
            "name": name,
            "off": "、".join(_spans(off)) or "—",
            "count": len(off),
            "worked": _list(worked),
            "days": days,
        }


def _spans(days: list[date]) -> Iterator[str]:
    """Neighbouring days as “10月1日至7日”."""
    for _key, group in groupby(enumerate(days), key=lambda pair: pair[1].toordinal() - pair[0]):
        found = [day for _number, day in group]
        first, last = found[0], found[-1]
        until = f"至{f'{last.month}月' if last.month != first.month else ''}{last.day}日"
        yield f"{first.month}月{first.day}日{until if last > first else ''}"


def _list(days: list[date]) -> str:
    return "、".join(f"{day.month}月{day.day}日" for day in days) or "—"


def _month(year: int, month: int, rows: Mapping[date, CalendarDay], announced: Announced) -> dict[str, Any]:
    last = date(year, month, weeks.monthrange(year, month)[1])
    grid = weeks.Calendar().monthdatescalendar(year, month)
    return {
        "number": month,
        "workdays": workdays_between(date(year, month, 1) - timedelta(days=1), last, announced).value,
        "weeks": [[_cell(day, rows.get(day)) if day.month == month else None for day in week] for week in grid],
    }


def _cell(day: date, row: CalendarDay | None) -> dict[str, object]:
    if row is None:
        return {"number": day.day, "look": "free" if day.weekday() >= 5 else "", "mark": "", "name": ""}
    look, mark = ("worked", _("班")) if row.is_workday else ("off", _("休"))
    return {"number": day.day, "look": look, "mark": mark, "name": row.name}
