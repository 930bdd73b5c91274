"""登记编号: one after the other within a year, shared by the papers of one 机关代字, and never given twice."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.errors import RuleViolation
from projects.models import NumberCounter
from reports import snapshots
from reports.actions import drafts
from reports.bulletin import EDITION, Erratum, Registered, Section
from reports.models import Draft
from reports.official import Form
from tests.reports.bulletins.papers import KNOWN_AT, SECTIONS, drafted, go, signed

pytestmark = [pytest.mark.django_db, pytest.mark.core]
IN_2026, IN_2027 = datetime(2026, 12, 30, 2, tzinfo=UTC), datetime(2026, 12, 31, 17, tzinfo=UTC)


def registered(draft, by, *, at=IN_2026):
    go(draft, drafts.register, by, at=at)
    return draft.document


def to_register(people, subject, **more):
    return signed(drafted(subject=subject, **more), people)


def erratum_of(document, subject):
    facts = Erratum("示范区", document.number, document.title, document.digest, KNOWN_AT, (), ())
    content = snapshots.as_json(facts)
    columns = {"facts": content.decode(), "facts_digest": snapshots.digest(content)}
    sections = (Section("causes", "一、更正的原因", "数据经复核更正。"),)
    return drafted(subject=subject, kind=Draft.Kind.ERRATUM, corrects=document, sections=sections, **columns)


def test_official_papers_of_one_code_are_numbered_together_errata_among_them(people, office):
    first = registered(to_register(people, "1"), office)
    correction = registered(signed(erratum_of(first, "1-1"), people), office)
    second = registered(to_register(people, "2"), office)
    other = registered(to_register(people, "3", code="×办发"), office)
    assert [each.number for each in (first, correction, second, other)] == [
        "×政办发〔2026〕1号",
        "×政办发〔2026〕2号",
        "×政办发〔2026〕3号",
        "×办发〔2026〕1号",
    ]


def test_briefs_are_numbered_by_their_mark(people, office):
    said = [("1", "示范区重点项目建设通报"), ("2", "示范区重点项目建设通报"), ("3", "专班简报")]
    papers = [to_register(people, subject, form=Form.BRIEF, mark=mark) for subject, mark in said]
    assert [registered(each, office).number for each in papers] == ["第1期", "第2期", "第1期"]


def test_a_year_begins_at_midnight_here_and_with_1(people, office):
    registered(to_register(people, "1"), office)
    document = registered(to_register(people, "2"), office, at=IN_2027)
    assert (document.year, document.number) == (2027, "×政办发〔2027〕1号")


def test_what_is_registered_is_what_was_signed_and_follows_the_one_before(people, office, signer):
    first = registered(to_register(people, "1"), office)
    draft = to_register(people, "2")
    second = registered(draft, office)
    found = snapshots.from_json(Registered, second.content)
    assert (found.number, found.serial, found.year, found.follows) == (second.number, 2, 2026, first.digest)
    assert (found.sections, found.signer, found.title) == (SECTIONS, "钱签发", draft.text.title)
    assert found.signed_on == timezone.localtime(draft.signed_at).date()
    assert snapshots.as_json(found.bulletin).decode() == draft.facts
    assert second.digest == snapshots.digest(second.content.encode())
    assert (second.edition, second.known_at, second.previous) == (EDITION, draft.known_at, first)


def test_a_registration_that_is_undone_leaves_no_gap(people, office):
    draft = to_register(people, "1")

    def fail():
        with transaction.atomic():
            drafts.register(draft=draft, by=office, at=IN_2026)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert registered(draft, office).serial == 1
    assert NumberCounter.objects.get(kind="×政办发").last == 1


def test_a_paper_is_registered_once(people, office):
    draft = to_register(people, "1")
    registered(draft, office)
    with pytest.raises(RuleViolation, match="已登记，不能登记"):
        registered(draft, office)


def test_void_before_it_is_registered_takes_no_number(people, office):
    draft = to_register(people, "1")
    go(draft, drafts.void, office, note="本月改发简报")
    assert (draft.state, draft.document) == (Draft.State.VOID, None)
    assert registered(to_register(people, "2"), office).serial == 1


def test_void_after_it_is_registered_keeps_its_number(people, office):
    draft = to_register(people, "1")
    document = registered(draft, office)
    with pytest.raises(RuleViolation, match="作废须写明原因"):
        go(draft, drafts.void, office, note="")
    go(draft, drafts.void, office, note="标题有误")
    assert (draft.state, draft.document, draft.moves.get(kind="VOIDED").note) == (
        Draft.State.VOID,
        document,
        "标题有误",
    )
    assert registered(to_register(people, "2"), office).serial == 2


def test_what_has_ended_is_never_altered(people, office):
    draft = to_register(people, "1")
    go(draft, drafts.void, office, note="改发")
    for change in ({"state": Draft.State.SIGNED, "ended_at": None}, {"is_public": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.filter(pk=draft.pk).update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "ISSUED"}, r"draft_registered_as_a_document|draft_ends_issued_or_void"),
        ({"state": "VOID"}, "draft_ends_issued_or_void"),
        ({"ended_at": IN_2026}, "draft_ends_issued_or_void"),
    ],
)
def test_a_paper_ends_issued_or_void_and_only_so(people, change, constraint):
    draft = to_register(people, "1")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**change)


def test_no_two_documents_follow_the_same_one(people, office):
    registered(to_register(people, "1"), office)
    second = registered(to_register(people, "2"), office)
    second.pk, second.subject, second.serial = None, "3", 3
    with pytest.raises(IntegrityError, match=r"document_followed_once|previous_id"), transaction.atomic():
        second.save(force_insert=True)
