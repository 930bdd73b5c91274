"""月通报 and 更正通报 as official papers: the words of the draft with their figures, and the tables behind them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reports.bulletin import Registered, Section
from reports.bulletin_figures import Figure, figures, with_figures
from reports.official import Annex, Block, Form, Heading, OfficialPaper, Paragraph, Table
from reports.rendering import bulletin_tables as tables

_SECOND_LEVEL = re.compile(r"（[一二三四五六七八九十]+）[^。；：]{1,30}$")
_PERSON = re.compile(r"更正人：[^，。；]*[，；]?")
_TABLES = {"groups": ("area", "category"), "changes": ("changes",)}
"""By the key of a section, the tables that stand at its end."""


def paper_of(registered: Registered, *, check_url: str, check_code: str) -> OfficialPaper:
    """The paper as it was registered, whole. Raises ``UnknownFigure`` where its text names one that is not there."""
    return OfficialPaper(
        form=Form(registered.form),
        mark=registered.mark,
        number=registered.number,
        title=registered.title,
        addressee=registered.addressee,
        body=tuple(_body(registered)),
        annexes=tuple(_annexes(registered)),
        signature=registered.signature,
        dated=registered.signed_on,
        remark=registered.remark,
        cc=registered.cc,
        printer=registered.printer,
        printed_on=registered.signed_on,
        copies=registered.copies or None,
        check_url=check_url,
        check_code=check_code,
    )


def public_version(paper: OfficialPaper) -> OfficialPaper:
    """Without the names of persons: their columns are left out, and who corrected what."""
    return replace(
        paper,
        body=tuple(map(_without_persons, paper.body)),
        annexes=tuple(replace(each, blocks=tuple(map(_without_persons, each.blocks))) for each in paper.annexes),
    )


def named_in(paper: OfficialPaper, people: Iterable[str]) -> tuple[str, ...]:
    """Which of these names are still written somewhere in it, by hand or in a cell."""
    said = "\n".join(_every_word(paper))
    return tuple(sorted({name for name in people if len(name) > 1 and name in said}))


def _every_word(paper: OfficialPaper) -> Iterator[str]:
    yield from (paper.title, paper.addressee, paper.remark, paper.cc)
    for block in (*paper.body, *(block for annex in paper.annexes for block in annex.blocks)):
        if isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)
            yield block.note
        else:
            yield block.text


def printed(section: Section, named: dict[str, Figure]) -> Section:
    """The section as it is read: a figure for every token."""
    return replace(section, text=with_figures(section.text, named))


def _body(registered: Registered) -> Iterator[Block]:
    bulletin, erratum = registered.bulletin, registered.erratum
    named = dict(figures(bulletin)) if bulletin else {}
    for section in registered.sections:
        if section.heading:
            yield Heading(1, section.heading)
        yield from map(_block, filter(None, map(str.strip, printed(section, named).text.splitlines())))
        if bulletin and section.key in _TABLES:
            yield from tables.by_group(bulletin, named, *_TABLES[section.key])
        if erratum and section.key in _TABLES:
            yield tables.changes(erratum)


def _block(line: str) -> Block:
    return Heading(2, line) if _SECOND_LEVEL.match(line) else Paragraph(line)


def _annexes(registered: Registered) -> Iterator[Annex]:
    """Only those that have something to tell."""
    if bulletin := registered.bulletin:
        named = dict(figures(bulletin))
        yield from _annex("各单位（责任口径）和各镇街（属地口径）进展情况总表", tables.whole(bulletin, named))
        yield from _annex("投资完成率排名表", tables.boards(bulletin))
        yield from _annex("逾期和应开未开、应竣未竣项目清单", tables.lagging(bulletin))
        yield from _annex("问题和交办事项督办清单", tables.open_matters(bulletin))
    if erratum := registered.erratum:
        yield from _annex("数据更正情况表", [tables.causes(erratum)] if erratum.causes else [])


def _annex(title: str, found: Sequence[Table]) -> Iterator[Annex]:
    if found:
        yield Annex(title, tuple(found), any(len(each.columns) > tables.MOST_UPRIGHT for each in found))


def _without_persons(block: Block) -> Block:
    if isinstance(block, Table):
        kept = [place for place, column in enumerate(block.columns) if column.label not in tables.PERSONS]
        return replace(
            block,
            columns=tuple(block.columns[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in block.rows),
            names=(),
        )
    return replace(block, text=_PERSON.sub("", block.text))
