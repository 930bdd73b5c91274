"""Three texts of one field: as it was seen, as one side has it now, and as the other has it. Nothing is lost."""

from collections.abc import Mapping


def as_sent(text: str) -> str:
    """Line ends as one, trimmed, so that what was not touched is the same."""
    return text.replace("\r\n", "\n").strip()


def settled(*, base: str, mine: str, theirs: str) -> str | None:
    """What only one side changed; None where both did, and differently."""
    base, mine, theirs = as_sent(base), as_sent(mine), as_sent(theirs)
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def merged(
    *, base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Every field of ``mine``, and the names of those in conflict, which stay as they are there.

    A field ``theirs`` does not know has not been changed by them.
    """
    fields, conflicts = {}, []
    for name, text in mine.items():
        seen = base.get(name, "")
        agreed = settled(base=seen, mine=text, theirs=theirs.get(name, seen))
        fields[name] = text if agreed is None else agreed
        if agreed is None:
            conflicts.append(name)
    return fields, conflicts
