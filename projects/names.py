"""Keys by which Chinese names are sorted and found: pinyin in full and by initials."""

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """Pinyin, so that a list is in the order a reader expects. At most 400 characters."""
    return " ".join(lazy_pinyin(name)).lower()[:400]


def search_text(*names: str) -> str:
    """What a search box is matched against: the names, their pinyin and their initials, in lower case."""
    written = [name for name in names if name]
    full = ["".join(lazy_pinyin(name)) for name in written]
    initials = ["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)) for name in written]
    return " ".join([*written, *full, *initials]).lower()
