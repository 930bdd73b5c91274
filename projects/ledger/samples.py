"""The first rows of a file, as far as they tell what its columns are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .cells import UnreadableError, amount_of, coordinate_of, line_of, percent_of
from .days import Edge, day_of
from .field_json import Vocabulary, own_words
from .files import RawRow
from .guesses import Meaning, kind_of
from .problems import Code
from .targets import CHOICE_WORDS, Kind

_SHOWN = 4  # values
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")
_SHOWN_SIGNS = 60
_MOST_WORDS = 40  # different values of a fixed choice
_FEW_WORDS = 15
_DEFAULT_YEAR = 2000  # for seeing that a cell is a day at all


class Sample:
    def __init__(self, rows: Sequence[RawRow]) -> None:
        self.rows = [row for row in rows if not row.left_out]
        self.has_sections = any(row.left_out is Code.SECTION for row in rows)

    def raw(self, column: str) -> list[Any]:
        return [row.cells[column] for row in self.rows if line_of(row.cells.get(column))]

    def values(self, column: str) -> list[str]:
        """What stands in the column, blanks left out."""
        return [text for row in self.rows if (text := line_of(row.cells.get(column)))]

    def some(self, column: str) -> tuple[str, ...]:
        """A few different values, to be shown."""
        return tuple(text[:_SHOWN_SIGNS] for text in list(dict.fromkeys(self.values(column)))[:_SHOWN])

    def words(self, column: str) -> tuple[str, ...]:
        """All its different values; none where they are too many to be words of a fixed choice."""
        found = tuple(dict.fromkeys(self.values(column)))
        return found if len(found) <= _FEW_WORDS and all(len(word) <= _SHOWN_SIGNS for word in found) else ()

    def tells_apart(self, columns: Sequence[str], *, named_by: str = "") -> bool:
        """No two rows say the same in these columns, and none says nothing; those without a name are no projects."""
        rows = [row for row in self.rows if not named_by or line_of(row.cells.get(named_by))]
        said = [tuple(line_of(row.cells.get(column)) for column in columns) for row in rows]
        return all(map(all, said)) and len(set(said)) == len(said)


@dataclass(frozen=True)
class Typing:
    """How days are typed in this file: ``formats`` beside the usual ones, and the year of those without."""

    formats: tuple[str, ...]
    year: int | None


def judged(meaning: Meaning, values: Sequence[str], typing: Typing) -> Meaning:
    """The meaning, less sure where what stands in the column speaks against it."""
    misfits = misfits_of(meaning.target, values, typing)
    share = 1 - len(misfits) / len(values) if values else 1
    if share >= 0.6:
        return meaning
    return Meaning(meaning.target, meaning.confidence * max(share, 0.3), f"{meaning.why}，但多数内容读不出来")


def misfits_of(target: str, values: Sequence[str], typing: Typing) -> list[str]:
    """What stands in a column of dates, amounts or numbers and is none."""
    kind = kind_of(target) if target else Kind.TEXT
    return [] if kind in (Kind.TEXT, Kind.CHOICE) else [value for value in values if not _fits(value, kind, typing)]


def slashed_formats(values: Iterable[str]) -> tuple[str, ...]:
    """6/28/2024 or 28/6/2024: which of them is told by a number above twelve; both ways round where none is."""
    found = [match for value in values if (match := _SLASHED.fullmatch(value))]
    firsts, seconds = ([int(match[place]) for match in found] for place in (1, 2))
    options = [form for form, months in (("%m/%d/%Y", firsts), ("%d/%m/%Y", seconds)) if found and max(months) <= 12]
    return tuple(options)


def _fits(value: str, kind: Kind, typing: Typing) -> bool:
    with suppress(UnreadableError):
        match kind:
            case Kind.DATE:
                day_of(_number(value), typing.formats, edge=Edge.FINISH, year=typing.year or _DEFAULT_YEAR)
            case Kind.AMOUNT:
                amount_of(value, "万元")
            case Kind.PERCENT:
                percent_of(value, is_ratio=False)
            case _:
                coordinate_of(value, largest=180)
        return True
    return value in {"/", "-", "—", "–", "无", "暂无"}


def _number(value: str) -> Any:
    """A day that Excel keeps as a number was made a text here."""
    return int(value) if value.isdecimal() and len(value) == 5 else value


def percent_unit(cells: Iterable[Any]) -> str:
    """Shares of one, where numbers without a sign stay near it."""
    bare = [abs(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    return "ratio" if bare and sorted(bare)[len(bare) // 2] <= 2 and max(bare) < 20 else "percent"


def words_for(
    target: str, values: Sequence[str], vocabulary: Vocabulary
) -> tuple[Mapping[str, str] | None, tuple[str, ...]]:
    """The table that translates what stands in a column of fixed choices, and the words no choice is known for.

    No table where there is nothing to translate.
    """
    name = target.rpartition(".")[2]
    labels = own_words(name) or vocabulary.get(name)
    if not labels or kind_of(target) is not Kind.CHOICE:
        return None, ()
    known = {word: word for word in labels} | {
        word: label for label, words in CHOICE_WORDS.get(target, {}).items() for word in words.split()
    }
    found = list(dict.fromkeys(values))[:_MOST_WORDS]
    unknown = tuple(word for word in found if word not in known)
    translated = {word: known[word] for word in found if word in known and word not in labels}
    return ({word: word for word in labels} | translated if translated else None), unknown
