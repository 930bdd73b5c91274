"""A booklet of 季观摩 as it is composed, with everything a page can hold."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports.bulletin import Board, Group, Placed
from reports.inspection_booklet import (
    Booklet,
    Course,
    Figures,
    FindingLine,
    Item,
    JudgeSheet,
    Node,
    People,
    Photo,
    Point,
    Practice,
    Quarter,
    Request,
    Scoring,
    Stage,
    StopPage,
    Trouble,
    Visit,
)
from scheduling.parts import Parts

BEIJING = ZoneInfo("Asia/Shanghai")
ON = date(2026, 11, 20)
STARTS = datetime(2026, 11, 26, 8, 30, tzinfo=BEIJING)
KNOWN = datetime(2026, 11, 20, 17, tzinfo=BEIJING)
NAMES = ("滨河片区市政道路改造工程", "半导体封测产业园一期", "第三人民医院门诊综合楼", "城东污水处理厂提标改造")
ITEMS = (
    ("形象进度", 30),
    ("投资完成", 20),
    ("质量安全与现场", 15),
    ("产业带动/民生效益", 20),
    ("手续与要素", 10),
    ("汇报讲解", 5),
)


def parts(plan, done, **more):
    return Parts(
        projects=12,
        annual_plan_amount=Decimal(plan),
        plan_to_date_amount=Decimal(plan) / 2,
        ytd_amount=Decimal(done),
        **more,
    )


def quarter():
    whole = parts(
        335_000,
        289_100,
        new_starts=40,
        started=38,
        starts_due=39,
        started_due=37,
        completions=22,
        completed=15,
        completions_due=17,
    )
    names = ("区住房城乡建设局", "区工业和信息化局", "区教育局", "区水务局", "城关街道办事处", "滨江新区管委会")
    units = tuple(
        Group(f"unit:{n}", name, parts(52_000, 50_000 - n * 4_000, new_starts=5, started=4), Decimal(100))
        for n, name in enumerate(names)
    )
    board = Board(
        "部门",
        (Placed("区住房城乡建设局", 1, 6, Decimal("96.15"), 2, met=True),),
        (Placed("滨江新区管委会", 6, 6, Decimal("57.69"), 5, met=False),),
        (),
        False,
        "",
    )
    return Quarter(date(2026, 10, 31), KNOWN, Group("all", "全区", whole, Decimal(100)), units, (board,))


def visit(order):
    arrives = STARTS + timedelta(minutes=35 * order - 20)
    return Visit(
        order=order,
        arrives_at=arrives,
        leaves_at=arrives + timedelta(minutes=20),
        travel=15,
        minutes=20,
        pool="城建组",
        place="滨河路与学府路交叉口东北侧",
        presenter="李明",
        longitude=Decimal("118.70") + Decimal(order * 37 % 23) / 150,
        latitude=Decimal("32.02") + Decimal(order * 53 % 19) / 150,
    )


def course():
    ends = [date(2026, month, 28) for month in range(1, 13)]
    plan = tuple(Point(day, Decimal(2_500 * n)) for n, day in enumerate(ends, start=1))
    actual = tuple(Point(day, Decimal(2_150 * n)) for n, day in enumerate(ends[:10], start=1))
    return Course(ON, plan, (*actual, Point(ON, Decimal(23_400))), Decimal(26_250))


def nodes(count=9):
    names = (
        "施工图审查",
        "场地移交",
        "桩基完成",
        "基坑开挖",
        "地下室封顶",
        "主体封顶",
        "幕墙安装",
        "室外管网",
        "竣工预验收",
    )
    return tuple(
        Node(
            name=names[n % len(names)],
            is_key=n % 3 == 0,
            original_on=date(2026, 1 + n % 12, 10),
            approved_on=date(2026, 1 + n % 12, 25 if n == 4 else 10),
            forecast_on=date(2026, 12, 28) if n in {5, 6} else None,
            actual_on=date(2026, 1 + n % 12, 8) if n < 5 else None,
            is_reached=n < 5,
            days=23 if n == 5 else 0,
        )
        for n in range(count)
    )


def troubles():
    asked = Request("区供电公司", "请于年内完成 10 千伏线路迁改", date(2026, 11, 10), 10)
    return (
        Trouble(
            "管线",
            "10 千伏架空线路未迁改，影响东段路基施工",
            "区供电公司",
            "分管领导",
            date(2026, 10, 12),
            date(2026, 11, 5),
            15,
            (asked,),
        ),
        Trouble("征迁", "2 户房屋未腾空", "城关街道办事处", "牵头单位", date(2026, 11, 2), date(2026, 12, 10), 0, ()),
    )


def stop(order, *, photo=None, earlier=None, **more):
    said = StopPage(
        visit=visit(order),
        project=order,
        code=f"ZD-{order:04}",
        name=NAMES[(order - 1) % len(NAMES)],
        area="基础设施",
        level="省级重点",
        nature="改建",
        scale="改造道路 4.2 公里，红线宽 40 米，双向六车道，同步实施雨污水、电力、通信、照明等工程，新建桥梁 2 座。",
        years="2025—2027",
        sights="全区首条“多杆合一、多箱合一”的道路；装配式检查井现场拼装，单井工期由 6 天缩短到 1 天。",
        people=People(
            "区住房城乡建设局",
            "区城市建设投资集团",
            "李明",
            "孙区长",
            "城关街道办事处",
            "区城市建设投资集团有限公司",
            "某某市政工程有限公司",
            "某某建设监理有限公司",
        ),
        figures=Figures(
            Decimal(86_000),
            Decimal(30_000),
            Decimal(23_400),
            Decimal(51_200),
            "东段路基完成 80%，2 号桥下部结构完成，雨污水管线累计铺设 3.1 公里",
            Decimal(62),
            date(2026, 11, 15),
            "YELLOW",
        ),
        stages=(
            Stage("立项开工", date(2025, 3, 20), date(2025, 3, 18), "done", 0),
            Stage("主体建设", date(2026, 10, 28), None, "late", 23),
            Stage("竣工验收", date(2027, 6, 30), None, "todo", 0),
            Stage("投产达效", date(2027, 12, 31), None, "todo", 0),
        ),
        course=course(),
        nodes=nodes(),
        troubles=troubles(),
        photo=photo,
        earlier=earlier,
        address=f"http://127.0.0.1:8000/projects/ZD-{order:04}/",
    )
    return replace(said, **more)


def photo(sha256, taken_on=date(2026, 11, 14), caption="东段路基，由北向南"):
    return Photo(sha256, taken_on, caption)


def booklet(stops=None, **more):
    findings = (
        FindingLine(
            "城东污水处理厂提标改造",
            "料场未覆盖，扬尘控制不到位",
            "区水务局",
            date(2026, 8, 20),
            date(2026, 8, 30),
            date(2026, 8, 28),
            0,
        ),
        FindingLine(
            "第三人民医院门诊综合楼", "脚手架连墙件缺失", "区卫生健康委", date(2026, 8, 20), date(2026, 9, 10), None, 71
        ),
        FindingLine(
            "滨河片区市政道路改造工程",
            "围挡公示内容过期",
            "区住房城乡建设局",
            date(2026, 8, 20),
            date(2026, 12, 10),
            None,
            0,
        ),
    )
    practice = Practice(
        "2026年第三季度重点项目观摩",
        "半导体封测产业园一期",
        "“拿地即开工”四证联发",
        "区行政审批局提前介入，用地、规划、施工许可并联办理，摘地当天四证齐发，比常规流程提前 87 天开工。",
        "区行政审批局投资项目科，025-00000000",
    )
    said = Booklet(
        district="示范区",
        printer="示范区重点项目建设办公室",
        title="2026年第四季度重点项目观摩手册",
        of_year=2026,
        quarter=4,
        emphases=("竣工",),
        on=ON,
        known_at=KNOWN,
        starts_at=STARTS,
        back_at=STARTS + timedelta(hours=8),
        origin="区政府南门",
        origin_longitude=Decimal("118.78"),
        origin_latitude=Decimal("32.08"),
        stops=tuple(stop(order) for order in range(1, 4)) if stops is None else tuple(stops),
        quarter_figures=quarter(),
        previous_round="2026年第三季度重点项目观摩",
        findings=findings,
        practices=(practice,),
        scoring=Scoring(
            "观摩评分表",
            tuple(Item(name, name, str(maximum), "") for name, maximum in ITEMS),
            (JudgeSheet("孙区长", "区领导", ()), JudgeSheet("周局长", "部门", (2,))),
        ),
    )
    return replace(said, **more)
