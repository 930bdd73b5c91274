"""公文 as Word: the same parts on the same page, in the official faces, which the reader's machine has."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt

from reports.official import OfficialPaper
from reports.rendering.official import codes
from reports.rendering.official.docx_words import (
    BODY,
    FANG,
    HEI,
    IMPRINT_LINE_POINTS,
    INDENTED,
    KAI,
    LINE_POINTS,
    RED,
    TITLE,
    Face,
    ImprintLine,
    Place,
    imprint,
    page_number,
    paragraph,
    table,
)
from reports.rendering.official.grid import BOTTOM, HEIGHT, LEFT, POINT, RIGHT, TOP, WIDTH, length
from reports.rendering.official.laid_out import (
    AnnexPages,
    Imprint,
    Laid,
    Part,
    laid_out,
    mark_points,
    signature_indents,
)

_TWIPS_OF_MM = 1_440 / 25.4
_FOOTER = BOTTOM - 4.53 - 14 * POINT  # below the page number, whose dash stands 7 mm under the type area
_SLACK = 8.0  # points: what another reckoning of the lines may take
_CC_CHARACTERS = 28  # of 4 号 in a line of the 版记, with some to spare
_NEVER = (1980, 1, 1, 0, 0, 0)
_FACES = {"level-1": Face(HEI), "level-2": Face(KAI)}


def written(paper: OfficialPaper, *, at: datetime) -> bytes:
    """The same paper and moment, the same bytes.

    Where its 版记 shall stand, Word cannot tell by itself: it has an even page of its own. Landscape pages have their
    number below.
    """
    laid, document = laid_out(paper), Document()
    _prepare(document, laid, at=at)
    _upright(document.sections[0])
    _number(document.sections[0])
    body = _Body(document)
    for element in _head(paper, laid):
        body.add(element)
    body.parts(laid.parts, across=False)
    for element in _after(paper, laid):
        body.add(element)
    for annex in laid.annexes:
        body.annex(annex)
    if laid.imprint:
        body.imprint(laid.imprint, paper.check_url)
    return _repacked(document)


class _Body:
    """The text of the document, to which is added before its last section."""

    def __init__(self, document: Any) -> None:
        self.document, self.is_across = document, False

    def add(self, element: Any) -> None:
        self.document.element.body.insert_element_before(element, "w:sectPr")

    def parts(self, parts: tuple[Part, ...], *, across: bool) -> None:
        width = round((HEIGHT if across else WIDTH) * _TWIPS_OF_MM)
        for part in parts:
            if part.rows is None:
                self.add(_text(part))
                continue
            if part.rows.title:
                self.add(paragraph([(part.rows.title, Face(HEI))], Place("center", keeps_next=True)))
            self.add(table(part.rows, width=width))
            note = part.rows.note
            self.add(paragraph([(note, Face(points=10.5, is_spaced=False))], Place(line=15)))

    def annex(self, annex: AnnexPages) -> None:
        across = annex.style == "across"
        is_turned = across is not self.is_across
        if is_turned:
            (_across if across else _upright)(self.document.add_section(WD_SECTION.NEW_PAGE))
            self.is_across = across
        self.add(paragraph([(annex.label, Face(HEI))], Place(on_new_page=not is_turned, level=1)))
        self.add(_title(annex.title, before=LINE_POINTS))
        self.add(paragraph([("", BODY)]))
        self.parts(annex.parts, across=across)

    def imprint(self, given: Imprint, address: str) -> None:
        """A page of its own, an even one; the space above is reckoned, so that it stands at the foot."""
        _upright(self.document.add_section(WD_SECTION.EVEN_PAGE))
        lines = list(_imprint_lines(given))
        space = HEIGHT / POINT - sum(line.height for line in lines) - _SLACK
        self.add(paragraph([("", BODY)], Place(line=space)))
        self.add(imprint(lines, width=round(WIDTH * _TWIPS_OF_MM)))
        self.add(paragraph([("", Face(points=1))], Place(line=1)))
        if address and given.check_code and given.copies:
            cell = self.document.tables[-1].rows[-1].cells[0].paragraphs[0]
            cell.paragraph_format.line_spacing = 1
            drawn = cell.add_run()
            drawn.add_picture(BytesIO(codes.png(address)), width=Mm(16))
            cell._element.insert(1, drawn._element)


def _prepare(document: Any, laid: Laid, *, at: datetime) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FANG, Pt(16)
    fonts = normal.element.rPr.rFonts
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FANG)
    normal.paragraph_format.line_spacing = Pt(LINE_POINTS)
    said = document.core_properties
    said.title, said.author, said.keywords, said.language = laid.name, laid.organ, laid.keywords, "zh-CN"
    said.comments, said.last_modified_by, said.revision = "", laid.organ, 1
    said.created = said.modified = at.astimezone(UTC).replace(tzinfo=None)


def _upright(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(15), Mm(_FOOTER)


def _across(section: Section) -> None:
    """The upright page turned: its binding side is the upper one."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(LEFT), Mm(RIGHT)
    section.left_margin, section.right_margin = Mm(BOTTOM), Mm(TOP)
    section.footer_distance = Mm(RIGHT - 4.53 - 14 * POINT)


def _number(section: Section) -> None:
    for footer, is_odd in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        for old in list(footer.paragraphs):
            old._element.getparent().remove(old._element)
        footer._element.append(page_number(is_odd=is_odd))


def _head(paper: OfficialPaper, laid: Laid) -> Iterator[Any]:
    size = mark_points(paper.mark)
    drop = (12 if laid.is_brief else 35) / POINT
    mark = Face(TITLE, round(size * 2) / 2, RED, is_spaced=False)
    yield paragraph([(laid.mark, mark)], Place("center", before=drop, line=size))
    if laid.is_brief:
        yield paragraph([(laid.number, BODY)], Place("center", before=LINE_POINTS))
        yield paragraph([(f"{laid.organ}　　{laid.dated}", BODY)], Place("center", rule=RED))
    else:
        yield paragraph([(laid.number, BODY)], Place("center", before=2 * LINE_POINTS, rule=RED))
    yield _title(laid.title, before=(1 if laid.is_brief else 2) * LINE_POINTS)
    if laid.addressee:
        yield paragraph([(laid.addressee, BODY)], Place(before=LINE_POINTS))


def _title(lines: tuple[str, ...], *, before: float) -> Any:
    return paragraph([("\n".join(lines), Face(TITLE, 22, is_spaced=False))], Place("center", before=before, level=1))


def _text(part: Part) -> Any:
    level = int(part.style.rpartition("-")[2]) if part.style.startswith("level") else 0
    runs = [(part.lead, Face(KAI))] if part.lead else []
    runs.append((part.words, _FACES.get(part.style, BODY)))
    return paragraph(runs, Place(first=2, level=level + 1, keeps_next=True) if level else INDENTED)


def _after(paper: OfficialPaper, laid: Laid) -> Iterator[Any]:
    """附件说明, signature and day, 附注."""
    for turn, (number, name) in enumerate(laid.listed):
        label, is_first = ("附件：" if turn == 0 else ""), turn == 0
        listed = f"{number}." if number else ""
        wide = 3 + (1.5 if number else 0)
        place = Place(left=2 + wide, first=-(wide if is_first else 1.5), before=LINE_POINTS if is_first else 0)
        yield paragraph([(f"{label}{listed}{name}", BODY)], place)
    if not laid.is_brief:
        organ, dated = signature_indents(laid.organ, laid.dated)
        yield paragraph([(laid.organ, BODY)], Place(left=organ, before=LINE_POINTS, keeps_next=True))
        yield paragraph([(laid.dated, BODY)], Place(left=dated))
    if laid.remark:
        yield paragraph([(laid.remark, BODY)], INDENTED)


def _imprint_lines(given: Imprint) -> Iterator[ImprintLine]:
    if given.cc:
        said = f"抄送：{given.cc}"
        yield ImprintLine(said, height=ceil(length(said) / _CC_CHARACTERS) * IMPRINT_LINE_POINTS + 2)
    yield ImprintLine(given.printer, given.printed)
    if given.copies:
        checked = f"　校验码 {given.check_code}" if given.check_code else ""
        yield ImprintLine(checked, given.copies, height=52, points=10.5)


def _repacked(document: Any) -> bytes:
    """Without the time of day that a package otherwise remembers of every part."""
    found, target = BytesIO(), BytesIO()
    document.save(found)
    with ZipFile(found) as old, ZipFile(target, "w") as new:
        for each in old.infolist():
            new.writestr(ZipInfo(each.filename, _NEVER), old.read(each.filename), ZIP_DEFLATED)
    return target.getvalue()
