"""Signing in: one person one account, five failures, no forever-open browsers (domain §8)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from config.middleware import client_address
from projects import lockouts
from projects.actions import accounts
from projects.lockouts import ACCOUNTS_PER_ADDRESS
from projects.models import AuditEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NEW_PASSWORD = "Brand-New-Day-7"


def sign_in(client, username, password=PASSWORD, *, address="10.1.1.1", **data):
    return client.post(reverse("login"), {"username": username, "password": password, **data}, REMOTE_ADDR=address)


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


class TestSigningIn:
    def test_the_page_carries_the_secrecy_notice(self, client):
        assert "本系统不得存储、处理涉密信息" in client.get(reverse("login")).content.decode()

    def test_it_leads_to_ones_own_page_and_leaves_a_trace(self, client, office):
        response = sign_in(client, "office")
        assert (response.status_code, response.url) == (302, settings.LOGIN_REDIRECT_URL)
        event = AuditEvent.objects.get()
        assert (event.action, event.by, event.address) == ("user.signed_in", office, "10.1.1.1")

    def test_it_leads_back_to_the_page_asked_for(self, client, office):
        wanted = client.get(reverse("password_change")).url
        assert wanted == f"{reverse('login')}?next={reverse('password_change')}"
        assert sign_in(client, "office", next=reverse("password_change")).url == reverse("password_change")

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_it_never_leads_to_another_site(self, client, office, elsewhere):
        assert sign_in(client, "office", next=elsewhere).url == settings.LOGIN_REDIRECT_URL

    def test_a_wrong_password_does_not_say_whether_the_account_exists(self, client, office):
        known, unknown = sign_in(client, "office", "wrong"), sign_in(client, "nobody", "wrong")
        assert known.context["form"].errors == unknown.context["form"].errors
        assert actions() == ["user.sign_in_failed"] * 2

    def test_a_name_nobody_has_is_not_kept_whole(self, client, db):
        sign_in(client, "Correct-Horse-9", "x")
        event = AuditEvent.objects.get()
        assert "Correct-Horse-9" not in str(vars(event))
        assert (event.subject_label, event.subject_id) == ("未登记的账号 Co…", "")

    def test_a_closed_account_does_not_open(self, client, office, sys_admin):
        accounts.close_account(user=office, by=sys_admin, at=timezone.now())
        assert sign_in(client, "office").status_code == 200

    def test_signing_out_takes_a_post_and_leaves_a_trace(self, enter, office):
        browser = enter(office)
        assert browser.get(reverse("logout")).status_code == 405
        assert browser.post(reverse("logout")).url == reverse("login")
        assert not get_user(browser).is_authenticated
        assert actions() == ["user.signed_out"]


class TestLockout:
    def test_the_fifth_failure_locks_and_says_for_how_long(self, client, office):
        for _ in range(4):
            assert sign_in(client, "office", "wrong").status_code == 200
        response = sign_in(client, "office", "wrong")
        assert response.status_code == 429
        assert "约 20 分钟" in response.content.decode()
        assert actions()[-2:] == ["user.sign_in_failed", "user.locked_out"]

    def test_while_locked_even_the_right_password_is_refused(self, client, office):
        for _ in range(5):
            sign_in(client, "office", "wrong")
        assert sign_in(client, "office").status_code == 429
        assert actions()[-1] == "user.sign_in_refused"

    def test_the_account_stays_open_from_elsewhere(self, client, office):
        for _ in range(5):
            sign_in(client, "office", "wrong")
        assert sign_in(client, "office", address="10.9.9.9").status_code == 302

    def test_trying_on_does_not_lengthen_the_lock(self, client, office, time_machine):
        time_machine.move_to("2026-03-02T09:00:00+08:00", tick=False)
        for _ in range(5):
            sign_in(client, "office", "wrong")
        time_machine.shift(timedelta(minutes=19))
        assert "约 1 分钟" in sign_in(client, "office").content.decode()
        time_machine.shift(timedelta(minutes=2))
        assert sign_in(client, "office").status_code == 302

    def test_an_address_that_fails_on_many_accounts_is_locked_for_all(self, client, office):
        for n in range(ACCOUNTS_PER_ADDRESS):
            sign_in(client, f"guess{n}", "wrong")
        assert sign_in(client, "office").status_code == 429
        assert sign_in(client, "office", address="10.9.9.9").status_code == 302

    def test_an_office_behind_one_address_is_not_locked_by_its_clumsy_members(self, client, db):
        for person in [UserFactory(username=f"clerk{n}") for n in range(ACCOUNTS_PER_ADDRESS + 1)]:
            person.set_password(PASSWORD)
            person.save()
            sign_in(client, person.username, "wrong")
            assert sign_in(client, person.username).status_code == 302
            client.logout()

    def test_signing_in_under_another_name_does_not_forget_the_failures(self, client, office, leader):
        for _ in range(4):
            sign_in(client, "office", "wrong")
        sign_in(client, "leader")
        client.logout()
        assert sign_in(client, "office", "wrong").status_code == 429

    def test_the_system_administrator_unlocks(self, client, office, sys_admin):
        for _ in range(5):
            sign_in(client, "office", "wrong")
        locked = lockouts.lockouts_of("office", at=timezone.now())
        assert [lock.address for lock in locked] == ["10.1.1.1"]
        accounts.unlock(user=office, by=sys_admin, at=timezone.now())
        assert lockouts.lockouts_of("office", at=timezone.now()) == []
        assert sign_in(client, "office").status_code == 302


@pytest.mark.parametrize(
    ("proxies", "heard", "address"),
    [
        pytest.param(0, "6.6.6.6", "10.0.0.1", id="without-proxies-the-header-is-not-believed"),
        pytest.param(1, "6.6.6.6, 7.7.7.7", "7.7.7.7", id="one-proxy-vouches-for-the-last"),
        pytest.param(2, "6.6.6.6, 7.7.7.7, 8.8.8.8", "7.7.7.7", id="two-proxies-vouch-for-the-last-two"),
        pytest.param(1, "", "10.0.0.1", id="a-direct-call-has-its-own-address"),
    ],
)
def test_the_address_of_a_request(settings, proxies, heard, address):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=heard)
    assert client_address(request) == address


class TestIdleTimeout:
    def wait(self, browser, minutes):
        session = browser.session
        session["seen_at"] = timezone.now().timestamp() - minutes * 60
        session.save()

    def test_a_browser_left_alone_is_signed_out_and_told_why(self, enter, office):
        browser = enter(office)
        self.wait(browser, settings.IDLE_TIMEOUT_MINUTES + 1)
        response = browser.get(reverse("password_change"), {"a": "1"})
        assert response.url == f"{reverse('login')}?next={reverse('password_change')}%3Fa%3D1"
        assert "较长时间没有操作" in browser.get(response.url).content.decode()
        event = AuditEvent.objects.get()
        assert (event.action, event.by_name, event.subject_id) == ("user.timed_out", "系统", str(office.pk))

    def test_one_in_use_is_not(self, enter, office):
        browser = enter(office)
        self.wait(browser, settings.IDLE_TIMEOUT_MINUTES - 1)
        assert browser.get(reverse("password_change")).status_code == 200
        assert timezone.now().timestamp() - browser.session["seen_at"] < 60

    def test_a_form_sent_too_late_leads_back_to_its_page(self, enter, office):
        browser = enter(office)
        self.wait(browser, settings.IDLE_TIMEOUT_MINUTES + 1)
        page = f"http://testserver{reverse('password_change')}"
        response = browser.post(reverse("password_change"), headers={"referer": page})
        assert response.url == reverse("login", query={"next": page})

    def test_a_partial_update_sends_the_whole_window_to_the_login(self, client, db):
        headers = {"hx-request": "true", "hx-current-url": "http://testserver/x?page=2"}
        response = client.get(reverse("password_change"), headers=headers)
        assert response["HX-Redirect"] == reverse("login", query={"next": "http://testserver/x?page=2"})


class TestPasswords:
    def change(self, browser, old, *new):
        return browser.post(
            reverse("password_change"), {"old_password": old, "new_password1": new[0], "new_password2": new[-1]}
        )

    def test_a_first_password_opens_nothing_but_its_own_change(self, client, sys_admin):
        user, password = accounts.open_account(username="new", full_name="新人", by=sys_admin, at=timezone.now())
        assert sign_in(client, "new", password).status_code == 302
        assert client.get(reverse("unit_list")).url == reverse("password_change")
        assert "初始密码" in client.get(reverse("password_change")).content.decode()

        assert self.change(client, password, NEW_PASSWORD).status_code == 302
        assert client.get(reverse("unit_list")).status_code == 403  # signed in still, and nobody yet
        user.refresh_from_db()
        assert not user.must_change_password

    def test_an_aged_password_must_be_changed(self, enter, office):
        office.password_changed_at = timezone.now() - timedelta(days=settings.PASSWORD_MAX_AGE_DAYS, seconds=1)
        office.save()
        browser = enter(office)
        assert browser.get(reverse("unit_list")).url == reverse("password_change")
        assert "超过 90 天" in browser.get(reverse("password_change")).content.decode()

    @pytest.mark.parametrize(
        ("passwords", "why"),
        [
            pytest.param(["wrong", NEW_PASSWORD], "原密码不正确", id="old-one-wrong"),
            pytest.param([PASSWORD, NEW_PASSWORD, "Other-Day-77"], "不一致", id="not-the-same-twice"),
            pytest.param([PASSWORD, "Ab-1"], "10", id="short"),
            pytest.param([PASSWORD, "onlylowercase"], "3 类", id="too-few-classes"),
            pytest.param([PASSWORD, "Officer-2026"], "账号", id="like-the-account"),
        ],
    )
    def test_a_poor_change_is_refused_in_words(self, enter, office, passwords, why):
        office.username = "officer"
        office.save()
        response = self.change(enter(office), *passwords)
        assert response.status_code == 200
        assert why in str(response.context["form"].errors)
        assert actions() == []

    def test_the_change_is_traced_without_the_password(self, enter, office):
        self.change(enter(office), PASSWORD, NEW_PASSWORD)
        event = AuditEvent.objects.get()
        assert event.action == "user.password_changed"
        assert NEW_PASSWORD not in str(vars(event))

    def test_no_page_asks_for_a_password_without_masking_it(self, enter, office):
        page = enter(office).get(reverse("password_change")).content.decode()
        assert len(re.findall(r'type="password"', page)) == 3


def test_no_password_is_changed_without_a_trace(lead):
    with pytest.raises(CommandError, match="不留审计记录"):
        call_command("changepassword", lead.username)


def test_there_are_no_superusers():
    with pytest.raises(CommandError, match="没有超级用户"):
        call_command("createsuperuser")
