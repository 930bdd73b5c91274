"""What a person chose to see of a list: conditions, columns, order; as an address says it and as it is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

COLUMNS, SORT = "columns", "sort"
_NOT_KEPT = frozenset({COLUMNS, SORT, "page", "on", "known_at"})
_BETWEEN = "."
_LONGEST = 200


@dataclass(frozen=True)
class LeftOut:
    """What a kept view names and the list no longer knows."""

    filters: tuple[str, ...]
    columns: tuple[str, ...]
    sort: str

    def __bool__(self) -> bool:
        return bool(self.filters or self.columns or self.sort)


@dataclass(frozen=True)
class ListView:
    """``columns`` and ``sort`` are empty where the list's own hold. The day a list shows belongs to no view."""

    filters: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    sort: str = ""

    @classmethod
    def from_address(cls, address: Mapping[str, str]) -> Self:
        """Empty parameters, the page and the day are left away; each column counts once."""
        given = {name: value.strip()[:_LONGEST] for name, value in address.items() if name not in _NOT_KEPT}
        columns = dict.fromkeys(filter(None, address.get(COLUMNS, "").split(_BETWEEN)))
        return cls(
            dict(sorted((name, value) for name, value in given.items() if value)),
            tuple(columns),
            address.get(SORT, "").strip(),
        )

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Self:
        return cls(dict(sorted(kept["filters"].items())), tuple(kept["columns"]), kept["sort"])

    def kept(self) -> dict[str, Any]:
        return {"filters": dict(self.filters), "columns": list(self.columns), "sort": self.sort}

    def address(self, **more: str) -> str:
        """The query of an address that shows this view. Never empty, so that it is told from one that says nothing."""
        chosen = {COLUMNS: _BETWEEN.join(self.columns)} if self.columns else {}
        parameters = {**self.filters, **chosen, **({SORT: self.sort} if self.sort else {}), **more}
        return urlencode(parameters or {SORT: ""})

    def left_out(self, *, filters: Collection[str], columns: Collection[str], orders: Collection[str]) -> LeftOut:
        """What it names that is none of these."""
        return LeftOut(
            tuple(name for name in self.filters if name not in filters),
            tuple(name for name in self.columns if name not in columns),
            "" if self.sort.removeprefix("-") in {"", *orders} else self.sort,
        )


def arranged(ticked: Collection[str], places: Mapping[str, str]) -> tuple[str, ...]:
    """The columns ticked, by the numbers written beside them; those without a number come last, in their order."""

    def place(name: str) -> tuple[bool, int]:
        written = places.get(name, "").strip()
        return (False, int(written[:4])) if written.isdecimal() else (True, 0)

    return tuple(sorted(dict.fromkeys(ticked), key=place))
