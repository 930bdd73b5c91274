"""The two clocks: when a fact holds, and when we came to know it.

A fact is a row that is inserted once. A correction supersedes it and is inserted beside it, so
any figure can be asked for as known today or as known on an earlier day. The database refuses
every other change (``projects/triggers.py``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    model._default_manager.bulk_create(news)
    return len(news)


def _current_versions(model: type[Recorded], versions: Sequence[Recorded]) -> dict[tuple[Any, ...], Recorded]:
    first = model.key_columns()[0]
    rows = model._default_manager.filter(
        superseded_at__isnull=True, **{f"{first}__in": {getattr(v, first) for v in versions}}
    )
    return {row.key(): row for row in rows}
