"""设置 → 亮灯规则: everybody reads what is adopted; the office drafts, sees the proof, tries it and adopts it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from projects.models import Job
from scheduling import tasks
from scheduling.actions import light_rules
from scheduling.light_presets import INITIAL, YINCHUAN, YINCHUAN_AS_PRINTED
from scheduling.light_rules import Measure
from scheduling.models import LightRuleEdition
from scheduling.views.light_rule_forms import PRESETS
from tests.factories import MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import project_of, week_of
from tests.scheduling.reports import said

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 9, 2, tzinfo=UTC)
HOLE = "银川（原文） 投资：低 0（不含）至 10（不含）个百分点之间没有灯"
GAP = {
    "measure": "GAP_PP", "basis": "PLAN", "target_percent": "100", "escalation_light": "YELLOW",
    "escalation_periods": "2", "escalation_becomes": "RED", "categories": ["NEW_START"], "note": "", "rows": "3",
    "row-0-light": "GREEN", "row-0-low": "", "row-0-low_closed": "closed", "row-0-high": "5",
    "row-0-high_closed": "closed", "row-1-light": "RED", "row-1-low": "5", "row-1-low_closed": "open",
    "row-1-high": "", "row-1-high_closed": "closed", "row-2-light": "RED", "row-2-low_closed": "closed",
    "row-2-high_closed": "closed",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def draft(office):
    return light_rules.draft(name="本区规则", rules=YINCHUAN, by=office, at=MONDAY)


def url(name, *args):
    return reverse(name, args=args)


def forms(number):
    names = ("light_rules_amend", "light_rules_adopt", "light_rules_discard", "light_rule_add")
    return [url("light_rules_draft"), *(url(name, number) for name in names)] + [
        url(name, number, 0) for name in ("light_rule_edit", "light_rule_remove")
    ]


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("office", (200, 200, 200)),
        ("lead", (200, 403, 404)),
        ("dispatcher", (200, 403, 404)),
        ("outsider", (200, 403, 404)),
        ("leader", (200, 403, 404)),
        ("signer", (200, 403, 404)),
        ("sys_admin", (403, 403, 403)),
    ],
)
def test_everybody_reads_what_is_adopted_and_the_office_drafts(who, codes, draft, enter_as):
    browser, (reads, keeps, sees_draft) = enter_as(who), codes
    assert {browser.get(page).status_code for page in (url("light_rules"), url("light_rule_edition", 1))} == {reads}
    assert browser.get(url("light_rule_edition", draft.number)).status_code == sees_draft
    assert {browser.get(page).status_code for page in forms(draft.number)} == {keeps}
    tried = browser.post(url("light_rules_dry_run", draft.number), {"span": "FOUR_WEEKS"}).status_code
    assert tried == (409 if keeps == 200 else 403)  # no period is closed here
    assert (draft.name in said(browser.get(url("light_rules")))) == (keeps == 200)


def test_the_rules_in_force_read_as_intervals_with_their_ends(enter, lead):
    words = said(enter(lead).get(url("light_rule_edition", 1)))
    for told in (
        "正常 0 个百分点以下（含） 关注 0 至 10 个百分点（均不含）",
        "预警 10 至 30 个百分点（均含） 滞后 30 个百分点以上（不含）",
        "第 2 条 所有项目 应开工而未开工的月末数",
        "按月度计划",
        "没有规则、不亮的灯：资金",
    ):
        assert told in words


@pytest.mark.parametrize("preset", [*PRESETS, "edition-1", "empty"])
def test_a_draft_begins_from_any_preset(preset, enter, office):
    sent = enter(office).post(url("light_rules_draft"), {"begin": preset, "name": "本区规则"})
    assert sent["Location"] == url("light_rule_edition", 2)
    rules = (PRESETS | {"edition-1": INITIAL}).get(preset)
    assert LightRuleEdition.objects.get().rule_set.rules == (rules.rules if rules else ())


def test_the_proof_names_the_hole_at_once_and_adopting_is_refused(enter, office):
    light_rules.draft(name="银川（原文）", rules=YINCHUAN_AS_PRINTED, by=office, at=MONDAY)
    browser = enter(office)
    page = browser.get(url("light_rule_edition", 2))
    assert HOLE in said(page)
    assert url("light_rules_adopt", 2) not in page.content.decode()
    sent = browser.post(url("light_rules_adopt", 2), {"effective_on": "2026-03-09"})
    assert HOLE in said(sent)
    assert LightRuleEdition.objects.get().state == "DRAFT"


def test_a_rule_is_typed_with_its_ends_scope_and_escalation(enter, office, draft, lead_unit):
    browser = enter(office)
    assert browser.post(url("light_rule_edit", 2, 0), GAP | {"unit_paths": [lead_unit.path]}).status_code == 302
    draft.refresh_from_db()
    rule = draft.rule_set.rules[0]
    assert [(band.light, band.low, band.low_closed, band.high) for band in rule.bands] == [
        ("GREEN", None, True, 5),
        ("RED", 5, False, None),
    ]
    words = said(browser.get(url("light_rule_edition", 2)))
    assert "区住房和城乡建设局，新开工项目 低于应完成进度 按月度计划" in words
    assert "连续 2 个月预警或更重，加重为滞后" in words
    assert "续建项目没有规则" in words


def test_a_row_can_be_added_and_nothing_is_lost(enter, office, draft):
    page = enter(office).post(url("light_rule_edit", 2, 0), GAP | {"add": "1"})
    assert page.status_code == 200
    assert len(page.context["rows"]) == 8
    assert 'value="5"' in page.content.decode()


def test_a_light_that_is_off_is_switched_on_by_a_rule_that_is_proved(enter, office, draft):
    browser = enter(office)
    assert (
        f"{url('light_rule_add', 2)}?measure=PAID_RATIO" in browser.get(url("light_rule_edition", 2)).content.decode()
    )
    page = browser.get(f"{url('light_rule_add', 2)}?measure=PAID_RATIO")
    rows = {f"{cell['name']}": cell["value"] for row in page.context["rows"] for cell in row["cells"]}
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()} | rows
    assert browser.post(url("light_rule_add", 2), sent | {"rows": len(page.context["rows"])}).status_code == 302
    draft.refresh_from_db()
    assert draft.rule_set.rules[-1].measure is Measure.PAID_RATIO
    assert "可以启用" in said(browser.get(url("light_rule_edition", 2)))


def test_an_adopted_edition_is_in_force_on_its_day_and_no_page_changes_it(enter, office, draft):
    browser = enter(office)
    browser.post(url("light_rules_adopt", 2), {"effective_on": "2026-03-20"})
    assert "第 2 版 本区规则 待生效 2026-03-20" in said(browser.get(url("light_rules")))
    with time_machine.travel(datetime(2026, 3, 20, 2, tzinfo=UTC)):
        browser = enter(office)
        words = said(browser.get(url("light_rules")))
        assert "第 2 版 本区规则 现行" in words
        assert "第 1 版 初始规则 已停用" in words
        assert browser.post(url("light_rule_remove", 2, 0)).status_code == 409
        assert browser.post(url("light_rules_discard", 1)).status_code == 409


def test_a_dry_run_shows_its_progress_and_then_red_then_and_now(enter, office, draft, lead, lead_unit):
    project = project_of(lead, lead_unit)
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 3, 1))
    week = week_of(MONDAY.date().replace(day=5), at=MONDAY)
    tasks.close_report_period(tasks.closing_job(week).pk)
    browser = enter(office)
    assert browser.post(url("light_rules_dry_run", 2), {"span": "THIS_YEAR"}).status_code == 302
    page = browser.get(url("light_rule_edition", 2))
    assert page.context["run"]["is_running"]
    run = draft.dry_runs.get()
    tasks.ask_for_dry_run(run, at=MONDAY)
    tasks.dry_run_light_rules(Job.objects.get(kind=tasks.dry_run_light_rules.name).pk)
    part = browser.get(url("light_dry_run", run.pk), headers={"HX-Request": "true"})
    assert "以新规则重算今年以来：红灯 0→0（2026-03-06 周报）；1 个项目的灯与当时不同。" in said(part)
    assert reverse("project_detail", args=[project.code]) in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("who", ["lead", "outsider", "leader", "signer", "audit_admin"])
def test_a_dry_run_is_the_offices_own(who, enter_as):
    assert enter_as(who).get(url("light_dry_run", 1)).status_code == 403


@pytest.mark.core
def test_many_rules_take_as_many_queries_as_few(enter, office, lead_unit, django_assert_num_queries):
    rules = INITIAL.rules * 5
    draft = light_rules.draft(name="许多", rules=INITIAL, by=office, at=MONDAY)
    browser = enter(office)
    browser.get(url("light_rule_edition", 2))
    with django_assert_num_queries(6):
        browser.get(url("light_rule_edition", 2))
    for rule in rules:
        light_rules.put_rule(edition=draft, rule=rule, place=None, by=office, at=MONDAY)
    with django_assert_num_queries(6):
        browser.get(url("light_rule_edition", 2))
