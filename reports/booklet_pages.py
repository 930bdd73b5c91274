"""手册的版式: from the frozen booklet to its PDF, part by part, with the photos as large as they are printed."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import StoredFile
from reports.handover import Handover
from reports.inspection_booklet import Booklet
from reports.inspection_result import ResultSheet
from reports.rendering import handover_sheet, pdf, result_sheet
from reports.rendering.booklet import back, front, stop
from scheduling import photo

_CSS = Path(__file__).parent / "rendering" / "booklet" / "booklet.css"
_STOPS_AT_ONCE = 4
Progress = Callable[[int, int], None]


def unseen(_done: int, _total: int) -> None:
    """For work that nobody waits for."""


def written(booklet: Booklet, *, check_url: str = "", check_code: str = "", progress: Progress = unseen) -> bytes:
    """PDF/A, each stop a leaf of its own. ``progress`` is told after every part. Raises ``pdf.MissingGlyph``."""
    book, stops = pdf.Sections(_picture), booklet.stops
    parts = [stops[at : at + _STOPS_AT_ONCE] for at in range(0, len(stops), _STOPS_AT_ONCE)]
    total = len(parts) + 3
    pages: dict[int, int] = {}
    cover = front.cover(booklet, check_url=check_url, check_code=check_code)
    given = _around(booklet, check_code) | _front(booklet, cover)
    book.add(_html("front", book, given | {"agenda": front.agenda(booklet, pages={})}))
    progress(1, total)
    for turn, part in enumerate(parts, start=2):
        anchors = book.add(_html("stops", book, given | {"leaves": list(map(stop.leaf, part))}))
        pages |= {int(name.removeprefix("stop-")): page for name, page in anchors.items() if name.startswith("stop-")}
        progress(turn, total)
    book.add(_html("back", book, given | _back(booklet)))
    progress(total - 1, total)
    book.replace_first(_html("front", None, given | {"agenda": front.agenda(booklet, pages=pages)}))
    return book.written()


def result_written(sheet: ResultSheet, *, check_url: str, check_code: str) -> bytes:
    """观摩结果单 as PDF/A. Raises ``pdf.MissingGlyph``."""
    book = pdf.Sections(_picture)
    book.add(result_html(sheet, check_url=check_url, check_code=check_code))
    return book.written()


def result_html(sheet: ResultSheet, *, check_url: str = "", check_code: str = "") -> str:
    shown = result_sheet.laid_out(sheet, check_url=check_url, check_code=check_code)
    return _html("result", None, _around(sheet, check_code) | {"sheet": shown})


def handover_written(sheet: Handover, *, code: str) -> bytes:
    """交接单 as PDF/A, to be signed by hand. Raises ``pdf.MissingGlyph``."""
    given = {
        "title": sheet.title,
        "author": sheet.unit,
        "keywords": sheet.code,
        "style": _CSS.read_text(encoding="utf-8"),
        "running": sheet.title,
        "sheet": handover_sheet.laid_out(sheet),
        "code": code,
    }
    book = pdf.Sections(_picture)
    book.add(_html("handover", None, given))
    return book.written()


def html_parts(booklet: Booklet) -> Iterator[str]:
    """The same pages as they are laid out, without the order of a book: for tests and for eyes."""
    given = _around(booklet, "") | _front(booklet, front.cover(booklet, check_url="", check_code=""))
    yield _html("front", None, given | {"agenda": front.agenda(booklet, pages={})})
    yield _html("stops", None, given | {"leaves": list(map(stop.leaf, booklet.stops))})
    yield _html("back", None, given | _back(booklet))


def _around(booklet: Booklet | ResultSheet, check_code: str) -> dict[str, Any]:
    number = booklet.number or _("预览稿，未编号，不得印发")
    return {
        "title": booklet.title,
        "author": booklet.printer,
        "keywords": "，".join(filter(None, (_("重点项目"), _("季度观摩"), booklet.number, check_code))),
        "style": _CSS.read_text(encoding="utf-8"),
        "running": f"{booklet.title}　{number}",
    }


def _front(booklet: Booklet, cover: front.Cover) -> dict[str, Any]:
    return {
        "cover": cover,
        "route": front.route(booklet),
        "standings": front.standings(booklet.quarter_figures) if booklet.quarter_figures else None,
        "legend": front.legend(),
    }


def _back(booklet: Booklet) -> dict[str, Any]:
    said = {"findings": back.findings(booklet), "practices": booklet.practices, "sheets": back.sheets(booklet)}
    return said | {"round": booklet.title.removesuffix(_("手册"))}


def _html(part: str, book: pdf.Sections | None, given: dict[str, Any]) -> str:
    return render_to_string(f"reports/booklet/{part}.html", given | {"first": book.next_page if book else 1})


def _picture(name: str) -> bytes:
    """Named by its longer side in pixels and its digest."""
    pixels, sha256 = name.split(":")
    content = stored_files.where(StoredFile(sha256=sha256)).read_bytes()
    try:
        return photo.scaled(BytesIO(content), long_side=int(pixels))
    except RuleViolation:
        return _NOTHING


_NOTHING = photo.blank()
