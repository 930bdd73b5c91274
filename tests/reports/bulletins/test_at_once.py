"""Of many at the same moment: one draft of a month, and one number after the other. PostgreSQL alone."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from reports.actions import bulletins, drafts
from reports.models import Document, Draft
from tests.reports.bulletins.papers import closed_month, drafted, signed

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(action, turns):
    """Each in a transaction of its own, all beginning together."""
    start = Barrier(len(turns))

    def run(turn):
        start.wait()
        action(turn)
        connection.close()

    threads = [Thread(target=run, args=[each]) for each in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_asked_for_by_many_a_month_is_drafted_once(project):
    closing = closed_month(project)
    at_once(lambda _turn: bulletins.draft_month(closing=closing, by=None, at=timezone.now()), range(4))
    assert [draft.texts.count() for draft in Draft.objects.all()] == [1]


def test_registered_at_once_they_get_numbers_one_after_the_other(people, office):
    papers = [signed(drafted(subject=str(each)), people) for each in range(4)]
    at_once(lambda draft: drafts.register(draft=draft, by=office, at=timezone.now()), papers)
    made = list(Document.objects.order_by("serial"))
    assert [each.serial for each in made] == [1, 2, 3, 4]
    assert [each.previous for each in made] == [None, *made[:-1]]
