"""阶段关口: what each stage asks for, what is there, and who is offered which verb."""

from datetime import date

import pytest
from django.urls import reverse

from projects.actions import evidence
from projects.models import EvidencePaper, Stage
from scheduling.stages import State
from tests.factories import KeyProjectFactory, StageTargetFactory, date_stage_target

pytestmark = pytest.mark.django_db


def open_page(client, project):
    return client.get(reverse("project_gate", args=[project.code]))


@pytest.fixture
def target(project, lead, office):
    target = StageTargetFactory(project=project, stage=Stage.PREPARATION)
    one, _two, three = evidence.ask_for(stage_target=target, names=["施工许可证", "用地批准书", "环评批复"], by=office)
    evidence.hand_in(
        paper=EvidencePaper(item=one, document_number="建施〔2026〕3号", dated_on=date(2026, 3, 5)), by=lead
    )
    evidence.waive(item=three, reason="登记表备案", by=office)
    return target


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("dispatcher", 200), ("office", 200), ("signer", 200), ("leader", 200), ("outsider", 404)]
    + [(who, 403) for who in ("sys_admin", "sec_admin", "audit_admin")],
)
def test_the_page_meets_the_whole_cast(enter_as, target, project, who, status):
    assert open_page(enter_as(who), project).status_code == status


def test_each_document_has_a_shape_and_a_word(enter, leader, target, project):
    stage = open_page(enter(leader), project).context["stages"][0]
    said = [(row["name"], row["mark"], row["word"]) for row in stage["rows"]]
    assert said == [("施工许可证", "✓", "已交"), ("用地批准书", "○", "未交"), ("环评批复", "—", "免交")]
    assert stage["standing"] == "应交 3 项，还缺 1 项：用地批准书。"


@pytest.mark.usefixtures("target")
@pytest.mark.parametrize(
    ("who", "verbs", "may"),
    [
        ("lead", [["更换"], ["提交"], ["提交"]], set()),
        ("office", [["更换"], ["提交", "免交"], ["提交", "恢复要求"]], {"close_url", "ask_url"}),
        ("dispatcher", [[], [], []], {"close_url"}),
        ("leader", [[], [], []], set()),
    ],
)
def test_each_is_offered_what_they_may_do(enter_as, project, who, verbs, may):
    stage = open_page(enter_as(who), project).context["stages"][0]
    assert [[verb["label"] for verb in row["verbs"]] for row in stage["rows"]] == verbs
    assert {name for name in ("close_url", "ask_url") if stage[name]} == may


def test_of_a_closed_stage_only_what_lacks_may_be_brought(enter, lead, target, project):
    date_stage_target(target, approved_on=date(2026, 4, 1), actual_on=date(2026, 4, 1))
    stage = open_page(enter(lead), project).context["stages"][0]
    assert stage["state"] == State.DONE
    assert [[verb["label"] for verb in row["verbs"]] for row in stage["rows"]] == [[], ["提交"], ["提交"]]


def test_a_stage_without_a_target_says_so(enter, office, target, project):
    assert "还没有填写本阶段的目标" in open_page(enter(office), project).content.decode()


def test_a_package_leads_to_its_children(enter, office):
    page = open_page(enter(office), KeyProjectFactory(is_package=True)).content.decode()
    assert "打包项目没有自己的阶段" in page


@pytest.mark.core
def test_thirty_documents_cost_no_more_queries_than_three(enter, office, target, project, django_assert_num_queries):
    client = enter(office)
    open_page(client, project)
    with django_assert_num_queries(13):
        open_page(client, project)
    for stage in [Stage.GROUNDBREAKING, Stage.MAIN_CONSTRUCTION]:
        more = StageTargetFactory(project=project, stage=stage)
        for item in evidence.ask_for(stage_target=more, names=[f"材料{n}" for n in range(14)], by=office):
            evidence.hand_in(
                paper=EvidencePaper(item=item, document_number="1号", dated_on=date(2026, 3, 5)), by=office
            )
    with django_assert_num_queries(13):
        open_page(client, project)
