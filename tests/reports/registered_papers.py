"""A bulletin with something in every table, and an erratum, as they are registered; made by hand."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports import bulletin_prose
from reports.bulletin import (
    Board,
    Cause,
    Change,
    DecisionLine,
    DueLine,
    Erratum,
    Group,
    GroupTable,
    LagLine,
    LateReport,
    Moved,
    Placed,
    ProblemLine,
    Project,
    Registered,
    Section,
)
from reports.official import Form
from scheduling.parts import Parts
from tests.reports.bulletins import papers

ON = papers.ON
PROJECT = Project(1, "ZD-0001", "滨河片区基础设施工程", "区住建局", "上㙍镇", "王玥", "陈垚")
PARTS = Parts(
    projects=40,
    annual_plan_amount=Decimal(600000),
    plan_to_date_amount=Decimal(500000),
    ytd_amount=Decimal("439620.5"),
    targeted=40,
    on_target=31,
    new_starts=12,
    started=9,
    starts_due=10,
    started_due=8,
    completions=6,
    completed=3,
    completions_due=4,
    completed_due=3,
)
LIGHTS = (("RED", 4), ("YELLOW", 6))


def groups(by, name, names):
    made = [
        Group(f"{by}:{n}", said, replace(PARTS, projects=4 + n), Decimal(3000 + n), PARTS, LIGHTS)
        for n, said in enumerate(names, start=1)
    ]
    return GroupTable(by, name, tuple(made))


def lag(n=1, **more):
    said = {
        "project": replace(PROJECT, pk=n, code=f"ZD-{n:04}", name=f"第{n}号滨河片区工程"),
        "kind": "NODE",
        "item": "主体结构封顶",
        "original_on": date(2026, 8, 31),
        "approved_on": date(2026, 9, 30),
        "days": 31,
        "others": 2,
        "light": "RED",
        "gap_pp": Decimal("-12.5"),
        "cause": "征迁未完成",
        "promise": "2026-11-30 前完成",
    }
    return LagLine(**(said | more))


def bulletin(*, units=5, late=3, **more):
    names = [f"区第{n}局" for n in range(1, units + 1)]
    said = {
        "whole": Group("all", "全区", PARTS, Decimal(31500), PARTS, LIGHTS),
        "tables": (
            groups("area", "领域", ["产业发展", "基础设施", "社会民生"]),
            groups("unit", "单位", names),
            groups("town", "镇街", ["上㙍镇", "城关街道"]),
        ),
        "entered": (Moved(replace(PROJECT, pk=7, name="新列入的工程"), PARTS),),
        "starts": (DueLine(PROJECT, date(2026, 9, 1), None, is_due=True, is_done=False),),
        "completions": (DueLine(PROJECT, date(2026, 12, 1), date(2026, 10, 1), is_due=False, is_done=True),),
        "lagging": tuple(lag(n) for n in range(1, late + 1)),
        "problems": (ProblemLine(PROJECT, "用地", "用地批复未下达", "区自规局", date(2026, 10, 1), 30),),
        "decisions": (DecisionLine("议〔2026〕12号", "三户签约", "滨河路", "区自规局", date(2026, 10, 10), 21),),
        "boards": (
            Board(
                pool="部门",
                honoured=(Placed("区第1局", 1, 5, Decimal("98.76"), 2, met=True),),
                lagging=(Placed("区第5局", 5, 5, Decimal("41.2"), None, met=False),),
                excused=("停建的工程（停缓建）",),
                too_few=False,
                rule="红榜为达到目标且排名前3的单位。",
            ),
        ),
        "late_reports": (LateReport(PROJECT, date(2026, 8, 1), Decimal(250)),),
    }
    return papers.bulletin(**(said | more))


def registered(whole=None, *, sections=None, **more):
    found = whole or bulletin()
    said = {
        "form": Form.OFFICIAL.value,
        "mark": "示范区人民政府办公室文件",
        "number": "示政办发〔2026〕12号",
        "serial": 12,
        "year": 2026,
        "title": bulletin_prose.title(found),
        "addressee": "各镇人民政府、街道办事处，区政府各部门、各直属机构：",
        "sections": bulletin_prose.sections(found) if sections is None else sections,
        "signature": "示范区人民政府办公室",
        "signed_on": date(2026, 11, 5),
        "signer": "赵签发",
        "remark": "此件公开发布",
        "cc": "区委办公室，区人大常委会办公室，区政协办公室。",
        "printer": "示范区人民政府办公室",
        "copies": 60,
        "bulletin": found,
    }
    return Registered(**(said | more))


def erratum():
    at = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    wrong = Erratum(
        "示范区",
        "示政办发〔2026〕12号",
        "关于2026年10月全区重点项目建设进展情况的通报",
        "0" * 64,
        at,
        (Change("全区·投资完成率", "73.3%", "73.1%"),),
        (Cause(PROJECT, "2026年9月完成投资", "350万元", "250万元", "重复计算", "王玥", at),),
    )
    text = (
        "王玥更正了数据。\n滨河片区基础设施工程2026年9月完成投资由350万元更正为250万元。更正人：王玥，2026年11月20日。"
    )
    return registered(
        bulletin(),
        bulletin=None,
        erratum=wrong,
        title="关于更正2026年10月全区重点项目建设进展情况通报有关数据的通报",
        sections=(
            Section("changes", "一、更正的数据", "现将1项数据予以更正。"),
            Section("causes", "二、更正的原因", text),
        ),
    )
