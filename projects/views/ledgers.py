"""台账导入: upload, watch, read the result, decide about what vanished."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from projects import rejected_sheet, sheets, tasks, template_sheet
from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.ledger.cells import YEARS
from projects.ledger.problems import label_of
from projects.lists import page_of
from projects.models import Job, LedgerImport, VanishedRow
from projects.roles import Duty
from projects.sheets import Sheet
from projects.views import ledger_pages as pages
from projects.views.downloads import attachment
from projects.views.forms import Page, answer, sent
from projects.views.list_columns import IMPORTS, VANISHED
from projects.views.listing import asks_for_sheet, list_taken, sheet_url


@requires(Duty.IMPORT_LEDGER)
def ledger_import_list(request: SignedInRequest) -> HttpResponseBase:
    seen = LedgerImport.objects.visible_to(request.user).defer("mapping", "draft")
    if asks_for_sheet(request):
        whole = seen.select_related("file", "requested_by", "undone_by")
        return list_taken(request, _("台账导入"), IMPORTS, whole.iterator())
    page = page_of(seen.select_related("file", "requested_by"), request)
    context = {"title": _("台账导入"), "page": page, "rows": [pages.line(one) for one in page]}
    context |= {"sheet_url": sheet_url(request)}
    return render(request, "projects/ledger_import_list.html", context)


@requires(Duty.IMPORT_LEDGER)
def ledger_import_new(request: SignedInRequest) -> HttpResponse:
    form = pages.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            received = _received(request, form)
        except RuleViolation as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("ledger_import", received.pk)
    context = {"title": _("导入台账"), "trail": pages.trail(), "form": form, "years": _template_years()}
    return render(request, "projects/ledger_import_new.html", context)


@requires(Duty.IMPORT_LEDGER)
def ledger_template(request: SignedInRequest) -> FileResponse:
    """Our own ledger, empty, for the plan of one year."""
    year = request.GET.get("year", "")
    known = int(year) if year.isdecimal() and len(year) == 4 and int(year) in YEARS else timezone.localdate().year
    return template_sheet.download(year=known, at=timezone.now())


@requires(Duty.IMPORT_LEDGER)
def ledger_import_file(request: SignedInRequest, pk: int) -> FileResponse:
    return attachment(pages.visible(request, pk).file)


@requires(Duty.IMPORT_LEDGER)
def ledger_import(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The job while it runs, then its result; asked by htmx, only how far it is."""
    this = pages.visible(request, pk)
    if asks_for_sheet(request):
        return list_taken(
            request, _("台账中消失的行"), VANISHED, pages.vanished_of(this).iterator(), as_of=_source(this)
        )
    if this.state == LedgerImport.State.MAPPING:
        mapping = reverse("ledger_mapping", args=[pk])
        return HttpResponseClientRedirect(mapping) if request.htmx else redirect(mapping)
    if this.finished_at and request.htmx:
        return HttpResponseClientRefresh()
    if this.finished_at:
        return render(request, "projects/ledger_import.html", pages.result(request, this))
    is_reading = this.state == LedgerImport.State.READING
    task = tasks.recognise_ledger if is_reading else tasks.import_ledger
    job = Job.objects.filter(kind=task.name, subject=str(pk)).first()
    running = pages.running(job, is_reading=is_reading)
    context = {"title": this.file.name, "trail": pages.trail(), "import": this, "running": running}
    template = "projects/ledger_import_running.html"
    return render(request, f"{template}#progress" if request.htmx else template, context)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_import_repeat(request: SignedInRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    with transaction.atomic():
        rehearsed = pages.visible(request, pk)
        waiting = ledgers.repeat(ledger_import=rehearsed, takes=_takes(request), by=request.user, at=at)
        tasks.ask_for_import(waiting, at=at)
    return redirect("ledger_import", waiting.pk)


@requires(Duty.IMPORT_LEDGER)
def ledger_import_rejected(request: SignedInRequest, pk: int) -> FileResponse:
    """The rows that were not imported, with the reason beside each: to be mended and uploaded again."""
    this = pages.visible(request, pk)
    return rejected_sheet.download(ledgers.rejected_rows(this), this, by=request.user, at=timezone.now())


@requires(Duty.IMPORT_LEDGER)
def ledger_import_problems(request: SignedInRequest, pk: int) -> FileResponse:
    """The problems as Excel, for whoever mends the ledger."""
    this = pages.visible(request, pk)
    code = pages.code_asked(request, this)
    problems = pages.problems(this, code)
    sheet = Sheet(
        title=_("导入问题"),
        as_of=_source(this),
        columns=pages.PROBLEM_COLUMNS,
        rows=problems.iterator(),
        filters={_("类别"): label_of(code)} if code else {},
    )
    return sheets.download(sheet, by=request.user, at=timezone.now())


@require_POST
@requires(Duty.IMPORT_LEDGER)
def vanished_row_decide(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    this = pages.visible(request, pk)
    vanished = get_object_or_404(this.vanished, pk=row)
    ledgers.decide(row=vanished, decision=_decision(request), by=request.user)
    return redirect(f"{reverse('ledger_import', args=[pk])}?show=vanished")


@requires(Duty.IMPORT_LEDGER)
def vanished_row_exit(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """退出项目库 of a project the newer ledger no longer lists, with its reason and document."""
    this = pages.visible(request, pk)
    vanished = get_object_or_404(this.vanished.filter(milestone=None).select_related("project"), pk=row)
    form = pages.ExitForm(sent(request))
    back = f"{reverse('ledger_import', args=[pk])}?show=vanished"
    said = {"project": vanished.project.name}
    text = _("新台账不再列出“%(project)s”。退出后不再跟踪，已登记的内容保留备查。") % said
    page = Page(_("退出项目库"), _("退出"), back, trail=pages.trail(), text=text, danger=True)

    def act() -> None:
        exit_ = VanishedRow.Decision.EXIT
        ledgers.decide(row=vanished, decision=exit_, **form.cleaned_data, by=request.user)

    return answer(request, form, page, act)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def vanished_rows_decide_rest(request: SignedInRequest, pk: int) -> HttpResponse:
    number = ledgers.decide_rest(ledger_import=pages.visible(request, pk), decision=_decision(request), by=request.user)
    messages.success(request, _("已处理 %(number)d 行。") % {"number": number})
    return redirect(f"{reverse('ledger_import', args=[pk])}?show=vanished")


def _source(this: LedgerImport) -> str:
    said = {"file": this.file.name, "at": f"{timezone.localtime(this.requested_at):%Y-%m-%d %H:%M}"}
    return _("%(file)s，%(at)s 导入") % said


def _received(request: SignedInRequest, form: pages.UploadForm) -> LedgerImport:
    """What needs no checking is tried at once; what is large is recognised in the background."""
    file, at = form.cleaned_data["file"], timezone.now()
    with transaction.atomic():
        received = ledgers.receive(content=file, name=file.name, by=request.user, at=at)
        tasks.ask_for_next(received, at=at)
    return received


def _template_years() -> list[int]:
    """This year first; from autumn on it is next year's plan that is being made."""
    year = timezone.localdate().year
    return [year, year + 1, year - 1]


def _takes(request: SignedInRequest) -> LedgerImport.Takes:
    """All or nothing unless the good rows are asked for."""
    asked = request.POST.get("takes")
    return LedgerImport.Takes.GOOD if asked == LedgerImport.Takes.GOOD else LedgerImport.Takes.ALL


def _decision(request: SignedInRequest) -> VanishedRow.Decision:
    try:
        return VanishedRow.Decision(request.POST.get("decision", ""))
    except ValueError:
        raise RuleViolation(_("请选择保留，或撤销计划。")) from None
