"""月通报的页面: where a paper stands, what is to be done with it and by whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Job, Substitute
from reports import tasks
from reports.actions import bulletins, drafts
from reports.bulletin import Section
from reports.linting import Finding
from reports.models import Draft
from tests.reports.bulletins.papers import SECTIONS, drafted, go, proved, reworded, rewrite, signed
from tests.reports.bulletins.test_drafting import month
from tests.reports.weeks import close, freeze

pytestmark = pytest.mark.django_db

LIST = reverse("bulletin_list")


def shown(browser, name, *args):
    return browser.get(reverse(name, args=args)).content.decode()


def does(browser, verb, draft, **said):
    response = browser.post(reverse(f"bulletin_{verb}", args=[draft.pk]), said)
    draft.refresh_from_db()
    return response


def typed(draft, **more):
    """What the form of the present text sends."""
    text = draft.text
    said = {name: getattr(text, name) for name in ("title", "addressee", "remark", "cc", "copies")}
    for each in (Section(**section) for section in text.sections):
        said |= {f"heading-{each.key}": each.heading, f"text-{each.key}": each.text}
    return said | {"based_on": text.sequence} | more


class TestList:
    def test_what_is_under_way_says_whose_turn_it_is(self, enter, draft, office, checker):
        go(draft, drafts.submit, office)
        page = shown(enter(checker), "bulletin_list")
        assert "待核稿，由赵重点以外的人员办理" in page
        assert 'stage-current" aria-current="step">' in page

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "leader", "outsider"])
    def test_nobody_else_sees_what_is_under_way(self, enter_as, draft, who):
        browser = enter_as(who)
        assert str(draft) not in shown(browser, "bulletin_list")
        assert browser.get(reverse("bulletin", args=[draft.pk])).status_code == 404

    def test_the_next_one_is_announced(self, enter, office):
        assert "月末调整锁定后自动起草" in shown(enter(office), "bulletin_list")

    def test_what_failed_says_why_and_is_begun_again(self, enter, office, leader, draft):
        failed = {"state": Job.State.FAILED, "error": "没有锁定。", "finished_at": timezone.now()}
        job = Job.objects.create(
            kind=tasks.draft_bulletin.name, subject=str(month().pk), requested_at=timezone.now(), **failed
        )
        browser = enter(office)
        assert "起草2026年10月通报：没有锁定。" in shown(browser, "bulletin_list")
        browser.post(reverse("bulletin_retry", args=[job.pk]))
        job.refresh_from_db()
        assert job.state == Job.State.WAITING
        assert enter(leader).post(reverse("bulletin_retry", args=[job.pk])).status_code == 403

    @pytest.mark.core
    def test_thirty_papers_under_way_take_few_queries(self, enter, office, django_assert_num_queries):
        for each in range(30):
            go(drafted(subject=str(each)), drafts.submit, office)
        browser = enter(office)
        with django_assert_num_queries(12):
            page = browser.get(LIST).content
        assert page.count("待核稿".encode()) == 30


class TestDesk:
    def test_each_sees_the_verb_that_is_his(self, enter, draft, people):
        office, checker, signer = people
        assert ">送核</button>" in shown(enter(office), "bulletin", draft.pk)
        go(draft, drafts.submit, office)
        assert ">核稿通过</button>" not in shown(enter(office), "bulletin", draft.pk)
        assert ">核稿通过</button>" in shown(enter(checker), "bulletin", draft.pk)
        go(draft, drafts.check, checker)
        assert ">签发</button>" not in shown(enter(checker), "bulletin", draft.pk)
        assert ">签发</button>" in shown(enter(signer), "bulletin", draft.pk)

    def test_a_substitute_opens_it_and_signs(self, enter, draft, people, leader):
        go(draft, drafts.submit, people[0])
        go(proved(draft), drafts.check, people[1])
        today, now = timezone.localdate(), timezone.now()
        days = {"starts_on": today, "ends_on": today + timedelta(days=1), "appointed_at": now}
        Substitute.objects.create(principal=people[2], substitute=leader, **days)
        browser = enter(leader)
        assert str(draft) in shown(browser, "bulletin_list")
        assert ">签发</button>" in shown(browser, "bulletin", draft.pk)
        does(browser, "sign", draft)
        assert (draft.state, draft.original_signer) == (Draft.State.SIGNED, people[2])

    def test_the_whole_way_by_its_buttons(self, enter, draft, people):
        office, checker, signer = people
        does(enter(office), "submit", draft)
        does(enter(checker), "send_back", draft, note="补充下步要求")
        page = shown(enter(office), "bulletin", draft.pk)
        assert "褚核稿退回：补充下步要求" in page
        does(enter(office), "submit", draft)
        proved(draft)
        does(enter(checker), "check", draft)
        does(enter(signer), "sign", draft, note="同意")
        does(enter(office), "reopen", draft, note="领导要求改标题")
        assert draft.state == Draft.State.DRAFT
        page = shown(enter(office), "bulletin", draft.pk)
        assert [word for word in ("签发后修改", "领导要求改标题", "同意") if word not in page] == []

    def test_to_send_back_without_words_is_refused_in_words(self, enter, draft, office, checker):
        go(draft, drafts.submit, office)
        response = enter(checker).post(
            reverse("bulletin_send_back", args=[draft.pk]), headers={"Referer": "http://testserver/"}, follow=True
        )
        assert "须写明原因" in response.content.decode()

    def test_what_became_void_is_drafted_anew(self, enter, project, office):
        period = month()
        freeze(period, project)
        first = bulletins.draft_month(closing=close(period), by=None, at=timezone.now())
        browser = enter(office)
        does(browser, "void", first, note="数据有误")
        assert "重新起草" in shown(browser, "bulletin", first.pk)
        does(browser, "draft_again", first)
        assert list(period.papers.order_by("pk").values_list("state", flat=True)) == ["VOID", "DRAFT"]

    @pytest.mark.parametrize("who", ["lead", "leader", "outsider"])
    @pytest.mark.parametrize("verb", ["submit", "check", "sign", "register", "issue", "void", "reopen", "proof_ask"])
    def test_nobody_else_takes_a_step(self, enter_as, draft, who, verb):
        response = does(enter_as(who), verb, draft, note="x")
        assert response.status_code in {403, 404}
        assert draft.state == Draft.State.DRAFT

    @pytest.mark.core
    def test_it_takes_few_queries_however_often_it_was_rewritten(
        self, enter, draft, office, checker, django_assert_num_queries
    ):
        for turn in range(30):
            rewrite(draft, office, sections=reworded("改" * (turn + 1)))
        go(draft, drafts.submit, office)
        browser = enter(checker)
        with django_assert_num_queries(15):
            page = browser.get(reverse("bulletin", args=[draft.pk])).content
        assert len(page) < 40_000

    def test_a_signed_paper_waits_for_its_number(self, enter, draft, people):
        signed(draft, people)
        assert "待登记编号" in shown(enter(people[0]), "bulletin", draft.pk)


class TestWriting:
    def test_what_is_typed_becomes_a_version(self, enter, draft, office):
        words = "全区完成{全区·当年累计完成投资}。"
        does(enter(office), "save", draft, **typed(draft, **{"text-overview": words}))
        assert (draft.text.sequence, draft.text.sections[0]["text"]) == (2, words)

    def test_a_section_is_added_and_an_empty_one_dropped(self, enter, draft, office):
        more = {"heading-more-1": "二、下步要求", "text-more-1": "抓紧办理。"}
        emptied = {"heading-overview": "", "text-overview": ""}
        does(enter(office), "save", draft, **typed(draft, **more, **emptied))
        assert [each["key"] for each in draft.text.sections] == ["more-1"]

    def test_the_preview_fills_the_figures_in_and_saves_nothing(self, enter, draft, office):
        words = "投资完成率{全区·投资完成率}，另有{全区·不存在}。"
        said = typed(draft, **{"text-overview": words})
        url = reverse("bulletin_preview", args=[draft.pk])
        for headers in ({}, {"HX-Request": "true"}):
            page = enter(office).post(url, said, headers=headers).content.decode()
            assert ">75.0%</a>" in page
            assert "没有名为“全区·不存在”的数据" in page
        assert draft.texts.count() == 1

    def test_whoever_saves_second_loses_nothing(self, enter, draft, office, checker):
        rewrite(draft, checker, sections=reworded("甲的修改"))
        said = typed(draft, based_on=1, **{"text-overview": "乙的修改"})
        page = does(enter(office), "save", draft, **said).content.decode()
        assert "褚核稿已保存第 2 稿" in page
        assert "甲的修改" in page
        assert "乙的修改" in page
        assert 'name="based_on" value="2"' in page
        does(enter(office), "save", draft, **(said | {"based_on": 2}))
        assert draft.text.sections[0]["text"] == "乙的修改"

    def test_two_versions_stand_beside_each_other(self, enter, draft, office):
        rewrite(draft, office, sections=reworded("，比上月加快。"))
        page = shown(enter(office), "bulletin_text", draft.pk, 2)
        assert "<ins>" in page
        assert SECTIONS[0].text in page.replace("<del>", "").replace("</del>", "")

    @pytest.mark.parametrize("who", ["signer", "leader", "lead", "outsider"])
    def test_nobody_else_writes(self, enter_as, draft, who):
        for verb in ("save", "preview"):
            assert does(enter_as(who), verb, draft, **typed(draft)).status_code == 403


class TestProof:
    def test_it_is_asked_for_once_and_shown_when_it_lies_there(self, enter, draft, office):
        browser = enter(office)
        for _twice in range(2):
            does(browser, "proof_ask", draft)
        assert Job.objects.get(kind=tasks.lay_out_proof.name).subject == str(draft.text_id)
        assert "清样生成中" in shown(browser, "bulletin_proof_made", draft.pk)
        assert "版式在生成清样时检查" in shown(browser, "bulletin", draft.pk)
        proved(draft)
        page = shown(browser, "bulletin", draft.pk)
        assert reverse("bulletin_proof", args=[draft.pk]) in page
        assert "文字和版式检查没有发现问题" in page
        response = browser.get(reverse("bulletin_proof", args=[draft.pk]))
        assert b"".join(response) == b"%PDF"

    def test_it_is_asked_for_when_the_paper_is_submitted(self, enter, draft, office):
        does(enter(office), "submit", draft)
        assert Job.objects.get(kind=tasks.lay_out_proof.name).subject == str(draft.text_id)

    def test_what_is_wrong_with_its_pages_is_told_with_the_rest_but_not_of_words_being_typed(
        self, enter, draft, office
    ):
        proved(draft, Finding("grid", "清样第2页第3行", "超出版心。"))
        browser = enter(office)
        assert "清样第2页第3行" in shown(browser, "bulletin", draft.pk)
        assert "清样第2页" not in does(browser, "preview", draft, **typed(draft)).content.decode()
