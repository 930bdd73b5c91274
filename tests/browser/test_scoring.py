"""A judge scores on a phone, without a network for half of the tour; the office locks, somebody else publishes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from scheduling.actions import judging, results
from scheduling.models import StopScore
from tests.browser.conftest import PHONE, fits
from tests.browser.test_pages_for_everybody import faults
from tests.scheduling.scoring.rounds import FULL, NOON, gives, inspection, judge, month_closed, stop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = re.compile("已保存到本机")


@pytest.fixture
def tour(office, government):
    """Three stops, one judge."""
    made = inspection(office)
    for _ in range(3):
        month_closed(stop(made).project, 7, done=90, planned=100)
    judge(made, government, username="pingwei", full_name="评委甲")
    judging.begin(inspection=made, by=office, at=NOON)
    made.refresh_from_db()
    return made


def open_stop(page: Page, where) -> None:
    page.goto(f"/scoring/{where.pk}/")
    expect(page.get_by_role("heading", name=where.project.name)).to_be_visible()


def fill(page: Page, less: str) -> None:
    """The full marks, but for the first item."""
    for key, maximum in FULL.items():
        page.locator(f"input[name={key}]").fill(less if key == "physical" else maximum)


def save(page: Page, said: str | re.Pattern) -> None:
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator("[data-saved]")).to_have_text(said)


def kept(page: Page, stops) -> None:
    """The worker stands by, and every stop can be opened without a network."""
    until(page, lambda: page.evaluate("navigator.serviceWorker.getRegistration().then((one) => !!(one && one.active))"))
    for where in stops:
        found = f"caches.match('/scoring/{where.pk}/', {{ ignoreVary: true }}).then((kept) => kept !== undefined)"
        until(page, lambda found=found: page.evaluate(found))
    script = "caches.match('/static/js/score_form.js', { ignoreVary: true }).then((kept) => kept !== undefined)"
    until(page, lambda: page.evaluate(script))


def until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("not within twenty seconds")


def test_a_tour_scored_partly_without_a_network_arrives_once(sign_in, tour, office, signer):
    member = tour.judges.select_related("user").get()
    stops = list(tour.stops.select_related("project"))
    page = sign_in(member.user, PHONE)
    page.get_by_role("link", name=re.compile("还有 3 站待评分")).click()
    expect(page.get_by_text("还有 3 站").first).to_be_visible()
    assert fits(page)
    assert faults(page) == []
    page.reload()
    kept(page, stops)

    page.get_by_role("link", name=stops[0].project.name).click()
    fill(page, "31")
    expect(page.get_by_text("不超过 30")).to_be_visible()
    page.locator("input[name=physical]").fill("20.5")
    expect(page.locator("[data-total]")).to_have_text("90.5")
    assert fits(page)
    assert faults(page) == []
    save(page, "90.5 分已送达")
    assert StopScore.objects.get().total == 90.5

    page.context.set_offline(True)
    for where, less in ((stops[1], "10"), (stops[2], "30")):
        open_stop(page, where)
        fill(page, less)
        save(page, HERE)
    page.reload()
    expect(page.locator("input[name=physical]")).to_have_value("30")
    expect(page.locator("[data-saved]")).to_have_text(HERE)
    page.goto("/scoring/")
    expect(page.get_by_text("已保存到本机，待送达")).to_have_count(2)
    assert StopScore.objects.count() == 1

    page.context.set_offline(False)
    until(page, lambda: StopScore.objects.count() == 3)
    page.reload()
    expect(page.get_by_text("您负责的观摩点都已评分。").first).to_be_visible()
    expect(page.get_by_text("待送达")).to_have_count(0)
    assert [score.total for score in StopScore.objects.order_by("stop__order")] == [90.5, 80, 100]
    assert not StopScore.objects.exclude(sequence=1).exists()

    _locked_and_published(sign_in, tour, office, signer)


def _locked_and_published(sign_in, tour, office, signer):
    page = sign_in(office)
    page.goto(f"/inspections/{tour.pk}/results/")
    page.get_by_role("link", name="锁定评分").click()
    page.get_by_role("button", name="锁定").click()
    expect(page.get_by_text("评分已锁定，结果已算出。")).to_be_visible()
    assert faults(page) == []
    page = sign_in(signer)
    page.goto(f"/inspections/{tour.pk}/results/")
    page.get_by_role("link", name="公布结果").click()
    page.get_by_role("button", name="公布").click()
    expect(page.get_by_text("结果已公布。")).to_be_visible()
    page.get_by_role("link", name="91.00").click()  # nine tenths of 90 and a tenth of 100
    expect(page.get_by_text("90.00 × 90% + 100.00 × 10% = 91.00")).to_be_visible()
    assert faults(page) == []


def test_without_javascript_as_well(sign_in, tour):
    where = tour.stops.select_related("project").first()
    page = sign_in(tour.judges.get().user, PHONE, java_script_enabled=False)
    open_stop(page, where)
    fill(page, "20.5")
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator("[data-receipt]")).to_have_text("90.5")
    expect(page.get_by_role("link", name=re.compile("下一站"))).to_be_visible()
    assert StopScore.objects.get().total == 90.5


def test_what_comes_after_the_lock_is_refused_in_words_and_stays_on_the_device(sign_in, tour, office):
    member = tour.judges.select_related("user").get()
    where = tour.stops.select_related("project").first()
    page = sign_in(member.user, PHONE)
    page.goto("/scoring/")
    page.reload()
    kept(page, [where])
    page.context.set_offline(True)
    open_stop(page, where)
    fill(page, "20.5")
    save(page, HERE)
    for each in tour.stops.all():
        gives(member, each, "80")
    results.lock(inspection=tour, by=office, at=NOON)
    page.context.set_offline(False)
    page.goto("/scoring/")
    expect(page.get_by_text("90.5 分没有收入")).to_contain_text("评分已锁定")
    expect(page.get_by_text("未收入，仍在本机")).to_be_visible()
    page.reload()
    expect(page.get_by_text("90.5 分没有收入")).to_contain_text("评分已锁定")
    assert not StopScore.objects.filter(total=90.5).exists()
