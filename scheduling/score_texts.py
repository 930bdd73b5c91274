"""A scheme as it is stored: plain JSON in which every figure is a text, and back again."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from scheduling.score_formulas import (
    Amounts,
    BandTable,
    Count,
    Formula,
    Linear,
    Manual,
    Places,
    RankTable,
    Segment,
    Step,
    Target,
)
from scheduling.scoring import Absent, Item, Scheme

NAMES: Mapping[str, str] = {
    "linear": "线性（满分线、零分线）",
    "step": "按百分点加减分",
    "rank": "按组内名次",
    "count": "按个数加减分",
    "bands": "按数值所在档",
    "manual": "人工评定",
}
"""The formulas by the key under which they are stored."""
_CLASSES: Mapping[str, type[Any]] = {
    "linear": Linear,
    "step": Step,
    "rank": RankTable,
    "count": Count,
    "bands": BandTable,
    "manual": Manual,
}


def key_of(formula: Formula) -> str:
    return next(key for key, kind in _CLASSES.items() if isinstance(formula, kind))


def as_text(scheme: Scheme) -> dict[str, Any]:
    return {
        "full": _text(scheme.full),
        "swing": _text(scheme.swing),
        "most": _text(scheme.most),
        "places": scheme.places,
        "fewest": scheme.fewest,
        "items": [item_as_text(item) for item in scheme.items],
    }


def item_as_text(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "name": item.name,
        "weight": _text(item.weight),
        "indicator": item.indicator,
        "formula": _formula_as_text(item.formula),
        "absent": item.absent.value,
        "base": _text(item.base),
        "note": item.note,
    }


def scheme_of(text: Mapping[str, Any], *, name: str, source: str = "", note: str = "") -> Scheme:
    return Scheme(
        name=name,
        items=tuple(map(item_of, text["items"])),
        full=_number(text["full"]),
        swing=Decimal(text["swing"]),
        most=_number(text["most"]),
        places=text["places"],
        fewest=text["fewest"],
        source=source,
        note=note,
    )


def item_of(text: Mapping[str, Any]) -> Item:
    return Item(
        key=text["key"],
        name=text["name"],
        weight=Decimal(text["weight"]),
        indicator=text["indicator"],
        formula=_formula_of(text["formula"]),
        absent=Absent(text["absent"]),
        base=Decimal(text["base"]),
        note=text.get("note", ""),
    )


def _formula_as_text(formula: Formula) -> dict[str, Any]:
    kind = key_of(formula)
    return {"kind": kind} | {name: _value(getattr(formula, name)) for name in _CLASSES[kind].__slots__}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [[_value(each) for each in row] for row in value]
    return _text(value) if isinstance(value, Decimal) else value


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


_ROWS: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("step", "targets"): lambda row: Target(row[0], Decimal(row[1])),
    ("step", "above"): lambda row: Segment(Decimal(row[0]), _number(row[1]), Decimal(row[2])),
    ("rank", "places"): lambda row: Places(row[0], row[1], Decimal(row[2])),
    ("bands", "bands"): lambda row: Amounts(Decimal(row[0]), _number(row[1]), Decimal(row[2])),
}


def _formula_of(text: Mapping[str, Any]) -> Formula:
    kind = text["kind"]
    given = {name: _read(kind, name, value) for name, value in text.items() if name != "kind"}
    formula: Formula = _CLASSES[kind](**given)
    return formula


def _read(kind: str, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_ROWS[kind, name](row) for row in value)
    return Decimal(value) if isinstance(value, str) else value
