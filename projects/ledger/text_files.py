"""``.csv`` and its kin, in the encodings offices really use."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from .grids import Grid, RawLine
from .layout import Layout
from .problems import UnreadableLedger

DEFAULT_ENCODINGS = ("utf-8", "gb18030", "windows-1252")
_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class TextGrid(Grid):
    def __init__(self, path: Path, layout: Layout, start: bytes) -> None:
        self.path, self.encoding = path, _encoding(path, start, layout.encodings or DEFAULT_ENCODINGS)
        self.delimiter = layout.delimiter or self._likely_delimiter(layout.header_row)

    def lines(self) -> Iterator[RawLine]:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                yield from enumerate(reader, start=1)
            except csv.Error:
                where = f"文件第 {reader.line_num} 行附近"
                raise UnreadableLedger(f"{where}有过长的内容，可能缺少配对的英文双引号，请检查后再试。") from None

    def _likely_delimiter(self, header_row: int) -> str:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            header = "".join(islice(iter(lambda: file.readline(_CHUNK), ""), header_row))
        return max(",;\t|", key=header.count)


def _encoding(path: Path, start: bytes, candidates: Sequence[str]) -> str:
    """What the marks at the beginning say, else the first candidate that can read every byte.

    When none can, the first one; the cells it cannot read are reported one by one.
    """
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    if b"\x00" in start:
        return _without_mark(start)
    return next((name for name in candidates if _decodes(path, name)), candidates[0])


def _without_mark(start: bytes) -> str:
    """UTF-16 has a zero byte beside every Latin letter, on one side; anything else with zero bytes is not a text."""
    low, high = start[1::2].count(0), start[::2].count(0)
    if max(low, high) * 5 < len(start) or min(low, high) * 5 >= len(start):
        raise UnreadableLedger("这不是文本表格，也不是 Excel 文件，请另存为 .xlsx 或 .csv 后再导入。")
    return "utf-16-le" if low > high else "utf-16-be"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
