"""Which files people may hand in: what the name says has to be what the bytes are.

PDF, OFD, JPG, PNG, DOCX and XLSX, the formats in which permits, certificates and minutes come; and as photos what
phones make. Nothing that runs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import SEEK_END
from pathlib import PurePath
from typing import IO
from zipfile import BadZipFile, ZipFile

from projects.errors import RuleViolation

_HEAD = 1024
_LONGEST_END = 22 + 65_535  # the end record of an archive and the longest comment behind it
_LARGEST_CONTENTS = 1 << 20  # bytes of an archive's table of contents: some ten thousand entries
_OPENXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Kind:
    """One format: how people call it, the endings of its names, and how its bytes are known."""

    label: str
    suffixes: tuple[str, ...]
    content_type: str
    is_this: Callable[[IO[bytes]], bool]


def kind_named(name: str) -> Kind | None:
    """The format a file name claims; None for one we do not take."""
    return _among(name, _ALL)


def refuse_unfit(*, content: IO[bytes], name: str, kinds: Iterable[Kind] | None = None) -> None:
    """Raises ``RuleViolation`` for what is empty, of none of these ``kinds`` (documents), or not what its name says."""
    kinds = KINDS if kinds is None else kinds
    kind = _among(name, kinds)
    if kind is None:
        raise RuleViolation(f"不能上传“{name[-60:]}”。可上传的文件：{'、'.join(kind.label for kind in kinds)}。")
    content.seek(0)
    if not content.read(1):
        raise RuleViolation(f"“{name[-60:]}”是空文件，请核对后重新上传。")
    if not kind.is_this(content):
        raise RuleViolation(f"“{name[-60:]}”的内容不是 {kind.label}，请用相应软件另存后重新上传。")
    content.seek(0)


def accept(kinds: Iterable[Kind]) -> str:
    """For the ``accept`` of a file field. Named by their types, photos come from a phone as they were taken."""
    return ",".join(word for kind in kinds for word in (kind.content_type, *kind.suffixes))


def _among(name: str, kinds: Iterable[Kind]) -> Kind | None:
    suffix = PurePath(name).suffix.lower()
    return next((kind for kind in kinds if suffix in kind.suffixes), None)


def _begins(*marks: bytes, within: int = 0) -> Callable[[IO[bytes]], bool]:
    """The bytes begin with one of these marks, or have one ``within`` so many bytes."""

    def is_this(content: IO[bytes]) -> bool:
        content.seek(0)
        head = content.read(_HEAD)
        return any(0 <= head.find(mark) <= within for mark in marks)

    return is_this


def _packs(part: str) -> Callable[[IO[bytes]], bool]:
    """An archive that holds this part and no macros."""

    def is_this(content: IO[bytes]) -> bool:
        if not _has_short_contents(content):
            return False
        try:
            names = {name.lower() for name in ZipFile(content).namelist()}
        except (BadZipFile, NotImplementedError, ValueError, EOFError):
            return False
        return part.lower() in names and not any(name.endswith("vbaproject.bin") for name in names)

    return is_this


def _has_short_contents(content: IO[bytes]) -> bool:
    """Looked at before ``zipfile`` reads the table of contents, all of it, into memory."""
    size = content.seek(0, SEEK_END)
    content.seek(max(0, size - _LONGEST_END))
    before, mark, end = content.read().rpartition(b"PK\x05\x06")
    return bool(mark) and b"PK\x06\x07" not in before[-20:] and int.from_bytes(end[8:12], "little") <= _LARGEST_CONTENTS


_JPG = Kind("JPG", (".jpg", ".jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff"))
_PNG = Kind("PNG", (".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n"))
_HEIC = Kind(
    "HEIC",
    (".heic", ".heif"),
    "image/heic",
    _begins(b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1", within=4),
)

KINDS = (
    Kind("PDF", (".pdf",), "application/pdf", _begins(b"%PDF-", within=_HEAD)),
    Kind("OFD", (".ofd",), "application/ofd", _packs("OFD.xml")),
    _JPG,
    _PNG,
    Kind("DOCX", (".docx",), f"{_OPENXML}.wordprocessingml.document", _packs("word/document.xml")),
    Kind("XLSX", (".xlsx",), f"{_OPENXML}.spreadsheetml.sheet", _packs("xl/workbook.xml")),
)
"""Documents."""
PHOTOS = (_JPG, _PNG, _HEIC)
_ALL = (*KINDS, _HEIC)
