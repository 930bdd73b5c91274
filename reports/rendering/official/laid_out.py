"""公文: from its parts to ready words and measures, for the template that prints them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects import figures
from reports.official import Annex, Block, Form, Heading, OfficialPaper, Table, TableColumn
from reports.rendering.official import codes, titles
from reports.rendering.official.grid import CHARACTER, CHARACTERS, POINT, TITLE_POINTS, WIDTH, length, mm

MOST_COLUMNS_UPRIGHT = 8
TYPE = {"large": 12, "small": 10.5, "dense": 9}
"""Points of the type of a table: 小四, 五号, and 小五 where more columns lie across than 五号 has room for."""
_MOST_COLUMNS = {"large": 6, "small": MOST_COLUMNS_UPRIGHT}
_OF_DAYS = ("日期", "期限")
_LARGEST_MARK = 48.0
_MARK_POINTS = WIDTH / POINT
_LEAD = re.compile(
    r"（[一二三四五六七八九十]+）[^。，；：]{1,30}。(?=.)"
)  # of the second level, with its text behind it
_DROP, _BRIEF_DROP = 35.0, 12.0  # from the upper edge of the type area to that of the 发文机关标志
_ABOVE_INK = 0.123  # of the size: what the face leaves free above its characters


@dataclass(frozen=True)
class Head:
    label: str
    unit: str
    style: str


@dataclass(frozen=True)
class Cell:
    words: str
    style: str


@dataclass(frozen=True)
class Rows:
    """A table: ``style`` chooses its type, ``widths`` are the classes of its columns."""

    title: str
    unit: str
    style: str
    widths: tuple[str, ...]
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: int
    note: str


@dataclass(frozen=True)
class Part:
    """A block of text; ``rows`` None: words of that ``style``. ``lead``: what of it is a heading within the line."""

    style: str
    words: str = ""
    lead: str = ""
    rows: Rows | None = None


@dataclass(frozen=True)
class AnnexPages:
    label: str
    title: tuple[str, ...]
    name: str
    style: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Imprint:
    """版记; ``code`` is a drawing."""

    cc: str
    printer: str
    printed: str
    copies: str
    code: str
    check_code: str


@dataclass(frozen=True)
class Laid:
    """``rules`` are the measures of this paper as CSS. ``listed``: 附件说明, numbered where there is more than one."""

    is_brief: bool
    mark: str
    number: str
    name: str
    title: tuple[str, ...]
    addressee: str
    parts: tuple[Part, ...]
    listed: tuple[tuple[str, str], ...]
    organ: str
    dated: str
    remark: str
    annexes: tuple[AnnexPages, ...]
    imprint: Imprint | None
    keywords: str
    ends_across: bool
    rules: str


def laid_out(paper: OfficialPaper) -> Laid:
    """Every word of the paper where it is printed; nothing is reckoned after this."""
    is_brief = paper.form is Form.BRIEF
    return Laid(
        is_brief=is_brief,
        mark=paper.mark,
        number=paper.number,
        name=paper.title,
        title=title_lines(paper.title),
        addressee=paper.addressee,
        parts=tuple(map(_part, paper.body)),
        listed=tuple((number, annex.title) for number, annex in numbered(paper.annexes)),
        organ=paper.signature,
        dated=_day(paper.dated),
        remark=f"（{paper.remark}）" if paper.remark else "",
        annexes=tuple(_annex(number, each) for number, each in numbered(paper.annexes)),
        imprint=_imprint(paper),
        keywords="，".join(filter(None, ("重点项目", "通报", paper.number, paper.check_code))),
        ends_across=bool(paper.annexes) and paper.annexes[-1].is_landscape,
        rules=_rules(paper),
    )


def title_lines(title: str, *, width: float = WIDTH) -> tuple[str, ...]:
    return titles.lines(title, widest=width / POINT / TITLE_POINTS)


def numbered(annexes: tuple[Annex, ...]) -> list[tuple[str, Annex]]:
    """A single annex has no number."""
    if len(annexes) == 1:
        return [("", annexes[0])]
    return [(str(turn), annex) for turn, annex in enumerate(annexes, start=1)]


def signature_indents(organ: str, dated: str) -> tuple[float, float]:
    """Characters left of organ and date, where no seal is set: two right of the organ, the date two further in.

    A date longer than the organ has the two characters to its right, and the organ goes left with it (7.3.5.2).
    """
    if length(dated) > length(organ):
        starts = CHARACTERS - 2 - length(dated)
        return starts - 2, starts
    starts = CHARACTERS - 2 - length(organ)
    return starts, starts + 2


def widths(table: Table) -> list[int]:
    """Thousandths of the table for each column."""
    whole = sum(column.width for column in table.columns)
    return [round(1_000 * column.width / whole) for column in table.columns]


def mark_points(mark: str) -> float:
    """As large as the line holds, with some air between the characters."""
    return min(_LARGEST_MARK, _MARK_POINTS / max(length(mark), 1) / 1.03)


def _part(block: Block) -> Part:
    if isinstance(block, Table):
        return Part("table", rows=_rows(block))
    if isinstance(block, Heading):
        return Part(f"level-{block.level}", block.text)
    lead = _LEAD.match(block.text)
    return Part("", block.text[lead.end() :], lead[0]) if lead else Part("", block.text)


def _rows(table: Table) -> Rows:
    styles = [_style(column) for column in table.columns]
    return Rows(
        title=table.title,
        unit=table.unit,
        style=next((name for name, most in _MOST_COLUMNS.items() if len(styles) <= most), "dense"),
        widths=tuple(f"w{width}" for width in widths(table)),
        heads=tuple(
            Head(column.label, column.unit, style) for column, style in zip(table.columns, styles, strict=True)
        ),
        rows=tuple(tuple(map(Cell, row, styles)) for row in table.rows),
        totals=table.totals,
        note=table.note,
    )


def _style(column: TableColumn) -> str:
    if column.label == "序号" or column.label.endswith(_OF_DAYS):
        return "mid"
    return "num" if column.is_figure else ""


def _annex(number: str, annex: Annex) -> AnnexPages:
    return AnnexPages(
        label=f"附件{number}",
        title=title_lines(annex.title, width=225 if annex.is_landscape else WIDTH),
        name=annex.title,
        style="across" if annex.is_landscape else "upright",
        parts=tuple(map(_part, annex.blocks)),
    )


def _imprint(paper: OfficialPaper) -> Imprint | None:
    if not (paper.cc or paper.printer):
        return None
    return Imprint(
        cc=f"{paper.cc.rstrip('。')}。" if paper.cc else "",
        printer=paper.printer,
        printed=f"{_day(paper.printed_on)}印发" if paper.printed_on else "",
        copies=f"共印{paper.copies}份" if paper.copies else "",
        code=codes.svg(paper.check_url),
        check_code=paper.check_code,
    )


def _day(day: date | None) -> str:
    return figures.chinese_date(day) if day else ""


def _rules(paper: OfficialPaper) -> str:
    organ, dated = signature_indents(paper.signature, _day(paper.dated))
    size, drop = mark_points(paper.mark), _BRIEF_DROP if paper.form is Form.BRIEF else _DROP
    tables = [block for block in _blocks(paper) if isinstance(block, Table)]
    columns = sorted({width for table in tables for width in widths(table)})
    return "".join(
        (
            f".mark{{font-size:{size:.2f}pt;padding-top:{mm(drop - _ABOVE_INK * size * POINT)}}}",
            f".organ{{margin-left:{mm(organ * CHARACTER)}}}.dated{{margin-left:{mm(dated * CHARACTER)}}}",
            *(f".w{width}{{width:{width / 10:.1f}%}}" for width in columns),
        )
    )


def _blocks(paper: OfficialPaper) -> Iterable[Block]:
    yield from paper.body
    for annex in paper.annexes:
        yield from annex.blocks
