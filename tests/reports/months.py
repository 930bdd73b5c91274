"""A small district in the spring of 2026: two closed months, and a month in which much of it turns out otherwise."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import time_machine

from projects import recorded
from projects.models import AnnualPlan, PlanEntry, PlanVersion, ProjectDates, Unit
from projects.models.annual_plan import month_field
from projects.roles import Role
from scheduling.actions import closings, periods
from scheduling.models import (
    Decision,
    DecisionMove,
    Problem,
    ProblemMove,
    Verification,
    VerificationDraw,
)
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone, reapprove, suspend
from tests.scheduling.reporting_samples import enter_tier, report, week_of

BEIJING = ZoneInfo("Asia/Shanghai")
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


def moment(month, day, hour=9, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


def on(month, day, hour=9, minute=0):
    return time_machine.travel(moment(month, day, hour, minute), tick=False)


NEW_YEAR, LATER = moment(1, 5), moment(5, 20)


@dataclass(frozen=True)
class Planned:
    """What an edition of the plan says of a project. Days are (month, day) of the year."""

    category: str = "CONTINUING"
    amount: int = 1200
    completes: bool = False
    start: tuple[int, int] | None = None
    finish: tuple[int, int] | None = None


@dataclass
class Spring:
    """The projects, the periods and the closings, each by name, day or month."""

    projects: dict = field(default_factory=dict)
    weeks: dict = field(default_factory=dict)
    closings: dict = field(default_factory=dict)

    def build(self):
        government = UnitFactory(name="区人民政府", kind=Unit.Kind.GOVERNMENT, path="000001/")
        self.lead_unit = UnitFactory(name="区住房和城乡建设局", parent=government, path="000001/000002/")
        self.office, self.signer = appoint(Role.OFFICE, government), appoint(Role.SIGNER, government)
        self.lead, self.dispatcher = appoint(Role.PROJECT_LEAD, self.lead_unit), appoint(Role.REVIEWER, self.lead_unit)
        school = UnitFactory(name="区教育局", parent=self.lead_unit, path="000001/000002/000003/")
        water = UnitFactory(name="区水利局", parent=self.lead_unit, path="000001/000002/000004/")
        town = UnitFactory(name="城关镇", kind=Unit.Kind.TOWN)
        with time_machine.travel(NEW_YEAR, tick=False):
            for name, unit, more in (
                ("桥", self.lead_unit, {"town": town, "level": "PROVINCE"}),
                ("路", self.lead_unit, {"town": town, "focus_area": "INDUSTRY"}),
                ("校", school, {"focus_area": "LIVELIHOOD"}),
                ("园", school, {"town": town, "focus_area": "LIVELIHOOD"}),
                ("堤", water, {"town": town}),
                ("库", water, {}),
                ("站", water, {"level": "CITY"}),
                ("新", self.lead_unit, {"town": town}),
                ("旧", water, {"town": town}),
                ("外", self.lead_unit, {}),
            ):
                project = KeyProjectFactory(
                    name=f"{name}工程", code=f"ZD-{name}", lead_unit=unit, responsible_person=self.lead, **more
                )
                self.projects[name] = enter_tier(project, entered_on=date(2026, 1, 1))
            self.plan(1, date(2026, 1, 1), FIRST)
            self.live("桥", started_on=date(2024, 5, 1))
            self.live("站", started_on=date(2025, 5, 1))
            self.late_node = MilestoneFactory(project=self.projects["校"], name="主体结构封顶")
            date_milestone(self.late_node, approved_on=date(2026, 4, 2))
            date_milestone(MilestoneFactory(project=self.projects["堤"]), approved_on=date(2026, 12, 1))
            for month in (3, 4, 5):
                period = periods.open_period(kind="MONTH_END", day=date(2026, month, 9), by=None, at=NEW_YEAR)
                self.weeks[month] = period
            for day in ((3, 13), (3, 27), (4, 10), (4, 24)):
                self.weeks[day] = week_of(date(2026, *day), at=NEW_YEAR)
        self.march()
        self.april()
        return self

    def march(self):
        self.tell((3, 13), 桥=90, 路=40, 堤=30, 站=100, 旧=11, 外=5)
        self.tell((3, 27), 路="60.5", 校=20, 库=9)
        with on(3, 18):
            self.live("路", started_on=date(2026, 3, 18))
        self.close(3)

    def april(self):
        with on(4, 1):
            self.plan(2, date(2026, 4, 1), SECOND)
            suspend(self.projects["堤"], date(2026, 4, 1), self.office, excused_by=self.office)
        with on(4, 8):
            self.report("桥", (3, 27), 70)  # 补报
        with on(4, 9):
            self.report("路", (3, 13), 25, correction_reason="监理核减")
        self.tell((4, 10), 桥=300, 路=110, 新=44)
        self.tell((4, 24), 桥=500, 校=15, 站="0.5")
        with on(4, 25):
            self.live("桥", started_on=date(2024, 5, 1), accepted_on=date(2026, 4, 15))
            self.live("新", started_on=date(2026, 4, 20))
            self.trouble()
        with on(4, 29):
            self.report("路", 4, "-10", done_text="审计核减", physical_progress="", reduction_reason="审计核减")
        self.close(4)

    def may(self, more):
        """So many projects more, each with something overdue."""
        with on(5, 6):
            for number in range(more):
                project = KeyProjectFactory(lead_unit=self.lead_unit, responsible_person=self.lead)
                self.projects[number] = enter_tier(project, entered_on=date(2026, 1, 1))
                date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 4, 2))
            plan = {number: Planned("NEW_START", start=(5, 7), completes=True) for number in range(more)}
            self.plan(3, date(2026, 5, 1), {**SECOND, **plan})
            self.report("库", (4, 10), 33)
        self.close(5)

    def later(self):
        """更正、补报、调整计划、退出 and the rest: nothing of it was known in April."""
        with time_machine.travel(LATER, tick=False):
            self.report("桥", (4, 24), 450, correction_reason="重复计列")
            self.report("库", (4, 10), 33)
            self.report("站", 4, 12, done_text="设备款补计", physical_progress="")
            self.plan(3, date(2026, 4, 1), {**SECOND, "路": Planned("NEW_START", 4800, start=(5, 1)), "校": None})
            self.live("校", started_on=date(2026, 4, 9))
            reapprove(self.late_node, date(2026, 6, 30), self.office)
            enter_tier(self.projects["站"], "EXITED", date(2026, 4, 15))
            self.end(Problem.objects.get(title="开着"))
            again = Problem.objects.get(title="已解决")
            Problem.objects.filter(pk=again.pk).update(state="OPEN", closed_at=None, closed_by=None)
            self.move(again, "REOPENED")
            decision = Decision.objects.get(number="议1号")
            ended = {"state": "CLOSED", "closed_by": self.office, "closed_at": LATER, "close_asked_by": self.lead}
            Decision.objects.filter(pk=decision.pk).update(**ended)
            DecisionMove.objects.create(decision=decision, kind="CLOSED", at=LATER, by=self.office)
            self.verify("又一次", ("校", "ADJUSTED"))

    def tell(self, week, **amounts):
        with on(*week):
            for name, amount in amounts.items():
                self.report(name, week, amount)

    def report(self, name, period, amount, **more):
        report(self.projects[name], self.weeks[period], self.lead, str(amount), accepted_by=self.dispatcher, **more)

    def live(self, name, **dates):
        with recorded.writing() as at:
            recorded.record([ProjectDates(project=self.projects[name], **dates)], by=None, at=at)

    def plan(self, number, effective_on, entries):
        plan, _ = AnnualPlan.objects.get_or_create(year=2026)
        with recorded.writing() as at:
            version = PlanVersion.objects.create(
                plan=plan,
                number=number,
                effective_on=effective_on,
                document_number=f"府办〔2026〕{number}号",
                drafted_by=self.office,
                drafted_at=at,
            )
            for name, said in entries.items():
                if said:
                    self.enter(version, name, said)
            decided = {"submitted_by": self.office, "submitted_at": at, "decided_by": self.signer, "decided_at": at}
            PlanVersion.objects.filter(pk=version.pk).update(state="APPROVED", **decided)

    def enter(self, version, name, said):
        PlanEntry.objects.create(
            version=version,
            project=self.projects[name],
            category=said.category,
            completes_this_year=said.completes,
            annual_plan_amount=said.amount,
            planned_start_on=said.start and date(2026, *said.start),
            planned_finish_on=said.finish and date(2026, *said.finish),
            **{month_field(month): Decimal(said.amount) / 12 for month in range(1, 13)},
        )

    def close(self, month):
        period = self.weeks[month]
        with time_machine.travel(period.review_until, tick=False):
            closing = closings.close(period=period, by=None)
            closings.freeze(closing, progress=lambda _done, _total: None)
            self.closings[month] = closings.finish(closing, by=None, at=period.review_until)

    def trouble(self):
        """A problem that is open, one that was solved; a decision that is overdue; a draw with its results."""
        self.end(self.raised("已解决", "DESIGN"))
        self.raised("开着", "LAND")
        decision = Decision.objects.create(
            number="议1号",
            text="请区教育局完成校舍交底，4月20日前办结",
            source="INSTRUCTION",
            project=self.projects["校"],
            owner_unit=self.projects["校"].lead_unit,
            original_due_on=date(2026, 4, 20),
            due_on=date(2026, 4, 20),
            state=Decision.State.IN_HAND,
            assigned_by=self.office,
            assigned_at=moment(4, 2),
        )
        DecisionMove.objects.create(decision=decision, kind="ASSIGNED", at=moment(4, 2), by=self.office)
        self.verify("随机一", ("桥", "VERIFIED"), ("路", "ADJUSTED"))

    def raised(self, title, kind):
        project, at = self.projects["校"], moment(4, 3)
        problem = Problem.objects.create(
            project=project,
            kind=kind,
            title=title,
            responsible_unit=self.lead_unit,
            court_unit=self.lead_unit,
            needed_by=date(2026, 4, 21),
            raised_by=self.lead,
            raised_at=at,
            court_since=at,
            level_since=at,
        )
        self.move(problem, "RAISED", at=at)
        return problem

    def end(self, problem):
        with recorded.writing() as at:
            Problem.objects.filter(pk=problem.pk).update(state="CLOSED", closed_at=at, closed_by=self.lead)
            self.move(problem, "CLOSED", at=at, unit=None)

    def move(self, problem, kind, *, at=LATER, unit=...):
        court = self.lead_unit if unit is ... else unit
        said = {"level": 1, "text": "说明", "by": self.lead}
        ProblemMove.objects.create(problem=problem, kind=kind, court_unit=court, at=at, **said)

    def verify(self, seed, *found):
        with recorded.writing() as at:
            drawn = {"size": len(found), "checked_on": at.date(), "drawn_at": at, "drawn_by": self.office}
            draw = VerificationDraw.objects.create(seed=seed, **drawn)
            told = {"score": 3, "words": "现场核查", "verified_on": at.date(), "recorded_by": self.office}
            for place, (name, outcome) in enumerate(found, 1):
                project = self.projects[name]
                Verification.objects.create(
                    draw=draw, project=project, place=place, outcome=outcome, recorded_at=at, **told
                )


FIRST = {
    "桥": Planned(completes=True, finish=(4, 20)),
    "路": Planned("NEW_START", 2400, start=(3, 20)),
    "校": Planned("NEW_START", 1200, start=(4, 10)),
    "园": Planned("NEW_START", 600, start=(5, 20)),
    "堤": Planned(amount=600),
    "库": Planned("PRELIMINARY", 0),
    "站": Planned(completes=True, finish=(3, 31)),
    "旧": Planned(amount=120),
}
SECOND = {**FIRST, "旧": None, "新": Planned("NEW_START", 240, start=(6, 1))}
