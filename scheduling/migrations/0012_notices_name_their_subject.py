"""What a notice is about, so that the pages of meetings and orders say who has read it; why a meeting was cancelled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from projects.triggers import Final, keep_final, release_final

ISSUED_MEETING = Final(
    "scheduling_meeting",
    ["scheduling_agendaitem", "scheduling_attendance"],
    column="meeting_id",
    state="ISSUED",
    refusal="已印发的会议纪要及其议程、到会情况不可更改",
)
NO_REASON_KEPT = "UPDATE scheduling_meeting SET cancelled_reason = '见审计日志' WHERE state = 'CANCELLED'"


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0016_quarantine_of_infected_files'),
        ('scheduling', '0011_digest_is_tried_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        release_final(ISSUED_MEETING),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_chases_for_a_period',
        ),
        migrations.AddField(
            model_name='meeting',
            name='cancelled_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='取消原因'),
        ),
        migrations.AddField(
            model_name='notice',
            name='decision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='scheduling.decision', verbose_name='议定事项'),
        ),
        migrations.AddField(
            model_name='notice',
            name='meeting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='scheduling.meeting', verbose_name='会议'),
        ),
        migrations.AddField(
            model_name='notice',
            name='order',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='scheduling.supervisionorder', verbose_name='督办单'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='chased_on',
            field=models.DateField(blank=True, null=True, verbose_name='催报、催办日期'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('CHASE', '催报'), ('MEETING', '会议通知'), ('MINUTES', '会议纪要'), ('ASSIGNMENT', '交办'), ('URGE', '催办'), ('SUPERVISION', '督办'), ('DISPATCH', '调度单')], max_length=11, verbose_name='类别'),
        ),
        migrations.RunSQL(NO_REASON_KEPT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'CANCELLED'), models.Q(('cancelled_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('cancelled_reason', '')), _connector='OR'), name='meeting_cancelled_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chased_on__isnull', False), ('kind', 'CHASE'), ('period__isnull', False)), models.Q(('chased_on__isnull', False), ('decision__isnull', False), ('kind', 'URGE'), ('period__isnull', True)), models.Q(models.Q(('kind__in', ['CHASE', 'URGE']), _negated=True), ('chased_on__isnull', True), ('period__isnull', True)), _connector='OR'), name='notice_names_what_it_chases'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'URGE')), fields=('decision', 'chased_on'), name='notice_urges_a_decision_once_a_day'),
        ),
        keep_final(ISSUED_MEETING),
    ]
