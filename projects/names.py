"""Keys by which Chinese names are sorted and found: pinyin in full and by initials."""

from functools import lru_cache

from pypinyin import lazy_pinyin

_KEPT = 10_000  # names: spelling one costs more than storing it, and it is asked for sorting and for finding


def sort_key(name: str) -> str:
    """Pinyin, so that a list is in the order a reader expects. At most 400 characters."""
    spelt = name if name.isascii() else " ".join(_syllables(name))
    return spelt.lower()[:400]


def search_text(*names: str) -> str:
    """What a search box is matched against: the names, their pinyin and their initials, in lower case."""
    written = [name for name in names if name]
    spelt = [(name, _syllables(name)) for name in written if not name.isascii()]
    full = ["".join(syllables) for _name, syllables in spelt]
    initials = ["".join(_initial(syllable, name) for syllable in syllables) for name, syllables in spelt]
    return " ".join([*written, *full, *initials]).lower()


@lru_cache(_KEPT)
def _syllables(name: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(name))


def _initial(syllable: str, name: str) -> str:
    """The first letter of a syllable; a piece of the name that is no character stays as it stands."""
    return syllable if syllable in name else syllable[:1]


def masked_phone(number: str) -> str:
    """As lists show it: enough to recognise one's own, not enough to call somebody else's. Empty: a dash."""
    shown = len(number) - 4
    return f"{number[: max(shown - 4, 0)]}****{number[max(shown, 0) :]}" if number else "—"
