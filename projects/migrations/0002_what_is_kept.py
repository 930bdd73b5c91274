"""The database itself refuses to rewrite a version or a trace, and to change what is approved."""

from django.db import migrations

from projects.triggers import keep_approved, protect

VERSIONS = [
    "budgetrevision",
    "evidencepaper",
    "fundreceipt",
    "ledgerstatement",
    "milestoneamounts",
    "milestonedates",
    "milestonequantity",
    "permitpause",
    "permitstate",
    "projectdates",
    "responsibility",
    "stagetargetdates",
    "suspensiondates",
    "tierentry",
    "weektarget",
]
TEMPLATE_PARTS = ["node", "link", "stage", "evidence", "permit", "blackout"]


class Migration(migrations.Migration):

    replaces = [
        ("projects", "0003_history_is_kept"),
        ("projects", "0006_approved_plan_is_kept"),
        ("projects", "0013_plans_are_kept"),
    ]

    dependencies = [("projects", "0001_initial")]

    operations = [
        *(protect(f"projects_{table}", closed_by="superseded_at") for table in VERSIONS),
        protect("projects_auditevent", closed_by="position", also=["previous_hash", "hash"]),
        keep_approved("projects_planversion", ["projects_planentry", "projects_planadjustment"]),
        keep_approved(
            "projects_backwardschedule",
            ["projects_schedulenode", "projects_schedulelink", "projects_scheduleblackout"],
        ),
        keep_approved("projects_templateversion", [f"projects_template{part}" for part in TEMPLATE_PARTS]),
    ]
