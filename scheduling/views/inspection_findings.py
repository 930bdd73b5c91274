"""观摩所见: what was found wrong at the stops and what has become of it, and what others may learn from them."""

from collections import defaultdict
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import findings, practice_cards
from scheduling.models import Finding, InspectionRound, PracticeCard, Problem
from scheduling.views import list_columns
from scheduling.views.decision_forms import SaidForm
from scheduling.views.inspection_head import SEES, head, settled_or_404, trail_of
from scheduling.views.problem_verbs import ProblemForm
from scheduling.views.stops import page_of_stop, stop_or_404

State = InspectionRound.State


class PracticeForm(forms.ModelForm):
    class Meta:
        model = PracticeCard
        fields = ["stop", "title", "what", "contact"]
        widgets = {"what": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"title": gettext_lazy("一句话说清做法，别处可以照着做。")}

    def __init__(self, *args: Any, inspection: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stops: Any = self.fields["stop"]
        stops.queryset = inspection.stops.select_related("project")


@requires(*READERS)
def inspection_findings(request: SignedInRequest, pk: int) -> HttpResponseBase:
    asked, on = settled_or_404(request, pk), timezone.localdate()
    found: dict[int, list[Finding]] = defaultdict(list)
    related = ("problem__responsible_unit", "problem__court_unit", "stop__project", "found_by")
    for each in Finding.objects.filter(stop__round=asked).select_related(*related):
        found[each.stop_id].append(each)
    everything = [each for of_stop in found.values() for each in of_stop]
    if asks_for_sheet(request):
        return list_taken(request, _("%s发现问题") % asked, list_columns.FINDINGS, everything)
    seen = Problem.objects.visible_to(request.user).filter(finding__stop__round=asked)
    links = set(seen.values_list("pk", flat=True))
    rows = [
        {"stop": stop, "findings": [_finding(each, links, on=on) for each in found[stop.pk]]}
        for stop in asked.stops.select_related("project")
    ]
    shown = head(request, asked, tab="inspection_findings") | {
        "headline": _headline(everything, on=on),
        "sheet_url": sheet_url(request),
        "rows": [row for row in rows if row["findings"] or _may_record(request, asked)],
        "may_record": _may_record(request, asked),
    }
    return render(request, "scheduling/inspection_findings.html", shown)


@requires(Duty.INSPECT)
def finding_new(request: SignedInRequest, pk: int) -> HttpResponse:
    stop = stop_or_404(request, pk)
    initial = {"responsible_unit": stop.project.responsible_unit_id or stop.project.lead_unit_id}
    form = ProblemForm(sent(request), project=stop.project, initial=initial)

    def act() -> None:
        units = form.cleaned_data["support_units"]
        findings.record(stop=stop, problem=form.instance, support_units=units, by=request.user, at=timezone.now())

    done = _("问题已登记，责任单位从现在起办理。")
    page = page_of_stop(stop, title=_("登记发现问题"), submit=_("登记"), done=done, back="inspection_findings")
    return answer(request, form, page, act)


@requires(*SEES)
def inspection_practices(request: SignedInRequest, pk: int) -> HttpResponseBase:
    asked = settled_or_404(request, pk)
    cards = PracticeCard.objects.filter(stop__round=asked, withdrawn_at__isnull=True)
    ordered = cards.select_related("stop__project", "written_by").order_by("stop__order", "pk")
    if asks_for_sheet(request):
        return list_taken(request, _("%s好做法") % asked, list_columns.PRACTICES, ordered)
    shown = head(request, asked, tab="inspection_practices") | {
        "cards": list(ordered),
        "sheet_url": sheet_url(request),
        "may_record": _may_record(request, asked),
    }
    return render(request, "scheduling/inspection_practices.html", shown)


@requires(Duty.INSPECT)
def practice_card_new(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = settled_or_404(request, pk)
    form = PracticeForm(sent(request), inspection=asked)

    def act() -> None:
        practice_cards.write(**form.cleaned_data, by=request.user, at=timezone.now())

    page = _page(asked, _("记录好做法"), submit=_("保存"), done=_("好做法已记录。"))
    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def practice_card_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    card = get_object_or_404(PracticeCard.objects.select_related("stop__round"), pk=pk)
    form = SaidForm(sent(request), label=_("撤下原因"))

    def act() -> None:
        practice_cards.withdraw(card=card, reason=form.cleaned_data["text"], by=request.user, at=timezone.now())

    title = _("撤下“%(card)s”") % {"card": card}
    return answer(request, form, _page(card.stop.round, title, submit=_("撤下"), done=_("已撤下。")), act)


def _page(asked: InspectionRound, title: str, *, submit: str, done: str) -> Page:
    url = reverse("inspection_practices", args=[asked.pk])
    return Page(title, submit, url, trail=trail_of(asked), done=done)


def _may_record(request: SignedInRequest, asked: InspectionRound) -> bool:
    has_begun = asked.starts_at <= timezone.now()
    return has_begun and asked.state in findings.TOURED and request.user.duties.include(Duty.INSPECT)


def _finding(each: Finding, links: set[int], *, on: Any) -> dict[str, Any]:
    problem = each.problem
    is_solved = problem.state == Problem.State.CLOSED
    is_late = not is_solved and problem.needed_by < on
    return {
        "title": problem.title,
        "url": reverse("problem", args=[problem.pk]) if problem.pk in links else "",
        "unit": problem.responsible_unit if is_solved else problem.court_unit,
        "needed_by": compact_date(problem.needed_by),
        "state": problem.get_state_display(),
        "is_solved": is_solved,
        "is_late": is_late,
    }


def _headline(found: list[Finding], *, on: Any) -> str:
    if not found:
        return _("还没有登记现场发现的问题。")
    still = [each for each in found if each.problem.state != Problem.State.CLOSED]
    late = sum(each.problem.needed_by < on for each in still)
    said = {"all": len(found), "solved": len(found) - len(still), "late": late}
    text = _("发现问题 %(all)d 项，已解决 %(solved)d 项") % said
    return f"{text}{_('，逾期 %(late)d 项') % said if late else ''}。"
