"""文书的版式: from the kept snapshot of a document to its page and its bytes. Nothing else is asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects import sheets
from projects.errors import RuleViolation
from projects.models import User
from projects.sheets import Sheet
from reports import snapshots
from reports.bulletin import Registered
from reports.bulletin_figures import UnknownFigure
from reports.bulletin_sheets import bulletin_book
from reports.dispatch_sheet import DispatchSheet
from reports.linting import Finding
from reports.models import Document, Rendition
from reports.official import OfficialPaper
from reports.rendering import dispatch_sheet, pdf
from reports.rendering.bulletin_paper import named_in, paper_of, public_version
from reports.rendering.official import docx, measured
from reports.rendering.official.laid_out import laid_out as laid_out_official
from reports.rendering.official.page_linting import lint_pages
from reports.sheets import dispatch_book

_RENDERING = Path(__file__).parent / "rendering"
_CSS = _RENDERING / "paper.css"
_OFFICIAL_CSS = _RENDERING / "official" / "official.css"


_VERIFY = "/verify/{code}/"


@dataclass(frozen=True)
class Kind:
    """What a kind of document is read into, and how each form in which it is kept is made."""

    snapshot: type[Any]
    writers: Mapping[str, Callable[[Document], bytes]]


def forms_of(document: Document) -> tuple[str, ...]:
    """The formats in which a document of its kind is rendered and kept."""
    return tuple(_kind(document).writers)


def snapshot_of(document: Document) -> Any:
    return snapshots.from_json(_kind(document).snapshot, document.content)


def laid_out(document: Document) -> dispatch_sheet.Paper:
    """The ready words of a dispatch sheet, the same as on paper."""
    return dispatch_sheet.laid_out(snapshot_of(document))


def written(document: Document, format: str) -> bytes:  # noqa: A002 - the model's word
    """Raises ``RuleViolation`` where no font has a sign of it."""
    return _kind(document).writers[format](document)


def number_of(document: Document) -> str:
    """By which the paper can be told from any other: the beginning of its digest."""
    return document.digest[:12]


def check_url(document: Document) -> str:
    """Where anybody who holds the paper can have it verified."""
    return settings.SITE_URL.geturl().rstrip("/") + _VERIFY.format(code=number_of(document))


def paper(document: Document) -> OfficialPaper:
    """A numbered paper with the address and the code by which it is verified."""
    return paper_of(snapshot_of(document), check_url=check_url(document), check_code=number_of(document))


def people_in_public(paper: OfficialPaper) -> tuple[str, ...]:
    """Of everybody known here, who is named in its public version all the same."""
    known = User.objects.exclude(full_name="").values_list("full_name", flat=True)
    return named_in(public_version(paper), known)


class Proof(NamedTuple):
    """``findings``: what is wrong with the pages themselves."""

    content: bytes
    findings: tuple[Finding, ...]


def proof(registered: Registered) -> Proof:
    """清样: the PDF of words that are still being worked on; without a number, and marked as such on every page."""
    try:
        said = paper_of(replace(registered, number=""), check_url="", check_code="")
    except UnknownFigure as unknown:
        raise RuleViolation(_("正文中有这些数据不存在：%s。请修改后重新排版。") % "、".join(unknown.names)) from unknown
    laid = printed(said, stamp=_("清样　未经签发登记，不得印发"))
    return Proof(laid.content, lint_pages(measured.pages(laid.pages), faces=laid.faces))


def official_html(paper: OfficialPaper, *, stamp: str = "") -> str:
    """What is laid out as its pages, whole in itself."""
    return render_to_string("reports/official_paper.html", _given(paper, stamp))


def official_pdf(paper: OfficialPaper, *, stamp: str = "") -> bytes:
    """公文 as PDF. Raises ``RuleViolation`` for a missing sign."""
    return printed(paper, stamp=stamp).content


def printed(paper: OfficialPaper, *, stamp: str = "") -> pdf.Printed:
    """With its pages, to be measured; ``stamp`` stands above the type area of each. Raises as ``official_pdf``."""

    def closing(number: int, after_blank: bool) -> str:
        given = _given(paper, stamp) | {"number": number, "after_blank": after_blank}
        return render_to_string("reports/official_closing.html", given)

    with _signs_told():
        return pdf.of_paper(official_html(paper, stamp=stamp), closing=closing)


def _given(paper: OfficialPaper, stamp: str) -> dict[str, Any]:
    return {"paper": laid_out_official(paper), "style": _style(_OFFICIAL_CSS), "stamp": stamp}


def _dispatch_pdf(document: Document) -> bytes:
    given = {"paper": laid_out(document), "number": number_of(document), "style": _style(_CSS)}
    with _signs_told():
        return pdf.of_html(render_to_string("reports/dispatch_sheet_paper.html", given))


def _official_pdf(document: Document) -> bytes:
    return official_pdf(paper(document))


def _official_docx(document: Document) -> bytes:
    return docx.written(paper(document), at=document.composed_at)


def _dispatch_xlsx(document: Document) -> bytes:
    return _book(document, dispatch_book(snapshot_of(document)))


def _official_xlsx(document: Document) -> bytes:
    return _book(document, bulletin_book(snapshot_of(document)))


def _book(document: Document, found: list[Sheet[Any]]) -> bytes:
    target = BytesIO()
    sheets.write_book(found, target, by=document.composed_by, at=document.composed_at)
    return target.getvalue()


@contextmanager
def _signs_told() -> Iterator[None]:
    try:
        yield
    except pdf.MissingGlyph as missing:
        raise RuleViolation(_("系统字体里没有这些字：%s。请系统管理员补装字体后重试。") % missing.signs) from missing


_DISPATCH = Kind(DispatchSheet, {Rendition.Format.PDF: _dispatch_pdf, Rendition.Format.XLSX: _dispatch_xlsx})
_OFFICIAL = Kind(
    Registered,
    {
        Rendition.Format.PDF: _official_pdf,
        Rendition.Format.DOCX: _official_docx,
        Rendition.Format.XLSX: _official_xlsx,
    },
)
_KINDS = {
    Document.Kind.WEEKLY_DISPATCH: _DISPATCH,
    Document.Kind.MONTHLY_BULLETIN: _OFFICIAL,
    Document.Kind.ERRATUM: _OFFICIAL,
}


def _kind(document: Document) -> Kind:
    return _KINDS[Document.Kind(document.kind)]


@cache
def _style(sheet: Path) -> str:
    return sheet.read_text(encoding="utf-8")
