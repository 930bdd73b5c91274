"""设置 → 考核方案: the schemes there are, one of them as people can read it, and the verbs about it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects.errors import RuleViolation
from projects.figures import UNDEFINED, exactly
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.settings import settings_tabs
from scheduling.actions import assessment_schemes as actions
from scheduling.models import AssessmentScheme
from scheduling.score_formulas import Linear, total
from scheduling.score_indicators import INDICATORS, Kind
from scheduling.score_presets import PRESETS
from scheduling.score_proof import prove
from scheduling.score_texts import NAMES, key_of
from scheduling.scoring import Absent, Item, Scheme
from scheduling.views.assessment_scheme_forms import DraftForm, ItemForm, RowsTable, SchemeForm, filled
from scheduling.views.assessment_words import formula_said, whole_said

_DRAFT = AssessmentScheme.State.DRAFT


@requires(*READERS)
def assessment_scheme_list(request: SignedInRequest) -> HttpResponse:
    rows = AssessmentScheme.objects.visible_to(request.user).select_related("drafted_by", "adopted_by")
    shown = {
        "title": _("考核方案"),
        "as_of": _("按年份和考核对象编制；证明无误、由他人启用后不能改动，需要调整另起一版。"),
        "settings": settings_tabs("assessment_scheme_list"),
        "rows": [_row(each) for each in rows],
        "may_draft": request.user.duties.include(Duty.ASSESS),
    }
    return render(request, "scheduling/assessment_scheme_list.html", shown)


@requires(*READERS)
def assessment_scheme(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _scheme_or_404(request, pk)
    scheme, is_draft = found.scheme, found.state == _DRAFT
    faults = prove(scheme, kind=Kind(found.kind)) if is_draft else ()
    may_edit = is_draft and request.user.duties.include(Duty.ASSESS)
    shown = {
        "title": str(found),
        "trail": _trail(),
        "badge": found.get_state_display(),
        "as_of": _said_of(found),
        "scheme": found,
        "is_draft": is_draft,
        "may_edit": may_edit,
        "may_adopt": is_draft
        and not faults
        and request.user.duties.include(Duty.APPROVE_ASSESSMENT)
        and found.drafted_by_id != request.user.pk,
        "faults": faults,
        "facts": [
            {"label": _("考核对象"), "value": found.get_kind_display()},
            {"label": _("总分"), "value": whole_said(scheme)},
            {"label": _("依据"), "value": found.source or UNDEFINED, "wide": True},
            {"label": _("说明"), "value": found.note or UNDEFINED, "wide": True},
        ],
        "items": [_item(place, item) for place, item in enumerate(scheme.items)],
        "weights": exactly(total(item.weight for item in scheme.items)),
    }
    return render(request, "scheduling/assessment_scheme.html", shown)


@requires(Duty.ASSESS)
def assessment_scheme_draft(request: SignedInRequest) -> HttpResponse:
    earlier = {f"made-{each.pk}": (str(each), each.scheme) for each in AssessmentScheme.objects.adopted()}
    presets = {key: (f"{scheme.name}　{scheme.source}", scheme) for key, (scheme, _kinds) in PRESETS.items()}
    initial = {"year": timezone.localdate().year, "begin": "hundred"}
    form = DraftForm(sent(request), begins=earlier | presets, initial=initial)
    text = _("以底稿为起点逐项修改；权重合计相符、分档没有漏缺和重叠，才能启用。")
    page = Page(_("起草考核方案"), _("起草"), reverse("assessment_scheme_list"), _trail(), text)

    def act() -> str:
        given = form.cleaned_data
        kind, scheme = Kind(given["kind"]), given["begin"]
        made = actions.draft(year=given["year"], kind=kind, scheme=scheme, by=request.user, at=timezone.now())
        return scheme_url(made)

    return answer(request, form, page, act)


@requires(Duty.ASSESS)
def assessment_scheme_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    known = {name: getattr(found.scheme, name) for name in SchemeForm.base_fields}
    form = SchemeForm(sent(request), initial={name: _plain(value) for name, value in known.items()})

    def act() -> None:
        actions.amend(scheme=found, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, _page(found, _("修改名称和总分"), _("保存"), done=_("已保存。")), act)


@requires(Duty.ASSESS)
def assessment_item_add(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    begin = Item(uuid4().hex[:12], "", Scheme("", ()).swing, "investment_to_date", Linear())
    return _typed(request, found, begin, place=None, title=_("增加考核项"))


@requires(Duty.ASSESS)
def assessment_item_edit(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    item = _item_or_404(found, row)
    return _typed(request, found, item, place=row, title=_("修改“%s”") % item.name)


@requires(Duty.ASSESS)
def assessment_item_remove(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    text = _("“%s”不再考核，其余各项的权重须另行调整。") % _item_or_404(found, row).name
    page = _page(found, _("移除考核项"), _("移除"), done=_("已移除。"), text=text)

    def act() -> None:
        actions.remove_item(scheme=found, place=row, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(Duty.APPROVE_ASSESSMENT)
def assessment_scheme_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    page = _page(found, _("启用考核方案"), _("启用"), done=_("已启用。"), text=_("启用后不能改动，考核按它计分。"))

    def act() -> None:
        actions.adopt(scheme=found, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(Duty.ASSESS)
def assessment_scheme_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _draft_or_404(request, pk)
    text = _("这一版草稿不再保留（审计日志仍有记录）。")
    page = Page(_("作废草稿"), _("作废"), scheme_url(found), _trail(found), text, danger=True)

    def act() -> str:
        actions.discard(scheme=found, by=request.user, at=timezone.now())
        messages.success(request, _("草稿已作废。"))
        return reverse("assessment_scheme_list")

    return answer(request, confirmation(request), page, act)


def scheme_url(scheme: AssessmentScheme) -> str:
    return reverse("assessment_scheme", args=[scheme.pk])


def _scheme_or_404(request: SignedInRequest, pk: int) -> AssessmentScheme:
    found = AssessmentScheme.objects.visible_to(request.user).select_related("drafted_by", "adopted_by")
    return get_object_or_404(found, pk=pk)


def _draft_or_404(request: SignedInRequest, pk: int) -> AssessmentScheme:
    found = _scheme_or_404(request, pk)
    if found.state != _DRAFT:
        raise RuleViolation(_("%s已启用，不能再改；需要调整请起草新版。") % found)
    return found


def _item_or_404(found: AssessmentScheme, row: int) -> Item:
    items = found.scheme.items
    if row >= len(items):
        raise Http404
    return items[row]


def _typed(
    request: SignedInRequest, found: AssessmentScheme, begin: Item, *, place: int | None, title: str
) -> HttpResponse:
    """One item with its rows: shown, rearranged, refused with everything kept, or saved and led back."""
    kind, refusal = Kind(found.kind), ""
    form, table = ItemForm(initial=filled(begin), kind=kind), RowsTable.of(begin.formula)
    if request.method == "POST":
        form, table = ItemForm(request.POST, kind=kind), RowsTable.sent(request.POST)
        if not table.rearranged(request.POST) and form.is_valid() and table.is_valid():
            item = form.item(table, key=begin.key)
            refusal = _refusal(
                lambda: actions.put_item(scheme=found, item=item, place=place, by=request.user, at=timezone.now())
            )
            if not refusal:
                messages.success(request, _("已保存。"))
                return redirect(scheme_url(found))
    context: dict[str, Any] = {
        "title": title,
        "as_of": str(found),
        "trail": _trail(found),
        "form": form,
        "head": [form[name] for name in ItemForm.HEAD],
        "parts": [(label, [form[name] for name in names]) for label, names in ItemForm.PARTS],
        "table": table,
        "rows": list(table.shown()),
        "refusal": refusal,
        "definitions": [(each.name, each.definition) for each in INDICATORS.values() if kind in each.kinds],
        "back_url": scheme_url(found),
    }
    return render(request, "scheduling/assessment_item_form.html", context)


def _refusal(act: Callable[[], None]) -> str:
    try:
        act()
    except RuleViolation as refusal:
        return refusal.message
    return ""


def _page(found: AssessmentScheme, title: str, submit: str, *, done: str = "", text: str = "") -> Page:
    return Page(title, submit, scheme_url(found), _trail(found), text, done=done)


def _trail(found: AssessmentScheme | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("考核方案"), "url": reverse("assessment_scheme_list")}]
    return [*trail, {"label": str(found), "url": scheme_url(found)}] if found else trail


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if hasattr(value, "normalize") else value


def _row(found: AssessmentScheme) -> dict[str, Any]:
    who, at = found.adopted_by or found.drafted_by, found.adopted_at or found.drafted_at
    return {
        "url": scheme_url(found),
        "name": str(found),
        "kind": found.get_kind_display(),
        "state": found.get_state_display(),
        "items": len(found.content["items"]),
        "source": found.source,
        "who": f"{who}　{localtime(at).date().isoformat()}",
    }


def _said_of(found: AssessmentScheme) -> str:
    if found.adopted_at is None:
        return _("%(who)s起草，尚未启用。") % {"who": found.drafted_by}
    said = {"by": found.drafted_by, "who": found.adopted_by, "day": localtime(found.adopted_at).date().isoformat()}
    return _("%(by)s起草，%(who)s %(day)s 启用；启用后不能改动。") % said


def _item(place: int, item: Item) -> dict[str, Any]:
    indicator = INDICATORS.get(item.indicator)
    return {
        "row": place,
        "name": item.name,
        "weight": exactly(item.weight),
        "indicator": indicator.name if indicator else item.indicator,
        "definition": indicator.definition if indicator else "",
        "formula": NAMES[key_of(item.formula)],
        "words": formula_said(item.formula),
        "absent": item.absent.word + (f" {exactly(item.base)} 分" if item.absent is Absent.BASE else ""),
        "note": item.note,
    }
