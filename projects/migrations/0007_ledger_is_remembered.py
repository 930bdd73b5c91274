"""What a ledger said last, so that saying it again is recognised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_approved_plan_is_kept")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="source_digest",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=32, verbose_name="台账原话摘要"
            ),
            preserve_default=False,
        )
        for model in ("keyproject", "milestone")
    ]
