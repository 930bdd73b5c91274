"""阶段关口: no stage is closed without its dated documents, nor by whoever brought them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.actions import evidence, milestones, stored_files
from projects.actions.milestones import dates_of
from projects.errors import NotAllowed, RuleViolation
from projects.history import changes_of
from projects.models import AuditEvent, EvidenceItem, EvidencePaper, KeyProject, Stage
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, StageTargetFactory, UnitFactory, date_stage_target

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MARCH, APRIL = date(2026, 3, 5), date(2026, 4, 1)
PDF = b"%PDF-1.7\n%%EOF\n"


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def target(project):
    return StageTargetFactory(project=project, stage=Stage.PREPARATION)


@pytest.fixture
def items(target, office):
    return evidence.ask_for(stage_target=target, names=["施工许可证", "用地批准书"], by=office)


def paper(item, **more):
    return EvidencePaper(item=item, **({"document_number": "建施〔2026〕3号", "dated_on": MARCH} | more))


@pytest.fixture
def complete(target, items, lead):
    """A stage whose documents the lead has brought."""
    for item in items:
        evidence.hand_in(paper=paper(item), by=lead)
    return target


def close(target, by, on=APRIL):
    evidence.close_stage(stage_target=target, actual_on=on, by=by)


class TestAsking:
    def test_documents_are_asked_for_in_their_order_and_once(self, target, items, office):
        new = evidence.ask_for(stage_target=target, names=["用地批准书", " 环评批复 ", "", "环评批复"], by=office)
        assert [item.name for item in new] == ["环评批复"]
        assert [item.name for item in target.evidence.all()] == ["施工许可证", "用地批准书", "环评批复"]

    def test_what_was_there_is_left_as_it_stands(self, target, items, office):
        evidence.waive(item=items[0], reason="临时建筑", by=office)
        assert evidence.ask_for(stage_target=target, names=["施工许可证"], by=office) == []
        assert target.evidence.first().waived_reason == "临时建筑"
        assert AuditEvent.objects.filter(action="stage_target.evidence_asked_for").count() == 1

    def test_a_name_has_its_length(self, target, office):
        with pytest.raises(RuleViolation, match="超过 100 字"):
            evidence.ask_for(stage_target=target, names=["证" * 101], by=office)


class TestHandingIn:
    def test_a_paper_has_its_number_and_day(self, items, lead):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        known = EvidencePaper.objects.current().get()
        assert (known.document_number, known.dated_on, known.recorded_by) == ("建施〔2026〕3号", MARCH, lead)

    def test_a_better_copy_supersedes_and_the_earlier_stays(self, items, lead, office):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        evidence.hand_in(paper=paper(items[0], document_number="建施〔2026〕5号"), by=office)
        assert [p.document_number for p in items[0].papers.order_by("pk")] == ["建施〔2026〕3号", "建施〔2026〕5号"]
        assert EvidencePaper.objects.current().get().recorded_by == office

    def test_nothing_new_is_not_handed_in_again(self, items, lead, office):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        with pytest.raises(RuleViolation, match="相同"):
            evidence.hand_in(paper=paper(items[0]), by=office)

    def test_it_bears_a_day_that_has_come(self, items, lead):
        with pytest.raises(RuleViolation, match="晚于今天"):
            evidence.hand_in(paper=paper(items[0], dated_on=tomorrow()), by=lead)

    def test_it_is_a_document_and_no_mere_word(self, items, lead):
        with pytest.raises(RuleViolation, match="文号或上传文件"):
            evidence.hand_in(paper=paper(items[0], document_number=""), by=lead)

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_but_the_lead_and_the_office_hands_in(self, items, request, who):
        with pytest.raises(NotAllowed, match="本项目责任人"):
            evidence.hand_in(paper=paper(items[0]), by=request.getfixturevalue(who))

    def test_nor_a_lead_for_another_project(self, lead, office):
        other = StageTargetFactory(project=KeyProjectFactory())
        (item,) = evidence.ask_for(stage_target=other, names=["立项批复"], by=office)
        with pytest.raises(NotAllowed):
            evidence.hand_in(paper=paper(item), by=lead)

    def test_after_the_stage_is_closed_no_paper_is_replaced(self, complete, items, dispatcher, lead):
        close(complete, dispatcher)
        with pytest.raises(RuleViolation, match="不能更换"):
            evidence.hand_in(paper=paper(items[0], document_number="另一份"), by=lead)

    def test_but_one_still_lacking_in_an_imported_stage_may_be_brought(self, target, items, lead):
        date_stage_target(target, approved_on=APRIL, actual_on=APRIL)
        evidence.hand_in(paper=paper(items[0]), by=lead)
        assert items[0].papers.exists()

    def test_it_is_told_in_the_history_of_the_project(self, items, lead, project):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        told = changes_of(project)[0]
        assert (told.by_name, told.action) == ("李项目", "evidence_item.handed_in")
        assert ("施工许可证", "文号", None, "建施〔2026〕3号") in [tuple(line) for line in told.lines]


class TestWaiving:
    def test_the_office_does_without_a_paper_and_says_why(self, items, office):
        with pytest.raises(RuleViolation, match="须写明理由"):
            evidence.waive(item=items[0], reason="", by=office)
        evidence.waive(item=items[0], reason="备案类项目不需要", by=office)
        assert [item.name for item in EvidenceItem.objects.missing()] == ["用地批准书"]

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "outsider"])
    def test_nobody_else_does(self, items, request, who):
        with pytest.raises(NotAllowed, match="区重点办决定"):
            evidence.waive(item=items[0], reason="不需要", by=request.getfixturevalue(who))

    def test_what_was_handed_in_needs_no_waiver(self, items, lead, office):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        with pytest.raises(RuleViolation, match="已经提交"):
            evidence.waive(item=items[0], reason="不需要", by=office)

    def test_a_waiver_is_taken_back(self, items, office):
        evidence.waive(item=items[0], reason="备案类项目不需要", by=office)
        evidence.ask_again(item=items[0], by=office)
        assert EvidenceItem.objects.missing().count() == 2
        with pytest.raises(RuleViolation, match="并未免交"):
            evidence.ask_again(item=items[0], by=office)

    def test_a_paper_handed_in_all_the_same_ends_it(self, items, lead, office):
        evidence.waive(item=items[0], reason="备案类项目不需要", by=office)
        evidence.hand_in(paper=paper(items[0]), by=lead)
        items[0].refresh_from_db()
        assert items[0].waived_reason == ""
        told = AuditEvent.objects.get(action="evidence_item.handed_in").changes
        assert told["免交理由"] == ["备案类项目不需要", None]

    def test_what_two_ask_again_at_once_is_taken_back_once(self, items, office):
        evidence.waive(item=items[0], reason="备案类项目不需要", by=office)
        seen_before = EvidenceItem.objects.get(pk=items[0].pk)
        evidence.ask_again(item=items[0], by=office)
        with pytest.raises(RuleViolation, match="并未免交"):
            evidence.ask_again(item=seen_before, by=office)


class TestClosing:
    def test_a_reviewer_closes_a_complete_stage(self, complete, dispatcher):
        close(complete, dispatcher)
        known = dates_of(complete)
        assert (known.is_reached, known.actual_on, known.recorded_by) == (True, APRIL, dispatcher)

    def test_the_trace_names_the_documents_it_rests_on(self, complete, dispatcher):
        close(complete, dispatcher)
        said = AuditEvent.objects.get(action="stage_target.completed").changes["佐证材料"][1]
        assert said == "施工许可证（建施〔2026〕3号，2026-03-05）；用地批准书（建施〔2026〕3号，2026-03-05）"

    def test_so_does_the_office(self, complete, office):
        close(complete, office)
        assert dates_of(complete).is_reached

    def test_what_is_missing_is_named(self, target, items, dispatcher):
        with pytest.raises(RuleViolation, match="还缺：施工许可证、用地批准书"):
            close(target, dispatcher)
        assert not dates_of(target).is_reached

    def test_a_waived_paper_is_not_missed(self, target, items, lead, office, dispatcher):
        evidence.waive(item=items[0], reason="临时建筑", by=office)
        evidence.hand_in(paper=paper(items[1]), by=lead)
        close(target, dispatcher)
        assert dates_of(target).is_reached

    def test_but_a_stage_rests_on_one_document_at_least(self, target, items, office, dispatcher):
        for item in items:
            evidence.waive(item=item, reason="不需要", by=office)
        with pytest.raises(RuleViolation, match="全部免交"):
            close(target, dispatcher)

    def test_a_stage_nothing_was_asked_of_says_how_to_mend_it(self, target, dispatcher):
        with pytest.raises(RuleViolation, match="设置佐证清单"):
            close(target, dispatcher)

    def test_whoever_handed_in_does_not_close(self, target, items, lead, office):
        evidence.hand_in(paper=paper(items[0]), by=lead)
        evidence.hand_in(paper=paper(items[1]), by=office)
        with pytest.raises(NotAllowed, match="用地批准书由您提交，阶段完成须由另一人审核"):
            close(target, office)

    def test_nor_does_whoever_did_without_a_paper(self, target, items, lead, office, dispatcher):
        evidence.waive(item=items[0], reason="临时建筑", by=office)
        evidence.hand_in(paper=paper(items[1]), by=lead)
        with pytest.raises(NotAllowed, match="施工许可证由您同意免交，阶段完成须由另一人审核"):
            close(target, office)
        close(target, dispatcher)
        assert dates_of(target).is_reached

    def test_what_another_replaced_is_no_longer_theirs(self, target, items, lead, office):
        for item in items:
            evidence.hand_in(paper=paper(item), by=office)
            evidence.hand_in(paper=paper(item, note="补盖章"), by=lead)
        close(target, office)
        assert dates_of(target).is_reached

    @pytest.mark.parametrize("who", ["lead", "signer", "leader", "outsider", "sec_admin"])
    def test_nobody_else_closes(self, complete, request, who):
        with pytest.raises(NotAllowed, match="审核人或区重点办"):
            close(complete, request.getfixturevalue(who))

    def test_the_reviewer_of_the_responsible_unit_does(self, complete, project, outsider):
        project.responsible_unit = outsider.posts.get().unit
        project.save()
        close(complete, outsider)
        assert dates_of(complete).is_reached

    def test_a_reviewer_elsewhere_does_not_for_the_own_project(self, complete, project):
        both = appoint(Role.REVIEWER, UnitFactory(name="区档案馆", path="900010/"))
        appointed = appoint(Role.PROJECT_LEAD, project.lead_unit)
        both.duties = type(both.duties)((*both.duties.holdings, *appointed.duties.holdings))
        KeyProject.objects.filter(pk=project.pk).update(responsible_person=both)
        with pytest.raises(NotAllowed):
            close(complete, both)

    def test_not_before_the_latest_of_its_papers(self, complete, dispatcher):
        with pytest.raises(RuleViolation, match="不能早于“施工许可证”的文件日期 2026-03-05"):
            close(complete, dispatcher, MARCH - timedelta(days=1))
        close(complete, dispatcher, MARCH)

    def test_not_in_the_future(self, complete, dispatcher):
        with pytest.raises(RuleViolation, match="晚于今天"):
            close(complete, dispatcher, tomorrow())

    def test_not_twice(self, complete, dispatcher):
        close(complete, dispatcher)
        with pytest.raises(RuleViolation, match="请先撤销完成"):
            close(complete, dispatcher)


class TestOrder:
    @pytest.fixture
    def second(self, project, lead, office):
        later = StageTargetFactory(project=project, stage=Stage.GROUNDBREAKING)
        (item,) = evidence.ask_for(stage_target=later, names=["开工令"], by=office)
        evidence.hand_in(paper=paper(item), by=lead)
        return later

    def test_no_stage_is_closed_before_the_one_it_follows(self, complete, second, dispatcher):
        with pytest.raises(RuleViolation, match="上一阶段“前期准备”尚未完成"):
            close(second, dispatcher)
        close(complete, dispatcher)
        close(second, dispatcher)
        assert dates_of(second).is_reached

    def test_nor_on_an_earlier_day(self, complete, second, dispatcher):
        close(complete, dispatcher)
        with pytest.raises(RuleViolation, match="不能早于上一阶段“前期准备”的完成日期 2026-04-01"):
            close(second, dispatcher, APRIL - timedelta(days=1))

    def test_a_stage_nobody_planned_is_not_skipped_either(self, second, dispatcher):
        with pytest.raises(RuleViolation, match="上一阶段“前期准备”尚未完成"):
            close(second, dispatcher)

    def test_a_stage_is_reopened_from_the_last_one_back(self, complete, second, dispatcher, office):
        close(complete, dispatcher)
        close(second, dispatcher)
        with pytest.raises(RuleViolation, match="“开工建设”已完成，请先撤销该阶段"):
            milestones.reopen(of=complete, reason="许可证作废", by=office)
        milestones.reopen(of=second, reason="开工令有误", by=office)
        milestones.reopen(of=complete, reason="许可证作废", by=office)
        assert not dates_of(complete).is_reached


class TestLaws(TestCase):
    @settings(max_examples=20)
    @given(st.lists(st.sampled_from(["交", "免", "恢复"]), max_size=12), st.data())
    def test_whatever_is_done_a_stage_closes_exactly_when_every_paper_is_there_or_waived(self, verbs, data):
        target, by = StageTargetFactory(), appoint(Role.OFFICE, UnitFactory())
        reviewer = appoint(Role.OFFICE, UnitFactory())
        items = evidence.ask_for(stage_target=target, names=["甲", "乙", "丙"], by=by)
        state = dict.fromkeys(items, "缺")
        for verb in verbs:
            item = data.draw(st.sampled_from(items))
            try:
                if verb == "交":
                    evidence.hand_in(paper=paper(item), by=by)
                elif verb == "免":
                    evidence.waive(item=item, reason="不需要", by=by)
                else:
                    evidence.ask_again(item=item, by=by)
            except RuleViolation:
                continue
            state[item] = {"恢复": "缺"}.get(verb, verb)
        may = "缺" not in state.values() and "交" in state.values()
        try:
            close(target, reviewer)
        except RuleViolation:
            assert not may
        assert dates_of(target).is_reached == may


CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead"}


class TestPages:
    @pytest.fixture
    def at_hand(self, target, items, lead, office):
        file = stored_files.keep(content=BytesIO(PDF), name="许可证.pdf", by=lead, at=timezone.now())
        evidence.hand_in(paper=paper(items[0], file=file), by=lead)
        return {"target": target.pk, "item": items[1].pk, "paper": items[0].papers.get().pk}

    @pytest.mark.parametrize(
        ("page", "of", "allowed"),
        [
            ("evidence_ask", "target", {"office"}),
            ("stage_target_complete", "target", {"office", "dispatcher"}),
            ("evidence_hand_in", "item", {"office", "lead"}),
            ("evidence_waive", "item", {"office"}),
            ("evidence_ask_again", "item", {"office"}),
            ("evidence_file", "paper", READERS),
        ],
    )
    def test_each_page_meets_the_whole_cast(self, at_hand, enter_as, page, of, allowed):
        address, opened = reverse(page, args=[at_hand[of]]), {}
        for who in CAST:
            response = enter_as(who).get(address)
            b"".join(response)
            opened[who] = response.status_code
        assert {who for who, status in opened.items() if status == 200} == allowed
        assert opened["outsider"] in {403, 404}

    def test_the_file_comes_back_as_it_was_handed_in(self, at_hand, enter, leader):
        response = enter(leader).get(reverse("evidence_file", args=[at_hand["paper"]]))
        assert b"".join(response) == PDF
        assert response["Content-Disposition"].startswith("attachment")

    def test_from_the_list_to_the_closed_stage(self, enter_as, target, project):
        enter_as("office").post(reverse("evidence_ask", args=[target.pk]), {"names": "施工许可证\n用地批准书\n"})
        one, two = target.evidence.all()
        upload = BytesIO(PDF)
        upload.name = "许可证.pdf"
        given = {"dated_on": "2026-03-05", "file": upload}
        response = enter_as("lead").post(reverse("evidence_hand_in", args=[one.pk]), given)
        assert response.url == reverse("project_gate", args=[project.code])
        enter_as("office").post(reverse("evidence_waive", args=[two.pk]), {"reason": "国有划拨"})
        page = enter_as("dispatcher").get(reverse("stage_target_complete", args=[target.pk])).content.decode()
        assert "依据：施工许可证（2026-03-05）" in page
        enter_as("dispatcher").post(reverse("stage_target_complete", args=[target.pk]), {"actual_on": "2026-04-01"})
        assert dates_of(target).actual_on == APRIL

    def test_a_number_is_corrected_without_sending_the_file_again(self, at_hand, enter, lead, items):
        given = {"document_number": "建施〔2026〕9号", "dated_on": "2026-03-05"}
        enter(lead).post(reverse("evidence_hand_in", args=[items[0].pk]), given)
        known = EvidencePaper.objects.current().get()
        assert (known.document_number, known.file.name) == ("建施〔2026〕9号", "许可证.pdf")

    def test_a_program_is_not_taken_for_a_document(self, at_hand, enter, lead, items):
        upload = BytesIO(b"MZ\x90")
        upload.name = "许可证.pdf"
        page = enter(lead).post(
            reverse("evidence_hand_in", args=[items[1].pk]), {"dated_on": "2026-03-05", "file": upload}
        )
        assert "内容不是 PDF" in page.content.decode()
        assert not items[1].papers.exists()

    def test_what_is_missing_is_said_on_the_form(self, at_hand, enter, dispatcher, target):
        page = (
            enter(dispatcher)
            .post(reverse("stage_target_complete", args=[target.pk]), {"actual_on": "2026-04-01"})
            .content.decode()
        )
        assert "还缺：用地批准书" in page
