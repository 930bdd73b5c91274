"""The database itself refuses to change a meeting once its minutes are issued, its agenda and who came."""

from django.db import migrations

from projects.triggers import Final, keep_final

ISSUED_MEETING = Final(
    "scheduling_meeting",
    ["scheduling_agendaitem", "scheduling_attendance"],
    column="meeting_id",
    state="ISSUED",
    refusal="已印发的会议纪要及其议程、到会情况不可更改",
)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0008_closing_is_asked_for")]

    operations = [keep_final(ISSUED_MEETING)]
