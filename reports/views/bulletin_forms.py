"""文稿的填写: the words of a paper as a form, section by section, and a paper as it would read with them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest
from reports.bulletin import Registered, Section
from reports.models import DraftText

_KEY = re.compile(r"text-([a-z0-9_-]{1,30})\Z")
_MOST_SECTIONS = 40
_SPARE = "more"


class TextForm(forms.Form):
    """``based_on``: the version that was opened. A section without heading and text is dropped; one is spare."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    addressee = forms.CharField(label=gettext_lazy("主送机关"), max_length=300, required=False)
    remark = forms.CharField(label=gettext_lazy("附注"), max_length=100, required=False)
    cc = forms.CharField(label=gettext_lazy("抄送"), max_length=300, required=False)
    copies = forms.IntegerField(label=gettext_lazy("印数"), min_value=1, max_value=9999)
    NAMED = ("title", "addressee", "remark", "cc", "copies")

    def __init__(self, *args: Any, keys: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(keys)
        for key in self.keys:
            self.fields[f"heading-{key}"] = forms.CharField(
                label=gettext_lazy("小标题"), max_length=100, required=False
            )
            words = forms.Textarea(attrs={"rows": 5, "maxlength": 20_000})
            self.fields[f"text-{key}"] = forms.CharField(
                label=gettext_lazy("正文"), required=False, widget=words, max_length=20_000
            )

    @classmethod
    def of(cls, text: DraftText) -> "TextForm":
        """As the version says it, with room for one section more."""
        sections = [Section(**each) for each in text.sections]
        initial: dict[str, Any] = {name: getattr(text, name) for name in cls.NAMED} | {"based_on": text.sequence}
        for each in sections:
            initial |= {f"heading-{each.key}": each.heading, f"text-{each.key}": each.text}
        keys = [each.key for each in sections]
        return cls(initial=initial, keys=[*keys, _spare(keys)])

    @classmethod
    def sent(cls, request: SignedInRequest) -> "TextForm":
        found = (_KEY.match(name) for name in request.POST)
        return cls(request.POST, keys=[each[1] for each in found if each][:_MOST_SECTIONS])

    @property
    def named(self) -> list[BoundField]:
        return [self[name] for name in self.NAMED]

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """One for each section: its two fields, and what is typed in them now."""
        for key in self.keys:
            text = self[f"text-{key}"]
            yield {
                "key": key,
                "heading": self[f"heading-{key}"],
                "text": text,
                "words": text.value() or "",
                "is_spare": not text.value() and not self[f"heading-{key}"].value(),
            }

    def sections(self) -> tuple[Section, ...]:
        said = self.cleaned_data
        every = (Section(key, said[f"heading-{key}"], said[f"text-{key}"].replace("\r\n", "\n")) for key in self.keys)
        return tuple(each for each in every if each.heading or each.text)

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMED} | {"sections": self.sections()}


def read_with(registered: Registered, form: TextForm) -> Registered:
    """The paper as it would read with what was typed; as it was where that cannot be used yet."""
    return replace(registered, **form.words()) if form.is_valid() else registered


def _spare(keys: Sequence[str]) -> str:
    place = 1
    while f"{_SPARE}-{place}" in keys:
        place += 1
    return f"{_SPARE}-{place}"
