"""年度计划 in the browser: who sees which edition, how the office drafts it, how it is decided."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects.actions import annual_plans
from projects.actions.annual_plans import Figures
from projects.models import AuditEvent, PlanVersion
from projects.monthly_plan import even_split
from tests.factories import KeyProjectFactory

pytestmark = pytest.mark.django_db

CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"lead", "dispatcher", "office", "signer", "leader", "outsider"}
DISTRICT = {"office", "signer", "leader"}
YEAR = timezone.localdate().year


def figures(amount, **fields):
    amount = Decimal(amount)
    return Figures(**({"category": "CONTINUING", "annual_plan_amount": amount, "months": even_split(amount)} | fields))


def draft(by, *projects, amount=1200, **fields):
    version = annual_plans.draft(year=YEAR, effective_on=date(YEAR, 1, 1), reason="调整", by=by, at=timezone.now())
    if projects:
        entries = annual_plans.add_projects(
            version=version, projects=projects, category="CONTINUING", reason="增补", by=by, at=timezone.now()
        )
        for entry in entries:
            annual_plans.amend_entry(entry=entry, figures=figures(amount, **fields), by=by, at=timezone.now())
    return version


@pytest.fixture
def approved(office, signer, project):
    version = draft(office, project)
    annual_plans.submit(version=version, by=office, at=timezone.now())
    annual_plans.approve(version=version, document_number="示政发〔2026〕1号", by=signer)
    return PlanVersion.objects.get()


@pytest.fixture
def in_work(approved, office):
    """The second edition: a copy of the first, and one project more."""
    return draft(office, KeyProjectFactory(name="新能源汽车零部件产业园"), amount=2400)


@pytest.fixture(params=CAST)
def who(request):
    return request.param


@pytest.fixture
def browser(request, enter, who):
    return enter(request.getfixturevalue(who))


def url(name, version=None, **query):
    return reverse(name, args=[YEAR, version.number] if version else [], query=query or None)


class TestWhoSeesWhat:
    @pytest.mark.parametrize("name", ["plan_version", "plan_changes", "plan_version_export"])
    def test_approved_plans_are_read_by_all_who_read_projects(self, browser, who, approved, name):
        response = browser.get(url(name, approved))
        b"".join(response)  # a file is closed when it has been read
        assert response.status_code == (200 if who in READERS else 403)

    def test_the_list_of_plans_too(self, browser, who, approved):
        assert browser.get(reverse("annual_plan_list")).status_code == (200 if who in READERS else 403)

    @pytest.mark.parametrize("name", ["plan_version", "plan_changes"])
    def test_an_edition_in_work_only_by_those_who_draft_and_approve(self, browser, who, in_work, name):
        expected = 200 if who in {"office", "signer"} else 404 if who in READERS else 403
        assert browser.get(url(name, in_work)).status_code == expected

    @pytest.mark.parametrize("name", ["plan_heading", "plan_entry_add", "plan_submit", "plan_discard"])
    def test_only_the_office_works_on_it(self, browser, who, in_work, name):
        assert browser.get(url(name, in_work)).status_code == (200 if who == "office" else 403)

    @pytest.mark.parametrize("name", ["plan_entry", "plan_entry_remove"])
    def test_and_on_its_entries(self, browser, who, in_work, name):
        entry = in_work.entries.first()
        assert browser.get(reverse(name, args=[entry.pk])).status_code == (200 if who == "office" else 403)

    def test_only_the_signer_decides(self, browser, who, in_work, office):
        annual_plans.submit(version=in_work, by=office, at=timezone.now())
        assert browser.get(url("plan_decide", in_work)).status_code == (200 if who == "signer" else 403)

    def test_only_the_office_withdraws(self, browser, who, in_work, office):
        annual_plans.submit(version=in_work, by=office, at=timezone.now())
        assert browser.post(url("plan_withdraw", in_work)).status_code == (302 if who == "office" else 403)

    @pytest.mark.core
    def test_each_sees_the_projects_within_the_own_scope(self, browser, who, in_work, office, signer):
        annual_plans.submit(version=in_work, by=office, at=timezone.now())
        annual_plans.approve(version=in_work, document_number="2号", by=signer)
        if who not in READERS:
            return
        rows = browser.get(url("plan_version", in_work)).context["rows"]
        expected = 2 if who in DISTRICT else 0 if who == "outsider" else 1
        assert len(rows) == expected

    @pytest.mark.parametrize("name", ["plan_version", "plan_changes", "plan_version_export"])
    def test_nobody_without_signing_in(self, client, approved, name):
        assert client.get(url(name, approved)).url.startswith(reverse("login"))

    def test_an_edition_that_does_not_exist_is_not_found(self, enter, office, approved):
        browser = enter(office)
        for address in (["plan_version", YEAR, 9], ["plan_version", 1999, 1], ["annual_plan", 1999]):
            assert browser.get(reverse(address[0], args=address[1:])).status_code == 404


class TestReading:
    @pytest.mark.core
    def test_a_page_takes_the_same_queries_however_many_projects(self, enter, office, django_assert_num_queries):
        version = draft(office, *[KeyProjectFactory() for _ in range(40)])
        browser = enter(office)
        browser.get(url("plan_version", version))
        with django_assert_num_queries(7):  # session, user, posts, editions, totals, units to choose, entries
            page = browser.get(url("plan_version", version))
        assert len(page.content) < 40_000
        with django_assert_num_queries(8):  # and the totals of what is found
            page = browser.get(url("plan_version", version, category="CONTINUING", view="months"))
        unit = version.entries.first().project.lead_unit
        with django_assert_num_queries(8):
            assert len(browser.get(url("plan_version", version, unit=unit.pk)).context["rows"]) == 1
        assert len(page.content) < 40_000

    @pytest.mark.core
    def test_the_list_of_editions_too(self, enter, signer, approved, django_assert_num_queries):
        browser = enter(signer)
        browser.get(reverse("annual_plan_list"))
        with django_assert_num_queries(6):  # session, user, posts, the one in force, editions, those waiting
            browser.get(reverse("annual_plan_list"))

    def test_a_year_leads_to_the_edition_in_force(self, enter, leader, approved, in_work):
        assert enter(leader).get(reverse("annual_plan", args=[YEAR])).url == url("plan_version", approved)

    @pytest.mark.core
    def test_cards_count_by_category_and_open_their_lists(self, enter, office):
        version = draft(office, KeyProjectFactory(), amount=10_000)
        version_entries = annual_plans.add_projects(
            version=version, projects=[KeyProjectFactory()], category="NEW_START", reason="增补", by=office,
            at=timezone.now(),
        )  # fmt: skip
        annual_plans.amend_entry(
            entry=version_entries[0], by=office, at=timezone.now(),
            figures=figures(5_000, category="NEW_START", completes_this_year=True),
        )  # fmt: skip
        browser = enter(office)
        cards = browser.get(url("plan_version", version)).context["figures"]
        assert [card["value"] for card in cards] == ["1.50", "2", "1", "1", "0", "1"]
        for card, found in zip(cards[1:], [2, 1, 1, 0, 1], strict=True):
            assert len(browser.get(url("plan_version", version) + card["href"]).context["rows"]) == found

    @pytest.mark.core
    @pytest.mark.parametrize(("words", "found"), [("新能源", 1), ("xny qc", 1), ("无此项目", 0)])
    def test_projects_are_found_by_name_and_pinyin(self, enter, office, in_work, words, found):
        page = enter(office).get(url("plan_version", in_work, q=words))
        assert len(page.context["rows"]) == found
        assert page.context["total"]["count"] == str(found)

    @pytest.mark.core
    def test_the_export_holds_the_months_and_leaves_a_trace(self, enter, office, in_work):
        response = enter(office).get(url("plan_version_export", in_work))
        sheet = load_workbook(BytesIO(b"".join(response))).worksheets[0]
        headings = [cell.value for cell in sheet[3]]
        amounts = {row[1]: row[headings.index("12 月（万元）")] for row in sheet.iter_rows(min_row=4, values_only=True)}
        assert amounts["新能源汽车零部件产业园"] == 200
        assert AuditEvent.objects.latest("pk").action == "list.exported"

    def test_a_replaced_edition_says_by_which(self, enter, office, signer, approved, in_work):
        annual_plans.submit(version=in_work, by=office, at=timezone.now())
        annual_plans.approve(version=in_work, document_number="2号", by=signer)
        assert "以下一版为准" in enter(office).get(url("plan_version", approved)).content.decode()


class TestDrafting:
    def test_a_new_edition_is_drafted_from_the_form(self, enter, office, approved):
        response = enter(office).post(
            reverse("plan_draft"), {"year": YEAR, "effective_on": f"{YEAR}-07-01", "reason": "年中调整"}
        )
        version = PlanVersion.objects.get(number=2)
        assert response.url == url("plan_version", version)
        assert version.entries.count() == 1

    def test_several_projects_are_listed_at_once(self, enter, office, approved):
        version, two = draft(office), [KeyProjectFactory() for _ in range(2)]
        enter(office).post(
            url("plan_entry_add", version),
            {"projects": [project.pk for project in two], "category": "NEW_START", "reason": "区政府专题会议定"},
        )
        assert version.entries.filter(project__in=two, category="NEW_START").count() == 2

    def test_a_number_no_project_has_is_none_chosen(self, enter, office, approved):
        KeyProjectFactory()
        sent = {"projects": ["9" * 30], "category": "NEW_START", "reason": "增补"}
        page = enter(office).post(url("plan_entry_add", draft(office)), sent)
        assert "请至少勾选一个项目" in page.content.decode()

    @pytest.mark.core
    def test_neither_packages_nor_listed_projects_are_offered(self, enter, office, approved, project):
        KeyProjectFactory(name="打包", is_package=True)
        offered = KeyProjectFactory(name="可选")
        page = enter(office).get(url("plan_entry_add", draft(office))).context["page"]
        assert list(page) == [offered]

    def sent(self, entry, **fields):
        months = {f"month_{n}": "0" for n in range(1, 13)}
        return {
            "category": "CONTINUING", "annual_plan_amount": "10,000", "cumulative_before_year": "0",
            "planned_start_on": "", "planned_finish_on": "", "physical_goal": "", "reason": "", **months, **fields,
        }  # fmt: skip

    def test_the_button_proposes_and_saves_nothing(self, enter, office, in_work):
        entry = in_work.entries.first()
        sent = self.sent(entry, propose="even", planned_start_on=f"{YEAR}-07-15")
        page = enter(office).post(reverse("plan_entry", args=[entry.pk]), sent)
        shown = [field.value() for field in page.context["form"].month_fields()]
        assert shown == ["0"] * 6 + ["1666"] * 5 + ["1670"]
        assert page.context["is_proposed"]
        before = entry.annual_plan_amount
        entry.refresh_from_db()
        assert entry.annual_plan_amount == before

    def test_what_was_proposed_can_be_saved(self, enter, office, in_work):
        entry = in_work.entries.first()
        browser, page = enter(office), reverse("plan_entry", args=[entry.pk])
        form = browser.post(page, self.sent(entry, propose="even")).context["form"]
        browser.post(page, {name: form[name].value() for name in form.fields})
        entry.refresh_from_db()
        assert entry.monthly_amounts() == list(even_split(Decimal(10_000)))

    def test_months_that_do_not_come_to_the_year_are_refused_by_how_much(self, enter, office, in_work):
        entry = in_work.entries.first()
        page = enter(office).post(reverse("plan_entry", args=[entry.pk]), self.sent(entry, month_1="9,800.5"))
        assert "比年度计划 10,000 万元少 199.5 万元" in page.content.decode()

    def test_a_proposal_without_an_amount_says_what_is_missing(self, enter, office, in_work):
        entry = in_work.entries.first()
        sent = self.sent(entry, propose="even", annual_plan_amount="很多")
        page = enter(office).post(reverse("plan_entry", args=[entry.pk]), sent)
        assert page.context["form"].errors["annual_plan_amount"]
        assert not page.context["is_proposed"]

    def test_a_project_is_removed_with_a_reason(self, enter, office, in_work, project):
        entry = in_work.entries.get(project=project)
        browser, page = enter(office), reverse("plan_entry_remove", args=[entry.pk])
        assert "退出须写明理由" in browser.post(page, {"reason": ""}).content.decode()
        browser.post(page, {"reason": "企业撤资"})
        assert not in_work.entries.filter(project=project).exists()

    def test_an_approved_edition_offers_no_change(self, enter, office, approved):
        page = enter(office).get(url("plan_version", approved)).content.decode()
        assert reverse("plan_entry", args=[approved.entries.get().pk]) not in page
        assert url("plan_submit", approved) not in page

    def test_submitting_warns_of_forgotten_amounts(self, enter, office):
        version = draft(office, KeyProjectFactory(), amount=0)
        assert (
            "1 个续建、新开工项目的年度计划投资为 0" in enter(office).get(url("plan_submit", version)).content.decode()
        )

    def test_submitting_withdrawing_heading_and_discarding(self, enter, office, in_work):
        browser = enter(office)
        browser.post(url("plan_heading", in_work), {"effective_on": f"{YEAR}-08-01", "reason": "另作调整"})
        in_work.refresh_from_db()
        assert in_work.effective_on == date(YEAR, 8, 1)
        states = []
        for step in ("plan_submit", "plan_withdraw"):
            browser.post(url(step, in_work))
            in_work.refresh_from_db()
            states.append(in_work.state)
        assert states == ["SUBMITTED", "DRAFT"]
        browser.post(url("plan_discard", in_work))
        assert not PlanVersion.objects.filter(pk=in_work.pk).exists()


class TestDeciding:
    @pytest.fixture
    def submitted(self, in_work, office, project):
        entry = in_work.entries.get(project=project)
        changed = figures(3600, category="NEW_START", planned_finish_on=date(YEAR, 11, 30))
        annual_plans.amend_entry(entry=entry, figures=changed, reason="提前竣工", by=office, at=timezone.now())
        annual_plans.submit(version=in_work, by=office, at=timezone.now())
        return in_work

    def test_the_approver_is_told_on_the_list(self, enter, signer, submitted):
        page = enter(signer).get(reverse("annual_plan_list"))
        assert page.context["waiting"] == [submitted]

    @pytest.mark.core
    def test_the_approver_reads_field_by_field_what_changes(self, enter, signer, submitted):
        rows = enter(signer).get(url("plan_decide", submitted)).context["rows"]
        added, changed = rows
        assert (added["kind"], added["moved"], added["reason"]) == ("增补", "+2,400", "增补")
        assert (changed["kind"], changed["moved"], changed["reason"]) == ("调整", "+2,400", "提前竣工")
        lines = {line["label"]: (line.get("from"), line["to"]) for line in changed["fields"]}
        assert lines["计划类别"] == ("续建", "新开工")
        assert lines["年度计划投资（万元）"] == ("1,200", "3,600")
        assert lines["计划竣工"] == ("—", f"{YEAR}-11-30")
        assert lines["月度目标（万元）"][1].startswith("1 月 100 → 300，2 月")

    @pytest.mark.core
    def test_sums_say_how_the_year_moves(self, enter, signer, submitted):
        sums = enter(signer).get(url("plan_decide", submitted)).context["sums"]
        assert [(s["label"], s["value"], s["note"]) for s in sums] == [
            ("增补", "1", "计划投资 +0.24 亿元"),
            ("退出", "0", "计划投资 0.00 亿元"),
            ("调整", "1", "计划投资 +0.24 亿元"),
        ]

    def test_approving(self, enter, signer, submitted):
        browser = enter(signer)
        assert browser.post(url("plan_decide", submitted), {"document_number": ""}).status_code == 200
        browser.post(url("plan_decide", submitted), {"document_number": "示政发〔2026〕17号"})
        submitted.refresh_from_db()
        assert (submitted.state, submitted.decided_by) == ("APPROVED", signer)
        assert browser.get(url("plan_decide", submitted)).url == url("plan_version", submitted)

    def test_sending_back_with_words_the_office_reads(self, enter, signer, office, submitted):
        enter(signer).post(url("plan_decide", submitted), {"send_back": "1", "note": "金额偏低，请复核"})
        page = enter(office).get(url("plan_version", submitted)).content.decode()
        assert "钱签发退回：金额偏低，请复核" in page

    def test_two_approvers_at_once_and_the_second_is_told(self, enter, signer, submitted):
        browser = enter(signer)
        annual_plans.approve(version=submitted, document_number="1号", by=signer)
        page = browser.post(url("plan_decide", submitted), {"document_number": "2号"})
        assert "不在待批准状态" in page.content.decode()

    def test_the_first_edition_of_a_year_has_nothing_to_compare(self, enter, office, approved):
        assert "没有可比较的上一版" in enter(office).get(url("plan_changes", approved)).content.decode()

    @pytest.mark.core
    def test_the_comparison_takes_the_same_queries_however_long(
        self, enter, office, approved, django_assert_num_queries
    ):
        version = draft(office, *[KeyProjectFactory() for _ in range(60)])
        browser = enter(office)
        browser.get(url("plan_changes", version))
        with django_assert_num_queries(9):
            page = browser.get(url("plan_changes", version))
        assert len(page.content) < 40_000
