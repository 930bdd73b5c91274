from django.db import migrations, models
from django.db.models import Q

from projects.triggers import protect


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0019_inspections")]

    operations = [
        migrations.AddField(
            model_name="inspectionround",
            name="return_minutes",
            field=models.PositiveSmallIntegerField(default=30, verbose_name="返程行车（分钟）"),
        ),
        migrations.AddConstraint(
            model_name="inspectionround",
            constraint=models.CheckConstraint(
                condition=Q(origin_longitude__isnull=True, origin_latitude__isnull=True)
                | Q(
                    origin_longitude__isnull=False,
                    origin_latitude__isnull=False,
                    origin_longitude__range=(-180, 180),
                    origin_latitude__range=(-90, 90),
                ),
                name="inspection_round_both_coordinates",
                violation_error_message="集合点的经度和纬度须同时填写，或同时留空。",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionround",
            constraint=models.CheckConstraint(
                condition=Q(return_minutes__lte=240),
                name="inspection_round_is_back_the_same_day",
                violation_error_message="返程行车时间不超过 240 分钟。",
            ),
        ),
        *(protect(f"scheduling_{table}", closed_by="id") for table in ("inspectionrule", "finding")),
        protect("scheduling_practicecard", closed_by="withdrawn_at", also=["withdrawn_by_id"]),
    ]
