"""What no constraint can say: a version is closed once and a trace sealed once; nothing is rewritten or deleted.

Called from migrations. SQLite drops a table's triggers when Django rebuilds it, so a migration that
alters a protected table has to protect it again; a test holds that every such table is protected.
"""

from collections.abc import Callable, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Triggers(Operation):
    """Set and lifted by statements alone. ``RunPython`` would first build every model anew, for each table."""

    reduces_to_sql = False
    reversible = True

    def __init__(
        self, do: Callable[[BaseDatabaseSchemaEditor], None], undo: Callable[[BaseDatabaseSchemaEditor], None]
    ) -> None:
        self.do, self.undo = do, undo

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model knows of them."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.do(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.undo(schema_editor)


_REFUSAL = "历史记录不可更改或删除"
_APPROVED_REFUSAL = "已批准的版本不可更改"

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


def protect(table: str, *, closed_by: str, also: Sequence[str] = ()) -> Triggers:
    """No DELETE; an UPDATE may set only ``closed_by`` and ``also``, and only while ``closed_by`` is null."""
    return Triggers(lambda editor: _protect(editor, table, [closed_by, *also]), lambda editor: _release(editor, table))


def release(table: str, *, closed_by: str, also: Sequence[str] = ()) -> Triggers:
    """For a migration that has to fill a column of what was written before; it protects again at its end."""
    return Triggers(lambda editor: _release(editor, table), lambda editor: _protect(editor, table, [closed_by, *also]))


def _protect(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: list[str]) -> None:
    _release(schema_editor, table)  # a migration that only SQLite answers by rebuilding leaves PostgreSQL's in place
    if schema_editor.connection.vendor == "postgresql":
        _protect_postgres(schema_editor, table, columns)
    else:
        _protect_sqlite(schema_editor, table, columns)


def _release(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for name in _names(table):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


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


_POSTGRES_APPROVED_WHOLE = f"""
CREATE OR REPLACE FUNCTION keep_approved_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'APPROVED' THEN
        RAISE EXCEPTION '{_APPROVED_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

# The version's row is locked while its state is read: a part cannot slip in beside an approval under way.
_POSTGRES_APPROVED_PART = f"""
CREATE OR REPLACE FUNCTION keep_approved_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text; versions bigint[];
BEGIN
    versions := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.version_id] WHEN 'DELETE' THEN ARRAY[OLD.version_id]
                           ELSE ARRAY[OLD.version_id, NEW.version_id] END;
    FOR found IN EXECUTE format('SELECT state FROM %I WHERE id = ANY($1) FOR SHARE', TG_ARGV[0]) USING versions LOOP
        IF found = 'APPROVED' THEN
            RAISE EXCEPTION '{_APPROVED_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""  # noqa: S608 - our own words alone


def keep_approved(versions: str, parts: Sequence[str]) -> Triggers:
    """No change of a row of ``versions`` whose state is APPROVED, and none of its ``parts`` (by ``version_id``).

    A later migration that alters one of these tables starts with ``release_approved`` and ends with this
    again: SQLite rebuilds the table, and neither keeps the triggers nor lets others name it meanwhile.
    """
    return Triggers(
        lambda editor: _keep_approved(editor, versions, parts),
        lambda editor: _release_approved(editor, versions, parts),
    )


def release_approved(versions: str, parts: Sequence[str]) -> Triggers:
    return Triggers(
        lambda editor: _release_approved(editor, versions, parts),
        lambda editor: _keep_approved(editor, versions, parts),
    )


def _approved_triggers(versions: str, parts: Sequence[str]) -> list[tuple[str, str, str]]:
    """Name, table and event of each."""
    pairs = [(versions, event) for event in ("UPDATE", "DELETE")]
    pairs += [(part, event) for part in parts for event in ("INSERT", "UPDATE", "DELETE")]
    return [(f"{table}_approved_{event.lower()}", table, event) for table, event in pairs]


def _keep_approved(schema_editor: BaseDatabaseSchemaEditor, versions: str, parts: Sequence[str]) -> None:
    on_postgres = schema_editor.connection.vendor == "postgresql"
    if on_postgres:
        schema_editor.execute(_POSTGRES_APPROVED_WHOLE, params=None)
        schema_editor.execute(_POSTGRES_APPROVED_PART, params=None)  # None: its % is PostgreSQL's
    for name, table, event in _approved_triggers(versions, parts):
        function = "keep_approved_whole()" if table == versions else f"keep_approved_part('{versions}')"
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}"
            if on_postgres
            else f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {_is_approved(table, event, versions)} "
            f"BEGIN SELECT RAISE(ABORT, '{_APPROVED_REFUSAL}'); END"
        )


def _is_approved(table: str, event: str, versions: str) -> str:
    """SQLite's condition: the row, before or after the event, belongs to an approved version."""
    if table == versions:
        return "OLD.state = 'APPROVED'"
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[event]
    named = ", ".join(f"{row}.version_id" for row in rows)
    return f"EXISTS (SELECT 1 FROM {versions} WHERE id IN ({named}) AND state = 'APPROVED')"  # noqa: S608 - table names


def _release_approved(schema_editor: BaseDatabaseSchemaEditor, versions: str, parts: Sequence[str]) -> None:
    on_postgres = schema_editor.connection.vendor == "postgresql"
    for name, table, _ in _approved_triggers(versions, parts):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_postgres else ""))
