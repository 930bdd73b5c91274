"""视图 of 项目库: kept by a person, shared by the office, begun with, given up."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEvent
from scheduling.list_views import ListView
from scheduling.models import OpeningView, SavedView

pytestmark = [pytest.mark.django_db, pytest.mark.core]

RED = ListView({"light": "RED"}, ("unit", "late"), "late")
LIST = reverse("project_list")


def offered(client, **address):
    return [link["label"] for link in client.get(LIST, address or {"sort": "name"}).context["views"]["links"]]


class TestSaving:
    def test_the_page_offers_to_keep_what_it_shows(self, enter_as, project):
        client = enter_as("lead")
        page = client.get(LIST, {"light": "RED", "columns": "unit.late", "sort": "late", "on": "2026-01-05"})
        url = page.context["views"]["save_url"]
        assert "on=" not in url
        assert client.post(url, {"name": "红灯"}).url == f"{LIST}?{RED.address()}"
        view = SavedView.objects.get()
        assert ListView.from_kept(view.query) == RED
        assert AuditEvent.objects.filter(action="saved_view.saved").exists()

    def test_the_view_shown_is_marked_and_may_be_given_up(self, enter_as, lead_kept):
        page = enter_as("lead").get(f"{LIST}?{RED.address()}")
        (link,) = page.context["views"]["links"]
        assert link["is_current"]
        assert "改名" in page.content.decode()
        assert "保存当前视图" not in page.content.decode()

    def test_the_same_name_is_replaced(self, enter_as, lead_kept):
        enter_as("lead").post(f"{reverse('saved_view_save')}?q=x", {"name": "红灯"})
        assert ListView.from_kept(SavedView.objects.get().query) == ListView({"q": "x"})

    def test_nobody_else_sees_it(self, enter_as, lead_kept):
        assert offered(enter_as("lead")) == ["红灯"]
        assert offered(enter_as("office")) == []

    def test_the_office_shares_with_all(self, enter_as):
        enter_as("office").post(f"{reverse('saved_view_save')}?{RED.address()}", {"name": "红灯", "is_shared": "on"})
        for who in ("lead", "leader", "outsider"):
            assert offered(enter_as(who)) == ["红灯"]

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "leader", "signer"])
    def test_nobody_else_shares(self, enter_as, who):
        client = enter_as(who)
        assert "共享给全区" not in client.get(reverse("saved_view_save")).content.decode()
        client.post(reverse("saved_view_save"), {"name": "我的", "is_shared": "on"})
        assert not SavedView.objects.get().is_shared


class TestGivingUp:
    def test_one_renames_and_deletes_the_own(self, enter_as, lead_kept):
        client = enter_as("lead")
        client.post(reverse("saved_view_rename", args=[lead_kept.pk]), {"name": "滞后"})
        assert offered(client) == ["滞后"]
        client.post(reverse("saved_view_delete", args=[lead_kept.pk]))
        assert offered(client) == []

    def test_a_name_belongs_to_one(self, enter_as, lead_kept):
        client = enter_as("lead")
        client.post(reverse("saved_view_save"), {"name": "甲"})
        page = client.post(reverse("saved_view_rename", args=[lead_kept.pk]), {"name": "甲"})
        assert "已有名为“甲”的视图" in page.content.decode()

    def test_that_of_another_does_not_exist(self, enter_as, lead_kept):
        for name in ("saved_view_rename", "saved_view_delete"):
            assert enter_as("office").get(reverse(name, args=[lead_kept.pk])).status_code == 404
        assert enter_as("office").post(reverse("saved_view_begin", args=[lead_kept.pk])).status_code == 404

    def test_a_shared_one_is_kept_by_the_office_alone(self, enter_as, shared):
        page = enter_as("lead").post(reverse("saved_view_delete", args=[shared.pk]))
        assert "共享视图由区重点办维护" in page.content.decode()
        enter_as("office").post(reverse("saved_view_delete", args=[shared.pk]))
        assert not SavedView.objects.exists()


class TestBeginning:
    def test_an_address_that_says_nothing_opens_it(self, enter_as, shared):
        client = enter_as("lead")
        client.post(reverse("saved_view_begin", args=[shared.pk]))
        assert client.get(LIST).url == f"{LIST}?{RED.address()}"
        assert client.get(LIST, {"q": "x"}).status_code == 200
        assert enter_as("leader").get(LIST).status_code == 200

    def test_the_whole_list_can_be_begun_with_again(self, enter_as, shared):
        client = enter_as("lead")
        client.post(reverse("saved_view_begin", args=[shared.pk]))
        client.post(reverse("saved_view_begin_anew"))
        assert client.get(LIST).status_code == 200

    def test_a_view_given_up_is_begun_with_no_more(self, enter_as, shared):
        client = enter_as("lead")
        client.post(reverse("saved_view_begin", args=[shared.pk]))
        enter_as("office").post(reverse("saved_view_delete", args=[shared.pk]))
        assert client.get(LIST).status_code == 200
        assert not OpeningView.objects.exists()


def test_one_that_names_what_exists_no_more_still_opens(enter_as, lead, project):
    old = ListView({"weather": "rain"}, ("level", "mood"), "colour")
    SavedView.objects.create(name="旧", owner=lead, query=old.kept(), saved_at=timezone.now())
    client = enter_as("lead")
    (link,) = client.get(LIST).context["views"]["links"]
    page = client.get(LIST + link["url"])
    assert page.context["rows"]
    assert "条件“weather”、列“mood”、排序“colour”" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("saved_view_named_once", {"name": "红灯"}),
        ("shared_view_named_once", {"name": "共享", "is_shared": True}),
        ("saved_view_has_a_name", {"name": ""}),
    ],
)
def test_the_database_refuses(lead, office, name, second):
    row = {"query": RED.kept(), "saved_at": timezone.now()}
    SavedView.objects.create(name="红灯", owner=lead, **row)
    SavedView.objects.create(name="共享", owner=office, is_shared=True, **row)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        SavedView.objects.create(owner=lead, **row, **second)
    if connection.vendor == "postgresql":
        assert name in str(refusal.value)


@pytest.fixture
def lead_kept(lead):
    return SavedView.objects.create(name="红灯", owner=lead, query=RED.kept(), saved_at=timezone.now())


@pytest.fixture
def shared(office):
    return SavedView.objects.create(
        name="红灯", owner=office, is_shared=True, query=RED.kept(), saved_at=timezone.now()
    )
