"""识别: what an uploaded file seems to be, told at once, or by a job where the file is too large for a page to wait."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction

from projects import audit
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.ledger import template
from projects.ledger.drafts import renamed
from projects.ledger.files import is_workbook
from projects.ledger.grids import Grid
from projects.ledger.headings import fingerprint, year_in
from projects.ledger.layout import SECTION_COLUMNS
from projects.ledger.mapping import LedgerMapping, Rows
from projects.ledger.proposal import Guess, Header, Proposal
from projects.ledger.targets import FOCUS_AREA, LEAD_UNIT
from projects.ledger.workbooks import LARGEST_UNPACKED, unpacked_size
from projects.models import LedgerImport, LedgerLayout, User
from projects.recorded import day_of

from .mappings import kept_mapping, opened, proposed, template_mapping
from .running import give_up

LARGE = 20_000_000  # bytes a workbook's reader goes through: about a second
_DATED = re.compile(r"\d{4}\s*年(度)?(\s*\d{1,2}(\s*[-–—~至]\s*\d{1,2})?\s*月份?)?")
_LEAD_UNIT, _FOCUS_AREA = template.FALLBACKS[LEAD_UNIT], template.FALLBACKS[FOCUS_AREA]
_TEMPLATE = fingerprint(column.heading for column in template.template_columns())


def take_up(ledger_import: LedgerImport, **wanted: Any) -> None:
    """Have its file recognised, saving nothing: now, or where it is large it is left READING with what is wanted.

    ``wanted`` is one of ``name`` (it is new, and called this), ``header`` and ``mapping``, as JSON writes them.
    Raises ``RuleViolation`` for what cannot be read.
    """
    if _is_large(ledger_import):
        ledger_import.state = LedgerImport.State.READING
        ledger_import.draft = {**ledger_import.draft, "wanted": wanted}
    else:
        _read(ledger_import, wanted)


def json_of(header: Header) -> list[Any]:
    """Where somebody says the table is, as a draft keeps it."""
    return [header.sheet, header.header_row, header.header_rows, header.rows.value]


def recognise(
    *, ledger_import: LedgerImport, by: User | None, at: datetime, stored: Callable[[LedgerImport], None]
) -> None:
    """What a large file seems to be; ``stored`` is called with the import in the transaction that stores it.

    A file that was open for correction remains so when it cannot be read as asked, and says why. Raises
    ``RuleViolation`` where nothing is known of it: the import has failed and says why.
    """
    if ledger_import.state != LedgerImport.State.READING:
        raise RuleViolation("这份台账已经识别过。")
    before = ledger_import.draft
    try:
        _read(ledger_import, before["wanted"])
    except RuleViolation as refusal:
        if "found" not in before:
            give_up(ledger_import, refusal.message, by=by, at=at)
            raise
        ledger_import.state = LedgerImport.State.MAPPING
        ledger_import.draft = {**before, "found": {**before["found"], "doubts": [refusal.message]}}
    with transaction.atomic():
        ledger_import.draft.pop("wanted", None)
        ledger_import.save(update_fields=["state", "source", "mapping", "draft"])
        used(ledger_import, at=at)
        audit.record("ledger.recognised", ledger_import, by=by, at=at, changes={"mapping": ledger_import.mapping})
        stored(ledger_import)


def used(ledger_import: LedgerImport, *, at: datetime) -> None:
    """The remembered mapping it came with has served once more."""
    LedgerLayout.objects.filter(pk=ledger_import.draft.get("remembered")).update(last_used_at=at)


def settled(ledger_import: LedgerImport, mapping: LedgerMapping) -> None:
    """It waits to be tried by this mapping."""
    ledger_import.state, ledger_import.source = LedgerImport.State.WAITING, mapping.source
    ledger_import.mapping = dict(mapping.raw)


def called(name: str) -> str:
    """What a ledger in a file of this name is called."""
    return PurePath(name).stem[:50]


def _is_large(ledger_import: LedgerImport) -> bool:
    """What is larger than can be read at all is refused at a glance."""
    path = stored_files.where(ledger_import.file)
    return is_workbook(path) and LARGE < unpacked_size(path) <= LARGEST_UNPACKED


def _read(ledger_import: LedgerImport, wanted: Mapping[str, Any]) -> None:
    grids = opened(stored_files.where(ledger_import.file))
    ledger_import.state = LedgerImport.State.MAPPING
    if "mapping" in wanted:
        if "recognised_by" not in ledger_import.draft:
            proposal = proposed(grids, year=_year(ledger_import))
            ledger_import.draft = {"recognised_by": proposal.fingerprint}
        _adopt(ledger_import, grids, wanted["mapping"])
    elif "header" in wanted:
        sheet, row, rows, kind = wanted["header"]
        header = Header(sheet, row, rows, Rows(kind))
        proposal = proposed(grids, year=_year(ledger_import), header=header)
        recognised_by = ledger_import.draft["recognised_by"]
        _propose(ledger_import, proposal, ledger_import.file.name)
        ledger_import.draft["recognised_by"] = recognised_by
    else:
        _read_new(ledger_import, grids, wanted["name"])


def _year(ledger_import: LedgerImport) -> int:
    return day_of(ledger_import.requested_at).year


def _read_new(received: LedgerImport, grids: Sequence[Grid], name: str) -> None:
    """Our own template needs no checking; a mapping remembered for this header is applied."""
    proposal = proposed(grids, year=year_in(name) or _year(received))
    if proposal.fingerprint == _TEMPLATE and proposal.year:
        settled(received, template_mapping(year=proposal.year))
        return
    _propose(received, proposal, name)
    layout = LedgerLayout.objects.filter(fingerprint=proposal.fingerprint).first()
    if layout:
        remembered = dict(layout.mapping)
        if proposal.year and "year" in remembered:
            remembered["year"] = proposal.year
        _adopt(received, grids, remembered)
        received.draft["remembered"] = layout.pk


def _propose(received: LedgerImport, proposal: Proposal, name: str) -> None:
    received.source = _DATED.sub("", proposal.title).strip()[:50] or called(name)
    received.mapping = proposal.draft(source=received.source, lead_unit=_LEAD_UNIT, focus_area=_FOCUS_AREA).json()
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


def _adopt(received: LedgerImport, grids: Sequence[Grid], mapping: Mapping[str, Any]) -> None:
    """This mapping, with its columns called as the file calls them; those the file does not have are named."""
    proposal = proposed(grids, year=_year(received), header=_header_of(mapping))
    columns = [guess.column for guess in proposal.guesses]
    named = renamed(mapping, columns)
    adopted = kept_mapping(named)
    received.mapping, received.source = named, adopted.source
    sections = SECTION_COLUMNS if adopted.layout.has_sections else ()
    missing = sorted(adopted.columns().difference(columns, sections))
    found = _found(proposal)
    found["columns"] += [_bare(column) for column in sections if column not in columns]
    found["doubts"] = [_missing(missing)] if missing else []
    received.draft = {**received.draft, "found": found, "typed": {}}
    received.draft.pop("remembered", None)


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
