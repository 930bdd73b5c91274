"""公文: the parts of an official paper in their order, whatever form they are laid out in (GB/T 9704-2012)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Form(StrEnum):
    """The formal paper with its red head, or the numbered brief, which the standard does not govern."""

    OFFICIAL = "OFFICIAL"
    BRIEF = "BRIEF"


@dataclass(frozen=True)
class Heading:
    """``level`` 1 to 4: 一、 （一） 1. （1）; the number is part of the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class TableColumn:
    """``width`` is its share of the table; ``unit`` stands in the head, never in a cell."""

    label: str
    width: int
    unit: str = ""
    is_figure: bool = False


@dataclass(frozen=True)
class Table:
    """Cells as they are printed. The first ``totals`` rows are sums; ``unit`` stands at the upper right: 单位：万元.

    ``names``: of each cell the figure that it prints, "" where it prints none; () where the table has no figures.
    """

    title: str
    unit: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0
    note: str = ""
    names: tuple[tuple[str, ...], ...] = ()


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Annex:
    """附件, each on a new page; more than eight columns lie across."""

    title: str
    blocks: tuple[Block, ...]
    is_landscape: bool = False


@dataclass(frozen=True)
class OfficialPaper:
    """What a paper says, in the order in which it is printed.

    ``mark``: 发文机关标志, such as "示范区人民政府办公室文件", or the name of the brief. ``number``: 发文字号 or 第N期;
    empty while it has none. ``signature`` and ``dated``: who signs under it and on which day; None: not signed off yet.
    ``remark``: 附注, without its brackets. ``check_url``, ``check_code``: where and by what it can be verified.
    """

    form: Form
    mark: str
    number: str
    title: str
    addressee: str
    body: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    signature: str
    dated: date | None
    remark: str = ""
    cc: str = ""
    printer: str = ""
    printed_on: date | None = None
    copies: int | None = None
    check_url: str = ""
    check_code: str = ""
