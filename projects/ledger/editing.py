"""What a person chose on the mapping page, laid over the mapping that was there.

What the page does not show (templates of several columns, codes, further uses of one column) stays as it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .drafts import Assignment, Draft, draft_of
from .field_json import Vocabulary, own_words
from .guesses import kind_of
from .mapping import Rows
from .targets import BOTH_ENDS, CHOICE_WORDS, FOCUS_AREA, LEAD_UNIT, NAME, NODES, Kind

STAGE, NODE_NAME = "milestone.stage", "milestone.name"
_STAGES = {node.name: node.stage for node in NODES}
_USUAL_STAGE = "主体施工"
_WITH_UNITS = (Kind.AMOUNT, Kind.PERCENT)


@dataclass(frozen=True)
class ColumnChoice:
    """One column. ``target`` empty: not taken; ``words``: what stands in it → what is stored, empty: nothing."""

    target: str = ""
    unit: str = ""
    is_key: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choices:
    """The whole page. ``lead_unit``, ``focus_area`` and ``stage`` stand where the ledger says nothing."""

    source: str
    year: int | None
    unit: str
    code_prefix: str
    lead_unit: str
    focus_area: str
    stage: str
    columns: Mapping[str, ColumnChoice]


@dataclass(frozen=True)
class Fault:
    """What has to be mended. ``place`` is a field of ``Choices`` or, with ``column``, one of a column."""

    place: str
    message: str
    column: str = ""


def choices_of(mapping: Mapping[str, Any], columns: Iterable[str], vocabulary: Vocabulary) -> Choices:
    """What a mapping says of these columns, as the page shows it."""
    draft = draft_of(mapping)
    by_target = {one.target: one for one in draft.assignments}
    first: dict[str, Assignment] = {}
    for one in draft.assignments:
        first.setdefault(one.column, one)
    key = draft.frame.get("project", {}).get("key", [])
    return Choices(
        source=draft.frame.get("source", ""),
        year=draft.frame.get("year"),
        unit=draft.frame.get("amount_unit", "万元"),
        code_prefix=draft.frame.get("project", {}).get("code_prefix", ""),
        lead_unit=_fallback(by_target.get(LEAD_UNIT)),
        focus_area=_stored(FOCUS_AREA, _fallback(by_target.get(FOCUS_AREA)), vocabulary),
        stage=_stored(STAGE, _fallback(by_target.get(STAGE)), vocabulary),
        columns={column: _choice(first.get(column), column in key, vocabulary) for column in columns},
    )


def _choice(one: Assignment | None, is_key: bool, vocabulary: Vocabulary) -> ColumnChoice:
    if one is None:
        return ColumnChoice(is_key=is_key)
    words = {word: _stored(one.target, label, vocabulary) for word, label in one.spec.get("values", {}).items()}
    known = words_of(one.target, vocabulary)
    translated = {word: label for word, label in words.items() if word not in known}
    return ColumnChoice(one.target, one.spec.get("unit", ""), is_key, translated)


def _fallback(one: Assignment | None) -> str:
    return str(one.spec.get("constant") or one.spec.get("otherwise", "")) if one else ""


def words_of(target: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    """The words a fixed choice understands, with what is stored; none for other targets."""
    name = target.rpartition(".")[2]
    return (own_words(name) or vocabulary.get(name, {})) if kind_of(target) is Kind.CHOICE else {}


def usual_words(target: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    """Words ledgers often use for this choice beside its labels, with what is stored."""
    said = CHOICE_WORDS.get(target, {})
    return {word: _stored(target, label, vocabulary) for label, words in said.items() for word in words.split()}


def _stored(target: str, word: str, vocabulary: Vocabulary) -> str:
    return words_of(target, vocabulary).get(word, word)


def applied(choices: Choices, mapping: Mapping[str, Any], vocabulary: Vocabulary) -> Draft:
    """The mapping with these choices in it. Of two columns that say the same the later one is taken: see ``faults``."""
    before = choices_of(mapping, choices.columns, vocabulary).columns
    draft = draft_of(mapping)
    kept = {one.target: one for one in draft.assignments if _stays(one, before, choices)}
    for column, choice in choices.columns.items():
        if choice.target:
            for target in filter(None, (choice.target, BOTH_ENDS.get(choice.target))):
                was = kept.get(target)
                spec = dict(was.spec) if was and was.column == column else {"column": column}
                kept[target] = Assignment(target, _said(spec, choice, vocabulary))
    for target, fallback in _fallbacks(choices, mapping).items():
        kept[target] = _with_fallback(kept.get(target), target, fallback)
    nodes = dict.fromkeys(target.split(".")[1] for target in kept if target.startswith("milestones."))
    stages = {node: draft.stages.get(node) or _STAGES.get(node, _USUAL_STAGE) for node in nodes}
    return Draft(_frame(draft.frame, choices, kept), tuple(kept.values()), stages)


def _stays(one: Assignment, before: Mapping[str, ColumnChoice], choices: Choices) -> bool:
    """What is said by no column of this file stays, but for single columns the file does not have."""
    if not one.column:
        return True
    chosen = choices.columns.get(one.column)
    return chosen is not None and chosen.target == before[one.column].target


def _said(spec: dict[str, Any], choice: ColumnChoice, vocabulary: Vocabulary) -> dict[str, Any]:
    """The field as the JSON writes it, with the unit and the words of the choice."""
    known = words_of(choice.target, vocabulary)
    if kind_of(choice.target) in _WITH_UNITS:
        spec = {name: value for name, value in spec.items() if name != "unit"}
        return spec | ({"unit": choice.unit} if choice.unit else {})
    if not known:
        return spec
    earlier = {word: label for word, label in spec.get("values", {}).items() if word not in choice.words}
    words = earlier | {word: label for word, label in choice.words.items() if label}
    spec = {name: value for name, value in spec.items() if name != "values"}
    return spec | ({"values": {word: word for word in known} | words} if words else {})


def _fallbacks(choices: Choices, mapping: Mapping[str, Any]) -> dict[str, str]:
    found = {LEAD_UNIT: choices.lead_unit, FOCUS_AREA: choices.focus_area}
    return found | ({STAGE: choices.stage} if mapping.get("rows") != Rows.PROJECT.value else {})


def _with_fallback(one: Assignment | None, target: str, fallback: str) -> Assignment:
    if one is None or "constant" in one.spec:
        return Assignment(target, {"constant": fallback})
    return Assignment(target, {**one.spec, "otherwise": fallback})


def _frame(frame: Mapping[str, Any], choices: Choices, kept: Mapping[str, Assignment]) -> dict[str, Any]:
    project = {**frame.get("project", {}), "key": _key(frame, choices)}
    project.pop("code_prefix", None)
    if choices.code_prefix:
        project["code_prefix"] = choices.code_prefix
    written = {**frame, "source": choices.source, "amount_unit": choices.unit, "project": project}
    written.pop("year", None)
    if choices.year:
        written["year"] = choices.year
    name = kept.get(NODE_NAME)
    if name and name.column and "milestone" in frame:
        known = [column for column in frame["milestone"].get("key", []) if column in choices.columns]
        written["milestone"] = {**frame["milestone"], "key": known or [name.column]}
    return written


def _key(frame: Mapping[str, Any], choices: Choices) -> list[str]:
    """In the order it had: the key of every project known so far is written so."""
    asked = [column for column, one in choices.columns.items() if one.is_key]
    before = [column for column in frame.get("project", {}).get("key", []) if column in asked]
    return [*before, *(column for column in asked if column not in before)]


def faults(
    choices: Choices, mapping: Mapping[str, Any], repeated: Iterable[str], vocabulary: Vocabulary
) -> Iterator[Fault]:
    """What stands against using these choices, each at its place and in words."""
    draft = applied(choices, mapping, vocabulary)
    taken = {one.target for one in draft.assignments}
    if NAME not in taken:
        yield Fault("columns", "请为“项目名称”指定一列，没有它无法导入。")
    if mapping.get("rows") != Rows.PROJECT.value and NODE_NAME not in taken:
        yield Fault("columns", "一行一个节点的台账，请为“节点”指定一列。")
    if not draft.frame["project"]["key"]:
        yield Fault("columns", "请至少勾选一列“识别项目”，系统靠它认出同一个项目。")
    if not choices.source:
        yield Fault("source", "请填写台账名称。")
    if not choices.lead_unit:
        yield Fault("lead_unit", "请填写牵头单位空缺时归哪个单位。")
    if not choices.year and any(target.startswith("plan.") for target in taken):
        yield Fault("year", "有年度计划的列，请填写年份。")
    yield from _column_faults(choices, repeated)


def _column_faults(choices: Choices, repeated: Iterable[str]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for column, choice in choices.columns.items():
        if not choice.target and not choice.is_key:
            continue
        if column in repeated:
            yield Fault("target", "文件里有几列都叫这个名字，请在文件里改名后重新上传，或选“不导入”。", column)
        elif choice.target and (other := first.setdefault(choice.target, column)) != column:
            yield Fault("target", f"“{other}”已选了这一项，两列只能有一列，请改选其中一列。", column)
