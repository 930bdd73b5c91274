"""COPY into a model's table, whatever columns it has gained since: what is not given takes the model's default."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models

from projects import bulk

Row = tuple[object, ...]


def copy(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """``columns`` are attribute names and begin with the primary key, so that others can refer to it."""
    given = set(columns)
    missing = [f for f in model._meta.concrete_fields if f.attname not in given and f.attname != model._meta.pk.attname]
    rest: Row = tuple(field.get_default() for field in missing)
    column_of = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    names = [column_of[name] for name in (*columns, *(field.attname for field in missing))]
    bulk.copy(model._meta.db_table, names, ((*row, *rest) for row in rows))


@contextmanager
def unchecked_keys() -> Iterator[None]:
    """Foreign keys are not looked up while we load: we made them up in order. Every other constraint holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def set_sequences(tables: Iterable[type[models.Model]]) -> None:
    """What is added later gets numbers after ours."""
    with connection.cursor() as cursor:
        for model in tables:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608 - our own table name
                [model._meta.db_table],
            )


def vacuum() -> None:
    """What autovacuum would have done by the next morning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
