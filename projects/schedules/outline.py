"""A schedule with its outline: only the innermost tasks are work, the others sum up what is below them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product, zip_longest
from typing import Any, Generic, TypeVar

from projects.backward import Link, Network
from projects.errors import RuleViolation

M = TypeVar("M")

MOST_LINKS = 100_000


class UnreadableSchedule(RuleViolation):
    """A schedule file that is broken or says something we do not understand. The message names the place."""


@dataclass(frozen=True)
class Task(Generic[M]):
    """A line of the file. ``parts`` are the keys of the work it sums up; empty for work itself.

    ``start_in_file`` is the early start that the program wrote, None where it wrote none.
    """

    key: str
    name: str
    parts: tuple[str, ...] = ()
    start_in_file: M | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule(Generic[M]):
    """``moment`` reads a required finish as a person writes it for this kind of file; it raises ``ValueError``.

    ``printed_length`` is the critical-path length that a PSPLIB file states. ``notes`` say what was left out.
    """

    format: str
    network: Network[M]
    tasks: tuple[Task[M], ...]
    moment: Callable[[str], M]
    printed_length: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A task as it stands in the file: outline depth by level, in reading order."""

    key: str
    name: str
    level: int
    start_in_file: Any = None


def outlined(rows: Sequence[Row]) -> tuple[Task[Any], ...]:
    """What each row sums up: the innermost of the deeper rows that follow it directly."""
    parts: dict[str, list[str]] = {row.key: [] for row in rows}
    open_rows: list[Row] = []
    for row, following in zip_longest(rows, rows[1:]):
        while open_rows and open_rows[-1].level >= row.level:
            open_rows.pop()
        if following is not None and following.level > row.level:
            open_rows.append(row)
            continue
        for above in open_rows:
            parts[above.key].append(row.key)
    return tuple(Task(row.key, row.name, tuple(parts[row.key]), row.start_in_file) for row in rows)


def between_work(links: Iterable[Link], tasks: Iterable[Task[Any]]) -> Iterator[Link]:
    """Links to and from summaries, said of the work below.

    The finish of a summary is the finish of all its work, so what follows it follows each part; likewise what it
    waits for. The start of a summary is the start of *any* part, which no set of links can say: refused.
    """
    by_key = {task.key: task for task in tasks}
    for link in links:
        for key in (link.predecessor, link.successor):
            if key not in by_key:
                raise UnreadableSchedule(f"关系“{link.predecessor} → {link.successor}”中的任务 {key} 不在文件中。")
        before, after = by_key[link.predecessor], by_key[link.successor]
        if (before.parts and link.kind.leaves_start) or (after.parts and link.kind.reaches_finish):
            raise UnreadableSchedule(
                f"任务“{before.name}”与“{after.name}”的关系用到摘要任务的{'开始' if before.parts else '完成'}时间，"
                "无法精确推算；请改为其下具体任务之间的关系。"
            )
        firsts, seconds = before.parts or (before.key,), after.parts or (after.key,)
        if len(firsts) * len(seconds) > MOST_LINKS:
            raise UnreadableSchedule(f"摘要任务“{before.name}”与“{after.name}”的关系涉及的任务过多，请拆分。")
        for predecessor, successor in product(firsts, seconds):
            yield replace(link, predecessor=predecessor, successor=successor)


def moment_of(text: str) -> datetime:
    """A date and time without a zone, as schedule programs write it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment
