"""The database itself refuses to rewrite the new facts, an approved schedule and a template in force."""

from django.db import migrations

from projects.triggers import keep_approved, protect

VERSIONS = [
    "projects_evidencepaper",
    "projects_milestonequantity",
    "projects_permitpause",
    "projects_permitstate",  # rebuilt by the migration before
    "projects_weektarget",
]
TEMPLATE_PARTS = ["node", "link", "stage", "evidence", "permit", "blackout"]


class Migration(migrations.Migration):
    dependencies = [("projects", "0012_plans_and_their_parts")]

    operations = [
        *(protect(table, closed_by="superseded_at") for table in VERSIONS),
        keep_approved(
            "projects_backwardschedule",
            ["projects_schedulenode", "projects_schedulelink", "projects_scheduleblackout"],
        ),
        keep_approved("projects_templateversion", [f"projects_template{part}" for part in TEMPLATE_PARTS]),
    ]
