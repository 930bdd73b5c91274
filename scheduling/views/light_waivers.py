"""亮灯豁免: which there are, one of them with its history, and each verb on a page of its own."""

from datetime import date
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import stored_files
from projects.figures import UNDEFINED
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, User
from projects.roles import Duty
from projects.tasks import ask_for_scan
from projects.views.downloads import attachment
from projects.views.forms import DayField, DocumentField, Page, answer, files_sent, sent
from projects.views.key_projects import page_of as page_about
from projects.views.key_projects import project_or_404
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import light_waivers as actions
from scheduling.light_rules import Dimension
from scheduling.light_sentences import sentence
from scheduling.lights import restored
from scheduling.models import LightWaiver, Standing
from scheduling.models.light_rule import LightWaiverQuerySet
from scheduling.views import list_columns

_State = LightWaiver.State
_TABS = [
    ("waiting", gettext_lazy("待批准")),
    ("in_force", gettext_lazy("生效中")),
    ("closed", gettext_lazy("已结束")),
]
_WAIVED = [(each.value, each.word) for each in Dimension if each is not Dimension.REPORT]


class AskForm(forms.Form):
    dimension = forms.ChoiceField(label=gettext_lazy("豁免的灯"), choices=_WAIVED)
    starts_on = DayField(label=gettext_lazy("起"))
    ends_on = DayField(label=gettext_lazy("止"), help_text=gettext_lazy("含当日；到期自动恢复亮灯，最长一年。"))
    reason = forms.CharField(
        label=gettext_lazy("正当理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300})
    )
    document_number = forms.CharField(label=gettext_lazy("佐证文号"), max_length=80, required=False)
    file = DocumentField(label=gettext_lazy("佐证材料"), required=False)


class GrantForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("批准意见"), max_length=300, required=False)


class RefuseForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("不批准的意见"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("原因"), max_length=300, required=False)


@requires(*READERS)
def light_waiver_list(request: SignedInRequest) -> HttpResponseBase:
    on = timezone.localdate()
    known = _seen(request).current().order_by("-recorded_at")
    parts = _parts(known, on=on)
    counts = {name: rows.count() for name, rows in parts.items()}
    tab = request.GET.get("tab", "")
    tab = tab if tab in parts else next((name for name in parts if counts[name]), "waiting")
    found = parts[tab].select_related("project__lead_unit", "asked_by")
    if asks_for_sheet(request):
        return list_taken(
            request, _("亮灯豁免"), list_columns.WAIVERS, found, filters={str(_("状态")): str(dict(_TABS)[tab])}
        )
    page = page_of(found, request, count=counts[tab])
    shown = {
        "title": _("亮灯豁免"),
        "as_of": _("有正当理由的，一种灯在一段时间内不计入项目亮灯；计算出来的灯照样写明。"),
        "trail": [{"label": _("亮灯规则"), "url": reverse("light_rules")}],
        "tabs": [
            {"label": label, "url": f"?tab={name}", "current": name == tab, "count": counts[name]}
            for name, label in _TABS
        ],
        "rows": [_row(each) for each in page],
        "page": page,
        "sheet_url": sheet_url(request),
    }
    return render(request, "scheduling/light_waiver_list.html", shown)


@requires(*READERS)
def light_waiver(request: SignedInRequest, pk: int) -> HttpResponse:
    waiver = _waiver_or_404(request, pk)
    versions = LightWaiver.objects.filter(
        project=waiver.project, dimension=waiver.dimension, starts_on=waiver.starts_on
    ).select_related("recorded_by")
    shown = {
        "title": str(waiver),
        "trail": [
            {"label": waiver.project.name, "url": reverse("project_detail", args=[waiver.project.code])},
            {"label": _("亮灯豁免"), "url": reverse("light_waiver_list")},
        ],
        "badge": waiver.get_state_display(),
        "as_of": _span(waiver),
        "waiver": waiver,
        "computed": _computed(waiver, on=timezone.localdate()),
        "facts": _facts(waiver),
        "entries": [_entry(each) for each in versions.order_by("-recorded_at", "-pk")],
        "may_decide": actions.may_decide(waiver, request.user),
        "may_withdraw": _may_withdraw(waiver, request.user, on=timezone.localdate()),
    }
    return render(request, "scheduling/light_waiver.html", shown)


@requires(Duty.ASK_WAIVER)
def light_waiver_ask(request: SignedInRequest, code: str) -> HttpResponse:
    project, on = project_or_404(request, code), timezone.localdate()
    initial = {"dimension": request.GET.get("dimension", ""), "starts_on": on}
    form = AskForm(sent(request), files_sent(request), initial=initial)
    text = _("须有正当理由和佐证（文号或材料），由他人批准后生效；已锁定的报告期不改变。")

    def act() -> str:
        given, at = dict(form.cleaned_data), timezone.now()
        if file := given.pop("file"):
            given["evidence"] = stored_files.keep_document(content=file, name=file.name, by=request.user, at=at)
            ask_for_scan(given["evidence"], at=at)
        return _url(actions.ask(project=project, **given, by=request.user))

    page = page_about(project, _("申请亮灯豁免"), text=text, submit=_("申请"))
    return answer(request, form, page, act)


@requires(Duty.WAIVE)
def light_waiver_grant(request: SignedInRequest, pk: int) -> HttpResponse:
    waiver, form = _waiver_or_404(request, pk), GrantForm(sent(request))
    page = _page(waiver, _("批准豁免"), submit=_("批准"), done=_("已批准，项目亮灯已重新判定。"))
    return answer(request, form, page, lambda: _url(actions.grant(waiver=waiver, **form.cleaned_data, by=request.user)))


@requires(Duty.WAIVE)
def light_waiver_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    waiver, form = _waiver_or_404(request, pk), RefuseForm(sent(request))
    page = _page(waiver, _("不批准豁免"), submit=_("不批准"), done=_("已告知申请人。"))
    return answer(
        request, form, page, lambda: _url(actions.refuse(waiver=waiver, **form.cleaned_data, by=request.user))
    )


@requires(*READERS)
def light_waiver_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    waiver, form = _waiver_or_404(request, pk), WithdrawForm(sent(request))
    page = _page(waiver, _("撤销豁免"), submit=_("撤销"), done=_("已撤销，项目亮灯已重新判定。"))
    return answer(
        request, form, page, lambda: _url(actions.withdraw(waiver=waiver, **form.cleaned_data, by=request.user))
    )


@requires(*READERS)
def light_waiver_evidence(request: SignedInRequest, pk: int) -> FileResponse:
    """As it was handed in, of superseded versions too."""
    waiver = get_object_or_404(_seen(request).filter(evidence__isnull=False).select_related("evidence"), pk=pk)
    return attachment(waiver.evidence)


def _seen(request: SignedInRequest) -> LightWaiverQuerySet:
    return LightWaiver.objects.filter(project__in=KeyProject.objects.visible_to(request.user))


def _waiver_or_404(request: SignedInRequest, pk: int) -> LightWaiver:
    """What is known now of the waiver this is a version of."""
    version = get_object_or_404(_seen(request), pk=pk)
    people = ("project__lead_unit", "project__responsible_unit", "asked_by", "decided_by", "evidence")
    current = LightWaiver.objects.current().select_related(*people)
    return current.get(project=version.project_id, dimension=version.dimension, starts_on=version.starts_on)


def _parts(known: LightWaiverQuerySet, *, on: date) -> dict[str, LightWaiverQuerySet]:
    granted = known.filter(state=_State.GRANTED, ends_on__gte=on)
    return {
        "waiting": known.waiting(),
        "in_force": granted,
        "closed": known.exclude(state=_State.ASKED).exclude(pk__in=granted),
    }


def _may_withdraw(waiver: LightWaiver, user: User, *, on: date) -> bool:
    holds = waiver.state in (_State.ASKED, _State.GRANTED) and waiver.ends_on >= on
    return holds and (waiver.asked_by_id == user.pk or user.duties.include(Duty.WAIVE))


def _url(waiver: LightWaiver) -> str:
    return reverse("light_waiver", args=[waiver.pk])


def _page(waiver: LightWaiver, title: str, *, submit: str, done: str) -> Page:
    trail = [{"label": str(waiver), "url": _url(waiver)}]
    return Page(title, submit, _url(waiver), trail, text=f"{_span(waiver)}。{waiver.reason}", done=done)


def _span(waiver: LightWaiver) -> str:
    said = {"since": waiver.starts_on.isoformat(), "until": waiver.ends_on.isoformat()}
    return _("%(since)s 至 %(until)s") % said


def _computed(waiver: LightWaiver, *, on: date) -> dict[str, str] | None:
    """The light as computed, which a waiver does not change; None where the project was never judged by it."""
    standing = Standing.objects.filter(project=waiver.project_id).first()
    if standing is None or waiver.dimension not in standing.verdicts:
        return None
    day = min(on, standing.valid_until)
    verdict = restored(standing.verdicts[waiver.dimension], on=day)
    return {"light": verdict.light, "word": verdict.light.word, "why": sentence(verdict, on=day)}


def _facts(waiver: LightWaiver) -> list[dict[str, Any]]:
    evidence = waiver.evidence
    return [
        {"label": _("正当理由"), "value": waiver.reason, "wide": True},
        {"label": _("佐证文号"), "value": waiver.document_number or UNDEFINED},
        {
            "label": _("佐证材料"),
            "value": evidence.name if evidence else UNDEFINED,
            "href": reverse("light_waiver_evidence", args=[waiver.pk]) if evidence else "",
        },
        {"label": _("申请人"), "value": str(waiver.asked_by)},
        {"label": _("批准人"), "value": str(waiver.decided_by or UNDEFINED)},
    ]


def _entry(version: LightWaiver) -> dict[str, Any]:
    """Who did what, with which words."""
    said = {
        _State.ASKED: _("申请"),
        _State.GRANTED: _("批准"),
        _State.REFUSED: _("不批准"),
        _State.WITHDRAWN: _("撤销"),
    }
    words = version.reason if version.state == _State.ASKED else version.decision_note
    return {
        "when": localtime(version.recorded_at).date(),
        "title": f"{said[_State(version.state)]}　{_span(version)}",
        "text": words,
        "who": f"{version.recorded_by}　{localtime(version.recorded_at):%H:%M}",
    }


def _row(waiver: LightWaiver) -> dict[str, str]:
    return {
        "url": _url(waiver),
        "name": waiver.project.name,
        "unit": str(waiver.project.lead_unit),
        "dimension": waiver.get_dimension_display(),
        "span": _span(waiver),
        "reason": waiver.reason,
        "asked_by": str(waiver.asked_by),
        "state": waiver.get_state_display(),
    }
