"""A register that is in use comes through a new version of the product."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from projects.models import PermitState


def migrate(*targets):
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return executor.loader.project_state(list(targets)).apps


@pytest.mark.django_db(transaction=True)
def test_permits_ruled_out_before_a_reason_was_asked_for_are_kept_and_say_so():
    before = migrate(("projects", "0011_task_force_member_serves_once"), ("scheduling", "0003_progress_reports"))
    unit = before.get_model("projects", "Unit").objects.create(name="区水务局", kind="DEPARTMENT", path="1/")
    project = before.get_model("projects", "KeyProject").objects.create(code="ZD-1", name="河道治理", lead_unit=unit)
    permit = before.get_model("projects", "Permit").objects.create(project=project, phase="LAND", name="文物勘探")
    before.get_model("projects", "PermitState").objects.create(
        permit=permit, status="NOT_CONCERNED", recorded_at="2026-03-01T04:00Z"
    )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert PermitState.objects.get().note == "登记时尚未要求说明"
