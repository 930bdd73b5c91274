"""撤销导入: as before, word for word, while nothing was built on it; what was known in between stays known so."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import F, Model
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from projects import changed, jobs, recorded, tasks
from projects.actions import annual_plans, ledgers
from projects.errors import RuleViolation
from projects.models import (
    AuditEvent,
    Job,
    KeyProject,
    Milestone,
    MilestoneDates,
    Permit,
    PlanEntry,
    PlanVersion,
    TierEntry,
    Unit,
    VanishedRow,
)
from tests.factories import KeyProjectFactory, MilestoneFactory, UserFactory
from tests.projects.ledger.imports import load_template
from tests.projects.ledger.samples import DESIGN, HEADER, MAPPING, NOT_STARTED, STRUCTURE, with_
from tests.projects.test_ledgers import load, structure

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


MOMENT = timedelta(microseconds=1)
NOUNS: tuple[type[Model], ...] = (KeyProject, Milestone, Unit, PlanVersion, PlanEntry)


def standing_now():
    """All that the register says now: its rows, and the current version of every fact."""
    facts = {
        model.__name__: sorted(map(repr, model.objects.current().values_list(*model.key_columns(), *model.facts())))
        for model in apps.get_models()
        if issubclass(model, recorded.Recorded)
    }
    return facts | {model.__name__: sorted(map(repr, model.objects.values_list())) for model in NOUNS}


def said_now():
    """The same without the numbers of rows: what two imports into two registers have in common."""
    projects = list(KeyProject.objects.order_by("code"))
    identity = [f.name for f in KeyProject._meta.concrete_fields if f.name not in ("id", "brought_by")]
    return [
        (
            [str(getattr(project, name)) for name in identity],
            [facts(project.dates.current()), facts(project.budget_revisions.current())],
            [
                (one.source_key, one.name, one.stage, one.source_digest, facts(one.dates.current()), facts(one.amounts))
                for one in project.milestones.order_by("source_key")
            ],
        )
        for project in projects
    ]


def facts(versions):
    return [[str(getattr(one, name)) for name in one.facts()] for one in versions.filter(superseded_at__isnull=True)]


def undone(done, by=None):
    ledgers.undo(ledger_import=done, by=by or UserFactory())
    done.refresh_from_db()
    return done


# --- the law ---

CELLS = {
    "编号": st.sampled_from(["A", "B", "C"]),
    "名称": st.sampled_from(["一小扩建", "一小改扩建"]),
    "单位": st.sampled_from(["区教育局", "区住建局", ""]),
    "节点": st.sampled_from(["设计", "结构"]),
    "状态": st.sampled_from(["PNS", "在建", "完成"]),
    "开始": st.sampled_from(["1/5/2024", "4/1/2024", "PNS", ""]),
    "计划完成": st.sampled_from(["6/1/2025", "9/1/2025", ""]),
    "实际完成": st.sampled_from(["2/20/2024", ""]),
    "概算": st.sampled_from(["100000", "9000000", "DOER"]),
    "完成": st.sampled_from(["0", "5000"]),
}
ROW = st.tuples(*(CELLS[name.strip()] for name in HEADER)).map(list)
LEDGER = st.lists(ROW, min_size=1, max_size=5)


@settings(
    max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=LEDGER, second=LEDGER)
def test_undone_the_register_says_what_it_said_and_imported_again_what_it_said_the_first_time(office, first, second):
    with transaction.atomic():
        load(*first)
        before = standing_now()
        done = load(*second)
        after, counts = said_now(), done.counts
        if ledgers.can_be_asked(done):
            undone(done, office)
        assert standing_now() == before
        again = load(*second)
        assert said_now() == after
        assert all(again.counts[name] == counts[name] for name in counts if name not in ("seconds", "units_created"))
        transaction.set_rollback(True)


# --- what an undo does ---


def test_the_first_import_leaves_an_empty_register_and_a_full_history(office):
    units = set(Unit.objects.values_list("name", flat=True))
    done = undone(load(DESIGN, STRUCTURE, NOT_STARTED), office)
    assert not KeyProject.objects.exists()
    assert not Milestone.objects.exists()
    assert set(Unit.objects.values_list("name", flat=True)) == units
    assert KeyProject._base_manager.filter(brought_by=done, is_withdrawn=True).count() == 2
    assert MilestoneDates.objects.known(at=done.written_at).count() == 3
    assert not MilestoneDates.objects.current().exists()


def test_codes_and_keys_are_free_again(office):
    undone(load(DESIGN, NOT_STARTED), office)
    again = load(DESIGN, NOT_STARTED)
    assert again.counts["projects_new"] == 2
    assert sorted(KeyProject.objects.values_list("code", flat=True)) == ["YB-00001", "YB-00002"]


def test_a_changed_fact_is_again_what_it_was_and_what_was_known_in_between_stays_known(office):
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 计划完成="9/1/2025", 完成="6000000"))
    undone(done, office)
    dates, amounts = structure().dates.current().get(), structure().amounts.current().get()
    assert (dates.approved_on, amounts.spent_amount) == (date(2025, 6, 1), Decimal(500))
    assert (dates.recorded_by, dates.recorded_at) == (office, done.undone_at)
    assert structure().dates.known(at=done.written_at).get().approved_on == date(2025, 9, 1)
    assert structure().dates.known(at=done.written_at - MOMENT).get().approved_on == date(2025, 6, 1)


def test_an_undone_import_is_no_change_of_schedule(office):
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 计划完成="9/1/2025"))
    assert MilestoneDates.objects.replan_counts() == {structure().pk: 1}
    undone(done, office)
    assert MilestoneDates.objects.replan_counts() == {}
    assert MilestoneDates.objects.replans(known_at=done.undone_at - MOMENT).count() == 1


def test_names_and_units_are_put_back_and_found_by_them(office):
    load(STRUCTURE)
    before = KeyProject.objects.values().get()
    done = load(with_(STRUCTURE, 名称="一小改扩建", 单位="区住建局"))
    assert KeyProject.objects.matching("gaikuojian").exists()
    undone(done, office)
    assert KeyProject.objects.values().get() == before
    assert not KeyProject.objects.get().responsibilities.current().exists()
    assert not Unit.objects.filter(name="区住建局").exists()


def test_a_new_milestone_leaves_a_project_that_stays(office):
    load(STRUCTURE)
    undone(load(STRUCTURE, DESIGN), office)
    assert [one.name for one in KeyProject.objects.get().milestones.all()] == ["结构"]


def test_a_unit_others_have_come_to_use_stays(office):
    done = load(STRUCTURE)
    KeyProjectFactory(lead_unit=Unit.objects.get(name="区教育局"))
    undone(done, office)
    assert Unit.objects.filter(name="区教育局").exists()


def test_the_last_goes_first_and_then_the_one_before(office):
    first, second = load(STRUCTURE), load(with_(STRUCTURE, 计划完成="9/1/2025"), DESIGN)
    assert "先撤销那一次" in ledgers.why_not_undone(first)
    undone(second, office)
    assert ledgers.why_not_undone(first) == ""
    undone(first, office)
    assert not KeyProject.objects.exists()


def test_another_source_is_not_in_the_way(office):
    done = load(STRUCTURE)
    load(STRUCTURE, mapping={**MAPPING, "source": "other", "project": {**MAPPING["project"], "code_prefix": "QT-"}})
    undone(done, office)
    assert KeyProject.objects.get().source == "other"


def test_all_projects_that_stay_are_announced_once(office, monkeypatch):
    load(STRUCTURE, NOT_STARTED)
    kept = KeyProject.objects.get(source_key="A1").pk
    done = load(with_(STRUCTURE, 完成="6000000"), with_(NOT_STARTED, 编号="C3"))
    heard = []
    monkeypatch.setattr(changed, "announce", lambda ids, at: heard.append(set(ids)))
    undone(done, office)
    assert heard == [{kept}]


def test_it_leaves_a_trace_with_what_went(office):
    done = undone(load(DESIGN, STRUCTURE), office)
    event = AuditEvent.objects.get(action="ledger.undone")
    assert (event.subject_id, event.by, event.at) == (str(done.pk), office, done.undone_at)
    assert (event.changes["重点项目"], event.changes["节点"], event.changes["单位"]) == (1, 2, 1)
    assert done.undone_by == office


# --- refused ---


def change_a_fact(office):
    version = structure().dates.current().get()
    with recorded.writing() as at:
        recorded.record([recorded.amended(version, forecast_on=date(2026, 1, 1))], by=office, at=at)


def tell_a_fact_the_ledger_did_not(office):
    entry = TierEntry(project=KeyProject.objects.get(), tier="BUILDING", entered_on=date(2026, 1, 1))
    with recorded.writing() as at:
        recorded.record([entry], by=office, at=at)


def answer_a_permit(_office):
    Permit.objects.create(project=KeyProject.objects.get(), name="施工许可证")


def add_a_milestone(_office):
    MilestoneFactory(project=KeyProject.objects.get())


BUILT: dict[str, tuple[Callable, str]] = {
    "a-later-fact": (change_a_fact, "节点日期有 1 条在导入后又改过（一小扩建：结构）"),
    "a-fact-of-its-project": (tell_a_fact_the_ledger_did_not, "导入的重点项目“一小扩建”已有入库出库"),
    "something-of-its-own": (answer_a_permit, "导入的重点项目“一小扩建”已有"),
    "a-milestone": (add_a_milestone, "导入的重点项目“一小扩建”已有节点"),
}


@pytest.mark.parametrize(("build", "said"), BUILT.values(), ids=BUILT)
def test_it_is_refused_once_something_was_built_on_it(office, build, said):
    done = load(STRUCTURE)
    assert ledgers.why_not_undone(done) == ""
    build(office)
    with pytest.raises(RuleViolation, match=re.escape(said)):
        undone(done, office)
    assert KeyProject.objects.get().name


def test_it_is_refused_once_a_vanished_row_is_decided_about(office):
    load(STRUCTURE, DESIGN)
    done = load(with_(STRUCTURE, 完成="6000000"))
    ledgers.decide(row=done.vanished.get(), decision=VanishedRow.Decision.KEEP, by=office)
    assert "消失的行已处理 1 行" in ledgers.why_not_undone(done)


def test_what_people_have_amended_since_is_not_overwritten(office):
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 名称="一小改扩建"))
    KeyProject.objects.update(name="第一小学改扩建")
    assert "“第一小学改扩建”的项目名称在导入后又改过" in ledgers.why_not_undone(done)


def test_it_is_undone_once(office):
    done = undone(load(STRUCTURE), office)
    with pytest.raises(RuleViolation, match="撤销。"):
        undone(done, office)


def test_what_wrote_nothing_has_nothing_to_undo(office):
    load(STRUCTURE)
    for done, said in ((load(STRUCTURE), "没有写入任何内容"), (load(DESIGN, dry_run=True), "试导入")):
        with pytest.raises(RuleViolation, match=said):
            undone(done, office)


def test_nobody_is_asked_about_what_an_undone_import_missed(office):
    load(STRUCTURE, DESIGN)
    done = undone(load(with_(STRUCTURE, 完成="6000000")), office)
    with pytest.raises(RuleViolation, match="已撤销"):
        ledgers.decide(row=done.vanished.get(), decision=VanishedRow.Decision.KEEP, by=office)


# --- the page ---


def test_the_page_says_what_will_go_and_the_button_has_it_done(enter, office):
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 名称="一小改扩建", 完成="6000000"), DESIGN, by=office)
    client, url = enter(office), reverse("ledger_import_undo", args=[done.pk])
    assert url in client.get(reverse("ledger_import", args=[done.pk])).content.decode()
    page = client.get(url).content.decode()
    for said in ("<dt>节点</dt><dd>1</dd>", "<dt>节点投资</dt><dd>2</dd>", "<dt>登记信息</dt><dd>2</dd>"):
        assert said in page
    assert "“台账.csv”，2 行，由赵重点导入" in page
    assert "排队中" in client.post(url, follow=True).content.decode()
    assert Job.objects.get(kind=tasks.undo_ledger.name).state == Job.State.WAITING
    assert "正在撤销这次导入" in client.get(reverse("ledger_import", args=[done.pk])).content.decode()
    undone(done, office)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("ledger_import", args=[done.pk])
    assert "赵重点于" in client.get(url, follow=True).content.decode()
    assert "已撤销" in client.get(reverse("ledger_import_list")).content.decode()


def test_how_far_it_is_comes_as_a_part_of_the_page(enter, office):
    done = load(STRUCTURE)
    claim = jobs.claim(tasks.ask_for_undo(done, by=office, at=timezone.now()).pk, at=timezone.now())
    jobs.report(claim, done=4_000, total=45_000, at=timezone.now())
    address = reverse("ledger_import_undo", args=[done.pk])
    part = enter(office).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "已处理 4,000 项，共 45,000 项。" in part
    assert "<html" not in part


def test_the_page_says_what_is_in_the_way_and_the_button_is_not_there(enter, office):
    done = load(STRUCTURE)
    add_a_milestone(office)
    page = enter(office).get(reverse("ledger_import_undo", args=[done.pk])).content.decode()
    assert "<li>导入的重点项目“一小扩建”已有节点</li>" in page
    assert "<dt>重点项目</dt><dd>1</dd>" in page
    assert 'class="button button-danger"' not in page


def test_the_page_asks_as_often_for_thirty_rows_as_for_one(enter, office, django_assert_num_queries):
    done = load_template(*(ROAD | {"project.code": f"ZD-{number}"} for number in range(30)))
    client, url = enter(office), reverse("ledger_import_undo", args=[done.pk])
    client.get(url)
    with django_assert_num_queries(49):
        client.get(url)


@pytest.mark.parametrize("person", ["lead", "dispatcher", "leader", "outsider"])
def test_only_the_office_undoes_imports(request, enter, person):
    browser = enter(request.getfixturevalue(person))
    done = load(STRUCTURE)
    assert browser.post(reverse("ledger_import_undo", args=[done.pk])).status_code == 403
    assert KeyProject.objects.exists()


# --- ledgers of projects ---

ROAD = {
    "project.code": "ZD-1", "project.name": "滨河路改造工程", "project.lead_unit": "区住建局",
    "project.focus_area": "民生保障", "facts.total_investment": "12000", "facts.longitude": "113.5",
    "facts.latitude": "22.25", "facts.started_on": "2025-03-05", "plan.category": "续建",
    "plan.annual_plan_amount": "3000", "plan.cumulative_before_year": "4000", "reported.ytd_amount": "760",
    "milestones.主体封顶.planned_on": "2026-09-30",
}  # fmt: skip
AMENDED = ROAD | {"facts.longitude": "113.6", "plan.annual_plan_amount": "3600", "facts.total_investment": "13000"}
SCHOOL = {
    "project.code": "ZD-2", "project.name": "一小扩建", "project.lead_unit": "区教育局", "plan.category": "新开工",
    "plan.annual_plan_amount": "100",
}  # fmt: skip


@pytest.mark.parametrize("first", [[], [ROAD], [ROAD, SCHOOL]], ids=["empty", "one", "all"])
def test_a_ledger_of_projects_goes_with_its_plan(office, first):
    if first:
        load_template(*first)
    before = standing_now()
    done = load_template(AMENDED, SCHOOL)
    after = PlanEntry.objects.order_by("project__code").values_list("project__code", "annual_plan_amount")
    said = list(after), said_now()
    undone(done, office)
    assert standing_now() == before
    again = load_template(AMENDED, SCHOOL)
    assert (list(after), said_now()) == said
    assert (again.counts["projects_new"], again.counts["plan_entries_new"]) == (
        done.counts["projects_new"],
        done.counts["plan_entries_new"],
    )


def test_a_project_people_had_entered_stays_as_they_entered_it(office):
    KeyProjectFactory(code="ZD-1", name="滨河路改造工程", longitude="113.1", latitude="22.1")
    before = standing_now()
    undone(load_template(ROAD), office)
    assert [unit for unit in standing_now()["Unit"] if "区住建局" in unit] == []
    assert standing_now() == before


def test_a_plan_that_was_submitted_holds_its_import(office):
    done = load_template(ROAD, by=office)
    annual_plans.submit(version=PlanVersion.objects.get(), by=office, at=timezone.now())
    assert "导入的计划已随2026 年度计划第 1 版待批准" in ledgers.why_not_undone(done)


def test_an_entry_people_have_changed_holds_its_import(office):
    load_template(ROAD, by=office)
    done = load_template(AMENDED, by=office)
    PlanEntry.objects.update(physical_goal="路面完成")
    assert ledgers.why_not_undone(done) == ""
    PlanEntry.objects.update(annual_plan_amount=3700, month_1=F("month_1") + 100)
    assert "的年度计划投资（万元）在导入后又改过" in ledgers.why_not_undone(done)
