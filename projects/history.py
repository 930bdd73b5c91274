"""What became of a project: who said what, when, from what to what.

Verbs leave it in the audit, in words. Versions that came without a verb of their own, as an import's
do, are told from the versions themselves. An import is one entry, however many facts it brought.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import JSONField, Q

from projects import audit
from projects.models import (
    AuditEvent,
    BudgetRevision,
    EvidencePaper,
    KeyProject,
    LedgerStatement,
    MilestoneAmounts,
    MilestoneDates,
    MilestoneQuantity,
    PermitPause,
    PermitState,
    ProjectDates,
    StageTargetDates,
    SuspensionDates,
    TierEntry,
    WeekTarget,
)
from projects.recorded import Recorded

# Each versioned fact, and the way from it to its project and to what it is a version of.
_FACTS: list[tuple[type[Recorded], str, str]] = [
    (BudgetRevision, "project", ""),
    (ProjectDates, "project", ""),
    (TierEntry, "project", ""),
    (SuspensionDates, "suspension__project", ""),
    (StageTargetDates, "stage_target__project", "stage_target"),
    (MilestoneDates, "milestone__project", "milestone"),
    (MilestoneAmounts, "milestone__project", "milestone"),
    (PermitState, "permit__project", "permit"),
    (PermitPause, "permit__project", "permit"),
    (EvidencePaper, "item__stage_target__project", "item"),
    (WeekTarget, "project", ""),
    (MilestoneQuantity, "milestone__project", "milestone"),
    (LedgerStatement, "project", ""),
]
# What such a thing is called in the audit, and the column that names it.
_SUBJECTS = {
    "milestone": "milestone_id",
    "stagetarget": "stage_target_id",
    "permit": "permit_id",
    "evidenceitem": "item_id",
}


class Line(NamedTuple):
    """One field of one thing: what it said before and after. ``of`` is empty for the project itself."""

    of: str
    field: str
    before: Any
    after: Any


class Change(NamedTuple):
    """What one person did at one moment. ``action`` is empty where no verb of its own was done."""

    at: datetime
    by_name: str
    action: str
    lines: list[Line]


def changes_of(project: KeyProject) -> list[Change]:
    """Everything known to have become of this project, the latest first."""
    versions = [*_versions_of(project)]
    told = [*_told(project, versions)]
    moments = {change.at for change in told}
    untold = _untold([each for each in versions if each[0].recorded_at not in moments])
    return sorted([*told, *untold], key=lambda change: change.at, reverse=True)


Version = tuple[Recorded, Recorded | None, str]


def _versions_of(project: KeyProject) -> Iterator[Version]:
    """Every version with the one it superseded and the name of what it is a version of."""
    for model, path, subject in _FACTS:
        rows = model._default_manager.filter(**{path: project}).order_by("recorded_at", "pk")
        before: dict[tuple[Any, ...], Recorded] = {}
        for row in rows.select_related("recorded_by", *filter(None, [subject])):
            yield row, before.get(row.key()), str(getattr(row, subject)) if subject else ""
            before[row.key()] = row


def _told(project: KeyProject, versions: Iterable[Version]) -> Iterator[Change]:
    subjects = Q(subject_type="keyproject", subject_id=str(project.pk))
    for subject_type, column in _SUBJECTS.items():
        keys = {str(getattr(row, column)) for row, _before, _of in versions if hasattr(row, column)}
        subjects |= Q(subject_type=subject_type, subject_id__in=keys)
    for event in AuditEvent.objects.filter(subjects):
        of = "" if event.subject_type == "keyproject" else event.subject_label
        lines = [Line(of, field, *_pair(pair)) for field, pair in event.changes.items()]
        yield Change(event.at, event.by_name, event.action, sorted(lines, key=_reasons_last))


def _untold(versions: Iterable[Version]) -> Iterator[Change]:
    together: dict[tuple[datetime, str], list[Line]] = defaultdict(list)
    for row, before, of in versions:
        names = [field.name for attname in row.facts() if not isinstance(field := _field(row, attname), JSONField)]
        by_name = row.recorded_by.full_name if row.recorded_by else "系统"
        for field, pair in audit.in_words(before, row, names).items():
            if pair != [None, False]:  # nobody says at first that something is not so
                together[row.recorded_at, by_name].append(Line(of, field, *pair))
    for (at, by_name), lines in together.items():
        yield Change(at, by_name, "", lines)


def _field(row: Recorded, attname: str) -> Any:
    return row._meta.get_field(attname)


def _reasons_last(line: Line) -> bool:
    """The database keeps the fields of an entry in an order of its own."""
    return line.field.endswith(("原因", "依据", "文号"))


def _pair(value: Any) -> tuple[Any, Any]:
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, value)
