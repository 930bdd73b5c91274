"""The database itself refuses to rewrite a week, a round or an assessment, and to change what is issued or published."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from projects.triggers import Final, Triggers, keep_final, protect

NEVER_CHANGED = [
    "decisionmove",
    "finding",
    "inspectionrule",
    "measuremove",
    "measureruleedition",
    "periodstanding",
    "problemmove",
    "progresssubmission",
    "subjectscore",
    "verificationdraw",
]
VERSIONS = ["lightwaiver", "manualscore", "progressversion", "stopscore"]
CLOSED_ONCE = {
    "appeal": ("answered_at", ["outcome", "answer", "answered_by_id"]),
    "assessmentrevision": ("finished_at", ["known_at", "digest"]),
    "bonusmalus": ("withdrawn_at", ["withdrawn_by_id", "withdrawn_reason"]),
    "interview": (
        "recorded_at",
        [
            *("held_at", "place", "interviewees", "interviewers", "attendees"),  # while it is arranged
            *("demands", "explanation", "recorded_by_id"),
        ],
    ),
    "measure": (
        "closed_at",
        [
            "kind",
            "state",
            "decided_by_id",
            "decided_at",
            "decision_note",
            "due_on",
            "notice_number",
            "told_at",
            "closed_by_id",
            "outcome",
        ],
    ),
    "periodclosing": (
        "finished_at",
        [
            "expected",
            "reported",
            "on_time",
            "unreviewed",
            "returned",
            "missing",
            "unchanged",
            "amount",
            "unreviewed_amount",
        ],
    ),
    "practicecard": ("withdrawn_at", ["withdrawn_by_id"]),
    "verification": ("recorded_at", ["outcome", "verified_on", "words", "recorded_by_id"]),
}
ISSUED_MEETING = Final(
    "scheduling_meeting",
    ["scheduling_agendaitem", "scheduling_attendance"],
    column="meeting_id",
    state="ISSUED",
    refusal="已印发的会议纪要及其议程、到会情况不可更改",
)
ADOPTED_RULES = Final(
    "scheduling_lightruleedition", [], column="id", state="ADOPTED", refusal="已启用的亮灯规则不可更改"
)
ADOPTED_SCHEME = Final(
    "scheduling_assessmentscheme", [], column="id", state="ADOPTED", refusal="已启用的考核方案不可更改"
)
PUBLISHED_ASSESSMENT = Final(
    "scheduling_assessment",
    [
        "scheduling_assessmentrevision",
        "scheduling_subjectscore",
        "scheduling_manualscore",
        "scheduling_bonusmalus",
        "scheduling_appeal",
    ],
    column="assessment_id",
    state="FINAL",
    refusal="已公布的考核结果不可更改",
)

# The results of a round hang on its stops, so that ``Final`` does not reach them.
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


def keep_published_results(editor: BaseDatabaseSchemaEditor) -> None:
    on_postgres = editor.connection.vendor == "postgresql"
    if on_postgres:
        editor.execute(_FUNCTION)
        answer = "FOR EACH ROW EXECUTE FUNCTION keep_published_result()"
    else:
        answer = f"WHEN {_PUBLISHED} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for event in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER scheduling_stopresult_published_{event.lower()}"
            f" BEFORE {event} ON scheduling_stopresult {answer}"
        )


def release_published_results(editor: BaseDatabaseSchemaEditor) -> None:
    on_table = " ON scheduling_stopresult" if editor.connection.vendor == "postgresql" else ""
    for event in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS scheduling_stopresult_published_{event}{on_table}")


class Migration(migrations.Migration):

    replaces = [
        ("scheduling", "0007_the_week_is_kept"),
        ("scheduling", "0009_issued_meeting_is_kept"),
        ("scheduling", "0021_marks_are_kept"),
    ]

    dependencies = [("scheduling", "0001_initial")]

    operations = [
        *(protect(f"scheduling_{table}", closed_by="id") for table in NEVER_CHANGED),
        *(protect(f"scheduling_{table}", closed_by="superseded_at") for table in VERSIONS),
        *(
            protect(f"scheduling_{table}", closed_by=closed_by, also=also)
            for table, (closed_by, also) in CLOSED_ONCE.items()
        ),
        keep_final(ISSUED_MEETING),
        keep_final(ADOPTED_RULES),
        keep_final(ADOPTED_SCHEME),
        keep_final(PUBLISHED_ASSESSMENT),
        Triggers(keep_published_results, release_published_results),
    ]
