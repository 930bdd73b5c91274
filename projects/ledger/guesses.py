"""What a heading seems to mean, how sure that is, and why. A doubt is shown to the user, never decided for him."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .headings import JOINT, alike, without_brackets
from .mapping import Rows
from .targets import MILESTONE_TARGETS, NODES, TARGETS, Kind, Target

CERTAIN = 0.8  # from here on a guess is taken without asking
_AMBIGUOUS = frozenset(map(alike, (
    "开工时间", "竣工时间", "开工日期", "竣工日期", "完成时间", "完成日期", "类别", "建设阶段", "编号", "名称", "说明",
    "负责人", "联系人", "区领导", "县领导", "问题", "业主法人责任单位及负责人", "建设单位及责任人", "状态", "项目类型",
    "项目性质", "yearly_forecast",
)))  # fmt: skip
_MEANINGLESS_ALONE = frozenset({
    "名称", "单位", "日期", "时间", "负责人", "责任人", "联系人", "联络人", "电话", "计划", "实际", "问题",
})  # fmt: skip
_MONTH = re.compile(r"(\d{1,2})月(?:份)?(?:计划)?(?:完成)?(?:投资)?(?:计划)?")
_ABOUT_A_NODE = re.compile(r"责任|单位|电话|联系|投资|金额|率|说明")
_PLANNED, _ACTUAL = re.compile(r"计划|拟|时限|目标|应"), re.compile(r"实际|完成时间|完成日期|完成情况|已")


class Meaning(NamedTuple):
    """``target`` empty: nothing the register keeps. ``confidence`` between 0 and 1."""

    target: str = ""
    confidence: float = 0.0
    why: str = "没有认出这一列的含义"


NO_MEANING = Meaning()


@dataclass(frozen=True)
class Dictionary:
    """Headings by their plain form."""

    rows: Rows
    exact: dict[str, Target]

    def meaning(self, heading: str) -> Meaning:
        """The likeliest meaning of one heading."""
        is_project = self.rows is Rows.PROJECT
        found = (_month(heading) if is_project else None) or self._exactly(heading)
        if found and found.confidence >= CERTAIN:
            return found
        others = (found, _node(heading) if is_project else None, self._partly(heading))
        return max((one for one in others if one), key=_by_confidence)

    def _exactly(self, heading: str) -> Meaning | None:
        """The whole heading, or the last of its lines, is one that is known."""
        whole, last = plain(heading), alike(heading.rpartition(JOINT)[2])
        if target := self.exact.get(whole):
            is_clear = whole not in _AMBIGUOUS
            return Meaning(target.path, 1.0 if is_clear else 0.6, "列名一致" if is_clear else "列名可以有几种含义")
        if last != whole and last not in _MEANINGLESS_ALONE and (target := self.exact.get(last)):
            is_clear = last not in _AMBIGUOUS
            return Meaning(target.path, 0.9 if is_clear else 0.5, "下一级列名一致")
        return None

    def _partly(self, heading: str) -> Meaning:
        whole = plain(heading)
        inside = [known for known in self.exact if len(known) >= 3 and known in whole and known != whole]
        if not inside:
            return NO_MEANING
        known = max(inside, key=len)
        return Meaning(self.exact[known].path, 0.4 + 0.3 * len(known) / len(whole), f"列名里有“{known}”")


def plain(heading: str) -> str:
    """The heading in its plain form, its lines run together."""
    return alike(heading).replace(JOINT, "")


@cache
def dictionary(rows: Rows) -> Dictionary:
    """What headings can mean in a ledger of this kind."""
    others = tuple(target for target in TARGETS if target.path.startswith("project."))
    targets = TARGETS if rows is Rows.PROJECT else (*MILESTONE_TARGETS, *others)
    named = [target for target in targets if not target.path.startswith("plan.month_")]
    exact: dict[str, Target] = {}
    for target in named:
        for heading in (target.label, *target.headings):
            exact.setdefault(plain(heading), target)
    return Dictionary(rows, exact)


def kind_of(path: str) -> Kind:
    """What the cells of this target hold; dates for the milestones of a row."""
    known = {target.path: target.kind for target in (*TARGETS, *MILESTONE_TARGETS)}
    return known.get(path, Kind.DATE)


def without_repeats(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Each target once: the surest of its columns has it, the first of those that are equally sure."""
    best: dict[str, int] = {}
    for place, meaning in enumerate(meanings):
        known = best.get(meaning.target)
        if meaning.target and (known is None or meaning.confidence > meanings[known].confidence):
            best[meaning.target] = place
    return [
        meaning if not meaning.target or best[meaning.target] == place
        else Meaning("", 0.0, "另有一列更像这一项")
        for place, meaning in enumerate(meanings)
    ]  # fmt: skip


def recognised(headings: Iterable[str], rows: Rows) -> float:
    """How much of a header is known: what tells it from a title or a first row."""
    known = dictionary(rows).exact
    score = 0.0
    for heading in headings:
        whole, last = plain(heading), alike(heading.rpartition(JOINT)[2])
        if whole in known or _month(heading):
            score += 1
        elif heading and ((last in known and last not in _MEANINGLESS_ALONE) or _node(heading) is not None):
            score += 0.9
    return score


def _month(heading: str) -> Meaning | None:
    """分月投资计划/3月."""
    above, _, last = without_brackets(heading).replace(" ", "").rpartition(JOINT)
    found = _MONTH.fullmatch(last)
    if not found or not 1 <= int(found[1]) <= 12 or ("完成" in last and "计划" not in last):
        return None
    if re.search(r"完成|实际", above):
        return Meaning("", 0.0, "各月实际完成在系统里由报送产生")
    is_plan = "计划" in heading
    return Meaning(
        f"plan.month_{int(found[1])}", 1.0 if is_plan else 0.6, "按月的计划" if is_plan else "没有写明是计划还是完成"
    )


def _node(heading: str) -> Meaning | None:
    """A milestone that has columns of its own: 主体封顶/计划时间."""
    whole = plain(heading)
    node = next((node for node in NODES if any(word in whole for word in node.words)), None)
    if node is None:
        return None
    if _ABOUT_A_NODE.search(whole):
        return Meaning("", 0.75, "节点的责任人、说明等，不从台账取")
    last = heading.rpartition(JOINT)[2]
    if _PLANNED.search(last):
        return Meaning(f"milestones.{node.name}.planned_on", 0.85, "节点的计划日期")
    if _ACTUAL.search(last):
        return Meaning(f"milestones.{node.name}.actual_on", 0.85, "节点的实际日期")
    return Meaning(f"milestones.{node.name}.planned_on", 0.5, "像是节点的日期，没有写明是计划还是实际")


def _by_confidence(meaning: Meaning) -> float:
    return meaning.confidence
