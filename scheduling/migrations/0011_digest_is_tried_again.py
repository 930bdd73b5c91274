from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('scheduling', '0010_chased_once_a_day')]

    operations = [
        migrations.AddField(
            model_name='digest',
            name='tried_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='最近一次尝试'),
        ),
    ]
