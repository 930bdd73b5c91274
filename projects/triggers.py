"""What no constraint can say: a version is closed once and a trace sealed once; nothing is rewritten or deleted.

Called from migrations. SQLite drops a table's triggers when Django rebuilds it, so a migration that
alters a protected table has to protect it again; a test holds that every such table is protected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


_POSTGRES_FINAL_WHOLE = """
CREATE OR REPLACE FUNCTION keep_final_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = TG_ARGV[0] THEN
        RAISE EXCEPTION '%', TG_ARGV[1] USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

# The whole is locked while its state is read: a part cannot slip in beside an approval under way.
_POSTGRES_FINAL_PART = """
CREATE OR REPLACE FUNCTION keep_final_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text; before bigint; after bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD) ->> TG_ARGV[3]; END IF;
    IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW) ->> TG_ARGV[3]; END IF;
    FOR found IN EXECUTE format('SELECT state FROM %I WHERE id IN ($1, $2) FOR SHARE', TG_ARGV[2])
                 USING before, after LOOP
        IF found = TG_ARGV[0] THEN
            RAISE EXCEPTION '%', TG_ARGV[1] USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


@dataclass(frozen=True)
class Final:
    """A row of ``whole`` in this ``state`` is unalterable, and so are its ``parts``, which name it in ``column``."""

    whole: str
    parts: Sequence[str]
    column: str
    state: str
    refusal: str

    def keep(self, editor: BaseDatabaseSchemaEditor) -> None:
        on_postgres = editor.connection.vendor == "postgresql"
        if on_postgres:
            editor.execute(_POSTGRES_FINAL_WHOLE, params=None)  # None: its % is PostgreSQL's
            editor.execute(_POSTGRES_FINAL_PART, params=None)
        for name, table, event in self._triggers():
            answer = self._on_postgres(table) if on_postgres else self._on_sqlite(table, event)
            editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {answer}")

    def release(self, editor: BaseDatabaseSchemaEditor) -> None:
        on_postgres = editor.connection.vendor == "postgresql"
        for name, table, _ in self._triggers():
            editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_postgres else ""))

    def _triggers(self) -> list[tuple[str, str, str]]:
        """Name, table and event of each."""
        pairs = [(self.whole, event) for event in ("UPDATE", "DELETE")]
        pairs += [(part, event) for part in self.parts for event in ("INSERT", "UPDATE", "DELETE")]
        return [(f"{table}_{self.state.lower()}_{event.lower()}", table, event) for table, event in pairs]

    def _on_postgres(self, table: str) -> str:
        said = f"'{self.state}', '{self.refusal}'"
        if table == self.whole:
            return f"FOR EACH ROW EXECUTE FUNCTION keep_final_whole({said})"
        return f"FOR EACH ROW EXECUTE FUNCTION keep_final_part({said}, '{self.whole}', '{self.column}')"

    def _on_sqlite(self, table: str, event: str) -> str:
        return f"WHEN {self._is_final(table, event)} BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"

    def _is_final(self, table: str, event: str) -> str:
        """The row itself, or the whole it belongs to before or after the event."""
        if table == self.whole:
            return f"OLD.state = '{self.state}'"
        rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[event]
        named = ", ".join(f"{row}.{self.column}" for row in rows)
        return f"EXISTS (SELECT 1 FROM {self.whole} WHERE id IN ({named}) AND state = '{self.state}')"  # noqa: S608 - our own names


def keep_final(final: Final) -> Triggers:
    """No change of what is final, whoever asks the database.

    A later migration that alters one of these tables starts with ``release_final`` and ends with this again: SQLite
    rebuilds the table, and neither keeps the triggers nor lets others name it meanwhile.
    """
    return Triggers(final.keep, final.release)


def release_final(final: Final) -> Triggers:
    return Triggers(final.release, final.keep)


def keep_approved(versions: str, parts: Sequence[str]) -> Triggers:
    """No change of an approved edition, and none of its parts."""
    return keep_final(Final(versions, parts, "version_id", "APPROVED", _APPROVED_REFUSAL))
