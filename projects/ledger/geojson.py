"""A GeoJSON FeatureCollection as a grid: one line of property names, then one line a feature, read piece by piece."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from .grids import Grid, RawLine
from .problems import UnreadableLedger

LONGITUDE, LATITUDE = "〔经度〕", "〔纬度〕"
_CHUNK = 1 << 16
_LONGEST_PIECE = 4_000_000  # characters of one feature
_MOST_COLUMNS = 500
_JSON = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


class FeatureGrid(Grid):
    """Looks through the file once for the property names; the point of a feature stands in two columns of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        names: dict[str, None] = {}
        for feature in self._features():
            names.update(dict.fromkeys(_properties(feature)))
            if len(names) > _MOST_COLUMNS:
                raise UnreadableLedger(f"要素的属性超过 {_MOST_COLUMNS} 种，不像是一份台账。")
        if not names:
            raise UnreadableLedger("GeoJSON 文件里没有要素，或要素没有属性，没有可以导入的内容。")
        self.columns = [*names]

    def lines(self) -> Iterator[RawLine]:
        yield 1, [*self.columns, LONGITUDE, LATITUDE]
        for number, feature in enumerate(self._features(), start=2):
            properties = _properties(feature)
            yield number, [*(_cell(properties.get(name)) for name in self.columns), *_point(feature)]

    def _features(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from _Pieces(file).features()


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _point(feature: dict[str, Any]) -> tuple[Any, Any]:
    match feature.get("geometry"):
        case {"type": "Point", "coordinates": [int() | float() as longitude, int() | float() as latitude, *_]}:
            return longitude, latitude
    return None, None


class _Pieces:
    """The features of a collection, one at a time; what is not yet needed stays in the file."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.text, self.at, self.count = file, "", 0, 0

    def features(self) -> Iterator[dict[str, Any]]:
        self._take("{")
        while self._next() == '"':
            name = self._piece()
            self._take(":")
            if name == "features":
                yield from self._list()
                return
            self._piece()
            self._pass_comma()
        raise UnreadableLedger("JSON 文件里没有要素列表（features），只能导入 GeoJSON 的 FeatureCollection。")

    def _list(self) -> Iterator[dict[str, Any]]:
        self._take("[")
        while self._next() != "]":
            feature = self._piece()
            if not isinstance(feature, dict):
                raise self._broken()
            self.count += 1
            yield feature
            self._pass_comma()

    def _next(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while True:
            self.at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise self._broken()
        self.at += 1

    def _pass_comma(self) -> None:
        if self._next() == ",":
            self.at += 1

    def _piece(self) -> Any:
        """One whole value. Reading on doubles what is held, so a long one is not tried too often."""
        self._next()
        while True:
            try:
                value, end = _JSON.raw_decode(self.text, self.at)
                if end < len(self.text) or not self._more():  # a number may go on
                    self.at = min(end, len(self.text))
                    return value
            except (ValueError, RecursionError):
                if len(self.text) - self.at > _LONGEST_PIECE or not self._more():
                    raise self._broken() from None

    def _more(self) -> bool:
        chunk = self.file.read(max(_CHUNK, len(self.text) - self.at))
        self.text, self.at = self.text[self.at :] + chunk, 0
        return bool(chunk)

    def _broken(self) -> UnreadableLedger:
        return UnreadableLedger(f"第 {self.count + 1} 个要素附近不是有效的 GeoJSON，请重新导出后再试。")
