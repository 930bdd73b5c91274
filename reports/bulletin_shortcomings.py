"""通报正文的问题和要求: what lags and why, which problems and decisions are open, and what is to be done by when.

A few are named, the rest stands in the annex.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports.bulletin import Bulletin, DecisionLine, DueLine, LagLine, ProblemLine
from reports.bulletin_words import day, joined, numbered, plain, told

NAMED = 8
_FEW = 3
_CAUSE = 60  # letters of what somebody wrote
_NAME = 40
# The order of the office (domain §6.2); a kind that is not among them comes last.
_KINDS = ("用地", "征迁", "资金", "手续", "管线", "设计", "施工", "其他")
_LATE = {
    "START": "应于{day}开工，至今未开工，逾期",
    "FINISH": "应于{day}竣工，至今未竣工，逾期",
    "NODE": "“{item}”应于{day}完成，至今未完成，逾期",
    "PERMIT": "“{item}”应于{day}办结，至今未办结，逾期",
    "INVESTMENT": "投资进度较同期计划{gap}，已滞后",
    "DECISION": "交办事项“{item}”应于{day}办结，至今未办结，逾期",
}
_ASKED = re.compile(r"^请(\S+?(?:委员会|街道|办公室|[局委办镇园院]))")
_LIMIT = re.compile(r"[，,；;]\s*(?:于|在)?(?:\d+年)?\d+月\d+日前[^，。]{0,6}$")


def problems(bulletin: Bulletin) -> Iterator[str]:
    """What lags, why, and what was asked and not done."""
    words = _Shortcomings(bulletin)
    yield from numbered(["".join(words.lagging()), "".join(words.problems()), "".join(words.decisions())])


def next_steps(bulletin: Bulletin) -> Iterator[str]:
    """With unit and day: what lags, the decisions that are overdue, what is due next month or should have been."""
    words = _Shortcomings(bulletin)
    starts = words.of_next_month(bulletin.starts, "开工", "落实用地、资金、手续等开工条件")
    completions = words.of_next_month(bulletin.completions, "竣工", "加大人员和设备投入")
    yield from numbered([words.of_lagging(), words.of_decisions(), starts, completions])


@dataclass(frozen=True)
class _Shortcomings:
    bulletin: Bulletin

    def lagging(self) -> Iterator[str]:
        lines, parts = self.bulletin.lagging, self.bulletin.whole.parts
        if not lines:
            yield f"项目进度。截至{self._day(self.bulletin.on)}，无逾期项目。"
            return
        yield f"部分项目进度滞后。截至{self._day(self.bulletin.on)}，有事项逾期的项目{told('逾期项目数')}个"
        kinds = [
            f"应开未开{told('应开未开')}个" if parts.due_not_started else "",
            f"应竣未竣{told('应竣未竣')}个" if parts.due_not_completed else "",
            f"投资滞后{told('投资滞后项目数')}个" if any(line.gap_pp is not None for line in lines) else "",
        ]
        yield f"，其中{joined(filter(None, kinds))}。" if any(kinds) else "。"
        rest = "其余项目见附件。" if len(lines) > NAMED else ""
        yield f"{'逾期时间较长的有：' if rest else '分别是：'}{'；'.join(map(self._lag, lines[:NAMED]))}。{rest}"

    def problems(self) -> Iterator[str]:
        """By reason, then those that should have been solved longest ago."""
        lines = self.bulletin.problems
        if not lines:
            yield f"制约因素。截至{self._day(self.bulletin.on)}，无未解决的问题。"
            return
        numbers = Counter(line.kind for line in lines)
        ordered = sorted(numbers, key=lambda kind: (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind))
        by_kind = joined(f"{kind}{told('开放问题数', of=f'问题：{kind}')}个" for kind in ordered)
        yield f"制约因素尚未消除。各项目反映的问题有{told('开放问题数')}个尚未解决，按原因分：{by_kind}"
        late = [line for line in lines if line.days > 0]
        if not late:
            yield "，均未超过需解决日期。"
            return
        yield f"；其中{told('超期问题数')}个已超过需解决日期"
        named = "；".join(map(self._problem, late[:_FEW]))
        yield f"，超期时间较长的有：{named}。" if len(late) > _FEW else f"：{named}。"

    def decisions(self) -> Iterator[str]:
        lines = self.bulletin.decisions
        late = Counter(line.unit for line in lines if line.days > 0)
        if not lines:
            yield "交办事项。已交办的事项均已办结。"
        elif not late:
            yield f"交办事项。未办结的交办事项{told('未办结交办数')}项，均未超过办理期限。"
        else:
            units = joined(f"{unit}{told('超期交办数', of=f'交办：{unit}')}项" for unit, _number in late.most_common())
            yield f"部分交办事项超期未结。未办结的交办事项{told('未办结交办数')}项，"
            yield f"其中超期{told('超期交办数')}项：{units}。"

    def of_lagging(self) -> str:
        if not self.bulletin.lagging:
            return ""
        return (
            "加快推进滞后项目。各牵头单位要对照附件所列逾期项目，逐项查明原因，制定赶工措施，明确完成时限，"
            f"于{self._deadline()}前报区重点办。"
        )

    def of_decisions(self) -> str:
        """By unit, the one that owes longest first: the matter and the limit it had."""
        by_unit: dict[str, list[DecisionLine]] = defaultdict(list)
        for line in self.bulletin.decisions:
            if line.days > 0:
                by_unit[line.unit].append(line)
        if not by_unit:
            return ""
        matters = "；".join(self._matters(unit, lines) for unit, lines in by_unit.items())
        return f"限期办结超期交办事项。以下事项须于{self._deadline()}前办结：{matters}。"

    def of_next_month(self, lines: Sequence[DueLine], done: str, how: str) -> str:
        missed = [line for line in lines if line.is_missed]
        ahead = [line for line in lines if not line.is_done and _is_in(line.planned_on, self._next())]
        said = [
            f"{self._next().month}月计划{done}的有{self._due(ahead)}，牵头单位要{how}，确保按期{done}。"
            if ahead
            else "",
            f"已过计划日期尚未{done}的有{self._due(missed)}，牵头单位要倒排工期，尽快{done}。" if missed else "",
        ]
        return f"抓好项目{done}。{''.join(said)}" if any(said) else ""

    def _lag(self, line: LagLine) -> str:
        name = f"项目：{line.project.code}"
        late = _LATE[line.kind].format(
            item=self._plain(line.item, _NAME),
            day=self._day(line.approved_on) if line.approved_on else "",
            gap=told("超欠进度", of=name) if line.gap_pp is not None else "偏慢",
        )
        said = f"{self._name(line.project.name)}（{line.project.unit}牵头）{late}{told('逾期天数', of=name)}天"
        cause = self._plain(line.cause, _CAUSE)
        return f"{said}，原因：{cause}" if cause else said

    def _problem(self, line: ProblemLine) -> str:
        title, needed_by = self._plain(line.title, _NAME), self._day(line.needed_by)
        return f"{self._name(line.project.name)}“{title}”（{line.unit}办理，应于{needed_by}前解决）"

    def _matters(self, unit: str, lines: Sequence[DecisionLine]) -> str:
        first, number = lines[0], told("超期交办数", of=f"交办：{unit}")
        about = self._name(first.project)
        matter = f"{about + '：' if about else ''}{self._asked(first.text, unit)}"
        more = f"等{number}项，最早期限" if len(lines) > 1 else "，原期限"
        return f"{unit}“{matter}”{more}{self._day(first.due_on)}"

    def _asked(self, text: str, unit: str) -> str:
        """Without the unit it is asked of and the limit it had: both stand beside it."""
        said = _LIMIT.sub("", text.strip().rstrip("。"))
        found = _ASKED.match(said)
        is_unit = found and (found[1][0], found[1][-1]) == (unit[0], unit[-1])
        return self._plain(said[found.end() :] if found and is_unit else said, _NAME)

    def _due(self, lines: Sequence[DueLine]) -> str:
        """Named with unit and planned day."""
        named = joined(
            f"{self._name(line.project.name)}（{line.project.unit}，{self._planned(line)}）" for line in lines[:NAMED]
        )
        return f"{named}等项目" if len(lines) > NAMED else named

    def _planned(self, line: DueLine) -> str:
        return self._day(line.planned_on) if line.planned_on else "年内"

    def _next(self) -> date:
        """A day of the month after."""
        return self.bulletin.on.replace(day=28) + timedelta(days=4)

    def _deadline(self) -> str:
        """The fifteenth of the month after; the office may say otherwise."""
        return self._day(self._next().replace(day=15))

    def _day(self, on: date) -> str:
        return day(on, year=self.bulletin.year)

    def _name(self, name: str) -> str:
        return self._plain(name, _NAME)

    def _plain(self, words: str, most: int) -> str:
        return plain(words, year=self.bulletin.year, most=most)


def _is_in(planned_on: date | None, first: date) -> bool:
    return planned_on is not None and (planned_on.year, planned_on.month) == (first.year, first.month)
