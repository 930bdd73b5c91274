"""核对列对应 as a page shows it: one line per column of the file, and what was chosen taken back."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import ledgers
from projects.ledger.cells import YEARS
from projects.ledger.editing import Choices, ColumnChoice, Fault, faults, usual_words, words_of
from projects.ledger.guesses import kind_of
from projects.ledger.mapping import Rows
from projects.ledger.targets import MILESTONE_TARGETS, NODES, TARGETS, Kind
from projects.models import FocusArea, LedgerImport, Stage

UNITS = ("万元", "亿元", "元", "千元", "百万元")
_PARTS = {
    "project": gettext_lazy("项目"),
    "facts": gettext_lazy("总投资和实际日期"),
    "plan": gettext_lazy("年度计划"),
    "people": gettext_lazy("责任人"),
    "reported": gettext_lazy("完成情况（留作台账记载）"),
    "milestones": gettext_lazy("节点"),
    "milestone": gettext_lazy("节点"),
}
_NODE_DATES = {"planned_on": gettext_lazy("计划"), "actual_on": gettext_lazy("实际")}
_FRAME = ("source", "year", "unit", "code_prefix", "lead_unit", "focus_area", "stage")
_OPEN = "open"  # sent by the button that opens a column: nothing was checked yet
_LONGEST = 200
_MOST_OPEN = 3  # columns in doubt that show all they may mean; of the others it is asked for

Options = list[tuple[str, str]]


class MappingSheet:
    """The mapping of one file. ``typed`` is what was filled in before, by the names of the fields.

    ``asked``: the number of the column, as the address has it, that somebody wants to change.
    """

    def __init__(self, ledger_import: LedgerImport, *, asked: str = "") -> None:
        draft = ledger_import.draft
        self.mapping: Mapping[str, Any] = ledger_import.mapping
        self.found: list[dict[str, Any]] = draft["found"]["columns"]
        self.repeated: list[str] = draft["found"]["repeated"]
        self.typed: dict[str, str] = draft.get("typed") or {}
        self.is_project = self.mapping.get("rows") == Rows.PROJECT.value
        self._stated = ledgers.shown_choices(ledger_import)
        self.choices = self._chosen() if self.typed else self._stated
        self.is_checked = bool(self.typed) and _OPEN not in self.typed
        self.faults = self._faults() if self.is_checked else []
        self.asked = f"c{asked}"

    @staticmethod
    def names(posted: QueryDict) -> dict[str, str]:
        """What was sent, as far as this page asks for it."""
        return {
            name: value[:_LONGEST]
            for name in posted
            if (name in (*_FRAME, _OPEN) or name.startswith("c")) and name != "csrfmiddlewaretoken"
            for value in [posted.get(name, "").strip()]
        }

    # --- what was chosen ---

    def _chosen(self) -> Choices:
        typed = self.typed
        year = typed.get("year", "")
        return Choices(
            source=typed.get("source", "")[:50],
            year=int(year) if year.isdecimal() and len(year) == 4 and int(year) in YEARS else None,
            unit=typed["unit"] if typed.get("unit") in UNITS else UNITS[0],
            code_prefix=typed.get("code_prefix", "")[:20],
            lead_unit=typed.get("lead_unit", "")[:100],
            focus_area=typed["focus_area"] if typed.get("focus_area") in FocusArea.values else self._stated.focus_area,
            stage=typed["stage"] if typed.get("stage") in Stage.values else self._stated.stage,
            columns={one["column"]: self._column(number, one) for number, one in enumerate(self.found)},
        )

    def _column(self, number: int, one: Mapping[str, Any]) -> ColumnChoice:
        typed, stated = self.typed, self._stated.columns[one["column"]]
        target = typed.get(f"c{number}", "")
        known = set(words_of(target, ledgers.VOCABULARY).values())
        words = {
            word: chosen
            for place, word in enumerate(self._strange(one, target))
            if (chosen := typed.get(f"c{number}-w{place}", self._known_word(stated, target, word))) in known | {""}
        }
        unit = typed.get(f"c{number}-unit", stated.unit if stated.target == target else "")
        return ColumnChoice(target, unit, f"c{number}-key" in typed, words)

    @staticmethod
    def _known_word(stated: ColumnChoice, target: str, word: str) -> str:
        known = stated.words if stated.target == target else usual_words(target, ledgers.VOCABULARY)
        return known.get(word, "")

    def _strange(self, one: Mapping[str, Any], target: str) -> list[str]:
        """The words of this column that are none of the choice it is taken for."""
        known = words_of(target, ledgers.VOCABULARY)
        words = dict.fromkeys([*one["words"], *(one["unknown"] if target == one["target"] else ())])
        return [word for word in words if word not in known] if known else []

    def _faults(self) -> list[Fault]:
        found = [*faults(self.choices, self.mapping, self.repeated, ledgers.VOCABULARY)]
        for number, one in enumerate(self.found):
            choice = self.choices.columns[one["column"]]
            asked = [
                place for place, word in enumerate(self._strange(one, choice.target)) if not choice.words.get(word)
            ]
            if any(f"c{number}-w{place}" not in self.typed for place in asked):
                found.append(Fault("target", _("这一列有没见过的词，请在这里选各是什么。"), one["column"]))
        return found

    # --- what is shown ---

    def fault_at(self, place: str) -> str:
        return next((one.message for one in self.faults if one.place == place and not one.column), "")

    def groups(self) -> list[dict[str, Any]]:
        """The lines: first those somebody should look at, then what is sure, then what is left out."""
        lines = self.lines()
        named = (
            (_("请核对"), [one for one in lines if one["is_doubtful"]]),
            (_("已认出"), [one for one in lines if not one["is_doubtful"] and one["target"]]),
            (_("不导入"), [one for one in lines if not one["is_doubtful"] and not one["target"]]),
        )
        return [{"title": title, "lines": some} for title, some in named if some]

    def lines(self) -> list[dict[str, Any]]:
        """One for each column, with all it may mean where that is open to be changed."""
        options = self.options()
        labels = {path: label for _part, targets in options for path, label in targets}
        lines = [*self._lines()]
        doubtful = [line["name"] for line in lines if line["is_doubtful"]][:_MOST_OPEN]
        for line in lines:
            is_open = line["fault"] or line["name"] in (*doubtful, self.asked)
            line["options"] = options if is_open else []
            line["means"] = labels.get(line["target"], line["target"]) or _("不导入")
            line["is_asked"] = line["name"] == self.asked
        return lines

    def _lines(self) -> Iterator[dict[str, Any]]:
        by_column = {one.column: one.message for one in self.faults if one.column}
        for number, one in enumerate(self.found):
            choice = self.choices.columns[one["column"]]
            is_as_guessed = choice.target == one["target"]
            fault = by_column.get(one["column"], "")
            yield {
                "name": f"c{number}",
                "number": number,
                "column": one["column"],
                "samples": one["samples"],
                "target": choice.target,
                "is_key": choice.is_key,
                "is_doubtful": bool(fault) or (one["is_doubtful"] and is_as_guessed and not self.is_checked),
                "why": one["why"] if is_as_guessed else _("由人选定"),
                "fault": fault,
                "misfits": one["unknown"] if is_as_guessed and kind_of(choice.target) is not Kind.CHOICE else [],
                "units": self._units(choice),
                "unit": choice.unit,
                "words": [*self._words(number, one, choice)],
                "meanings": self._meanings(choice.target),
            }

    def _units(self, choice: ColumnChoice) -> Options:
        kind = kind_of(choice.target) if choice.target else Kind.TEXT
        if kind is Kind.AMOUNT:
            return [("", _("同上面的单位")), *((unit, unit) for unit in UNITS)]
        return [("percent", _("百分数（25.3）")), ("ratio", _("小数（0.253）"))] if kind is Kind.PERCENT else []

    def _words(self, number: int, one: Mapping[str, Any], choice: ColumnChoice) -> Iterator[dict[str, str]]:
        for place, word in enumerate(self._strange(one, choice.target)):
            yield {"name": f"c{number}-w{place}", "word": word, "means": choice.words.get(word, "")}

    @staticmethod
    def _meanings(target: str) -> Options:
        """Each thing the choice can mean, once, by its label."""
        labels: dict[str, str] = {}
        for word, stored in words_of(target, ledgers.VOCABULARY).items():
            if word != stored and stored not in labels:
                labels[stored] = word
        return [*labels.items()]

    def options(self) -> list[tuple[str, Options]]:
        """Everything a column of such a ledger may mean, part by part."""
        targets = TARGETS if self.is_project else (*MILESTONE_TARGETS, *_of_projects())
        named = [(target.path, target.label) for target in targets]
        if self.is_project:
            named += self._nodes()
        parts: dict[str, Options] = {}
        for path, label in named:
            parts.setdefault(str(_PARTS[path.partition(".")[0]]), []).append((path, label))
        return [*parts.items()]

    def _nodes(self) -> Options:
        """The milestones many ledgers have in columns of their own, and those of this mapping."""
        names = [node["name"] for node in self.mapping.get("milestones", ())]
        named = dict.fromkeys([*names, *(node.name for node in NODES)])
        return [
            (f"milestones.{node}.{date}", f"{node}：{word}") for node in named for date, word in _NODE_DATES.items()
        ]


def _of_projects() -> list[Any]:
    return [target for target in TARGETS if target.path.startswith("project.")]
