"""视图 of 项目库: offered above the list, saved, renamed, given up, begun with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.gate import READERS, SignedInRequest, requires
from projects.models import User
from projects.views.forms import Page, answer, confirmation, sent
from scheduling.actions import saved_views
from scheduling.list_views import ListView
from scheduling.models import SavedView


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=30)


class SaveForm(NameForm):
    is_shared = forms.BooleanField(
        label=gettext_lazy("共享给全区"),
        required=False,
        help_text=gettext_lazy("全区能看项目库的人都会在列表上方看到它；各人打开后只看到自己权限内的项目。"),
    )


@dataclass(frozen=True)
class OfferedViews:
    views: Sequence[Any]
    user: User

    def opening_address(self) -> str:
        """Of the view the person begins with; empty where that is the whole list."""
        return next((_address(view) for view in self.views if view.is_opening), "")

    def shown(self, present: ListView) -> dict[str, Any]:
        current = next((view for view in self.views if ListView.from_kept(view.query) == present), None)
        return {
            "whole_url": f"?{ListView().address()}",
            "is_whole": present == ListView(),
            "begins_elsewhere": any(view.is_opening for view in self.views),
            "links": [
                {
                    "label": view.name,
                    "url": f"?{_address(view)}",
                    "is_shared": view.is_shared,
                    "is_opening": view.is_opening,
                    "is_current": view is current,
                }
                for view in self.views
            ],
            "current": current,
            "may_change": current and saved_views.may_change(current, self.user),
            "save_url": f"{reverse('saved_view_save')}?{present.address()}",
        }


def offered_views(request: SignedInRequest) -> OfferedViews:
    return OfferedViews(list(SavedView.objects.offered_to(request.user)), request.user)


@requires(*READERS)
def saved_view_save(request: SignedInRequest) -> HttpResponse:
    """The address of this page is that of the list to be kept."""
    query = ListView.from_address({name: str(value) for name, value in request.GET.items()})
    form = SaveForm(sent(request))
    if not saved_views.may_share(request.user):
        del form.fields["is_shared"]
    page = Page(
        _("保存当前视图"),
        _("保存"),
        _listed(query),
        trail=_trail(),
        text=_(
            "保存的是筛选条件、列和排序；截至日期不保存，打开时总是当天的数据。与已有视图同名时，用现在的内容替换它。"
        ),
        done=_("视图已保存，以后在项目库上方直接打开。"),
    )

    def act() -> None:
        said = {"is_shared": False} | form.cleaned_data
        saved_views.save(**said, query=query, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(*READERS)
def saved_view_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.offered_to(request.user), pk=pk)
    form = NameForm(sent(request), initial={"name": view.name})
    page = Page(_("视图改名"), _("保存"), _listed_view(view), trail=_trail(), done=_("视图已改名。"))

    def act() -> None:
        saved_views.rename(view=view, name=form.cleaned_data["name"], by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(*READERS)
def saved_view_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.offered_to(request.user), pk=pk)
    text = _("删除后不能恢复；把它设为默认的人，以后打开项目库看到全部项目。项目和数据不受影响。")
    if not view.is_shared:
        text = _("删除后不能恢复。项目和数据不受影响。")
    page = Page(
        _("删除视图“%s”") % view.name, _("删除"), _listed_view(view), trail=_trail(), text=text, danger=True
    )  # fmt: skip

    def act() -> str:
        saved_views.delete(view=view, by=request.user, at=timezone.now())
        messages.success(request, _("视图“%s”已删除。") % view.name)
        return _listed(ListView())

    return answer(request, confirmation(request), page, act)


@require_POST
@requires(*READERS)
def saved_view_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.offered_to(request.user), pk=pk)
    saved_views.begin_with(view=view, by=request.user, at=timezone.now())
    messages.success(request, _("以后打开项目库，先看到“%s”。") % view.name)
    return redirect(_listed_view(view))


@require_POST
@requires(*READERS)
def saved_view_begin_anew(request: SignedInRequest) -> HttpResponse:
    saved_views.begin_with(view=None, by=request.user, at=timezone.now())
    messages.success(request, _("以后打开项目库，先看到全部项目。"))
    return redirect(_listed(ListView()))


def _address(view: SavedView) -> str:
    return ListView.from_kept(view.query).address()


def _listed(query: ListView) -> str:
    return f"{reverse('project_list')}?{query.address()}"


def _listed_view(view: SavedView) -> str:
    return _listed(ListView.from_kept(view.query))


def _trail() -> list[dict[str, str]]:
    return [{"label": _("项目库"), "url": _listed(ListView())}]
