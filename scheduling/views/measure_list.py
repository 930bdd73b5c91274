"""结果运用: who is called in, who is praised? Proposals, what is under way, praise and support, and what has ended."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import filters, sheets
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import User
from projects.models.key_project import matching
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.forms import UnitFilters
from scheduling import measure_flow as flow
from scheduling.measure_rules import Side, levels_of
from scheduling.measure_sheet import measure_sheet
from scheduling.models import Measure
from scheduling.views.measure_words import due_said, kind_badge, next_said, state_badge

_TABS = {
    "proposed": gettext_lazy("待定建议"),
    "open": gettext_lazy("办理中"),
    "praise": gettext_lazy("表扬支持"),
    "ended": gettext_lazy("已办结"),
}
_ENDED = [flow.State.CLOSED, flow.State.DISMISSED]
_STRICT, _KIND = Q(kind__in=levels_of(Side.STRICT)), Q(kind__in=levels_of(Side.KIND))
_OF_TAB: dict[str, Q] = {
    "proposed": Q(state=flow.State.PROPOSED),
    "open": _STRICT & Q(state__in=flow.OPEN - {flow.State.PROPOSED}),
    "praise": _KIND & ~Q(state__in=[flow.State.PROPOSED, flow.State.DISMISSED]),
    "ended": Q(state=flow.State.DISMISSED) | _STRICT & Q(state=flow.State.CLOSED),
}


class MeasureFilters(UnitFilters):
    q = forms.CharField(label=gettext_lazy("项目"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("措施"), required=False, choices=[("", gettext_lazy("全部")), *Measure.Kind.choices]
    )
    overdue = forms.BooleanField(label=gettext_lazy("只看逾期的"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["q", "kind", "unit", "tab", "overdue"]

    def narrow(self, measures: QuerySet[Measure], *, on: date) -> QuerySet[Measure]:
        if not self.is_valid():
            return measures.none()
        said = self.cleaned_data
        if said["overdue"]:
            measures = measures.filter(pk__in=Measure.objects.overdue(on=on).values("pk"))
        columns = {"unit": said["unit"], "kind": said["kind"]}
        measures = measures.filter(**{column: value for column, value in columns.items() if value})
        return measures.filter(matching(said["q"], "project__"))

    def used(self) -> dict[str, str]:
        """The conditions set, in words; a box not ticked is none."""
        if not self.is_valid():
            return {}
        return {
            label: word for label, word in filters.used(self).items() if word not in {"False", self.data.get("tab")}
        }


@requires(*READERS)
def measure_list(request: SignedInRequest) -> HttpResponse:
    on, user, form = timezone.localdate(), request.user, MeasureFilters(request.GET)
    seen = Measure.objects.visible_to(user)
    found, tab = form.narrow(seen, on=on), _tab(request)
    counts = found.aggregate(**{name: Count("pk", filter=of) for name, of in _OF_TAB.items()})
    page = page_of(_in_turn(found.filter(_OF_TAB[tab]), tab), request, count=counts[tab])
    used = form.used()
    shown = {
        "title": _("结果运用"),
        "tabs": _tabs(tab, counts, request, user),
        "headline": _headline(counts, found, on=on),
        "is_late": tab == "open" and found.filter(pk__in=Measure.objects.overdue(on=on).values("pk")).exists(),
        "form": form,
        "used": len(used),
        "tab": tab,
        "clear_url": f"?tab={tab}",
        "page": page,
        "rows": [_row(each, on=on) for each in page],
        "caption": _CAPTIONS[tab],
        "may_decide": tab == "proposed" and user.duties.include(Duty.APPROVE_MEASURE),
        "may_propose": user.duties.include(Duty.PROPOSE_MEASURE),
        "may_export": user.duties.include(Duty.EXPORT),
        "export_url": f"{reverse('measure_list_export')}?{_query(request, tab)}",
    }
    return render(request, "scheduling/measure_list.html", shown)


_CAPTIONS = {
    "proposed": gettext_lazy("措施重的在前。建议不会自动发出，须经审定。"),
    "open": gettext_lazy("期限近的在前。"),
    "praise": gettext_lazy("最近的在前。"),
    "ended": gettext_lazy("最近的在前。"),
}


@requires(Duty.EXPORT)
def measure_list_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the tab with the same address, of all its pages."""
    now, form, tab = timezone.now(), MeasureFilters(request.GET), _tab(request)
    on = day_of(now)
    found = form.narrow(Measure.objects.visible_to(request.user), on=on).filter(_OF_TAB[tab])
    rows = _in_turn(found, tab).prefetch_related("items").iterator(chunk_size=500)
    sheet = measure_sheet(rows, as_of=sheets.as_of_moment(now), filters={_("页签"): str(_TABS[tab])} | form.used())
    return sheets.download(sheet, by=request.user, at=now)


def _tab(request: SignedInRequest) -> str:
    """What one comes for: proposals for those who decide, what is under way for those who carry it out."""
    asked = request.GET.get("tab", "")
    if asked in _TABS:
        return asked
    return "proposed" if request.user.duties.include(Duty.READ_DISTRICT) else "open"


def _tabs(tab: str, counts: dict[str, int], request: SignedInRequest, user: User) -> list[dict[str, Any]]:
    """A unit is not shown the tab of what it is not told."""
    reads_all = user.duties.include(Duty.READ_DISTRICT)
    return [
        {
            "label": label,
            "url": f"{reverse('measure_list')}?{_query(request, name)}",
            "current": name == tab,
            "count": counts[name],
        }
        for name, label in _TABS.items()
        if name != "proposed" or reads_all
    ]


def _query(request: SignedInRequest, tab: str) -> str:
    query = request.GET.copy()
    query["tab"] = tab
    query.pop("page", None)
    return query.urlencode()


def _in_turn(measures: QuerySet[Measure], tab: str) -> QuerySet[Measure]:
    related = ("project", "unit", "proposed_by", "decided_by")
    rows = measures.defer("evidence").select_related(*related)
    if tab == "proposed":
        heights = {level: level.height for side in Side for level in levels_of(side)}
        whens = [When(kind=level, then=Value(height)) for level, height in heights.items()]
        return rows.annotate(height=Case(*whens, default=Value(0))).order_by("-height", "-proposed_at", "pk")
    if tab == "open":
        return rows.order_by(F("due_on").asc(nulls_last=True), "-proposed_at", "pk")
    return rows.order_by("-decided_at", "-pk")


def _headline(counts: dict[str, int], found: QuerySet[Measure], *, on: date) -> str:
    if not any(counts.values()):
        return _("没有结果运用事项。")
    sides = found.filter(state=flow.State.PROPOSED).aggregate(
        strict=Count("pk", filter=_STRICT), kind=Count("pk", filter=_KIND)
    )
    parts = []
    if counts["proposed"]:
        parts.append(
            _("待审定 %(all)d 项（督促 %(strict)d，表扬支持 %(kind)d）") % {"all": counts["proposed"], **sides}
        )
    late = found.filter(pk__in=Measure.objects.overdue(on=on).values("pk")).count()
    parts.append(_("督促在办 %(open)d 项，其中逾期 %(late)d 项") % {"open": counts["open"], "late": late})
    parts.append(_("表扬支持 %d 项") % counts["praise"])
    return "；".join(parts) + "。"


def _row(measure: Measure, *, on: date) -> dict[str, Any]:
    due, is_late = due_said(measure.due_on, on=on, is_open=measure.state in flow.OPEN)
    return {
        "pk": measure.pk,
        "url": reverse("measure", args=[measure.pk]),
        "project": measure.project.name,
        "unit": measure.unit,
        "kind": kind_badge(measure),
        "state": state_badge(measure),
        "reasons": measure.reasons,
        "next": measure.outcome or (measure.decision_note if measure.state in _ENDED else next_said(measure)),
        "due": due,
        "is_late": is_late,
        "number": measure.notice_number,
        "day": compact_date(day_of(measure.proposed_at)),
    }
