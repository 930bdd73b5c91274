"""观摩文书: numbered in one series, issued as seen, read by those it concerns, verified by anybody."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from projects.actions import stored_files
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Job
from projects.roles import Role
from reports import papers, snapshots, tasks, verification
from reports.actions import booklets, inspection_papers
from reports.compose import inspection_booklet as compose
from reports.models import Document, Receipt, Rendition
from scheduling.models import InspectionRound, Notice
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.reports import rounds

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    for task in (tasks.make_booklet_proof, tasks.render_document):
        monkeypatch.setattr(task, "delay_on_commit", lambda job_id: None)


@pytest.fixture
def opened(office, project):
    return rounds.routed(office, project)


@pytest.fixture
def judge(government, office, opened):
    user = appoint(Role.JUDGE, UnitFactory(name="区政协", path="900008/"), full_name="评委甲")
    rounds.judge_of(opened, user, office)
    return user


def proof_of(opened, office):
    """As it is made, but for its pages, which take seconds to lay out."""
    at = timezone.now()
    asked = compose.Asked("示范区", "示范区人民政府办公室", "http://zdxm.example", timezone.localdate(), at)
    content = snapshots.as_json(compose.of_round(opened, asked))
    proof = booklets.ask(round=opened, by=office, at=at)
    proof.snapshot = stored_files.keep(content=BytesIO(content), name="手册.json", by=None, at=at)
    proof.file = stored_files.keep(content=BytesIO(b"%PDF"), name="手册.pdf", by=None, at=at)
    proof.made_at = at
    proof.save()
    return proof


def issued(opened, office):
    return booklets.issue(proof=proof_of(opened, office), by=office, at=timezone.now())


def test_it_is_issued_as_it_was_seen_under_the_next_number(opened, office, lead_unit):
    document = issued(opened, office)
    said = papers.snapshot_of(document)
    assert document.number == said.number == f"观摩〔{timezone.localdate().year}〕1号"
    assert said.stops[0].name == opened.stops.get().project.name
    assert Receipt.objects.get(document=document).unit == lead_unit
    assert Notice.objects.get().url == reverse("inspection_paper", args=[document.pk])
    assert AuditEvent.objects.filter(action="booklet.issued", by=office).exists()


def test_a_proof_is_issued_once(opened, office):
    proof = proof_of(opened, office)
    booklets.issue(proof=proof, by=office, at=timezone.now())
    with pytest.raises(RuleViolation, match="已经印发"):
        booklets.issue(proof=proof, by=office, at=timezone.now())


def test_while_one_is_being_made_no_other_is(opened, office):
    assert tasks.ask_for_booklet(opened, by=office) == tasks.ask_for_booklet(opened, by=office)


def test_a_route_that_was_changed_since_is_not_issued(opened, office):
    proof = proof_of(opened, office)
    opened.stops.update(minutes=45)
    with pytest.raises(RuleViolation, match="线路有改动"):
        booklets.issue(proof=proof, by=office, at=timezone.now())


@pytest.mark.parametrize("state", ["CHOOSING", "LOCKED"])
def test_it_is_issued_between_the_route_and_the_lock(opened, office, state):
    proof = proof_of(opened, office)
    locked = {"locked_by": office, "locked_at": timezone.now()} if state == "LOCKED" else {}
    InspectionRound.objects.filter(pk=opened.pk).update(state=state, **locked)
    with pytest.raises(RuleViolation, match="不能印发"):
        booklets.issue(proof=proof, by=office, at=timezone.now())


def test_only_the_office_asks_and_issues(opened, office, leader):
    with pytest.raises(NotAllowed):
        booklets.ask(round=opened, by=leader, at=timezone.now())
    proof = proof_of(opened, office)
    with pytest.raises(NotAllowed):
        booklets.issue(proof=proof, by=leader, at=timezone.now())


def test_without_stops_there_is_no_booklet(office):
    with pytest.raises(RuleViolation, match="还没有观摩点"):
        booklets.ask(round=rounds.round_of(office), by=office, at=timezone.now())


def test_the_result_is_registered_once_it_is_published_and_only_once(opened, office, signer):
    with pytest.raises(RuleViolation, match="结果公布之后"):
        inspection_papers.issue_result(round=opened, by=office, at=timezone.now())
    booklet = issued(opened, office)
    rounds.publish(opened, office, signer, [("90", "80", "89", 1)])
    document = inspection_papers.issue_result(round=opened, by=office, at=timezone.now())
    assert document.serial == 2
    assert document.previous == booklet
    assert papers.snapshot_of(document).pools[0].lines[0].rank == 1
    assert inspection_papers.issue_result(round=opened, by=office, at=timezone.now()) == document


def test_the_series_is_verified_and_its_numbers_run_on(opened, office, signer):
    issued(opened, office)
    rounds.publish(opened, office, signer)
    result = tasks.issue_result(opened, by=office)
    tasks.render_document(Job.objects.get(subject=f"{result.pk} PDF").pk)
    assert result.renditions.get().format == "PDF"
    out = StringIO()
    call_command("verify_issues", stdout=out)
    assert verification.told_of(result.number)[0].title == result.title
    assert verification.told_of(result.digest[:12])[0].kind == "观摩结果"


@pytest.fixture
def cast(request, judge):
    """Everybody by name, the judge too."""
    names = ("office", "signer", "leader", "lead", "dispatcher", "outsider", "sys_admin")
    return {name: request.getfixturevalue(name) for name in names} | {"judge": judge}


def readers_of(document, cast):
    seen = Document.objects.filter(pk=document.pk)
    return {name for name, user in cast.items() if seen.visible_to(user).count() == 1}


def test_who_reads_the_booklet(opened, office, cast):
    assert readers_of(issued(opened, office), cast) == cast.keys() - {"outsider", "sys_admin"}


def test_who_reads_the_result(opened, office, signer, cast):
    rounds.publish(opened, office, signer)
    document = inspection_papers.issue_result(round=opened, by=office, at=timezone.now())
    assert readers_of(document, cast) == cast.keys() - {"sys_admin"}


def test_the_database_holds_that_a_paper_of_a_round_names_it(opened, office):
    document = issued(opened, office)
    document.pk, document.kind, document.subject, document.serial = None, "MONTHLY_BULLETIN", "x", 9
    document.previous = None
    with pytest.raises(IntegrityError, match="document_of_a_round_names_it"), transaction.atomic():
        document.save(force_insert=True)


def test_the_database_holds_that_a_proof_is_made_whole(opened, office):
    proof = booklets.ask(round=opened, by=office, at=timezone.now())
    with pytest.raises(IntegrityError, match="booklet_proof_made_whole"), transaction.atomic():
        type(proof).objects.filter(pk=proof.pk).update(made_at=timezone.now())


# Pages


def page(browser, opened, **more):
    return browser.get(reverse("inspection_booklet", args=[opened.pk]), **more)


def test_the_office_asks_leaves_comes_back_and_issues(enter, office, opened, dispatcher):
    browser = enter(office)
    browser.post(reverse("inspection_booklet_ask", args=[opened.pk]))
    assert "排队等待" in page(browser, opened).content.decode()
    tasks.make_booklet_proof(Job.objects.get(kind=tasks.make_booklet_proof.name).pk)
    shown = page(browser, opened, HTTP_HX_REQUEST="true").content.decode()
    assert "登记印发这一稿" in shown
    assert "<html" not in shown
    proof = opened.booklet_proofs.get()
    response = browser.get(reverse("inspection_booklet_proof", args=[opened.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    browser.post(reverse("inspection_booklet_issue", args=[opened.pk]), {"proof": proof.pk})
    document = Document.objects.get()
    assert "1 家单位，0 家已阅" in page(browser, opened).content.decode()
    assert Job.objects.filter(subject=f"{document.pk} PDF").exists()
    reader = enter(dispatcher)
    reader.get(reverse("inspection_paper", args=[document.pk]))
    assert Receipt.objects.get().notice.read_by == dispatcher


def test_a_failed_proof_says_why_and_is_asked_for_again(enter, office, opened):
    browser = enter(office)
    browser.post(reverse("inspection_booklet_ask", args=[opened.pk]))
    Job.objects.update(state="FAILED", error="字体缺字", finished_at=timezone.now())
    assert "字体缺字" in page(browser, opened).content.decode()
    browser.post(reverse("inspection_booklet_ask", args=[opened.pk]))
    assert opened.booklet_proofs.count() == 2


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("office", 200),
        ("signer", 200),
        ("leader", 200),
        ("lead", 200),
        ("dispatcher", 200),
        ("outsider", 200),
        ("sys_admin", 403),
    ],
)
def test_who_opens_the_page(enter_as, opened, who, expected):
    assert page(enter_as(who), opened).status_code == expected


def test_a_judge_opens_the_page_and_the_paper(enter, judge, office, opened):
    document = issued(opened, office)
    browser = enter(judge)
    assert page(browser, opened).status_code == 200
    assert browser.get(reverse("inspection_paper", args=[document.pk])).status_code == 200


@pytest.mark.parametrize("who", ["signer", "leader", "lead", "dispatcher", "outsider"])
def test_nobody_else_makes_or_issues_anything(enter_as, opened, office, who):
    proof = proof_of(opened, office)
    browser = enter_as(who)
    for name in ("inspection_booklet_ask", "inspection_booklet_issue", "inspection_result_issue"):
        assert browser.post(reverse(name, args=[opened.pk]), {"proof": proof.pk}).status_code == 403
    assert browser.get(reverse("inspection_booklet_proof", args=[opened.pk])).status_code == 403


def test_what_one_may_not_see_is_not_there(enter, outsider, office, opened):
    document = issued(opened, office)
    browser = enter(outsider)
    assert browser.get(reverse("inspection_paper", args=[document.pk])).status_code == 404
    InspectionRound.objects.filter(pk=opened.pk).update(state="CHOOSING")
    assert browser.get(reverse("inspection_booklet", args=[opened.pk])).status_code in {200, 404}


def test_the_result_is_issued_from_the_page(enter, office, signer, opened):
    rounds.publish(opened, office, signer)
    browser = enter(office)
    assert "登记印发结果单" in page(browser, opened).content.decode()
    browser.post(reverse("inspection_result_issue", args=[opened.pk]))
    assert Document.objects.get().kind == Document.Kind.INSPECTION_RESULT


def test_as_many_questions_for_many_issues_as_for_one(enter, office, opened, django_assert_num_queries):
    for _ in range(3):
        issued(opened, office)
        opened.stops.update(minutes=opened.stops.get().minutes + 5)
    browser = enter(office)
    with django_assert_num_queries(13):
        page(browser, opened)


def test_units_that_have_not_opened_it_are_asked_again(enter, office, opened):
    document = issued(opened, office)
    Notice.objects.update(issued_at=timezone.now() - timedelta(days=2))
    enter(office).post(reverse("inspection_paper_remind", args=[document.pk]))
    assert Notice.objects.count() == 2


def test_an_issue_that_could_not_be_laid_out_is_laid_out_again_from_its_own_page(enter, office, leader, opened):
    document = issued(opened, office)
    page, again = reverse("inspection_paper", args=[document.pk]), reverse("inspection_paper_retry", args=[document.pk])
    failed = {"state": Job.State.FAILED, "error": "排版超过 2 分钟，已停止", "finished_at": timezone.now()}
    job = Job.objects.create(
        kind=tasks.render_document.name,
        subject=f"{document.pk} {Rendition.Format.PDF}",
        requested_at=timezone.now(),
        **failed,
    )
    assert again in enter(office).get(page).content.decode()
    assert enter(leader).post(again).status_code == 403
    assert enter(office).post(again).url == page
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
