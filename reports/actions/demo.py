"""载入演示数据: the invented district and its bulletins: issued, corrected, and the newest waiting to be checked."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from projects import jobs, recorded
from projects.actions.demo import Account
from projects.demo.course import BEIJING
from projects.models import Post, Unit, User, duties_of
from projects.recorded import day_of
from projects.roles import Role
from reports import papers
from reports.actions import bulletins, drafts, errata, receipts
from reports.models import Document, Draft
from scheduling.actions import demo
from scheduling.models import PeriodClosing, ReportPeriod

RENDERS, PROOFS = "reports.tasks.render_document", "reports.tasks.lay_out_proof"
"""The tasks that lay out what was issued or submitted here, once a worker looks for work that was left."""
_ISSUED = 2
_SLOW = 4  # every fourth unit has not opened the last issue
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Hands(NamedTuple):
    """Who drafts, who checks, who signs."""

    drafter: User
    checker: User
    signer: User


@transaction.atomic
def load(*, seed: int, anchor: date, by: User | None) -> list[Account]:
    """As ``scheduling.actions.demo.load``, and what the office made of the last closed months."""
    accounts = demo.load(seed=seed, anchor=anchor, by=by)
    until = datetime.combine(anchor, time(), BEIJING)
    closed = PeriodClosing.objects.filter(period__kind=ReportPeriod.Kind.MONTH_END, finished_at__lt=until - _DAY)
    last = list(closed.select_related("period").order_by("-period__ends_on")[: _ISSUED + 1])
    if last:
        newest, *earlier = last
        _publish(list(reversed(earlier)), newest, anchor)
    return accounts


def _publish(earlier: Sequence[PeriodClosing], newest: PeriodClosing, on: date) -> None:
    office, signers = (_people(role, on) for role in (Role.OFFICE, Role.SIGNER))
    hands = Hands(office[0], office[1], signers[0])
    issued = [_issued(_drafted(closing), hands, at=_after(closing)) for closing in earlier]
    for place, document in enumerate(issued, 1):
        _opened(document, at=document.composed_at + _DAY, but_some=place == len(issued))
    _correct(hands)
    waiting = _drafted(newest)
    drafts.submit(draft=waiting, by=hands.drafter, at=_after(newest))
    jobs.ask(PROOFS, str(waiting.text_id), at=_after(newest))


def _correct(hands: Hands) -> None:
    """What was corrected since is proposed: the first erratum is issued, the others wait for the office."""
    with recorded.standing_still() as at:
        for erratum in errata.propose(at=at)[:1]:
            _issued(erratum, hands, at=at, pace=timedelta())


def _drafted(closing: PeriodClosing) -> Draft:
    return bulletins.draft_month(closing=closing, by=None, at=closing.finished_at or closing.known_at)


def _after(closing: PeriodClosing) -> datetime:
    """The morning after the month was entered in the ledger."""
    return (closing.finished_at or closing.known_at) + 16 * _HOUR


def _issued(draft: Draft, hands: Hands, *, at: datetime, pace: timedelta = _HOUR) -> Document:
    """The whole way to every unit within one day, if the ``pace`` is an hour; proof and forms follow."""
    drafts.submit(draft=draft, by=hands.drafter, at=at)
    drafts.check(draft=draft, note="数据与台账一致，文字已核。", by=hands.checker, at=at + 2 * pace)
    drafts.sign_off(draft=draft, note="同意印发。", proof_follows=True, by=hands.signer, at=at + 6 * pace)
    document = drafts.register(draft=draft, by=hands.drafter, at=at + 7 * pace)
    for form in papers.forms_of(document):
        jobs.ask(RENDERS, f"{document.pk} {form}", at=document.composed_at)
    units = list(Unit.objects.active().leading().order_by("sort_key"))
    how = {"public": True, "names_may_stay": True, "forms_follow": True}  # nobody in it is real
    drafts.issue(draft=draft, units=units, **how, by=hands.drafter, at=at + 8 * pace)
    return document


def _opened(document: Document, *, at: datetime, but_some: bool) -> None:
    """By the reviewer of each unit that has one."""
    for place, reader in enumerate(_people(Role.REVIEWER, day_of(at))):
        if not (but_some and place % _SLOW == 0):
            receipts.open_paper(document=document, by=reader, at=at + place * timedelta(minutes=7))


def _people(role: Role, on: date) -> list[User]:
    """Those who hold this post on the day, with their duties."""
    posts = Post.objects.in_force(on=on).filter(role=role).select_related("user").order_by("pk")
    people = [post.user for post in posts]
    for user in people:
        user.duties = duties_of(user, on=on)
    return people
