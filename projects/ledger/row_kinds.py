"""Rows that are no projects: totals, sections, notes below and headers printed again. All are told, none is dropped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .cells import line_of
from .headings import JOINT
from .layout import SECTION, SECTION_FIRST, SECTION_SECOND, Layout
from .problems import Code

_TOTAL = re.compile(
    r"(其中[:：]?.{0,20}|.{0,12}(合计|小计|总计|共计)|(grand |sub)?-?totals?)\s*([(（:：].*)?", re.IGNORECASE
)
_NOTE = re.compile(
    r"(备?注|说明|附注|填报(单位|人)|填表人?|制表人?|审核人?|单位负责人|负责人|联系(人|电话))\s*\d*\s*[.、:：(（].*|注\s*"
)
_EXAMPLE = re.compile(r"(填写)?(示例|样例)(行)?\s*([（(：:].*)?")
_NUMERALS = "一二三四五六七八九十百"
_FIRST = re.compile(rf"(?:[{_NUMERALS}]+[、.．:：]|第[{_NUMERALS}]+(?:部分|类|章|批)[:：、]?)\s*(\S.*)")
_SECOND = re.compile(rf"[（(][{_NUMERALS}]+[)）]、?\s*(\S.*)")
_FIRST_ALONE = re.compile(rf"[{_NUMERALS}]+[、.．]?")
_SECOND_ALONE = re.compile(rf"[（(][{_NUMERALS}]+[)）]")
_COUNT = re.compile(r"\s*[（(]\s*(?:共\s*)?\d+\s*[个项件]?[^（()）]{0,6}[)）]\s*$")
_FIGURE = re.compile(r"[\d.,，%％+\-()（）\s/—项个]+")
_LONGEST_SECTION = 60


@dataclass(frozen=True, slots=True)
class Judgement:
    """``code`` None: a row of the table. ``words`` are what tells it is none."""

    code: Code | None = None
    words: str = ""


class RowJudge:
    """Goes down one table; knows the section it is in."""

    def __init__(self, columns: Sequence[str], layout: Layout) -> None:
        self.layout = layout
        self.is_narrow = sum(map(bool, columns)) < 4
        self._header = {word for column in columns for word in (column, *column.split(JOINT)) if word}
        self._after_notes = False
        self._path = ["", ""]

    def section(self) -> dict[str, str]:
        """The pseudo columns of a row that stands here."""
        first, second = self._path
        return {SECTION: JOINT.join(filter(None, self._path)), SECTION_FIRST: first, SECTION_SECOND: second}

    @property
    def is_within_another(self) -> bool:
        """The section it is in stands below one of the first level."""
        return bool(self._path[1])

    def judge(self, values: Sequence[Any]) -> Judgement:
        first = next(filter(None, map(line_of, values)), "")
        if first.isdecimal():  # a serial number: nearly every row, so the others are not even looked at
            return Judgement()
        said = [text for text in map(line_of, values) if text]
        layout = self.layout
        if layout.has_notes and said and _EXAMPLE.fullmatch(said[0]):
            return Judgement(Code.EXAMPLE, said[0])
        if layout.has_totals and _is_total(said):
            return Judgement(Code.TOTAL, said[0])
        if layout.has_notes and (note := self._note(said)):
            return note
        if layout.has_sections and (words := self._section(said)):
            return Judgement(Code.SECTION, words)
        return Judgement()

    def _note(self, said: Sequence[str]) -> Judgement | None:
        if len(said) > 1 and self._header.issuperset(said):
            return Judgement(Code.REPEATED_HEADER, said[0])
        if _NOTE.fullmatch(said[0]) or (self._after_notes and len(said) == 1):
            self._after_notes = True
            return Judgement(Code.FOOTNOTE, said[0])
        return None

    def _section(self, said: Sequence[str]) -> str:
        """Beside its words a section row has nothing but figures."""
        level, words, rest = _section_words(said)
        name = _COUNT.sub("", words)
        is_one = level or (len(said) == 1 and name != words and not self.is_narrow)
        if not is_one or not name or len(name) > _LONGEST_SECTION or not all(map(_FIGURE.fullmatch, rest)):
            return ""
        self._path = [self._path[0], name] if level == 2 else [name, ""]
        return name


def _is_total(said: Sequence[str]) -> bool:
    return _TOTAL.fullmatch(re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", said[0])) is not None


def _section_words(said: Sequence[str]) -> tuple[int, str, Sequence[str]]:
    """Level (0: not numbered), words, and the other cells."""
    for level, whole, alone in ((1, _FIRST, _FIRST_ALONE), (2, _SECOND, _SECOND_ALONE)):
        if found := whole.fullmatch(said[0]):
            return level, found[1], said[1:]
        if len(said) > 1 and alone.fullmatch(said[0]):
            return level, said[1], said[2:]
    return 0, said[0], said[1:]
