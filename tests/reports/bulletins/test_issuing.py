"""印发: to chosen units once every form is laid out; who opens it first for a unit is its receipt."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions import stored_files
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Job, NumberCounter
from reports import papers, snapshots, tasks
from reports.actions import documents, drafts, receipts
from reports.models import Document, Draft, Receipt, Rendition
from reports.verification import told_of
from scheduling.models import Notice
from tests.reports.bulletins.papers import SECTIONS, drafted, go, signed

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def laid_out(document):
    """Every form of it, as a worker leaves them."""
    at = timezone.now()
    for form in papers.forms_of(document):
        file = stored_files.keep(content=BytesIO(f"{document.pk}{form}".encode()), name=form, by=None, at=at)
        Rendition.objects.create(document=document, format=form, file=file, rendered_at=at)


def registered(people, subject="1"):
    return go(signed(drafted(subject=subject), people), drafts.register, people[0])


@pytest.fixture
def ready(people):
    draft = registered(people)
    laid_out(draft.document)
    return draft


@pytest.fixture
def archive(outsider):
    return outsider.posts.get().unit


@pytest.fixture
def document(ready, lead_unit, archive, office):
    go(ready, drafts.issue, office, units=[lead_unit, archive], public=False)
    return ready.document


class TestIssued:
    def test_to_the_chosen_units_each_with_a_notice_and_a_receipt(self, document, ready, lead_unit, archive):
        assert ready.state == Draft.State.ISSUED
        assert {(each.unit, each.notice.kind, each.notice.title) for each in document.receipts.all()} == {
            (unit, Notice.Kind.BULLETIN, document.title) for unit in (lead_unit, archive)
        }
        assert {each.notice.url for each in document.receipts.all()} == {f"/bulletins/{document.pk}/"}

    def test_not_before_every_form_of_it_is_laid_out(self, people, lead_unit):
        draft = registered(people)
        with pytest.raises(RuleViolation, match="版式还没有生成"):
            go(draft, drafts.issue, people[0], units=[lead_unit], public=False)

    def test_not_to_nobody_nor_twice(self, ready, office, lead_unit):
        with pytest.raises(RuleViolation, match="至少选择一家"):
            go(ready, drafts.issue, office, units=[], public=False)
        go(ready, drafts.issue, office, units=[lead_unit, lead_unit], public=True)
        assert (ready.is_public, Receipt.objects.count()) == (True, 1)
        with pytest.raises(RuleViolation, match="已印发，不能印发"):
            go(ready, drafts.issue, office, units=[lead_unit], public=True)

    def test_a_public_version_names_nobody_unless_who_issues_it_says_that_it_may(self, people, lead_unit):
        by_hand = (replace(SECTIONS[0], text=f"由{people[1].full_name}牵头。"),)
        draft = go(signed(drafted(sections=by_hand), people), drafts.register, people[0])
        laid_out(draft.document)
        with pytest.raises(RuleViolation, match="公开版中有个人姓名：褚核稿"):
            go(draft, drafts.issue, people[0], units=[lead_unit], public=True)
        go(draft, drafts.issue, people[0], units=[lead_unit], public=True, names_may_stay=True)
        assert AuditEvent.objects.get(action="draft.issued").changes["公开的姓名"] == [None, "褚核稿"]

    def test_it_is_not_void_but_corrected(self, document, ready, office):
        with pytest.raises(RuleViolation, match=r"已印发，不能作废.*更正通报"):
            go(ready, drafts.void, office, note="数据有误")

    def test_nothing_of_it_is_altered(self, document, ready):
        for rows, change in ((Draft, {"state": "VOID"}), (Document, {"title": "改"})):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.objects.update(**change)

    def test_a_unit_gets_it_once(self, document, lead_unit):
        notice = Notice.objects.create(kind="BULLETIN", unit=lead_unit, title="又", issued_at=timezone.now())
        with pytest.raises(IntegrityError, match=r"receipt_once_per_unit|document_id"), transaction.atomic():
            Receipt.objects.create(document=document, unit=lead_unit, notice=notice)


class TestSeen:
    def seen_by(self, user):
        return Document.objects.visible_to(user).exists()

    def test_by_readers_of_the_district_and_the_units_it_was_issued_to(self, request, document):
        readers = ("office", "signer", "leader", "dispatcher", "lead", "outsider")
        assert {who: self.seen_by(request.getfixturevalue(who)) for who in readers} == dict.fromkeys(readers, True)

    def test_by_no_other_unit(self, ready, office, outsider, sys_admin, lead_unit):
        go(ready, drafts.issue, office, units=[lead_unit], public=True)
        assert not self.seen_by(outsider)
        assert not self.seen_by(sys_admin)

    def test_before_it_is_issued_by_those_who_have_a_hand_in_it(self, request, ready):
        cast = ("office", "signer", "leader", "dispatcher", "lead")
        assert [who for who in cast if self.seen_by(request.getfixturevalue(who))] == ["office", "signer"]


class TestReceipts:
    def read_by(self, document, unit):
        return document.receipts.get(unit=unit).notice.read_by

    def opened(self, document, by):
        receipts.open_paper(document=document, by=by, at=timezone.now())

    def test_who_opens_it_first_for_a_unit_acknowledges_it(self, document, dispatcher, lead_unit, archive):
        self.opened(document, dispatcher)
        first = document.receipts.get(unit=lead_unit).notice
        self.opened(document, dispatcher)
        assert document.receipts.get(unit=lead_unit).notice.read_at == first.read_at
        assert (self.read_by(document, lead_unit), self.read_by(document, archive)) == (dispatcher, None)
        assert AuditEvent.objects.filter(action="notice.acknowledged").count() == 1

    @pytest.mark.parametrize("who", ["lead", "leader", "signer", "office"])
    def test_others_change_nothing(self, request, document, who, lead_unit):
        self.opened(document, request.getfixturevalue(who))
        assert self.read_by(document, lead_unit) is None

    def test_units_that_have_not_opened_it_are_asked_again_once_a_day(self, document, office, dispatcher, archive):
        self.opened(document, dispatcher)
        today = timezone.now()
        with pytest.raises(RuleViolation, match="一天只催一次"):
            receipts.remind(document=document, by=office, at=today)
        tomorrow = today + timedelta(days=1)
        [receipt] = receipts.remind(document=document, by=office, at=tomorrow)
        assert (receipt.unit, receipt.reminded_at) == (archive, tomorrow)
        with pytest.raises(RuleViolation, match="没有需要催阅的单位"):
            receipts.remind(document=document, by=office, at=tomorrow)
        assert AuditEvent.objects.get(action="document.reminded").changes == {"送达单位": [None, "区档案馆"]}

    def test_opening_it_answers_the_reminder_too(self, document, office, outsider):
        receipts.remind(document=document, by=office, at=timezone.now() + timedelta(days=1))
        self.opened(document, outsider)
        assert not Notice.objects.addressed_to(outsider).unread().exists()

    def test_the_office_asks(self, document, dispatcher):
        with pytest.raises(NotAllowed, match="区重点办"):
            receipts.remind(document=document, by=dispatcher, at=timezone.now() + timedelta(days=1))


class TestLayout:
    """Each form is a job; one that fails keeps the number and is begun again."""

    def jobs(self):
        return Job.objects.filter(kind=tasks.render_document.name)

    def test_a_registered_paper_asks_for_every_form(self, people, draft):
        document = tasks.register_draft(signed(draft, people), by=people[0])
        assert {each.subject for each in self.jobs()} == {f"{document.pk} {form}" for form in papers.forms_of(document)}

    def test_a_job_lays_out_its_form(self, people, draft):
        document = tasks.register_draft(signed(draft, people), by=people[0])
        job = self.jobs().get(subject=f"{document.pk} XLSX")
        tasks.render_document(job.pk)
        assert document.renditions.get().format == Rendition.Format.XLSX

    def test_one_that_fails_keeps_the_number_and_is_retried(self, people):
        strange = drafted(cc="区委办公室\U000f1234。")
        document = tasks.register_draft(signed(strange, people), by=people[0])
        job = self.jobs().get(subject=f"{document.pk} PDF")
        tasks.render_document(job.pk)
        job.refresh_from_db()
        assert (job.state, "字体里没有这些字" in job.error) == (Job.State.FAILED, True)
        assert document.serial == 1
        tasks.retry_paper(job, by=people[0])
        job.refresh_from_db()
        assert job.state == Job.State.WAITING


class TestVerified:
    """``verify_issues``: the snapshots, the chain, the numbers and the files; the first that does not hold is named."""

    def said(self, capsys):
        code = 0
        try:
            call_command("verify_issues")
        except SystemExit as stopped:
            code = stopped.code
        return capsys.readouterr().out, code

    @pytest.fixture
    def three(self, people):
        made = [registered(people, str(each)) for each in range(3)]
        go(made[1], drafts.void, people[0], note="作废")
        return [each.document for each in made]

    def test_numbers_run_on_and_what_is_void_counts(self, three, capsys):
        assert self.said(capsys) == ("文书完整：3 份，文件 0 个。\n", 0)

    def test_a_paper_taken_out_is_missed(self, three, capsys):
        self.past_the_triggers(
            "DELETE FROM reports_draftmove",
            "UPDATE reports_draft SET document_id = NULL, state = 'SIGNED', ended_at = NULL",
        )
        self.past_the_triggers("DELETE FROM reports_document WHERE serial = 3")
        said, code = self.said(capsys)
        assert (f"第 {three[1].pk} 号" in said, "后面缺少第 3 号" in said, code) == (True, True, 1)

    def test_a_number_given_past_the_register_is_found(self, three, people, capsys):
        NumberCounter.objects.update(last=9)
        said, code = self.said(capsys)
        assert (f"第 {three[2].pk} 号" in said, "缺少第 4 号" in said, code) == (True, True, 1)

    def test_a_number_altered_beside_its_snapshot_is_found(self, three, capsys):
        self.past_the_triggers("UPDATE reports_document SET number = '×政办发〔2026〕9号' WHERE serial = 2")
        assert "文号与快照不符" in self.said(capsys)[0]

    def test_a_paper_rewritten_with_its_digest_no_longer_fits_the_one_after_it(self, three, capsys):
        content = three[0].content.replace("通报", "通告")
        self.past_the_triggers()
        Document.objects.filter(pk=three[0].pk).update(content=content, digest=snapshots.digest(content.encode()))
        said, _code = self.said(capsys)
        assert (f"第 {three[1].pk} 号" in said, "不衔接" in said) == (True, True)

    def past_the_triggers(self, *statements):
        """As somebody with the database in hand could."""
        with connection.cursor() as cursor:
            for table in ("reports_document", "reports_draft", "reports_draftmove"):
                if connection.vendor == "postgresql":
                    cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
                else:
                    for event in ("update", "delete"):
                        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_keep_{event}")
            for statement in statements:
                cursor.execute(statement)


class TestAsked:
    """What anybody may be told who holds a paper."""

    @pytest.mark.parametrize("by", ["code", "digest", "number"])
    def test_by_its_code_or_its_number(self, document, by):
        asked = {"code": document.digest[:12].upper(), "digest": document.digest, "number": f" {document.number} "}[by]
        [found] = told_of(asked)
        assert (found.number, found.title, found.digest) == (document.number, document.title, document.digest)
        assert (found.state, found.printer, found.kind) == (Draft.State.ISSUED, "示范区人民政府办公室", "月通报")

    @pytest.mark.parametrize("asked", ["", "0" * 12, "abc", "×政办发〔2020〕1号"])
    def test_what_is_not_ours_is_not_known(self, document, asked):
        assert told_of(asked) == ()

    def test_a_void_one_says_so(self, people):
        draft = registered(people)
        go(draft, drafts.void, people[0], note="作废")
        [found] = told_of(draft.document.number)
        assert found.state == Draft.State.VOID


def test_a_lost_file_of_an_issue_is_found(document, capsys):
    place = stored_files.where(document.renditions.order_by("pk").first().file)
    place.unlink()
    with pytest.raises(SystemExit):
        call_command("verify_issues")
    assert "缺失" in capsys.readouterr().out
    assert documents.verify().broken == document
