"""A permit that is not concerned says why; those registered before it was asked for say just that."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from projects.triggers import protect, release

BEFORE = "登记时尚未要求说明"


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("projects", "PermitState").objects.filter(status="NOT_CONCERNED", note="").update(note=BEFORE)


class Migration(migrations.Migration):
    dependencies = [("projects", "0013_plans_are_kept")]

    operations = [
        release("projects_permitstate", closed_by="superseded_at"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="permitstate",
            constraint=models.CheckConstraint(
                condition=~models.Q(status="NOT_CONCERNED") | ~models.Q(note=""),
                name="permit_state_not_concerned_says_why",
            ),
        ),
        protect("projects_permitstate", closed_by="superseded_at"),
    ]
