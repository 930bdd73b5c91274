"""审计: every action leaves a row in its own transaction; a sealer chains the rows by hash.

The row is written or the action fails. Sealing comes after the commit, so that writers never
wait for one another; ``verify`` names the first broken entry and how many are not yet sealed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from projects.models import AuditEvent, User

_LOCK = 7_000_002
_SEAL_BATCH = 1_000
_TABLE = AuditEvent._meta.db_table
GENESIS = "0" * 64


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    address: str = ""
    agent: str = ""


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=NOWHERE)


@contextmanager
def acting_from(origin: Origin) -> Iterator[None]:
    """Actions within this block are traced to this address and client."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def record(
    action: str,
    subject: models.Model,
    *,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Leave the trace of one action, named ``noun.past``. ``by`` None is the system itself.

    ``changes`` is what a reader of the log needs to see, usually ``{field: [before, after]}``.
    """
    origin = _origin.get()
    return AuditEvent.objects.create(
        at=at,
        by=by,
        by_name=by.full_name if by else "系统",
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk or ""),  # a sign-in under a name nobody has
        subject_label=str(subject)[:200],
        changes=json.loads(json.dumps(changes or {}, cls=DjangoJSONEncoder)),
        address=origin.address,
        agent=origin.agent[:200],
    )


def in_words(before: models.Model | None, after: models.Model, names: Iterable[str]) -> dict[str, list[Any]]:
    """The fields among these that differ, as a reader calls them: ``{"牵头单位": ["区住建局", "区水利局"]}``."""
    fields = [after._meta.get_field(name) for name in names]
    pairs = {str(field.verbose_name): [_said(before, field), _said(after, field)] for field in fields}  # type: ignore[union-attr]
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def _said(row: models.Model | None, field: Any) -> Any:
    value = getattr(row, field.name) if row else None
    if isinstance(value, models.Model):
        return str(value)
    if field.choices and value:
        return str(dict(field.flatchoices)[value])
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))  # before and after, written alike
    return None if value == "" else value


def digest(event: AuditEvent, *, position: int, previous_hash: str) -> str:
    """SHA-256 over everything the entry says, its place in the chain and the entry before it."""
    content = [
        position,
        previous_hash,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.by_id,
        event.by_name,
        event.action,
        event.subject_type,
        event.subject_id,
        event.subject_label,
        event.changes,
        event.address,
        event.agent,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def seal() -> int:
    """Chain the entries committed since the last call; returns how many. One sealer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditEvent.objects.sealed().last()
    position, previous = (last.position or 0, last.hash) if last else (0, GENESIS)
    events = list(AuditEvent.objects.unsealed()[:_SEAL_BATCH])
    for event in events:
        position += 1
        event.hash = digest(event, position=position, previous_hash=previous)
        event.position, event.previous_hash = position, previous
        previous = event.hash
    _store_seals(events)
    return len(events)


def _store_seals(events: Sequence[AuditEvent]) -> None:
    """Row by row on one prepared statement: four times as fast as ``bulk_update``, whose CASE grows with the batch."""
    rows = [(event.position, event.previous_hash, event.hash, event.pk) for event in events]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {_TABLE} SET position = %s, previous_hash = %s, hash = %s WHERE id = %s", rows)  # noqa: S608


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found. ``broken_at`` is None while the chain holds."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None
    reason: str


def verify() -> Verification:
    """Walk the whole chain from its beginning and stop at the first entry that does not hold."""
    previous, position = GENESIS, 0
    unsealed = AuditEvent.objects.unsealed().count()
    for event in AuditEvent.objects.sealed().iterator(chunk_size=_SEAL_BATCH):
        reason = _fault(event, position=position + 1, previous_hash=previous)
        if reason:
            return Verification(position, unsealed, previous, position + 1, reason)
        position, previous = position + 1, event.hash
    return Verification(position, unsealed, previous, None, "")


def _fault(event: AuditEvent, *, position: int, previous_hash: str) -> str:
    if event.position != position:
        return f"缺少第 {position} 条记录"
    if event.previous_hash != previous_hash:
        return f"第 {position} 条记录与前一条不衔接"
    if event.hash != digest(event, position=position, previous_hash=previous_hash):
        return f"第 {position} 条记录的内容被改动"
    return ""
