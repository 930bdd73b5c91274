"""快照: what a paper says, as a value that can be written down, kept and read back; the same value, the same bytes.

A snapshot is a frozen dataclass of plain values: text, whole numbers, ``Decimal``, days and moments, enumerations,
tuples, and further dataclasses. A field that came later has a default: what was kept before is read with that.
"""

import hashlib
import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def as_json(snapshot: Any) -> bytes:
    """Canonical: sorted, with every decimal as it is."""
    return json.dumps(asdict(snapshot), ensure_ascii=False, sort_keys=True, default=_written).encode()


def from_json(kind: type[T], content: bytes | str) -> T:
    found: T = _read(kind, json.loads(content))
    return found


def digest(content: bytes) -> str:
    """SHA-256 of what was written down."""
    return hashlib.sha256(content).hexdigest()


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a snapshot holds plain values, not {type(value).__name__}")


_hints = cache(get_type_hints)


def _read(kind: Any, value: Any) -> Any:
    """What ``asdict`` took apart, put together again as its types say."""
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
        return None if value is None else _read(kind, value)
    if get_origin(kind) is tuple:
        inner, *others = get_args(kind)
        if Ellipsis in others:
            return tuple(_read(inner, each) for each in value)
        return tuple(_read(each, one) for each, one in zip((inner, *others), value, strict=True))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class has a hash
        given = {each.name: _read(hints[each.name], value[each.name]) for each in fields(kind) if each.name in value}
        return kind(**given)  # type: ignore[operator]
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    return kind(value)
