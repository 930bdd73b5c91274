"""观摩手册: forty stops with eighty photos of a phone, laid out in a process of its own, as a worker's is."""

import hashlib
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from reports import booklet_pages
from reports.inspection_booklet import (
    Booklet,
    Course,
    Figures,
    Item,
    JudgeSheet,
    Node,
    People,
    Photo,
    Point,
    Scoring,
    Stage,
    StopPage,
    Trouble,
    Visit,
)

_STOPS, _JUDGES = 40, 12
_PHONE = (4000, 3000)
_ON = date(2026, 11, 20)
_STARTS = datetime(2026, 11, 26, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Printed:
    """Seconds of the first time in a new process and of the second; the most memory it took."""

    pages: int
    photos: int
    cold: float
    warm: float
    megabytes: float
    size: float

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.warm


def print_booklet() -> Printed:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        names = [_photograph(Path(folder), seed) for seed in range(2 * _STOPS)]
        return process.submit(_print_here, folder, names).result()


def bound() -> Iterator[str]:
    """A section of the report."""
    done = print_booklet()
    yield (
        f"\n观摩手册 {_STOPS} 个观摩点、{done.photos} 张照片，{done.pages} 页制成 PDF/A（新进程）："
        f"首次 {done.cold:.1f} 秒，再次 {done.warm:.1f} 秒，{done.pages_per_second:.1f} 页/秒，"
        f"内存最高 {done.megabytes:.0f} MB，文件 {done.size:.1f} MB"
    )


def _photograph(folder: Path, seed: int) -> str:
    """A JPEG as large and as restless as a phone's."""
    grain = Image.frombytes("RGB", (200, 150), hashlib.shake_256(str(seed).encode()).digest(200 * 150 * 3))
    target = BytesIO()
    grain.resize(_PHONE, Image.Resampling.BICUBIC).save(target, "JPEG", quality=90)
    name = hashlib.sha256(target.getvalue()).hexdigest()
    place = folder / name[:2] / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(target.getvalue())
    return name


def _print_here(folder: str, names: list[str]) -> Printed:
    settings.MEDIA_ROOT = folder
    said, taken, content = booklet(names), [], b""
    for _ in range(2):
        began = time.perf_counter()
        content = booklet_pages.written(said)
        taken.append(time.perf_counter() - began)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return Printed(
        len(PdfReader(BytesIO(content)).pages), len(names), taken[0], taken[1], most, len(content) / (1 << 20)
    )


def booklet(names: list[str]) -> Booklet:
    stops = tuple(_stop(turn, *names[2 * turn : 2 * turn + 2]) for turn in range(len(names) // 2))
    items = (("形象进度", 30), ("投资完成", 20), ("质量安全与现场", 15), ("产业带动/民生效益", 20), ("手续与要素", 15))
    return Booklet(
        district="示范区",
        printer="示范区人民政府办公室",
        title="2026年第四季度重点项目观摩手册",
        of_year=2026,
        quarter=4,
        emphases=("竣工",),
        on=_ON,
        known_at=_STARTS,
        starts_at=_STARTS,
        back_at=_STARTS + timedelta(hours=11),
        origin="区政府南门",
        origin_longitude=Decimal("118.78"),
        origin_latitude=Decimal("32.08"),
        stops=stops,
        quarter_figures=None,
        previous_round="",
        findings=(),
        practices=(),
        scoring=Scoring(
            "观摩评分表",
            tuple(Item(name, name, str(most), "") for name, most in items),
            tuple(JudgeSheet(f"评委{n}", "区领导", ()) for n in range(_JUDGES)),
        ),
    )


def _stop(turn: int, photo: str, earlier: str) -> StopPage:
    arrives = _STARTS + timedelta(minutes=15 * turn)
    place = (Decimal("118.70") + Decimal(turn * 37 % 23) / 150, Decimal("32.02") + Decimal(turn * 53 % 19) / 150)
    return StopPage(
        visit=Visit(turn + 1, arrives, arrives + timedelta(minutes=10), 5, 10, "", "滨河路东侧", "李明", *place),
        project=turn,
        code=f"ZD-{turn:04}",
        name=f"滨河片区第{turn + 1}号基础设施工程",
        area="基础设施",
        level="省级重点",
        nature="新建",
        scale="建设标准厂房 12 万平方米，配套道路 3.2 公里及雨污水、电力、通信等管线。",
        years="2025—2027",
        sights="装配式检查井现场拼装，单井工期由 6 天缩短到 1 天。",
        people=People("区住房城乡建设局", "", "李明", "孙区长", "城关街道办事处", "区城投集团", "市政工程公司", ""),
        figures=_figures(),
        stages=tuple(Stage(name, _ON, None, "todo", 0) for name in ("立项开工", "主体建设", "竣工验收", "投产达效")),
        course=Course(_ON, _months(2_500, 12), _months(2_150, 11), Decimal(26_250)),
        nodes=tuple(Node(f"第{n}段路基完成", n % 3 == 0, _ON, _ON, None, None, False, n) for n in range(10)),
        troubles=(Trouble("管线", "10 千伏线路未迁改", "区供电公司", "分管领导", _ON, _ON, 15, ()),) * 2,
        photo=Photo(photo, _ON, "东段路基"),
        earlier=Photo(earlier, date(2026, 5, 1), "东段路基"),
        address=f"http://127.0.0.1:8000/projects/ZD-{turn:04}/",
    )


def _figures() -> Figures:
    return Figures(
        total_investment=Decimal(86_000),
        annual_plan=Decimal(30_000),
        year_to_date=Decimal(23_400),
        since_start=Decimal(51_200),
        physical="主体施工至三层",
        physical_percent=Decimal(62),
        reported_to=_ON,
        light="YELLOW",
    )


def _months(amount: int, count: int) -> tuple[Point, ...]:
    return tuple(Point(date(2026, month, 15), Decimal(amount * month)) for month in range(1, count + 1))
