"""基线对比: any two moments with a name, or one of them and now; every node of either, and its Excel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import baselines as moments
from projects import figures, lists, sheets
from projects.actions import baselines
from projects.baselines import Became, Compared, Comparison
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import Baseline, KeyProject
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from projects.sheets import Column, Kind, Sheet
from projects.views.change_words import shift_said
from projects.views.forms import Page, answer, sent
from projects.views.key_projects import page_of, project_or_404
from projects.views.project_head import head

_NOW = "now"
_PER_PAGE = 60


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("基线名称"),
        max_length=100,
        help_text=gettext_lazy("如“2026年一季度末”“年度计划调整前”。建立后，此刻的全部计划日期可随时与其他时点对比。"),
    )


class Choice(forms.Form):
    """Two moments: a baseline each, or now."""

    a = forms.ChoiceField(label=gettext_lazy("基线甲"), required=False)
    b = forms.ChoiceField(label=gettext_lazy("基线乙"), required=False)
    only = forms.ChoiceField(
        label=gettext_lazy("显示"),
        required=False,
        choices=[("", gettext_lazy("只看有变化的")), ("all", gettext_lazy("全部节点"))],
    )

    def __init__(self, *args: Any, known: list[Baseline], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.pk), _named(each)) for each in known] + [(_NOW, _("现在"))]
        for name in ("a", "b"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def _named(baseline: Baseline) -> str:
    taken = f"{localtime(baseline.known_at):%Y-%m-%d %H:%M}"
    whole = "" if baseline.project_id else _("，全区")
    return f"{baseline.name}（{taken}{whole}）"


@dataclass(frozen=True)
class Chosen:
    """The two moments asked for, the earlier first, and what each is called."""

    earlier: datetime
    later: datetime
    earlier_name: str
    later_name: str


def _chosen(form: Choice, known: list[Baseline], *, now: datetime) -> Chosen:
    """The first baseline and now, where nothing else was asked for."""
    named = {str(each.pk): (each.known_at, each.name) for each in known} | {_NOW: (now, str(_("现在")))}
    said = form.cleaned_data if form.is_valid() else {}
    a, b = said.get("a") or next(iter(named)), said.get("b") or _NOW
    (earlier, first), (later, second) = sorted([named[a], named[b]], key=lambda pair: pair[0])
    return Chosen(earlier, later, first, second)


@requires(*READERS)
def of_project(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    known = list(Baseline.objects.filter(project__in=[project]) | Baseline.objects.filter(project__isnull=True))
    own = KeyProject.objects.filter(pk=project.pk)
    drafts = request.user.duties.include(Duty.DRAFT_SCHEDULE) and project.is_answered_for_by(request.user)
    around = head(request, project, tab="project_baselines") | {
        "base": "projects/project_base.html",
        "take_url": reverse("project_baseline_take", args=[code])
        if drafts or request.user.duties.include(Duty.EDIT_REGISTER)
        else "",
        "export_url": reverse("project_baselines_export", args=[code]),
    }
    return _page(request, own, known, around)


@requires(*READERS)
def district(request: SignedInRequest) -> HttpResponse:
    around = {
        "base": "base.html",
        "title": _("基线对比"),
        "take_url": reverse("baseline_take") if request.user.duties.include(Duty.EDIT_REGISTER) else "",
        "export_url": reverse("baselines_export"),
        "shows_projects": True,
    }
    seen = KeyProject.objects.visible_to(request.user).counted()
    return _page(request, seen, list(Baseline.objects.filter(project__isnull=True)), around)


def _page(
    request: SignedInRequest, projects: KeyProjectQuerySet, known: list[Baseline], around: dict[str, Any]
) -> HttpResponse:
    now = timezone.now()
    form = Choice(request.GET or None, known=known)
    chosen = _chosen(form, known, now=now)
    found = moments.compare(projects, earlier=chosen.earlier, later=chosen.later)
    shows_all = request.GET.get("only") == "all"
    page = lists.page_of(found.rows if shows_all else found.changed(), request, per_page=_PER_PAGE)
    names = _projects_of(page.object_list) if around.get("shows_projects") else {}
    shown = {
        **around,
        "known": known,
        "form": Choice(_initial(request, known), known=known),
        "chosen": chosen,
        "sentence": found.in_words(),
        "page": page,
        "rows": [_row(row, names) for row in page.object_list],
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/baselines.html", shown)


def _initial(request: SignedInRequest, known: list[Baseline]) -> dict[str, str]:
    first = str(known[0].pk) if known else _NOW
    asked = {name: request.GET.get(name, "") for name in ("a", "b", "only")}
    return {"a": asked["a"] or first, "b": asked["b"] or _NOW, "only": asked["only"]}


def _projects_of(rows: Any) -> dict[int, KeyProject]:
    return KeyProject.objects.in_bulk({row.project_id for row in rows})


def _row(row: Compared, names: dict[int, KeyProject]) -> dict[str, Any]:
    project = names.get(row.project_id)
    return {
        "project": project.name if project else "",
        "url": reverse("stage_target" if row.is_stage else "milestone", args=[row.subject_id]),
        "name": row.name,
        "former": row.former_name,
        "is_stage": row.is_stage,
        "before": compact_date(row.earlier.planned_on if row.earlier else None),
        "after": compact_date(row.later.planned_on if row.later else None),
        "actual": compact_date(row.later.actual_on if row.later else None),
        "shift": shift_said(row.days) if row.days is not None else figures.UNDEFINED,
        "became": row.became.value,
        "stands_out": row.became in {Became.ADDED, Became.REMOVED, Became.LATER},
    }


@requires(Duty.EXPORT)
def of_project_export(request: SignedInRequest, code: str) -> FileResponse:
    project = project_or_404(request, code)
    known = list(Baseline.objects.filter(project__in=[project]) | Baseline.objects.filter(project__isnull=True))
    return _export(request, KeyProject.objects.filter(pk=project.pk), known, title=f"{project.name}基线对比")


@requires(Duty.EXPORT)
def district_export(request: SignedInRequest) -> FileResponse:
    seen = KeyProject.objects.visible_to(request.user).counted()
    return _export(request, seen, list(Baseline.objects.filter(project__isnull=True)), title="基线对比")


def _export(
    request: SignedInRequest, projects: KeyProjectQuerySet, known: list[Baseline], *, title: str
) -> FileResponse:
    """Every node of either moment, whatever the page narrows it to."""
    now = timezone.now()
    chosen = _chosen(Choice(request.GET or None, known=known), known, now=now)
    found = moments.compare(projects, earlier=chosen.earlier, later=chosen.later)
    as_of = f"{chosen.earlier_name}（{localtime(chosen.earlier):%Y-%m-%d %H:%M}）对比"
    as_of += f"{chosen.later_name}（{localtime(chosen.later):%Y-%m-%d %H:%M}）"
    sheet = Sheet(title=title, as_of=as_of, columns=_columns(projects, found), rows=found.rows)
    return sheets.download(sheet, by=request.user, at=now)


def _columns(projects: KeyProjectQuerySet, found: Comparison) -> list[Column[Compared]]:
    names = projects.in_bulk()
    return [
        Column("项目", lambda row: names[row.project_id].name, definition="项目库登记的名称"),
        Column("阶段和节点", lambda row: row.name, definition="较晚时点的名称"),
        Column("原名称", lambda row: row.former_name, definition="较早时点的名称，没有改名的留空"),
        Column(
            "甲：批准日期",
            lambda row: row.earlier and row.earlier.planned_on,
            Kind.DATE,
            definition="较早时点的批准日期",
        ),
        Column(
            "乙：批准日期", lambda row: row.later and row.later.planned_on, Kind.DATE, definition="较晚时点的批准日期"
        ),
        Column("变动", lambda row: row.days, Kind.NUMBER, unit="天", definition="乙减甲，正数为推后"),
        Column(
            "实际完成", lambda row: row.later and row.later.actual_on, Kind.DATE, definition="较晚时点所知的完成日期"
        ),
        Column("变化", lambda row: row.became.value, definition="新增、撤销、已完成、推后、提前、不变"),
    ]


@requires(Duty.EDIT_REGISTER, Duty.DRAFT_SCHEDULE)
def of_project_take(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    form = NameForm(sent(request))
    page = page_of(project, _("建立基线"), back="project_baselines", submit=_("建立"))
    return answer(request, form, page, lambda: _taken(project, form, request))


@requires(Duty.EDIT_REGISTER)
def district_take(request: SignedInRequest) -> HttpResponse:
    form = NameForm(sent(request))
    url = reverse("baselines")
    page = Page(_("建立全区基线"), _("建立"), url, trail=[{"label": _("基线对比"), "url": url}], done=_("基线已建立。"))
    return answer(request, form, page, lambda: _taken(None, form, request))


def _taken(project: KeyProject | None, form: NameForm, request: SignedInRequest) -> None:
    baselines.take(project=project, name=form.cleaned_data["name"], by=request.user)
