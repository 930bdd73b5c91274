"""月通报: what is under way and with whom it lies, and what was issued and who has opened it."""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.figures import chinese_date, compact_date
from projects.filters import used as words_of
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import Job, User
from projects.periods import Kind as Every
from projects.periods import following, period_of
from projects.roles import Duty
from projects.sheets import Column, Kind
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from reports import tasks
from reports.models import BulletinRule, Document, Draft, DraftMove, Rendition
from reports.views.bulletin_access import papers_of
from reports.views.bulletin_words import since, steps_of, turn_of, why_back
from scheduling.models import ReportPeriod

KINDS = {Document.Kind.MONTHLY_BULLETIN: gettext_lazy("月通报"), Document.Kind.ERRATUM: gettext_lazy("更正通报")}


class FilterForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("年份"), coerce=int, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("文种"), required=False, choices=[("", gettext_lazy("全部")), *KINDS.items()]
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("全部")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["data-submit"] = True

    def used(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


@requires(*READERS)
def bulletin_list(request: SignedInRequest) -> HttpResponseBase:
    issued = issued_to(request.user)
    years = dict(issued.order_by().values_list("year").annotate(Count("pk")))
    form = FilterForm(request.GET, years=sorted(years, reverse=True))
    used = form.used()
    found = _told(issued.filter(**used))
    if asks_for_sheet(request):
        return list_taken(request, _("月通报"), _COLUMNS, map(_row, found), filters=words_of(form))
    page = page_of(found, request, count=None if used else sum(years.values()))
    under_way = list(_under_way(request.user))
    shown = {
        "title": _("月通报"),
        "as_of": _next_draft(timezone.localdate()),
        "under_way": [_at_work(each) for each in under_way],
        "failed": _failed(request.user),
        "form": form if years else None,
        "used": len(used),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(each) for each in page],
        "compare_url": reverse("bulletin_difference") if request.user.duties.include(Duty.READ_DISTRICT) else "",
        "rules_url": reverse("bulletin_rules") if request.user.duties.include(Duty.DRAFT_BULLETIN) else "",
    }
    return render(request, "reports/bulletin_list.html", shown)


def issued_to(user: User) -> QuerySet[Document]:
    """What this person may read of what was issued, the latest first."""
    ended = [Draft.State.ISSUED, Draft.State.VOID]
    found = Document.objects.visible_to(user).filter(kind__in=KINDS, draft__state__in=ended)
    return found.order_by("-draft__ended_at", "-pk")


def _told(issued: QuerySet[Document]) -> QuerySet[Document]:
    opened = Count("receipts", filter=Q(receipts__notice__read_at__isnull=False))
    corrected_by = Prefetch("corrections", Draft.objects.filter(document__isnull=False).select_related("document"))
    return issued.annotate(sent=Count("receipts"), opened=opened).select_related("draft").prefetch_related(corrected_by)


def _under_way(user: User) -> QuerySet[Draft]:
    moves = Prefetch("moves", DraftMove.objects.select_related("by", "principal"))
    drafts = papers_of(user).under_way().select_related("text", "submitted_by", "original_signer")
    return drafts.prefetch_related(moves).order_by("drafted_at")


def _at_work(draft: Draft) -> dict[str, Any]:
    moves = list(draft.moves.all())
    return {
        "title": str(draft),
        "kind": draft.get_kind_display(),
        "url": reverse("bulletin", args=[draft.pk]),
        "steps": steps_of(draft, moves),
        "turn": turn_of(draft),
        "since": since(draft, moves),
        "why_back": why_back(draft, moves),
    }


def _row(document: Any) -> dict[str, Any]:
    """A document as ``_told`` finds it."""
    draft = document.draft
    return {
        "title": document.title,
        "url": reverse("bulletin_issued", args=[document.pk]),
        "kind": str(KINDS[Document.Kind(document.kind)]),
        "number": document.number,
        "day": compact_date(timezone.localtime(draft.ended_at).date()),
        "is_erratum": document.kind == Document.Kind.ERRATUM,
        "is_void": draft.state == Draft.State.VOID,
        "sent": document.sent,
        "opened": document.opened,
        "corrections": [
            {"number": each.document.number, "url": reverse("bulletin_issued", args=[each.document_id])}
            for each in document.corrections.all()
        ],
    }


_COLUMNS = [
    Column[Any]("文号", itemgetter("number")),
    Column[Any]("标题", itemgetter("title")),
    Column[Any]("文种", itemgetter("kind")),
    Column[Any]("印发日期", itemgetter("day"), definition="作废的为作废日期"),
    Column[Any]("已作废", itemgetter("is_void")),
    Column[Any]("送达", itemgetter("sent"), Kind.NUMBER, unit="份"),
    Column[Any]("已阅", itemgetter("opened"), Kind.NUMBER, unit="份", definition="收件人已阅知的"),
    Column[Any]("更正通报", lambda row: "、".join(each["number"] for each in row["corrections"])),
]


@require_POST
@requires(Duty.DRAFT_BULLETIN)
def bulletin_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    tasks.retry_paper(get_object_or_404(Job, pk=pk, kind__in=_MAKES), by=request.user)
    messages.success(request, _("已重新开始，完成后请刷新查看。"))
    return redirect("bulletin_list")


_DRAFTS, _RENDERS, _COMPARES = (
    each.name for each in (tasks.draft_bulletin, tasks.render_document, tasks.compare_issues)
)
_MAKES = (_DRAFTS, _RENDERS, _COMPARES)


def _failed(user: User) -> list[dict[str, Any]]:
    """What was to be drafted or laid out and could not be; for those who can have it done again."""
    if not user.duties.include(Duty.DRAFT_BULLETIN):
        return []
    failed = list(Job.objects.filter(kind__in=_MAKES, state=Job.State.FAILED))
    return [
        {"name": name, "error": job.error, "retry_url": reverse("bulletin_retry", args=[job.pk])}
        for job, name in zip(failed, _names(failed), strict=True)
    ]


def _names(failed: list[Job]) -> Iterator[str]:
    subjects = [(job.kind, *job.subject.split()) for job in failed]
    periods = ReportPeriod.objects.in_bulk([pk for kind, pk, *_form in subjects if kind == _DRAFTS])
    documents = Document.objects.in_bulk([pk for kind, pk, *_form in subjects if kind == _RENDERS])
    for kind, pk, *form in subjects:
        if kind == _DRAFTS:
            yield _("起草%s通报") % _month_of(periods[int(pk)].ends_on)
        elif kind == _COMPARES:
            yield _("%s 比对已印发的通报") % pk
        else:
            document = documents[int(pk)]
            label = Rendition.Format(form[0]).label
            yield _("生成%(number)s《%(title)s》的 %(form)s") % {
                "number": document.number,
                "title": document.title,
                "form": label,
            }


def _next_draft(on: date) -> str:
    """When the next one comes: by the rule of its month, once what is adjusted at the month's end is locked."""
    last = Draft.objects.filter(kind=Draft.Kind.MONTHLY_BULLETIN).aggregate(last=Max("period__ends_on"))["last"]
    month = following(period_of(last, kind=Every.MONTH)) if last else period_of(on, kind=Every.MONTH)
    rule = BulletinRule.objects.in_force(on=month.ends_on)
    day = month.ends_on + timedelta(days=rule.draft_after)
    told = {"month": _month_of(month.ends_on), "day": chinese_date(day)}
    if day < on:
        return _("下一期是%(month)s通报，月末调整锁定后自动起草。") % told
    return _("下一期是%(month)s通报，月末调整锁定后自动起草，最早 %(day)s。") % told


def _month_of(day: date) -> str:
    return _("%(year)d年%(month)d月") % {"year": day.year, "month": day.month}
