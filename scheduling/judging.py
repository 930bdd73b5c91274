"""评委和评分: who scores which stop of a round, what is still lacking, and whom the rule itself excuses."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.db.models import QuerySet

from projects.models import KeyProject, Post, Unit, User
from projects.recorded import day_of
from scheduling.models import InspectionRound, InspectionRule, Judge, JudgeGroup, Recusal, Stop, StopScore
from scheduling.observation import Given, Group, plain

Pair = tuple[int, int]
"""Judge and stop."""
OWN_UNIT = "观摩点属评委所在单位牵头、负责或属地的项目"
OWN_PROJECT = "评委是该项目的责任人或联络人"


@dataclass(frozen=True)
class Terms:
    """What of the rule of the round concerns the scoring; what it does not say is as in a rule nobody wrote."""

    is_anonymous: bool
    trimmed_from: int
    routine_share: Decimal
    fewest: int

    @classmethod
    def of(cls, inspection: InspectionRound) -> Self:
        said, usual = inspection.rule, InspectionRule()
        return cls(
            bool(said.get("is_anonymous", usual.is_anonymous)),
            int(said.get("trimmed_from", usual.trimmed_from)),
            Decimal(str(said.get("routine_share", usual.routine_share))),
            int(said.get("fewest", usual.fewest)),
        )

    @property
    def said(self) -> list[str]:
        """In words, for whoever scores or asks how the result came about."""
        share = f"综合得分 = 日常得分 × {plain(self.routine_share)}% + 观摩得分 × {plain(100 - self.routine_share)}%。"
        return [
            "匿名评分：页面上只有评委编号，分数不与人对应。" if self.is_anonymous else "实名评分。",
            f"一组中给同一观摩点评分的评委达到 {self.trimmed_from} 人的，去掉一个最高分和一个最低分。",
            share,
            f"一组不足 {self.fewest} 个有综合得分的观摩点，不排名次。",
        ]


@dataclass(frozen=True)
class Panel:
    """The judges of a round, its stops in order, who is excused from what, and the marks that count."""

    inspection: InspectionRound
    groups: list[JudgeGroup]
    judges: list[Judge]
    stops: list[Stop]
    excused: dict[Pair, str]
    scores: dict[Pair, StopScore]

    @classmethod
    def of(cls, inspection: InspectionRound) -> Self:
        """Six queries, however many judge."""
        return cls._of(inspection, list(inspection.judges.select_related("user", "group")))

    @classmethod
    def of_one(cls, judge: Judge) -> Self:
        """The stops and the marks of this judge alone."""
        return cls._of(judge.round, [judge])

    @classmethod
    def _of(cls, inspection: InspectionRound, judges: list[Judge]) -> Self:
        stops = list(stops_of(inspection))
        scores = StopScore.objects.current().filter(judge__in=judges)
        return cls(
            inspection,
            list(inspection.judge_groups.all()),
            judges,
            stops,
            excused(judges, stops, on=day_of(inspection.starts_at)),
            {(score.judge_id, score.stop_id): score for score in scores},
        )

    def is_due(self, judge: Judge, stop: Stop) -> bool:
        return (judge.pk, stop.pk) not in self.excused

    def score(self, judge: Judge, stop: Stop) -> StopScore | None:
        """None: not scored, or what was said before the judge was excused does not count."""
        return self.scores.get((judge.pk, stop.pk)) if self.is_due(judge, stop) else None

    def due(self) -> Iterator[tuple[Judge, Stop]]:
        return ((judge, stop) for judge in self.judges for stop in self.stops if self.is_due(judge, stop))

    def lacking(self) -> list[tuple[Judge, Stop]]:
        return [(judge, stop) for judge, stop in self.due() if not self.score(judge, stop)]

    def called(self, judge: Judge) -> str:
        """By the code alone where the scoring is anonymous."""
        return f"评委 {judge.code}" if Terms.of(self.inspection).is_anonymous else judge.user.full_name

    def given(self, stop: Stop) -> list[Group]:
        """The marks of a stop by group; without names where the scoring is anonymous."""
        is_anonymous = Terms.of(self.inspection).is_anonymous
        marks: dict[int, list[Given]] = defaultdict(list)
        for judge in self.judges:
            if score := self.score(judge, stop):
                marks[judge.group_id].append(Given(score.total, "" if is_anonymous else judge.user.full_name))
        return [Group(group.name, group.weight, tuple(marks[group.pk])) for group in self.groups]


def judging_of(user: User, *states: InspectionRound.State) -> QuerySet[Judge]:
    """Where this person judges, of rounds in these states, the latest first."""
    mine = Judge.objects.filter(user=user, round__state__in=states).select_related("round__sheet", "user", "group")
    return mine.order_by("-round__starts_at")


def stops_of(inspection: InspectionRound) -> QuerySet[Stop]:
    """In order, with the units an own one is told by."""
    units = ("lead_unit", "responsible_unit", "town")
    return inspection.stops.select_related("project", *(f"project__{unit}" for unit in units))


def excused(judges: list[Judge], stops: list[Stop], *, on: date) -> dict[Pair, str]:
    """Whom the rule excuses, and who was excused for a reason of his own; with the reason.

    The own unit is that of the posts held on ``on``, the day of the tour: its projects are led, answered for or lie
    there, or in a unit above or below it. Who sits in the district's government belongs to no unit in this sense.
    """
    paths = _own_paths(judges, on=on)
    found = {}
    for judge in judges:
        for stop in stops:
            if reason := _own(judge.user_id, paths[judge.user_id], stop.project):
                found[judge.pk, stop.pk] = reason
    declared = Recusal.objects.filter(judge__in=judges, stop__in=stops)
    return found | {(each.judge_id, each.stop_id): each.reason for each in declared}


def _own_paths(judges: list[Judge], *, on: date) -> dict[int, list[str]]:
    posts = Post.objects.in_force(on=on).filter(user__in=[judge.user_id for judge in judges])
    rows = posts.exclude(unit__kind=Unit.Kind.GOVERNMENT).values_list("user", "unit__path").distinct()
    paths: dict[int, list[str]] = defaultdict(list)
    for user, path in rows:
        paths[user].append(path)
    return paths


def _own(user: int, paths: list[str], project: KeyProject) -> str:
    if user in (project.responsible_person_id, project.liaison_id):
        return OWN_PROJECT
    concerned = [project.lead_unit, project.responsible_unit, project.town]
    theirs = [unit.path for unit in concerned if unit and unit.kind != Unit.Kind.GOVERNMENT]
    return OWN_UNIT if any(_within(own, other) for own in paths for other in theirs) else ""


def _within(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
