"""When and where a project is built, as a row of a ledger says it: years and coordinates of the register."""

from collections.abc import Callable, Collection

from projects.ledger.problems import Code
from projects.ledger.project_rows import Values
from projects.models import KeyProject

_YEARS = ("built_from", "built_to")
_DEGREES = ("longitude", "latitude")
PLACES = tuple(f"facts.{name}" for name in (*_YEARS, *_DEGREES))

Decline = Callable[[str, Code, object, str], None]  # which field, why, what it said, in words


def placed(project: KeyProject, facts: Values, news: Collection[str], *, decline: Decline) -> None:
    """Give the project what is news of its years and coordinates; what does not fit together is declined."""
    _give_years(project, facts, news, decline)
    _give_degrees(project, facts, news, decline)


def _give_years(project: KeyProject, facts: Values, news: Collection[str], decline: Decline) -> None:
    said = {name: day.year for name in _YEARS if f"facts.{name}" in news and (day := facts.dates.get(name))}
    if not said:
        return
    begins, ends = (said.get(name, getattr(project, name)) for name in _YEARS)
    if begins and ends and ends < begins:
        for name, year in said.items():
            decline(f"facts.{name}", Code.NOT_TAKEN, year, f"建设终止年 {ends} 早于起始年 {begins}，未登记。")
        return
    project.built_from, project.built_to = begins, ends


def _give_degrees(project: KeyProject, facts: Values, news: Collection[str], decline: Decline) -> None:
    said = {name: facts.numbers[name] for name in _DEGREES if f"facts.{name}" in news}
    if not said:
        return
    longitude, latitude = (said.get(name, getattr(project, name)) for name in _DEGREES)
    if longitude is None or latitude is None:
        for name, degree in said.items():
            decline(f"facts.{name}", Code.NOT_TAKEN, degree, "经度和纬度须同时有，只有一个，未登记。")
        return
    project.longitude, project.latitude = longitude, latitude
