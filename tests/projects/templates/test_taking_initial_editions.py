"""Initial editions are offered where there are none, and fill only what is empty."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from projects.actions import templates
from projects.blueprint import Blueprint
from projects.models import ScheduleTemplate
from projects.template_parts import blueprint_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_they_fill_only_what_has_no_edition(office):
    own = ScheduleTemplate.objects.create(project_type="ROAD", approval_route="GOV")
    version = templates.draft(template=own, by=office, at=NOON)
    assert templates.take_initial_editions(by=office, at=NOON) == 14
    assert blueprint_of(version) == Blueprint()


def test_an_old_installation_takes_the_initial_templates_with_a_button(enter, office):
    browser = enter(office)
    assert "载入初始模板" in browser.get(reverse("template_list")).content.decode()
    page = browser.post(reverse("template_take_initial"), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["已载入 15 个初始模板。"]
    assert "载入初始模板" not in page.content.decode()
    page = browser.post(reverse("template_take_initial"), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["各类模板都已有版本，没有需要载入的。"]
