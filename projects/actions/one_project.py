"""How every verb about the facts of one project begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from projects import changed, recorded
from projects.errors import RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from projects.roles import Duty


@contextmanager
def facts_of(project: KeyProject, *, moves_plan: bool = True) -> Iterator[datetime]:
    """The moment at which facts of this project written in the block become known; announced at its end.

    Raises ``RuleViolation`` for a package, which has no facts of its own.
    """
    this = KeyProject.objects.filter(pk=project.pk)
    with recorded.writing(holding=this) as at:
        if this.filter(is_package=True).exists():
            raise RuleViolation(f"“{project.name}”是打包项目，没有自己的数据，请登记到它的子项目。")
        yield at
        changed.announce([project.pk], at=at, moves_plan=moves_plan)


def refuse_future(day: date | None, *, what: str, at: datetime) -> None:
    """What has happened did so by the day of this moment."""
    if day and day > day_of(at):
        raise RuleViolation(f"{what} {day.isoformat()} 晚于今天。只登记已经发生的日期，尚未发生的请填预计日期。")


def answers_for(project: KeyProject, by: User, duty: Duty) -> bool:
    """The office has this duty for every project, a lead for the own ones."""
    return by.duties.include(duty) and (by.duties.include(Duty.EDIT_REGISTER) or project.is_answered_for_by(by))
