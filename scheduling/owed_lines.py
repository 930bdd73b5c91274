"""待办 line by line: what names its matter, and what says how many; all that is counted is asked in one query."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression

from scheduling.counting import Rows, at_once


class Owed(NamedTuple):
    """Something that waits for this person."""

    text: str
    url: str
    note: str = ""


class Note(NamedTuple):
    """Said beside a count where there is anything to say; ``%(found)s`` in the text is what was found."""

    text: str
    of: BaseExpression


@dataclass(frozen=True)
class Counted:
    """Said where there are any; ``%(count)d`` in the text is how many. ``said`` is what else the text names."""

    text: str
    url: str
    rows: "QuerySet[Any]"
    notes: Sequence[Note] = ()
    said: Mapping[str, object] = field(default_factory=dict)


Line = Owed | Counted


def worded(lines: Iterable[Line]) -> Iterator[Owed]:
    """In their order. One query, however many are counted."""
    lines = list(lines)
    asked: dict[str, BaseExpression] = {}
    for place, line in enumerate(lines):
        if isinstance(line, Counted):
            asked[f"line_{place}"] = Rows(line.rows)
            asked |= {f"line_{place}_{number}": note.of for number, note in enumerate(line.notes)}
    found = at_once(**asked)
    for place, line in enumerate(lines):
        if isinstance(line, Owed):
            yield line
        elif count := found[f"line_{place}"]:
            answers = [(note.text, found[f"line_{place}_{number}"]) for number, note in enumerate(line.notes)]
            notes = [text % {"found": answer} for text, answer in answers if answer]
            yield Owed(line.text % {**line.said, "count": count}, line.url, "，".join(notes))
