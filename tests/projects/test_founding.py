"""The first three administrators of a new installation."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from projects.models import AuditEvent, Unit, User, duties_of
from projects.roles import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def appoint(unit="区人民政府", system="wu:吴系统", security="zheng:郑安全", audit="feng:冯审计"):
    call_command("appoint_administrators", unit=unit, system=system, security=security, audit=audit)


def test_they_can_sign_in_with_what_they_were_told_and_do_their_own_duty(client, capsys):
    appoint()
    told = dict(re.findall(r"账号 (\w+)  初始密码 (\S+)", capsys.readouterr().out))
    assert set(told) == {"wu", "zheng", "feng"}
    for username, duty in (("wu", Duty.MANAGE_ACCOUNTS), ("zheng", Duty.GRANT_ROLES), ("feng", Duty.READ_AUDIT)):
        user = User.objects.get(username=username)
        post = user.posts.get()
        assert (post.unit.name, duties_of(user, on=post.starts_on).include(duty)) == ("区人民政府", True)
        response = client.post(reverse("login"), {"username": username, "password": told[username]})
        assert response.status_code == 302
        client.logout()


def test_it_leaves_its_trace_as_the_system():
    appoint()
    actions = list(AuditEvent.objects.values_list("action", "by_name").distinct().order_by("action"))
    founded = ["post.given", "schedule_template.initial_taken", "unit.added", "user.account_opened"]
    assert actions == [(action, "系统") for action in founded]


def test_an_existing_unit_is_used(government):
    appoint(unit=government.name)
    assert Unit.objects.count() == 1


def test_it_works_once():
    appoint()
    with pytest.raises(CommandError, match="已有在任的管理员"):
        appoint(system="a:甲", security="b:乙", audit="c:丙")


def test_one_person_is_not_two_administrators():
    with pytest.raises(CommandError, match="各须一人，且不得相同"):
        appoint(audit="wu:吴系统")


def test_a_person_is_named_with_account_and_name():
    with pytest.raises(CommandError, match="应写成 账号:姓名"):
        appoint(system="吴系统")
