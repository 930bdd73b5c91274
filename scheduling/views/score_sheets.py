"""设置 → 评分表: by what a round is scored, edition by edition."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import DayField, sent
from projects.views.row_table import RowForm, RowTable
from projects.views.settings import settings_tabs
from scheduling.actions import score_sheets
from scheduling.models import ScoreSheet
from scheduling.models.score_sheet import usual_items
from scheduling.observation import Sheet, plain


class SheetForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    effective_on = DayField(
        label=gettext_lazy("生效日期"), help_text=gettext_lazy("这一天起的观摩按本版评分；评分已开始的不变。")
    )


class ItemForm(RowForm):
    SIZES = {"name": "long", "maximum": "short", "hint": "wide"}

    name = forms.CharField(label=gettext_lazy("评分项"), max_length=30)
    maximum = forms.DecimalField(label=gettext_lazy("满分"), min_value=0, max_digits=6, decimal_places=2)
    hint = forms.CharField(label=gettext_lazy("评分要点"), max_length=100, required=False)


class ItemTable(RowTable):
    form_class = ItemForm
    LARGEST = 20


@requires(*READERS)
def score_sheet_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    sheets = list(ScoreSheet.objects.all())
    begun = next((sheet for sheet in sheets if sheet.effective_on <= today), None)
    usual = [] if begun else [_edition(ScoreSheet(name=_("观摩评分表")), _("现行"), _("未登记前"))]
    shown = {
        "title": _("评分表"),
        "as_of": _("按观摩当天适用哪一版；评分表只登记新版，不改旧版。"),
        "settings": settings_tabs("score_sheets"),
        "sheets": [_edition(sheet, _word(sheet, begun, today), compact_date(sheet.effective_on)) for sheet in sheets]
        + usual,
        "may_keep": request.user.duties.include(Duty.INSPECT),
    }
    return render(request, "scheduling/score_sheets.html", shown)


@requires(Duty.INSPECT)
def score_sheet_add(request: SignedInRequest) -> HttpResponse:
    """The heads and the items together, begun with those in force."""
    form = SheetForm(sent(request), initial=_heads())
    table = ItemTable.sent(request.POST) if request.method == "POST" else ItemTable(_items())
    refusal = ""
    if _is_complete(request, form, table):
        try:
            score_sheets.add(**form.cleaned_data, items=table.cleaned, by=request.user, at=timezone.now())
        except RuleViolation as fault:
            refusal = fault.message
        else:
            messages.success(request, _("评分表已登记。"))
            return redirect("score_sheets")
    shown = {
        "title": _("登记评分表"),
        "trail": [{"label": _("评分表"), "url": reverse("score_sheets")}],
        "form": form,
        "table": table,
        "rows": list(table.shown()),
        "refusal": refusal,
        "back_url": reverse("score_sheets"),
    }
    return render(request, "scheduling/score_sheet_add.html", shown)


def _is_complete(request: SignedInRequest, form: SheetForm, table: ItemTable) -> bool:
    """“登记” was pressed and both are right; each says for itself what is wrong."""
    if request.method != "POST" or table.rearranged(request.POST):
        return False
    return all([form.is_valid(), table.is_valid()])


def _word(sheet: ScoreSheet, begun: ScoreSheet | None, today: Any) -> str:
    if sheet == begun:
        return _("现行")
    return _("未生效") if sheet.effective_on > today else _("已停用")


def _edition(sheet: ScoreSheet, word: str, since: str) -> dict[str, Any]:
    kept = Sheet.of(sheet.items)
    return {
        "name": sheet.name,
        "since": since,
        "word": word,
        "total": plain(kept.total),
        "items": [{"name": item.name, "maximum": plain(item.maximum), "hint": item.hint} for item in kept.items],
    }


def _in_force() -> ScoreSheet | None:
    return ScoreSheet.objects.in_force(on=timezone.localdate())


def _heads() -> dict[str, Any]:
    known = _in_force()
    return {"name": known.name if known else _("观摩评分表"), "effective_on": timezone.localdate()}


def _items() -> list[dict[str, str]]:
    known = _in_force()
    return [
        {"name": str(each["name"]), "maximum": str(each["maximum"]), "hint": str(each.get("hint", ""))}
        for each in (known.items if known else usual_items())
    ]
