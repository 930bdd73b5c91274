"""A register that is in use comes through a new version of the product."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from projects.models import Permit, PermitState
from projects.triggers import protect, release

pytestmark = pytest.mark.django_db


@pytest.mark.core
def test_what_the_earlier_migrations_made_is_not_made_again():
    ours = [key for key, step in MigrationExecutor(connection).loader.disk_migrations.items() if step.replaces]
    written = MigrationRecorder(connection).migration_qs
    for app, name in ours:
        written.filter(app=app, name=name).delete()
    executor = MigrationExecutor(connection)
    assert {app for app, _name in ours} == {"projects", "scheduling", "reports"}
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_a_migration_fills_a_column_of_what_is_kept_and_keeps_it_again(project):
    permit = Permit.objects.create(project=project, phase="LAND", name="文物勘探")
    PermitState.objects.create(permit=permit, status="PREPARING", recorded_at="2026-03-01T04:00Z")
    states, kept = PermitState.objects.all(), {"table": "projects_permitstate", "closed_by": "superseded_at"}
    with connection.schema_editor() as editor:
        release(**kept).do(editor)
        states.update(note="登记时尚未要求说明")
        protect(**kept).do(editor)
    assert states.get().note == "登记时尚未要求说明"
    with pytest.raises(IntegrityError, match="历史记录不可更改或删除"), transaction.atomic():
        states.update(note="")
