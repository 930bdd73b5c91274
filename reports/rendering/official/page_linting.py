"""版式体检: what is wrong with the laid-out pages of a paper: the grid, the faces, the heads of its tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reports.linting import Finding
from reports.rendering.official.grid import BOTTOM, CHARACTERS, HEIGHT, LEFT, LINE, LINES, RIGHT, TOP, WIDTH, length
from reports.rendering.official.measured import Line, Page

FACES: Mapping[str, str] = {
    "仿宋_GB2312": "仿宋",
    "FandolFang": "仿宋",
    "楷体_GB2312": "楷体",
    "FandolKai": "楷体",
    "黑体": "黑体",
    "FandolHei": "黑体",
    "方正小标宋简体": "小标宋",
    "宋体": "宋体",
    "FandolSong": "小标宋、宋体",
}
"""The families of the standard and those that stand for them, by the official face that each is."""
_SHEET = (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM)
_UPRIGHT, _ACROSS = (LEFT, TOP, WIDTH, HEIGHT), (BOTTOM, LEFT, HEIGHT, WIDTH)
_WITHIN, _PITCH_WITHIN = 0.3, 0.05  # millimetres that are not seen
_BODY_POINTS = 16
_QUOTED_SIGNS = 12
_AMOUNTS = ("万元", "亿元")
_OF_STANDARD = "—·"
"""In GB 2312 too; the codec reads its dash and its dot as other signs."""
_SIGNED = frozenset({"organ", "dated"})


def lint_pages(pages: Sequence[Page], *, faces: Mapping[str, str]) -> tuple[Finding, ...]:
    """In the order of the pages, the faces last. ``faces``: of each family the signs that are printed in it."""
    found = [finding for page in pages for check in _CHECKS for finding in check(page)]
    return (*found, *_faces(pages, faces))


def _sheet(page: Page) -> Iterator[Finding]:
    """A4, and on it the type area; the sheet that lies across is the upright one turned."""
    is_across = page.width > page.height
    sheet, area = (_SHEET[::-1], _ACROSS) if is_across else (_SHEET, _UPRIGHT)
    if not _same((page.width, page.height), sheet):
        what = f"纸张为 {page.width:.0f}×{page.height:.0f} 毫米，应为 A4（210×297 毫米）。请系统管理员检查版式文件。"
        yield Finding("sheet", _on(page), what)
    elif not _same(page.area, area):
        said = f"版心为 {page.area[2]:.1f}×{page.area[3]:.1f} 毫米"
        yield Finding("grid", _on(page), f"{said}，应为 {WIDTH:.0f}×{HEIGHT:.0f} 毫米。请系统管理员检查版式文件。")


def _edges(page: Page) -> Iterator[Finding]:
    """Nothing reaches beyond what holds it."""
    for number, line in _numbered(page):
        if line.end > line.right + _WITHIN or line.x < line.left - _WITHIN:
            yield Finding("grid", _at(page, number, line), _too_wide(line))
        elif line.foot > page.bottom + _WITHIN:
            yield Finding("grid", _at(page, number, line), "超出版心下边。请把这一格或这一段的文字分开或缩短。")


def _too_wide(line: Line) -> str:
    wide = line.end - line.x - (line.right - line.left)
    said = f"“{_quoted(line.text)}”排不下，超出{'单元格' if line.is_in_table else '版心'} {max(wide, 0.1):.1f} 毫米。"
    return said + ("请缩短该数字或名称。" if line.is_in_table else "请缩短，或在中间断开。")


def _lines(page: Page) -> Iterator[Finding]:
    """At most 22 lines of 28 characters, at the distance of the grid."""
    body = [(number, line) for number, line in _numbered(page) if _is_body(line)]
    if len(body) > LINES:
        yield Finding("grid", _on(page), f"有 {len(body)} 行，每面应为 {LINES} 行。请系统管理员检查版式文件。")
    for number, line in body:
        if length(line.text) > CHARACTERS and line.end <= line.right + _WITHIN and not line.text.isascii():
            what = f"有 {length(line.text):g} 字，每行应为 {CHARACTERS} 字。请系统管理员检查版式文件。"
            yield Finding("grid", _at(page, number, line), what)
        if abs(line.pitch - LINE) > _PITCH_WITHIN:
            rare = "".join(filter(_is_rare, line.text))
            what = f"行距为 {line.pitch:.2f} 毫米，每面 {LINES} 行的行距应为 {LINE:.2f} 毫米。"
            mend = f"因该行有生僻字“{rare}”，请核对清样。" if rare else "请系统管理员检查版式文件。"
            yield Finding("grid", _at(page, number, line), what + mend, is_error=not rare)


def _signature(page: Page) -> Iterator[Finding]:
    """署名和成文日期 stand on a page with text (7.3.5.5)."""
    signed = [place for place, line in enumerate(page.lines) if line.role in _SIGNED]
    if signed and signed[0] == 0:
        what = "署名和成文日期单独成页，没有正文。请增减正文，使该面有正文。"
        yield Finding("signature", _at(page, 1, page.lines[0]), what)


def _tables(page: Page) -> Iterator[Finding]:
    """Each part of a table has its heads, and the unit above them where amounts stand in it."""
    for turn, table in enumerate(page.tables, start=1):
        where = f"{_on(page)}第{turn}个表"
        if not table.heads:
            yield Finding("table", where, "跨页后没有重复表头：有一格文字太长，一页排不下。请缩短该格文字。")
        elif not all(table.heads):
            yield Finding("table", where, "有一列没有表头名称。请补上。")
        elif not table.unit.startswith("单位：") and (amounts := _amounts(table.heads)):
            yield Finding("table", where, f"“{amounts[0]}”是金额，表右上角没有注明“单位：”。请补上。")


def _faces(pages: Sequence[Page], faces: Mapping[str, str]) -> Iterator[Finding]:
    """Every ordinary sign is printed in an official face; a rare one that these have not is to be looked at."""
    for family, signs in faces.items():
        if family in FACES:
            continue
        said = sorted({sign for sign in signs if not sign.isspace()})
        if ordinary := [sign for sign in said if not _is_rare(sign)]:
            what = f"“{_quoted(''.join(ordinary))}”等 {len(ordinary)} 个字没有用公文字体，印成了“{family}”。"
            where = _first(pages, ordinary)
            yield Finding("face", where, what + "请系统管理员安装公文字体，再另存一稿重新生成清样。")
        for sign in filter(_is_rare, said):
            what = f"“{sign}”是公文字体没有的生僻字，用“{family}”印出。请核对清样上的字形。"
            yield Finding("face", _first(pages, [sign]), what, is_error=False)


_CHECKS = (_sheet, _edges, _lines, _signature, _tables)


def _same(found: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(abs(one - other) <= _WITHIN for one, other in zip(found, wanted, strict=True))


def _numbered(page: Page) -> Iterator[tuple[int, Line]]:
    """Lines as they are counted on the page from above: what stands abreast is one."""
    tops = sorted({round(line.top) for line in page.lines})
    places = {top: place for place, top in enumerate(tops, start=1)}
    yield from ((places[round(line.top)], line) for line in page.lines)


def _is_body(line: Line) -> bool:
    return not line.is_in_table and abs(line.points - _BODY_POINTS) < 0.1


def _is_rare(sign: str) -> bool:
    """No sign of GB 2312, all of which the official faces have."""
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return sign not in _OF_STANDARD
    return False


def _amounts(heads: Iterable[str]) -> list[str]:
    return [head for head in heads if head.endswith(_AMOUNTS)]


def _on(page: Page) -> str:
    return f"清样第{page.number}页"


def _at(page: Page, number: int, line: Line) -> str:
    return f"{_on(page)}{'表内' if line.is_in_table else ''}第{number}行"


def _first(pages: Sequence[Page], signs: Iterable[str]) -> str:
    """Where one of these signs stands first."""
    wanted = set(signs)
    for page in pages:
        for number, line in _numbered(page):
            for place, sign in enumerate(line.text, start=1):
                if sign in wanted:
                    return f"{_at(page, number, line)}第{place}字"
    return "清样"


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED_SIGNS else f"{text[:_QUOTED_SIGNS]}…"
