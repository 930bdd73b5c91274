"""Mappings in the words of the register, and those that come with the product."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from projects.errors import RuleViolation
from projects.ledger import template
from projects.ledger.field_json import Vocabulary
from projects.ledger.files import open_grids
from projects.ledger.grids import Grid
from projects.ledger.layout import Layout
from projects.ledger.mapping import PROJECT_CHOICES, LedgerMapping
from projects.ledger.mapping_json import parse
from projects.ledger.proposal import Header, Proposal, propose
from projects.models import KeyProject, PlanEntry, Stage

_SHIPPED = settings.BASE_DIR / "docs" / "mappings"


def mapping_of(text: str | bytes) -> LedgerMapping:
    """The mapping this JSON spells, in the register's words. Raises ``WrongMapping``."""
    return parse(text, VOCABULARY)


def kept_mapping(kept: Mapping[str, Any]) -> LedgerMapping:
    """The mapping that was stored like this. Raises ``WrongMapping`` where the register's words have changed since."""
    return mapping_of(json.dumps(kept))


def opened(path: Path) -> Sequence[Grid]:
    """The tables of this file, to be asked as often as needed. Raises ``RuleViolation`` for what cannot be read."""
    return open_grids(path, Layout())


def proposed(grids: Sequence[Grid], *, year: int, header: Header | None = None) -> Proposal:
    """What the file with these tables seems to be.

    ``year`` where it names none, ``header`` where somebody says where its table is. Raises ``RuleViolation`` for what
    cannot be read.
    """
    return propose(grids, year=year, vocabulary=VOCABULARY, header=header)


def template_mapping(*, year: int) -> LedgerMapping:
    """How a ledger written by our own template is read."""
    return kept_mapping(template.mapping(year=year))


def shipped() -> dict[str, str]:
    """Names and titles of the mappings that come with the product."""
    return {path.stem: json.loads(path.read_bytes())["title"] for path in sorted(_SHIPPED.glob("*.json"))}


def shipped_mapping(name: str) -> LedgerMapping:
    """Raises ``RuleViolation`` for a name that is not shipped."""
    if name not in shipped():
        raise RuleViolation(f"没有名为“{name}”的列对应，随系统提供的有：{'、'.join(shipped())}。")
    return mapping_of((_SHIPPED / f"{name}.json").read_bytes())


def _words(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Stored values and Chinese labels are both understood."""
    return {str(word): value for value, label in choices for word in (value, label)}


def _vocabulary() -> Vocabulary:
    chosen = {name: KeyProject._meta.get_field(name).choices or () for name in PROJECT_CHOICES}  # type: ignore[union-attr]
    return {name: _words(choices) for name, choices in chosen.items()} | {
        "stage": _words(Stage.choices),
        "category": _words(PlanEntry.Category.choices),
    }


VOCABULARY = _vocabulary()
