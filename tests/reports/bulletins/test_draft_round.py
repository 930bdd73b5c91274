"""拟稿 → 核稿 → 签发: three different people, and whoever stands in for one of them is none of the others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Post, Substitute
from projects.roles import Role
from reports.actions import drafts
from reports.linting import Finding
from reports.models import Draft, DraftMove
from tests.conftest import appoint
from tests.reports.bulletins.papers import SECTIONS, drafted, go, proved, reworded, rewrite, signed

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def stand_in(principal, substitute, *, days=(0, 7)):
    today, now = timezone.localdate(), timezone.now()
    starts_on, ends_on = (today + timedelta(days=each) for each in days)
    return Substitute.objects.create(
        principal=principal, substitute=substitute, starts_on=starts_on, ends_on=ends_on, appointed_at=now
    )


def test_it_is_drafted_checked_and_signed_off_by_three_people(draft, people):
    signed(draft, people)
    assert draft.state == Draft.State.SIGNED
    assert (draft.submitted_by, draft.checked_by, draft.signed_by) == people
    assert list(draft.moves.values_list("kind", "by", "principal")) == [
        ("SUBMITTED", people[0].pk, None),
        ("CHECKED", people[1].pk, None),
        ("SIGNED", people[2].pk, None),
    ]
    assert {event.action for event in AuditEvent.objects.filter(subject_type="draft")} == {
        "draft.submitted",
        "draft.checked",
        "draft.signed_off",
    }


@pytest.mark.parametrize("who", ["lead", "dispatcher", "leader", "outsider", "sys_admin"])
def test_nobody_else_has_a_hand_in_it(request, draft, people, who):
    stranger = request.getfixturevalue(who)
    with pytest.raises(NotAllowed, match="区重点办"):
        go(draft, drafts.submit, stranger)
    with pytest.raises(NotAllowed, match="区重点办"):
        rewrite(draft, stranger, title="改")
    go(draft, drafts.submit, people[0])
    with pytest.raises(NotAllowed, match="区重点办"):
        go(draft, drafts.check, stranger)
    go(draft, drafts.check, people[1])
    with pytest.raises(NotAllowed, match="签发领导"):
        go(draft, drafts.sign_off, stranger)


def test_a_step_that_is_not_its_turn_is_refused(draft, people):
    for step in (drafts.check, drafts.sign_off, drafts.register):
        with pytest.raises(RuleViolation, match="拟稿，不能"):
            go(draft, step, people[1])
    signed(draft, people)
    with pytest.raises(RuleViolation, match=r"已签发，不能修改。.*签发后修改"):
        rewrite(draft, people[0], title="改")


class TestDifferentPeople:
    def test_the_drafter_does_not_check(self, draft, office):
        go(draft, drafts.submit, office)
        with pytest.raises(NotAllowed, match=r"拟稿人.*不能核稿"):
            go(draft, drafts.check, office)

    def test_nor_does_who_wrote_what_another_submitted(self, draft, office, checker):
        rewrite(draft, checker, sections=reworded())
        go(draft, drafts.submit, office)
        with pytest.raises(NotAllowed, match=r"拟稿人.*不能核稿"):
            go(draft, drafts.check, checker)

    @pytest.mark.parametrize("place", [0, 1])
    def test_neither_the_drafter_nor_the_checker_signs(self, draft, people, government, place):
        both = people[place]
        Post.objects.create(user=both, unit=government, role=Role.SIGNER, starts_on="2020-01-01")
        both.duties = type(both.duties)((*both.duties.holdings, *people[2].duties.holdings))
        go(draft, drafts.submit, people[0])
        go(draft, drafts.check, people[1])
        with pytest.raises(NotAllowed, match="不能签发"):
            go(draft, drafts.sign_off, both)

    @pytest.mark.parametrize(
        ("column", "same", "constraint"),
        [
            ("checked_by", "submitted_by", "draft_checked_by_another"),
            ("signed_by", "submitted_by", "draft_signed_by_another"),
            ("signed_by", "checked_by", "draft_signed_by_another"),
        ],
    )
    def test_the_database_refuses_one_person_in_two_places(self, draft, people, column, same, constraint):
        signed(draft, people)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Draft.objects.filter(pk=draft.pk).update(**{column: getattr(draft, same)})


class TestSubstitutes:
    def test_a_substitute_checks_for_his_principal_and_both_are_named(self, draft, office, checker, lead):
        stand_in(checker, lead)
        go(draft, drafts.submit, office)
        go(draft, drafts.check, lead)
        move = draft.moves.get(kind=DraftMove.Kind.CHECKED)
        assert (move.by, move.principal) == (lead, checker)
        event = AuditEvent.objects.get(action="draft.checked")
        assert event.changes["代为办理"] == [None, "褚核稿"]

    @pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
    def test_only_within_his_dates(self, draft, office, checker, lead, days):
        stand_in(checker, lead, days=days)
        go(draft, drafts.submit, office)
        with pytest.raises(NotAllowed):
            go(draft, drafts.check, lead)

    def test_the_drafter_does_not_check_in_the_stead_of_another(self, draft, office, checker):
        stand_in(checker, office)
        go(draft, drafts.submit, office)
        with pytest.raises(NotAllowed, match="不能核稿"):
            go(draft, drafts.check, office)

    def test_nobody_checks_in_the_stead_of_the_drafter(self, draft, office, lead):
        stand_in(office, lead)
        go(draft, drafts.submit, office)
        with pytest.raises(NotAllowed, match="不能核稿"):
            go(draft, drafts.check, lead)

    def test_he_for_whom_it_was_drafted_does_not_check_it(self, draft, office, lead):
        stand_in(office, lead)
        go(draft, drafts.submit, lead)
        with pytest.raises(NotAllowed, match="不能核稿"):
            go(draft, drafts.check, office)

    def test_the_checker_does_not_sign_in_the_stead_of_the_signer(self, draft, people):
        stand_in(people[2], people[1])
        go(draft, drafts.submit, people[0])
        go(draft, drafts.check, people[1])
        with pytest.raises(NotAllowed, match="不能签发"):
            go(draft, drafts.sign_off, people[1])


class TestSentBack:
    @pytest.mark.parametrize("steps", [1, 2])
    def test_with_words_and_the_round_begins_anew(self, draft, people, steps):
        go(draft, drafts.submit, people[0])
        if steps == 2:
            go(draft, drafts.check, people[1])
        who = people[steps]
        with pytest.raises(RuleViolation, match="退回须写明原因"):
            go(draft, drafts.send_back, who, note=" ")
        go(draft, drafts.send_back, who, note="第二段数据未核实")
        assert draft.state == Draft.State.DRAFT
        assert (draft.submitted_by, draft.checked_by, draft.signed_by) == (None, None, None)
        assert draft.moves.last().note == "第二段数据未核实"

    def test_who_checked_in_the_round_before_may_draft_in_the_next(self, draft, people):
        go(draft, drafts.submit, people[0])
        go(draft, drafts.send_back, people[1], note="改标题")
        rewrite(draft, people[1], title="关于十月进展情况的通报")
        go(draft, drafts.submit, people[1])
        go(draft, drafts.check, people[0])
        assert draft.state == Draft.State.SIGNING

    def test_a_move_back_without_words_is_refused_by_the_database(self, draft, office):
        said = {"text": draft.text, "by": office, "at": timezone.now()}
        with pytest.raises(IntegrityError, match="draft_move_says_why"), transaction.atomic():
            draft.moves.create(kind=DraftMove.Kind.RETURNED, **said)


class TestChangedAfterSigning:
    @pytest.fixture
    def reopened(self, draft, people):
        signed(draft, people)
        go(draft, drafts.reopen, people[0], note="区领导要求补充一段")
        rewrite(draft, people[0], sections=reworded())
        go(draft, drafts.submit, people[0])
        return go(proved(draft), drafts.check, people[1])

    @pytest.fixture
    def other_signer(self, government):
        return appoint(Role.SIGNER, government, username="signer2", full_name="蒋签发")

    def test_it_says_why(self, draft, people):
        signed(draft, people)
        with pytest.raises(RuleViolation, match="须写明原因"):
            go(draft, drafts.reopen, people[0], note="")

    def test_it_returns_to_the_original_signer(self, reopened, people, other_signer):
        with pytest.raises(NotAllowed, match="须由原签发人钱签发签发"):
            go(reopened, drafts.sign_off, other_signer)
        go(reopened, drafts.sign_off, people[2])
        assert reopened.state == Draft.State.SIGNED

    def test_or_to_his_substitute(self, reopened, people, other_signer):
        stand_in(people[2], other_signer)
        go(reopened, drafts.sign_off, other_signer)
        move = reopened.moves.last()
        assert (move.by, move.principal) == (other_signer, people[2])
        assert reopened.original_signer == people[2]

    def test_to_any_signer_once_he_signs_no_more_and_the_move_says_so(self, reopened, people, other_signer):
        Post.objects.filter(user=people[2]).update(ends_on=timezone.localdate() - timedelta(days=1))
        go(reopened, drafts.sign_off, other_signer)
        assert reopened.moves.last().note == "原签发人钱签发已不再签发。"


class TestWords:
    def test_a_further_version_leaves_the_one_before(self, draft, office):
        second = rewrite(draft, office, sections=reworded())
        assert (second.sequence, second.recorded_by) == (2, office)
        assert draft.texts.get(sequence=1).sections != second.sections
        assert draft.text == second

    def test_the_same_words_make_no_version(self, draft, office):
        assert rewrite(draft, office).sequence == 1
        assert draft.texts.count() == 1

    def test_what_another_wrote_meanwhile_is_not_overwritten(self, draft, office, checker):
        rewrite(draft, checker, title="改过的标题")
        with pytest.raises(RuleViolation, match="褚核稿已改出第 2 稿，您的修改没有保存"):
            rewrite(draft, office, based_on=1, title="我的标题")
        assert draft.texts.count() == 2

    def test_a_title_is_needed(self, draft, office):
        with pytest.raises(RuleViolation, match="标题不能为空"):
            rewrite(draft, office, title=" ")

    def test_no_version_is_edited_or_deleted(self, draft):
        for attempt in (lambda: draft.texts.update(title="改"), draft.text.delete, draft.delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                attempt()

    def test_a_proof_is_kept_once(self, draft, office):
        first = proved(draft).text.proof
        said = {"content": b"%PDF-2", "findings": [Finding("grid", "", "")], "by": office, "at": timezone.now()}
        assert drafts.keep_proof(text=draft.text, **said) == first
        assert not proved(draft).text.proof_findings


class TestFaults:
    """What the linter finds wrong goes neither to be checked nor to be issued."""

    WRONG = "全区重点项目投资完成率99.9%。"

    def test_a_figure_that_is_none_is_not_submitted(self, draft, office):
        rewrite(draft, office, sections=(replace(SECTIONS[0], text=self.WRONG),))
        with pytest.raises(RuleViolation, match=r"公文体检有 1 处须改正：\s.*99.9%"):
            go(draft, drafts.submit, office)

    def test_nor_signed(self, people):
        draft = drafted(sections=(replace(SECTIONS[0], text=self.WRONG),))
        said = {"submitted_by": people[0], "checked_by": people[1], "state": Draft.State.SIGNING}
        Draft.objects.filter(pk=draft.pk).update(**said)
        with pytest.raises(RuleViolation, match="须改正"):
            go(proved(draft), drafts.sign_off, people[2])

    def test_nothing_is_signed_whose_pages_were_not_laid_out(self, draft, people):
        go(draft, drafts.submit, people[0])
        go(draft, drafts.check, people[1])
        with pytest.raises(RuleViolation, match="第 1 稿的清样还没有生成"):
            go(draft, drafts.sign_off, people[2])
        assert go(proved(draft), drafts.sign_off, people[2]).state == Draft.State.SIGNED

    def test_nor_what_is_laid_out_wrong_but_what_is_only_to_be_looked_at(self, draft, people):
        wrong, rare = Finding("grid", "清样第2页第3行", "超出版心。"), Finding("face", "", "生僻字。", is_error=False)
        go(draft, drafts.submit, people[0])
        go(proved(draft, wrong), drafts.check, people[1])
        with pytest.raises(RuleViolation, match="清样第2页第3行：超出版心"):
            go(draft, drafts.sign_off, people[2])
        go(draft, drafts.send_back, people[2], note="请改短")
        rewrite(draft, people[0], sections=reworded())
        go(draft, drafts.submit, people[0])
        go(proved(draft, rare), drafts.check, people[1])
        assert go(draft, drafts.sign_off, people[2]).state == Draft.State.SIGNED


def test_the_figures_never_change(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(facts="{}")
