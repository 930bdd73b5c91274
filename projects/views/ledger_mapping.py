"""核对列对应: what each column of an uploaded ledger means, corrected on one page that can be left and come back to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects import tasks
from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.ledger.mapping import LedgerMapping, Rows
from projects.ledger.proposal import Header
from projects.models import FocusArea, LedgerImport, LedgerLayout, Stage, Unit
from projects.roles import Duty
from projects.views import ledger_pages as pages
from projects.views.mapping_sheet import UNITS, MappingSheet

_REMEMBERED = "layout-"


class HeaderForm(forms.Form):
    """Where the table is."""

    sheet = forms.ChoiceField(label=gettext_lazy("工作表"), required=False)
    header_row = forms.IntegerField(label=gettext_lazy("表头从第几行开始"), min_value=1, max_value=20)
    header_rows = forms.TypedChoiceField(
        label=gettext_lazy("表头占几行"), coerce=int, choices=[(count, f"{count} 行") for count in (1, 2, 3)]
    )
    rows = forms.TypedChoiceField(
        label=gettext_lazy("一行是"),
        coerce=Rows,
        choices=[(Rows.PROJECT.value, gettext_lazy("一个项目")), (Rows.MILESTONE.value, gettext_lazy("一个节点"))],
    )

    def __init__(self, *args: Any, sheets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]


class AdoptForm(forms.Form):
    """Another mapping to begin from."""

    known = forms.ChoiceField(label=gettext_lazy("按哪一份的列对应"), required=False)
    file = forms.FileField(label=gettext_lazy("自备的列对应（JSON 文件）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layouts = LedgerLayout.objects.defer("mapping")[:50]
        remembered = [(f"{_REMEMBERED}{one.pk}", f"{one.title}（{one.remembered_at:%Y-%m-%d}）") for one in layouts]
        groups = [(_("核对过的"), remembered), (_("随系统提供的"), [*ledgers.shipped().items()])]
        self.fields["known"].choices = [("", _("请选择")), *groups]  # type: ignore[attr-defined]

    def mapping(self) -> LedgerMapping:
        """Raises ``RuleViolation``."""
        name, file = self.cleaned_data["known"], self.cleaned_data["file"]
        if file:
            return ledgers.mapping_of(file.read())
        if name.startswith(_REMEMBERED):
            layout = get_object_or_404(LedgerLayout, pk=name.removeprefix(_REMEMBERED))
            return ledgers.remembered_mapping(layout)
        if not name:
            raise RuleViolation(_("请选一份列对应，或上传自备的。"))
        return ledgers.shipped_mapping(name)


@requires(Duty.IMPORT_LEDGER)
def ledger_mapping(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page; what is sent is kept, right or wrong, and tried when nothing stands against it."""
    this = pages.visible(request, pk)
    if this.state != LedgerImport.State.MAPPING:
        return redirect("ledger_import", pk)
    if request.method == "POST":
        return _checked(request, this)
    sheet = MappingSheet(this, asked=request.GET.get("column", ""))
    if request.htmx:
        return _choice(request, sheet)
    header = HeaderForm(initial=_header(this), sheets=this.draft["found"]["sheets"])
    return render(request, "projects/ledger_mapping.html", _context(this, sheet, header, AdoptForm()))


def _choice(request: SignedInRequest, sheet: MappingSheet) -> HttpResponse:
    """All that the column asked for may mean, to stand where its one meaning stood."""
    line = next((line for line in sheet.lines() if line["is_asked"]), None)
    if line is None:
        raise Http404
    return render(request, "projects/ledger_mapping.html#choice", {"line": line})


def _checked(request: SignedInRequest, this: LedgerImport) -> HttpResponse:
    at = timezone.now()
    ledgers.keep_typed(ledger_import=this, typed=MappingSheet.names(request.POST), by=request.user, at=at)
    if asked := request.POST.get("open", ""):
        return redirect(f"{reverse('ledger_mapping', args=[this.pk])}?{urlencode({'column': asked})}")
    if "later" in request.POST:
        messages.success(request, _("已保存，可以随时从这里回来继续核对。"))
        return redirect("ledger_import_list")
    this.refresh_from_db()
    sheet = MappingSheet(this)
    if sheet.faults:
        return redirect("ledger_mapping", this.pk)
    try:
        with transaction.atomic():
            waiting = ledgers.settle(ledger_import=this, choices=sheet.choices, by=request.user, at=at)
            tasks.ask_for_next(waiting, at=at)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger_mapping", this.pk)
    return redirect("ledger_import", this.pk)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_mapping_reread(request: SignedInRequest, pk: int) -> HttpResponse:
    this = pages.visible(request, pk)
    form = HeaderForm(request.POST, sheets=this.draft.get("found", {}).get("sheets", []))
    if not form.is_valid():
        return _again(request, this, form, AdoptForm())
    try:
        header = Header(form.cleaned_data.pop("sheet", ""), **form.cleaned_data)
        at = timezone.now()
        with transaction.atomic():
            tasks.ask_for_next(ledgers.reread(ledger_import=this, header=header, by=request.user, at=at), at=at)
    except RuleViolation as refusal:
        form.add_error("header_row", refusal.message)
        return _again(request, this, form, AdoptForm())
    return redirect("ledger_mapping", pk)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_mapping_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    this = pages.visible(request, pk)
    form = AdoptForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            at, mapping = timezone.now(), form.mapping()
            with transaction.atomic():
                tasks.ask_for_next(ledgers.adopt(ledger_import=this, mapping=mapping, by=request.user, at=at), at=at)
        except RuleViolation as refusal:
            form.add_error("known", refusal.message)
        else:
            return redirect("ledger_mapping", pk)
    return _again(request, this, HeaderForm(initial=_header(this), sheets=this.draft["found"]["sheets"]), form)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_import_remap(request: SignedInRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    with transaction.atomic():
        again = ledgers.remap(ledger_import=pages.visible(request, pk), by=request.user, at=at)
        tasks.ask_for_next(again, at=at)
    return redirect("ledger_mapping", again.pk)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_import_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    ledgers.discard(ledger_import=pages.visible(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("已放弃，没有导入任何内容。"))
    return redirect("ledger_import_list")


@requires(Duty.IMPORT_LEDGER)
def ledger_layout_list(request: SignedInRequest) -> HttpResponse:
    layouts = LedgerLayout.objects.visible_to(request.user).defer("mapping").select_related("remembered_by")
    context = {"title": _("记住的列对应"), "trail": pages.trail(), "layouts": layouts}
    return render(request, "projects/ledger_layout_list.html", context)


@require_POST
@requires(Duty.IMPORT_LEDGER)
def ledger_layout_forget(request: SignedInRequest, pk: int) -> HttpResponse:
    layout = get_object_or_404(LedgerLayout.objects.visible_to(request.user), pk=pk)
    ledgers.forget(layout=layout, by=request.user, at=timezone.now())
    messages.success(request, _("已删除。下一份同样表头的台账会重新识别。"))
    return redirect("ledger_layout_list")


def _again(request: SignedInRequest, this: LedgerImport, header: HeaderForm, adopt: AdoptForm) -> HttpResponse:
    return render(request, "projects/ledger_mapping.html", _context(this, MappingSheet(this), header, adopt))


def _header(this: LedgerImport) -> dict[str, Any]:
    file = this.mapping.get("file", {})
    return {
        "sheet": file.get("sheet", ""),
        "header_row": file.get("header_row", 1),
        "header_rows": file.get("header_rows", 1),
        "rows": this.mapping.get("rows", Rows.MILESTONE.value),
    }


def _context(this: LedgerImport, sheet: MappingSheet, header: HeaderForm, adopt: AdoptForm) -> dict[str, Any]:
    remembered = LedgerLayout.objects.filter(pk=this.draft.get("remembered")).select_related("remembered_by").first()
    groups = sheet.groups()
    columns = [choice for choice in sheet.choices.columns.values() if choice.target]
    return {
        "title": _("核对列对应"),
        "trail": pages.trail(),
        "import": this,
        "header": header,
        "adopt": adopt,
        "remembered": remembered,
        "doubts": this.draft["found"]["doubts"],
        "sheet": sheet,
        "groups": groups,
        "columns_fault": sheet.fault_at("columns"),
        "taken": len(columns),
        "doubtful": sum(one["is_doubtful"] for group in groups for one in group["lines"]),
        "left_out": len(sheet.found) - len(columns),
        "fields": _fields(sheet),
        "units": Unit.objects.active().leading().values_list("name", flat=True),
    }


def _fields(sheet: MappingSheet) -> list[dict[str, Any]]:
    """What is asked beside the columns, as the template writes it."""
    choices, is_project = sheet.choices, sheet.is_project
    known = [
        ("source", _("台账名称"), choices.source, _("新一期用同一个名称，才会更新上一期导入的项目。"), [], 50),
        ("year", _("年份"), choices.year or "", _("年度计划的年份；只写月日的日期也按这一年。"), [], 4),
        ("unit", _("金额单位"), choices.unit, _("列名没有写单位的金额。"), [(one, one) for one in UNITS], 0),
        ("lead_unit", _("牵头单位空缺时归"), choices.lead_unit, _("没有牵头单位列的，全部归这个单位。"), [], 100),
        ("focus_area", _("重点领域空缺时归"), choices.focus_area, "", FocusArea.choices, 0),
        *([] if is_project else [("stage", _("认不出阶段时归"), choices.stage, "", Stage.choices, 0)]),
        ("code_prefix", _("自动编号的前缀"), choices.code_prefix, _("没有项目编号的项目由系统编号，可空。"), [], 20),
    ]
    return [
        {
            "name": name, "label": label, "value": value, "help": help_text, "choices": options, "longest": longest,
            "fault": sheet.fault_at(name), "is_year": name == "year", "is_unit": name == "lead_unit",
        }
        for name, label, value, help_text, options, longest in known
    ]  # fmt: skip
