"""结果运用 in the bulletin: as the closing knew it, whatever is handed in or told later."""

from datetime import date, timedelta

import pytest

from reports.compose.monthly_bulletin import of_month
from reports.models import BulletinRule
from scheduling.actions import measures, rectifications
from scheduling.models import Measure
from tests.reports.months import Spring, moment

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def spring(db):
    return Spring().build()


def taken(spring, name, at, due_on=date(2026, 4, 20)):
    """限期整改, with an item due on 20 April."""
    project = spring.projects[name]
    new = measures.propose(project=project, kind="RECTIFICATION", reasons="滞后", by=spring.office, at=at)
    measures.approve(measure=new, kind="RECTIFICATION", by=spring.signer, at=at)
    said = {"text": "增加塔吊", "due_on": due_on}
    item = rectifications.demand(measure=new, **said, by=spring.office, at=at)
    measures.tell(measure=new, number="×重点督〔2026〕1号", by=spring.office, at=at)
    return item


def told(spring):
    return of_month(spring.closings[4], BulletinRule(effective_on=date(2026, 1, 1)), district="示范区")


def test_it_tells_what_was_taken_in_the_month_and_which_promises_were_not_kept_in_time(spring):
    item = taken(spring, "桥", moment(4, 3))
    in_time = taken(spring, "路", moment(4, 3))
    rectifications.hand_in(item=in_time, report="已到场", by=spring.lead, at=moment(4, 20))
    rectifications.close_item(item=in_time, opinion="属实", by=spring.office, at=moment(4, 22))
    found = told(spring)
    assert [(line.kind, line.project.name) for line in found.measures] == [
        ("限期整改", "桥工程"),
        ("限期整改", "路工程"),
    ]
    assert [line.project.name for line in found.broken] == ["桥工程"]
    assert [line.project.name for line in found.closed] == ["路工程"]
    before = found
    rectifications.hand_in(item=item, report="已到场", by=spring.lead, at=moment(5, 20))
    taken(spring, "校", spring.closings[4].known_at + timedelta(days=1), due_on=date(2026, 6, 1))
    assert told(spring) == before
    assert Measure.objects.count() == 3
