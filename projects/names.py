"""Keys by which Chinese names are sorted and found: pinyin in full and by initials."""

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """Pinyin, so that a list is in the order a reader expects. At most 400 characters."""
    spelt = name if name.isascii() else " ".join(lazy_pinyin(name))
    return spelt.lower()[:400]


def search_text(*names: str) -> str:
    """What a search box is matched against: the names, their pinyin and their initials, in lower case."""
    written = [name for name in names if name]
    chinese = [name for name in written if not name.isascii()]
    full = ["".join(lazy_pinyin(name)) for name in chinese]
    initials = ["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)) for name in chinese]
    return " ".join([*written, *full, *initials]).lower()


def masked_phone(number: str) -> str:
    """As lists show it: enough to recognise one's own, not enough to call somebody else's. Empty: a dash."""
    shown = len(number) - 4
    return f"{number[: max(shown - 4, 0)]}****{number[max(shown, 0) :]}" if number else "—"
