"""两分钟: what changed since last week, and what waits for this person's decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from projects.models import KeyProject, MilestoneDates, ProjectDates, Stage, StageTargetDates
from projects.models.key_project import KeyProjectQuerySet
from projects.models.milestone import FourDatesQuerySet
from scheduling.last_week import LastWeek, last_week
from scheduling.light_rules import Dimension, Light
from scheduling.light_sentences import sentence
from scheduling.lights import restored
from scheduling.models import Decision, Standing
from scheduling.overdue import FromStandings, ProjectLate, Scope


@dataclass(frozen=True)
class Lit:
    """A project with its light on a day."""

    standing: Standing
    on: date

    @property
    def project(self) -> KeyProject:
        return self.standing.project

    @property
    def light(self) -> Light:
        return Light(self.standing.light)

    def why(self) -> str:
        """Of the first dimension that has the light of the project, but for those waived."""
        verdicts = (self.standing.verdicts[each] for each in Dimension if each in self.standing.verdicts)
        worst = next((each for each in verdicts if each["light"] == self.light and "waived_for" not in each), None)
        return sentence(restored(worst, on=self.on), on=self.on) if worst else ""


class Done(NamedTuple):
    """What was reached since last week; ``on`` None: the day is not known."""

    project: KeyProject
    name: str
    on: date | None


@dataclass(frozen=True)
class Lights(Sequence[Lit]):
    """Projects with one light, in this order; only those that are shown are read."""

    projects: Sequence[int]
    on: date

    def __len__(self) -> int:
        return len(self.projects)

    def __getitem__(self, part: Any) -> Any:
        found = Standing.objects.select_related("project__lead_unit").in_bulk(self.projects[part])
        return [Lit(found[pk], self.on) for pk in self.projects[part]]


@dataclass(frozen=True)
class Changed:
    """Since ``then``; without it nothing can be compared and only what holds today is told."""

    then: LastWeek | None
    red: Sequence[Lit]
    newly_red: Sequence[Lit]
    late: int
    newly_late: list[ProjectLate]
    done: list[Done]


def changed(projects: KeyProjectQuerySet, *, on: date) -> Changed:
    """Of these projects, as known now."""
    then = last_week(projects, before=on, at=None)
    red = Standing.objects.filter(project__in=projects, light=Light.RED).order_by("project__sort_key")
    pks = list(red.values_list("pk", flat=True))
    late = FromStandings(Scope(projects), on=on)
    return Changed(
        then=then,
        red=Lights(pks, on),
        newly_red=Lights([pk for pk in pks if then and _turned_red(pk, then)], on),
        late=late.totals.projects,
        newly_late=_newly_late(late, then) if then else [],
        done=_done(projects, since=then.known_at) if then else [],
    )


def lit(standings: Any, *, on: date) -> list[Lit]:
    """The worst lights first, of one light by name."""
    found = standings.select_related("project__lead_unit").order_by("project__sort_key")
    return sorted((Lit(each, on) for each in found), key=lambda each: -each.light.severity)


def _turned_red(project: int, then: LastWeek) -> bool:
    return project not in then.unrecorded and then.lights.get(project) != Light.RED


def _newly_late(late: FromStandings, then: LastWeek) -> list[ProjectLate]:
    """Those late longest first."""
    new = {key: project for project, key in late.subjects() if then.is_new(project, key)}
    items = late.of_projects(set(new.values()))
    found = [ProjectLate(project, each) for project, every in items.items() for each in every if each.item.key in new]
    return sorted(found, key=lambda each: (-each.late.days, each.project_id))


def _done(projects: KeyProjectQuerySet, *, since: datetime) -> list[Done]:
    """节点、阶段目标、开工、竣工 and 交办事项 that became done, the latest first. Four queries."""
    seen: Any = projects.select_related(None)
    found = [
        *_reached(MilestoneDates, "milestone", "milestone__name", seen, since=since),
        *_reached(StageTargetDates, "stage_target", "stage_target__target", seen, since=since),
        *_begun_or_ended(seen, since=since),
        *Decision.objects.filter(project__in=seen, closed_at__gt=since).values_list(
            "project", "text", "closed_at__date"
        ),
    ]
    by_key = KeyProject.objects.only("code", "name").in_bulk({project for project, _name, _on in found})
    told = [Done(by_key[project], name, on) for project, name, on in found]
    return sorted(told, key=lambda each: (each.on or date.min, each.project.name), reverse=True)


def _reached(
    dates: type[Any], key: str, name: str, projects: KeyProjectQuerySet, *, since: datetime
) -> Iterator[tuple[int, str, date | None]]:
    rows: FourDatesQuerySet = dates.objects.current().filter(**{f"{key}__project__in": projects}, is_reached=True)
    rows = rows.filter(recorded_at__gt=since).exclude(
        **{f"{key}__in": dates.objects.known(at=since).filter(is_reached=True).values(key)}
    )
    stage = f"{key}__stage"
    for project, named, of_stage, on in rows.values_list(f"{key}__project", name, stage, "actual_on"):
        yield project, named or str(Stage(of_stage).label), on


def _begun_or_ended(projects: KeyProjectQuerySet, *, since: datetime) -> Iterator[tuple[int, str, date | None]]:
    before = ProjectDates.objects.known(at=since).filter(project=OuterRef("project"))
    columns = {"started_on": _("开工"), "accepted_on": _("竣工验收"), "commissioned_on": _("投产达效")}
    rows = ProjectDates.objects.current().filter(project__in=projects, recorded_at__gt=since)
    rows = rows.annotate(**{f"was_{name}": Subquery(before.values(name)[:1]) for name in columns})
    for row in rows.values("project", *columns, *(f"was_{name}" for name in columns)):
        yield from (
            (row["project"], said, row[name]) for name, said in columns.items() if row[name] and not row[f"was_{name}"]
        )
