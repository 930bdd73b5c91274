"""候选: every project the round may show, and why or why not; screened by units, chosen by the office."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import chinese_date, shown
from projects.filters import used
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.models.key_project import KeyProjectQuerySet, in_units_of
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.widgets import PlainSelect
from scheduling.actions import pre_screenings, stops
from scheduling.inspection_candidates import Reason, Rule, Stand
from scheduling.inspection_pool import Candidate, pool, rule_of
from scheduling.models import InspectionRound, PreScreening
from scheduling.views import list_columns
from scheduling.views.inspection_head import head, round_or_404, trail_of
from scheduling.views.light_words import lit

State = InspectionRound.State
_ELIGIBLE, _EXCLUDED, _CHOSEN, _WAITING = "eligible", "excluded", "chosen", "waiting"
_MARKS = {Stand.MET: "met", Stand.UNMET: "unmet", Stand.UNKNOWN: "unknown"}


class CandidateFilters(forms.Form):
    q = forms.CharField(label=gettext_lazy("项目名称、编号或拼音"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("显示"),
        required=False,
        widget=PlainSelect,
        choices=[
            ("", gettext_lazy("全部候选")),
            (_ELIGIBLE, gettext_lazy("符合条件")),
            (_EXCLUDED, gettext_lazy("不符合条件")),
            (_CHOSEN, gettext_lazy("已选定")),
            (_WAITING, gettext_lazy("符合条件、待初审")),
        ],
    )


class ChooseForm(forms.Form):
    exception = forms.CharField(
        label=gettext_lazy("例外入选理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不符合条件而确需选定的，写明理由；理由随观摩点保存。"),
    )


class ScreenForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("初审意见"), choices=PreScreening.Verdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("理由和看点"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("推荐的写看点；不推荐的须写理由。"),
    )


@requires(Duty.INSPECT, Duty.PRE_SCREEN)
def inspection_candidates(request: SignedInRequest, pk: int) -> HttpResponseBase:
    asked, form = round_or_404(request, pk), CandidateFilters(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    everything = pool(asked, projects=_own(request), on=timezone.localdate())
    found = _narrowed(everything, chosen.get("show", ""), _matching(chosen.get("q", "")))
    if asks_for_sheet(request):
        return list_taken(request, _("%s候选项目") % asked, list_columns.CANDIDATES, found, filters=used(form))
    page = page_of(found, request)
    is_open = asked.state == State.CHOOSING
    given = head(request, asked, tab="inspection_candidates") | {
        "as_of_day": chinese_date(timezone.localdate()),
        "headline": _headline(everything, runs=request.user.duties.include(Duty.INSPECT)),
        "rules": _rules_said(rule_of(asked)),
        "form": form,
        "used": sum(bool(chosen.get(name)) for name in form.fields),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(each, asked) for each in page],
        "may_choose": is_open and request.user.duties.include(Duty.INSPECT),
        "may_screen": is_open and request.user.duties.include(Duty.PRE_SCREEN),
        "query": request.GET.urlencode(),
    }
    return render(request, "scheduling/inspection_candidates.html", given)


@requires(Duty.INSPECT)
def stop_choose(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """Pressed in the list at once where nothing speaks against it; else its own page asks for the reason."""
    asked, project = round_or_404(request, pk), _project_or_404(request, code)
    form = ChooseForm(sent(request))

    def act() -> HttpResponse:
        said = form.cleaned_data["exception"]
        stops.choose(inspection=asked, project=project, exception=said, by=request.user, at=timezone.now())
        messages.success(request, _("已选定“%(name)s”。") % {"name": project.name})
        return redirect(f"{reverse('inspection_candidates', args=[asked.pk])}?{request.GET.urlencode()}")

    against = [each.candidacy.against for each in _pool_of(asked, project)]
    text = _("不符合候选条件：%s。") % "；".join(against[0]) if against and against[0] else ""
    return answer(request, form, _page(asked, project.name, submit=_("选定"), text=text), act)


@requires(Duty.PRE_SCREEN)
def pre_screen(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    asked = round_or_404(request, pk)
    project = get_object_or_404(_own(request), code=code)
    said = asked.pre_screenings.filter(project=project).first()
    form = ScreenForm(sent(request), initial={"verdict": said.verdict, "note": said.note} if said else {})

    def act() -> HttpResponse:
        said = form.cleaned_data
        pre_screenings.pre_screen(inspection=asked, project=project, **said, by=request.user, at=timezone.now())
        messages.success(request, _("“%(name)s”的初审意见已提交。") % {"name": project.name})
        return redirect(f"{reverse('inspection_candidates', args=[asked.pk])}?{request.GET.urlencode()}")

    text = "；".join(reason.text for each in _pool_of(asked, project) for reason in each.candidacy.reasons)
    page = _page(
        asked, _("初审：%(name)s") % {"name": project.name}, submit=_("提交"), text=f"{text}。" if text else ""
    )
    return answer(request, form, page, act)


def _pool_of(asked: InspectionRound, project: KeyProject) -> list[Candidate]:
    return pool(asked, projects=KeyProject.objects.filter(pk=project.pk), on=timezone.localdate())


def _own(request: SignedInRequest) -> KeyProjectQuerySet:
    """All for the office; for a unit those of which it speaks."""
    seen = KeyProject.objects.visible_to(request.user)
    if request.user.duties.include(Duty.INSPECT):
        return seen
    return seen.filter(in_units_of(request.user.duties, Duty.PRE_SCREEN))


def _project_or_404(request: SignedInRequest, code: str) -> KeyProject:
    return get_object_or_404(KeyProject.objects.visible_to(request.user).select_related("lead_unit"), code=code)


def _page(asked: InspectionRound, title: str, *, submit: str, text: str) -> Page:
    return Page(title, submit, reverse("inspection_candidates", args=[asked.pk]), trail=trail_of(asked), text=text)


def _matching(words: str) -> set[int] | None:
    """None: nothing is looked for."""
    return set(KeyProject.objects.matching(words).values_list("pk", flat=True)) if words.strip() else None


def _narrowed(found: Sequence[Candidate], show: str, wanted: set[int] | None) -> list[Candidate]:
    holds = {
        _ELIGIBLE: lambda each: each.candidacy.is_eligible,
        _EXCLUDED: lambda each: not each.candidacy.is_eligible,
        _CHOSEN: lambda each: each.stop is not None,
        _WAITING: lambda each: each.candidacy.is_eligible and each.said is None,
    }.get(show, lambda each: True)
    return [each for each in found if holds(each) and (wanted is None or each.project.pk in wanted)]


def _headline(found: Sequence[Candidate], *, runs: bool) -> str:
    count = Counter(
        {
            "all": len(found),
            "eligible": sum(each.candidacy.is_eligible for each in found),
            "waiting": sum(each.candidacy.is_eligible and each.said is None for each in found),
            "chosen": sum(each.stop is not None for each in found),
        }
    )
    if runs:
        return (
            _("%(all)d 个候选项目中 %(eligible)d 个符合条件（%(waiting)d 个待初审），已选定 %(chosen)d 个观摩点。")
            % count
        )
    return _("本单位 %(all)d 个候选项目中 %(eligible)d 个符合条件，其中 %(waiting)d 个待初审。") % count


def _rules_said(rule: Rule) -> list[str]:
    said = [_("最近 %d 轮观摩过的不再入选") % rule.rest_rounds] if rule.rest_rounds else []
    if rule.needs_formalities:
        said.append(_("须具备开工条件"))
    if rule.least_invested is not None:
        said.append(_("累计完成投资不低于总投资的 %s%%") % f"{rule.least_invested.normalize():f}")
    return [*said, _("停缓建的、牵头单位不推荐的不入选")]


def _row(each: Candidate, asked: InspectionRound) -> dict[str, Any]:
    project = each.project
    address = [asked.pk, project.code]
    return {
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": project.lead_unit,
        "lit": lit(each.light, each.computed_light),
        "share": shown(each.share, 1),
        "is_eligible": each.candidacy.is_eligible,
        "is_emphasised": each.candidacy.is_emphasised,
        "reasons": [_reason(reason) for reason in each.candidacy.reasons],
        "is_screened": each.said is not None,
        "stop": each.stop,
        "choose_url": reverse("stop_choose", args=address),
        "screen_url": reverse("pre_screen", args=address),
    }


def _reason(reason: Reason) -> dict[str, str]:
    text = _("侧重：%s") % reason.text if reason.is_emphasis else reason.text
    return {"mark": _MARKS[reason.stand], "word": reason.stand.value, "text": text}
