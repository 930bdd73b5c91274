"""How the invented district's rows are written: in bulk, all of one model at a time."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db import connection, models

from projects.demo.district import District
from projects.demo.projects import ProjectSpec
from projects.demo.rows import Saved
from projects.models import KeyProject, User
from projects.roles import Role

Row = TypeVar("Row", bound=models.Model)
_BATCH = 1_000


def insert(found: Iterable[Row]) -> list[Row]:
    """All of one model, in bulk."""
    waiting = list(found)
    return type(waiting[0])._default_manager.bulk_create(waiting, batch_size=_BATCH) if waiting else []


def survey() -> None:
    """Let PostgreSQL count what this transaction wrote: uncounted, it plans for empty tables and sums for minutes.

    Only our tables: those every database of the server shares stay locked until the transaction ends.
    """
    if connection.vendor == "postgresql":
        tables = map(connection.ops.quote_name, connection.introspection.django_table_names())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(sorted(tables))}")


def each(district: District, saved: Saved) -> Iterator[tuple[ProjectSpec, KeyProject, User]]:
    """Every project that counts, with its row and the person who records for it."""
    for spec in district.projects:
        if not spec.is_package:
            yield spec, saved.projects[spec.code], saved.users[spec.responsible_person]


def by_project(found: Iterable[Row]) -> dict[int, list[Row]]:
    return grouped(found, "project_id")


def grouped(found: Iterable[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in found:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups


def first(district: District, saved: Saved, role: Role, *, unit: str = "") -> User:
    found = (spec for spec in district.people if spec.role == role and unit in ("", spec.unit))
    return saved.users[next(found).username]
