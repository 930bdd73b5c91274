"""PDF, by WeasyPrint; nothing else imports it. Only a worker renders: a poster takes seconds and memory.

What is rendered refers to nothing outside of itself, so every address is refused. A glyph that no font has stops
the work: a name with a hole in it must not hang on a wall.
"""

import logging
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from weasyprint import HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

FONTS = FontConfiguration()


class MissingGlyph(Exception):
    """No font has a sign of this text; ``signs`` are they."""

    def __init__(self, signs: str) -> None:
        super().__init__(f"字体缺字，无法印出：{signs}")
        self.signs = signs


class Refused(FatalURLFetchingError):
    """A document asked for something outside of itself."""


class NothingOutside(URLFetcher):
    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        raise Refused(url)


def of_drawings(drawings: Sequence[str], *, width_mm: float, height_mm: float, title: str) -> bytes:
    """One page for each SVG, of exactly this size. Raises ``MissingGlyph``."""
    return of_html(_pages(drawings, width_mm=width_mm, height_mm=height_mm, title=title))


def of_html(html: str) -> bytes:
    """Raises ``MissingGlyph``; ``Refused`` when the document is not complete in itself."""
    with _glyphs_watched():
        written: Any = HTML(string=html, url_fetcher=NothingOutside()).write_pdf(font_config=FONTS)
    return bytes(written)


class Printed(NamedTuple):
    """A paper as PDF, its ``pages`` as they were laid out, and of each family of type the signs printed in it."""

    content: bytes
    pages: Sequence[Any]
    faces: Mapping[str, str]


def of_paper(html: str, *, closing: Callable[[int, bool], str]) -> Printed:
    """公文 as PDF/A whose 版记 stands on the last page, an even one. Raises ``MissingGlyph`` and ``Refused``.

    The element ``closing`` keeps the room of the 版记; the sheet itself shows it on even pages alone. Where it comes to
    lie on an odd page, ``closing(number, after_blank)`` is laid out instead: the page of this number with the 版记,
    after a blank one where the text ends on an even page already.
    """
    with _glyphs_watched():
        document = _laid_out(html)
        pages = document.pages
        if "closing" in pages[-1].anchors and len(pages) % 2:
            after_blank = "text-end" not in pages[-1].anchors
            kept = pages[:-1] if after_blank else pages
            pages = [*kept, *_laid_out(closing(len(kept) + 1, after_blank)).pages]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile to be closed
            whole = document.copy(pages)
            written: Any = whole.write_pdf(pdf_variant="pdf/a-3u")
    return Printed(bytes(written), pages, _faces(whole.fonts.values()))


def _faces(fonts: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for font in fonts:
        found[font.family] = found.get(font.family, "") + "".join(font.to_unicode.values())
    return found


def _laid_out(html: str) -> Any:
    return HTML(string=html, url_fetcher=NothingOutside()).render(font_config=FONTS)


def _pages(drawings: Sequence[str], *, width_mm: float, height_mm: float, title: str) -> str:
    size = f"{width_mm:g}mm {height_mm:g}mm"
    rules = f"@page{{size:{size};margin:0}}body{{margin:0}}svg{{display:block;break-after:page}}"
    rules += "svg:last-child{break-after:auto}"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{rules}</style>'
    return f'<!doctype html><html lang="zh-Hans"><head>{head}</head><body>{"".join(drawings)}</body></html>'


class _Notdef(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef" in str(record.msg) and record.args:
            self.missing.append(str(record.args[0]))  # type: ignore[index]


@contextmanager
def _glyphs_watched() -> Iterator[None]:
    """WeasyPrint draws a box for a missing glyph and says so in its log only."""
    watch = _Notdef()
    LOGGER.addHandler(watch)
    try:
        yield
    finally:
        LOGGER.removeHandler(watch)
    if watch.missing:
        raise MissingGlyph("".join(sorted(set(watch.missing))))
