"""Accounts: who opens, closes and unlocks them, and what is kept of passwords."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from hypothesis import given
from hypothesis import strategies as st

from projects.actions import accounts
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, User
from projects.passwords import generated_password
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def test_an_opened_account_has_a_password_nobody_chose_and_must_change_it(sys_admin):
    user, password = accounts.open_account(username="zhang", full_name="张三", by=sys_admin, at=AT)
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert user.sort_key == "zhang san"
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.subject_label) == ("user.account_opened", sys_admin, "张三")
    assert password not in str(vars(event))


def test_two_people_never_share_an_account(sys_admin, office):
    with pytest.raises(RuleViolation, match="账号“office”已存在"):
        accounts.open_account(username="office", full_name="又一人", by=sys_admin, at=AT)


def test_a_reset_password_replaces_the_old_one_and_must_be_changed(sys_admin, office):
    password = accounts.reset_password(user=office, by=sys_admin, at=AT)
    office.refresh_from_db()
    assert office.check_password(password)
    assert not office.check_password(PASSWORD)
    assert office.must_change_password


def test_nobody_resets_their_own_password(sys_admin):
    with pytest.raises(NotAllowed, match="修改密码"):
        accounts.reset_password(user=sys_admin, by=sys_admin, at=AT)


def test_nobody_closes_their_own_account(sys_admin):
    with pytest.raises(NotAllowed):
        accounts.close_account(user=sys_admin, by=sys_admin, at=AT)


@pytest.mark.parametrize("role", ["sys_admin", "sec_admin", "audit_admin"])
def test_the_last_administrator_of_a_kind_stays(request, role, office):
    with pytest.raises(RuleViolation, match="唯一的"):
        accounts.close_account(user=request.getfixturevalue(role), by=office, at=AT)


def test_with_a_second_one_the_first_may_go(sec_admin, sys_admin, lead_unit):
    appoint(Role.SEC_ADMIN, lead_unit, full_name="另一安全员")
    accounts.close_account(user=sec_admin, by=sys_admin, at=AT)
    sec_admin.refresh_from_db()
    assert not sec_admin.is_active


def test_a_closed_account_is_reopened_with_a_new_password(sys_admin, office):
    accounts.close_account(user=office, by=sys_admin, at=AT)
    with pytest.raises(RuleViolation, match="先重新启用"):
        accounts.reset_password(user=office, by=sys_admin, at=AT)
    with pytest.raises(RuleViolation, match="已是停用状态"):
        accounts.close_account(user=office, by=sys_admin, at=AT)

    password = accounts.reopen_account(user=office, by=sys_admin, at=AT)
    office.refresh_from_db()
    assert office.is_active
    assert office.check_password(password)
    with pytest.raises(RuleViolation, match="正在使用"):
        accounts.reopen_account(user=office, by=sys_admin, at=AT)


def test_what_is_not_locked_cannot_be_unlocked(sys_admin, office):
    with pytest.raises(RuleViolation, match="没有被锁定"):
        accounts.unlock(user=office, by=sys_admin, at=AT)


def test_an_address_that_is_not_locked_cannot_be_freed(sys_admin):
    with pytest.raises(RuleViolation, match=r"10\.1\.1\.1 没有被锁定"):
        accounts.unlock_address(address="10.1.1.1", by=sys_admin, at=AT)


def test_a_correction_says_what_it_changed(sys_admin, office):
    accounts.correct_person(user=office, full_name="赵重要", office_phone="", by=sys_admin, at=AT)
    assert AuditEvent.objects.get().changes == {"姓名": ["赵重点", "赵重要"]}
    office.refresh_from_db()
    assert office.sort_key == "zhao zhong yao"


class TestHistory:
    """None of the last five passwords again."""

    def set_passwords(self, user, count):
        for n in range(count):
            accounts.change_own_password(user=user, password=f"Season-{n}-Wind", at=AT + timedelta(days=n))

    def test_the_present_one_counts(self, office):
        self.set_passwords(office, 1)
        with pytest.raises(RuleViolation, match="最近 5 次"):
            self.set_passwords(office, 1)

    def test_the_fifth_last_is_remembered(self, office):
        self.set_passwords(office, 5)
        with pytest.raises(RuleViolation, match="最近 5 次"):
            accounts.change_own_password(user=office, password="Season-0-Wind", at=AT + timedelta(days=9))

    def test_the_sixth_last_is_forgotten(self, office):
        self.set_passwords(office, 6)
        accounts.change_own_password(user=office, password="Season-0-Wind", at=AT + timedelta(days=9))
        assert User.objects.get(pk=office.pk).check_password("Season-0-Wind")

    def test_an_issued_password_counts_too(self, sys_admin, office):
        password = accounts.reset_password(user=office, by=sys_admin, at=AT)
        office.refresh_from_db()
        with pytest.raises(RuleViolation, match="最近 5 次"):
            accounts.change_own_password(user=office, password=password, at=AT)


@given(st.builds(generated_password))
def test_a_generated_password_always_satisfies_the_rules(password):
    validate_password(password)
    assert not set(password) & set("01OIloi")
