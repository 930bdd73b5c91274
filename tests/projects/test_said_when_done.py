"""What has been entered is said to have been entered, on the page one is led to."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import MilestoneFactory

pytestmark = pytest.mark.django_db


def told(client, page, *args, **given):
    response = client.post(reverse(page, args=args), given, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_a_total_investment(enter, office, project):
    given = {"total_investment": "12,500"}
    assert told(enter(office), "project_revise_budget", project.code, **given) == ["“登记总投资”已保存。"]


def test_a_forecast_of_the_lead(enter, lead, project):
    node = MilestoneFactory(project=project, name="主体结构封顶")
    ahead = (timezone.localdate() + timedelta(days=5)).isoformat()
    assert told(enter(lead), "milestone_forecast", node.pk, forecast_on=ahead) == [
        "“填报预计日期：主体结构封顶”已保存。"
    ]


def test_stage_targets(enter, office, project):
    given = {"preparation-target": "取得施工许可"}
    assert told(enter(office), "stage_targets", project.code, **given) == ["四阶段目标已保存。"]


def test_what_is_refused_is_not_said_to_be_done(enter, office, project):
    assert told(enter(office), "project_revise_budget", project.code, total_investment="-1") == []


@pytest.mark.parametrize("form", ["milestone_add", "project_enter_tier"])
def test_no_small_form_offers_dashes(enter, office, project, form):
    page = enter(office).get(reverse(form, args=[project.code])).content.decode()
    assert "---------" not in page
    assert "请选择" in page
