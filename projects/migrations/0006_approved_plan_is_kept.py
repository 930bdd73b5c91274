"""The database itself refuses to change an approved edition of the plan."""

from django.db import migrations

from projects.triggers import keep_approved


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_plan_is_submitted_and_reasoned")]

    operations = [
        keep_approved("projects_planversion", ["projects_planentry", "projects_planadjustment"]),
    ]
