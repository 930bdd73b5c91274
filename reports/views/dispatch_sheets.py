"""调度单: is this week's there, and what does it say? Shown from what was frozen; nothing is reckoned here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet, Sum
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects import figures
from projects.gate import SignedInRequest, requires
from projects.lists import PER_PAGE, page_of
from projects.models import Job, User
from projects.roles import Duty
from projects.sheets import Column, Kind
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from reports import papers, tasks
from reports.actions.dispatch_sheets import DISTRICT, subject_of
from reports.models import Document, Rendition
from reports.rendering.dispatch_sentences import days_between
from reports.views.document_files import handed_out
from scheduling.closed_before import every_week_closed
from scheduling.models import PeriodClosing, PeriodStanding
from scheduling.views.decision_words import SHEET_READERS, dispatch_tabs

_TEMPLATE = "reports/dispatch_sheet_list.html"
_COUNTED = ("expected", "reported", "missing", "amount")
_Counts = dict[tuple[int, int], dict[str, Any]]


@requires(*SHEET_READERS)
def dispatch_sheet_list(request: SignedInRequest) -> HttpResponseBase:
    """Week by week, the latest first, each with its units; asked by htmx, only the weeks."""
    if asks_for_sheet(request):
        weeks = _weeks(request.user, list(_closed(request)))
        rows = ({"week": week["title"], **row} for week in weeks for row in week["rows"])
        return list_taken(request, _("调度单"), _COLUMNS, rows)
    page = _page(request)
    weeks = _weeks(request.user, list(page))
    shown = {
        "title": _("调度单"),
        "as_of": _("每周锁定后自动生成，生成后不再改变"),
        "tabs": dispatch_tabs("dispatch_sheet_list", user=request.user),
        "weeks": weeks,
        "page": page,
        "sheet_url": sheet_url(request),
        "is_under_way": any(week["is_under_way"] for week in weeks),
        "here": request.get_full_path(),
        "may_retry": request.user.duties.include(Duty.KEEP_REPORTING),
    }
    return render(request, f"{_TEMPLATE}#weeks" if request.htmx else _TEMPLATE, shown)


@requires(*SHEET_READERS)
def dispatch_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    shown = {
        "title": document.title,
        "trail": [{"label": _("调度单"), "url": reverse("dispatch_sheet_list")}],
        "paper": papers.laid_out(document),
        "number": papers.number_of(document),
        "forms": _forms(document),
        "previous_url": reverse("dispatch_sheet", args=[document.previous_id]) if document.previous_id else "",
    }
    return render(request, "reports/dispatch_sheet.html", shown)


@requires(*SHEET_READERS)
def dispatch_sheet_file(request: SignedInRequest, pk: int, form: str) -> FileResponse:
    return handed_out(_document(request, pk), form, by=request.user)


@require_POST
@requires(Duty.KEEP_REPORTING)
def dispatch_sheet_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    tasks.retry_dispatch_sheet(get_object_or_404(Job, pk=pk, kind=tasks.KINDS.sheet), by=request.user)
    return redirect("dispatch_sheet_list")


def _document(request: SignedInRequest, pk: int) -> Document:
    sheets = Document.objects.filter(kind=Document.Kind.WEEKLY_DISPATCH).visible_to(request.user)
    return get_object_or_404(sheets, pk=pk)


def _page(request: SignedInRequest) -> Page[PeriodClosing]:
    """As many weeks as make a page of rows."""
    units = _owed(request).values("lead_unit").distinct().count()
    return page_of(_closed(request), request, per_page=max(1, PER_PAGE // (units + 1)))


def _owed(request: SignedInRequest) -> QuerySet[PeriodStanding]:
    return PeriodStanding.objects.visible_to(request.user).owed().order_by()


def _closed(request: SignedInRequest) -> QuerySet[PeriodClosing]:
    return every_week_closed().filter(period__in=_owed(request).values("period"))


_COLUMNS = [
    Column[Any]("周", itemgetter("week")),
    Column[Any]("单位", itemgetter("name"), definition="全区一行为各单位之和"),
    Column[Any]("应报", itemgetter("expected"), Kind.NUMBER, unit="个", definition="锁定时应报的项目"),
    Column[Any]("已报", itemgetter("reported"), Kind.NUMBER, unit="个"),
    Column[Any]("未报", itemgetter("missing"), Kind.NUMBER, unit="个"),
    Column[Any]("本周完成投资", itemgetter("done"), Kind.AMOUNT, definition="已审核的"),
    Column[Any]("调度单", itemgetter("word")),
]


@dataclass(frozen=True)
class _Found:
    """Everything about the sheets of these weeks that this person may see."""

    counts: _Counts
    documents: dict[str, Document]
    jobs: dict[str, Job]
    of_district: bool


def _weeks(user: User, closings: Sequence[PeriodClosing]) -> list[dict[str, Any]]:
    found = _found(user, [closing.period_id for closing in closings])
    return [_week(closing, found) for closing in closings]


def _found(user: User, periods: Sequence[int]) -> _Found:
    counts = _counted(PeriodStanding.objects.visible_to(user).owed().filter(period__in=periods))
    seen = Document.objects.filter(kind=Document.Kind.WEEKLY_DISPATCH, period__in=periods).visible_to(user)
    of_week = Q(kind=tasks.KINDS.week, subject__in=[str(period) for period in periods])
    for period in periods:
        of_week |= Q(kind=tasks.KINDS.sheet, subject__startswith=f"{period} ")
    return _Found(
        counts=counts,
        documents={each.subject: each for each in seen.defer("content").prefetch_related("renditions")},
        jobs={job.subject: job for job in Job.objects.filter(of_week)},
        of_district=user.duties.include(Duty.READ_DISTRICT),
    )


def _counted(standings: QuerySet[PeriodStanding]) -> _Counts:
    states = PeriodStanding.Reported
    rows = standings.values_list("period_id", "lead_unit_id", "lead_unit__name").annotate(
        owed=Count("pk"),
        came=Count("pk", filter=Q(reported__in=[states.ACCEPTED, states.UNREVIEWED])),
        absent=Count("pk", filter=Q(reported=states.MISSING)),
        done=Sum("period_amount"),
    )
    in_order = rows.order_by("lead_unit__sort_key", "lead_unit_id")
    return {
        (period, unit): {"name": name, **dict(zip(_COUNTED, counts, strict=True))}
        for period, unit, name, *counts in in_order
    }


def _week(closing: PeriodClosing, found: _Found) -> dict[str, Any]:
    period = closing.period
    own = {unit: counts for (period_pk, unit), counts in found.counts.items() if period_pk == period.pk}
    if found.of_district:
        own = {DISTRICT: {"name": _("全区"), **_summed(own.values())}} | own
    rows = [_row(subject_of(period, unit), counts, found) for unit, counts in own.items()]
    made = sum(row["is_made"] for row in rows)
    return {
        "title": days_between(period.starts_on, period.ends_on),
        "note": _("已生成 %(made)d 份，共 %(all)d 份") % {"made": made, "all": len(rows)},
        "made": made,
        "all": len(rows),
        "is_under_way": any(row["is_waiting"] for row in rows),
        "rows": rows,
    }


def _summed(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    listed = list(rows)
    return {name: sum(row[name] for row in listed) for name in _COUNTED}


def _row(subject: str, counts: dict[str, Any], found: _Found) -> dict[str, Any]:
    document, job = found.documents.get(subject), found.jobs.get(subject)
    has_failed = job is not None and job.state == Job.State.FAILED
    forms = _forms(document) if document else []
    is_made = document is not None and len(forms) == len(papers.forms_of(document))
    return {
        "name": counts["name"],
        "url": reverse("dispatch_sheet", args=[document.pk]) if document else "",
        **{each: counts[each] for each in ("expected", "reported", "missing")},
        "done": counts["amount"],
        "amount": figures.wan(counts["amount"]),
        "forms": forms,
        "is_made": is_made,
        "is_waiting": not is_made and not has_failed,
        "word": _("已生成") if is_made else _("失败") if has_failed else _("生成中"),
        "error": job.error if job and has_failed else "",
        "retry_url": reverse("dispatch_sheet_retry", args=[job.pk]) if job and has_failed else "",
    }


def _forms(document: Document) -> list[dict[str, str]]:
    labels = dict(Rendition.Format.choices)
    made = sorted(each.format for each in document.renditions.all())
    return [
        {"label": str(labels[each]), "url": reverse("dispatch_sheet_file", args=[document.pk, each.lower()])}
        for each in made
    ]
