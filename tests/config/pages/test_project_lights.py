"""亮灯 on the page of a project and in the lists: a shape, a word, and a sentence whose numbers are those stored."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from projects.figures import rounded
from projects.models import AnnualPlan, PlanEntry, PlanVersion
from scheduling import tasks
from scheduling.actions import standings
from scheduling.light_evidence import value_of
from scheduling.light_rules import HUNDRED, Dimension, Light
from scheduling.light_sentences import figures_in
from scheduling.lights import restored
from scheduling.models import Standing
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import project_of, report, week_of
from tests.scheduling.reports import said

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 2, tzinfo=UTC)
TODAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def planned(lead, lead_unit, office, signer):
    """A project of this year's plan: 1,200 万元, a hundred a month, to start in January."""
    project = project_of(lead, lead_unit)
    version = PlanVersion.objects.create(
        plan=AnnualPlan.objects.create(year=2026), number=1, effective_on=date(2026, 1, 1), drafted_by=office,
        document_number="府办〔2026〕1号", drafted_at=MONDAY,
    )  # fmt: skip
    months = {f"month_{number}": 100 for number in range(1, 13)}
    PlanEntry.objects.create(
        version=version, project=project, category="NEW_START", annual_plan_amount=1200,
        planned_start_on=date(2026, 1, 31), planned_finish_on=date(2027, 12, 31), **months,
    )  # fmt: skip
    approval = {"submitted_by": office, "submitted_at": MONDAY, "decided_by": signer, "decided_at": MONDAY}
    PlanVersion.objects.filter(pk=version.pk).update(state="APPROVED", **approval)
    return project


@pytest.fixture
def behind(planned, lead, dispatcher):
    """A hundred done of the two asked for, a node late and nothing started."""
    date_milestone(MilestoneFactory(project=planned, name="1号楼封顶"), approved_on=TODAY - 40 * DAY)
    report(planned, week_of(TODAY - 4 * DAY, at=MONDAY), lead, amount="100.5", accepted_by=dispatcher)
    return planned


def lights(client, project):
    return client.get(reverse("project_detail", args=[project.code])).context["lights"]


def line(found, dimension):
    return next(each for each in found["dimensions"] if each["dimension"] is dimension)


def test_it_says_of_every_dimension_why(enter, lead, behind):
    found = lights(enter(lead), behind)
    assert found["light"] == {"light": "red", "word": "滞后", "waived": ""}
    assert line(found, Dimension.INVESTMENT)["why"] == (
        "年度计划 1,200 万元，应完成 200 万元（2 月计划进度 16.67%），实际 100.5 万元（8.38%），低 8.29 个百分点，"
        "连续第 2 月"
    )
    node = line(found, Dimension.MILESTONE)
    assert (node["word"], node["why"]) == ("滞后", "“1号楼封顶”应于 2026-01-28 完成，已逾期 40 天，超过 30 天")
    assert node["clause"] == "规则第 1 版第 3 条"
    assert node["clause_url"] == f"{reverse('light_rule_edition', args=[1])}#rule-3"


def test_the_clause_cited_is_there(enter, lead, behind):
    browser = enter(lead)
    for each in lights(browser, behind)["dimensions"]:
        if each["clause_url"]:
            page, place = each["clause_url"].split("#")
            assert f'id="{place}"' in browser.get(page).content.decode()


@pytest.mark.core
def test_the_numbers_on_the_page_are_those_stored(enter, lead, behind):
    """Each can be found in the inputs, or reckoned from them for the day of the page."""
    standing, found = Standing.objects.get(project=behind), lights(enter(lead), behind)
    lines = [*found["dimensions"], found["freshness"]]
    assert len(lines) == len(standing.verdicts)
    for each in lines:
        verdict = restored(standing.verdicts[each["dimension"]], on=TODAY)
        told = figures_in(each["why"])
        assert {day.isoformat() for day in told.days} <= set(verdict.inputs.values())
        if each["clause"]:
            assert _known(verdict) >= set(told.numbers), each["why"]
    assert any(figures_in(each["why"]).numbers for each in lines)


def _known(verdict):
    """The amounts stored, the value they come to, and what a sentence derives from both; thresholds are the rule's."""
    inputs = verdict.inputs
    amounts = {name: Decimal(inputs[name]) for name in ("plan", "to_date", "done", "missing_periods") if name in inputs}
    value = value_of(verdict.measure, inputs, on=TODAY)
    known = {*amounts.values(), value, abs(rounded(value, 2)), *figures_in(verdict.crossed).numbers}
    if "plan" in amounts:
        known |= {rounded(HUNDRED * amounts[name] / amounts["plan"], 2) for name in ("to_date", "done")}
        known |= {Decimal(date.fromisoformat(inputs["on"]).month - 1)}
    if "since" in inputs:
        known |= {Decimal(TODAY.month - date.fromisoformat(inputs["since"]).month)}
    return known


def test_an_evaluation_that_ran_out_is_shown_with_its_last_day(enter, lead, behind):
    until = Standing.objects.get(project=behind).valid_until
    with time_machine.travel(datetime(2026, 5, 1, 2, tzinfo=UTC)):
        browser = enter(lead)
        assert lights(browser, behind)["held_until"] == until
        words = said(browser.get(reverse("project_detail", args=[behind.code])))
    assert f"评估截至 {until}，正在更新" in words
    assert f"已逾期 {40 + (until - TODAY).days} 天" in words


def test_the_freshness_of_the_figures_stands_apart(enter, lead, behind):
    found = lights(enter(lead), behind)
    assert Dimension.REPORT not in {each["dimension"] for each in found["dimensions"]}
    assert (found["freshness"]["word"], found["freshness"]["why"]) == ("正常", "最近填报至 2026-03-06，没有漏报")


class TestWhatIsNotKnown:
    def test_a_project_without_a_report_is_without_data_not_green(self, enter, lead, planned):
        standings.refresh([planned.pk], MONDAY)
        invested = line(lights(enter(lead), planned), Dimension.INVESTMENT)
        assert (invested["word"], invested["why"]) == ("无数据", "本年尚无已审核的填报，无法判定")

    def test_of_which_nothing_is_known_nothing_is_said_to_be_well(self, enter, office):
        project = KeyProjectFactory()
        assert lights(enter(office), project)["light"]["word"] == "无数据"
        standings.refresh([project.pk], MONDAY)
        assert lights(enter(office), project)["light"]["word"] == "无数据"

    def test_stale_figures_redden_their_own_light_alone(self, planned, lead, dispatcher):
        report(planned, week_of(date(2026, 1, 8), at=MONDAY), lead, amount="900", accepted_by=dispatcher)
        for week in range(1, 8):
            tasks.close_report_period(tasks.closing_job(week_of(date(2026, 1, 8) + 7 * week * DAY, at=MONDAY)).pk)
        standing = Standing.objects.get(project=planned)
        assert (standing.report_light, standing.investment_light) == ("RED", "GREEN")
        assert standing.light == Light.YELLOW  # for the start that is late, and for nothing else
        assert standing.start_light == Light.YELLOW

    def test_elapsed_time_never_counts_as_progress(self, behind):
        told = []
        for at in (MONDAY, MONDAY + 60 * DAY, MONDAY + 200 * DAY):
            standings.refresh([behind.pk], at)
            inputs = Standing.objects.get(project=behind).verdicts["INVESTMENT"]["inputs"]
            told.append((Decimal(inputs["done"]), Decimal(inputs["to_date"])))
        assert {done for done, _asked in told} == {Decimal("100.5")}
        assert [asked for _done, asked in told] == [200, 400, 850]


class TestInTheLists:
    @pytest.mark.core
    def test_the_library_shows_and_narrows_by_the_light(self, enter, office, behind):
        standings.refresh([KeyProjectFactory().pk], MONDAY)
        browser = enter(office)
        assert "滞后" in said(browser.get(reverse("project_list")))
        rows = browser.get(reverse("project_list"), {"light": "RED"}).context["rows"]
        assert [(row["name"], row["lit"]["word"]) for row in rows] == [(behind.name, "滞后")]

    def test_the_own_page_and_the_review_desk_show_it(self, enter, lead, dispatcher, behind):
        (section,) = enter(lead).get(reverse("my_page")).context["sections"]
        assert [row["lit"]["word"] for row in section.rows] == ["滞后"]
        rows = enter(dispatcher).get(reverse("review_desk"), {"state": "ACCEPTED"}).context["rows"]
        assert [row["lit"]["word"] for row in rows] == ["滞后"]
