"""单位: the organisation tree, and each unit with its people."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects import sheets
from projects.actions import units
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, Post, Unit
from projects.models.unit import in_force_on
from projects.roles import Duty
from projects.sheets import Column, Kind, Sheet
from projects.views.forms import Page, answer, confirmation, sent

DIRECTORY = (Duty.READ_DISTRICT, Duty.MANAGE_ACCOUNTS, Duty.GRANT_ROLES)
_PER_PAGE = 60


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ["name", "short_name", "kind", "parent"]
        error_messages = {"name": {"unique": gettext_lazy("已有同名单位，不能重复登记。")}}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        parent: forms.ModelChoiceField = self.fields["parent"]  # type: ignore[assignment]
        parent.queryset = Unit.objects.active().leading()
        parent.empty_label = _("无（顶级单位）")


class UnitNameForm(forms.ModelForm):
    class Meta(UnitForm.Meta):
        fields = ["name", "short_name", "kind"]


class UnitMoveForm(forms.Form):
    parent = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("新的上级单位"),
        required=False,
        empty_label=gettext_lazy("无（顶级单位）"),
    )

    def __init__(self, *args: object, unit: Unit, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        parent: forms.ModelChoiceField = self.fields["parent"]  # type: ignore[assignment]
        parent.queryset = Unit.objects.active().leading().exclude(path__startswith=unit.path)


@requires(*DIRECTORY)
def unit_list(request: SignedInRequest) -> HttpResponse:
    """Government units as a tree; enterprises as a list of their own, because there are many."""
    of_enterprises = request.GET.get("kind") == Unit.Kind.ENTERPRISE
    rows = list(_rows(_with_people(request, timezone.localdate()), of_enterprises=of_enterprises))
    page = page_of(rows, request, per_page=_PER_PAGE)
    context = {
        "title": _("单位和人员"),
        "tabs": directory_tabs("enterprises" if of_enterprises else "units"),
        "page": page,
        "can_edit": request.user.duties.include(Duty.MANAGE_ACCOUNTS),
    }
    return render(request, "projects/unit_list.html", context)


@requires(*DIRECTORY)
def unit_list_export(request: SignedInRequest) -> FileResponse:
    """Every unit the page may show, enterprises included, in the order of the tree."""
    now = timezone.now()
    found = _with_people(request, timezone.localdate())
    rows = [row for of_enterprises in (False, True) for row in _rows(found, of_enterprises=of_enterprises)]
    sheet = Sheet(title=_("单位名录"), as_of=sheets.as_of_moment(now), columns=_columns(), rows=rows)
    return sheets.download(sheet, by=request.user, at=now)


@requires(*DIRECTORY)
def unit_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("parent"), pk=pk)
    serving = Post.objects.in_force(on=today).filter(unit=unit, user__is_active=True).select_related("user")
    context = {
        "title": unit.name,
        "trail": [{"label": _("单位和人员"), "url": reverse("unit_list")}],
        "unit": unit,
        "facts": _facts(request, unit),
        "children": unit.children.order_by("-is_active", "sort_key"),
        "posts": serving.order_by("user__sort_key"),
        "can_edit": request.user.duties.include(Duty.MANAGE_ACCOUNTS),
    }
    return render(request, "projects/unit_detail.html", context)


@requires(Duty.MANAGE_ACCOUNTS)
def unit_add(request: SignedInRequest) -> HttpResponse:
    form = UnitForm(sent(request), initial={"parent": request.GET.get("parent")})
    page = Page(_("登记单位"), _("登记"), reverse("unit_list"), trail=_trail())

    def act() -> str:
        unit = units.add_unit(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("已登记“%(unit)s”。") % {"unit": unit.name})
        return reverse("unit", args=[unit.pk])

    return answer(request, form, page, act)


@requires(Duty.MANAGE_ACCOUNTS)
def unit_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    form = UnitNameForm(sent(request), instance=unit)
    page = Page(_("修改单位信息"), _("保存"), reverse("unit", args=[pk]), trail=_trail(unit))

    def act() -> None:
        units.correct_unit(unit=unit, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("单位信息已修改。"))

    return answer(request, form, page, act)


@requires(Duty.MANAGE_ACCOUNTS)
def unit_move(request: SignedInRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    form = UnitMoveForm(sent(request), unit=unit, initial={"parent": unit.parent_id})
    text = _("“%(unit)s”及其全部下级单位一并移动；能看到上级单位项目的人，从此也能看到它的项目。") % {"unit": unit.name}
    page = Page(_("调整隶属"), _("移动"), reverse("unit", args=[pk]), trail=_trail(unit), text=text)

    def act() -> None:
        units.move_unit(unit=unit, parent=form.cleaned_data["parent"], by=request.user, at=timezone.now())
        messages.success(request, _("隶属关系已调整。"))

    return answer(request, form, page, act)


@requires(Duty.MANAGE_ACCOUNTS)
def unit_close(request: SignedInRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    text = _("停用后不能再选它牵头项目或任职；原有项目和记录不受影响，需要时可以重新启用。")
    page = Page(_("停用单位"), _("停用"), reverse("unit", args=[pk]), trail=_trail(unit), text=text, danger=True)

    def act() -> None:
        units.close_unit(unit=unit, by=request.user, at=timezone.now())
        messages.success(request, _("“%(unit)s”已停用。") % {"unit": unit.name})

    return answer(request, confirmation(request), page, act)


@require_POST
@requires(Duty.MANAGE_ACCOUNTS)
def unit_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    units.reopen_unit(unit=unit, by=request.user, at=timezone.now())
    messages.success(request, _("“%(unit)s”已重新启用。") % {"unit": unit.name})
    return redirect("unit", pk)


def directory_tabs(current: str) -> list[dict[str, object]]:
    tabs = [
        ("units", _("单位"), reverse("unit_list")),
        ("enterprises", _("企业"), f"{reverse('unit_list')}?kind={Unit.Kind.ENTERPRISE}"),
        ("people", _("人员"), reverse("user_list")),
    ]
    return [{"label": label, "url": url, "current": name == current} for name, label, url in tabs]


def _trail(unit: Unit | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("单位和人员"), "url": reverse("unit_list")}]
    return [*trail, {"label": unit.name, "url": reverse("unit", args=[unit.pk])}] if unit else trail


def _with_people(request: SignedInRequest, on: date) -> QuerySet[Unit]:
    serving = in_force_on(on, "posts__") & Q(posts__user__is_active=True)
    people = Count("posts__user", filter=serving, distinct=True)
    return Unit.objects.visible_to(request.user).annotate(people=people)


def _rows(units_found: QuerySet[Unit], *, of_enterprises: bool) -> Iterator[dict[str, object]]:
    """Each unit after its parent, those of one parent by name; a parent of another kind is not waited for."""
    shown = [unit for unit in units_found if (unit.kind == Unit.Kind.ENTERPRISE) == of_enterprises]
    present = {unit.pk for unit in shown}
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in shown:
        below[unit.parent_id if unit.parent_id in present else None].append(unit)

    def walk(parent: int | None, depth: int) -> Iterator[dict[str, object]]:
        for unit in below[parent]:
            yield _row(unit, depth)
            yield from walk(unit.pk, depth + 1)

    return walk(None, 0)


def _row(unit: Unit, depth: int) -> dict[str, object]:
    return {
        "url": reverse("unit", args=[unit.pk]),
        "name": unit.name,
        "depth": min(depth, 4),
        "kind": unit.get_kind_display(),
        "people": unit.people,  # type: ignore[attr-defined]
        "is_active": unit.is_active,
    }


def _facts(request: SignedInRequest, unit: Unit) -> list[dict[str, object]]:
    facts: list[dict[str, object]] = [
        {"label": _("类别"), "value": unit.get_kind_display()},
        {"label": _("简称"), "value": unit.short_name or None},
        {"label": _("上级单位"), "value": unit.parent, "href": unit.parent and reverse("unit", args=[unit.parent.pk])},
        {"label": _("状态"), "value": _("在用") if unit.is_active else _("已停用")},
    ]
    if request.user.duties.include(Duty.READ_DISTRICT):  # administrators see no business data, not even a count
        led = KeyProject.objects.visible_to(request.user).filter(lead_unit=unit).counted()
        link = f"{reverse('project_list')}?lead_unit={unit.pk}"
        facts.append({"label": _("牵头项目"), "value": _("%(count)d 项") % {"count": led.count()}, "href": link})
    return facts


def _columns() -> list[Column[dict[str, Any]]]:
    return [
        Column(_("单位"), lambda row: row["name"], definition=_("单位全称")),
        Column(_("层级"), lambda row: row["depth"] + 1, Kind.NUMBER, definition=_("在隶属关系中的层级，1 为最上级")),
        Column(_("类别"), lambda row: row["kind"], definition=_("登记的单位类别")),
        Column(_("在任人数"), lambda row: row["people"], Kind.NUMBER, _("人"), _("当日在任且账号启用的人数")),
        Column(
            _("状态"),
            lambda row: _("在用") if row["is_active"] else _("已停用"),
            definition=_("停用的单位不能再牵头项目"),
        ),
    ]
