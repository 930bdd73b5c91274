"""倒排模板: initial editions are taken once, drafts are changed and proved, an edition in force never changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from projects.actions import templates
from projects.blueprint import PermitNeed, YearlyStop
from projects.blueprints import PROJECT_TYPES, ROUTES, initial_edition
from projects.errors import RuleViolation
from projects.models import AuditEvent, TemplateVersion
from projects.relations import Relation
from projects.template_parts import blueprint_of, blueprints_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def initial_editions(django_db_setup, django_db_blocker):
    """Taken once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        templates.take_initial_editions(by=None, at=NOON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def initial(initial_editions, db):
    return TemplateVersion.objects.get(template__project_type="FACTORY", template__approval_route="RECORD")


@pytest.fixture
def draft(initial, office):
    return templates.draft(template=initial.template, by=office, at=NOON)


def last_trace():
    return AuditEvent.objects.order_by("-pk").first()


def test_a_new_installation_gets_fifteen_templates_in_force(initial):
    in_force = TemplateVersion.objects.in_force(on=TODAY).select_related("template")
    assert len(in_force) == len(PROJECT_TYPES) * len(ROUTES) == 15
    assert str(initial) == "工业厂房（备案）第 1 版"


def test_they_are_stored_as_they_were_written_down(initial):
    stored = blueprints_of(list(TemplateVersion.objects.select_related("template")))
    for version in TemplateVersion.objects.select_related("template"):
        template = version.template
        assert stored[version.pk] == initial_edition(template.project_type, template.approval_route)


def test_taking_them_again_takes_nothing(initial, office):
    assert templates.take_initial_editions(by=office, at=NOON) == 0
    assert AuditEvent.objects.filter(action="schedule_template.initial_taken").count() == 1


def test_taking_them_leaves_one_trace_that_names_each(initial):
    trace = last_trace()
    assert (trace.action, trace.by_name, len(trace.changes)) == ("schedule_template.initial_taken", "系统", 15)
    assert trace.changes["水利（审批）"] == [None, "第 1 版"]


def test_an_edition_is_read_with_six_queries_however_many_there_are(initial, django_assert_num_queries):
    versions = list(TemplateVersion.objects.all())
    with django_assert_num_queries(6):
        blueprint_of(initial)
    with django_assert_num_queries(6):
        blueprints_of(versions)


def test_a_draft_begins_as_a_copy_of_the_edition_in_force(draft, initial):
    assert (draft.number, draft.state) == (2, "DRAFT")
    assert blueprint_of(draft) == blueprint_of(initial)
    assert last_trace().changes == {"底稿": "工业厂房（备案）第 1 版"}


def test_only_one_draft_is_in_work(draft, office):
    with pytest.raises(RuleViolation, match="工业厂房（备案）第 2 版正在编制"):
        templates.draft(template=draft.template, by=office, at=NOON)


def test_a_draft_is_changed_part_by_part_and_the_trace_says_how(draft, office):
    known = blueprint_of(draft)
    steps = tuple(replace(step, duration=90) if step.name == "主体钢结构安装" else step for step in known.steps)
    templates.amend_draft(version=draft, steps=steps, by=office, at=NOON)
    stored = blueprint_of(draft)
    assert (stored.steps, stored.permits) == (steps, known.permits)
    assert last_trace().changes == {"节点 · 主体施工 · 主体钢结构安装 · 工期": ["75 日历天", "90 日历天"]}


def test_the_first_edition_stays_as_it_was_when_a_draft_is_changed(draft, initial, office):
    before = blueprint_of(initial)
    templates.amend_draft(version=draft, steps=(), by=office, at=NOON)
    assert blueprint_of(initial) == before


def test_saving_what_is_already_there_leaves_no_trace(draft, office):
    templates.save_draft(version=draft, blueprint=blueprint_of(draft), by=office, at=NOON)
    assert last_trace().action == "template_version.drafted"


def test_the_whole_of_a_draft_is_replaced(draft, office):
    other = initial_edition("WATER", "GOV")
    templates.save_draft(version=draft, blueprint=other, by=office, at=NOON)
    assert blueprint_of(draft) == other


def test_what_no_edition_can_hold_is_refused_and_nothing_is_lost(draft, office):
    before = blueprint_of(draft)
    steps = tuple(replace(step, position=1) for step in before.steps)
    with pytest.raises(RuleViolation, match="序号 1 用了不止一次"):
        templates.amend_draft(version=draft, steps=steps, by=office, at=NOON)
    assert blueprint_of(draft) == before


def test_a_draft_with_loose_ends_is_saved_but_not_put_into_force(draft, office):
    first, *others = blueprint_of(draft).steps
    waiting = replace(first, after=(Relation(2),))
    templates.amend_draft(version=draft, steps=(waiting, *others), by=office, at=NOON)
    with pytest.raises(RuleViolation, match="循环依赖"):
        templates.put_into_force(version=draft, effective_on=TODAY, by=office, at=NOON)
    assert TemplateVersion.objects.get(pk=draft.pk).state == "DRAFT"


def test_put_into_force_it_is_what_plans_start_from(draft, initial, office):
    templates.put_into_force(version=draft, effective_on=date(2026, 12, 1), note="按本区实际", by=office, at=NOON)
    of_this_kind = TemplateVersion.objects.filter(template=initial.template)
    assert of_this_kind.in_force(on=date(2026, 11, 30)).get() == initial
    assert of_this_kind.in_force(on=date(2026, 12, 1)).get() == draft
    assert last_trace().changes == {"启用日期": [None, "2026-12-01"], "说明": [None, "按本区实际"]}


def test_nothing_is_put_into_force_for_a_day_gone_by(draft, office):
    with pytest.raises(RuleViolation, match="不能早于今天"):
        templates.put_into_force(version=draft, effective_on=date(2026, 11, 19), by=office, at=NOON)


def test_nor_before_the_edition_it_follows(draft, office):
    templates.put_into_force(version=draft, effective_on=date(2027, 1, 1), by=office, at=NOON)
    third = templates.draft(template=draft.template, by=office, at=NOON)
    with pytest.raises(RuleViolation, match="不能早于上一版的启用日期 2027-01-01"):
        templates.put_into_force(version=third, effective_on=date(2026, 12, 1), by=office, at=NOON)


def test_a_discarded_draft_leaves_its_trace_and_its_number(draft, office):
    templates.discard(version=draft, by=office, at=NOON)
    assert (last_trace().action, last_trace().changes) == ("template_version.discarded", {"节点": 22})
    assert templates.draft(template=draft.template, by=office, at=NOON).number == 2
    with pytest.raises(RuleViolation, match="已作废"):
        templates.amend_draft(version=draft, steps=(), by=office, at=NOON)


@pytest.mark.parametrize(
    "verb",
    [
        lambda version, by: templates.amend_draft(version=version, steps=(), by=by, at=NOON),
        lambda version, by: templates.put_into_force(version=version, effective_on=TODAY, by=by, at=NOON),
        lambda version, by: templates.discard(version=version, by=by, at=NOON),
    ],
    ids=["amend", "put_into_force", "discard"],
)
def test_an_edition_in_force_refuses_every_verb(initial, office, verb):
    with pytest.raises(RuleViolation, match="已启用，不能再改"):
        verb(initial, office)


REWRITINGS = {
    "a step is changed": lambda version: version.nodes.update(duration=1),
    "a step is removed": lambda version: version.nodes.last().delete(),
    "a step is added": lambda version: version.nodes.create(position=99, stage="PREPARATION", name="补办", duration=1),
    "a link is changed": lambda version: version.links.update(lag=9),
    "a link is removed": lambda version: version.links.all().delete(),
    "a stage is reworded": lambda version: version.stages.update(target="另一目标"),
    "a paper is added": lambda version: version.evidence.create(stage="PREPARATION", position=99, name="补充材料"),
    "a permit is changed": lambda version: version.permits.update(promised_days=1),
    "a blackout is removed": lambda version: version.blackouts.all().delete(),
    "its day is moved": lambda version: TemplateVersion.objects.filter(pk=version.pk).update(effective_on=TODAY),
    "it is taken out of force": lambda version: TemplateVersion.objects.filter(pk=version.pk).update(state="DRAFT"),
}


@pytest.mark.parametrize("rewriting", REWRITINGS.values(), ids=REWRITINGS)
def test_the_database_itself_refuses_to_rewrite_an_edition_in_force(initial, rewriting):
    before = blueprint_of(initial)
    with pytest.raises(DatabaseError), transaction.atomic():
        rewriting(initial)
    assert blueprint_of(initial) == before


def test_an_edition_in_force_is_not_deleted(initial):
    with pytest.raises(DatabaseError), transaction.atomic():
        initial.delete()


def test_what_was_weighed_to_the_hundredth_is_kept(draft, office):
    steps = tuple(replace(step, weight=Decimal("1.25")) for step in blueprint_of(draft).steps)
    templates.amend_draft(version=draft, steps=steps, by=office, at=NOON)
    assert {step.weight for step in blueprint_of(draft).steps} == {Decimal("1.25")}


def test_every_kind_of_part_can_be_changed(draft, office):
    known = blueprint_of(draft)
    parts = {
        "stages": known.stages[:3],
        "evidence": known.evidence[1:],
        "permits": (*known.permits, PermitNeed(phase="LAND", name="取水许可")),
        "blackouts": (YearlyStop(name="高温", first=(7, 15), last=(8, 15)),),
    }
    found = templates.amend_draft(version=draft, by=office, at=NOON, **parts)
    assert blueprint_of(draft) == replace(known, **parts)
    assert {change.part for change in found} == {"阶段要求", "佐证材料", "审批事项", "停工期"}
