"""编制倒排模板: the parts of a draft, each on a page of its own, and putting it into force."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions import templates as actions
from projects.blueprint import STAGES, StageWords, faults
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import TemplateVersion
from projects.roles import Duty
from projects.template_parts import blueprint_of
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.network_table import NetworkTable
from projects.views.row_table import RowTable
from projects.views.template_forms import BlackoutTable, EvidenceTable, ForceForm, PermitTable, StageForm
from projects.views.templates import edition, edition_url, trail_to


@requires(Duty.KEEP_TEMPLATES)
def edit_steps(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    known = blueprint_of(version)
    agencies = dict.fromkeys([*(step.authority for step in known.steps), *(permit.agency for permit in known.permits)])
    lists = {"authority": list(filter(None, agencies)), "permit_name": [permit.name for permit in known.permits]}
    return _typed(
        request,
        version,
        "steps",
        title=_("修改节点"),
        stored=lambda: NetworkTable.of(known.steps, lists=lists),
        typed=lambda: NetworkTable.sent(request.POST, lists=lists),
        parts=NetworkTable.steps,
    )


@requires(Duty.KEEP_TEMPLATES)
def edit_permits(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    known = blueprint_of(version)
    lists = {"agency": list(dict.fromkeys(permit.agency for permit in known.permits if permit.agency))}
    return _typed(
        request,
        version,
        "permits",
        title=_("修改审批事项"),
        stored=lambda: PermitTable.of(known, lists=lists),
        typed=lambda: PermitTable.sent(request.POST, lists=lists),
        parts=PermitTable.parts,
    )


@requires(Duty.KEEP_TEMPLATES)
def edit_evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    return _typed(
        request,
        version,
        "evidence",
        title=_("修改佐证材料"),
        stored=lambda: EvidenceTable.of(blueprint_of(version)),
        typed=lambda: EvidenceTable.sent(request.POST),
        parts=EvidenceTable.parts,
    )


@requires(Duty.KEEP_TEMPLATES)
def edit_blackouts(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    return _typed(
        request,
        version,
        "blackouts",
        title=_("修改停工期"),
        stored=lambda: BlackoutTable.of(blueprint_of(version)),
        typed=lambda: BlackoutTable.sent(request.POST),
        parts=BlackoutTable.parts,
    )


@requires(Duty.KEEP_TEMPLATES)
def edit_stages(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    known = {words.stage: vars(words) for words in blueprint_of(version).stages}
    forms = {stage: StageForm(sent(request), prefix=stage.lower(), initial=known.get(stage)) for stage in STAGES}
    valid = [form.is_valid() for form in forms.values()]  # every one, so that each says what is wrong with it
    if all(valid):
        words = [StageWords(stage=stage, **form.cleaned_data) for stage, form in forms.items()]
        said = tuple(each for each in words if each.target or each.work_focus or each.task_requirement)
        if not _refusal(request, version, "stages", said):
            return redirect(edition_url(version, "stages"))
    context = {
        "title": _("修改阶段要求"),
        "as_of": str(version),
        "trail": trail_to(version),
        "stages": [{"title": STAGES[stage], "form": form} for stage, form in forms.items()],
        "back_url": edition_url(version, "stages"),
    }
    return render(request, "projects/template_stages.html", context)


@requires(Duty.KEEP_TEMPLATES)
def put_into_force(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    form = ForceForm(sent(request), initial={"effective_on": timezone.localdate(), "note": version.note})
    text = _("启用后不能再改。自启用日期起编制的倒排计划按本版，已编制的计划不受影响。")
    if found := faults(blueprint_of(version)):
        text = _("还有 %(count)d 处问题，改好之前不能启用：") % {"count": len(found)} + "".join(found)
    page = Page(_("启用"), _("启用"), edition_url(version), trail=trail_to(version), text=text)

    def act() -> None:
        actions.put_into_force(version=version, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("%(version)s已启用。") % {"version": version})

    return answer(request, form, page, act)


@requires(Duty.KEEP_TEMPLATES)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _draft(request, pk)
    text = _("本版及其中的修改不再保留（审计日志仍有记录）；已启用的各版不受影响。")
    page = Page(_("作废本版"), _("作废"), edition_url(version), trail_to(version), text, danger=True)

    def act() -> str:
        actions.discard(version=version, by=request.user, at=timezone.now())
        messages.success(request, _("%(version)s已作废。") % {"version": version})
        return reverse("template_list")

    return answer(request, confirmation(request), page, act)


def _draft(request: SignedInRequest, pk: int) -> TemplateVersion:
    version = edition(request, pk)
    actions.refuse_in_force(version)
    return version


def _typed(
    request: SignedInRequest,
    version: TemplateVersion,
    part: str,
    *,
    title: str,
    stored: Callable[[], RowTable],
    typed: Callable[[], RowTable],
    parts: Callable[[Any], tuple[Any, ...]],
) -> HttpResponse:
    """One part as a table: shown, rearranged, refused with everything kept, or saved and led back."""
    refusal = ""
    if request.method == "POST":
        table = typed()
        if not table.rearranged(request.POST) and table.is_valid():
            refusal = _refusal(request, version, part, parts(table))
            if not refusal:
                return redirect(edition_url(version, part))
    else:
        table = stored()
        table.add_spare_rows()
    context = {
        "title": title,
        "as_of": str(version),
        "trail": trail_to(version),
        "table": table,
        "rows": list(table.shown()),
        "refusal": refusal,
        "is_network": isinstance(table, NetworkTable),
        "back_url": edition_url(version, part),
    }
    return render(request, "projects/template_part.html", context)


def _refusal(request: SignedInRequest, version: TemplateVersion, part: str, values: tuple[Any, ...]) -> str:
    """Save this part; what is refused is said, and nothing is saved."""
    try:
        found = actions.amend_draft(version=version, by=request.user, at=timezone.now(), **{part: values})
    except RuleViolation as refusal:
        return refusal.message
    if found:
        messages.success(request, _("已保存，改动 %(count)d 处。") % {"count": len(found)})
    else:
        messages.info(request, _("内容与原来相同，没有改动。"))
    return ""
