"""各部门用时: permits and coordination requests, department by department, against their limits."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import chinese_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from projects.sheets import Column, Kind, Sheet
from scheduling.as_of import AsOf, asked
from scheduling.hold_times import hold_times
from scheduling.permit_league import OfAgency, OfItem
from scheduling.views.agency_lines import agency_line

DEPARTMENTS = 12  # a page of them, each with all its items


class Line(NamedTuple):
    agency: str
    item: OfItem


@requires(*READERS)
def hold_time_table(request: SignedInRequest) -> HttpResponse:
    as_of = asked(request.GET, today=timezone.localdate())
    found = _found(request, as_of)
    page = page_of(found, request, per_page=DEPARTMENTS)
    shown = {
        "title": _("各部门用时"),
        "as_of": as_of.in_words(),
        "on": as_of.on,
        "moments": as_of.moments(today=timezone.localdate()),
        "headline": _headline(found, as_of),
        "is_late": any(each.overdue for each in found),
        "agencies": [agency_line(each) for each in page],
        "page": page,
        "year": as_of.on.year,
        "export_url": f"{reverse('hold_times_export')}?{as_of.address()}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/hold_times.html", shown)


@requires(Duty.EXPORT)
def hold_times_export(request: SignedInRequest) -> FileResponse:
    as_of, now = asked(request.GET, today=timezone.localdate()), timezone.now()
    lines = _lines(_found(request, as_of))
    return sheets.download(_sheet(lines, as_of=as_of.as_printed(at=now).in_words()), by=request.user, at=now)


def _found(request: SignedInRequest, as_of: AsOf) -> list[OfAgency]:
    return hold_times(KeyProject.objects.visible_to(request.user), on=as_of.on, known_at=as_of.known_at)


def _headline(found: list[OfAgency], as_of: AsOf) -> str:
    said = {
        "day": chinese_date(as_of.on),
        "agencies": len(found),
        "running": sum(each.running for each in found),
        "overdue": sum(each.overdue for each in found),
        "decided": sum(each.decided for each in found),
        "over": sum(each.over_limit for each in found),
    }
    running = _("截至%(day)s，%(agencies)d 个部门在办 %(running)d 项，其中逾期 %(overdue)d 项；")
    decided = _("本年已办 %(decided)d 项，其中超时 %(over)d 项。")
    return (running + decided) % said


def _lines(found: Iterable[OfAgency]) -> Iterator[Line]:
    return (Line(agency.agency, item) for agency in found for item in agency.items)


def _sheet(lines: Iterable[Line], *, as_of: str) -> Sheet[Line]:
    def tally(name: str) -> Column[Line]:
        label, kind, definition = _TALLY[name]
        return Column(label, lambda row: getattr(row.item.tally, name), kind, definition=definition, unit=_UNITS[kind])

    columns: list[Column[Line]] = [
        Column("部门", lambda row: row.agency or "没有登记审批部门"),
        Column("事项", lambda row: row.item.name, definition="审批事项，或按问题类别的协调请求"),
        Column("计时单位", lambda row: "工作日" if row.item.in_workdays else "天"),
        *map(tally, _TALLY),
    ]
    return Sheet(title="各部门用时", as_of=as_of, columns=columns, rows=lines)


_UNITS = {Kind.NUMBER: "", Kind.AMOUNT: "计时单位", Kind.RATE: ""}
_TALLY: dict[str, tuple[str, Kind, str]] = {
    "running": ("在办", Kind.NUMBER, "已受理未办结的审批，未答复的请求"),
    "overdue": ("逾期", Kind.NUMBER, "在办中已过应办结（答复）日期的"),
    "longest": ("在办最长", Kind.NUMBER, "在办中已用时限最长的，不含中止"),
    "decided": ("已办", Kind.NUMBER, "截止日所在年度内作出决定或答复的"),
    "over_limit": ("超时", Kind.NUMBER, "已办中用时超过时限的"),
    "mean": ("平均用时", Kind.AMOUNT, "已办的用时合计 ÷ 件数，不含中止和等待提出人确认的天数"),
    "middle": ("中位用时", Kind.AMOUNT, "已办的用时由短到长居中的一个"),
    "mean_limit": ("平均时限", Kind.AMOUNT, "有时限的已办事项的时限合计 ÷ 件数"),
    "rate": ("占时限", Kind.RATE, "用时合计 ÷ 时限合计，只计有时限的已办事项"),
}
