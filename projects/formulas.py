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
    return (text.lstrip(" ") or text)[:1] in STARTS if text else False
