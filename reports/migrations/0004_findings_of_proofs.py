from django.db import migrations, models

from projects.triggers import protect


class Migration(migrations.Migration):

    dependencies = [("reports", "0003_papers_end_once")]

    operations = [
        migrations.AddField(
            "drafttext", "proof_findings", models.JSONField(default=list, verbose_name="版式检查")
        ),
        protect("reports_drafttext", closed_by="proof_id", also=["proof_findings"]),
    ]
