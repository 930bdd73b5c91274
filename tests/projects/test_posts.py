"""Posts: given and ended by the security administrator, never to oneself, never to two of the three (三员分立)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from projects.actions import posts, units
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, duties_of
from projects.roles import Duty, Role
from tests.factories import PostFactory, UnitFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 2), date(2026, 9, 30)
DAY = timedelta(days=1)


def give(user, role, by, unit=None, starts_on=FIRST):
    return posts.appoint(user=user, unit=unit or UnitFactory(), role=role, starts_on=starts_on, by=by, at=AT)


def test_a_post_gives_its_duties_from_its_first_to_its_last_day(sec_admin):
    user = UserFactory()
    post = give(user, Role.LEADER, sec_admin)
    posts.end_post(post=post, ends_on=LAST, by=sec_admin, at=AT)
    holds = {on: duties_of(user, on=on).include(Duty.READ_DISTRICT) for on in (FIRST - DAY, FIRST, LAST, LAST + DAY)}
    assert list(holds.values()) == [False, True, True, False]


def test_giving_and_ending_leave_a_trace_on_the_person(sec_admin):
    user, unit = UserFactory(), UnitFactory(name="区水利局")
    post = posts.appoint(user=user, unit=unit, role=Role.REVIEWER, title="副局长", starts_on=FIRST, by=sec_admin, at=AT)
    posts.end_post(post=post, ends_on=LAST, by=sec_admin, at=AT)
    given, ended = AuditEvent.objects.order_by("pk")
    assert (given.action, given.subject_id, ended.action) == ("post.given", str(user.pk), "post.ended")
    assert given.changes["角色"] == [None, "牵头单位审核人"]
    assert ended.changes == {"任职": "牵头单位审核人（区水利局）", "离任日期": [None, "2026-09-30"]}


def test_nobody_grants_a_role_to_oneself(sec_admin):
    with pytest.raises(NotAllowed, match="不能为自己任免角色"):
        give(sec_admin, Role.LEADER, sec_admin)


def test_nobody_ends_a_post_of_ones_own(sec_admin):
    with pytest.raises(NotAllowed, match="不能为自己任免角色"):
        posts.end_post(post=sec_admin.posts.get(), ends_on=LAST, by=sec_admin, at=AT)


@pytest.mark.parametrize(
    ("held", "wanted", "why"),
    [
        pytest.param(Role.SYS_ADMIN, Role.AUDIT_ADMIN, "须由不同的人担任", id="two-administrators"),
        pytest.param(Role.OFFICE, Role.SEC_ADMIN, "不得兼任业务角色", id="an-officer-as-administrator"),
        pytest.param(Role.AUDIT_ADMIN, Role.LEADER, "不得兼任业务角色", id="an-administrator-as-officer"),
    ],
)
def test_the_three_administrators_are_kept_apart(sec_admin, held, wanted, why):
    user = UserFactory()
    give(user, held, sec_admin)
    with pytest.raises(RuleViolation, match=why):
        give(user, wanted, sec_admin)


def test_a_role_not_yet_begun_counts_too(sec_admin):
    user = UserFactory()
    give(user, Role.SYS_ADMIN, sec_admin, starts_on=LAST)
    with pytest.raises(RuleViolation, match="不得兼任"):
        give(user, Role.OFFICE, sec_admin, starts_on=FIRST)


def test_after_one_post_has_ended_another_may_begin(sec_admin):
    user = UserFactory()
    PostFactory(user=user, role=Role.OFFICE, ends_on=FIRST - DAY)
    assert give(user, Role.AUDIT_ADMIN, sec_admin).pk


def test_two_business_roles_go_together(sec_admin):
    user = UserFactory()
    give(user, Role.PROJECT_LEAD, sec_admin)
    assert give(user, Role.REVIEWER, sec_admin).pk


def test_the_same_post_is_not_given_twice(sec_admin):
    user, unit = UserFactory(), UnitFactory()
    give(user, Role.REVIEWER, sec_admin, unit)
    with pytest.raises(RuleViolation, match="请先结束原任职"):
        give(user, Role.REVIEWER, sec_admin, unit, starts_on=LAST)


def test_no_post_in_a_closed_unit_or_for_a_closed_account(sec_admin, sys_admin):
    unit = UnitFactory()
    units.close_unit(unit=unit, by=sys_admin, at=AT)
    unit.refresh_from_db()
    with pytest.raises(RuleViolation, match="已停用，不能再任职"):
        give(UserFactory(), Role.LEADER, sec_admin, unit)
    with pytest.raises(RuleViolation, match="账号已停用"):
        give(UserFactory(is_active=False), Role.LEADER, sec_admin)


def test_a_post_ends_once_and_not_before_it_began(sec_admin):
    post = give(UserFactory(), Role.LEADER, sec_admin)
    with pytest.raises(RuleViolation, match="不能早于任职日期"):
        posts.end_post(post=post, ends_on=FIRST - DAY, by=sec_admin, at=AT)
    posts.end_post(post=post, ends_on=FIRST, by=sec_admin, at=AT)
    with pytest.raises(RuleViolation, match="已于 2026-03-02 结束"):
        posts.end_post(post=post, ends_on=LAST, by=sec_admin, at=AT)
