"""四阶段目标和节点 of one project: set, promised, forecast, reached, each verb on a page of its own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import milestones
from projects.actions.evidence import may_close
from projects.actions.milestones import Dated, StageWanted
from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import ChangeRequest, KeyProject, Milestone, Stage, StageTarget, Unit, User
from projects.roles import Duty
from projects.views.change_words import four_dates_said
from projects.views.dated_figures import four_dates, trend_of
from projects.views.forms import DayField, answer, sent
from projects.views.key_projects import page_of, project_or_404


class StageForm(forms.ModelForm):
    planned_on = DayField(label=gettext_lazy("计划完成"), required=False)

    class Meta:
        model = StageTarget
        fields = ["target", "work_focus", "task_requirement"]
        widgets = {
            "work_focus": forms.Textarea(attrs={"rows": 3}),
            "task_requirement": forms.Textarea(attrs={"rows": 3}),
        }


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["stage", "name", "is_key", "responsible_unit", "responsible_person"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible_unit"].queryset = Unit.objects.active()  # type: ignore[attr-defined]
        self.fields["responsible_person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class NewMilestoneForm(MilestoneForm):
    planned_on = DayField(
        label=gettext_lazy("计划完成"),
        help_text=gettext_lazy("即原定日期，此后不再改动；改期须申请，经批准后调整批准日期。"),
    )


class PromiseForm(forms.Form):
    planned_on = DayField(label=gettext_lazy("计划完成"))


class ForecastForm(forms.Form):
    forecast_on = DayField(label=gettext_lazy("预计完成"))


class CompleteForm(forms.Form):
    actual_on = DayField(label=gettext_lazy("实际完成"))


class ReopenForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


@requires(Duty.EDIT_REGISTER)
def stage_targets(request: SignedInRequest, code: str) -> HttpResponse:
    """The four stages on one page; a date once promised is shown, not asked for."""
    project = project_or_404(request, code)
    known = {target.stage: target for target in project.stage_targets.all()}
    forms_of = {stage: _stage_form(request, stage, known.get(stage)) for stage in Stage}
    around = vars(page_of(project, _("四阶段目标")))
    if request.method == "POST" and all(form.is_valid() for form in forms_of.values()):
        wanted = [StageWanted(stage, **form.cleaned_data) for stage, form in forms_of.items()]
        try:
            milestones.set_stage_targets(project=project, wanted=wanted, by=request.user)
        except RuleViolation as refusal:
            next(iter(forms_of.values())).add_error(None, refusal.message)
        else:
            messages.success(request, _("四阶段目标已保存。"))
            return redirect("project_detail", project.code)
    stages = [{"title": stage.label, "form": form} for stage, form in forms_of.items()]
    return render(request, "projects/stage_targets.html", around | {"stages": stages})


def _stage_form(request: SignedInRequest, stage: Stage, known: StageTarget | None) -> StageForm:
    form = StageForm(sent(request), prefix=stage.value.lower(), initial=_words(known))
    dates = milestones.dates_of(known) if known else None
    if dates and dates.approved_on:
        said = {"approved": compact_date(dates.approved_on), "original": compact_date(dates.original_on)}
        form.fields["planned_on"].disabled = True
        form.fields["planned_on"].initial = dates.approved_on
        form.fields["planned_on"].help_text = (
            _("批准日期 %(approved)s，原定 %(original)s；改期请在项目页打开该阶段申请调整。") % said
        )
    return form


def _words(known: StageTarget | None) -> dict[str, str]:
    names = ("target", "work_focus", "task_requirement")
    return {name: getattr(known, name) for name in names} if known else {}


@requires(Duty.EDIT_REGISTER)
def milestone_add(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    form = NewMilestoneForm(sent(request), initial={"stage": request.GET.get("stage")})

    def act() -> None:
        form.instance.project = project
        milestones.add_milestone(milestone=form.instance, planned_on=form.cleaned_data["planned_on"], by=request.user)

    return answer(request, form, page_of(project, _("增加节点")), act)


@requires(Duty.EDIT_REGISTER)
def milestone_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _dated_or_404(request, Milestone, pk)
    form = MilestoneForm(sent(request), instance=milestone)
    return answer(
        request,
        form,
        page_of(milestone.project, _("修改节点")),
        lambda: milestones.amend_milestone(milestone=form.instance, by=request.user),
    )


@requires(Duty.EDIT_REGISTER)
def promise(request: SignedInRequest, of: type[Dated], pk: int) -> HttpResponse:
    return _say(
        request, _dated_or_404(request, of, pk), PromiseForm(sent(request)), _("定计划日期"), milestones.promise
    )


@requires(Duty.FORECAST)
def forecast(request: SignedInRequest, of: type[Dated], pk: int) -> HttpResponse:
    return _say(
        request, _dated_or_404(request, of, pk), ForecastForm(sent(request)), _("填报预计日期"), milestones.forecast
    )


@requires(Duty.EDIT_REGISTER)
def complete(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _dated_or_404(request, Milestone, pk)
    return _say(request, milestone, CompleteForm(sent(request)), _("登记完成"), milestones.complete)


@requires(Duty.EDIT_REGISTER)
def reopen(request: SignedInRequest, of: type[Dated], pk: int) -> HttpResponse:
    return _say(request, _dated_or_404(request, of, pk), ReopenForm(sent(request)), _("撤销完成"), milestones.reopen)


def _say(request: SignedInRequest, subject: Dated, form: forms.Form, title: str, verb: Any) -> HttpResponse:
    """One verb about one dated thing; the page shows its four dates as they stand."""
    page = page_of(subject.project, f"{title}：{subject}", text=four_dates_said(subject))
    return answer(request, form, page, lambda: verb(of=subject, by=request.user, **form.cleaned_data))


@requires(*READERS)
def dated_detail(request: SignedInRequest, of: type[Dated], pk: int) -> HttpResponse:
    """One node: its four dates, everything ever said about them, and what may be done about it."""
    subject, on = _dated_or_404(request, of, pk), timezone.localdate()
    versions = list(subject.dates.select_related("recorded_by").order_by("-recorded_at"))
    known = versions[0] if versions else None
    asked = list(subject.change_requests.select_related("requested_by"))
    in_work = next((each for each in asked if each.state not in ChangeRequest.ENDED), None)
    around = {
        "title": str(subject),
        "trail": page_of(subject.project, "").trail,
        "stage": Stage(subject.stage).label,
        "subject": subject,
        "dates": four_dates(known, replans=subject.dates.replans(known_at=None).count(), on=on),
        "facts": _facts(subject),
        "versions": versions,
        "trend": trend_of(versions),
        "asked": asked,
        "in_work": in_work,
        "verbs": _verbs(request.user, subject, known, is_asked=in_work is not None),
    }
    return render(request, "projects/dated_detail.html", around)


def _facts(subject: Dated) -> list[dict[str, object]]:
    if isinstance(subject, StageTarget):
        return [
            {"label": _("阶段目标"), "value": subject.target or "—", "wide": True},
            {"label": _("工作重点"), "value": subject.work_focus or "—", "wide": True},
            {"label": _("任务要求"), "value": subject.task_requirement or "—", "wide": True},
        ]
    return [
        {"label": _("阶段"), "value": Stage(subject.stage).label},
        {"label": _("责任单位"), "value": subject.responsible_unit or _("同项目")},
        {"label": _("责任人"), "value": subject.responsible_person or _("同项目")},
        {"label": _("关键节点"), "value": _("是") if subject.is_key else _("否")},
    ]


def _verbs(user: User, subject: Dated, known: Any, *, is_asked: bool) -> list[dict[str, object]]:
    """What this person may do about it as it stands, the likeliest first."""
    is_reached, is_promised = bool(known and known.is_reached), bool(known and known.approved_on)
    edits = user.duties.include(Duty.EDIT_REGISTER)
    answers = edits or subject.project.is_answered_for_by(user)
    is_completed_by_them = may_close(subject.project, user) if isinstance(subject, StageTarget) else edits
    forecasts = answers and user.duties.include(Duty.FORECAST)
    asks = answers and user.duties.include(Duty.REQUEST_CHANGE) and not is_asked
    offered = [
        (_("登记完成"), "complete", is_completed_by_them and not (known and known.actual_on)),
        (_("填报预计日期"), "forecast", forecasts and not is_reached),
        (_("定计划日期"), "promise", edits and not (known and known.original_on)),
        (_("申请调整"), "request", asks and is_promised and not is_reached),
        (_("撤销完成"), "reopen", edits and is_reached),
        (_("修改节点"), "edit", edits and isinstance(subject, Milestone)),
    ]
    noun = "milestone" if isinstance(subject, Milestone) else "stage_target"
    verbs = [(label, verb) for label, verb, may in offered if may]
    return [
        {
            "label": label,
            "url": reverse(f"{noun}_{verb}", args=[subject.pk]),
            "is_first": place == 0 and verb not in {"reopen", "edit"},
        }
        for place, (label, verb) in enumerate(verbs)
    ]


def _dated_or_404(request: SignedInRequest, of: type[Any], pk: int) -> Any:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(of.objects.select_related("project").filter(project__in=seen), pk=pk)
