"""流水: what an import does to rows that have no versions, kept so that it can be taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from projects.models import JournalPage, LedgerImport

_WRITTEN = 200  # rows amended by one statement


class Journal:
    """Writes rows for one import, and a page of what it did beside them."""

    def __init__(self, ledger_import: LedgerImport) -> None:
        self.ledger_import = ledger_import

    def make(self, rows: Sequence[Model]) -> None:
        """Store new rows which an undo deletes; those that are withdrawn name their import themselves."""
        if rows:
            model = type(rows[0])
            model._default_manager.bulk_create(rows)
            self._write(model, made=[row.pk for row in rows])

    def amend(self, rows: Sequence[Model], columns: Sequence[str]) -> None:
        """Store these columns of rows that are there already; what stood in them is kept."""
        if not rows:
            return
        model = type(rows[0])
        names = [model._meta.get_field(column).attname for column in columns]  # type: ignore[union-attr]
        stored = model._default_manager.filter(pk__in=[row.pk for row in rows]).values("pk", *names)
        known = {one.pop("pk"): one for one in stored}
        before, after = {}, {}
        for row in rows:
            changed = [name for name in names if known[row.pk][name] != getattr(row, name)]
            if changed:
                before[row.pk] = {name: known[row.pk][name] for name in changed}
                after[row.pk] = {name: getattr(row, name) for name in changed}
        model._default_manager.bulk_update(rows, columns, batch_size=_WRITTEN)
        if before:
            self._write(model, before=before, after=after)

    def _write(self, model: type[Model], **said: Any) -> None:
        plain = {name: json.loads(json.dumps(value, cls=DjangoJSONEncoder)) for name, value in said.items()}
        JournalPage.objects.create(ledger_import=self.ledger_import, model=model._meta.label, **plain)


def amended_since(page: JournalPage) -> Iterator[tuple[Any, str]]:
    """The rows, and which of their columns people may amend, that say now what this import did not put there."""
    for row, said in _rows(page, page.after):
        for field, value in said:
            if field.editable and getattr(row, field.attname) != value:
                yield row, field.name


def put_back(page: JournalPage) -> None:
    """Rows amended say what they said before; rows made are gone."""
    model = apps.get_model(page.model)
    restored, names = [], set()
    for row, said in _rows(page, page.before):
        for field, value in said:
            setattr(row, field.attname, value)
            names.add(field.name)
        restored.append(row)
    if restored:
        model._base_manager.bulk_update(restored, sorted(names), batch_size=_WRITTEN)
    model._base_manager.filter(pk__in=page.made).delete()


def _rows(page: JournalPage, said: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """The rows as they stand, each with the fields it is said of and what they are said to be."""
    model = apps.get_model(page.model)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for row in model._base_manager.filter(pk__in=said):
        yield row, [(fields[name], fields[name].to_python(value)) for name, value in said[str(row.pk)].items()]
