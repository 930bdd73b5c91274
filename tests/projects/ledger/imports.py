"""Importing a few rows, and telling whether the register is as it was."""

import hashlib
import json
from io import BytesIO

from django.apps import apps
from django.utils import timezone

from projects.actions import ledgers
from projects.ledger.template import template_columns
from tests.projects.ledger.samples import as_csv

HEADINGS = {column.target: column.heading for column in template_columns()}
_NOT_REGISTER = {"ledgerimport", "journalpage", "importproblem", "vanishedrow", "auditevent", "storedfile"}


def load(content: bytes, mapping, *, by=None, dry_run=False, takes="GOOD"):
    at = timezone.now()
    waiting = ledgers.submit(
        content=BytesIO(content), name="台账.csv", mapping=mapping, is_dry_run=dry_run, takes=takes, by=by, at=at
    )
    return ledgers.run(ledger_import=waiting, by=by, at=at)


def filled(*rows: dict[str, object]) -> bytes:
    """Our own template with these rows: cells by what they mean, the others blank."""
    headings = [column.heading for column in template_columns()]
    lines = [
        [{HEADINGS[target]: cell for target, cell in row.items()}.get(head, "") for head in headings] for row in rows
    ]
    return as_csv(*lines, header=headings)


def load_template(*rows: dict[str, object], year=2026, **how):
    return load(filled(*rows), ledgers.template_mapping(year=year), **how)


def register_digest() -> str:
    """Of all that is stored but the imports themselves and their traces."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.app_label in {"projects", "scheduling"} and model._meta.model_name not in _NOT_REGISTER:
            rows = sorted(json.dumps(row, default=str) for row in model._default_manager.values_list())
            digest.update(json.dumps([model._meta.label, rows]).encode())
    return digest.hexdigest()
