"""How every verb about the facts of one project begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime  # noqa: TID251 — given its moment, below

from projects import changed, recorded
from projects.errors import RuleViolation
from projects.models import KeyProject


@contextmanager
def facts_of(project: KeyProject) -> Iterator[datetime]:
    """The moment at which facts of this project written in the block become known; announced at its end.

    The project is locked before the moment is taken, so no version can end before it began.
    Raises ``RuleViolation`` for a package, which has no facts of its own.
    """
    with transaction.atomic():
        locked = KeyProject.objects.select_for_update().get(pk=project.pk)
        if locked.is_package:
            raise RuleViolation(f"“{locked.name}”是打包项目，没有自己的数据，请登记到它的子项目。")
        with recorded.writing() as at:
            yield at
            changed.announce([locked.pk], at=at)


def day_of(at: datetime) -> date:
    """The day this moment belongs to here: at 07:00 in Beijing, UTC still says yesterday."""
    return localtime(at).date()


def refuse_future(day: date | None, *, what: str, at: datetime) -> None:
    """What has happened did so by the day of this moment."""
    if day and day > day_of(at):
        raise RuleViolation(f"{what} {day.isoformat()} 晚于今天。只登记已经发生的日期，尚未发生的请填预计日期。")
