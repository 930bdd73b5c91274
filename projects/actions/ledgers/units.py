"""The units a ledger names: those the register knows, and those it has to make."""

from collections.abc import Iterable

from projects import names
from projects.models import Unit

KINDS = {
    "lead_unit": Unit.Kind.DEPARTMENT,
    "responsible_unit": Unit.Kind.DEPARTMENT,
    "town": Unit.Kind.TOWN,
    "owner_org": Unit.Kind.ENTERPRISE,
    "contractor": Unit.Kind.ENTERPRISE,
    "supervisor_org": Unit.Kind.ENTERPRISE,
}


class UnitBook:
    """Units by full name, else by short name where only one unit bears it."""

    def __init__(self) -> None:
        self.created: list[str] = []
        self.labels: dict[int, str] = {}  # as people call them, by key
        self.paths: dict[int, str] = {}  # their place in the tree, by key
        self._by_name: dict[str, int] = {}
        ambiguous = set()
        units = list(Unit.objects.values_list("pk", "name", "short_name", "path"))
        for pk, name, short_name, path in units:
            self.labels[pk], self.paths[pk] = short_name or name, path
            if short_name in self._by_name:
                ambiguous.add(short_name)
            self._by_name[short_name] = pk
        for name in (*ambiguous, ""):
            self._by_name.pop(name, None)
        self._by_name.update((name, pk) for pk, name, *_ in units)

    def __getitem__(self, name: str) -> int:
        return self._by_name[name]

    def make_missing(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Make units for the (field, name) pairs nobody knows. Their place in the tree is the office's to decide."""
        missing = {name: KINDS[field] for field, name in wanted if name not in self._by_name}
        units = [
            Unit(name=name, kind=kind, path=f"+{name}/", sort_key=names.sort_key(name)[:200])
            for name, kind in missing.items()
        ]
        for unit in Unit.objects.bulk_create(units):
            unit.path = f"{unit.pk:06}/"
            self._by_name[unit.name] = unit.pk
            self.labels[unit.pk], self.paths[unit.pk] = unit.name, unit.path
        Unit.objects.bulk_update(units, ["path"])
        self.created.extend(missing)
