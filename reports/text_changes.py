"""修改对照: two wordings beside each other, clause by clause, with what fell out of the one and came into the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_CLAUSE = re.compile(r"\{[^{}]*\}|[^{，。；：、\n]+[，。；：、\n]?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a wording. ``is_changed``: it is not in the other."""

    words: str
    is_changed: bool


Side = tuple[Piece, ...]


def sides(old: str, new: str) -> tuple[Side, Side]:
    """Both wordings in pieces; what is in neither changed piece is the same on both sides."""
    before, after = _CLAUSE.findall(old), _CLAUSE.findall(new)
    found = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return (
        tuple(_pieces((tag, before[first:last]) for tag, first, last, _, _ in found)),
        tuple(_pieces((tag, after[first:last]) for tag, _, _, first, last in found)),
    )


def _pieces(found: Iterator[tuple[str, list[str]]]) -> Iterator[Piece]:
    return (Piece("".join(clauses), tag != "equal") for tag, clauses in found if clauses)
