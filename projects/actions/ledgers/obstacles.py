"""What was built on an import since: while there is any of it, the import cannot be taken back as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any, Self

from django.apps import apps
from django.db.models import CASCADE, CharField, Exists, Model, Q, QuerySet
from django.db.models.functions import Cast

from projects import recorded
from projects.errors import RuleViolation
from projects.models import (
    AuditEvent,
    KeyProject,
    LedgerImport,
    Milestone,
    PlanEntry,
    PlanVersion,
    User,
    VanishedRow,
    Withdrawable,
)
from projects.recorded import Recorded

from .journal import amended_since

BROUGHT: tuple[type[Withdrawable], ...] = (Milestone, KeyProject)
"""What leaves the register with its import; a unit leaves only if nobody else has come to use it."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What an import left in the register beside the rows that name it: at which moment, in versions of which facts,
    and the rows it made that an undo deletes, by their model.
    """

    of: LedgerImport
    at: datetime
    facts: list[type[Recorded]]
    made: dict[str, list[int]]

    @classmethod
    def left_by(cls, ledger_import: LedgerImport) -> Self:
        """Raises ``RuleViolation`` when it has written nothing."""
        at = ledger_import.written_at
        if at is None:
            raise RuleViolation("这次导入没有写入任何内容。")
        made: dict[str, list[int]] = {}
        for model, rows in ledger_import.journal.exclude(made=[]).values_list("model", "made"):
            made.setdefault(model, []).extend(rows)
        return cls(ledger_import, at, recorded.written_models(at=at), made)


def obstacles(traces: Traces) -> Iterator[str]:
    """Each in words, what weighs most first. After a later import of the source most else would be its doing."""
    if later := list(_later_imports(traces)):
        yield from later
        return
    yield from _decisions(traces)
    yield from _later_facts(traces)
    yield from _plans(traces)
    yield from _references(traces)
    yield from _amendments(traces)
    yield from _actions(traces)


def references(model: type[Model]) -> Iterator[tuple[Any, str]]:
    """The models that refer to this one, in whatever app, and by which field. Links of many to many stand for both."""
    for relation in model._meta.get_fields(include_hidden=True):
        is_reverse = relation.auto_created and not relation.concrete
        related: Any = relation.related_model
        if is_reverse and not related._meta.auto_created:
            yield related, relation.field.name  # type: ignore[union-attr]


def in_use(model: type[Model]) -> QuerySet[Any]:
    """The rows of this model that say something now: in the register, and of facts the current versions."""
    rows = model._default_manager.all()
    return rows.filter(superseded_at__isnull=True) if issubclass(model, Recorded) else rows


def is_derived(model: Any, field: str) -> bool:
    """It goes where its subject goes and nobody has signed it: computed, or a part of its subject."""
    goes_along = model._meta.get_field(field).remote_field.on_delete is CASCADE
    return goes_along and not any(one.related_model is User for one in model._meta.fields)


def brought(model: type[Withdrawable], this: LedgerImport) -> QuerySet[Any]:
    """The rows of this model that came with the import and are still in the register."""
    return model._base_manager.filter(brought_by=this, is_withdrawn=False).order_by()


def _later_imports(traces: Traces) -> Iterator[str]:
    later = LedgerImport.objects.filter(source=traces.of.source, written_at__gt=traces.at, undone_at__isnull=True)
    for one in later.select_related("file").order_by("-written_at")[:1]:
        yield f"同一来源后来又导入了“{one.file.name}”，请先撤销那一次"


def _decisions(traces: Traces) -> Iterator[str]:
    if number := traces.of.vanished.exclude(decision="").count():
        yield f"台账中消失的行已处理 {number} 行"


def _later_facts(traces: Traces) -> Iterator[str]:
    for model in traces.facts:
        changed = list(recorded.overtaken(model, at=traces.at))
        if changed:
            yield f"{model._meta.verbose_name}有 {len(changed)} 条在导入后又改过（{_subject(changed[0])}）"


def _references(traces: Traces) -> Iterator[str]:
    there = [ours for ours in BROUGHT if brought(ours, traces.of).exists()]
    asked = [
        (ours, field, _not_of_import(in_use(model).filter(**{f"{field}__brought_by": traces.of}), traces).order_by())
        for ours in there
        for model, field in references(ours)
        if model is not VanishedRow and not is_derived(model, field)
    ]
    for ours, field, rows in _not_empty(asked, traces.of):
        subject = getattr(rows.select_related(field)[0], field)
        yield f"导入的{ours._meta.verbose_name}“{subject}”已有{rows.model._meta.verbose_name}"


def _not_empty(asked: list[tuple[Any, str, QuerySet[Any]]], this: LedgerImport) -> list[tuple[Any, str, QuerySet[Any]]]:
    """Those of these of which there is any row: some dozens of tables, asked by one statement."""
    if not asked:
        return []
    found = LedgerImport.objects.filter(pk=this.pk).values_list(*(Exists(rows) for _, _, rows in asked)).get()
    return list(compress(asked, found))


def _not_of_import(rows: QuerySet[Any], traces: Traces) -> QuerySet[Any]:
    model: Any = rows.model
    if issubclass(model, Withdrawable):
        return rows.exclude(brought_by=traces.of)
    if model in traces.facts:
        told_since = rows.filter(recorded_at__gt=traces.at)  # of what it brought nothing was told before
        return told_since.exclude(recorded.of_the_same_fact(model, recorded.written(model, at=traces.at)))
    return rows.exclude(pk__in=traces.made.get(model._meta.label, []))


def _amendments(traces: Traces) -> Iterator[str]:
    for page in traces.of.journal.exclude(after={}):
        if said := next(amended_since(page), ""):
            yield said
            return


def _plans(traces: Traces) -> Iterator[str]:
    """Entries it brought into an edition that was submitted or approved since."""
    pages = traces.of.journal.filter(model=PlanEntry._meta.label)
    entries = [int(key) for page in pages for key in (*page.made, *page.before)]
    editions = PlanVersion.objects.filter(entries__in=entries).exclude(state__in=PlanVersion.CHANGEABLE)
    for edition in editions.select_related("plan").distinct()[:1]:
        yield f"导入的计划已随{edition}{edition.get_state_display()}"


def _actions(traces: Traces) -> Iterator[str]:
    made = [apps.get_model(label)._base_manager.filter(pk__in=keys) for label, keys in traces.made.items()]
    for rows in (*(brought(ours, traces.of) for ours in BROUGHT), *made):
        keys = rows.annotate(key=Cast("pk", CharField())).values("key")
        about = Q(subject_type=rows.model._meta.model_name, subject_id__in=keys)
        for event in AuditEvent.objects.filter(about, at__gt=traces.at)[:1]:
            yield f"导入的{rows.model._meta.verbose_name}“{event.subject_label}”已由{event.by_name}改动"


def _subject(version: Recorded) -> str:
    subject = getattr(version, version.KEY[0])
    owner = getattr(subject, "project", None)
    return f"{owner}：{subject}" if owner else str(subject)
