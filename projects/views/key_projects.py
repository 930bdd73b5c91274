"""登记、修改项目, and what the office records about one: total investment, tier, funds."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import key_projects
from projects.errors import RuleViolation
from projects.figures import wan
from projects.gate import SignedInRequest, requires
from projects.models import BudgetRevision, FundSource, KeyProject, LibraryTier, TierEntry
from projects.roles import Duty
from projects.views.forms import AmountField, DayField, Page, answer, sent
from projects.views.project_form import AmendForm, ProjectForm, RegisterForm


class BudgetForm(forms.ModelForm):
    total_investment = AmountField(label=gettext_lazy("总投资（万元）"))

    class Meta:
        model = BudgetRevision
        fields = ["total_investment", "reason", "document_number"]
        help_texts = {
            "reason": gettext_lazy("首次登记可不填；调整概算须填。"),
            "document_number": gettext_lazy("批准调整的文件；首次登记可不填。"),
        }


class TierForm(forms.ModelForm):
    class Meta:
        model = TierEntry
        fields = ["tier", "entered_on", "reason", "document_number"]
        field_classes = {"entered_on": DayField}
        help_texts = {"reason": gettext_lazy("退出项目库、退回前一层级时须填。")}


class FundsForm(forms.Form):
    """One amount for each source; left empty, the project has none from it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in FundSource.Kind:
            label = _("%(kind)s（万元）") % {"kind": kind.label}
            self.fields[kind.value] = AmountField(label=label, required=False)


@requires(Duty.EDIT_REGISTER)
def project_new(request: SignedInRequest) -> HttpResponse:
    form = RegisterForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            project = key_projects.register(**form.said(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已登记“%(name)s”。") % {"name": project.name})
            return redirect("project_detail", project.code)
    return _project_form(request, form, title=_("登记项目"), back_url=reverse("project_list"))


@requires(Duty.EDIT_REGISTER)
def project_edit(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    seen = request.POST.get("seen") or key_projects.edition(project)
    person = project.responsible_person_id
    form = AmendForm(sent(request), instance=project)
    if request.method == "POST" and form.is_valid():
        try:
            key_projects.amend(**form.said(), seen=seen, by=request.user, at=timezone.now())
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
            seen = key_projects.edition(KeyProject.objects.get(pk=project.pk))
        else:
            if person and person != project.responsible_person_id and not project.is_package:
                messages.success(request, _("已保存。责任人已变更，请核对未结事项并生成交接单。"))
                return redirect("handover", project.code)
            messages.success(request, _("已保存。"))
            return redirect("project_detail", project.code)
    return _project_form(request, form, title=_("修改项目信息"), back_url=project_url(code), seen=seen)


def _project_form(request: SignedInRequest, form: ProjectForm, **around: str) -> HttpResponse:
    return render(request, "projects/project_form.html", {"form": form, "groups": form.groups(), **around})


@requires(Duty.EDIT_REGISTER)
def project_revise_budget(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = project.budget_revisions.current().first()
    form = BudgetForm(sent(request))
    text = (
        _("现行总投资 %(amount)s 万元。原数额和调整原因都会保留。") % {"amount": wan(known.total_investment)}
        if known
        else ""
    )
    page = page_of(project, _("调整总投资") if known else _("登记总投资"), text=text)
    return answer(
        request,
        form,
        page,
        lambda: key_projects.revise_budget(project=project, by=request.user, **form.cleaned_data),
    )


@requires(Duty.EDIT_REGISTER)
def project_enter_tier(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = TierEntry.objects.in_force().filter(project=project).first()
    form = TierForm(sent(request))
    text = ""
    if known:
        said = {"tier": LibraryTier(known.tier).label, "day": known.entered_on.isoformat()}
        text = _("现处“%(tier)s”层级，%(day)s 进入。") % said
    return answer(
        request,
        form,
        page_of(project, _("调整项目库层级"), text=text),
        lambda: key_projects.enter_tier(project=project, by=request.user, **form.cleaned_data),
    )


@requires(Duty.EDIT_REGISTER)
def project_set_funds(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = {source.kind: source.amount for source in project.fund_sources.all()}
    form = FundsForm(sent(request), initial=known)
    return answer(
        request,
        form,
        page_of(project, _("登记资金来源"), back="project_ledger"),
        lambda: key_projects.set_fund_sources(
            project=project,
            amounts={kind: amount for kind, amount in form.cleaned_data.items() if amount},
            by=request.user,
            at=timezone.now(),
        ),
    )


def project_or_404(request: SignedInRequest, code: str) -> KeyProject:
    return get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)


def project_url(code: str, page: str = "project_detail") -> str:
    return reverse(page, args=[code])


def page_of(project: KeyProject, title: str, *, text: str = "", back: str = "project_detail", **more: Any) -> Page:
    """A form of its own about this project, which leads back to it."""
    trail = [
        {"label": _("项目库"), "url": reverse("project_list")},
        {"label": project.name, "url": project_url(project.code)},
    ]
    submit, done = more.pop("submit", _("保存")), _("“%(title)s”已保存。") % {"title": title}
    return Page(title, submit, project_url(project.code, back), trail=trail, text=text, done=done, **more)
