"""撤销导入: take a whole import back while nothing was built on it.

Undoing is knowledge of its own: from its moment on every fact is known as before the import, and what was known in
between stays on record.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Model

from projects import audit, changed, recorded
from projects.errors import RuleViolation
from projects.models import KeyProject, LedgerImport, Milestone, Unit, User, Withdrawable
from projects.recorded import Recorded

from .journal import put_back
from .obstacles import BROUGHT, Traces, brought, in_use, is_derived, obstacles, references
from .running import Watch, alone

_NAMED = 5  # obstacles; those that follow are told when these are gone


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an undo would meet and do, by the names of things.

    ``obstacles`` in words, the first few; ``brought`` leaves the register, ``changed`` is put back. Of the units it
    made those somebody has come to use will stay.
    """

    obstacles: list[str]
    brought: dict[str, int]
    changed: dict[str, int]


def undo(*, ledger_import: LedgerImport, by: User, watch: Watch | None = None) -> None:
    """Every fact, project, milestone and unit stands again as before this import. Raises ``RuleViolation``."""
    watch = watch or Watch()
    with alone(), recorded.writing(holding=KeyProject.objects.filter(source=ledger_import.source)) as at:
        this = LedgerImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=ledger_import.pk)
        if not can_be_asked(this):
            raise RuleViolation(_why_not_asked(this))
        traces = Traces.left_by(this)
        if reason := _in_the_way(traces):
            raise RuleViolation(reason)
        rows, facts = _reckoned(traces)
        touched = _touched(traces)
        done, total = 0, sum(rows.values()) + sum(facts.values()) + len(touched)
        watch.progress(done, total)
        for number in _take_back(traces, facts, by=by, at=at):
            done += number
            watch.progress(done, total)
        rows[_name_of(Unit)] = Unit.objects.filter(pk__in=_unused_units(this)).update(is_withdrawn=True)
        for reckoned in changed.announced(touched, at=at):
            watch.progress(total - len(touched) + reckoned, total)
        this.undone_by, this.undone_at = by, at
        this.save(update_fields=["undone_by", "undone_at"])
        audit.record("ledger.undone", this, by=by, at=at, changes={"file": this.file.sha256, **rows, **facts})
        watch.stored()


def prospect(ledger_import: LedgerImport) -> Prospect:
    """What taking it back would come to now. Raises ``RuleViolation`` where that cannot even be asked."""
    if not can_be_asked(ledger_import):
        raise RuleViolation(_why_not_asked(ledger_import))
    traces = Traces.left_by(ledger_import)
    return Prospect(_first(traces), *_reckoned(traces))


def why_not_undone(ledger_import: LedgerImport) -> str:
    """Why this import cannot be taken back, in one sentence; empty when it can."""
    if not can_be_asked(ledger_import):
        return _why_not_asked(ledger_import)
    return _in_the_way(Traces.left_by(ledger_import))


def _in_the_way(traces: Traces) -> str:
    found = _first(traces)
    return f"导入之后已有新的登记，不能整份撤销：{'；'.join(found)}。" if found else ""


def _first(traces: Traces) -> list[str]:
    return list(islice(obstacles(traces), _NAMED))


def can_be_asked(ledger_import: LedgerImport) -> bool:
    """It has written something and was not undone yet; whether something was built on it is another question."""
    return ledger_import.written_at is not None and ledger_import.undone_at is None


def _reckoned(traces: Traces) -> tuple[dict[str, int], dict[str, int]]:
    ours: tuple[type[Withdrawable], ...] = (KeyProject, Milestone, Unit)
    rows: Counter[type[Model]] = Counter({model: brought(model, traces.of).count() for model in ours})
    amended = 0
    for model, made, before in traces.of.journal.values_list("model", "made", "before").iterator(chunk_size=1):
        rows[apps.get_model(model)] += len(made)
        amended += len(before)
    facts = {fact: recorded.written(fact, at=traces.at).count() for fact in traces.facts}
    return _named(rows), _named(facts) | ({"登记信息": amended} if amended else {})


def _named(numbers: Mapping[Any, int]) -> dict[str, int]:
    return {_name_of(model): number for model, number in numbers.items() if number}


def _name_of(model: type[Model]) -> str:
    return str(model._meta.verbose_name)


def _why_not_asked(this: LedgerImport) -> str:
    if this.undone_at:
        return f"这次导入已由{this.undone_by}撤销。"
    if this.is_dry_run:
        return "这是试导入，没有写入任何内容，不需要撤销。"
    return "这次导入没有写入任何内容，不需要撤销。" if this.finished_at else "这次导入还没有结束，不能撤销。"


def _take_back(traces: Traces, facts: Mapping[str, int], *, by: User, at: datetime) -> Iterator[int]:
    """Step by step; gives after each how many versions or rows it was."""
    for fact in traces.facts:
        recorded.take_back(fact, written_at=traces.at, by=by, at=at)
        yield facts[_name_of(fact)]
    for page in traces.of.journal.order_by("-pk").iterator(chunk_size=1):
        put_back(page)
        yield len(page.before) + len(page.made)
    for ours in BROUGHT:
        if brought(ours, traces.of).exists():
            _drop_derived(ours, traces.of)
            yield brought(ours, traces.of).update(is_withdrawn=True)


def _drop_derived(ours: type[Withdrawable], this: LedgerImport) -> None:
    """By keys: just after a large import the database knows too little of its tables to delete by a join."""
    keys = list(brought(ours, this).values_list("pk", flat=True))
    derived = [(model, field) for model, field in references(ours) if is_derived(model, field)]
    for start in range(0, len(keys), recorded.BATCH):
        batch = keys[start : start + recorded.BATCH]
        for model, field in derived:
            model._base_manager.filter(**{f"{field}__in": batch}).delete()


def _unused_units(this: LedgerImport) -> set[int]:
    """Units it made that nothing in the register names."""
    unused = set(brought(Unit, this).values_list("pk", flat=True))
    for model, field in references(Unit):
        if not unused:
            break
        users = in_use(model).filter(**{f"{field}__in": unused}).order_by()
        unused -= set(users.values_list(field, flat=True))
    return unused


def _touched(traces: Traces) -> set[int]:
    """The projects that stay and of which something is told otherwise from now on."""
    found = set(brought(Milestone, traces.of).values_list("project", flat=True))
    for fact in traces.facts:
        if path := _project_of(fact):
            found |= set(recorded.written(fact, at=traces.at).values_list(path, flat=True))
    for page in traces.of.journal.exclude(before={}):
        model = apps.get_model(page.model)
        if model is KeyProject:
            found |= set(map(int, page.before))
        elif model is Milestone:
            found |= set(Milestone.objects.filter(pk__in=page.before).values_list("project", flat=True))
    return found - set(brought(KeyProject, traces.of).values_list("pk", flat=True))


def _project_of(fact: type[Recorded]) -> str:
    """Where a version of such a fact, or what it is a fact of, names its project; empty where neither does."""
    subject: Any = fact._meta.get_field(fact.KEY[0])
    for path, model in (("", fact), (f"{subject.name}__", subject.related_model)):
        if model and any(field.related_model is KeyProject for field in model._meta.fields):
            return f"{path}project"
    return ""
