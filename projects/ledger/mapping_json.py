"""Reads a mapping from JSON, strictly: what is wrong is refused with what, where and how to mend it."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from .cells import UNITS, line_of
from .mapping import (
    MILESTONE_AMOUNTS,
    MILESTONE_DATES,
    PLACEHOLDER,
    PROJECT_CHOICES,
    PROJECT_TEXTS,
    PROJECT_UNITS,
    AmountColumn,
    DateColumn,
    Layout,
    LedgerMapping,
    Meaning,
    Source,
    StandIn,
    Status,
    WrongMapping,
)

# For fields with fixed choices: each accepted spelling → what is stored.
Vocabulary = Mapping[str, Mapping[str, str]]

ENCODINGS = {
    "utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5",
    "utf-16": "utf-16", "windows-1252": "windows-1252", "latin-1": "latin-1",
}  # fmt: skip
_LONGEST_JSON = 1_000_000
_STATUS_WORDS = {
    **{status.value: status.value for status in Status},
    "未开始": "not_started", "未开工": "not_started", "进行中": "in_progress", "已完成": "complete",
}  # fmt: skip
_PROJECT_SOURCES = (*PROJECT_TEXTS, *PROJECT_UNITS, *PROJECT_CHOICES)
_NEEDS_A_FALLBACK = {"focus_area", "stage", "lead_unit"}  # nothing can be stored without them
_TOP = ("source", "title", "about", "rows", "file", "date_formats", "amount_unit", "codes", "project", "milestone")
_PROJECT = ("key", "code_prefix", "started_with", "total_investment", *_PROJECT_SOURCES)
_MILESTONE = ("key", "name", "stage", "status", *MILESTONE_DATES, *MILESTONE_AMOUNTS)


def parse(text: str | bytes, vocabulary: Vocabulary) -> LedgerMapping:
    """The mapping this JSON spells. Raises ``WrongMapping``."""
    return _read(_json(text), vocabulary)


def _json(text: str | bytes) -> Any:
    if len(text) > _LONGEST_JSON:
        raise WrongMapping("文件", "超过 1 MB，不像是一份列对应。")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        loaded = json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
        json.dumps(loaded, ensure_ascii=False).encode()
    except UnicodeError:
        raise WrongMapping("文件", "不是 UTF-8 编码的文本，请另存为 UTF-8 后再试。") from None
    except json.JSONDecodeError as error:
        raise WrongMapping("文件", f"第 {error.lineno} 行第 {error.colno} 列起不是有效的 JSON。") from None
    except (ValueError, RecursionError):
        raise WrongMapping("文件", "不是有效的 JSON。") from None
    if "\\u0000" in json.dumps(loaded):
        raise WrongMapping("文件", "含有空字符（\\u0000），请删去。")
    return loaded


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise WrongMapping("文件", f"“{repeated}”在同一组里写了两遍，请只留一个。")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise WrongMapping("文件", f"不能使用 {name}。")


# --- Structure --------------------------------------------------------------------------------------


class _Section:
    """One group of the JSON, which knows where it stands and which names may stand in it."""

    def __init__(self, value: Any, where: str, known: Iterable[str]) -> None:
        if not isinstance(value, dict):
            raise WrongMapping(where, "应写成一组“名称: 内容”，用 { } 括起。")
        self.value, self.where, self.known = value, where, tuple(known)
        for name in value:
            if name not in self.known:
                near = get_close_matches(name, self.known, 1)
                hint = f"是否想写“{near[0]}”？" if near else f"可用的有：{'、'.join(self.known)}。"
                raise WrongMapping(where, f"没有“{name}”这一项，{hint}")

    def place(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where != "顶层" else name

    def text(self, name: str, *, required: bool = False, longest: int = 200) -> str:
        value = self.value.get(name, "")
        if not isinstance(value, str):
            raise WrongMapping(self.place(name), "应为文字，用英文双引号括起。")
        if required and not value.strip():
            raise WrongMapping(self.place(name), "不能空缺。")
        if len(value) > longest:
            raise WrongMapping(self.place(name), f"最长 {longest} 字。")
        return value.strip()

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        value = self.value.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise WrongMapping(self.place(name), '应为文字的列表，如 ["甲", "乙"]。')
        if required and not value:
            raise WrongMapping(self.place(name), "至少要写一项。")
        return tuple(value)

    def one_of(self, name: str, allowed: Iterable[str], *, default: str) -> str:
        value = self.text(name) or default
        if value not in (choices := list(allowed)):
            raise WrongMapping(self.place(name), f"“{value}”不可用，可用的有：{'、'.join(choices)}。")
        return value

    def group(self, name: str, known: Iterable[str]) -> "_Section":
        return _Section(self.value.get(name, {}), self.place(name), known)

    def __contains__(self, name: str) -> bool:
        return name in self.value


def _read(loaded: Any, vocabulary: Vocabulary) -> LedgerMapping:
    top = _Section(loaded, "顶层", _TOP)
    top.one_of("rows", ["milestone"], default="milestone")
    formats = tuple(_checked_format(form) for form in top.texts("date_formats"))
    unit = top.one_of("amount_unit", UNITS, default="万元")
    project = top.group("project", _PROJECT)
    milestone = top.group("milestone", _MILESTONE)
    _require(project, ("key", "name", "lead_unit", "focus_area"))
    _require(milestone, ("key", "name", "stage"))
    return LedgerMapping(
        source=top.text("source", required=True, longest=50),
        title=top.text("title", required=True, longest=100),
        layout=_layout(top),
        stand_ins=_stand_ins(top),
        project_key=tuple(map(line_of, project.texts("key", required=True))),
        project={name: _source(project, name, vocabulary) for name in _PROJECT_SOURCES if name in project},
        code_prefix=project.text("code_prefix", longest=20),
        milestone_key=tuple(map(line_of, milestone.texts("key", required=True))),
        milestone={n: _source(milestone, n, vocabulary) for n in ("name", "stage", "status") if n in milestone},
        dates={name: _date(milestone, name, formats) for name in MILESTONE_DATES if name in milestone},
        amounts={name: _amount(milestone, name, unit) for name in MILESTONE_AMOUNTS if name in milestone},
        started_with=frozenset(project.texts("started_with")),
        sums_budgets=bool(project.one_of("total_investment", ["", "sum_of_budgets"], default="")),
        raw=loaded,
    )


def _require(section: _Section, names: Iterable[str]) -> None:
    missing = [name for name in names if name not in section]
    if missing:
        raise WrongMapping(section.where, f"缺少必要的项：{'、'.join(missing)}。")


def _layout(top: _Section) -> Layout:
    file = top.group("file", ("encodings", "delimiter", "sheet", "header_row"))
    encodings = [name.lower() for name in file.texts("encodings")]
    wrong = [name for name in encodings if name not in ENCODINGS]
    if wrong:
        raise WrongMapping("file.encodings", f"不认识编码“{wrong[0]}”，可用的有：{'、'.join(ENCODINGS)}。")
    delimiter = file.value.get("delimiter", "")
    if delimiter not in ("", ",", ";", "\t", "|"):
        raise WrongMapping("file.delimiter", "分隔符只能是英文逗号、分号、竖线或制表符。")
    header = file.value.get("header_row", 1)
    if not isinstance(header, int) or isinstance(header, bool) or not 1 <= header <= 20:
        raise WrongMapping("file.header_row", "表头所在行应为 1 至 20 的整数。")
    return Layout(tuple(ENCODINGS[name] for name in encodings), delimiter, file.text("sheet"), header)


def _stand_ins(top: _Section) -> dict[str, StandIn]:
    written = top.value.get("codes", {})
    every = _Section(written, "codes", written if isinstance(written, dict) else ())
    codes = {}
    for name in every.value:
        group = every.group(name, ("means", "note"))
        means = group.one_of("means", [one.value for one in Meaning], default="coded")
        codes[line_of(name).upper()] = StandIn(Meaning(means), group.text("note"))
    return codes


def _checked_format(form: str) -> str:
    """A format is usable when it tells year, month and day, and brings every day back."""
    sample = date(2003, 11, 29)
    others = (sample.replace(year=2004), sample.replace(month=12), sample.replace(day=28))
    try:
        written = sample.strftime(form)
        is_whole = all(other.strftime(form) != written for other in others)
        if is_whole and datetime.strptime(written, form).date() == sample:  # noqa: DTZ007 - a day has no zone
            return form
    except (ValueError, re.error):
        pass
    raise WrongMapping("date_formats", f"“{form}”不是完整的日期格式，应含年月日，如 %m/%d/%Y。")


def _date(section: _Section, name: str, formats: tuple[str, ...]) -> DateColumn:
    return DateColumn(line_of(_column(section, name, ("column",)).text("column", required=True)), formats)


def _amount(section: _Section, name: str, unit: str) -> AmountColumn:
    group = _column(section, name, ("column", "unit"))
    return AmountColumn(line_of(group.text("column", required=True)), group.one_of("unit", UNITS, default=unit))


def _column(section: _Section, name: str, known: tuple[str, ...]) -> _Section:
    value = section.value[name]
    return _Section({"column": value} if isinstance(value, str) else value, section.place(name), known)


def _source(section: _Section, name: str, vocabulary: Vocabulary) -> Source:
    group = _column(section, name, ("column", "template", "constant", "values", "otherwise"))
    if sum(way in group for way in ("column", "template", "constant")) != 1:
        raise WrongMapping(group.where, "column（列）、template（模板）、constant（固定值）三者写一个，且只写一个。")
    source = Source(
        column=line_of(group.text("column", required="column" in group)),
        template=_template(group),
        constant=group.text("constant", required="constant" in group),
        values=_values(group) if "values" in group else None,
        otherwise=group.text("otherwise"),
    )
    if name in _NEEDS_A_FALLBACK and not source.constant and not source.otherwise:
        raise WrongMapping(group.where, "须写 otherwise：该列空缺或表内没有该值时归入哪一类。")
    words = _STATUS_WORDS if name == "status" else vocabulary.get(name)
    return source if words is None else _in_words(source, group, words)


def _template(group: _Section) -> str:
    template = group.text("template", required="template" in group)
    if template and (not PLACEHOLDER.search(template) or set(PLACEHOLDER.sub("", template)) & set("{}")):
        raise WrongMapping(group.place("template"), "模板里用 {列名} 引用列，花括号要成对，且至少引用一列。")
    return template


def _values(group: _Section) -> dict[str, str]:
    written = group.value["values"]
    table = _Section(written, group.place("values"), written if isinstance(written, dict) else ())
    return {line_of(name).casefold(): table.text(name, required=True) for name in table.value}


def _in_words(source: Source, group: _Section, words: Mapping[str, str]) -> Source:
    """The source with everything it can yield translated into what is stored."""

    def stored(word: str, name: str) -> str:
        if word and word not in words:
            raise WrongMapping(group.place(name), f"“{word}”不可用，可用的有：{'、'.join(words)}。")
        return words.get(word, "")

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
