"""A mapping as a page edits it: which column goes where, and everything else beside. To JSON and back without loss."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .cells import line_of
from .headings import alike
from .layout import Layout
from .mapping import MILESTONE_AMOUNTS, MILESTONE_DATES, PARTS, PROJECT_CHOICES, PROJECT_TEXTS, PROJECT_UNITS

_FIELDS = {
    "project": frozenset((*PROJECT_TEXTS, *PROJECT_UNITS, *PROJECT_CHOICES)),
    "milestone": frozenset(("name", "stage", "status", *MILESTONE_DATES, *MILESTONE_AMOUNTS)),
    **{name: frozenset(part.names()) for name, part in PARTS.items()},
}
_NODES = "milestones"
_LAYOUT = {"header_rows": 1, "has_sections": False, "has_totals": False, "has_notes": False, "fills_merged": False}
_JSON_NAMES = {"has_sections": "sections", "has_totals": "totals", "has_notes": "notes", "fills_merged": "merged"}


@dataclass(frozen=True)
class Assignment:
    """One field and where it comes from. ``target`` is its path: plan.category, milestones.主体封顶.planned_on.

    ``spec`` is the field as the JSON writes it out: ``{"column": …, "unit": …}``, ``{"constant": …}`` and so on.
    """

    target: str
    spec: Mapping[str, Any]

    @property
    def column(self) -> str:
        """Empty where several columns or none are used."""
        return str(self.spec.get("column", ""))


@dataclass(frozen=True)
class Draft:
    """``frame`` is all of the mapping but its fields; ``stages`` says the stage of each milestone of a row."""

    frame: Mapping[str, Any]
    assignments: tuple[Assignment, ...]
    stages: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The mapping. Every field is written out, in the order of the assignments."""
        written: dict[str, Any] = {
            name: dict(value) if name in _FIELDS else value for name, value in self.frame.items()
        }
        nodes: dict[str, dict[str, Any]] = {name: {"name": name, "stage": stage} for name, stage in self.stages.items()}
        for one in self.assignments:
            part, _, name = one.target.partition(".")
            if part == _NODES:
                node, _, name = name.rpartition(".")
                nodes[node][name] = dict(one.spec)
            else:
                written.setdefault(part, {})[name] = dict(one.spec)
        return written | ({_NODES: [*nodes.values()]} if nodes else {})


def draft_of(mapping: Mapping[str, Any]) -> Draft:
    """The mapping (valid JSON) for editing; ``draft_of(mapping).json()`` says the same."""
    frame: dict[str, Any] = {}
    assignments = []
    for name, value in mapping.items():
        if name in _FIELDS:
            frame[name] = {key: kept for key, kept in value.items() if key not in _FIELDS[name]}
            assignments += [_assignment(f"{name}.{key}", spec) for key, spec in value.items() if key in _FIELDS[name]]
        elif name == _NODES:
            assignments += [
                _assignment(f"{name}.{node['name']}.{key}", spec)
                for node in value
                for key, spec in node.items()
                if key in MILESTONE_DATES
            ]
        else:
            frame[name] = value
    return Draft(frame, tuple(assignments), {node["name"]: node["stage"] for node in mapping.get(_NODES, ())})


def _assignment(target: str, spec: Any) -> Assignment:
    return Assignment(target, {"column": spec} if isinstance(spec, str) else spec)


def layout_json(layout: Layout) -> dict[str, Any]:
    """The layout as ``file`` writes it; what is as usual is left out."""
    named = {"sheet": layout.sheet, "delimiter": layout.delimiter}
    kept: dict[str, Any] = {name: value for name, value in named.items() if value}
    if layout.encodings:
        kept["encodings"] = [*layout.encodings]
    kept["header_row"] = layout.header_row
    for name, usual in _LAYOUT.items():
        if (chosen := getattr(layout, name)) != usual:
            kept[_JSON_NAMES.get(name, name)] = chosen
    return kept


def renamed(mapping: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """A remembered mapping with the columns called as this file calls them: 1–3月累计 is 1–4月累计 a month later.

    A column that is there under its own name keeps it; one nothing is like stays, for the reader to complain of.
    """
    present = [line_of(column) for column in columns]
    likes: dict[str, list[str]] = {}
    for column in present:
        likes.setdefault(alike(column), []).append(column)

    def name(column: str) -> str:
        found = likes.get(alike(column), [])
        return found[0] if line_of(column) not in present and len(found) == 1 else column

    draft = draft_of(mapping)
    assignments = tuple(
        replace(one, spec={**one.spec, "column": name(one.column)}) if one.column else one for one in draft.assignments
    )
    frame = {
        part: {**kept, "key": [name(column) for column in kept["key"]]} if part in _FIELDS and "key" in kept else kept
        for part, kept in draft.frame.items()
    }
    return replace(draft, frame=frame, assignments=assignments).json()
