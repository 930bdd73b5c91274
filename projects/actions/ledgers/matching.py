"""Which row of a ledger is which milestone of the register, also where keys repeat."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from projects.ledger.rows import LedgerRow
from projects.ledger.stated import digest_of
from projects.models import Milestone

LONGEST_PROJECT_KEY, LONGEST_MILESTONE_KEY = 300, 380
Known = TypeVar("Known")
Said = TypeVar("Said")
_REPEAT = "  #"  # keys are written with single blanks, so nothing else looks like it


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and its milestone, which is None while there is none.

    ``place`` is where the row stands in its project, ``repeats`` the number of the row whose key it doubles.
    """

    row: LedgerRow
    milestone: Milestone | None
    place: int
    key: str
    ordinal: int
    digest: str
    repeats: int | None

    @property
    def source_key(self) -> str:
        return self.key if self.ordinal == 1 else f"{self.key}{_REPEAT}{self.ordinal}"

    @property
    def name(self) -> str:
        return self.row.name if self.ordinal == 1 else f"{self.row.name[:190]}（{self.ordinal}）"


def stored_key(key: str, longest: int) -> str:
    """The key as the register keeps it; one too long is told apart by its digest."""
    if len(key) <= longest:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: longest - 33]}…{digest}"


def pairs(rows: Sequence[LedgerRow], milestones: Iterable[Milestone]) -> list[Pair]:
    """Each row of one project with its milestone.

    Where a key repeats, rows that say what they said before are matched first, the others in order:
    a ledger sorted anew changes nothing.
    """
    known: dict[str, list[Milestone]] = defaultdict(list)
    for milestone in sorted(milestones, key=lambda one: _ordinal(one.source_key)):
        known[_base(milestone.source_key) or milestone.name].append(milestone)
    same_key: dict[str, list[tuple[int, LedgerRow]]] = defaultdict(list)
    for place, row in enumerate(rows, start=1):
        same_key[stored_key(row.milestone_key, LONGEST_MILESTONE_KEY)].append((place, row))
    return [pair for key, placed in same_key.items() for pair in _paired(key, placed, known[key])]


def _paired(key: str, placed: Sequence[tuple[int, LedgerRow]], milestones: Sequence[Milestone]) -> Iterator[Pair]:
    digests = [digest_of(row) for _, row in placed]
    found = in_order(digests, milestones, said=lambda one: one.source_digest)
    following = max((_ordinal(one.source_key) for one in milestones), default=0)
    first = placed[0][1].number
    for (place, row), milestone, said in zip(placed, found, digests, strict=True):
        following += milestone is None
        ordinal = _ordinal(milestone.source_key) if milestone else following
        yield Pair(row, milestone, place, key, ordinal, said, repeats=first if row.number != first else None)


def in_order(wanted: Sequence[Said], known: Iterable[Known], *, said: Callable[[Known], Said]) -> list[Known | None]:
    """For each row of one key what it is: the one that said the same before, else the next that is left."""
    left = list(known)
    found: list[Known | None] = []
    for one in wanted:
        same = next((each for each in left if said(each) == one), None)
        found.append(same)
        if same is not None:
            left.remove(same)
    return [one if one is not None else (left.pop(0) if left else None) for one in found]


def _base(source_key: str) -> str:
    return source_key.partition(_REPEAT)[0]


def _ordinal(source_key: str) -> int:
    return int(source_key.partition(_REPEAT)[2] or 1)
