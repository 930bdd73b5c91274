"""文书的版式: from the kept snapshot of a document to its page and its bytes. Nothing else is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects import sheets
from projects.errors import RuleViolation
from projects.sheets import Sheet
from reports import snapshots
from reports.dispatch_sheet import DispatchSheet
from reports.models import Document, Rendition
from reports.official import OfficialPaper
from reports.rendering import dispatch_sheet, pdf
from reports.rendering.official.laid_out import laid_out as laid_out_official
from reports.sheets import dispatch_book

_RENDERING = Path(__file__).parent / "rendering"
_CSS = _RENDERING / "paper.css"
_OFFICIAL_CSS = _RENDERING / "official" / "official.css"


@dataclass(frozen=True)
class Kind:
    """What a kind of document is read into, in which forms it is kept, and how it is laid out."""

    snapshot: type[Any]
    forms: tuple[str, ...]
    laid_out: Callable[[Any], Any]
    book: Callable[[Any], list[Sheet[Any]]]
    template: str


_KINDS = {
    Document.Kind.WEEKLY_DISPATCH: Kind(
        DispatchSheet,
        (Rendition.Format.PDF, Rendition.Format.XLSX),
        dispatch_sheet.laid_out,
        dispatch_book,
        "reports/dispatch_sheet_paper.html",
    )
}


def forms_of(document: Document) -> tuple[str, ...]:
    """The formats in which a document of its kind is rendered and kept."""
    return _kind(document).forms


def snapshot_of(document: Document) -> Any:
    return snapshots.from_json(_kind(document).snapshot, document.content)


def laid_out(document: Document) -> Any:
    """The ready words of the page, the same as on paper."""
    return _kind(document).laid_out(snapshot_of(document))


def written(document: Document, format: str) -> bytes:  # noqa: A002 - the model's word
    """Raises ``RuleViolation`` where no font has a sign of it."""
    return _pdf(document) if format == Rendition.Format.PDF else _xlsx(document)


def number_of(document: Document) -> str:
    """By which the paper can be told from any other: the beginning of its digest."""
    return document.digest[:12]


def _pdf(document: Document) -> bytes:
    given = {"paper": laid_out(document), "number": number_of(document), "style": _style()}
    with _signs_told():
        return pdf.of_html(render_to_string(_kind(document).template, given))


def official_pdf(paper: OfficialPaper, *, stamp: str = "") -> bytes:
    """公文 as PDF; ``stamp`` stands above the type area of every page. Raises ``RuleViolation`` for a missing sign."""
    given = {"paper": laid_out_official(paper), "style": _official_style(), "stamp": stamp}

    def closing(number: int, after_blank: bool) -> str:
        return render_to_string(
            "reports/official_closing.html", {**given, "number": number, "after_blank": after_blank}
        )

    with _signs_told():
        return pdf.of_paper(render_to_string("reports/official_paper.html", given), closing=closing)


def _xlsx(document: Document) -> bytes:
    target = BytesIO()
    book = _kind(document).book(snapshot_of(document))
    sheets.write_book(book, target, by=document.composed_by, at=document.composed_at)
    return target.getvalue()


@contextmanager
def _signs_told() -> Iterator[None]:
    try:
        yield
    except pdf.MissingGlyph as missing:
        raise RuleViolation(_("系统字体里没有这些字：%s。请系统管理员补装字体后重试。") % missing.signs) from missing


def _kind(document: Document) -> Kind:
    return _KINDS[Document.Kind(document.kind)]


@cache
def _style() -> str:
    return _CSS.read_text(encoding="utf-8")


@cache
def _official_style() -> str:
    return _OFFICIAL_CSS.read_text(encoding="utf-8")
