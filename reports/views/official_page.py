"""文稿版面: an official paper as a page of the screen, its figures opening what is behind them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from projects.figures import chinese_date
from reports.bulletin import Registered, Section
from reports.bulletin_figures import Figure, tokens, with_figures
from reports.official import Block, Heading, OfficialPaper, Paragraph, Table
from reports.rendering.official.laid_out import title_lines

_BEGIN, _NAMED, _END = "\ue000", "\ue001", "\ue002"  # private signs around a figure, gone before anybody reads them
_MARKED = re.compile(f"{_BEGIN}([^{_NAMED}]*){_NAMED}([^{_END}]*){_END}")
_WIDE = 6  # columns; beyond them a table scrolls within itself on a phone


class Links(Protocol):
    def figure(self, name: str) -> str:
        """Where the figure of this name leads to."""
        ...

    def group(self, name: str) -> str:
        """Where all figures of the group of this name are."""
        ...


def marked(registered: Registered, figures: Mapping[str, Figure]) -> Registered:
    """The same paper with its figures filled in and marked by name; one that does not exist says so in its place."""
    named = {
        name: replace(figure, printed=f"{_BEGIN}{name}{_NAMED}{figure.printed}{_END}")
        for name, figure in figures.items()
    }
    return replace(registered, sections=tuple(_filled(each, named) for each in registered.sections))


def _filled(section: Section, named: Mapping[str, Figure]) -> Section:
    text = section.text
    for name in set(tokens(text)) - named.keys():
        text = text.replace(f"{{{name}}}", _("〔没有名为“%s”的数据〕") % name)
    return replace(section, text=with_figures(text, named))


def page_of(paper: OfficialPaper, *, links: Links | None = None, annex: int | None = None) -> dict[str, Any]:
    """What the template lays out: the paper, or one annex of it. ``links``: None, nothing of it opens."""
    chosen = paper.annexes[annex - 1] if annex and annex <= len(paper.annexes) else None
    return {
        "is_official": paper.form == "OFFICIAL",
        "mark": paper.mark,
        "number": paper.number,
        "title": paper.title,
        "title_lines": title_lines(paper.title),
        "addressee": paper.addressee,
        "blocks": [_block(each, links) for each in (chosen.blocks if chosen else paper.body)],
        "annex": {"number": annex, "title": chosen.title} if chosen else None,
        "annexes": [{"number": place, "title": each.title} for place, each in enumerate(paper.annexes, 1)],
        "signature": paper.signature,
        "dated": chinese_date(paper.dated) if paper.dated else "",
        "remark": paper.remark,
        "cc": paper.cc,
        "printer": paper.printer,
        "printed_on": chinese_date(paper.printed_on) if paper.printed_on else "",
        "copies": paper.copies,
        "check_code": paper.check_code,
    }


def _block(block: Block, links: Links | None) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "runs": list(_runs(text, links))}
        case Paragraph(text):
            return {"kind": "paragraph", "runs": list(_runs(text, links))}
        case Table():
            return {"kind": "table"} | _table(block, links)


def _table(table: Table, links: Links | None) -> dict[str, Any]:
    """Each figure opens what is behind it; where there are sums, the second column names the groups they are of."""
    return {
        "title": table.title,
        "unit": table.unit,
        "note": table.note,
        "is_wide": len(table.columns) > _WIDE,
        "columns": [
            {"label": each.label, "unit": each.unit, "style": "num" if each.is_figure else ""} for each in table.columns
        ],
        "rows": [
            {
                "is_total": place < table.totals,
                "cells": [
                    {
                        "words": words,
                        "style": "num" if column.is_figure else "",
                        "url": _opened(table, place, turn, links) if links else "",
                    }
                    for turn, (words, column) in enumerate(zip(row, table.columns, strict=True))
                ],
            }
            for place, row in enumerate(table.rows)
        ],
    }


def _opened(table: Table, place: int, turn: int, links: Links) -> str:
    if name := table.names[place][turn] if table.names else "":
        return links.figure(name)
    return links.group(table.rows[place][turn]) if table.totals and turn == 1 else ""


def _runs(text: str, links: Links | None) -> Iterator[dict[str, str]]:
    """Plain words and figures in turn."""
    place = 0
    for found in _MARKED.finditer(text):
        yield {"words": text[place : found.start()], "url": ""}
        yield {"words": found[2], "url": links.figure(found[1]) if links else ""}
        place = found.end()
    yield {"words": text[place:], "url": ""}
