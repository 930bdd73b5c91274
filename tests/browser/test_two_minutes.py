"""两分钟 on paper: one sheet, however much there is to tell."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from scheduling.models import Problem
from tests.browser.conftest import PHONE, fits
from tests.factories import KeyProjectFactory, date_milestone
from tests.scheduling.overdue_samples import FEBRUARY, close_the_week, evaluate, late
from tests.scheduling.problems.cases import raise_it
from tests.scheduling.reporting_samples import enter_tier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "云岭绿色食品产业园冷链物流分拨中心及配套道路管网提升改造工程（二期）第"


@pytest.fixture
def much_to_tell(lead, lead_unit, leader):
    parties = {"lead_unit": lead_unit, "responsible_person": lead, "linked_leader": leader}
    made = [enter_tier(KeyProjectFactory(name=f"{LONG}{n}标段", **parties)) for n in range(12)]
    with time_machine.travel(FEBRUARY):
        done = [late(each, date(2026, 2, 10), name="地下室结构及防水工程完成并通过分部工程验收") for each in made]
        for each in made:
            late(each, date(2026, 3, 1), name="主体结构封顶并完成屋面工程、幕墙龙骨安装和机电主干管线敷设")
    close_the_week()
    for each, milestone in zip(made, done, strict=True):
        date_milestone(milestone, approved_on=date(2026, 2, 10), actual_on=date(2026, 3, 3))
        title = "北侧地块三户未搬迁、高压线未迁改、临时用地手续未批，影响桩基和基坑支护施工"
        raise_it(each, lead, title=title)
    Problem.objects.update(level=4)
    evaluate(*made)


def test_it_fits_one_sheet_and_a_phone(much_to_tell, leader, sign_in):
    page = sign_in(leader)
    page.goto("/two-minutes/")
    assert page.get_by_text("另有").count() == 5, "every part is cut"
    (sheet,) = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
    assert "我包联的项目" in sheet.extract_text()
    phone = sign_in(leader, PHONE)
    phone.goto("/two-minutes/")
    assert fits(phone)
