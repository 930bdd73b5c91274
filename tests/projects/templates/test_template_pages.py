"""设置 → 倒排模板: who may read and who may write, and a table that keeps what was typed."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from projects.actions import templates
from projects.blueprint import faults
from projects.models import TemplateVersion
from projects.template_parts import blueprint_of
from projects.views.network_table import NetworkTable

pytestmark = pytest.mark.django_db

READERS = ["office", "signer", "leader", "dispatcher", "lead", "outsider"]
STRANGERS = ["sys_admin", "sec_admin", "audit_admin"]
PARTS = ["steps", "stages", "permits", "evidence", "blackouts"]


@pytest.fixture(scope="module")
def initial_editions(django_db_setup, django_db_blocker):
    """Taken once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        templates.take_initial_editions(by=None, at=timezone.now())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def initial(initial_editions, db):
    return TemplateVersion.objects.get(template__project_type="BUILDING", template__approval_route="GOV")


@pytest.fixture
def draft(initial, office):
    return templates.draft(template=initial.template, by=office, at=timezone.now())


def typed(table, **pressed):
    """What a browser sends of this table, with the button pressed."""
    sent = {"rows": len(table.rows)} | pressed
    for number, row in enumerate(table.rows):
        sent |= {f"row-{number}-{name}": value for name, value in row.values.items() if value}
    return sent


def table_of(version):
    return NetworkTable.of(blueprint_of(version).steps)


def shown(page):
    return [row.values for row in page.context["table"].rows]


@pytest.mark.parametrize("who", READERS)
def test_everybody_who_reads_projects_reads_the_templates(initial, enter_as, who):
    browser = enter_as(who)
    assert "工业厂房" in browser.get(reverse("template_list")).content.decode()
    for view in ("steps", "stages", "permits", "evidence", "blackouts", "changes", "nonsense"):
        assert browser.get(reverse("template_edition", args=[initial.pk]), {"view": view}).status_code == 200


@pytest.mark.parametrize("who", STRANGERS)
def test_administrators_have_no_business_there(initial, enter_as, who):
    browser = enter_as(who)
    assert browser.get(reverse("template_list")).status_code == 403
    assert browser.get(reverse("template_edition", args=[initial.pk])).status_code == 403


@pytest.mark.parametrize("who", [who for who in READERS if who != "office"])
def test_only_the_office_writes(draft, enter_as, who):
    browser = enter_as(who)
    for part in (*PARTS, "force", "discard"):
        url = reverse(f"template_{part}", args=[draft.pk])
        assert (browser.get(url).status_code, browser.post(url).status_code) == (403, 403)
    assert browser.post(reverse("template_take_initial")).status_code == 403
    assert browser.post(reverse("template_draft", args=[draft.template_id])).status_code == 403


@pytest.mark.parametrize("who", READERS)
def test_a_draft_is_seen_only_by_those_who_keep_the_templates(draft, enter_as, who):
    browser = enter_as(who)
    assert browser.get(reverse("template_edition", args=[draft.pk])).status_code == (200 if who == "office" else 404)
    assert ("第 2 版" in browser.get(reverse("template_list")).content.decode()) == (who == "office")


def test_the_settings_lead_from_the_holidays_to_the_templates(initial, enter, office):
    page = enter(office).get(reverse("calendar"))
    assert reverse("template_list") in page.content.decode()
    navigation = enter(office).get(reverse("template_list")).context["navigation"]
    assert [str(entry["label"]) for entry in navigation if entry["current"]] == ["设置"]


@pytest.mark.core
def test_the_list_asks_the_same_questions_however_many_templates_there_are(
    initial, enter, office, django_assert_num_queries
):
    browser = enter(office)
    for template in {version.template for version in TemplateVersion.objects.select_related("template")}:
        templates.draft(template=template, by=office, at=timezone.now())
    with django_assert_num_queries(15):
        browser.get(reverse("template_list"))


@pytest.mark.core
def test_an_edition_is_shown_with_a_constant_number_of_questions(draft, enter, office, django_assert_num_queries):
    browser = enter(office)
    with django_assert_num_queries(15):
        browser.get(reverse("template_edition", args=[draft.pk]))
    with django_assert_num_queries(10):
        browser.get(reverse("template_steps", args=[draft.pk]))


def test_the_edition_says_how_long_the_road_is_and_which_steps_decide_it(initial, enter, office):
    page = enter(office).get(reverse("template_edition", args=[initial.pk])).content.decode()
    assert "474" in page
    assert "21.7" in page
    assert "第 1–19 天" in page
    assert page.index("环境影响评价报批") < page.index(">105<") < page.index("建设用地规划许可证")


def test_a_new_edition_is_drafted_changed_and_put_into_force(initial, enter, office):
    browser = enter(office)
    browser.post(reverse("template_draft", args=[initial.template_id]))
    draft = TemplateVersion.objects.get(state="DRAFT")
    table = table_of(draft)
    table.rows[0].values["duration"] = "25"
    page = browser.post(reverse("template_steps", args=[draft.pk]), typed(table), follow=True)
    assert "已保存，改动 1 处。" in page.content.decode()
    changes = browser.get(reverse("template_edition", args=[draft.pk]), {"view": "changes"}).content.decode()
    assert "15 工作日" in changes
    assert "25 工作日" in changes
    force = {"effective_on": timezone.localdate().isoformat(), "note": "按本区实际"}
    browser.post(reverse("template_force", args=[draft.pk]), force)
    in_force = TemplateVersion.objects.filter(template=initial.template).in_force(on=timezone.localdate())
    assert in_force.get() == draft
    assert blueprint_of(initial).steps[0].duration == 15


def test_a_table_saved_as_it_is_changes_nothing(draft, enter, office):
    before = blueprint_of(draft)
    page = enter(office).post(reverse("template_steps", args=[draft.pk]), typed(table_of(draft)), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["内容与原来相同，没有改动。"]
    assert blueprint_of(draft) == before


def test_what_is_wrong_is_said_at_its_row_and_nothing_typed_is_lost(draft, enter, office):
    before = blueprint_of(draft)
    table = table_of(draft)
    table.rows[2].values |= {"duration": "三周", "name": "用地预审（改）"}
    table.rows[3].values["after"] = "3XX"
    page = enter(office).post(reverse("template_steps", args=[draft.pk]), typed(table))
    text = page.content.decode()
    assert page.context["table"].wrong == [3, 4]
    assert "“3XX”看不懂" in text
    assert 'value="三周"' in text
    assert 'value="用地预审（改）"' in text
    assert blueprint_of(draft) == before


@pytest.mark.parametrize(
    ("change", "wrong", "why"),
    [
        pytest.param({"position": "24"}, [24, 25], "序号 24 用了不止一次", id="number-twice"),
        pytest.param({"after": "2"}, [2], "写了它自己", id="itself"),
        pytest.param({"after": "77"}, [2], "写了序号 77，没有这一步", id="nobody"),
        pytest.param({"name": "项目建议书批复"}, [1, 2], "不止一个节点叫“项目建议书批复”", id="name-twice"),
        pytest.param({"stage": "LATER"}, [2], "阶段", id="unknown-stage"),
        pytest.param({"weight": "-1"}, [2], "大于或等于0", id="weight"),
    ],
)
def test_rows_that_do_not_go_together_are_marked(draft, enter_as, change, wrong, why):
    table = table_of(draft)
    table.rows[wrong[-1] - 1].values |= change
    page = enter_as("office").post(reverse("template_steps", args=[draft.pk]), typed(table))
    assert page.context["table"].wrong == wrong
    assert why in page.content.decode()


def test_empty_rows_are_added_and_left_out_again(draft, enter, office):
    browser, url = enter(office), reverse("template_steps", args=[draft.pk])
    offered = browser.get(url).context["table"]
    assert len(offered.rows) == 25 + 3
    more = browser.post(url, typed(offered, add="1")).context["table"]
    assert len(more.rows) == 25 + 3 + 5
    browser.post(url, typed(more))
    assert len(blueprint_of(draft).steps) == 25


def test_a_row_put_in_between_moves_the_numbers_and_the_relations(draft, enter, office):
    browser, url = enter(office), reverse("template_steps", args=[draft.pk])
    table = browser.post(url, typed(table_of(draft), insert="1")).context["table"]
    assert [row.values.get("name", "") for row in table.rows[:3]] == ["项目建议书批复", "", "可行性研究报告编制与批复"]
    table.rows[1].values |= {"name": "专家评估", "duration": "10", "after": "1"}
    browser.post(url, typed(table))
    steps = blueprint_of(draft).steps
    assert (steps[1].name, steps[1].position, len(steps)) == ("专家评估", 2, 26)
    known = blueprint_of(TemplateVersion.objects.get(template=draft.template, number=1))
    assert [_waits_for(step, steps) for step in steps if step.name != "专家评估"] == [
        _waits_for(step, known.steps) for step in known.steps
    ]


def _waits_for(step, steps):
    names = {each.position: each.name for each in steps}
    return sorted((names[relation.position], relation.kind, relation.lag) for relation in step.after)


def test_a_row_removed_is_gone_and_who_waited_for_it_is_told(draft, enter, office):
    browser, url = enter(office), reverse("template_steps", args=[draft.pk])
    table = browser.post(url, typed(table_of(draft), remove="0")).context["table"]
    assert len(table.rows) == 24
    page = browser.post(url, typed(table))
    assert "写了序号 1，没有这一步" in page.content.decode()


def test_a_table_has_an_end(draft, enter, office):
    table = table_of(draft)
    table.add_spare_rows(500)
    assert len(table.rows) == NetworkTable.LARGEST
    page = enter(office).post(reverse("template_steps", args=[draft.pk]), {"rows": "99999", "add": "1"})
    assert len(page.context["table"].rows) == NetworkTable.LARGEST


def test_rows_without_a_number_get_the_next_ones(draft, enter, office):
    table = table_of(draft)
    table.add_spare_rows(1)
    table.rows[-1].values |= {"name": "总结评估", "duration": "5", "after": "25"}
    page = enter(office).post(reverse("template_steps", args=[draft.pk]), typed(table))
    assert page.status_code == 302
    last = blueprint_of(draft).steps[-1]
    assert (last.position, last.name, last.stage) == (26, "总结评估", "COMMISSIONING")


def test_loose_ends_are_saved_and_named_where_the_draft_is_put_into_force(draft, enter, office):
    browser = enter(office)
    table = table_of(draft)
    table.rows[0].values["after"] = "25"
    browser.post(reverse("template_steps", args=[draft.pk]), typed(table))
    assert faults(blueprint_of(draft))
    page = browser.get(reverse("template_edition", args=[draft.pk])).content.decode()
    assert "循环依赖" in page
    assert reverse("template_force", args=[draft.pk]) not in page
    force = {"effective_on": timezone.localdate().isoformat()}
    refused = browser.post(reverse("template_force", args=[draft.pk]), force)
    assert "循环依赖" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


def test_the_other_parts_are_changed_on_pages_of_their_own(draft, enter, office):
    browser = enter(office)
    for part in ("permits", "evidence", "blackouts"):
        url = reverse(f"template_{part}", args=[draft.pk])
        table = browser.get(url).context["table"]
        before = blueprint_of(draft)
        browser.post(url, typed(table))
        assert blueprint_of(draft) == before
        browser.post(url, typed(table, remove="0"))
        table.rows = table.rows[1:]
        browser.post(url, typed(table))
        assert len(getattr(blueprint_of(draft), part)) == len(getattr(before, part)) - 1


def test_a_promise_longer_than_the_law_is_refused_at_its_row(draft, enter, office):
    browser, url = enter(office), reverse("template_permits", args=[draft.pk])
    table = browser.get(url).context["table"]
    table.rows[0].values["promised_days"] = "30"
    page = browser.post(url, typed(table))
    assert page.context["table"].wrong == [1]
    assert "承诺时限不能超过法定时限 20 天" in page.content.decode()


def test_a_permit_listed_twice_is_refused_and_nothing_is_lost(draft, enter, office):
    browser, url = enter(office), reverse("template_permits", args=[draft.pk])
    table = browser.get(url).context["table"]
    table.rows[0].values["name"] = table.rows[1].values["name"]
    page = browser.post(url, typed(table))
    assert "列了不止一次" in page.context["refusal"]
    assert shown(page)[0]["name"] == table.rows[1].values["name"]


def test_the_thirtieth_of_february_is_no_day(draft, enter, office):
    browser, url = enter(office), reverse("template_blackouts", args=[draft.pk])
    table = browser.get(url).context["table"]
    table.rows[0].values |= {"last_month": "2", "last_day": "30"}
    assert "2 月不是每年都有 30 日" in browser.post(url, typed(table)).content.decode()


def test_the_words_of_a_stage_are_changed(draft, enter, office):
    known = {f"{words.stage.lower()}-target": words.target for words in blueprint_of(draft).stages}
    given = known | {"preparation-target": "拿地即开工", "preparation-work_focus": "并联审批"}
    enter(office).post(reverse("template_stages", args=[draft.pk]), given)
    first = blueprint_of(draft).stages[0]
    assert (first.target, first.work_focus, first.task_requirement) == ("拿地即开工", "并联审批", "")


def test_an_edition_in_force_offers_no_editor(initial, enter, office):
    for part in PARTS:
        page = enter(office).get(reverse(f"template_{part}", args=[initial.pk]))
        assert page.status_code == 409
        assert "已启用，不能再改" in page.content.decode()


def test_a_draft_is_discarded(draft, enter, office):
    page = enter(office).post(reverse("template_discard", args=[draft.pk]), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["房建（审批）第 2 版已作废。"]
    assert not TemplateVersion.objects.filter(pk=draft.pk).exists()


def test_an_edition_that_is_still_to_come_is_said_so(draft, enter, leader, office):
    templates.put_into_force(version=draft, effective_on=date(2090, 1, 1), by=office, at=timezone.now())
    page = enter(leader).get(reverse("template_list")).content.decode()
    assert "第 2 版 待启用" in page
