"""前置关系: what a step waits for, as planners write it in one cell.

``3`` waits for the end of step 3, ``3;5`` for both; ``3SS+10`` starts ten working days after step 3 starts, ``4FF-5天``
ends at most five calendar days before step 4 ends. The number is the 序号 of the step waited for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from projects.backward import LinkKind, Unit

LARGEST_POSITION = 999
LONGEST_LAG = 1_500
HOW_TO_WRITE = "3、3;5、3SS+10、4FF-5天"

_ONE = re.compile(r"(?P<position>\d{1,6})(?P<kind>FS|SS|FF|SF)?(?:(?P<lag>[+-]\d{1,6})(?P<unit>天|日历天|个?工作日)?)?")
_DASHES = str.maketrans("—–−﹣", "----")


class RelationError(ValueError):
    """A text nobody can follow. The message is Chinese, names the step and the text and says how to write it."""


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """Waits for the step at ``position``, and ``lag`` more in ``unit``; a negative lag is an overlap."""

    position: int
    kind: LinkKind = LinkKind.FINISH_TO_START
    lag: int = 0
    unit: Unit = Unit.WORKING


def parse(text: str, *, step: str) -> tuple[Relation, ...]:
    """The relations in one cell, in the order written; an empty cell waits for nothing. ``step`` names it in errors.

    Understands ；，、 and full-width signs, and any case. Raises ``RelationError``.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    pieces = [piece for piece in re.split(r"[;,、]", re.sub(r"\s+", "", plain)) if piece]
    found: list[Relation] = []
    for piece in pieces:
        relation = _one(piece, step=step)
        if any((known.position, known.kind) == (relation.position, relation.kind) for known in found):
            raise RelationError(f"“{step}”的前置关系“{text.strip()}”中，{piece} 与另一处重复，请只留一处。")
        found.append(relation)
    return tuple(found)


def written(relations: Iterable[Relation]) -> str:
    """The cell as this office writes it: ``parse`` gives the same relations back."""
    return ";".join(_written_one(relation) for relation in relations)


def renumbered(text: str, number: Callable[[int], int]) -> str:
    """The same cell after the steps got other numbers; what cannot be read stays as it is."""
    try:
        found = parse(text, step="")
    except RelationError:
        return text
    return written(replace(relation, position=number(relation.position)) for relation in found)


def _one(piece: str, *, step: str) -> Relation:
    match = _ONE.fullmatch(piece)
    if match is None:
        raise RelationError(
            f"“{step}”的前置关系“{piece}”看不懂。请写前置节点的序号，如 {HOW_TO_WRITE}："
            "FS 完成后开始（可不写），SS 开始后开始，FF 完成后完成，SF 开始后完成；间隔按工作日，按日历天的加“天”字。"
        )
    position, lag = int(match["position"]), int(match["lag"] or 0)
    if not 1 <= position <= LARGEST_POSITION:
        raise RelationError(
            f"“{step}”的前置关系“{piece}”中，序号 {position} 不存在，序号在 1 至 {LARGEST_POSITION} 之间。"
        )
    if abs(lag) > LONGEST_LAG:
        raise RelationError(f"“{step}”的前置关系“{piece}”中，间隔 {lag} 天过长，最多 {LONGEST_LAG} 天，请核对。")
    in_days = match["unit"] in ("天", "日历天") and lag
    return Relation(
        position=position,
        kind=LinkKind(match["kind"] or "FS"),
        lag=lag,
        unit=Unit.CALENDAR if in_days else Unit.WORKING,
    )


def _written_one(relation: Relation) -> str:
    if not relation.lag:
        kind = "" if relation.kind is LinkKind.FINISH_TO_START else relation.kind.value
        return f"{relation.position}{kind}"
    return f"{relation.position}{relation.kind.value}{relation.lag:+d}{'天' if relation.unit is Unit.CALENDAR else ''}"
