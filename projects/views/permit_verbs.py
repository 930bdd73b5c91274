"""Each verb about a permit on a page of its own: the form, and above it how the permit stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import permits as questions
from projects.actions import permit_corrections, permit_items, permits
from projects.gate import SignedInRequest, requires
from projects.models import Permit, PermitPause, PermitState
from projects.roles import Duty
from projects.views.forms import DayField, DocumentField, Page, answer, files_sent, sent
from projects.views.key_projects import page_of, project_or_404
from projects.views.permit_lines import line
from projects.views.permits import permit_or_404

Status = PermitState.Status


class PermitForm(forms.ModelForm):
    class Meta:
        model = Permit
        fields = [
            *("phase", "name", "agency", "is_required_for_start", "legal_days", "promised_days", "counts_working_days"),
            *("valid_months", "max_extensions", "condition"),
        ]
        help_texts = {
            "promised_days": gettext_lazy("填了承诺时限的按承诺时限计算应办结日期。"),
            "counts_working_days": gettext_lazy("法律按“日”规定时限的（如施工许可证 7 日），不勾选。"),
            "valid_months": gettext_lazy("办结后须在有效期内开工；没有有效期的不填。"),
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class PrepareForm(forms.Form):
    planned_on = DayField(label=gettext_lazy("计划办结"))
    handler = forms.CharField(label=gettext_lazy("经办人"), max_length=50, required=False)


class AcceptForm(forms.Form):
    accepted_on = DayField(
        label=gettext_lazy("受理日期"), help_text=gettext_lazy("受理通知书上的日期；时限从次日起算。")
    )


class PauseForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("中止原因"), choices=PermitPause.Kind.choices)
    paused_on = DayField(label=gettext_lazy("中止日期"), help_text=gettext_lazy("当日起不计入时限。"))
    reason = forms.CharField(
        label=gettext_lazy("内容"),
        max_length=200,
        help_text=gettext_lazy("需补正的材料，或听证、招标、专家评审等特别程序。"),
    )


class ResumeForm(forms.Form):
    resumed_on = DayField(label=gettext_lazy("恢复日期"), help_text=gettext_lazy("当日起重新计入时限。"))


class GrantForm(forms.Form):
    finished_on = DayField(label=gettext_lazy("办结日期"))
    document_number = forms.CharField(label=gettext_lazy("批准文号或证号"), max_length=80)
    expires_on = DayField(
        label=gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("不填的按有效期推算；证上另有写明的以证为准。"),
    )
    document = DocumentField(label=gettext_lazy("批文"), required=False)


class RefuseForm(forms.Form):
    finished_on = DayField(label=gettext_lazy("不予许可日期"))
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class CorrectForm(forms.Form):
    """The fields that the step as it stands has."""

    planned_on = DayField(label=gettext_lazy("计划办结"), required=False)
    accepted_on = DayField(label=gettext_lazy("受理日期"))
    finished_on = DayField(label=gettext_lazy("办结日期"))
    document_number = forms.CharField(label=gettext_lazy("批准文号或证号"), max_length=80)
    expires_on = DayField(label=gettext_lazy("有效期至"), required=False)
    handler = forms.CharField(label=gettext_lazy("经办人"), max_length=50, required=False)
    document = DocumentField(label=gettext_lazy("批文"), required=False)
    reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)

    def __init__(self, *args: Any, state: PermitState, **kwargs: Any) -> None:
        initial = {name: getattr(state, name) for name in self.base_fields if hasattr(state, name)}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        absent = {name for name in ("accepted_on", "finished_on") if not initial[name]}
        if not state.document_number:
            absent |= {"document_number", "expires_on", "document"}
        for name in absent:
            del self.fields[name]


@requires(Duty.KEEP_PERMITS)
def permit_add(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    form = PermitForm(sent(request))

    def act() -> str:
        form.instance.project = project
        return reverse("permit", args=[permit_items.add_permit(permit=form.instance, by=request.user).pk])

    return answer(request, form, page_of(project, _("增加审批事项"), back="project_permits"), act)


@requires(Duty.KEEP_PERMITS)
def permit_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    permit = permit_or_404(request, pk)
    form = PermitForm(sent(request), instance=Permit.objects.select_related("project").get(pk=pk))
    return answer(
        request,
        form,
        _page(permit, _("修改审批事项")),
        lambda: permit_items.amend_permit(permit=form.instance, by=request.user),
    )


@requires(Duty.KEEP_PERMITS)
def not_concerned(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ReasonForm, _("登记不涉及"), permits.not_concerned)


@requires(Duty.KEEP_PERMITS)
def prepare(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, PrepareForm, _("登记材料准备"), permits.prepare)


@requires(Duty.KEEP_PERMITS)
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, AcceptForm, _("登记受理"), permits.accept)


@requires(Duty.KEEP_PERMITS)
def pause(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, PauseForm, _("登记补正或特别程序"), permits.pause)


@requires(Duty.KEEP_PERMITS)
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ResumeForm, _("登记恢复"), permits.resume)


@requires(Duty.KEEP_PERMITS)
def grant(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, GrantForm, _("登记办结"), permits.grant)


@requires(Duty.KEEP_PERMITS)
def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, RefuseForm, _("登记不予许可"), permits.refuse)


@requires(Duty.KEEP_PERMITS)
def extend(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ReasonForm, _("登记延期"), permits.extend)


@requires(Duty.KEEP_PERMITS)
def expire(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ReasonForm, _("登记过期"), permits.expire)


@requires(Duty.KEEP_PERMITS)
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ReasonForm, _("撤销上一步"), permit_corrections.reopen, danger=True)


@requires(Duty.KEEP_PERMITS)
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    permit = permit_or_404(request, pk)
    state = PermitState.objects.current().filter(permit=permit).first() or PermitState()
    form = CorrectForm(sent(request), files_sent(request), state=state)
    return _answer(request, permit, form, _("更正"), permit_corrections.correct)


def _say(
    request: SignedInRequest, pk: int, form: type[forms.Form], title: str, verb: Callable[..., None], **more: Any
) -> HttpResponse:
    permit = permit_or_404(request, pk)
    return _answer(request, permit, form(sent(request), files_sent(request)), title, verb, **more)


def _answer(
    request: SignedInRequest, permit: Permit, form: forms.Form, title: str, verb: Callable[..., None], **more: Any
) -> HttpResponse:
    page = _page(permit, title, text=_as_it_stands(permit), **more)
    return answer(request, form, page, lambda: verb(permit=permit, by=request.user, **form.cleaned_data))


def _page(permit: Permit, title: str, **more: Any) -> Page:
    page = page_of(permit.project, f"{title}：{permit}", **more)
    back = {"label": permit.name, "url": reverse("permit", args=[permit.pk])}
    return replace(page, trail=[*page.trail, back], back_url=back["url"])


def _as_it_stands(permit: Permit) -> str:
    """One sentence above the form: status, limit, and the days that matter."""
    on = timezone.localdate()
    [row] = questions.rows_of(Permit.objects.filter(pk=permit.pk), known_at=None)
    said = line(row, row.reading(on, questions.announced_for([row], on=on)).value)
    pairs = [
        (_("状态"), said["status"]),
        (_("时限"), said["limit"]),
        (_("受理"), said["accepted"]),
        (_("应办结"), said["due"]),
        (_("办结"), said["finished"]),
        (_("有效期至"), said["expires"]),
    ]
    shown = "　".join(f"{label}\N{NO-BREAK SPACE}{value}" for label, value in pairs if value != "—")
    return f"{shown}　{said['clock']}".strip()
