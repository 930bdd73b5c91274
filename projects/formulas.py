"""Texts a spreadsheet would execute: marked with a ``'`` on the way out, freed of it on the way in."""

STARTS = frozenset("=+-@＝＋－＠\t\r\n")
MARK = "'"


def guarded(text: str) -> str:
    """A text no spreadsheet takes for a formula, not even after a detour through CSV."""
    return MARK + text if _looks_like_one(text) else text


def unguarded(text: str) -> str:
    """The text as it was before ``guarded``."""
    return text[1:] if text[:1] == MARK and _looks_like_one(text[1:]) else text


def _looks_like_one(text: str) -> bool:
    """So does one that bears a mark already: it gets another, or it would lose its own on the way in."""
    bare = text.lstrip(MARK)
    return (bare.lstrip(" ") or bare)[:1] in STARTS if bare else False
