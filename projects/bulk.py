"""Thousands of rows at once: by COPY where the database knows it, else as Django does it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType
from typing import Any

from django.db import connection, connections
from django.db.models import JSONField, Model

_FEW = 100  # up to here a COPY costs more than it saves
_WRITTEN = 2_000  # rows by one statement without it
_STAGED = "staged_rows"
_PLAIN = frozenset({NoneType, bool, int, str, date, datetime, Decimal})  # read as they stand by every field but JSON


def insert(rows: Sequence[Model]) -> None:
    """Store new rows of one model; they are given their keys.

    What stands in them is stored as it stands: nothing is validated and no signal sent. Raises ``IntegrityError``
    as any insert does.
    """
    if not _is_copied(rows):
        _create(rows)
        return
    _number([row for row in rows if row.pk is None])
    fields = _fields(rows)
    copy(rows[0]._meta.db_table, [field.column for field in fields], _as_stored(fields, rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def upsert(rows: Sequence[Model], *, unique: Sequence[str], update: Sequence[str]) -> None:
    """Store rows of one model; of one that is there already, by the fields ``unique``, the fields ``update`` change.

    No two rows say the same in ``unique``. Those without a key are given none.
    """
    if not _is_copied(rows):
        _create(rows, update_conflicts=True, unique_fields=unique, update_fields=update)
        return
    fields, table = _fields(rows), connection.ops.quote_name(rows[0]._meta.db_table)
    columns = ", ".join(map(_column, fields))
    known, told = ([_column(rows[0]._meta.get_field(name)) for name in names] for names in (unique, update))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_STAGED} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"  # noqa: S608 - names of our own
        )
        copy(_STAGED, [field.column for field in fields], _as_stored(fields, rows))
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_STAGED} "  # noqa: S608 - names of our own
            f"ON CONFLICT ({', '.join(known)}) DO UPDATE SET {', '.join(f'{each} = EXCLUDED.{each}' for each in told)}"
        )
        cursor.execute(f"DROP TABLE {_STAGED}")


def copy(table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Values of these columns into this table, by PostgreSQL alone. Raises ``IntegrityError`` as any insert does."""
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    statement = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as pipe:
        for row in rows:
            pipe.write_row(row)


def _is_copied(rows: Sequence[Model]) -> bool:
    return len(rows) > _FEW and connection.vendor == "postgresql"


def _create(rows: Sequence[Model], **conflicts: Any) -> None:
    if rows:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=_WRITTEN, **conflicts)


def _number(rows: Sequence[Model]) -> None:
    """Give new rows their keys, as the database would."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(rows[0]._meta.db_table), rows[0]._meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _as_stored(fields: Sequence[Any], rows: Sequence[Model]) -> Iterator[list[Any]]:
    plain = [frozenset() if isinstance(field, JSONField) else _PLAIN for field in fields]
    said = attrgetter(*(field.attname for field in fields))
    database = connections[connection.alias]  # not what stands for it: it would be looked up for every value
    for row in rows:
        yield [
            value if type(value) in as_it_is else field.get_db_prep_save(value, database)
            for value, field, as_it_is in zip(said(row), fields, plain, strict=True)
        ]


def _fields(rows: Sequence[Model]) -> list[Any]:
    """All that is stored of these rows; their keys only where they have them."""
    return [field for field in rows[0]._meta.concrete_fields if rows[0].pk is not None or not field.primary_key]


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)
