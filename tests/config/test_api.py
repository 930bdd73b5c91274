"""The API keeps what its description promises, to whoever is signed in and to whoever is not."""

from datetime import date

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from projects import changed
from tests.factories import MilestoneFactory, date_milestone

pytestmark = [pytest.mark.django_db, pytest.mark.core]

_TOKEN = "t" * 32
PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def signed_in(office, enter):
    return enter(office)


@pytest.fixture
def described(signed_in, project):
    version = date_milestone(MilestoneFactory(project=project), approved_on=date(2020, 3, 5))
    changed.announce([project.pk], at=version.recorded_at)
    description = schemathesis.openapi.from_dict(signed_in.get(reverse("api_schema"), {"format": "json"}).json())
    description.app = application
    # A request that comes in over WSGI would close the test's own connection behind it.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield description
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def for_every_operation(described, check):
    """Thirty requests of each, of every shape the description allows."""
    for operation in described.get_all_operations():
        ask = given(case=operation.ok().as_strategy())(check)
        settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))(ask)()


def test_every_answer_is_one_that_is_described(described, signed_in):
    cookies = {"sessionid": signed_in.cookies["sessionid"].value, "csrftoken": _TOKEN}

    def is_described(case):
        case.call_and_validate(cookies=cookies, headers={"X-CSRFToken": _TOKEN}, checks=PROMISES)

    for_every_operation(described, is_described)


def test_nothing_is_answered_without_signing_in(described):
    def is_refused(case):
        assert case.call().status_code in {403, 404}

    for_every_operation(described, is_refused)


@pytest.mark.parametrize("name", ["api_schema", "api_docs"])
def test_the_description_is_for_those_who_are_signed_in(name, client, office, enter):
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("login"))
    assert enter(office).get(reverse(name)).status_code == 200


def test_the_docs_page_keeps_the_content_policy(office, enter):
    html = enter(office).get(reverse("api_docs")).content.decode()
    assert "<style" not in html
    assert "<script>" not in html
    assert "//cdn" not in html


def test_an_unknown_address_is_answered_in_the_format_of_the_api(client):
    response = client.get("/api/nothing")
    assert response.status_code == 404
    assert "没有这个接口" in response.json()["detail"]
