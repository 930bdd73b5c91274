"""What every kind of file becomes first: numbered lines of cells, and which of them are merged."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

RawLine = tuple[int, list[Any]]


class Area(NamedTuple):
    """Merged cells, counted from zero, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Grid:
    """A sheet. It is read as often as it is asked for, and numbered as Excel does."""

    name: str = ""
    merged: Sequence[Area] = ()

    def lines(self) -> Iterator[RawLine]:
        """Every line, blank ones too. Raises ``UnreadableLedger``."""
        raise NotImplementedError
