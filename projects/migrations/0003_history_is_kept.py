"""The database itself refuses to rewrite a version or a trace."""

from django.db import migrations

from projects.triggers import protect

VERSIONS = [
    "projects_budgetrevision",
    "projects_milestoneamounts",
    "projects_milestonedates",
    "projects_permitstate",
    "projects_projectdates",
    "projects_stagetargetdates",
    "projects_suspensiondates",
    "projects_tierentry",
]


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_register")]

    operations = [
        *(protect(table, closed_by="superseded_at") for table in VERSIONS),
        protect("projects_auditevent", closed_by="position", also=["previous_hash", "hash"]),
    ]
