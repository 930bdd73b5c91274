"""批量填报: a row for each project of a person who has many; those filled in are handed in, all of them or none."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import AmountField
from projects.views.row_table import Row, RowForm, RowTable
from scheduling import prefill, reports_due
from scheduling.actions import progress_reports
from scheduling.actions.progress_content import Content
from scheduling.actions.progress_reports import Entry, EntryRefused
from scheduling.field_merge import as_sent
from scheduling.models import ProgressVersion
from scheduling.reports_due import Due
from scheduling.views import report_words

_CARRIED = ("physical_percent", "physical_progress", "done_text", "next_text", "problems_text")


class BatchForm(RowForm):
    """One project. A row counts as filled in once its amount or “无变化” is."""

    period_amount = AmountField(label=gettext_lazy("本期完成（万元）"), min_value=None, required=False)
    physical_percent = forms.DecimalField(
        label=gettext_lazy("形象（%）"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    physical_progress = forms.CharField(label=gettext_lazy("形象进度"), max_length=500)
    done_text = forms.CharField(label=gettext_lazy("本期完成"), max_length=5_000, required=False)
    next_text = forms.CharField(label=gettext_lazy("下期计划"), max_length=5_000, required=False)
    problems_text = forms.CharField(label=gettext_lazy("存在问题"), max_length=5_000, required=False)
    is_unchanged = forms.BooleanField(label=gettext_lazy("无变化"), required=False)
    reason = forms.CharField(label=gettext_lazy("原因（无变化、核减）"), max_length=200, required=False)

    PRESET = ("physical_percent", "physical_progress", "done_text", "next_text", "problems_text", "reason")
    SIZES: ClassVar = {
        "period_amount": "short",
        "physical_percent": "tiny",
        "physical_progress": "wide",
        "done_text": "wide",
        "next_text": "wide",
        "problems_text": "wide",
        "is_unchanged": "check",
        "reason": "long",
    }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("is_unchanged"):
            for name in ("done_text", "next_text"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("请填写。"))
        return given

    def content(self) -> Content:
        given = self.cleaned_data
        is_unchanged, amount = given["is_unchanged"], given["period_amount"] or Decimal(0)
        return Content(
            period_amount=amount,
            physical_progress=given["physical_progress"],
            physical_percent=given["physical_percent"],
            done_text="" if is_unchanged else given["done_text"],
            next_text=given["next_text"],
            problems_text=given["problems_text"],
            is_unchanged=is_unchanged,
            unchanged_reason=given["reason"] if is_unchanged else "",
            reduction_reason=given["reason"] if amount < 0 else "",
        )


class BatchTable(RowTable):
    """A fixed row for each report owed; ``named`` says beside each what it is about."""

    form_class = BatchForm
    LARGEST = 200

    def is_valid(self) -> bool:
        """Clean the rows that were filled in, into ``contents`` by their numbers; the others stay as they are."""
        self.contents: dict[int, Content] = {}
        for number, row in enumerate(self.rows):
            row.values = {name: as_sent(text) for name, text in row.values.items()}
            if row.values["period_amount"].strip() or row.values["is_unchanged"]:
                form = BatchForm(row.values)
                row.errors = {name: list(map(str, errors)) for name, errors in form.errors.items()}
                if form.is_valid():
                    self.contents[number] = form.content()
        return self.is_right


@requires(Duty.REPORT_PROGRESS)
def report_batch(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    waiting = [due for due in reports_due.due_of(request.user, at=at) if due.waits_for_the_lead]
    owed = sorted((due for due in waiting if not due.has_draft), key=_in_order)
    if request.method != "POST":
        return _show(request, waiting, owed, BatchTable(_proposed(owed)), batch=uuid4())
    table, stale = _sent(request.POST, owed)
    if table.is_valid() and table.contents and not stale:
        batch = _batch(request.POST)
        entries = {
            number: Entry(
                owed[number].project, owed[number].period, content, uuid5(batch, str(owed[number].project.pk))
            )
            for number, content in table.contents.items()
        }
        try:
            taken = progress_reports.submit_all(entries=[*entries.values()], by=request.user)
        except EntryRefused as refusal:
            refused = next(number for number, entry in entries.items() if entry.project == refusal.project)
            table.rows[refused].errors = {"period_amount": [refusal.message]}
        else:
            messages.success(request, _told(taken))
            return redirect("weekly_reports")
    elif not table.contents and table.is_right:
        messages.warning(request, _("还没有填写：请在要报送的行填写金额（没有则填 0），或勾选“无变化”。"))
    if stale:
        messages.warning(
            request, _("有 %(count)d 个项目已由他人报送或状态有变，这些行已移出，请核对后再报送。") % {"count": stale}
        )
    return _show(request, waiting, owed, table, batch=_batch(request.POST))


def _in_order(due: Due) -> tuple[datetime, str, int]:
    return due.period.due_at, due.project.sort_key, due.project.pk


def _proposed(owed: Iterable[Due]) -> list[dict[str, str]]:
    """The words of each project's last report, its figures blank; two queries for any number."""
    owed = list(owed)
    last: dict[int, ProgressVersion] = {}
    current = ProgressVersion.objects.current().declared()
    said = current.filter(report__project__in={due.project.pk for due in owed}).select_related("report")
    for version in said.order_by("report__period__ends_on"):
        last[version.report.project_id] = version
    return [_values(due.version or last.get(due.project.pk), returned=due.version is not None) for due in owed]


def _values(version: ProgressVersion | None, *, returned: bool) -> dict[str, str]:
    if version is None:
        return dict.fromkeys(BatchForm.base_fields, "")
    known = prefill.from_version(version)
    kept = {name: known[name] for name in _CARRIED if name != "physical_percent" or returned}
    amount = known["period_amount"] if returned else ""
    return dict.fromkeys(BatchForm.base_fields, "") | kept | {"period_amount": amount}


def _sent(posted: QueryDict, owed: list[Due]) -> tuple[BatchTable, int]:
    """The rows as typed, each with its project; how many are no longer owed."""
    came = BatchTable.sent(posted)
    typed = {posted.get(f"row-{number}-key", ""): row for number, row in enumerate(came.rows)}
    proposed = _proposed(owed)
    table = BatchTable()
    for number, due in enumerate(owed):
        row = typed.pop(_key(due), None)
        table.rows.append(Row(row.values) if row else Row(proposed[number]))
    filled = [row for row in typed.values() if row.values["period_amount"].strip() or row.values["is_unchanged"]]
    return table, len(filled)


def _key(due: Due) -> str:
    """A row is about one report as it was when the page was opened."""
    return f"{due.project.pk}-{due.period.pk}-{due.version.pk if due.version else 0}"


def _batch(posted: QueryDict) -> UUID:
    try:
        return UUID(posted.get("client_id", ""))
    except ValueError:
        return uuid4()


def _told(taken: list[progress_reports.Submitted]) -> str:
    numbers = "、".join(each.submission.receipt_number for each in taken[:3])
    more = _("等") if len(taken) > 3 else ""
    return _("已报送 %(count)d 个项目，回执号 %(numbers)s%(more)s。") % {
        "count": len(taken),
        "numbers": numbers,
        "more": more,
    }


def _show(
    request: SignedInRequest, waiting: list[Due], owed: list[Due], table: BatchTable, *, batch: UUID
) -> HttpResponse:
    at = timezone.now()
    rows = [
        row | {"about": report_words.row(due, at=at), "key": _key(due)}
        for due, row in zip(owed, table.shown(), strict=True)
    ]
    context = {
        "title": _("批量填报"),
        "as_of": report_words.headline(waiting),
        "drafts": [report_words.row(due, at=at) for due in waiting if due.has_draft],
        "trail": [{"label": _("周报填报"), "url": reverse("weekly_reports")}],
        "table": table,
        "rows": rows,
        "client_id": batch,
    }
    return render(request, "scheduling/report_batch.html", context)
