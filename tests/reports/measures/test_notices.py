"""通知书: drafted from the evidence, on the way of every paper; its issue tells the unit and moves the measure on."""

import pytest

from projects import snapshots
from projects.errors import NotAllowed, RuleViolation
from projects.roles import Role
from reports import papers
from reports.actions import documents, drafts, measure_notices, receipts
from reports.bulletin import Registered
from reports.linting import lint
from reports.measure_notice import MeasureNotice
from reports.models import Document, Draft
from reports.registered import registered
from reports.rendering.bulletin_paper import paper_of
from scheduling.actions import measures, rectifications
from scheduling.models import Notice
from tests.conftest import appoint
from tests.reports import registered_papers
from tests.scheduling.measures.cases import NOW, TODAY, approved, arrange, at, fresh, in_days, lit

pytestmark = [pytest.mark.django_db, pytest.mark.core]
EVERY = ["INTERVIEW", "RECTIFICATION", "LISTED_SUPERVISION", "REMOVAL", "COMMENDATION", "REWARD", "POLICY_PREFERENCE"]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checker(government):
    return appoint(Role.OFFICE, government, username="checker", full_name="褚核稿")


@pytest.fixture
def measure(project, office, signer):
    lit(project, "RED", "RED", counted_annual_plan_amount=1000, counted_plan_to_date_amount=600, counted_ytd_amount=500)
    found = approved(project, office, signer)
    arrange(found, office)
    return found


def drafted(measure, office):
    return measure_notices.draft_notice(measure=measure, by=office, at=NOW)


def issued(draft, office, checker, signer):
    drafts.submit(draft=draft, by=office, at=NOW)
    drafts.check(draft=draft, by=checker, at=NOW)
    drafts.sign_off(draft=draft, proof_follows=True, by=signer, at=NOW)
    document = drafts.register(draft=draft, by=office, at=NOW)
    unit = draft.measure.unit
    drafts.issue(draft=draft, units=[unit], public=False, forms_follow=True, by=office, at=NOW)
    return document


def words_of(draft):
    return registered(draft, draft.text, on=TODAY)


def test_its_words_are_generated_from_the_evidence_and_pass_the_linter(measure, office):
    paper = words_of(drafted(measure, office))
    assert paper.title == f"关于{measure.project.name}推进情况的约谈通知书"
    assert [each.heading for each in paper.sections] == ["", "一、约谈事由", "二、约谈时间、地点和人员", "三、有关要求"]
    assert "较同期计划欠10.0个百分点" in paper.sections[1].text
    assert "区政府第二会议室" in paper.sections[2].text
    assert not [each for each in lint(paper) if each.is_error]


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_has_a_paper_the_linter_lets_pass(kind, project, office, signer):
    measure = approved(project, office, signer, kind)
    if kind == "INTERVIEW":
        arrange(measure, office)
    if kind in {"RECTIFICATION", "LISTED_SUPERVISION"}:
        rectifications.demand(measure=measure, text="增加两台塔吊", due_on=in_days(9), by=office, at=NOW)
    paper = words_of(drafted(measure, office))
    assert not [each for each in lint(paper) if each.is_error]
    assert paper_of(paper, check_url="", check_code="").body


def test_a_number_that_is_not_in_the_evidence_is_caught(measure, office):
    draft = drafted(measure, office)
    text = draft.text
    text.sections[1]["text"] = text.sections[1]["text"].replace("10.0个百分点", "11.0个百分点")
    assert any(each.rule == "number" for each in lint(registered(draft, text, on=TODAY)))


def test_it_is_drafted_once(measure, office):
    assert drafted(measure, office) == drafted(measure, office)


def test_one_that_became_void_is_drafted_anew(measure, office):
    first = drafted(measure, office)
    drafts.void(draft=first, note="改期", by=office, at=NOW)
    assert drafted(measure, office).pk != first.pk


@pytest.mark.parametrize(("kind", "said"), [("INTERVIEW", "安排约谈"), ("RECTIFICATION", "添加整改事项")])
def test_it_is_not_drafted_before_it_can_say_what_is_asked(kind, said, project, office, signer):
    with pytest.raises(RuleViolation, match=said):
        drafted(approved(project, office, signer, kind), office)


@pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader"])
def test_only_the_office_drafts_it(who, measure, request):
    with pytest.raises(NotAllowed):
        drafted(measure, request.getfixturevalue(who))


def test_issued_it_is_numbered_apart_tells_the_unit_and_the_interview_waits_for_its_record(
    measure, office, checker, signer
):
    document = issued(drafted(measure, office), office, checker, signer)
    measure = fresh(measure)
    assert document.number == f"×重点督〔{TODAY.year}〕1号"
    assert (measure.state, measure.notice_number) == ("NOTIFIED", document.number)
    notice = Notice.objects.get(kind=Notice.Kind.MEASURE)
    assert (notice.unit, notice.read_at) == (measure.unit, None)
    assert documents.verify().broken is None


def test_whoever_opens_it_for_the_unit_acknowledges_it(measure, office, checker, signer, dispatcher):
    document = issued(drafted(measure, office), office, checker, signer)
    assert list(Document.objects.visible_to(dispatcher)) == [document]
    receipts.open_paper(document=document, by=dispatcher, at=at(1))
    assert document.receipts.get().notice.read_by == dispatcher


def test_it_is_read_back_as_it_was_registered(measure, office, checker, signer):
    draft = drafted(measure, office)
    document = issued(draft, office, checker, signer)
    snapshot = papers.snapshot_of(document)
    assert snapshot.notice == snapshots.from_json(MeasureNotice, fresh(draft).facts)
    assert snapshot.bulletin is None


def test_a_paper_frozen_before_there_were_notices_is_still_read():
    paper = registered_papers.registered()
    content = snapshots.as_json(paper).decode()
    older = content.replace('"notice": null, ', "")
    assert older != content
    assert snapshots.from_json(Registered, older) == paper


def test_a_measure_with_its_notice_under_way_is_not_told_twice(measure, office, checker, signer):
    issued(drafted(measure, office), office, checker, signer)
    with pytest.raises(RuleViolation):
        measures.tell(measure=measure, number="×重点督〔2026〕9号", by=office, at=NOW)
    assert Draft.objects.filter(measure=measure).count() == 1
