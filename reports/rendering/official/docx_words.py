"""What a Word paper is made of: runs in the official faces, exact lines, tables, page numbers, as OOXML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from reports.rendering.official.laid_out import Rows

FANG, KAI, HEI, TITLE, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
LINE_POINTS, CHARACTER_POINTS, IMPRINT_LINE_POINTS = 28.95, 15.75, 22.0
RED = "E60012"
_TWIPS, _HALVES = 20, 2
_SPACED = -5  # −0.25 pt, so that 28 characters stand in a line


@dataclass(frozen=True)
class Face:
    """``points`` of type; ``is_spaced``: set to the grid of 28 characters."""

    font: str = FANG
    points: float = 16
    color: str = ""
    is_spaced: bool = True


BODY = Face()


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands. Indents are in characters, ``before`` and ``line`` in points."""

    align: str = "left"
    left: float = 0
    right: float = 0
    first: float = 0
    before: float = 0
    line: float = LINE_POINTS
    level: int = 0
    keeps_next: bool = False
    on_new_page: bool = False
    rule: str = ""


INDENTED = Place(first=2)


def paragraph(runs: Sequence[tuple[str, Face]], place: Place = Place()) -> Any:
    """One paragraph; a new line within a run is a line break."""
    return parse_xml(f"<w:p {nsdecls('w')}>{_properties(place)}{''.join(run(*each) for each in runs)}</w:p>")


def run(text: str, face: Face) -> str:
    lines = text.split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{_face(face)}{said}</w:r>"


def page_number(*, is_odd: bool) -> Any:
    """— 1 —: on odd pages at the right with one character beside it, on even pages at the left."""
    face, place = Face(SONG, 14, is_spaced=False), Place(align="right", right=1, line=14)
    runs = (
        run("— ", face)
        + "".join(
            f"<w:r>{_face(face)}{each}</w:r>"
            for each in (
                '<w:fldChar w:fldCharType="begin"/>',
                '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
                '<w:fldChar w:fldCharType="end"/>',
            )
        )
        + run(" —", face)
    )
    place = place if is_odd else Place(left=1, line=14)
    return parse_xml(f"<w:p {nsdecls('w')}>{_properties(place)}{runs}</w:p>")


def table(rows: Rows, *, width: int) -> Any:
    """``width`` in twips. Its heads, with the unit above them, are repeated on each page."""
    points = 12 if rows.style == "large" else 10.5
    widths = [round(width * int(each[1:]) / 1_000) for each in rows.widths]
    heads = [(f"{head.label}\n{head.unit}" if head.unit else head.label, "center") for head in rows.heads]
    lines = [_unit_row(rows.unit, width, len(widths))] if rows.unit else []
    lines.append(_row(heads, widths, Face(HEI, points, is_spaced=False), is_head=True))
    for turn, row in enumerate(rows.rows):
        face = Face(HEI if turn < rows.totals else FANG, points, is_spaced=False)
        lines.append(_row([(cell.words, _SIDES.get(cell.style, "left")) for cell in row], widths, face))
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w={quoteattr(str(width))} w:type='dxa'/>{_BORDERS}"
        f"<w:tblLayout w:type='fixed'/>{_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


@dataclass(frozen=True)
class ImprintLine:
    """``height`` in points; ``points``: the type of its left part."""

    left: str
    right: str = ""
    height: float = IMPRINT_LINE_POINTS + 2
    points: float = 14


def imprint(lines: Sequence[ImprintLine], *, width: int) -> Any:
    """版记, with rules between its lines."""
    wide = width * 11 // 20
    rows = []
    for turn, line in enumerate(lines):
        rules = _imprint_rules(8 if turn == 0 else 6, 8 if turn == len(lines) - 1 else 6)
        cells = [(line.left, "left", wide if line.right else width, line.points)]
        if line.right:
            cells.append((line.right, "right", width - wide, 14))
        rows.append(
            f"<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val='{round(line.height * _TWIPS)}' w:hRule='exact'/></w:trPr>"
            f"{''.join(_imprint_cell(*each, rules=rules, spans=not line.right) for each in cells)}</w:tr>"
        )
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w='{width}' w:type='dxa'/><w:tblLayout w:type='fixed'/>{_MARGINS}"
        f"</w:tblPr><w:tblGrid><w:gridCol w:w='{wide}'/><w:gridCol w:w='{width - wide}'/></w:tblGrid>"
        f"{''.join(rows)}</w:tbl>"
    )


def _imprint_rules(above: int, below: int) -> str:
    """Their thickness in eighths of a point."""
    return "".join(
        f"<w:{edge} w:val='single' w:sz='{size}' w:space='0' w:color='000000'/>"
        for edge, size in (("top", above), ("bottom", below))
    )


def _imprint_cell(words: str, side: str, width: int, points: float, *, rules: str, spans: bool) -> str:
    return (
        f"<w:tc><w:tcPr><w:tcW w:w='{width}' w:type='dxa'/>{_SPAN if spans else ''}<w:tcBorders>{rules}</w:tcBorders>"
        f"<w:vAlign w:val='center'/></w:tcPr><w:p>{_properties(Place(side, 1, 1, line=IMPRINT_LINE_POINTS))}"
        f"{run(words, Face(FANG, points, is_spaced=False))}</w:p></w:tc>"
    )


_SIDES = {"num": "right", "mid": "center"}
_SPAN = '<w:gridSpan w:val="2"/>'
_BORDERS = (
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)
_MARGINS = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'


def _unit_row(unit: str, width: int, columns: int) -> str:
    none = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "right"))
    return (
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:tcW w:w='{width}' w:type='dxa'/>"
        f"<w:gridSpan w:val='{columns}'/><w:tcBorders>{none}</w:tcBorders></w:tcPr>"
        f"<w:p>{_properties(Place('right', line=16))}{run(unit, Face(FANG, 12, is_spaced=False))}</w:p></w:tc></w:tr>"
    )


def _row(cells: Sequence[tuple[str, str]], widths: Sequence[int], face: Face, *, is_head: bool = False) -> str:
    line = face.points * 1.35
    said = "".join(
        f"<w:tc><w:tcPr><w:tcW w:w='{width}' w:type='dxa'/><w:vAlign w:val='center'/></w:tcPr>"
        f"<w:p>{_properties(Place(side, line=line))}{run(words, face)}</w:p></w:tc>"
        for (words, side), width in zip(cells, widths, strict=True)
    )
    repeated = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{said}</w:tr>"


def _properties(place: Place) -> str:
    indents = "".join(
        f' w:{name}Chars="{round(value * 100)}" w:{name}="{round(value * CHARACTER_POINTS * _TWIPS)}"'
        for name, value in _indents(place)
    )
    rule = (
        f"<w:pBdr><w:bottom w:val='single' w:sz='12' w:space='5' w:color='{place.rule}'/></w:pBdr>"
        if place.rule
        else ""
    )
    return (
        "<w:pPr>"
        + ("<w:keepNext/>" if place.keeps_next else "")
        + ("<w:pageBreakBefore/>" if place.on_new_page else "")
        + '<w:widowControl w:val="0"/>'
        + rule
        + '<w:snapToGrid w:val="0"/>'
        + f'<w:spacing w:before="{round(place.before * _TWIPS)}" w:after="0"'
        + f' w:line="{round(place.line * _TWIPS)}" w:lineRule="exact"/>'
        + (f"<w:ind{indents}/>" if indents else "")
        + f'<w:jc w:val="{place.align}"/>'
        + (f'<w:outlineLvl w:val="{place.level - 1}"/>' if place.level else "")
        + "</w:pPr>"
    )


def _indents(place: Place) -> list[tuple[str, float]]:
    first = ("firstLine", place.first) if place.first > 0 else ("hanging", -place.first)
    return [each for each in (("left", place.left), ("right", place.right), first) if each[1]]


def _face(face: Face) -> str:
    fonts = " ".join(f"w:{each}={quoteattr(face.font)}" for each in ("ascii", "hAnsi", "eastAsia", "cs"))
    color = f'<w:color w:val="{face.color}"/>' if face.color else ""
    spacing = f'<w:spacing w:val="{_SPACED}"/>' if face.is_spaced else ""
    size = round(face.points * _HALVES)
    return f"<w:rPr><w:rFonts {fonts}/>{color}{spacing}<w:sz w:val='{size}'/><w:szCs w:val='{size}'/></w:rPr>"
