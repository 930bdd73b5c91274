"""单位: the organisation tree. A unit's ``path`` names its ancestors and itself: ``000001/000007/``."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from projects import audit, names
from projects.errors import RuleViolation
from projects.models import Post, Unit, User
from projects.recorded import day_of

DEEPEST = 8


@transaction.atomic
def add_unit(
    *, name: str, kind: str, parent: Unit | None = None, short_name: str = "", by: User | None, at: datetime
) -> Unit:
    """A new unit below ``parent``, or at the top. ``by`` None is an import or the set-up."""
    _refuse_name_in_use(name)
    unit = Unit(name=name, short_name=short_name, kind=kind, parent=parent, sort_key=names.sort_key(name)[:200])
    unit.path = f"{uuid4().hex}/"  # its own number is known only once it is saved
    unit.save()
    unit.path = _path_below(parent, unit)
    unit.save(update_fields=["path"])
    changes = audit.in_words(None, unit, ["name", "short_name", "kind", "parent"])
    audit.record("unit.added", unit, by=by, at=at, changes=changes)
    return unit


@transaction.atomic
def correct_unit(*, unit: Unit, name: str, short_name: str, kind: str, by: User, at: datetime) -> None:
    """Mend what the unit is called and what kind it is."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if name != unit.name:
        _refuse_name_in_use(name)
    before = Unit(name=unit.name, short_name=unit.short_name, kind=unit.kind)
    unit.name, unit.short_name, unit.kind = name, short_name, kind
    unit.sort_key = names.sort_key(name)[:200]
    unit.save(update_fields=["name", "short_name", "kind", "sort_key"])
    changes = audit.in_words(before, unit, ["name", "short_name", "kind"])
    audit.record("unit.corrected", unit, by=by, at=at, changes=changes)


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, by: User, at: datetime) -> None:
    """隶属调整: the unit and all below it come under ``parent``, or to the top.

    Whoever reads ``parent`` reads its projects from now on. The whole tree is locked: two moves at once
    could close a circle, and moves are rare.
    """
    tree = {row.pk: row for row in Unit.objects.select_for_update().order_by("pk")}
    unit, parent = tree[unit.pk], tree[parent.pk] if parent else None
    if parent and parent.path.startswith(unit.path):
        raise RuleViolation(f"不能把“{unit.name}”移到它自己或它的下级单位“{parent.name}”之下。")
    if parent and not parent.is_active:
        raise RuleViolation(f"“{parent.name}”已停用，不能再有下级单位。")
    above = unit.parent
    _rewrite_paths(unit, _path_below(parent, unit))
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    changes = {"上级单位": [str(above or "无"), str(parent or "无")]}
    audit.record("unit.moved", unit, by=by, at=at, changes=changes)


@transaction.atomic
def close_unit(*, unit: Unit, by: User, at: datetime) -> None:
    """停用: the unit is offered nowhere any more. What it led and who served there stays on record."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if not unit.is_active:
        raise RuleViolation(f"“{unit.name}”已是停用状态，无须再停用。")
    if unit.children.active().exists():
        raise RuleViolation(f"“{unit.name}”还有在用的下级单位，请先停用或移走它们。")
    serving = Post.objects.in_force(on=day_of(at)).filter(unit=unit).count()
    if serving:
        raise RuleViolation(f"“{unit.name}”还有 {serving} 人在任，请先由安全管理员办理离任。")
    unit.is_active = False
    unit.save(update_fields=["is_active"])
    audit.record("unit.closed", unit, by=by, at=at)


@transaction.atomic
def reopen_unit(*, unit: Unit, by: User, at: datetime) -> None:
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.is_active:
        raise RuleViolation(f"“{unit.name}”正在使用，无须重新启用。")
    if unit.parent and not unit.parent.is_active:
        raise RuleViolation(f"上级单位“{unit.parent.name}”已停用，请先启用它，或先调整隶属。")
    unit.is_active = True
    unit.save(update_fields=["is_active"])
    audit.record("unit.reopened", unit, by=by, at=at)


def _refuse_name_in_use(name: str) -> None:
    if Unit.objects.filter(name=name).exists():
        raise RuleViolation(f"已有名为“{name}”的单位，不能重复登记。")


def _path_below(parent: Unit | None, unit: Unit) -> str:
    above = parent.path if parent else ""
    if above.count("/") >= DEEPEST:
        raise RuleViolation(f"单位层级不能超过 {DEEPEST} 级。")
    return f"{above}{unit.pk:06}/"


def _rewrite_paths(unit: Unit, path: str) -> None:
    """One UPDATE for the whole subtree: the old beginning is exchanged for the new one."""
    below = Substr("path", len(unit.path) + 1)
    Unit.objects.within(unit).update(path=Concat(Value(path), below))
