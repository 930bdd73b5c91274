"""Every page asks its questions of either database: one walk through a district, by who reads it and by who reports."""

import pytest
from django.urls import reverse

from projects.models import KeyProject
from tests.config.test_separation import ADDRESSES, PUBLIC
from tests.scheduling.districts import YEAR, district

pytestmark = [pytest.mark.django_db, pytest.mark.core]

DAY = {"year": YEAR, "month": 1, "day": f"{YEAR}-01-01"}
ANSWERS = {200, 302, 403, 404, 405, 409}


def visited(browser, known):
    """What each page answers whose address is made of these. A question the database refuses ends the walk."""
    for name, arguments in sorted(ADDRESSES.items()):
        if name not in PUBLIC and known.keys() >= set(arguments):
            response = browser.get(reverse(name, kwargs={argument: known[argument] for argument in arguments}))
            b"".join(response)
            yield name, response.status_code


@pytest.fixture
def year(office, signer, lead, dispatcher, lead_unit):
    return district(office=office, signer=signer, lead=lead, dispatcher=dispatcher, lead_unit=lead_unit)


@pytest.mark.parametrize("who", ["office", "lead"])
def test_every_page_answers(enter_as, year, who):
    answers = dict(visited(enter_as(who), DAY | {"code": KeyProject.objects.order_by("pk")[0].code}))
    assert set(answers.values()) <= ANSWERS
    assert list(answers.values()).count(200) > 40
