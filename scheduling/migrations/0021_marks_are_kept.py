from typing import Any

from django.db import migrations, models

from projects.triggers import Triggers, protect

_REFUSAL = "观摩结果已公布，不可更改"
_PUBLISHED = """EXISTS (SELECT 1 FROM scheduling_stop s JOIN scheduling_inspectionround r ON r.id = s.round_id
    WHERE s.id = OLD.stop_id AND r.state = 'PUBLISHED')"""
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION keep_published_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_PUBLISHED} THEN
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def _keep(editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION)
    for event in ("UPDATE", "DELETE"):
        if editor.connection.vendor == "postgresql":
            answer = "FOR EACH ROW EXECUTE FUNCTION keep_published_result()"
        else:
            answer = f"WHEN {_PUBLISHED} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        editor.execute(
            f"CREATE TRIGGER scheduling_stopresult_published_{event.lower()}"
            f" BEFORE {event} ON scheduling_stopresult {answer}"
        )


def _let_go(editor: Any) -> None:
    on_table = " ON scheduling_stopresult" if editor.connection.vendor == "postgresql" else ""
    for event in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS scheduling_stopresult_published_{event}{on_table}")


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0020_inspections_come_back")]

    operations = [
        migrations.AddField(
            model_name="inspectionround",
            name="lock_note",
            field=models.CharField(blank=True, max_length=300, verbose_name="未评齐说明"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CHASE", "催报"),
                    ("MEETING", "会议通知"),
                    ("MINUTES", "会议纪要"),
                    ("ASSIGNMENT", "交办"),
                    ("URGE", "催办"),
                    ("SUPERVISION", "督办"),
                    ("DISPATCH", "调度单"),
                    ("BULLETIN", "通报"),
                    ("INSPECTION", "季观摩"),
                ],
                max_length=11,
                verbose_name="类别",
            ),
        ),
        protect("scheduling_stopscore", closed_by="superseded_at"),
        Triggers(_keep, _let_go),
    ]
