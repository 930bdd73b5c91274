"""Loading from nothing: twice the same, told once, never ahead of time."""

import io
import json
from collections import Counter

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from projects.models import Job, KeyProject
from reports.models import Draft, Receipt
from reports.tasks import render_document
from tests.projects.demo.test_load import digest

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def load(*options):
    answer = io.StringIO()
    call_command("load_demo", *options, stdout=answer)
    return answer.getvalue()


def load_and_forget(seed):
    with transaction.atomic():
        load("--seed", str(seed), "--anchor", "2026-06-30")
        found = digest()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_and_day_store_the_same_content():
    assert load_and_forget(7) == load_and_forget(7)


@time_machine.travel("2026-07-01T02:00:00+00:00")
def test_the_command_answers_with_the_accounts_it_made_and_has_issued_bulletins():
    answer = json.loads(load("--if-empty", "--json"))
    assert answer["loaded"]
    assert {"username", "full_name", "role", "password"} == set(answer["accounts"][0])
    assert {account["role"] for account in answer["accounts"]} >= {"区重点办", "项目负责人", "审计管理员"}
    papers = Counter(Draft.objects.values_list("kind", "state"))
    assert papers["MONTHLY_BULLETIN", "ISSUED"] == 2
    assert papers["MONTHLY_BULLETIN", "CHECKING"] == 1
    assert papers["ERRATUM", "ISSUED"] == 1
    assert Receipt.objects.unopened().exists()
    assert set(Job.objects.filter(state=Job.State.WAITING).values_list("kind", flat=True)) >= {render_document.name}


@time_machine.travel("2026-07-01T02:00:00+00:00")
def test_no_district_is_loaded_from_the_future():
    with pytest.raises(CommandError, match="2026-07-02 晚于今天"):
        load("--anchor", "2026-07-02")
    assert not KeyProject.objects.exists()
