"""A province's worth of synthetic projects, written by COPY: the same ones for a seed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from config.bench.copying import copy, set_sequences, unchecked_keys, vacuum
from config.bench.scale import STEPS, Scale
from config.bench.schedules import copy_schedules
from projects import changed, names
from projects.demo import words
from projects.demo.kinds import KINDS
from projects.demo.stages import LAST_STEP, STAGE_OF_STEP, STAGES
from projects.demo.stages import STEPS as STEP_NAMES
from projects.models import (
    AnnualPlan,
    BudgetRevision,
    KeyProject,
    Level,
    Milestone,
    MilestoneDates,
    PlanEntry,
    PlanVersion,
    Post,
    ProjectDates,
    StageTarget,
    StageTargetDates,
    TierEntry,
    Unit,
    User,
)
from projects.models.annual_plan import MONTHS, month_field
from projects.periods import Kind, closed_by, previous
from projects.roles import Role
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod

_DAYS_APART = 55  # between two steps of a project


@dataclass(frozen=True)
class Drawn:
    """What the rows of one project are made from."""

    id: int
    began: date
    days_late: int
    total: int
    lead: int

    def due(self, step: int) -> date:
        return self.began + timedelta(days=_DAYS_APART * step)

    def actual(self, step: int, on: date) -> date | None:
        """Reached when due, unless the project got stuck so many days ago."""
        return self.due(step) if self.due(step) < on - timedelta(days=self.days_late) else None


class Filling:
    """Loads one scale; ``seconds`` says how long each part took."""

    def __init__(self, scale: Scale, *, seed: int, at: datetime) -> None:
        self.scale, self.at, self.on = scale, at, timezone.localtime(at).date()
        self.dice = Random(seed)  # noqa: S311 - synthetic, no secret
        self.seconds: dict[str, float] = {}
        self.known_at = at - timedelta(days=400)
        self.projects: list[Drawn] = []

    def load(self) -> None:
        parts: dict[str, Callable[[], None]] = {
            "单位和人员": self._people,
            "项目": self._projects,
            "节点和阶段目标": self._steps,
            "项目数据（投资、层级、日期）": self._facts,
            "年度计划": self._plan,
            "周报": self._reports,
            "倒排计划": self._schedules,
            "整理（VACUUM ANALYZE）": vacuum,
            "全部项目态势评估和工期推算": self._standings,
        }
        for name, part in parts.items():
            began = time.monotonic()
            part()
            self.seconds[name] = time.monotonic() - began
        vacuum()

    def _people(self) -> None:
        """Unit 1 is the government; user 1 the office, user 2 the signer, then leaders, then leads."""
        scale, kinds = self.scale, Unit.Kind
        below = [(f"第{n}牵头单位", kinds.DEPARTMENT) for n in range(1, scale.lead_units + 1)]
        below += [(f"第{n}镇", kinds.TOWN) for n in range(1, scale.towns + 1)]
        government = Unit.objects.create(name="人民政府", kind=kinds.GOVERNMENT, path="000001/", sort_key="government")
        Unit.objects.bulk_create(
            Unit(name=name, kind=kind, parent=government, path=f"000001/{n:06}/", sort_key=names.sort_key(name))
            for n, (name, kind) in enumerate(below, start=2)
        )
        roles = [Role.OFFICE, Role.SIGNER, *[Role.LEADER] * scale.leaders, *[Role.PROJECT_LEAD] * scale.leads]
        people = User.objects.bulk_create(
            User(
                username=f"person{n}",
                full_name=f"{words.SURNAMES[n % len(words.SURNAMES)]}{n}",
                sort_key=f"{n:06}",
                must_change_password=False,
                password_changed_at=self.at,
            )
            for n in range(1, len(roles) + 1)
        )
        Post.objects.bulk_create(
            Post(user=user, unit=government, role=role, starts_on=date(2020, 1, 1))
            for user, role in zip(people, roles, strict=True)
        )
        self.units = list(Unit.objects.filter(kind=kinds.DEPARTMENT).order_by("pk"))
        self.towns = list(Unit.objects.towns().order_by("pk"))
        self.office, self.signer = people[0], people[1]
        self.leaders, self.leads = people[2 : 2 + scale.leaders], people[2 + scale.leaders :]

    def _projects(self) -> None:
        rows = [self._project(number) for number in range(1, self.scale.projects + 1)]
        KeyProject.objects.bulk_create(rows, batch_size=2_000)
        for row in rows:
            late = self.dice.randint(1, 150) if self.dice.random() < 0.16 else 0
            began = self.on - timedelta(days=self.dice.randint(60, 640))
            lead = row.responsible_person_id or 0
            self.projects.append(Drawn(row.pk, began, late, self.dice.randint(20, 2_000) * 100, lead))

    def _project(self, number: int) -> KeyProject:
        dice, kind = self.dice, self.dice.choice(KINDS)
        name = f"{dice.choice(list(words.TOWNS))}{dice.choice(words.QUARTERS)}{kind.industry}建设工程（{number}号）"
        lead = self.leads[number % len(self.leads)]
        return KeyProject(
            code=f"ZD-{number:06}",
            name=name,
            sort_key=names.sort_key(name),
            search_text=names.search_text(name, f"ZD-{number:06}"),
            lead_unit=dice.choice(self.units),
            responsible_unit=dice.choice(self.units),
            town=dice.choice(self.towns),
            responsible_person=lead,
            linked_leader=dice.choice(self.leaders),
            focus_area=kind.focus_area,
            industry=kind.industry,
            level=dice.choices(Level.values, weights=(8, 24, 68))[0],
            is_flagship=dice.random() < 0.04,
            location=f"{dice.choice(words.ROADS)}{number}号",
            scale="总建筑面积 3.2 万平方米，配套道路、管网及绿化。",
        )

    def _steps(self) -> None:
        """Twelve milestones and four stage targets a project, each with the version known now."""
        dated = ("id", "original_on", "approved_on", "actual_on", "is_reached", "recorded_at", "recorded_by_id")
        columns = ("id", "project_id", "stage", "name", "position", "responsible_person_id")
        with unchecked_keys():
            copy(Milestone, columns, self._milestones())
            copy(MilestoneDates, (*dated, "milestone_id"), self._dates(range(STEPS)))
            copy(StageTarget, ("id", "project_id", "stage", "target"), self._targets())
            copy(StageTargetDates, (*dated, "stage_target_id"), self._dates(LAST_STEP))
        set_sequences((Milestone, MilestoneDates, StageTarget, StageTargetDates))

    def _milestones(self) -> Iterator[tuple[object, ...]]:
        steps = STEP_NAMES["building"]
        for number, project in enumerate(self.projects):
            for step, name in enumerate(steps):
                key = number * STEPS + step + 1
                yield key, project.id, STAGES[STAGE_OF_STEP[step]], name, step + 1, project.lead

    def _targets(self) -> Iterator[tuple[object, ...]]:
        for number, project in enumerate(self.projects):
            for place, stage in enumerate(STAGES):
                yield number * len(STAGES) + place + 1, project.id, stage, "按期完成"

    def _dates(self, steps: range | tuple[int, ...]) -> Iterator[tuple[object, ...]]:
        key = 0
        for project in self.projects:
            for step in steps:
                key += 1
                due, actual = project.due(step), project.actual(step, self.on)
                yield key, due, due, actual, actual is not None, self.known_at, project.lead, key

    def _facts(self) -> None:
        recorded = ("id", "project_id", "recorded_at", "recorded_by_id")
        heads = [(p.id, p.id, self.known_at, self.office.pk) for p in self.projects]
        with unchecked_keys():
            copy(
                BudgetRevision,
                (*recorded, "total_investment"),
                ((*head, project.total) for head, project in zip(heads, self.projects, strict=True)),
            )
            copy(
                TierEntry,
                (*recorded, "tier", "entered_on"),
                ((*h, self._tier(p), p.began) for h, p in zip(heads, self.projects, strict=True)),
            )
            copy(
                ProjectDates,
                (*recorded, "started_on"),
                ((*h, p.actual(5, self.on)) for h, p in zip(heads, self.projects, strict=True)),
            )
        set_sequences((BudgetRevision, TierEntry, ProjectDates))

    def _tier(self, project: Drawn) -> str:
        if project.actual(STEPS - 1, self.on):
            return "COMPLETED"
        return "BUILDING" if project.actual(5, self.on) else "PREPARATION"

    def _plan(self) -> None:
        version = PlanVersion.objects.create(
            plan=AnnualPlan.objects.create(year=self.on.year),
            number=1,
            effective_on=date(self.on.year, 1, 1),
            drafted_by=self.office,
            drafted_at=self.known_at,
        )
        months = tuple(map(month_field, MONTHS))
        columns = ("id", "version_id", "project_id", "category", "annual_plan_amount", *months)
        with unchecked_keys():
            copy(PlanEntry, columns, (self._entry(version.pk, project) for project in self.projects))
        set_sequences((PlanEntry,))
        version.state, version.document_number = PlanVersion.State.APPROVED, "政发〔2026〕1号"
        version.decided_by, version.decided_at = self.signer, self.known_at
        version.save()

    def _entry(self, version: int, project: Drawn) -> tuple[object, ...]:
        monthly = project.total // 30
        category = "CONTINUING" if project.due(5).year < self.on.year else "NEW_START"
        return (project.id, version, project.id, category, monthly * 12, *[monthly] * 12)

    def _reports(self) -> None:
        """One accepted report per project and week."""
        periods, span = [], closed_by(self.on, kind=Kind.WEEK)
        for _ in range(self.scale.weeks):
            due_at = timezone.make_aware(datetime.combine(span.ends_on, datetime.min.time().replace(hour=12)))
            periods.append(
                ReportPeriod(
                    kind=Kind.WEEK,
                    starts_on=span.starts_on,
                    ends_on=span.ends_on,
                    due_at=due_at,
                    review_until=due_at,
                    locked_at=due_at,
                )
            )
            span = previous(span)
        stored = ReportPeriod.objects.bulk_create(reversed(periods))
        columns = (
            "id", "report_id", "recorded_at", "recorded_by_id", "period_amount", "physical_progress", "done_text",
            "next_text", "state", "counts", "submitted_by_id", "reviewed_by_id", "physical_percent",
        )  # fmt: skip
        with unchecked_keys():
            copy(ProgressReport, ("id", "period_id", "project_id"), self._report_rows(stored))
            copy(ProgressVersion, columns, self._version_rows(stored))
        set_sequences((ProgressReport, ProgressVersion))

    def _report_rows(self, periods: list[ReportPeriod]) -> Iterator[tuple[object, ...]]:
        pairs = ((period.pk, project.id) for period in periods for project in self.projects)
        yield from ((key, *pair) for key, pair in enumerate(pairs, start=1))

    def _version_rows(self, periods: list[ReportPeriod]) -> Iterator[tuple[object, ...]]:
        texts = ("主体结构施工至三层", "完成三层顶板混凝土浇筑，二次结构插入施工", "四层墙柱钢筋绑扎", "ACCEPTED", True)
        key = 0
        for week, period in enumerate(periods):
            for project in self.projects:
                key += 1
                amount, percent = Decimal(project.total // 100 + key % 7), Decimal(week) * (2 + key % 3) / 2
                yield key, key, period.due_at, project.lead, amount, *texts, project.lead, self.office.pk, percent

    def _schedules(self) -> None:
        with unchecked_keys():
            copy_schedules(self.projects, known_at=self.known_at, by=self.signer.pk)

    def _standings(self) -> None:
        changed.announce([project.id for project in self.projects], at=self.at)
