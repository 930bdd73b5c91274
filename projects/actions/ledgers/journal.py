"""流水: what an import does to rows that have no versions, kept so that it can be taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from projects import bulk
from projects.models import JournalPage, LedgerImport

Rows = Mapping[int, Mapping[str, Any]]  # by primary key and column


class Journal:
    """Writes pages of what one import does; what it withdraws later names its import itself and is not in them."""

    def __init__(self, ledger_import: LedgerImport) -> None:
        self.ledger_import = ledger_import

    def amend(self, rows: Sequence[Model], columns: Sequence[str]) -> None:
        """Store these columns of rows that are there already; what stood in them is kept."""
        if not rows:
            return
        model: Any = type(rows[0])
        names = [model._meta.get_field(column).attname for column in columns]
        before = _by_key(model._default_manager.filter(pk__in=[row.pk for row in rows]).values("pk", *names))
        bulk.upsert(rows, unique=["id"], update=columns)
        self._write(model, before, {row.pk: {name: getattr(row, name) for name in names} for row in rows})

    @contextmanager
    def noting(self, *parts: QuerySet[Any]) -> Iterator[None]:
        """What is done within this block to these rows, a whole before its parts: an undo deletes what is new."""
        before = [_by_key(rows.all().values()) for rows in parts]
        yield
        for rows, known in zip(parts, before, strict=True):
            self._write(rows.model, known, _by_key(rows.all().values()))

    def _write(self, model: type[Model], before: Rows, after: Rows) -> None:
        changed = {key: _differing(said, before[key]) for key, said in after.items() if key in before}
        amended = {key: names for key, names in changed.items() if names}
        made = [key for key in after if key not in before]
        if made or amended:
            JournalPage.objects.create(
                ledger_import=self.ledger_import,
                model=model._meta.label,
                made=made,
                before=_plain({key: {name: before[key][name] for name in names} for key, names in amended.items()}),
                after=_plain({key: {name: after[key][name] for name in names} for key, names in amended.items()}),
            )


def amended_since(page: JournalPage) -> Iterator[str]:
    """What people may amend and have amended since, or deleted, of the rows on this page."""
    model = apps.get_model(page.model)
    rows = model._base_manager.filter(pk__in=page.after)
    fields = [field for field in _said_of(model, page.after) if field.editable]
    found = 0
    for key, *values in rows.order_by("pk").values_list("pk", *(field.attname for field in fields)):
        found += 1
        said = page.after[str(key)]
        for field, value in zip(fields, values, strict=True):
            if field.attname in said and field.to_python(said[field.attname]) != value:
                yield f"“{rows.get(pk=key)}”的{field.verbose_name}在导入后又改过"
    if found < len(page.after):
        yield f"导入时修改的{model._meta.verbose_name}有 {len(page.after) - found} 条已被删除"


def put_back(page: JournalPage) -> None:
    """Rows amended say what they said before; rows made are gone."""
    model = apps.get_model(page.model)
    fields = _said_of(model, page.before)
    rows = list(model._base_manager.filter(pk__in=page.before).order_by("pk"))
    for row in rows:
        said = page.before[str(row.pk)]
        for field in fields:
            if field.attname in said:
                setattr(row, field.attname, field.to_python(said[field.attname]))
    bulk.upsert(rows, unique=["id"], update=[field.name for field in fields])
    model._base_manager.filter(pk__in=page.made).delete()


def _said_of(model: type[Model], said: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """The fields of which something is said of any row, in the model's order."""
    names = {name for of_row in said.values() for name in of_row}
    return [field for field in model._meta.concrete_fields if field.attname in names]


def _by_key(rows: QuerySet[Any, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("pk", None) or row["id"]: row for row in rows}


def _differing(after: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    return [name for name, value in after.items() if value != before[name]]


def _plain(said: Rows) -> Any:
    return json.loads(json.dumps(said, cls=DjangoJSONEncoder))
