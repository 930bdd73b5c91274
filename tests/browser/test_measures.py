"""A red project: proposed by the rules, called in by a numbered notice, promises made, one kept and one put right."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.roles import Role
from reports.models import Draft, Rendition
from scheduling import tasks
from scheduling.models import Interview, Measure, RectificationItem
from tests.browser.conftest import PHONE, fits
from tests.browser.test_bulletin import Screens, press
from tests.browser.test_pages_for_everybody import faults
from tests.conftest import appoint
from tests.scheduling.measures.cases import in_days, lit
from tests.scheduling.photos import photo
from tests.workers import eventually, running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def checker(government):
    return appoint(Role.OFFICE, government, username="checker", full_name="褚核稿")


@pytest.fixture
def screens(sign_in, office, checker, signer, dispatcher):
    return Screens(sign_in(office), sign_in(checker), sign_in(signer, PHONE), sign_in(dispatcher, PHONE))


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def send(page: Page, name: str, said: str, **filled: str) -> None:
    """The form of one step: filled in, sent, answered."""
    for label, words in filled.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()


def proposed() -> Measure:
    """What the timetable's task proposes once it is sent."""
    tasks.propose_measures.delay()
    eventually(Measure.objects.exists, patience=60)
    return Measure.objects.get()


def approve(phone: Page, measure: Measure) -> None:
    phone.goto("/measures/")
    expect(phone.get_by_text("连续 2 个月亮红灯")).to_be_visible()
    follow(phone, measure.project.name)
    expect(phone.get_by_text("亮灯历史")).to_be_visible()
    assert fits(phone)
    follow(phone, "审定")
    send(phone, "批准", "已批准，由区重点办办理。", 意见="同意")


def arrange(desk: Page, measure: Measure) -> None:
    desk.goto(f"/measures/{measure.pk}/")
    follow(desk, "安排约谈")
    held_at = f"{in_days(1).isoformat()}T09:00"
    people = {"被约谈人": "王局长", "约谈地点": "二楼会议室"}
    desk.get_by_label("约谈人", exact=True).fill("分管副区长")
    send(desk, "安排约谈", "约谈已安排。", 约谈时间=held_at, **people)


def pass_on(screens: Screens, measure: Measure) -> Draft:
    """From 起草 to 印发, each step by who is to take it."""
    desk = screens.desk
    press(desk, "起草通知书", "已按材料起草")
    draft = Draft.objects.get(measure=measure)
    assert faults(desk) == []
    press(desk, "送核", "已送核")
    eventually(draft.texts.filter(proof__isnull=False).exists, patience=90)
    for page, verb, said in (
        (screens.second, "核稿通过", "核稿通过，已送签发。"),
        (screens.phone, "签发", "已签发，由区重点办登记编号。"),
    ):
        page.goto(f"/measures/{measure.pk}/")
        follow(page, str(draft))
        press(page, verb, said)
    desk.reload()
    press(desk, "登记编号", "已登记，编号为×重点督")
    draft.refresh_from_db()
    made = Rendition.objects.filter(document=draft.document)
    eventually(lambda: made.count() == 2, patience=90)
    follow(desk, "印发")
    press(desk, "印发", "已印发，已通知 1 个单位。")
    return draft


def record(desk: Page) -> None:
    follow(desk, "记录约谈")
    words = {"要求与措施": "倒排工期", "被约谈人情况说明": "劳务不足", "承诺事项 1": "增加一个班组"}
    send(desk, "记录约谈", "约谈已记录", **words, **{"事项 1 完成期限": in_days(9).isoformat()})


def hand_in(unit: Page) -> None:
    """Found on the own page, with a photo, on a phone."""
    unit.goto("/")
    follow(unit, "1 项承诺、整改事项在您手上办理")
    unit.locator("table.measures a").first.click()
    follow(unit, "增加一个班组")
    taken = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    unit.get_by_label("选择照片").set_input_files(taken)
    unit.get_by_role("button", name="上传照片").click()
    expect(unit.locator(".photos li").first).to_be_visible()
    assert fits(unit)
    follow(unit, "报送整改情况")
    send(unit, "报送整改情况", "已报送", 完成情况="新班组三十人已进场")


def inspect(page: Page) -> None:
    item = RectificationItem.objects.get()
    page.goto(f"/rectifications/{item.pk}/")
    expect(page.get_by_text("新班组三十人已进场").first).to_be_visible()
    follow(page, "复查销号")
    send(page, "复查销号", "已销号。", 复查意见="现场复查，属实")


def test_a_red_project_is_called_in_promises_and_keeps_its_word(screens, project):
    lit(project, "RED", "RED")
    with running_worker():
        measure = proposed()
        approve(screens.phone, measure)
        arrange(screens.desk, measure)
        draft = pass_on(screens, measure)

    screens.unit.goto(f"/bulletins/{draft.document_id}/")
    expect(screens.unit.get_by_text(draft.document.number).first).to_be_visible()
    assert draft.document.receipts.get().notice.read_at

    Interview.objects.update(held_at=timezone.now() - timedelta(hours=1))
    screens.desk.goto(f"/measures/{measure.pk}/")
    record(screens.desk)
    hand_in(screens.unit)
    inspect(screens.second)
    screens.desk.reload()
    follow(screens.desk, "办结")
    send(screens.desk, "办结", "已办结。", 落实情况="承诺事项已兑现")
    measure.refresh_from_db()
    assert measure.state == Measure.State.CLOSED
    assert faults(screens.desk) == []
