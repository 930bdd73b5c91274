"""编制: what the office does to an edition in work."""

from django.contrib import messages
from django.core.paginator import Page as ListPage
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects import lists
from projects.actions import annual_plans
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject, PlanEntry, PlanVersion
from projects.roles import Duty
from projects.views.annual_plans import edition, editions_of, version_url
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.plan_forms import AddForm, DraftForm, EntryForm, HeadingForm, RemoveForm
from projects.views.plan_proposals import proposed

_KEY_DIGITS = 18  # of the largest keys that fit into any database


@requires(Duty.DRAFT_PLAN)
def plan_draft(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    form = DraftForm(sent(request), initial={"year": today.year, "effective_on": today})
    text = _("新版从该年度最近批准的一版复制，逐项修改后报批；该年度尚无计划时从空白开始。")
    page = Page(_("编制新版"), _("开始编制"), reverse("annual_plan_list"), trail=trail_to(), text=text)

    def act() -> str:
        version = annual_plans.draft(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("已建立%(version)s，请逐项核对修改。") % {"version": version})
        return version_url("plan_version", version)

    return answer(request, form, page, act)


@requires(Duty.DRAFT_PLAN)
def plan_heading(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    version = edition(editions_of(request, year), number)
    initial = {"effective_on": version.effective_on, "reason": version.reason}
    form = HeadingForm(sent(request), initial=initial)
    back, done = version_url("plan_version", version), _("生效日期和说明已修改。")
    page = Page(_("修改生效日期和说明"), _("保存"), back, trail=trail_to(version), done=done)

    def act() -> None:
        annual_plans.correct_heading(version=version, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.DRAFT_PLAN)
def plan_entry_add(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    """Projects to choose from, found like in any list; several are added at once."""
    version = edition(editions_of(request, year), number)
    form = AddForm(sent(request))
    if request.method == "POST" and form.is_valid():
        chosen = KeyProject.objects.visible_to(request.user).filter(pk__in=_numbers(request.POST))
        if _added(request, version, form, list(chosen)):
            return redirect(version_url("plan_version", version))
    context = {
        "title": _("列入项目"),
        "trail": trail_to(version),
        "version": version,
        "form": form,
        "q": request.GET.get("q", ""),
        "page": _candidates(request, version),
        "chosen": _numbers(request.POST),
    }
    return render(request, "projects/plan_entry_add.html", context)


@requires(Duty.DRAFT_PLAN)
def plan_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """One project's figures. “按月均分” and “按倒排计划分月” propose the months and save nothing."""
    entry = _entry(request, pk)
    form, refusal = _entry_form(request, entry)
    proposes = "propose" in request.POST
    if request.method == "POST" and not proposes and form.is_valid() and _amended(request, entry, form):
        messages.success(request, _("“%(project)s”的计划已保存。") % {"project": entry.project.name})
        return redirect(version_url("plan_version", entry.version))
    context = {
        "title": entry.project.name,
        "as_of": str(entry.version),
        "trail": trail_to(entry.version),
        "form": form,
        "entry": entry,
        "is_proposed": proposes and not refusal and form.is_valid(),
        "refusal": refusal,
        "back_url": version_url("plan_version", entry.version),
    }
    return render(request, "projects/plan_entry.html", context)


def _entry_form(request: SignedInRequest, entry: PlanEntry) -> tuple[EntryForm, str]:
    """The form, and why there is no proposal where one was asked for; what was typed is kept."""
    if request.method != "POST":
        return EntryForm(initial={name: getattr(entry, name) for name in PlanEntry.FIGURES}), ""
    try:
        return EntryForm(proposed(request.POST, entry)), ""
    except RuleViolation as refusal:
        return EntryForm(initial=request.POST.dict()), refusal.message


@requires(Duty.DRAFT_PLAN)
def plan_entry_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    form = RemoveForm(sent(request))
    text = _("“%(project)s”将从%(version)s中移出；已批准的各版不受影响。") % {
        "project": entry.project.name,
        "version": entry.version,
    }
    back = version_url("plan_version", entry.version)
    page = Page(_("移出计划"), _("移出"), back, trail=trail_to(entry.version), text=text, danger=True)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        annual_plans.remove_entry(entry=entry, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("“%(project)s”已移出本版计划。") % {"project": entry.project.name})

    return answer(request, form, page, act)


@requires(Duty.DRAFT_PLAN)
def plan_submit(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    version = edition(editions_of(request, year), number)
    text = _("报批后不能再改，由签发领导批准或退回；批准之前可以撤回。") + _unfinished(version)
    page = Page(_("报批"), _("报批"), version_url("plan_version", version), trail=trail_to(version), text=text)

    def act() -> None:
        annual_plans.submit(version=version, by=request.user, at=timezone.now())
        messages.success(request, _("%(version)s已报批，等待签发领导批准。") % {"version": version})

    return answer(request, confirmation(request), page, act)


@require_POST
@requires(Duty.DRAFT_PLAN)
def plan_withdraw(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    version = edition(editions_of(request, year), number)
    annual_plans.withdraw(version=version, by=request.user, at=timezone.now())
    messages.success(request, _("%(version)s已撤回，可以继续修改。") % {"version": version})
    return redirect(version_url("plan_version", version))


@requires(Duty.DRAFT_PLAN)
def plan_discard(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    version = edition(editions_of(request, year), number)
    text = _("本版及其中的修改不再保留（审计日志仍有记录）；已批准的各版不受影响。")
    page = Page(_("作废本版"), _("作废"), version_url("plan_version", version), trail_to(version), text, danger=True)

    def act() -> str:
        annual_plans.discard(version=version, by=request.user, at=timezone.now())
        messages.success(request, _("%(version)s已作废。") % {"version": version})
        return reverse("annual_plan_list")

    return answer(request, confirmation(request), page, act)


def _unfinished(version: PlanVersion) -> str:
    """What looks forgotten; a plan of nothing is lawful only for projects still being prepared."""
    empty = version.entries.exclude(category=PlanEntry.Category.PRELIMINARY).filter(annual_plan_amount=0).count()
    return _("请注意：有 %(count)d 个续建、新开工项目的年度计划投资为 0。") % {"count": empty} if empty else ""


def trail_to(version: PlanVersion | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("年度计划"), "url": reverse("annual_plan_list")}]
    return [*trail, {"label": str(version), "url": version_url("plan_version", version)}] if version else trail


def _entry(request: SignedInRequest, pk: int) -> PlanEntry:
    versions = PlanVersion.objects.visible_to(request.user)
    entries = PlanEntry.objects.visible_to(request.user).filter(version__in=versions)
    return get_object_or_404(entries.select_related("version__plan", "project__lead_unit"), pk=pk)


def _amended(request: SignedInRequest, entry: PlanEntry, form: EntryForm) -> bool:
    reason = form.cleaned_data["reason"]
    try:
        annual_plans.amend_entry(entry=entry, figures=form.figures(), reason=reason, by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _added(request: SignedInRequest, version: PlanVersion, form: AddForm, chosen: list[KeyProject]) -> bool:
    if not chosen:
        form.add_error(None, _("请至少勾选一个项目。"))
        return False
    try:
        annual_plans.add_projects(
            version=version, projects=chosen, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("已列入 %(count)d 个项目，请逐个填写金额。") % {"count": len(chosen)})
    return True


def _numbers(posted: QueryDict) -> set[int]:
    """The projects ticked; what is no key of any is left out, before SQLite stumbles over its length."""
    return {int(text) for text in posted.getlist("projects") if text.isdecimal() and len(text) <= _KEY_DIGITS}


def _candidates(request: SignedInRequest, version: PlanVersion) -> ListPage:
    listed = version.entries.values("project")
    projects = KeyProject.objects.visible_to(request.user).counted().exclude(pk__in=listed)
    found = projects.matching(request.GET.get("q", "")).select_related("lead_unit").order_by("sort_key", "code")
    return lists.page_of(found, request)
