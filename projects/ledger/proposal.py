"""A mapping proposed for a file nobody has described: its header, what its columns mean, and what is doubtful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from .cells import line_of
from .drafts import Assignment, Draft, layout_json
from .field_json import Vocabulary
from .files import Table
from .grids import Grid
from .guesses import CERTAIN, Meaning, dictionary, kind_of, recognised, without_repeats
from .headings import OUR_COLUMNS, fingerprint, headings_of, unit_above, unit_in, year_in
from .layout import SECTION, SECTION_COLUMNS, SECTION_FIRST, SECTION_SECOND, Layout
from .mapping import Rows
from .problems import UnreadableLedger
from .samples import Sample, Typing, judged, misfits_of, percent_unit, slashed_formats, words_for
from .targets import BOTH_ENDS, CATEGORY, CODE, FOCUS_AREA, LEAD_UNIT, LEVEL, NAME, NODES, Kind

SAMPLED = 300  # rows
_LOOKED_THROUGH = 12  # lines in which a header may stand
_HIGHEST_HEADER = 10
_NODE_STAGES = {node.name: node.stage for node in NODES}
_SHOWN = 20  # values that do not fit
_BLANKS = ("/", "—", "-", "–", "无", "暂无")


@dataclass(frozen=True)
class Header:
    """Where somebody says the table is, and what a row of it is. ``sheet`` empty: the first."""

    sheet: str
    header_row: int
    header_rows: int
    rows: Rows


@dataclass(frozen=True)
class Guess:
    """One column. ``target`` empty: not taken. ``samples`` are some of its values, ``unknown`` some that do not fit.

    ``words``: all its different values, where they are few enough to be words of a fixed choice.
    """

    column: str
    target: str
    confidence: float
    why: str
    samples: tuple[str, ...]
    unit: str = ""
    values: Mapping[str, str] | None = None
    unknown: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        return bool(self.target) and (self.confidence < CERTAIN or bool(self.unknown))


@dataclass(frozen=True)
class Proposal:
    """What was found out. ``doubts`` are sentences about the file as a whole; ``year`` None: it names none.

    ``sheets`` are those a workbook shows; ``repeated`` the headings that stand more than once.
    """

    rows: Rows
    layout: Layout
    title: str
    year: int | None
    unit: str
    key: tuple[str, ...]
    date_formats: tuple[str, ...]
    guesses: tuple[Guess, ...]
    fingerprint: str
    doubts: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def unmapped(self) -> tuple[str, ...]:
        return tuple(guess.column for guess in self.guesses if not guess.target and guess.column not in SECTION_COLUMNS)

    def draft(self, *, source: str, lead_unit: str, focus_area: str) -> Draft:
        """The mapping to be corrected. ``lead_unit`` and ``focus_area`` stand where the ledger has none."""
        taken = {guess.target: guess for guess in self.guesses if guess.target}
        fallbacks = {LEAD_UNIT: lead_unit, FOCUS_AREA: focus_area, "milestone.stage": "主体施工"}
        assignments = [one for guess in taken.values() for one in _assigned(guess, fallbacks)]
        needed = [LEAD_UNIT, FOCUS_AREA, *(["milestone.stage"] if self.rows is Rows.MILESTONE else [])]
        assignments += [Assignment(path, {"constant": fallbacks[path]}) for path in needed if path not in taken]
        nodes = dict.fromkeys(path.split(".")[1] for path in taken if path.startswith("milestones."))
        stages = {node: _NODE_STAGES.get(node, "主体施工") for node in nodes}
        return Draft(self._frame(source, taken), tuple(assignments), stages)

    def _frame(self, source: str, taken: Mapping[str, Guess]) -> dict[str, Any]:
        frame: dict[str, Any] = {"source": source, "title": self.title or source, "rows": self.rows.value}
        if self.year:
            frame["year"] = self.year
        frame |= {"file": layout_json(self.layout), "amount_unit": self.unit or "万元"}
        if self.date_formats:
            frame["date_formats"] = [*self.date_formats]
        frame |= {"codes": {sign: {"means": "blank"} for sign in _BLANKS}, "project": {"key": [*self.key]}}
        if self.rows is Rows.MILESTONE:
            frame |= {"vague_dates": True, "milestone": {"key": [taken["milestone.name"].column]}}
        return frame


def propose(
    grids: Sequence[Grid], *, year: int | None, vocabulary: Vocabulary, header: Header | None = None
) -> Proposal:
    """What the file with these grids seems to be. ``year`` is taken where it names none itself.

    ``header`` None: it is looked for. Raises ``UnreadableLedger``.
    """
    score, layout, grid = _stated(grids, header) if header else _found(grids)
    if not layout.header_row:
        raise UnreadableLedger("前 10 行里没有找到表头，请确认文件里是一张有列名的表。")
    layout = replace(layout, sheet=grid.name if len(grids) > 1 else "")
    above = " ".join(line_of(cell) for _, cells in islice(grid.lines(), layout.header_row - 1) for cell in cells)
    table = Table(grid, replace(layout, has_sections=True, has_totals=True, has_notes=True))
    sample = Sample(list(islice(table.rows(), SAMPLED)))
    rows = header.rows if header else _rows_of(table.columns, sample)
    proposal = _proposal(table, sample, above, vocabulary, rows=rows, year=year or None, is_known=score > 0)
    return replace(proposal, sheets=tuple(one.name for one in grids if one.name))


def _stated(grids: Sequence[Grid], header: Header) -> tuple[float, Layout, Grid]:
    grid = next((one for one in grids if one.name == header.sheet), grids[0])
    layout = Layout(header_row=header.header_row, header_rows=header.header_rows)
    return 1.0, replace(layout, fills_merged=_is_merged(grid, header.header_row)), grid


def _found(grids: Sequence[Grid]) -> tuple[float, Layout, Grid]:
    found = [(*_header(grid), grid) for grid in grids]
    return max(found, key=lambda one: one[0])


def _is_merged(grid: Grid, header_row: int) -> bool:
    """Some rows of the table share a cell."""
    return any(area.first_row >= header_row - 1 and area.first_column == area.last_column for area in grid.merged)


def _header(grid: Grid) -> tuple[float, Layout]:
    """The best header this sheet can have: most headings that are known, in the fewest lines."""
    lines = [cells for _, cells in islice(grid.lines(), _LOOKED_THROUGH)]
    best = (0.0, Layout(header_row=_first_wide(lines)))
    for count in (1, 2, 3):
        for row in range(1, min(_HIGHEST_HEADER, len(lines) - count + 1) + 1):
            headings = headings_of(lines[row - 1 : row - 1 + count], grid.merged, first_row=row)
            score = max(recognised(headings, kind) for kind in Rows) - 0.3 * (count - 1)
            if score > best[0]:
                best = score, Layout(header_row=row, header_rows=count, fills_merged=_is_merged(grid, row))
    return best


def _first_wide(lines: Sequence[Sequence[Any]]) -> int:
    """The first line of two words or more; 0 without one."""
    return next(
        (row for row, cells in enumerate(lines[:_HIGHEST_HEADER], start=1) if sum(map(bool, map(line_of, cells))) > 1),
        0,
    )


def _proposal(
    table: Table,
    sample: Sample,
    above: str,
    vocabulary: Vocabulary,
    *,
    rows: Rows,
    year: int | None,
    is_known: bool,
) -> Proposal:
    stated = next(filter(None, map(year_in, (above, *table.columns, table.grid.name))), None)
    known_year = stated or year
    columns = [one for one in dict.fromkeys(table.columns) if one and one not in OUR_COLUMNS]
    formats = slashed_formats(value for name in columns for value in sample.values(name))
    typing = Typing(formats, known_year)
    meanings = without_repeats([judged(dictionary(rows).meaning(one), sample.values(one), typing) for one in columns])
    guesses = [_guess(one, meaning, sample, typing, vocabulary) for one, meaning in zip(columns, meanings, strict=True)]
    if sample.has_sections:
        guesses += _section_guesses(sample, vocabulary, {guess.target for guess in guesses})
    unit = unit_above(above)
    layout = replace(table.layout, has_sections=sample.has_sections, has_totals=True, has_notes=True)
    return Proposal(
        rows=rows, layout=layout, title=_title(above), year=known_year, unit=unit, key=_key(guesses, sample),
        date_formats=formats[:1],
        guesses=tuple(guesses), fingerprint=fingerprint(table.columns),
        doubts=tuple(_doubts(guesses, table.columns, is_known=is_known, unit=unit, stated=stated, rows=rows))
        + _doubts_of_content(sample, _key(guesses, sample), formats, rows, guesses),
        repeated=tuple(sorted({column for column in table.columns if column and table.columns.count(column) > 1})),
    )  # fmt: skip


def _rows_of(columns: Sequence[str], sample: Sample) -> Rows:
    """A ledger names milestones in a column of their own where its projects repeat."""
    known = [dictionary(Rows.MILESTONE).meaning(column) for column in columns]
    by_target = {one.target: column for one, column in zip(known, columns, strict=True) if one.confidence >= CERTAIN}
    has_dates = any(target.startswith("milestone.") and kind_of(target) is Kind.DATE for target in by_target)
    return Rows.MILESTONE if "milestone.name" in by_target and has_dates else Rows.PROJECT


def _guess(column: str, meaning: Meaning, sample: Sample, typing: Typing, vocabulary: Vocabulary) -> Guess:
    values = sample.values(column)
    table, unknown = words_for(meaning.target, values, vocabulary)
    unknown = unknown or tuple(dict.fromkeys(misfits_of(meaning.target, values, typing)))[:_SHOWN]
    kind = kind_of(meaning.target) if meaning.target else Kind.TEXT
    unit = unit_in(column) if kind is Kind.AMOUNT else percent_unit(sample.raw(column)) if kind is Kind.PERCENT else ""
    return Guess(
        column, meaning.target, meaning.confidence, meaning.why, sample.some(column), unit, table, unknown,
        words=sample.words(column),
    )  # fmt: skip


def _section_guesses(sample: Sample, vocabulary: Vocabulary, taken: set[str]) -> list[Guess]:
    """What the words of section rows tell: a category, a level, a focus area."""
    guesses = []
    for column in (SECTION_FIRST, SECTION_SECOND, SECTION):
        for target in (CATEGORY, LEVEL, FOCUS_AREA):
            values = sample.values(column)
            table, unknown = words_for(target, values, vocabulary)
            if target not in taken and values and len(unknown) * 2 < len(set(values)):
                taken.add(target)
                guesses.append(
                    Guess(
                        column,
                        target,
                        0.7,
                        "分组行的文字",
                        sample.some(column),
                        "",
                        table,
                        unknown,
                        words=sample.words(column),
                    )
                )
                break
    return guesses


def _assigned(guess: Guess, fallbacks: Mapping[str, str]) -> list[Assignment]:
    spec: dict[str, Any] = {"column": guess.column}
    if guess.unit:
        spec["unit"] = guess.unit
    if guess.values:
        spec["values"] = dict(guess.values)
    if guess.target in fallbacks:
        spec["otherwise"] = fallbacks[guess.target]
    both = BOTH_ENDS.get(guess.target)
    return [Assignment(guess.target, spec), *([Assignment(both, spec)] if both else [])]


def _key(guesses: Sequence[Guess], sample: Sample) -> tuple[str, ...]:
    """The code where every row has one of its own; else the name, with the lead unit where names repeat."""
    by_target = {guess.target: guess.column for guess in guesses if guess.target}
    options = [(CODE,), ("project.national_code",), (CODE, LEAD_UNIT), (NAME,), (NAME, LEAD_UNIT)]
    present = [
        tuple(by_target[path] for path in paths) for paths in options if all(path in by_target for path in paths)
    ]
    name = by_target.get(NAME, "")
    found = (columns for columns in present if sample.tells_apart(columns, named_by=name))
    return next(found, present[-1] if present else ())


def _title(above: str) -> str:
    words = above.split()
    return max(words, key=len)[:100] if words else ""


def _doubts(
    guesses: Sequence[Guess], columns: Sequence[str], *, is_known: bool, unit: str, stated: int | None, rows: Rows
) -> list[str]:
    taken = {guess.target for guess in guesses}
    amounts = [guess for guess in guesses if guess.target and kind_of(guess.target) is Kind.AMOUNT and not guess.unit]
    repeated = sorted({column for column in columns if column and columns.count(column) > 1})
    said = {
        "没有认出表头，暂按第一行有文字的行处理，请核对表头所在行。": not is_known,
        "没有找到项目名称列，请指定。": NAME not in taken,
        "没有牵头单位列，请指定这份台账归哪个单位。": LEAD_UNIT not in taken,
        "没有重点领域列，请指定这份台账归入哪个领域。": FOCUS_AREA not in taken,
        "没有写明金额单位，暂按万元处理，请核对。": bool(amounts) and not unit,
        "没有写明年份，只写月日的日期按所选年份处理，请核对。": stated is None and rows is Rows.PROJECT,
        f"有重名的列：{'、'.join(repeated)}，须先改名才能使用。": bool(repeated),
    }
    return [sentence for sentence, holds in said.items() if holds]


def _doubts_of_content(
    sample: Sample, key: tuple[str, ...], formats: tuple[str, ...], rows: Rows, guesses: Sequence[Guess]
) -> tuple[str, ...]:
    node = next((guess.column for guess in guesses if guess.target == "milestone.name"), "")
    name = next((guess.column for guess in guesses if guess.target == NAME), "")
    columns = (*key, node) if rows is Rows.MILESTONE else key
    said = {
        f"“{'、'.join(key)}”有重复或空缺，请核对用哪些列识别项目。": bool(key)
        and not sample.tells_apart(columns, named_by=name),
        "形如 3/4/2026 的日期分不清月和日，暂按先月后日处理，请核对。": len(formats) > 1,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)
