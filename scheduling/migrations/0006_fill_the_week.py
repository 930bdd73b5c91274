"""What was there before: accepted versions count, and every period is reviewed until half past five."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

from projects.triggers import protect, release

VERSIONS = "scheduling_progressversion"


def fill(apps, _editor):
    apps.get_model("scheduling", "ProgressVersion").objects.filter(state="ACCEPTED").update(counts=True)
    periods = apps.get_model("scheduling", "ReportPeriod").objects.filter(review_until__isnull=True)
    periods.update(review_until=F("due_at") + timedelta(hours=5, minutes=30))


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0005_the_week")]

    operations = [
        release(VERSIONS, closed_by="superseded_at"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        protect(VERSIONS, closed_by="superseded_at"),
    ]
