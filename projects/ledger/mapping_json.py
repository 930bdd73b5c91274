"""Reads a mapping from JSON, strictly: what is wrong is refused with what, where and how to mend it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from .cells import UNITS, YEARS, line_of
from .field_json import FieldReader, Vocabulary
from .layout import Layout
from .mapping import (
    MILESTONE_AMOUNTS,
    MILESTONE_DATES,
    PARTS,
    PROJECT_CHOICES,
    PROJECT_TEXTS,
    PROJECT_UNITS,
    LedgerMapping,
    Meaning,
    NodeColumns,
    Part,
    Rows,
    StandIn,
    WrongMapping,
)
from .strict_json import Section, loaded

ENCODINGS = {
    "utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5",
    "utf-16": "utf-16", "windows-1252": "windows-1252", "latin-1": "latin-1",
}  # fmt: skip
_PROJECT_SOURCES = (*PROJECT_TEXTS, *PROJECT_UNITS, *PROJECT_CHOICES)
_TOP = ("source", "title", "about", "rows", "year", "file", "date_formats", "vague_dates", "amount_unit", "codes",
        "project")  # fmt: skip
_PROJECT = ("key", "code_prefix", *_PROJECT_SOURCES)
_OF_MILESTONES = ("started_with", "total_investment")
_MILESTONE = Part(choices=("name", "stage", "status"), dates=MILESTONE_DATES, amounts=MILESTONE_AMOUNTS)
_PROJECT_FIELDS = Part(texts=PROJECT_TEXTS, choices=(*PROJECT_UNITS, *PROJECT_CHOICES))
_LAYOUT = ("encodings", "delimiter", "sheet", "header_row", "header_rows", "sections", "totals", "notes", "merged")
_MOST_NODES = 60


def parse(text: str | bytes, vocabulary: Vocabulary) -> LedgerMapping:
    """The mapping this JSON spells. Raises ``WrongMapping``."""
    return _read(loaded(text), vocabulary)


def _read(found: Any, vocabulary: Vocabulary) -> LedgerMapping:
    asked = found.get("rows") if isinstance(found, dict) else None
    is_project = asked == Rows.PROJECT.value
    top = Section(found, "顶层", (*_TOP, *(("milestones", *PARTS) if is_project else ("milestone",))))
    top.one_of("rows", [kind.value for kind in Rows], default=Rows.MILESTONE.value)
    reader = FieldReader(
        vocabulary,
        formats=tuple(_checked_format(form) for form in top.texts("date_formats")),
        unit=top.one_of("amount_unit", UNITS, default="万元"),
        reads_vague=top.flag("vague_dates", default=is_project),
    )
    project = top.group("project", (*_PROJECT, *(() if is_project else _OF_MILESTONES)))
    _require(project, ("key", "name", "lead_unit", "focus_area"))
    return LedgerMapping(
        source=top.text("source", required=True, longest=50),
        title=top.text("title", required=True, longest=100),
        layout=_layout(top),
        stand_ins=_stand_ins(top),
        project_key=tuple(map(line_of, project.texts("key", required=True))),
        project=reader.columns(project, _PROJECT_FIELDS).texts,
        code_prefix=project.text("code_prefix", longest=20),
        year=top.number("year", YEARS) if "year" in top else None,
        raw=found,
        **(_of_projects(top, reader) if is_project else _of_milestones(top, project, reader)),
    )


def _of_milestones(top: Section, project: Section, reader: FieldReader) -> dict[str, Any]:
    milestone = top.group("milestone", ("key", *_MILESTONE.names()))
    _require(milestone, ("key", "name", "stage"))
    columns = reader.columns(milestone, _MILESTONE)
    return {
        "milestone_key": tuple(map(line_of, milestone.texts("key", required=True))),
        "milestone": columns.texts,
        "dates": columns.dates,
        "amounts": columns.amounts,
        "started_with": frozenset(project.texts("started_with")),
        "sums_budgets": bool(project.one_of("total_investment", ["", "sum_of_budgets"], default="")),
    }


def _of_projects(top: Section, reader: FieldReader) -> dict[str, Any]:
    sections = {name: top.group(name, part.names()) for name, part in PARTS.items() if name in top}
    if "plan" in sections and "year" not in top:
        raise WrongMapping("plan", '有年度计划的列，须在顶层写明年份，如 "year": 2026。')
    return {
        "rows": Rows.PROJECT,
        "parts": {name: reader.columns(section, PARTS[name]) for name, section in sections.items()},
        "nodes": _nodes(top, reader),
    }


def _nodes(top: Section, reader: FieldReader) -> tuple[NodeColumns, ...]:
    sections = top.groups("milestones", ("name", "stage", *MILESTONE_DATES), most=_MOST_NODES)
    nodes = tuple(
        NodeColumns(
            name=line_of(section.text("name", required=True)),
            stage=reader.stored(section, "stage"),
            dates=reader.dates(section, MILESTONE_DATES),
        )
        for section in sections
    )
    names = [node.name for node in nodes]
    for section, node in zip(sections, nodes, strict=True):
        if not node.dates:
            raise WrongMapping(section.where, f"至少写一列日期：{'、'.join(MILESTONE_DATES)}。")
        if names.count(node.name) > 1:
            raise WrongMapping(section.where, f"节点“{node.name}”写了两遍，请合成一个。")
    return nodes


def _require(section: Section, names: Iterable[str]) -> None:
    missing = [name for name in names if name not in section]
    if missing:
        raise WrongMapping(section.where, f"缺少必要的项：{'、'.join(missing)}。")


def _layout(top: Section) -> Layout:
    file = top.group("file", _LAYOUT)
    encodings = [name.lower() for name in file.texts("encodings")]
    wrong = [name for name in encodings if name not in ENCODINGS]
    if wrong:
        raise WrongMapping("file.encodings", f"不认识编码“{wrong[0]}”，可用的有：{'、'.join(ENCODINGS)}。")
    delimiter = file.value.get("delimiter", "")
    if delimiter not in ("", ",", ";", "\t", "|"):
        raise WrongMapping("file.delimiter", "分隔符只能是英文逗号、分号、竖线或制表符。")
    return Layout(
        encodings=tuple(ENCODINGS[name] for name in encodings),
        delimiter=delimiter,
        sheet=file.text("sheet"),
        header_row=file.number("header_row", range(1, 21), default=1),
        header_rows=file.number("header_rows", range(1, 4), default=1),
        has_sections=file.flag("sections"),
        has_totals=file.flag("totals"),
        has_notes=file.flag("notes"),
        fills_merged=file.flag("merged"),
    )


def _stand_ins(top: Section) -> dict[str, StandIn]:
    written = top.value.get("codes", {})
    every = Section(written, "codes", written if isinstance(written, dict) else ())
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
