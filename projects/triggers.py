"""What no constraint can say: a version is closed once and a trace sealed once; nothing is rewritten or deleted.

Called from migrations. SQLite drops a table's triggers when Django rebuilds it, so a migration that
alters a protected table has to protect it again; a test holds that every such table is protected.
"""

from collections.abc import Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "历史记录不可更改或删除"

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) ->> TG_ARGV[0]) IS NOT NULL
       OR (to_jsonb(NEW) - TG_ARGV[0:]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV[0:]) THEN
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def protect(table: str, *, closed_by: str, also: Sequence[str] = ()) -> migrations.RunPython:
    """No DELETE; an UPDATE may set only ``closed_by`` and ``also``, and only while ``closed_by`` is null."""

    def apply(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            _protect_postgres(schema_editor, table, [closed_by, *also])
        else:
            _protect_sqlite(schema_editor, table, [closed_by, *also])

    def unapply(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for name in _names(table):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    return migrations.RunPython(apply, unapply)


def _names(table: str) -> tuple[str, str]:
    return f"{table}_keep_update", f"{table}_keep_delete"


def _protect_postgres(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: list[str]) -> None:
    schema_editor.execute(_POSTGRES_FUNCTION)
    arguments = ", ".join(f"'{column}'" for column in columns)
    for name, event in zip(_names(table), ("UPDATE", "DELETE"), strict=True):
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION keep_history({arguments})"
        )


def _protect_sqlite(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: list[str]) -> None:
    with schema_editor.connection.cursor() as cursor:
        every = [column.name for column in schema_editor.connection.introspection.get_table_description(cursor, table)]
    rewritten = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in every if name not in columns)
    update, delete = _names(table)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    condition = f'OLD."{columns[0]}" IS NOT NULL OR {rewritten}'
    schema_editor.execute(f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} WHEN {condition} {refuse}")
    schema_editor.execute(f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} {refuse}")
