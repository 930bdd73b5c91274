"""Snapshots of dispatch sheets made by hand, for tests of what is printed from them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports import dispatch_sheet
from reports.dispatch_sheet import (
    Ahead,
    Amounts,
    AssignedLine,
    DispatchSheet,
    LateLine,
    LookAhead,
    ProjectLine,
    Reported,
    RequestLine,
    StepLine,
)

STARTS_ON, ENDS_ON = date(2026, 3, 7), date(2026, 3, 13)
KNOWN_AT = datetime(2026, 3, 13, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
UNIT = "区住房和城乡建设局"


def project(n=1, *, reported=Reported.ACCEPTED, plan=Decimal(12000), change=Decimal("-20.5"), **more):
    said = {
        "code": f"ZD-{n:04}",
        "name": f"滨河片区基础设施及配套道路综合改造提升工程（{n}号地块）",
        "unit": UNIT,
        "person": "王玥",
        "stage": "主体施工",
        "reported": reported,
        "is_on_time": reported is Reported.ACCEPTED,
        "is_unchanged": False,
        "amounts": Amounts(Decimal("120.25") + n, Decimal("1530.5"), Decimal("20480.75"), plan, change),
        "unreviewed": Decimal("350.1234") if reported is Reported.UNREVIEWED else Decimal(0),
        "physical": "主体结构施工至地上三层，二次结构同步穿插，外立面样板段完成。",
        "physical_percent": Decimal("46.5"),
        "unchanged": 0,
    }
    return ProjectLine(**(said | more))


def late(n=1, *, days=17, others=0):
    due = ENDS_ON - timedelta(days=days)
    return LateLine(f"滨河片区基础设施工程{n}号", UNIT, "主体结构封顶", "王玥", date(2026, 1, 31), due, days, others)


DECISION = AssignedLine(
    "议〔2026〕12号",
    "房屋征收剩余三户签约",
    "滨河路改造",
    "区自规局",
    date(2026, 3, 10),
    3,
    person="陈垚",
    meeting="第8次周调度会",
)
REQUEST = RequestLine("滨河路改造", UNIT, "请明确燃气管线迁改方案", "区城管局", date(2026, 3, 2), date(2026, 3, 20), 0)
AHEAD = LookAhead(
    since=date(2026, 3, 14),
    reckoned_on=date(2026, 3, 13),
    missed=3,
    spans=(
        Ahead(0, date(2026, 3, 20), 1, 2),
        Ahead(2, date(2026, 3, 27), 4, 5),
        Ahead(4, date(2026, 4, 10), 6, 7),
        Ahead(12, date(2026, 6, 5), 8, 9),
    ),
    must_start=(StepLine("滨河路改造", UNIT, "施工图审查", "王玥", date(2026, 3, 16)),),
)


def sheet(projects=None, *, of_district=False, **more):
    lines = tuple(projects if projects is not None else (project(),))
    said = {
        "district": "示范区",
        "unit": "" if of_district else UNIT,
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "known_at": KNOWN_AT,
        "completeness": dispatch_sheet.completeness(lines),
        "total": dispatch_sheet.total([line.amounts for line in lines]),
        "projects": lines,
        "units": dispatch_sheet.by_unit(lines) if of_district else (),
        "newly_overdue": (late(days=3),),
        "overdue": (late(days=45, others=2), late(2, days=3)),
        "decisions": (DECISION,),
        "requests": (REQUEST,),
        "ahead": AHEAD,
    }
    return DispatchSheet(**(said | more))


def mixed(number=12):
    """Reports of every kind, the first of them missing."""
    states = [Reported.MISSING, Reported.UNREVIEWED, Reported.RETURNED]
    return [project(n, reported=states[n - 1] if n <= 3 else Reported.ACCEPTED) for n in range(1, number + 1)]
