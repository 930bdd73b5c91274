"""The navigation: what each person may open, and where they are."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def current(browser, address):
    return [entry["label"] for entry in browser.get(address).context["navigation"] if entry["current"]]


@pytest.mark.parametrize(
    ("name", "label"),
    [("my_page", "我的"), ("project_list", "项目库"), ("overdue_list", "逾期清单"), ("calendar", "设置")],
)
def test_only_the_place_one_is_at_is_marked(office, enter, name, label):
    assert current(enter(office), reverse(name)) == [label]


def test_a_page_below_marks_the_place_above_it(office, enter, project):
    assert current(enter(office), reverse("project_detail", args=[project.code])) == ["项目库"]
