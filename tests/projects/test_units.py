"""The organisation tree keeps its paths, whatever is moved where."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.actions import units
from projects.errors import RuleViolation
from projects.models import AuditEvent, Unit
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def sys_admin(db):
    """Here without a post, so that every unit is made by the action."""
    return UserFactory(full_name="吴系统")


def add(name, parent=None, by=None):
    return units.add_unit(name=name, kind=Unit.Kind.DEPARTMENT, parent=parent, by=by, at=AT)


def paths_hold():
    """Every path is that of the parent, with the unit's own number behind it."""
    for unit in Unit.objects.select_related("parent"):
        assert unit.path == f"{unit.parent.path if unit.parent else ''}{unit.pk:06}/"


def test_a_new_unit_stands_below_its_parent(sys_admin):
    bureau = add("区水利局", by=sys_admin)
    station = add("河道管理站", bureau, by=sys_admin)
    assert station.path == f"{bureau.pk:06}/{station.pk:06}/"
    assert station.sort_key == "he dao guan li zhan"
    event = AuditEvent.objects.latest("pk")
    assert event.changes == {"单位名称": [None, "河道管理站"], "类别": [None, "部门"], "上级单位": [None, "区水利局"]}


def test_two_units_never_share_a_name(db):
    add("区水利局")
    with pytest.raises(RuleViolation, match="已有名为“区水利局”"):
        add("区水利局")


def test_a_move_takes_all_below_along_in_one_update(sys_admin, django_assert_max_num_queries):
    old, new = add("区水利局"), add("区农业农村局")
    station = add("河道管理站", old)
    team = add("巡河队", station)
    with django_assert_max_num_queries(7):
        units.move_unit(unit=station, parent=new, by=sys_admin, at=AT)
    team.refresh_from_db()
    assert team.path == f"{new.pk:06}/{station.pk:06}/{team.pk:06}/"
    assert AuditEvent.objects.latest("pk").changes == {"上级单位": ["区水利局", "区农业农村局"]}
    paths_hold()


def test_a_unit_can_move_to_the_top(sys_admin):
    station = add("河道管理站", add("区水利局"))
    units.move_unit(unit=station, parent=None, by=sys_admin, at=AT)
    station.refresh_from_db()
    assert (station.parent, station.path) == (None, f"{station.pk:06}/")


def test_a_unit_never_comes_under_itself_or_its_own(sys_admin):
    bureau = add("区水利局")
    station = add("河道管理站", bureau)
    for below in (bureau, station):
        with pytest.raises(RuleViolation, match="不能把“区水利局”移到它自己或它的下级单位"):
            units.move_unit(unit=bureau, parent=below, by=sys_admin, at=AT)


def test_the_tree_is_at_most_eight_deep(db):
    unit = None
    for n in range(units.DEEPEST):
        unit = add(f"第{n}级", unit)
    with pytest.raises(RuleViolation, match="不能超过 8 级"):
        add("再一级", unit)


def test_a_correction_keeps_the_place_and_says_what_changed(sys_admin):
    station = add("河道管理站", add("区水利局"))
    units.correct_unit(
        unit=station, name="河湖管理站", short_name="河湖站", kind=Unit.Kind.DEPARTMENT, by=sys_admin, at=AT
    )
    station.refresh_from_db()
    assert (station.name, station.sort_key) == ("河湖管理站", "he hu guan li zhan")
    changes = {"单位名称": ["河道管理站", "河湖管理站"], "简称": [None, "河湖站"]}
    assert AuditEvent.objects.latest("pk").changes == changes
    paths_hold()


def test_a_unit_with_people_in_post_is_not_closed(sys_admin, lead, lead_unit):
    with pytest.raises(RuleViolation, match="还有 1 人在任"):
        units.close_unit(unit=lead_unit, by=sys_admin, at=AT)


def test_a_unit_with_units_below_is_not_closed(sys_admin):
    bureau = add("区水利局")
    add("河道管理站", bureau)
    with pytest.raises(RuleViolation, match="还有在用的下级单位"):
        units.close_unit(unit=bureau, by=sys_admin, at=AT)


def test_a_unit_is_closed_and_reopened_from_the_top_down(sys_admin):
    bureau = add("区水利局")
    station = add("河道管理站", bureau)
    for unit in (station, bureau):
        units.close_unit(unit=unit, by=sys_admin, at=AT)
    assert not Unit.objects.active().filter(pk__in=[bureau.pk, station.pk]).exists()
    with pytest.raises(RuleViolation, match="已是停用状态"):
        units.close_unit(unit=bureau, by=sys_admin, at=AT)
    with pytest.raises(RuleViolation, match="上级单位“区水利局”已停用"):
        units.reopen_unit(unit=station, by=sys_admin, at=AT)
    for unit in (bureau, station):
        units.reopen_unit(unit=unit, by=sys_admin, at=AT)
    with pytest.raises(RuleViolation, match="正在使用"):
        units.reopen_unit(unit=bureau, by=sys_admin, at=AT)


class TestLaws(TestCase):
    @settings(max_examples=30)
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=12))
    def test_after_any_moves_every_path_still_holds(self, moves):
        by = UserFactory()
        tree = [add(f"单位{n}") for n in range(6)]
        for moved, below in moves:
            parent = tree[below] if below < len(tree) else None
            try:
                units.move_unit(unit=tree[moved], parent=parent, by=by, at=AT)
            except RuleViolation:
                continue
        paths_hold()
