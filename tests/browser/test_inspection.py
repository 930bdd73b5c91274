"""The inspection of a quarter: opened, screened, chosen, timed by the keyboard, printed, scored and published."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.roles import Role
from tests.browser.conftest import PHONE, fits
from tests.browser.test_pages_for_everybody import faults
from tests.browser.test_scoring import fill, save
from tests.conftest import appoint
from tests.factories import KeyProjectFactory
from tests.scheduling.inspections.cases import make_fit
from tests.workers import running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOUND, BEHIND, AWKWARD = "智能装备产业园一期", "滨河大道快速化改造", "区第二人民医院"


@pytest.fixture
def candidates(lead_unit):
    """Two that meet every condition, and one that is not far enough."""
    for name, share, longitude in ((SOUND, 60, "112.40"), (AWKWARD, 55, "112.43"), (BEHIND, 12, "112.44")):
        make_fit(KeyProjectFactory(name=name, lead_unit=lead_unit, longitude=longitude, latitude="28.60"), share=share)


@pytest.fixture
def people(office, dispatcher, leader, signer, government):
    """Who runs it, who screens, who reads, who publishes, and who judges."""
    member = appoint(Role.JUDGE, government, username="pingwei", full_name="评委甲")
    return office, dispatcher, leader, signer, member


@pytest.fixture
def leaves():
    return (timezone.localtime() + timedelta(days=10)).replace(hour=9, minute=0)


def open_a_round(page: Page, leaves) -> None:
    page.get_by_role("link", name="季观摩", exact=True).first.click()
    page.get_by_role("link", name="开办观摩").click()
    page.get_by_label("出发时间").fill(f"{leaves:%Y-%m-%dT%H:%M}")
    page.get_by_label("集合地点").fill("区政府东门")
    page.get_by_role("button", name="开办").click()
    expect(page.get_by_text("3 个候选项目中 2 个符合条件（2 个待初审），已选定 0 个观摩点。")).to_be_visible()


def screen(page: Page, name: str, verdict: str, note: str) -> None:
    """From what the own page says is owed."""
    page.goto("/")
    page.get_by_role("link", name="个候选项目待本单位初审").click()
    row(page, name).get_by_role("link", name="初审").click()
    page.get_by_label(verdict, exact=True).check()
    page.get_by_label("理由和看点").fill(note)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(f"“{name}”的初审意见已提交。")).to_be_visible()
    assert fits(page)


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def choose_with_a_reason(page: Page, name: str, against: str, why: str) -> None:
    row(page, name).get_by_role("link", name="例外选定").click()
    expect(page.get_by_text(against)).to_be_visible()
    page.get_by_label("例外入选理由").fill(why)
    page.get_by_role("button", name="选定").click()
    expect(page.get_by_text(f"已选定“{name}”。")).to_be_visible()


def time_the_route(page: Page) -> None:
    """The second first, by the keyboard; then every minute on one page."""
    page.get_by_role("link", name="线路").click()
    page.get_by_role("button", name="上移 2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").nth(2)).to_contain_text(BEHIND)
    page.get_by_role("link", name="编排时间表").click()
    for label, minutes in (("行车（分钟）", "1"), ("停留（分钟）", "30")):
        for field in page.get_by_label(label).all():
            field.fill(minutes)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("2 个观摩点，09:00 出发，10:32 返回，共 1 小时 32 分钟")).to_be_visible()
    expect(page.get_by_text("1 分钟到不了，请核对行车时间")).to_be_visible()


def print_the_booklet(page: Page) -> None:
    """Seen before it is numbered; a worker lays it out meanwhile."""
    page.get_by_role("link", name="手册", exact=True).click()
    page.get_by_role("button", name="生成预览").click()
    issue = page.get_by_role("button", name="登记印发这一稿")
    expect(issue).to_be_visible(timeout=120_000)
    issue.click()
    expect(page.get_by_role("link", name=re.compile("^观摩〔.*〕1号"))).to_be_visible()


def begin_scoring(page: Page, member: str) -> None:
    page.get_by_role("link", name="安排评委和评分").click()
    page.get_by_role("link", name="增加评委组").first.click()
    page.get_by_label("评委组").fill("代表委员")
    page.get_by_role("button", name="增加").click()
    page.get_by_role("link", name="聘请评委").click()
    page.get_by_label(member).check()
    page.get_by_role("button", name="聘请").click()
    page.get_by_role("link", name="开始评分").click()
    page.get_by_role("button", name="开始评分").click()
    expect(page.get_by_text("评分已开始。")).to_be_visible()


def score(page: Page) -> None:
    for name in (BEHIND, SOUND):
        page.goto("/scoring/")
        page.get_by_role("link", name=name).click()
        fill(page, "25")
        save(page, "95 分已送达")


def lock_and_publish(desk: Page, head: Page) -> None:
    desk.get_by_role("link", name="结果", exact=True).click()
    desk.get_by_role("link", name="锁定评分").click()
    desk.get_by_role("button", name="锁定").click()
    expect(desk.get_by_text("评分已锁定，结果已算出。")).to_be_visible()
    head.goto(desk.url)
    head.get_by_role("link", name="公布结果").click()
    head.get_by_role("button", name="公布").click()
    expect(head.get_by_text("结果已公布。")).to_be_visible()
    desk.get_by_role("link", name="手册", exact=True).click()
    desk.get_by_role("button", name="登记印发结果单").click()
    expect(desk.get_by_text("结果单已登记印发")).to_be_visible()


@pytest.mark.usefixtures("candidates")
def test_a_round_goes_from_its_candidates_to_the_booklet_and_the_published_result(sign_in, people, leaves):
    office, dispatcher, leader, signer, member = people
    desk, unit, phone = sign_in(office), sign_in(dispatcher, PHONE), sign_in(leader, PHONE)
    open_a_round(desk, leaves)
    screen(unit, SOUND, "推荐", "三条生产线已投产")
    screen(unit, AWKWARD, "不推荐", "正在更换总包")

    desk.reload()
    expect(desk.get_by_text("3 个候选项目中 1 个符合条件（0 个待初审）")).to_be_visible()
    row(desk, SOUND).get_by_role("button", name="选定").click()
    choose_with_a_reason(desk, BEHIND, "累计完成投资占总投资 12.0%，低于 33%", "省级示范路段")
    assert faults(desk) == []
    time_the_route(desk)
    assert faults(desk) == []

    phone.goto("/inspections/")
    expect(phone.get_by_text("还没有季度观摩")).to_be_visible()
    desk.get_by_role("button", name="确定线路").click()
    expect(desk.get_by_text("线路已确定")).to_be_visible()
    phone.reload()
    phone.get_by_role("link", name="季度重点项目观摩").first.click()
    expect(phone.get_by_text("例外入选：省级示范路段")).to_be_visible()
    assert fits(phone)
    assert faults(phone) == []

    with running_worker():
        print_the_booklet(desk)
    assert faults(desk) == []
    begin_scoring(desk, member.full_name)
    score(sign_in(member, PHONE))
    lock_and_publish(desk, sign_in(signer))
    phone.goto("/inspections/")
    phone.get_by_role("link", name="季度重点项目观摩").first.click()  # now it is asked who did best
    expect(phone.get_by_role("link", name="95.00").first).to_be_visible()
    assert fits(phone)
    assert faults(phone) == []
