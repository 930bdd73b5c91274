"""Keys by which Chinese names are sorted and found: pinyin in full and by initials."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, groupby

from pypinyin import Style, lazy_pinyin, pinyin


@lru_cache(10_000)
def sort_key(name: str) -> str:
    """Pinyin, so that a list is in the order a reader expects. At most 400 characters."""
    spelt = name if name.isascii() else " ".join(lazy_pinyin(name))
    return spelt.lower()[:400]


def search_text(*names: str) -> str:
    """What a search box is matched against: the names and their pinyin, in lower case (``sought`` reads it)."""
    written = [name for name in names if name]
    spelt = [_spelt(name) for name in written if not name.isascii()]
    return " ".join([*written, *spelt]).lower()


def sought(word: str) -> str:
    """A regular expression for what ``search_text`` holds of names that sound like this; empty where none can.

    Pinyin in full, by initials, or both mixed, with characters between them: each sign continues the syllable before
    it or begins the next one. Every reading of a character counts (重: zhong and chong).
    """
    signs = sounding(word)
    if len(signs) > _LONGEST or not any(sign.isascii() and sign.isalpha() for sign in signs):
        return ""
    return _BEGINS + _GOES_ON.join(map(re.escape, signs))


def found_in(name: str, words: str) -> list[tuple[str, bool]]:
    """The name in pieces, and of each whether it is what these words found: as written, or by its sound.

    The pieces come to the name again.
    """
    found = {place for word in words.split() for place in _places(name, word)}
    pieces = groupby(enumerate(name), key=lambda sign: sign[0] in found)
    return [("".join(sign for _place, sign in signs), is_found) for is_found, signs in pieces]


def sounding(word: str) -> list[str]:
    """The letters, digits and characters of a word; what is written between them has no sound."""
    return [sign for sign in word.lower() if sign.isalnum()]


def _places(name: str, word: str) -> Iterator[int]:
    """Of the signs this word found."""
    for written in re.finditer(re.escape(word), name, re.IGNORECASE):
        yield from range(*written.span())
    sounds = "" if name.isascii() else sought(word)
    if not sounds:
        return
    pieces = list(_PIECE.finditer(name))
    ends = list(accumulate(len(_spelt(piece[0])) for piece in pieces))
    for heard in re.finditer(sounds, _spelt(name).lower()):
        for piece in pieces[bisect_right(ends, heard.start()) : bisect_left(ends, heard.end()) + 1]:
            yield from range(*piece.span())


_LONGEST = 60
_BEGINS = "/(?:[^/,]+,)*"
_GOES_ON = f"(?:[^/]*{_BEGINS})?"


def _spelt(name: str) -> str:
    """``/滨,bin/江,jiang``: by character itself and its readings; what is no character stays as it stands."""
    return "".join(f"/{','.join(_readings(piece))}" for piece in _PIECE.findall(name))


@lru_cache(10_000)
def _readings(piece: str) -> tuple[str, ...]:
    found = [] if piece.isascii() else pinyin(piece, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys([piece, *found]))


_PIECE = re.compile(r"[a-zA-Z]+|[0-9]+|[^\W_a-zA-Z0-9]")


def masked_phone(number: str) -> str:
    """As lists show it: enough to recognise one's own, not enough to call somebody else's. Empty: a dash."""
    shown = len(number) - 4
    return f"{number[: max(shown - 4, 0)]}****{number[max(shown, 0) :]}" if number else "—"
