"""修改对照: what differs between two versions of the words, part by part."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.bulletin import Section
from reports.models import DraftText
from reports.registered import sections_of
from reports.text_changes import sides
from reports.views.bulletin_forms import TextForm

_Parts = dict[str, tuple[str, str]]


def between(before: DraftText | None, text: DraftText) -> list[dict[str, Any]]:
    """Of the first version, everything it says."""
    return _changes(_of(before) if before else {}, _of(text))


def unlike(theirs: DraftText, form: TextForm) -> list[dict[str, Any]]:
    """What somebody else saved beside what is typed."""
    words = form.words()
    return _changes(_of(theirs), _parts(words, words["sections"]))


def _changes(old: _Parts, new: _Parts) -> list[dict[str, Any]]:
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        name, now = new.get(key, ("", ""))
        called, then = old.get(key, ("", ""))
        if now != then:
            left, right = sides(then, now)
            found.append({"name": name or called, "old": left, "new": right})
    return found


def _of(text: DraftText) -> _Parts:
    return _parts({name: getattr(text, name) for name in TextForm.NAMED}, sections_of(text))


def _parts(named: Mapping[str, Any], sections: Sequence[Section]) -> _Parts:
    """What each part is called and says: the named fields, then the sections."""
    told = {name: (str(TextForm.base_fields[name].label), str(named[name])) for name in TextForm.NAMED}
    return told | {each.key: (each.heading, f"{each.heading}\n{each.text}") for each in sections}
