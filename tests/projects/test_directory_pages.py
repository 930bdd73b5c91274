"""单位和人员: who sees the directory, and which administrator may do what about it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects.actions import accounts
from projects.lockouts import ACCOUNTS_PER_ADDRESS
from projects.models import Post, Unit, User
from projects.names import masked_phone
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import PostFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "sys_admin", "sec_admin"}


@pytest.fixture
def person(lead_unit):
    return appoint(Role.REVIEWER, lead_unit, username="zhang", full_name="张三丰", office_phone="0512-65881234")


def address(name, person, unit):
    if name == "post_end":
        return reverse(name, args=[person.posts.get().pk])
    if name in {"unit_list", "unit_add", "user_list", "user_open", "address_unlock"}:
        return reverse(name)
    return reverse(name, args=[(unit if name.startswith("unit") else person).pk])


DOORS = {
    "unit_list": READERS,
    "unit": READERS,
    "user_list": READERS,
    "user": READERS,
    "unit_add": {"sys_admin"},
    "unit_edit": {"sys_admin"},
    "unit_move": {"sys_admin"},
    "unit_close": {"sys_admin"},
    "user_open": {"sys_admin"},
    "user_edit": {"sys_admin"},
    "user_reset_password": {"sys_admin"},
    "user_close": {"sys_admin"},
    "post_appoint": {"sec_admin"},
    "post_end": {"sec_admin"},
}


@pytest.fixture(params=CAST)
def who(request):
    return request.param


@pytest.fixture
def browser(request, enter, who):
    return enter(request.getfixturevalue(who))


@pytest.mark.parametrize("name", DOORS)
def test_each_door_opens_for_its_own(browser, who, person, lead_unit, name):
    expected = 200 if who in DOORS[name] else 403
    assert browser.get(address(name, person, lead_unit)).status_code == expected


@pytest.mark.parametrize("name", ["unit_reopen", "user_reopen", "user_unlock", "address_unlock"])
def test_what_only_the_system_administrator_may_post(browser, who, person, lead_unit, name):
    refused = browser.post(address(name, person, lead_unit)).status_code == 403
    assert refused == (who != "sys_admin")


@pytest.mark.parametrize("name", DOORS)
def test_nobody_comes_in_without_signing_in(client, person, lead_unit, name):
    url = address(name, person, lead_unit)
    assert client.get(url).url == f"{reverse('login')}?next={url}"


@pytest.mark.parametrize("name", ["unit", "user", "post_end"])
def test_what_does_not_exist_is_not_found(enter, sec_admin, name):
    assert enter(sec_admin).get(reverse(name, args=[999999])).status_code == 404


class TestLists:
    @pytest.mark.core
    def test_the_tree_takes_the_same_queries_however_large(self, enter, office, government, django_assert_num_queries):
        for n in range(30):
            PostFactory(unit=UnitFactory(parent=government, path=f"000001/{n + 100:06}/"), role=Role.REVIEWER)
        browser = enter(office)
        browser.get(reverse("unit_list"))
        with django_assert_num_queries(4):  # session, user, posts, units with their people
            page = browser.get(reverse("unit_list"))
        assert len(page.content) < 40_000

    @pytest.mark.core
    def test_people_take_the_same_queries_however_many(self, enter, sys_admin, lead_unit, django_assert_num_queries):
        for _ in range(40):
            PostFactory(unit=lead_unit, role=Role.REVIEWER)
        browser = enter(sys_admin)
        browser.get(reverse("user_list"))
        with django_assert_num_queries(8):  # session, user, posts; locks, units to choose, count, people, their posts
            page = browser.get(reverse("user_list"))
        assert len(page.content) < 40_000

    @pytest.mark.core
    def test_the_tree_puts_each_unit_below_its_parent(self, enter, office, lead_unit):
        UnitFactory(name="城建服务中心", parent=lead_unit, path=f"{lead_unit.path}000003/")
        rows = list(enter(office).get(reverse("unit_list")).context["page"])
        assert [(row["name"], row["depth"]) for row in rows] == [
            ("区人民政府", 0), ("区住房和城乡建设局", 1), ("城建服务中心", 2),
        ]  # fmt: skip

    @pytest.mark.core
    def test_a_unit_counts_the_people_its_own_page_names(self, enter, office, lead_unit):
        for is_active in (True, False):
            PostFactory(user=UserFactory(is_active=is_active), unit=lead_unit, role=Role.REVIEWER)
        browser = enter(office)
        counted = {row["name"]: row["people"] for row in browser.get(reverse("unit_list")).context["page"]}
        assert counted[lead_unit.name] == len(browser.get(reverse("unit", args=[lead_unit.pk])).context["posts"]) == 1

    @pytest.mark.core
    def test_enterprises_have_a_list_of_their_own(self, enter, office):
        UnitFactory(name="城投公司", kind=Unit.Kind.ENTERPRISE)
        browser = enter(office)
        assert "城投公司" not in browser.get(reverse("unit_list")).content.decode()
        assert "城投公司" in browser.get(reverse("unit_list"), {"kind": "ENTERPRISE"}).content.decode()

    @pytest.mark.core
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            pytest.param({"q": "三丰"}, {"张三丰"}, id="by-name"),
            pytest.param({"q": "zhang san"}, {"张三丰"}, id="by-pinyin"),
            pytest.param({"role": Role.REVIEWER}, {"张三丰"}, id="by-role"),
            pytest.param({"q": "无此人"}, set(), id="nobody"),
            pytest.param({"state": "closed"}, {"离职人"}, id="closed"),
            pytest.param({"state": "unused"}, {"久未来"}, id="unused"),
        ],
    )
    def test_people_are_found(self, enter, office, person, wanted, found):
        UserFactory(full_name="离职人", is_active=False)
        UserFactory(full_name="久未来", last_login=timezone.now() - timedelta(days=91))
        rows = enter(office).get(reverse("user_list"), wanted).context["rows"]
        assert {row["name"] for row in rows} == found

    @pytest.mark.core
    def test_people_are_found_in_a_unit_and_all_below(self, enter, office, person, government, lead_unit):
        browser = enter(office)
        for unit in (government, lead_unit):
            rows = browser.get(reverse("user_list"), {"unit": unit.pk, "q": "张三丰"}).context["rows"]
            assert len(rows) == 1
        elsewhere = UnitFactory(path="000008/")
        assert browser.get(reverse("user_list"), {"unit": elsewhere.pk}).context["rows"] == []

    @pytest.mark.core
    def test_an_account_unused_for_91_days_is_marked_and_one_of_89_is_not(self, enter, sys_admin):
        for name, days in (("久未来", 91), ("常来的", 89)):
            UserFactory(full_name=name, last_login=timezone.now() - timedelta(days=days))
        rows = enter(sys_admin).get(reverse("user_list")).context["rows"]
        assert {row["name"]: row["is_unused"] for row in rows} == {"吴系统": False, "久未来": True, "常来的": False}

    @pytest.mark.core
    def test_an_account_never_used_counts_from_its_first_password(self, enter, sys_admin):
        UserFactory(full_name="从未来", password_changed_at=timezone.now() - timedelta(days=91))
        rows = enter(sys_admin).get(reverse("user_list"), {"state": "unused"}).context["rows"]
        assert [row["name"] for row in rows] == ["从未来"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13812345678", "138****5678"), ("0512-65881234", "0512-****1234"), ("65881234", "****1234"), ("110", "****110"),
     ("", "—")],
)  # fmt: skip
def test_a_list_masks_telephones(number, shown):
    assert masked_phone(number) == shown


def test_lists_mask_the_telephone_and_the_person_page_shows_it(enter, office, person):
    browser = enter(office)
    assert "0512-****1234" in browser.get(reverse("user_list")).content.decode()
    assert "0512-65881234" in browser.get(reverse("user", args=[person.pk])).content.decode()


def test_the_office_sees_neither_accounts_nor_buttons(enter, office, person, lead_unit):
    browser = enter(office)
    for page in (reverse("user", args=[person.pk]), reverse("user_list")):
        assert "zhang</" not in browser.get(page).content.decode()
    page = browser.get(reverse("unit", args=[lead_unit.pk]))
    assert reverse("unit_edit", args=[lead_unit.pk]) not in page.content.decode()


class TestUnits:
    def test_registering_moving_renaming_and_closing(self, enter, sys_admin, government, lead_unit):
        browser = enter(sys_admin)
        browser.post(reverse("unit_add"), {"name": "河道站", "kind": "DEPARTMENT", "parent": lead_unit.pk})
        unit = Unit.objects.get(name="河道站")
        browser.post(reverse("unit_edit", args=[unit.pk]), {"name": "河湖站", "kind": "DEPARTMENT"})
        browser.post(reverse("unit_move", args=[unit.pk]), {"parent": government.pk})
        unit.refresh_from_db()
        assert (unit.name, unit.parent, unit.path) == ("河湖站", government, f"000001/{unit.pk:06}/")
        browser.post(reverse("unit_close", args=[unit.pk]))
        unit.refresh_from_db()
        assert not unit.is_active
        browser.post(reverse("unit_reopen", args=[unit.pk]))
        unit.refresh_from_db()
        assert unit.is_active

    def test_a_refusal_is_said_on_the_form(self, enter, sys_admin, lead, lead_unit):
        page = enter(sys_admin).post(reverse("unit_close", args=[lead_unit.pk]))
        assert "还有 1 人在任" in page.content.decode()

    @pytest.mark.core
    def test_only_readers_of_the_district_see_how_many_projects_a_unit_leads(
        self, enter, office, sys_admin, project, lead_unit
    ):
        url = reverse("unit", args=[lead_unit.pk])
        assert "牵头项目" in enter(office).get(url).content.decode()
        assert "牵头项目" not in enter(sys_admin).get(url).content.decode()


class TestAccounts:
    def test_an_opened_account_shows_its_password_once(self, enter, sys_admin):
        page = enter(sys_admin).post(reverse("user_open"), {"username": "li.si", "full_name": "李四"})
        user = User.objects.get(username="li.si")
        assert user.check_password(page.context["password"])
        assert page.context["password"] in page.content.decode()
        assert "no-store" in page["Cache-Control"]

    def test_a_taken_account_name_is_refused_on_the_form(self, enter, sys_admin, person):
        page = enter(sys_admin).post(reverse("user_open"), {"username": "zhang", "full_name": "又一人"})
        assert "已存在" in str(page.context["form"].errors)

    def test_resetting_closing_and_reopening(self, enter, sys_admin, person):
        browser = enter(sys_admin)
        told = [browser.post(reverse("user_reset_password", args=[person.pk])).context["password"]]
        browser.post(reverse("user_close", args=[person.pk]))
        person.refresh_from_db()
        assert not person.is_active
        told.append(browser.post(reverse("user_reopen", args=[person.pk])).context["password"])
        person.refresh_from_db()
        assert person.is_active
        assert [person.check_password(password) for password in told] == [False, True]

    def test_a_reset_ends_the_sessions_of_that_person(self, client, enter, office, sys_admin):
        browser = enter(office)
        accounts.reset_password(user=office, by=sys_admin, at=timezone.now())
        assert browser.get(reverse("unit_list")).status_code == 302

    def test_a_lock_is_shown_and_lifted(self, client, enter, sys_admin, person):
        for _ in range(5):
            client.post(reverse("login"), {"username": "zhang", "password": "wrong"}, REMOTE_ADDR="10.1.1.1")
        browser, page = enter(sys_admin), reverse("user", args=[person.pk])
        assert "从 10.1.1.1 连续输错密码" in browser.get(page).content.decode()
        browser.post(reverse("user_unlock", args=[person.pk]))
        assert "连续输错密码" not in browser.get(page).content.decode()

    def test_a_locked_address_is_shown_and_freed(self, client, enter, sys_admin):
        for n in range(ACCOUNTS_PER_ADDRESS):
            client.post(reverse("login"), {"username": f"guess{n}", "password": "wrong"}, REMOTE_ADDR="10.1.1.1")
        browser = enter(sys_admin)
        assert "10.1.1.1 在多个账号上登录失败" in browser.get(reverse("user_list")).content.decode()
        browser.post(reverse("address_unlock"), {"address": "10.1.1.1"})
        assert "在多个账号上登录失败" not in browser.get(reverse("user_list")).content.decode()

    def test_a_person_is_corrected(self, enter, sys_admin, person):
        enter(sys_admin).post(reverse("user_edit", args=[person.pk]), {"full_name": "张三", "office_phone": ""})
        person.refresh_from_db()
        assert (person.full_name, person.office_phone) == ("张三", "")


class TestPosts:
    def test_appointing_and_ending(self, enter, sec_admin, person, government):
        browser = enter(sec_admin)
        browser.post(
            reverse("post_appoint", args=[person.pk]),
            {"unit": government.pk, "role": Role.LEADER, "title": "副区长", "starts_on": "2026-03-02"},
        )
        post = Post.objects.get(user=person, role=Role.LEADER)
        assert (post.unit, post.title, post.starts_on) == (government, "副区长", date(2026, 3, 2))
        browser.post(reverse("post_end", args=[post.pk]), {"ends_on": "2026-09-30"})
        post.refresh_from_db()
        assert post.ends_on == date(2026, 9, 30)

    def test_a_clash_is_said_on_the_form(self, enter, sec_admin, person, government):
        page = enter(sec_admin).post(
            reverse("post_appoint", args=[person.pk]),
            {"unit": government.pk, "role": Role.SYS_ADMIN, "starts_on": "2026-03-02"},
        )
        assert "管理员不得兼任业务角色" in page.content.decode()

    def test_one_is_not_offered_an_appointment_of_oneself(self, enter, sec_admin):
        page = enter(sec_admin).get(reverse("user", args=[sec_admin.pk])).content.decode()
        assert reverse("post_appoint", args=[sec_admin.pk]) not in page


def exported(client, name, **asked):
    answer = client.get(reverse(name), asked)
    return list(load_workbook(BytesIO(b"".join(answer.streaming_content)))["数据"].values)


@pytest.mark.parametrize("name", ["unit_list_export", "user_list_export"])
def test_whoever_reads_the_directory_may_take_it_away(name, browser, who):
    answer = browser.get(reverse(name))
    answer.close()
    assert answer.status_code == (200 if who in READERS else 403)


@pytest.mark.core
def test_the_people_leave_as_the_page_shows_them(enter, office, person):
    title, _stamp, head, *rows = exported(enter(office), "user_list_export", q="张三丰")
    assert title[0] == "人员名录"
    assert head[:3] == ("姓名", "角色与单位", "办公电话")
    assert rows == [("张三丰", "牵头单位审核人 · 区住房和城乡建设局", masked_phone(person.office_phone))]


def test_accounts_leave_with_an_administrator_alone(enter, office, sys_admin):
    assert "账号" not in exported(enter(office), "user_list_export")[2]
    assert "账号" in exported(enter(sys_admin), "user_list_export")[2]


@pytest.mark.core
def test_the_units_leave_in_the_order_of_the_tree(enter, office, lead_unit):
    _title, _stamp, _head, *rows = exported(enter(office), "unit_list_export")
    assert [(row[0], row[1]) for row in rows] == [("区人民政府", 1), ("区住房和城乡建设局", 2)]
