"""视图 of 项目库: kept, renamed, given up, begun with. Only the office shares one with the whole district."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.roles import Duty
from scheduling.list_views import ListView
from scheduling.models import OpeningView, SavedView

MOST = 30


def may_share(user: User) -> bool:
    return user.duties.include(Duty.EDIT_REGISTER)


def may_change(view: SavedView, user: User) -> bool:
    """One's own; one that is shared belongs to the whole office, whoever saved it."""
    return may_share(user) if view.is_shared else view.owner_id == user.pk


@transaction.atomic
def save(*, name: str, query: ListView, is_shared: bool, by: User, at: datetime) -> SavedView:
    """Keep what is shown under this name; the own or shared one of this name is replaced by it."""
    if is_shared and not may_share(by):
        raise NotAllowed("只有区重点办能把视图共享给全区。")
    list(User.objects.select_for_update().filter(pk=by.pk))  # two at once wait for one another
    known = _named(name, is_shared=is_shared, by=by)
    if known and not may_change(known, by):
        raise NotAllowed(f"“{name}”是共享视图，由区重点办维护，请换一个名称。")
    if known is None and SavedView.objects.filter(owner=by).count() >= MOST:
        raise RuleViolation(f"每人最多保存 {MOST} 个视图，请先删除不用的。")
    kept = {"query": query.kept(), "is_shared": is_shared, "saved_at": at}
    if known is None:
        view = SavedView.objects.create(name=name, owner=by, **kept)
    else:
        view = known
        for field, value in kept.items():
            setattr(view, field, value)
        view.save(update_fields=list(kept))
    audit.record("saved_view.saved", view, by=by, at=at, changes={"name": name, "is_shared": is_shared})
    return view


@transaction.atomic
def rename(*, view: SavedView, name: str, by: User, at: datetime) -> None:
    view = _changeable(view, by)
    before, view.name = view.name, name
    others = Q(owner=view.owner_id)
    if view.is_shared:
        others |= Q(is_shared=True)
    if SavedView.objects.filter(others, name=name).exclude(pk=view.pk).exists():
        raise RuleViolation(f"已有名为“{name}”的视图，请换一个名称。")
    view.save(update_fields=["name"])
    audit.record("saved_view.renamed", view, by=by, at=at, changes={"name": [before, name]})


@transaction.atomic
def delete(*, view: SavedView, by: User, at: datetime) -> None:
    """Whoever began with it begins with the whole list again."""
    view = _changeable(view, by)
    audit.record("saved_view.deleted", view, by=by, at=at, changes={"name": view.name})
    view.delete()


@transaction.atomic
def begin_with(*, view: SavedView | None, by: User, at: datetime) -> None:
    """设为默认: 项目库 opens with it for this person; None: with the whole list."""
    if view is None:
        OpeningView.objects.filter(user=by).delete()
    else:
        OpeningView.objects.update_or_create(user=by, defaults={"view": view})
    audit.record("saved_view.chosen", by, by=by, at=at, changes={"name": view.name if view else "全部项目"})


def _named(name: str, *, is_shared: bool, by: User) -> SavedView | None:
    """The one this name belongs to already: among the shared ones, or among one's own."""
    if is_shared and (shared := SavedView.objects.filter(is_shared=True, name=name).first()):
        return shared
    return SavedView.objects.filter(owner=by, name=name).first()


def _changeable(view: SavedView, by: User) -> SavedView:
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if not may_change(view, by):
        raise NotAllowed("共享视图由区重点办维护，个人视图由本人维护。")
    return view
