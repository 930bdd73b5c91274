"""From a file to a finished import: keep it, read it twice, write it once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter
from typing import IO, Any

from django.db import connection, transaction

from projects import audit, bulk, changed, recorded
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.ledger.files import Table, open_table
from projects.ledger.headings import OUR_COLUMNS
from projects.ledger.mapping import LedgerMapping, Rows
from projects.ledger.problems import Problem
from projects.ledger.rows import keys
from projects.models import ImportProblem, Job, KeyProject, LedgerImport, User, VanishedRow

from .journal import Journal
from .mappings import kept_mapping
from .project_writing import ProjectWriter
from .writing import LedgerWriter

_LOCK = 7_000_003  # one import at a time
BATCH = 2_000  # rows
Writer = LedgerWriter | ProjectWriter
_WRITERS: dict[Rows, type[LedgerWriter] | type[ProjectWriter]] = {
    Rows.MILESTONE: LedgerWriter,
    Rows.PROJECT: ProjectWriter,
}
MOST_PROBLEMS = 100_000  # kept one by one; all are counted


class Watch:
    """Somebody who looks on while an import runs; this one does not care."""

    def progress(self, done: int, total: int) -> None:
        """Rows done of all: once before the transaction, then after each batch within it."""

    def stored(self) -> None:
        """The result is written and about to be committed."""


def submit(
    *,
    content: IO[bytes],
    name: str,
    mapping: LedgerMapping,
    is_dry_run: bool,
    takes: LedgerImport.Takes = LedgerImport.Takes.GOOD,
    by: User | None,
    at: datetime,
) -> LedgerImport:
    """Keep the file and note that it waits to be read. Raises ``RuleViolation`` when it is too large.

    ``takes`` says what is done when a row cannot be imported: nothing at all, or the others all the same.
    """
    file = stored_files.keep(content=content, name=name, by=by, at=at)
    return LedgerImport.objects.create(
        file=file,
        source=mapping.source,
        mapping=mapping.raw,
        is_dry_run=is_dry_run,
        takes=takes,
        requested_by=by,
        requested_at=at,
    )


def repeat(
    *, ledger_import: LedgerImport, takes: LedgerImport.Takes = LedgerImport.Takes.GOOD, by: User, at: datetime
) -> LedgerImport:
    """正式导入: the file and mapping of a dry run, or of a refused import, again. Raises ``RuleViolation``."""
    if not (_is_rehearsed(ledger_import) or ledger_import.state == LedgerImport.State.REFUSED):
        raise RuleViolation("只有已完成的试导入，或因有不能导入的行而未写入的导入，可以转为正式导入。")
    return LedgerImport.objects.create(
        file=ledger_import.file,
        source=ledger_import.source,
        mapping=ledger_import.mapping,
        takes=takes,
        requested_by=by,
        requested_at=at,
    )


def _is_rehearsed(ledger_import: LedgerImport) -> bool:
    return ledger_import.is_dry_run and ledger_import.state == LedgerImport.State.DONE


def run(*, ledger_import: LedgerImport, by: User | None, at: datetime, watch: Watch | None = None) -> LedgerImport:
    """Read the file and write what it says; a dry run takes everything back but its counts and problems.

    So does an import that takes all rows or none, when there is one it cannot take: it ends refused.
    Raises ``RuleViolation`` when nothing could be imported; the import then says why.
    """
    if ledger_import.finished_at:
        raise RuleViolation("这次导入已经结束，如需再导入请重新上传文件。")
    LedgerImport.objects.filter(pk=ledger_import.pk).update(state=LedgerImport.State.RUNNING)
    try:
        _Run(ledger_import, by=by, at=at, watch=watch or Watch()).through()
    except RuleViolation as refusal:
        give_up(ledger_import, refusal.message, by=by, at=at)
        raise
    return ledger_import


def close_abandoned(*, recognising: str, importing: str, at: datetime) -> None:
    """Imports whose job of these kinds was given up, its workers having died, say so instead of seeming to run."""
    states = LedgerImport.State
    for kind, under_way in ((recognising, [states.READING]), (importing, [states.WAITING, states.RUNNING])):
        unfinished = {str(one.pk): one for one in LedgerImport.objects.filter(state__in=under_way)}
        for job in Job.objects.filter(kind=kind, state=Job.State.FAILED, subject__in=unfinished):
            give_up(unfinished[job.subject], job.error, by=None, at=at)


@transaction.atomic
def give_up(ledger_import: LedgerImport, reason: str, *, by: User | None, at: datetime) -> None:
    """Nothing will come of it, and it says why."""
    ledger_import.state, ledger_import.error, ledger_import.finished_at = LedgerImport.State.FAILED, reason[:500], at
    ledger_import.save(update_fields=["state", "error", "finished_at"])
    audit.record("ledger.refused", ledger_import, by=by, at=at, changes={"reason": reason})


class _Run:
    """One reading of one file. ``at`` is when it began; the facts carry the moment of their writing."""

    def __init__(self, ledger_import: LedgerImport, *, by: User | None, at: datetime, watch: Watch) -> None:
        self.ledger_import, self.by, self.at, self.watch = ledger_import, by, at, watch
        self.began = perf_counter()
        self.seconds: dict[str, float] = defaultdict(float)
        self.problems: list[Problem] = []
        self.by_code: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.rows = 0

    def through(self) -> None:
        with self._timed("survey"):
            self.mapping = kept_mapping(self.ledger_import.mapping)
            table = open_table(stored_files.where(self.ledger_import.file), self.mapping.layout)
            self.mapping.check_columns(table.columns)
            if _is_supplement(table):
                self.mapping = replace(self.mapping, sums_budgets=False, started_with=frozenset())
            last_rows, total = self._survey(table)
        self.watch.progress(0, total)
        theirs = KeyProject.objects.filter(source=self.mapping.source)
        with alone(), recorded.writing(holding=theirs) as at:
            savepoint = transaction.savepoint()
            journal = Journal(self.ledger_import)
            with self._timed("compare"):
                writer = _WRITERS[self.mapping.rows](self.mapping, journal=journal, by=self.by, at=at, say=self._say)
            self._write(table, last_rows, total, writer)
            is_refused = self._is_refused()
            is_part = is_refused or _is_supplement(table)
            vanished = [] if is_part else list(writer.vanished(self.ledger_import))
            if self.ledger_import.is_dry_run or is_refused:
                transaction.savepoint_rollback(savepoint)
            else:
                self.ledger_import.written_at = at if writer.has_written() else None
                self._evaluate(writer.touched, at=at)
            self._store(writer, vanished, at=at)
            self.watch.stored()

    def _is_refused(self) -> bool:
        """All or nothing was asked for, and there is a row that cannot be taken."""
        takes_all = self.ledger_import.takes == LedgerImport.Takes.ALL
        return takes_all and not self.ledger_import.is_dry_run and bool(self.rejected)

    def _evaluate(self, projects: Sequence[int], *, at: datetime) -> None:
        with self._timed("evaluate"):
            for _ in changed.announced(projects, at=at):
                self.watch.progress(self.rows, self.rows)

    def _survey(self, table: Table) -> tuple[dict[str, int], int]:
        """For each project the last row that speaks of it: when that is read, the project is complete."""
        last_rows: dict[str, int] = {}
        total = 0
        for number, key in keys(self.mapping, table):
            last_rows[key] = number
            total += 1
        if not total:
            raise RuleViolation("表头下面没有任何内容，没有可以导入的行。")
        return last_rows, total

    def _write(self, table: Table, last_rows: Mapping[str, int], total: int, writer: Writer) -> None:
        whole = self._whole_projects(table, last_rows)
        while batch := self._batch(whole):
            with self._timed("write"):
                writer.write(batch)
            self.watch.progress(self.rows, total)

    def _batch(self, whole: Iterator[tuple[str, list[Any]]]) -> dict[str, list[Any]]:
        with self._timed("read"):
            batch: dict[str, list[Any]] = {}
            waiting = 0
            for key, rows in whole:
                batch[key] = rows
                waiting += len(rows)
                if waiting >= BATCH:
                    break
            return batch

    def _whole_projects(self, table: Table, last_rows: Mapping[str, int]) -> Iterator[tuple[str, list[Any]]]:
        """Each project with all its rows, as soon as the last of them is read."""
        reader = _WRITERS[self.mapping.rows].reader(self.mapping, len(table.columns))
        waiting: dict[str, list[Any]] = {}
        for raw in table.rows():
            self.rows += 1
            row, problems = reader.read(raw)
            for problem in problems:
                self._say(problem)
            if row:
                waiting.setdefault(row.project_key, []).append(row)
            if last_rows[reader.key] == raw.number and reader.key in waiting:
                yield reader.key, waiting.pop(reader.key)

    def _say(self, problem: Problem) -> None:
        self.by_code[problem.code] += 1
        if problem.rejected:
            self.rejected[problem.code] += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    # --- the result ---

    def _store(self, writer: Writer, vanished: list[VanishedRow], *, at: datetime) -> None:
        with self._timed("store"):
            bulk.insert(vanished)
            problems = iter(self.problems)
            while batch := [self._problem(problem) for problem in islice(problems, BATCH)]:
                bulk.insert(batch)
        elapsed = perf_counter() - self.began
        ledger_import = self.ledger_import
        ledger_import.state = LedgerImport.State.REFUSED if self._is_refused() else LedgerImport.State.DONE
        ledger_import.error = ""
        ledger_import.counts = self._counts(writer, len(vanished), elapsed)
        ledger_import.finished_at = self.at + timedelta(seconds=elapsed)
        ledger_import.save(update_fields=["state", "error", "counts", "finished_at", "written_at"])
        changes = {"file": ledger_import.file.sha256, "dry_run": ledger_import.is_dry_run, **ledger_import.counts}
        if writer.book.amended and ledger_import.written_at:
            changes["amended"] = writer.book.amended
        action = "ledger.refused" if self._is_refused() else "ledger.imported"
        audit.record(action, ledger_import, by=self.by, at=at, changes=changes)

    def _problem(self, problem: Problem) -> ImportProblem:
        return ImportProblem(
            ledger_import=self.ledger_import,
            row=problem.row,
            column=problem.column[:200],
            value=problem.value[:200],
            code=problem.code.value,
            message=problem.message[:300],
            is_rejection=problem.rejected,
        )

    def _counts(self, writer: Writer, vanished: int, elapsed: float) -> dict[str, Any]:
        return {
            "rows_read": self.rows,
            "rows_rejected": sum(self.rejected.values()),
            "rejected_by_reason": dict(self.rejected),
            "problems": sum(self.by_code.values()),
            "problems_by_code": dict(self.by_code.most_common()),
            **writer.counts(),
            "versions_written": sum(writer.recorder.versions.values()),
            "versions_by_fact": {fact: number for fact, number in writer.recorder.versions.items() if number},
            "units_created": writer.book.units.created,
            "vanished": vanished,
            "seconds": {step: round(took, 3) for step, took in self.seconds.items()} | {"total": round(elapsed, 3)},
        }

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[step] += perf_counter() - started


def _is_supplement(table: Table) -> bool:
    """Rows that could not be imported before, now mended: no project is whole in them.

    What the file does not list has not vanished, and neither totals nor starts are made of what it lists.
    """
    return set(OUR_COLUMNS) <= set(table.columns)


@contextmanager
def alone() -> Iterator[None]:
    """Two imports at once would both make what neither has found; none runs while one is taken back."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
