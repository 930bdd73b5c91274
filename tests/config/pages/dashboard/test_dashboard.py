"""驾驶舱: the first sentence tells how the year stands, and every number opens the list it counts."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects.models import KeyProject
from scheduling.actions import progress_reports
from scheduling.index_cards import CARDS
from tests.factories import KeyProjectFactory
from tests.scheduling.districts import PLOTS, TODAY, YEAR, district
from tests.scheduling.reporting_samples import report, week_of

pytestmark = pytest.mark.django_db

PAGES = ["dashboard", "dashboard_screen", "dashboard_groups", "dashboard_ranking", "dashboard_changes"]
PAGES += ["dashboard_map", "dashboard_figures"]
LINK = re.compile(r'href="(/projects/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
COUNT = re.compile(r"(\d[\d,]*)\s*(?:项|个项目|个未列入)?\s*$")


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def year(office, signer, lead, dispatcher, lead_unit):
    return district(office=office, signer=signer, lead=lead, dispatcher=dispatcher, lead_unit=lead_unit)


def text_of(markup):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<title>.*?</title>|<[^>]+>", " ", markup))).strip()


def links(browser, name, **address):
    page = browser.get(reverse(name), address).content.decode()
    return {(unescape(url), text_of(words)) for url, words in LINK.findall(page)}


def listed(browser, url):
    return browser.get(url).context


class TestWho:
    @pytest.mark.core
    def test_readers_of_a_district_or_a_unit_open_it(self, year, enter_as):
        for who in ("office", "signer", "leader", "dispatcher", "outsider"):
            browser = enter_as(who)
            assert {name: browser.get(reverse(name)).status_code for name in PAGES} == dict.fromkeys(PAGES, 200)

    @pytest.mark.parametrize("who", ["lead", "sys_admin", "sec_admin", "audit_admin"])
    def test_nobody_else_does(self, enter_as, who):
        browser = enter_as(who)
        assert {name: browser.get(reverse(name)).status_code for name in PAGES} == dict.fromkeys(PAGES, 403)

    @pytest.mark.core
    def test_whoever_leads_nothing_sees_no_figure(self, year, enter_as):
        page = enter_as("outsider").get(reverse("dashboard")).content.decode()
        assert "没有您可查看的项目" in page
        assert "index-card" not in page

    def test_a_reviewer_reads_the_own_unit_alone(self, year, enter_as):
        KeyProject.objects.filter(pk=KeyProject.objects.order_by("pk").first().pk).update(
            lead_unit=KeyProjectFactory().lead_unit
        )
        assert "8 个项目" in enter_as("dispatcher").get(reverse("dashboard")).content.decode()
        assert "9 个项目" in enter_as("office").get(reverse("dashboard")).content.decode()

    def test_an_unknown_index_is_not_found(self, enter_as):
        assert enter_as("office").get(reverse("index_card", args=["nonsense"])).status_code == 404

    def test_what_is_no_day_is_said_in_words(self, year, enter_as):
        assert enter_as("office").get(reverse("dashboard"), {"on": "31.2."}).status_code == 409


class TestFigures:
    @pytest.mark.core
    def test_numerator_and_denominator_stand_beside_each_rate(self, year, enter_as):
        page = text_of(enter_as("office").get(reverse("dashboard")).content.decode())
        assert "已开工 2 项 ÷ 计划新开工 4 项" in page  # 开工率 of the year: the early one counts
        assert "按期开工率 50.00% 1/2" in page  # of what is due: it does not
        assert "已竣工 2 项 ÷ 计划竣工 3 项" in page
        assert "按期竣工率 50.00% 1/2" in page
        assert "应开未开 1 项，应竣未竣 1 项" in page

    @pytest.mark.core
    def test_what_no_plan_knows_is_told_apart(self, year, enter_as):
        page = text_of(enter_as("office").get(reverse("dashboard")).content.decode())
        assert "年度计划内 9 个项目 （按子项；按项 9 项），另有 1 个未列入 ，不计入指标" in page

    @pytest.mark.core
    def test_a_package_is_one_item_of_several_projects(self, year, enter_as):
        package = KeyProjectFactory(is_package=True)
        KeyProject.objects.filter(pk__in=KeyProject.objects.order_by("pk").values("pk")[:3]).update(parent=package)
        page = text_of(enter_as("office").get(reverse("dashboard")).content.decode())
        assert "9 个项目 （按子项；按项 7 项）" in page

    @pytest.mark.core
    def test_they_are_the_sum_of_the_list_and_of_the_excel_file(self, year, enter_as):
        office = enter_as("office")
        for counted in ("ytd_amount", "annual_plan_amount", "plan_to_date_amount"):
            shown = listed(office, f"{reverse('project_list')}?counted={counted}")
            total = Decimal(shown["counted"]["total"].replace(",", ""))
            assert sum(Decimal(row["counted"].replace(",", "")) for row in shown["rows"]) == total
            answer = office.get(reverse("project_list_export"), {"counted": counted})
            rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content)))["数据"].iter_rows(min_row=4))
            assert sum(Decimal(str(row[-1].value)) for row in rows) == total
        assert text_of(office.get(reverse("dashboard")).content.decode()).count("完成 0.32 亿元") == 1

    @pytest.mark.core
    def test_groups_name_their_basis_and_add_up(self, year, enter_as):
        office = enter_as("office")
        for by, basis in (("unit", "责任口径"), ("town", "属地口径"), ("leader", "包联口径"), ("area", "领域口径")):
            response = office.get(reverse("dashboard_groups"), {"by": by})
            total, *rows = response.context["rows"]
            for column in ("projects", "new_starts", "started", "missed_starts", "completions", "completed"):
                assert sum(int(row[column]["value"]) for row in rows) == int(total[column]["value"])
            assert total["projects"]["value"] == str(len(PLOTS))
            assert f"{basis}；年度计划内项目，按子项计" in response.content.decode()


class TestEveryNumberOpensItsList:
    @pytest.mark.core
    @pytest.mark.parametrize("address", [{}, {"on": str(TODAY - timedelta(days=1))}], ids=["today", "yesterday"])
    @pytest.mark.parametrize(
        ("name", "least"), [("dashboard", 12), ("dashboard_groups", 30)], ids=["first-page", "groups"]
    )
    def test_which_has_as_many_projects(self, year, enter_as, name, least, address):
        office = enter_as("office")
        counted = {(url, words) for url, words in links(office, name, **address) if "amount" not in url}
        checked = 0
        for url, words in counted:
            if found := COUNT.search(words):
                assert listed(office, url)["page"].paginator.count == int(found[1].replace(",", "")), (url, words)
                checked += 1
        assert checked >= least

    @pytest.mark.core
    def test_a_card_opens_both_its_lists_and_the_other_definition(self, year, enter_as):
        office = enter_as("office")
        for key, card in CARDS.items():
            shown = office.get(reverse("index_card", args=[key])).context
            for field in (field for part in shown["parts"] for field in part["fields"]):
                found = listed(office, field["url"])
                if field["unit"] == "项":
                    assert found["page"].paginator.count == int(field["value"])
                else:
                    total = Decimal(found["counted"]["total"].replace(",", ""))
                    assert f"{total / 10_000:.2f}" == field["value"]
            assert [(other["name"], other["url"]) for other in shown["others"]] == [
                (CARDS[other].name, reverse("index_card", args=[other])) for other in card.others
            ]


class TestAnotherDay:
    def test_before_the_plan_nothing_was_to_be_done(self, year, enter_as):
        page = enter_as("office").get(reverse("dashboard"), {"on": f"{YEAR - 1}-06-30"}).content.decode()
        assert "没有已生效的年度计划" in page

    @pytest.mark.core
    def test_a_past_state_says_as_known_when_and_is_not_asked_again(self, year, enter_as):
        address = {"on": str(TODAY - timedelta(days=1))}
        page = enter_as("office").get(reverse("dashboard"), address).content.decode()
        assert "按目前所知" in page
        assert "every 5s" not in page
        assert f"on={address['on']}" in page

    @pytest.mark.core
    def test_what_was_reported_later_was_not_known_then(self, year, enter_as):
        known_at = KeyProject.objects.order_by("pk").last().tier_entries.get().recorded_at
        early = known_at - timedelta(days=1)
        page = enter_as("office").get(reverse("dashboard"), {"on": str(TODAY), "known_at": early.isoformat()})
        assert "没有已生效的年度计划" in page.content.decode()


class TestFreshness:
    def etag(self, browser, **more):
        return browser.get(reverse("dashboard_figures"), **more)

    @pytest.mark.core
    def test_nothing_is_sent_while_nothing_changed(self, year, enter_as, django_assert_num_queries):
        office = enter_as("office")
        first = self.etag(office)
        assert first["ETag"] in unescape(office.get(reverse("dashboard")).content.decode()).replace("\\u0022", '"')
        with django_assert_num_queries(4):  # session, person, posts; and what changed last
            again = self.etag(office, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_an_accepted_report_is_a_change(self, year, enter_as, lead, dispatcher):
        office = enter_as("office")
        project, before = KeyProject.objects.order_by("pk").first(), self.etag(office)
        week = week_of(TODAY - timedelta(days=7), at=timezone.now())
        told = report(project, week, lead, "1000")
        progress_reports.accept(report=told, by=dispatcher)
        after = self.etag(office, headers={"If-None-Match": before["ETag"]})
        assert after.status_code == 200
        assert "完成 0.42 亿元" in text_of(after.content.decode())

    def test_two_units_never_share_what_is_kept(self, year, enter_as):
        assert self.etag(enter_as("office"))["ETag"] != self.etag(enter_as("dispatcher"))["ETag"]

    def test_what_a_page_asks_by_itself_does_not_keep_anybody_signed_in(self, year, enter_as, settings):
        office = enter_as("office")
        office.get(reverse("dashboard"))
        session = office.session
        session["seen_at"] = seen = session["seen_at"] - 120
        session.save()
        self.etag(office, headers={"X-Unattended": "yes"})
        assert office.session["seen_at"] == seen
        self.etag(office)
        assert office.session["seen_at"] > seen


@pytest.fixture
def thirty(office, signer, lead, dispatcher, lead_unit):
    cast = {"office": office, "signer": signer, "lead": lead, "dispatcher": dispatcher}
    return district(**cast, lead_unit=lead_unit, plots=PLOTS[:5] * 6)


@pytest.mark.core
def test_however_many_projects_the_page_takes_eleven_queries(thirty, enter_as, django_assert_num_queries):
    browser = enter_as("office")
    browser.get(reverse("project_list"))
    with django_assert_num_queries(11):
        response = browser.get(reverse("dashboard"))
    assert len(response.content) < 40_000
    with django_assert_num_queries(4):  # drawn once for all who see the same
        browser.get(reverse("dashboard"))
    for name, queries in (("groups", 6), ("ranking", 7), ("changes", 4), ("map", 5)):
        with django_assert_num_queries(queries):
            browser.get(reverse(f"dashboard_{name}"))
