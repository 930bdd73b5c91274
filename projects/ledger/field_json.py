"""The fields of a mapping: where each text, date, amount and number of a ledger stands, read strictly from JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .cells import UNITS, line_of
from .days import Edge
from .mapping import (
    PLACEHOLDER,
    STARTS,
    AmountColumn,
    Columns,
    DateColumn,
    NumberColumn,
    Part,
    Source,
    Status,
    WrongMapping,
)
from .strict_json import Section

# For fields with fixed choices: each accepted spelling → what is stored.
Vocabulary = Mapping[str, Mapping[str, str]]

YES, NO = "yes", "no"
_OUR_WORDS: Vocabulary = {
    "status": {
        **{status.value: status.value for status in Status},
        "未开始": "not_started", "未开工": "not_started", "进行中": "in_progress", "已完成": "complete",
    },
    "completes_this_year": {
        **dict.fromkeys((YES, "是", "√", "✓", "竣工", "竣工投产", "年内竣工", "1"), YES),
        **dict.fromkeys((NO, "否", "×", "不竣工", "0"), NO),
    },
}  # fmt: skip
_NEEDS_A_FALLBACK = {"focus_area", "stage", "lead_unit"}  # nothing can be stored without them


def own_words(name: str) -> Mapping[str, str]:
    """The words of a choice that is no field of the register; empty for others."""
    return _OUR_WORDS.get(name, {})


@dataclass(frozen=True)
class FieldReader:
    """``reads_vague``: days such as 2026年3月底 are taken, and told."""

    vocabulary: Vocabulary
    formats: tuple[str, ...]
    unit: str
    reads_vague: bool

    def columns(self, section: Section, part: Part) -> Columns:
        return Columns(
            texts={name: self.source(section, name) for name in (*part.texts, *part.choices) if name in section},
            dates=self.dates(section, part.dates),
            amounts={name: self.amount(section, name) for name in part.amounts if name in section},
            numbers={name: _number(section, name) for name in part.numbers if name in section},
        )

    def dates(self, section: Section, names: Iterable[str]) -> dict[str, DateColumn]:
        return {name: self._date(section, name) for name in names if name in section}

    def _date(self, section: Section, name: str) -> DateColumn:
        column = line_of(_column(section, name, ("column",)).text("column", required=True))
        edge = Edge.START if name in STARTS else Edge.FINISH
        return DateColumn(column, self.formats, edge if self.reads_vague else None)

    def amount(self, section: Section, name: str) -> AmountColumn:
        group = _column(section, name, ("column", "unit"))
        unit = group.one_of("unit", UNITS, default=self.unit)
        return AmountColumn(line_of(group.text("column", required=True)), unit)

    def source(self, section: Section, name: str) -> Source:
        group = _column(section, name, ("column", "template", "constant", "values", "otherwise"))
        if sum(way in group for way in ("column", "template", "constant")) != 1:
            raise WrongMapping(
                group.where, "column（列）、template（模板）、constant（固定值）三者写一个，且只写一个。"
            )
        source = Source(
            column=line_of(group.text("column", required="column" in group)),
            template=_template(group),
            constant=group.text("constant", required="constant" in group),
            values=_values(group) if "values" in group else None,
            otherwise=group.text("otherwise"),
        )
        if name in _NEEDS_A_FALLBACK and not source.constant and not source.otherwise:
            raise WrongMapping(group.where, "须写 otherwise：该列空缺或表内没有该值时归入哪一类。")
        words = _OUR_WORDS.get(name) or self.vocabulary.get(name)
        return source if words is None else _in_words(source, group, words)

    def stored(self, section: Section, name: str) -> str:
        """A fixed choice written out as a text. Raises ``WrongMapping`` for a word nobody knows."""
        return _stored(section.text(name, required=True), section.place(name), self.vocabulary[name])


def _number(section: Section, name: str) -> NumberColumn:
    group = _column(section, name, ("column", "unit"))
    is_ratio = group.one_of("unit", ("percent", "ratio"), default="percent") == "ratio"
    return NumberColumn(line_of(group.text("column", required=True)), is_ratio)


def _column(section: Section, name: str, known: tuple[str, ...]) -> Section:
    value = section.value[name]
    return Section({"column": value} if isinstance(value, str) else value, section.place(name), known)


def _template(group: Section) -> str:
    template = group.text("template", required="template" in group)
    if template and (not PLACEHOLDER.search(template) or set(PLACEHOLDER.sub("", template)) & set("{}")):
        raise WrongMapping(group.place("template"), "模板里用 {列名} 引用列，花括号要成对，且至少引用一列。")
    return template


def _values(group: Section) -> dict[str, str]:
    written = group.value["values"]
    table = Section(written, group.place("values"), written if isinstance(written, dict) else ())
    return {line_of(name).casefold(): table.text(name, required=True) for name in table.value}


def _in_words(source: Source, group: Section, words: Mapping[str, str]) -> Source:
    """The source with everything it can yield translated into what is stored."""

    def stored(word: str, name: str) -> str:
        return _stored(word, group.place(name), words)

    return Source(
        column=source.column,
        template=source.template,
        constant=stored(source.constant, "constant"),
        values={word: stored(kept, "values") for word, kept in (source.values or _themselves(words)).items()},
        otherwise=stored(source.otherwise, "otherwise"),
        is_closed=True,
    )


def _themselves(words: Mapping[str, str]) -> dict[str, str]:
    return {word.casefold(): word for word in words}


def _stored(word: str, where: str, words: Mapping[str, str]) -> str:
    if word and word not in words:
        raise WrongMapping(where, f"“{word}”不可用，可用的有：{'、'.join(words)}。")
    return words.get(word, "")
