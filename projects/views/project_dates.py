"""开工到投产, 不计逾期 and 专班 of one project, each verb on a page of its own."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import project_dates, task_forces
from projects.actions.project_dates import HAPPENINGS
from projects.gate import SignedInRequest, requires
from projects.models import (
    KeyProject,
    ProjectDates,
    Suspension,
    TaskForce,
    TaskForceMember,
    User,
)
from projects.roles import Duty
from projects.views.forms import DayField, answer, confirmation, sent
from projects.views.key_projects import page_of, project_or_404


class DatesForm(forms.ModelForm):
    class Meta:
        model = ProjectDates
        fields = [*HAPPENINGS, "evidence"]
        field_classes = dict.fromkeys(HAPPENINGS, DayField)
        help_texts = {
            "started_on": gettext_lazy("主体工程正式动工；开工率按这一日期计算。"),
            "evidence": gettext_lazy("如施工许可证号、开工令、竣工验收报告编号。"),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["evidence"].required = True


class TaskForceForm(forms.ModelForm):
    class Meta:
        model = TaskForce
        fields = ["head", "formed_on", "document_number"]
        field_classes = {"formed_on": DayField}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["head"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class MemberForm(forms.ModelForm):
    class Meta:
        model = TaskForceMember
        fields = ["user", "responsibility", "starts_on"]
        field_classes = {"starts_on": DayField}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    ends_on = DayField(label=gettext_lazy("离开日期"))


@requires(Duty.EDIT_REGISTER)
def project_record_dates(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = project.dates.current().first()
    initial = {name: getattr(known, name) for name in (*HAPPENINGS, "evidence")} if known else {}
    form = DatesForm(sent(request), initial=initial)
    text = _("只登记已经发生的日期。改动会成为新版本，原来的日期保留可查。")

    def act() -> None:
        form.instance.project = project
        project_dates.record_dates(dates=form.instance, by=request.user)

    return answer(request, form, page_of(project, _("登记关键日期"), text=text), act)


@requires(Duty.EXCUSE)
def suspension_excuse(request: SignedInRequest, pk: int) -> HttpResponse:
    suspension = _suspension_or_404(request, pk)
    known = suspension.dates.current().get()
    said = {"day": known.suspended_on.isoformat(), "reason": known.reason, "number": known.document_number}
    text = _("%(day)s 起停缓建，原因：%(reason)s（%(number)s）。批准后，停缓建的天数不计入逾期。") % said
    page = page_of(suspension.project, _("批准不计逾期"), text=text, submit=_("批准"))
    return answer(
        request,
        confirmation(request),
        page,
        lambda: project_dates.excuse(suspension=suspension, by=request.user),
    )


@requires(Duty.EDIT_REGISTER)
def task_force_form(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = TaskForce.objects.filter(project=project).first()
    form = TaskForceForm(sent(request), initial=_said_of(known))
    title = _("成立工作专班") if known is None else _("调整工作专班")

    def act() -> None:
        task_forces.form(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)

    return answer(request, form, page_of(project, title, back="task_force"), act)


@requires(Duty.EDIT_REGISTER)
def task_force_join(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    task_force = get_object_or_404(TaskForce, project=project)
    form = MemberForm(sent(request))
    return answer(
        request,
        form,
        page_of(project, _("增加专班成员"), back="task_force"),
        lambda: task_forces.join(task_force=task_force, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


@requires(Duty.EDIT_REGISTER)
def task_force_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = KeyProject.objects.visible_to(request.user)
    members = TaskForceMember.objects.select_related("user", "task_force__project")
    member = get_object_or_404(members.filter(task_force__project__in=seen), pk=pk)
    form = LeaveForm(sent(request))
    title = _("%(name)s离开专班") % {"name": member.user.full_name}
    return answer(
        request,
        form,
        page_of(member.task_force.project, title, back="task_force"),
        lambda: task_forces.leave(member=member, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


def _suspension_or_404(request: SignedInRequest, pk: int) -> Suspension:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(Suspension.objects.select_related("project").filter(project__in=seen), pk=pk)


def _said_of(task_force: TaskForce | None) -> dict[str, object]:
    if task_force is None:
        return {}
    return {name: getattr(task_force, name) for name in ("head", "formed_on", "document_number")}
