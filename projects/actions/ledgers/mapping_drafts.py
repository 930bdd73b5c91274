"""核对列对应: a file is kept with a mapping proposed for it; a person corrects that and has the file tried."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any

from django.db import transaction

from projects import audit
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.ledger import template
from projects.ledger.drafts import renamed
from projects.ledger.editing import Choices, applied, choices_of, faults
from projects.ledger.headings import fingerprint, year_in
from projects.ledger.layout import SECTION_COLUMNS
from projects.ledger.mapping import LedgerMapping, Rows
from projects.ledger.proposal import Guess, Header, Proposal
from projects.ledger.targets import FOCUS_AREA, LEAD_UNIT
from projects.models import LedgerImport, LedgerLayout, User
from projects.recorded import day_of

from .mappings import VOCABULARY, kept_mapping, proposed, template_mapping

_DATED = re.compile(r"\d{4}\s*年(度)?(\s*\d{1,2}(\s*[-–—~至]\s*\d{1,2})?\s*月份?)?")
_LEAD_UNIT, _FOCUS_AREA = template.FALLBACKS[LEAD_UNIT], template.FALLBACKS[FOCUS_AREA]


@transaction.atomic
def receive(*, content: IO[bytes], name: str, by: User, at: datetime) -> LedgerImport:
    """Keep the file with the mapping it seems to need. Our own template needs no checking: it waits to be tried.

    A mapping remembered for this header is applied. Raises ``RuleViolation`` for what is too large or no table.
    """
    file = stored_files.keep(content=content, name=name, by=by, at=at)
    received = LedgerImport(file=file, is_dry_run=True, requested_by=by, requested_at=at)
    proposal = proposed(stored_files.where(file), year=year_in(name) or day_of(at).year)
    if proposal.fingerprint == _TEMPLATE and proposal.year:
        _use(received, template_mapping(year=proposal.year))
    else:
        received.state = LedgerImport.State.MAPPING
        _propose(received, proposal, name)
        _apply_remembered(received, proposal, at=at)
    received.save()
    audit.record("ledger.received", received, by=by, at=at, changes={"file": file.sha256, "name": name})
    return received


_TEMPLATE = fingerprint(column.heading for column in template.template_columns())


def _use(received: LedgerImport, mapping: LedgerMapping) -> None:
    received.state, received.source, received.mapping = LedgerImport.State.WAITING, mapping.source, dict(mapping.raw)


def _propose(received: LedgerImport, proposal: Proposal, name: str) -> None:
    called = (_DATED.sub("", proposal.title).strip() or PurePath(name).stem)[:50]
    received.source = called
    received.mapping = proposal.draft(source=called, lead_unit=_LEAD_UNIT, focus_area=_FOCUS_AREA).json()
    received.draft = {"found": _found(proposal), "recognised_by": proposal.fingerprint}


def _found(proposal: Proposal) -> dict[str, Any]:
    return {
        "sheets": [*proposal.sheets],
        "columns": [_column(guess) for guess in proposal.guesses],
        "doubts": [*proposal.doubts],
        "repeated": [*proposal.repeated],
    }


def _column(guess: Guess) -> dict[str, Any]:
    return {
        "column": guess.column,
        "target": guess.target,
        "is_doubtful": guess.is_doubtful,
        "why": guess.why,
        "samples": [*guess.samples],
        "unknown": [*guess.unknown],
        "words": [*guess.words],
    }


def _apply_remembered(received: LedgerImport, proposal: Proposal, *, at: datetime) -> None:
    layout = LedgerLayout.objects.filter(fingerprint=proposal.fingerprint).first()
    if layout is None:
        return
    remembered = dict(layout.mapping)
    if proposal.year and "year" in remembered:
        remembered["year"] = proposal.year
    _adopt(received, remembered)
    received.draft["remembered"] = layout.pk
    layout.last_used_at = at
    layout.save(update_fields=["last_used_at"])


def _adopt(received: LedgerImport, mapping: Mapping[str, Any]) -> None:
    """This mapping, with its columns called as the file calls them; those the file does not have are named."""
    header = _header_of(mapping)
    proposal = proposed(stored_files.where(received.file), year=day_of(received.requested_at).year, header=header)
    columns = [guess.column for guess in proposal.guesses]
    called = renamed(mapping, columns)
    adopted = kept_mapping(called)
    received.mapping, received.source = called, adopted.source
    sections = SECTION_COLUMNS if adopted.layout.has_sections else ()
    missing = sorted(adopted.columns().difference(columns, sections))
    found = _found(proposal)
    found["columns"] += [_bare(column) for column in sections if column not in columns]
    found["doubts"] = [_missing(missing)] if missing else []
    received.draft = {**received.draft, "found": found, "typed": {}}


def _bare(column: str) -> dict[str, Any]:
    """A column of which the first rows say nothing."""
    return {"column": column, "target": "", "is_doubtful": False, "why": "", "samples": [], "unknown": [], "words": []}


def _missing(columns: list[str]) -> str:
    return f"这份列对应还用到文件里没有的列：{'、'.join(columns)[:300]}；相应内容不导入。"


def _header_of(mapping: Mapping[str, Any]) -> Header:
    """Where a mapping says the table is."""
    file = mapping.get("file", {})
    rows = Rows(mapping.get("rows", Rows.MILESTONE.value))
    return Header(file.get("sheet", ""), file.get("header_row", 1), file.get("header_rows", 1), rows)


@transaction.atomic
def reread(*, ledger_import: LedgerImport, header: Header, by: User, at: datetime) -> None:
    """Propose anew, the table being where somebody says it is. Raises ``RuleViolation``."""
    ledger_import = _open(ledger_import)
    proposal = proposed(stored_files.where(ledger_import.file), year=day_of(at).year, header=header)
    recognised_by = ledger_import.draft["recognised_by"]
    _propose(ledger_import, proposal, ledger_import.file.name)
    ledger_import.draft["recognised_by"] = recognised_by
    _save(ledger_import, by=by, at=at)


@transaction.atomic
def adopt(*, ledger_import: LedgerImport, mapping: LedgerMapping, by: User, at: datetime) -> None:
    """Take another mapping as the one to be corrected: a shipped one, or one that is remembered."""
    ledger_import = _open(ledger_import)
    _adopt(ledger_import, mapping.raw)
    ledger_import.draft.pop("remembered", None)
    _save(ledger_import, by=by, at=at)


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
    _use(ledger_import, mapping)
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
    again = LedgerImport(file=ledger_import.file, is_dry_run=True, requested_by=by, requested_at=at)
    again.state = LedgerImport.State.MAPPING
    proposal = proposed(stored_files.where(again.file), year=day_of(at).year)
    again.draft = {"recognised_by": proposal.fingerprint}
    _adopt(again, ledger_import.mapping)
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
    if this.state != LedgerImport.State.MAPPING:
        raise RuleViolation("这份台账的列对应已经核对过，如需改动，请在结果页点“修改列对应”。")
    return this


def _save(ledger_import: LedgerImport, *, by: User, at: datetime) -> None:
    ledger_import.save(update_fields=["mapping", "source", "draft"])
    audit.record("ledger.mapping_saved", ledger_import, by=by, at=at, changes={"mapping": ledger_import.mapping})
