"""The two clocks: when a fact holds, and when we came to know it.

A fact is a row that is inserted once. A correction supersedes it and is inserted beside it, so
any figure can be asked for as known today or as known on an earlier day. The database refuses
every other change (``projects/triggers.py``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects import bulk

if TYPE_CHECKING:
    from projects.models import User

_LOCK = 7_000_001  # any number, the same for every writer of facts
BATCH = 2_000


def day_of(at: datetime) -> date:
    """The day this moment belongs to here: at 07:00 in Beijing, UTC still says yesterday."""
    return timezone.localtime(at).date()


def known_q(at: datetime, prefix: str = "") -> Q:
    """Versions that were the valid ones at this moment."""
    return Q(**{f"{prefix}recorded_at__lte": at}) & (
        Q(**{f"{prefix}superseded_at__isnull": True}) | Q(**{f"{prefix}superseded_at__gt": at})
    )


def as_known_q(known_at: datetime | None, prefix: str = "") -> Q:
    """None: the versions valid now."""
    return Q(**{f"{prefix}superseded_at__isnull": True}) if known_at is None else known_q(known_at, prefix)


class RecordedQuerySet(models.QuerySet):
    def current(self) -> Self:
        return self.filter(superseded_at__isnull=True)

    def known(self, *, at: datetime) -> Self:
        return self.filter(known_q(at))

    def as_known(self, known_at: datetime | None) -> Self:
        """None: what is known now."""
        return self.filter(as_known_q(known_at))


class Recorded(models.Model):
    """A version of a fact. ``KEY`` names the fields that say which fact it is a version of."""

    KEY: ClassVar[tuple[str, ...]] = ()

    recorded_at = models.DateTimeField(_("记录时间"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("记录人"),
    )
    superseded_at = models.DateTimeField(_("被更正时间"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def facts(cls) -> tuple[str, ...]:
        """The columns that carry the fact itself."""
        administrative = {"id", "recorded_at", "recorded_by_id", "superseded_at", *cls.key_columns()}
        return tuple(f.attname for f in cls._meta.concrete_fields if f.attname not in administrative)

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        return tuple(cls._meta.get_field(name).attname for name in cls.KEY)  # type: ignore[union-attr]

    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, column) for column in self.key_columns())

    def says_the_same_as(self, other: "Recorded") -> bool:
        return all(getattr(self, fact) == getattr(other, fact) for fact in self.facts())


Version = TypeVar("Version", bound=Recorded)


def version_constraints(name: str, *key: str) -> list[models.BaseConstraint]:
    """What the database holds of every versioned fact: one current version, never ending before it began."""
    return [
        models.UniqueConstraint(fields=key, condition=Q(superseded_at__isnull=True), name=f"{name}_one_current"),
        models.CheckConstraint(
            condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
            name=f"{name}_superseded_after_recorded",
        ),
    ]


def amended(version: Version, **facts: Any) -> Version:
    """The version to record next: it says what this one says, but for these facts."""
    following = type(version)()
    for column in (*version.key_columns(), *version.facts()):
        setattr(following, column, getattr(version, column))
    for name, value in facts.items():
        setattr(following, name, value)
    return following


@contextmanager
def writing(*, holding: models.QuerySet | None = None) -> Iterator[datetime]:
    """The moment at which facts written in this block become known.

    It is read after a shared lock is held, so closing a period, which takes the lock exclusively,
    never finds knowledge older than itself appearing later. ``holding`` rows are locked too before
    the moment is read, so of two writers of one fact the later one is later on the clock as well.
    SQLite has one writer at a time anyway.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
        if holding is not None:
            list(holding.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        yield timezone.now()


@contextmanager
def standing_still() -> Iterator[datetime]:
    """A moment to which everything written is known: no writer of facts is under way while it is taken."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield timezone.now()


def record(versions: Iterable[Recorded], *, by: "User | None", at: datetime) -> int:
    """Make these the current versions of their facts; those that say nothing new are left out.

    All of one model. Returns how many were written. ``by`` None means the system itself.
    """
    waiting = list(versions)
    return sum(_record_batch(waiting[i : i + BATCH], by=by, at=at) for i in range(0, len(waiting), BATCH))


def _record_batch(versions: Sequence[Recorded], *, by: "User | None", at: datetime) -> int:
    model = type(versions[0])
    known = _current_versions(model, versions)
    news = [v for v in versions if v.key() not in known or not v.says_the_same_as(known[v.key()])]
    outdated = [known[v.key()].pk for v in news if v.key() in known]
    model._default_manager.filter(pk__in=outdated).update(superseded_at=at)
    for version in news:
        version.recorded_at, version.recorded_by = at, by
    bulk.insert(news)
    return len(news)


# --- taking back what was written at one moment ---


def written_models(*, at: datetime) -> list[type[Recorded]]:
    """The models, of whatever app, of which a version became known at this moment."""
    versioned = (model for model in apps.get_models() if issubclass(model, Recorded))
    return [model for model in versioned if written(model, at=at).exists()]


def written(model: type[Recorded], *, at: datetime) -> QuerySet[Any]:
    """The versions that became known at this moment; what was replaced within it nobody ever knew."""
    return model._default_manager.filter(recorded_at=at).exclude(superseded_at=at)


def overtaken(model: type[Recorded], *, at: datetime) -> Iterator[Any]:
    """Of the versions written at this moment those whose facts are known otherwise by now."""
    since = written(model, at=at).filter(superseded_at__isnull=False).order_by("pk")
    for versions in _batches(since):
        known = _current_versions(model, versions)
        yield from (one for one in versions if one.key() not in known or not one.says_the_same_as(known[one.key()]))


def take_back(model: type[Recorded], *, written_at: datetime, by: "User | None", at: datetime) -> None:
    """Make every fact written at that moment what it was before; one first told then is known no longer.

    What was known in between stays on record.
    """
    fresh = written(model, at=written_at)
    for versions in _batches(fresh.filter(superseded_at__isnull=False).order_by("pk")):
        known = _current_versions(model, versions)
        later = [known[one.key()].pk for one in versions if one.key() in known]
        model._default_manager.filter(pk__in=later).update(superseded_at=at)
    fresh.filter(superseded_at__isnull=True).update(superseded_at=at)
    before = model._default_manager.filter(superseded_at=written_at).exclude(recorded_at=written_at).order_by("pk")
    for versions in _batches(before):
        restored = [amended(version) for version in versions]
        for version in restored:
            version.recorded_at, version.recorded_by = at, by
        bulk.insert(restored)


def _batches(versions: QuerySet[Any]) -> Iterator[list[Any]]:
    waiting = versions.iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def of_the_same_fact(model: type[Recorded], versions: QuerySet[Any]) -> Exists:
    """Whether a row is a version of a fact of which these are versions as well."""
    return Exists(versions.filter(**{column: OuterRef(column) for column in model.key_columns()}))


def _current_versions(model: type[Recorded], versions: Sequence[Recorded]) -> dict[tuple[Any, ...], Recorded]:
    first = model.key_columns()[0]
    rows = model._default_manager.filter(
        superseded_at__isnull=True, **{f"{first}__in": {getattr(v, first) for v in versions}}
    )
    return {row.key(): row for row in rows}
