"""核对列对应: a file is kept with a mapping proposed for it; a person corrects that and has the file tried."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from django.db import transaction

from projects import audit
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.ledger.editing import Choices, applied, choices_of, faults
from projects.ledger.layout import SECTION_COLUMNS
from projects.ledger.mapping import LedgerMapping
from projects.ledger.proposal import Header
from projects.models import LedgerImport, LedgerLayout, User

from .mappings import VOCABULARY, kept_mapping
from .recognising import called, json_of, settled, take_up, used


def receive(*, content: IO[bytes], name: str, by: User, at: datetime) -> LedgerImport:
    """Keep the file with the mapping it seems to need; a large one is left to be recognised by a job.

    Our own template needs no checking: it waits to be tried. A mapping remembered for this header is applied.
    Raises ``RuleViolation`` for what is too large or no table.
    """
    with stored_files.keeping(content=content, name=name, by=by, at=at) as file:
        received = LedgerImport(file=file, source=called(name), mapping={}, is_dry_run=True)
        received.requested_by, received.requested_at = by, at
        take_up(received, name=name)
        received.save()
        used(received, at=at)
        audit.record("ledger.received", received, by=by, at=at, changes={"file": file.sha256, "name": name})
        return received


@transaction.atomic
def reread(*, ledger_import: LedgerImport, header: Header, by: User, at: datetime) -> LedgerImport:
    """Propose anew, the table being where somebody says it is. Raises ``RuleViolation``."""
    ledger_import = _open(ledger_import)
    take_up(ledger_import, header=json_of(header))
    _save(ledger_import, by=by, at=at)
    return ledger_import


@transaction.atomic
def adopt(*, ledger_import: LedgerImport, mapping: LedgerMapping, by: User, at: datetime) -> LedgerImport:
    """Take another mapping as the one to be corrected: a shipped one, or one that is remembered."""
    ledger_import = _open(ledger_import)
    take_up(ledger_import, mapping=dict(mapping.raw))
    _save(ledger_import, by=by, at=at)
    return ledger_import


@transaction.atomic
def keep_typed(*, ledger_import: LedgerImport, typed: Mapping[str, str], by: User, at: datetime) -> None:
    """What was filled in so far, right or wrong, so that nothing is lost."""
    ledger_import = _open(ledger_import)
    ledger_import.draft["typed"] = dict(typed)
    _save(ledger_import, by=by, at=at)


@transaction.atomic
def settle(*, ledger_import: LedgerImport, choices: Choices, by: User, at: datetime) -> LedgerImport:
    """核对完毕: the file waits to be tried with these choices, which are remembered for the next of its kind.

    Raises ``RuleViolation`` with the first of ``faults``, or with what else stands against the mapping.
    """
    ledger_import = _open(ledger_import)
    found = ledger_import.draft["found"]
    for fault in faults(choices, ledger_import.mapping, found["repeated"], VOCABULARY):
        raise RuleViolation(fault.message)
    mapping = kept_mapping(applied(choices, ledger_import.mapping, VOCABULARY).json())
    mapping.check_columns([one["column"] for one in found["columns"] if one["column"] not in SECTION_COLUMNS])
    settled(ledger_import, mapping)
    _remember(ledger_import, by=by, at=at)
    ledger_import.requested_by, ledger_import.requested_at = by, at
    ledger_import.save()
    audit.record("ledger.mapping_checked", ledger_import, by=by, at=at, changes={"mapping": ledger_import.mapping})
    return ledger_import


def _remember(ledger_import: LedgerImport, *, by: User, at: datetime) -> None:
    mapping = ledger_import.mapping
    kept = {"title": mapping["title"], "mapping": mapping, "remembered_by": by, "remembered_at": at, "last_used_at": at}
    LedgerLayout.objects.update_or_create(fingerprint=ledger_import.draft["recognised_by"], defaults=kept)


@transaction.atomic
def remap(*, ledger_import: LedgerImport, by: User, at: datetime) -> LedgerImport:
    """The same file again, its mapping to be corrected once more. What was tried or imported stays as it is."""
    if not ledger_import.mapping:
        raise RuleViolation("这份文件没有识别出来，请重新上传。")
    again = LedgerImport(file=ledger_import.file, source=ledger_import.source, is_dry_run=True)
    again.mapping, again.requested_by, again.requested_at = {}, by, at
    take_up(again, mapping=ledger_import.mapping)
    again.save()
    audit.record("ledger.received", again, by=by, at=at, changes={"file": again.file.sha256, "name": again.file.name})
    return again


@transaction.atomic
def discard(*, ledger_import: LedgerImport, by: User, at: datetime) -> None:
    """放弃 a file whose mapping was never settled: nothing of it was read into the register."""
    ledger_import = _open(ledger_import)
    audit.record("ledger.discarded", ledger_import, by=by, at=at, changes={"file": ledger_import.file.sha256})
    ledger_import.delete()


@transaction.atomic
def forget(*, layout: LedgerLayout, by: User, at: datetime) -> None:
    """The next file with this header is read as if it were the first."""
    audit.record("ledger_layout.forgotten", layout, by=by, at=at, changes={"mapping": layout.mapping})
    layout.delete()


def remembered_mapping(layout: LedgerLayout) -> LedgerMapping:
    """What was checked for files with this header."""
    return kept_mapping(layout.mapping)


def shown_choices(ledger_import: LedgerImport) -> Choices:
    """What the mapping, as it stands, says of the columns of the file."""
    columns = [one["column"] for one in ledger_import.draft["found"]["columns"]]
    return choices_of(ledger_import.mapping, columns, VOCABULARY)


def _open(ledger_import: LedgerImport) -> LedgerImport:
    this = LedgerImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=ledger_import.pk)
    if this.state == LedgerImport.State.READING:
        raise RuleViolation("这份台账正在识别，请等识别完再改。")
    if this.state != LedgerImport.State.MAPPING:
        raise RuleViolation("这份台账的列对应已经核对过，如需改动，请在结果页点“修改列对应”。")
    return this


def _save(ledger_import: LedgerImport, *, by: User, at: datetime) -> None:
    ledger_import.save(update_fields=["state", "mapping", "source", "draft"])
    audit.record("ledger.mapping_saved", ledger_import, by=by, at=at, changes={"mapping": ledger_import.mapping})
