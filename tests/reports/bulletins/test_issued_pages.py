"""印发的通报的页面: read by those it was sent to, verified by whoever holds it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects import jobs
from projects.models import AuditEvent
from reports import tasks
from reports.actions import drafts
from reports.bulletin import Erratum, Section
from reports.models import Draft, Receipt
from scheduling.models import Notice
from tests.factories import UnitFactory
from tests.reports.bulletins.issues import issued, issues, laid_out, registered
from tests.reports.bulletins.papers import PARTS, SECTIONS, bulletin, drafted, go

pytestmark = pytest.mark.django_db


def shown(browser, name, *args):
    return browser.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def document(draft, people, lead_unit):
    return issued(draft, people, [lead_unit])


class TestReading:
    def test_a_unit_that_opens_it_gives_its_receipt(self, enter, document, dispatcher, office):
        assert "○ 未打开" in shown(enter(office), "bulletin_issued", document.pk)
        page = shown(enter(dispatcher), "bulletin_issued", document.pk)
        assert "回执" not in page
        assert "●" in shown(enter(office), "bulletin_issued", document.pk)
        assert Receipt.objects.get().notice.read_by == dispatcher
        assert "1/1" in shown(enter(office), "bulletin_list")

    @pytest.mark.parametrize(("who", "status"), [("signer", 200), ("leader", 200), ("lead", 200), ("outsider", 404)])
    def test_it_is_read_by_the_district_and_by_whom_it_was_sent_to(self, enter_as, document, who, status):
        browser = enter_as(who)
        assert browser.get(reverse("bulletin_issued", args=[document.pk])).status_code == status
        response = browser.get(reverse("bulletin_file", args=[document.pk, "docx"]))
        assert b"".join(response) == b"DOCX" if status == 200 else response.status_code == 404
        assert (document.number in shown(browser, "bulletin_list")) == (status == 200)

    def test_whoever_takes_a_file_leaves_a_trace(self, enter, document, leader):
        b"".join(enter(leader).get(reverse("bulletin_file", args=[document.pk, "pdf"])))
        assert AuditEvent.objects.get(action="document.taken").by == leader

    def test_the_office_reminds_those_who_have_not_opened_it(self, enter, document, office, signer):
        Notice.objects.update(issued_at=timezone.now() - timedelta(days=1))
        url = reverse("bulletin_remind", args=[document.pk])
        assert enter(signer).post(url).status_code == 403
        enter(office).post(url)
        assert Receipt.objects.get().reminded_at
        assert "已催阅" in shown(enter(office), "bulletin_issued", document.pk)

    def test_before_it_is_issued_only_those_with_a_hand_in_it_read_it(self, enter, draft, people, leader, lead_unit):
        document = registered(draft, people)
        assert "已登记，尚未印发" in shown(enter(people[0]), "bulletin_issued", document.pk)
        assert enter(leader).get(reverse("bulletin_issued", args=[document.pk])).status_code == 404

    def test_the_units_are_all_chosen_unless_the_office_chooses(self, enter, draft, people, lead_unit):
        laid_out(registered(draft, people))
        browser, url = enter(people[0]), reverse("bulletin_issue", args=[draft.pk])
        assert browser.get(url).content.decode().count("checked") == 2
        browser.post(url, {"units": [lead_unit.pk]})
        draft.refresh_from_db()
        assert (draft.state, Receipt.objects.get().unit) == (Draft.State.ISSUED, lead_unit)

    def test_who_would_be_named_in_public_is_asked_about_before_it_is_issued(self, enter, people, lead_unit):
        by_hand = (replace(SECTIONS[0], text=f"由{people[1].full_name}牵头。"),)
        draft = drafted(sections=by_hand)
        browser = enter(people[0])
        assert "写有个人姓名：褚核稿" in shown(browser, "bulletin", draft.pk)
        laid_out(registered(draft, people))
        url, sent = reverse("bulletin_issue", args=[draft.pk]), {"units": [lead_unit.pk], "public": "on"}
        assert "公开版中还有：褚核稿" in browser.get(url).content.decode()
        assert "公开版中有个人姓名" in browser.post(url, sent).content.decode()
        browser.post(url, sent | {"names_may_stay": "on"})
        draft.refresh_from_db()
        assert draft.is_public

    def test_a_registered_one_says_which_of_its_forms_are_there(self, enter, draft, people):
        document = registered(draft, people)
        browser = enter(people[0])
        assert "正在生成，生成后可以印发" in shown(browser, "bulletin", draft.pk)
        job = jobs.ask(tasks.render_document.name, f"{document.pk} DOCX", at=timezone.now())
        jobs.fail(jobs.claim(job.pk, at=timezone.now()), error="系统字体里没有这些字", at=timezone.now())
        page = shown(browser, "bulletin_forms", draft.pk)
        assert "hx-trigger" in page
        assert "系统字体里没有这些字" in page
        laid_out(document)
        page = shown(browser, "bulletin_forms", draft.pk)
        assert (page.count("已生成"), "hx-trigger" in page) == (3, False)

    @pytest.mark.core
    def test_thirty_units_take_few_queries(self, enter, draft, people, django_assert_num_queries):
        document = issued(draft, people, UnitFactory.create_batch(30))
        browser = enter(people[2])
        with django_assert_num_queries(14):
            page = browser.get(reverse("bulletin_issued", args=[document.pk])).content
        assert "○ 未打开（30）".encode() in page
        assert len(page) < 40_000

    @pytest.mark.core
    def test_thirty_issues_take_few_queries(self, enter, people, lead_unit, django_assert_num_queries):
        issues(people, [lead_unit], 30)
        browser = enter(people[2])
        with django_assert_num_queries(12):
            page = browser.get(reverse("bulletin_list")).content
        assert page.count(b"0/1") == 30
        assert len(page) < 40_000


class TestPublic:
    def test_everybody_reads_the_public_version(self, client, draft, people, lead_unit):
        document = issued(draft, people, [lead_unit], public=True)
        page = shown(client, "bulletin_public", document.pk)
        assert "公开版" in page
        assert "75.0%" in page

    def test_what_was_not_made_public_is_not_there(self, client, document):
        assert client.get(reverse("bulletin_public", args=[document.pk])).status_code == 404


class TestVerifying:
    def test_whoever_holds_it_learns_that_it_is_ours(self, client, document):
        response = client.get(reverse("verify"), {"code": f" {document.digest[:12].upper()} "}, follow=True)
        page = response.content.decode()
        assert "属实" in page
        assert document.number in page
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"

    def test_or_by_its_number(self, client, document):
        page = client.get(reverse("verify"), {"code": document.number}).content.decode()
        assert "属实" in page
        assert document.digest in page

    @pytest.mark.parametrize("code", ["0123456789ab", "short", "ffffffffffff"])
    def test_an_unknown_code_says_what_to_do(self, client, document, code):
        response = client.get(reverse("verify_paper", args=[code]))
        assert response.status_code == 404
        assert "请与印发机关联系核实" in response.content.decode()

    def test_a_void_one_is_said_to_be_void(self, client, draft, people):
        document = registered(draft, people)
        go(draft, drafts.void, people[0], note="数据有误")
        assert "已作废" in shown(client, "verify_paper", document.digest[:12])

    def test_a_corrected_one_names_what_corrects_it(self, client, document, people, lead_unit):
        erratum = issued(corrects(document), people, [lead_unit])
        assert f"已由 {erratum.number} 更正" in shown(client, "verify_paper", document.digest[:12])
        client.force_login(people[0], backend="django.contrib.auth.backends.ModelBackend")
        assert erratum.number in shown(client, "bulletin_issued", document.pk)
        assert document.number in shown(client, "bulletin_issued", erratum.pk)


def corrects(document):
    told = Erratum("示范区", document.number, document.title, document.digest, document.known_at, (), ())
    sections = (Section("causes", "一、更正的原因", "数据经复核更正。"),)
    return drafted(told, subject="e", sections=sections, kind=Draft.Kind.ERRATUM, corrects=document)


class TestDifference:
    @pytest.mark.core
    def test_two_months_stand_beside_each_other(self, enter, people, lead_unit, leader):
        september = bulletin(replace(PARTS, ytd_amount=PARTS.ytd_amount - 500), month=9, on=date(2026, 9, 30))
        old = issued(drafted(september, subject="9"), people, [lead_unit])
        new = issued(drafted(subject="10", known_at=old.known_at + timedelta(days=30)), people, [lead_unit])
        browser = enter(leader)
        page = shown(browser, "bulletin_difference")
        assert [word for word in ("2026年9月", "2026年10月", "+500", "7000万元", "7500万元") if word not in page] == []
        url = f"{reverse('bulletin_difference')}?a={old.pk}&b={new.pk}&of=全区"
        assert browser.get(url).content.decode().count("全区·年度计划投资") == 0

    def test_before_the_second_issue_it_says_so(self, enter, leader):
        assert "印发过两期月通报以后才能对比" in shown(enter(leader), "bulletin_difference")

    def test_a_unit_does_not_compare(self, enter, dispatcher):
        assert enter(dispatcher).get(reverse("bulletin_difference")).status_code == 403
