"""Keys by which Chinese names are sorted and found: pinyin in full and by initials."""

from pypinyin import lazy_pinyin


def sort_key(name: str) -> str:
    """Pinyin, so that a list is in the order a reader expects. At most 400 characters."""
    spelt = name if name.isascii() else " ".join(lazy_pinyin(name))
    return spelt.lower()[:400]


def search_text(*names: str) -> str:
    """What a search box is matched against: the names, their pinyin and their initials, in lower case."""
    written = [name for name in names if name]
    spelt = [(name, lazy_pinyin(name)) for name in written if not name.isascii()]
    full = ["".join(syllables) for _name, syllables in spelt]
    initials = ["".join(_initial(syllable, name) for syllable in syllables) for name, syllables in spelt]
    return " ".join([*written, *full, *initials]).lower()


def _initial(syllable: str, name: str) -> str:
    """The first letter of a syllable; a piece of the name that is no character stays as it stands."""
    return syllable if syllable in name else syllable[:1]


def masked_phone(number: str) -> str:
    """As lists show it: enough to recognise one's own, not enough to call somebody else's. Empty: a dash."""
    shown = len(number) - 4
    return f"{number[: max(shown - 4, 0)]}****{number[max(shown, 0) :]}" if number else "—"
