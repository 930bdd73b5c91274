"""Official papers made by hand, and where on their pages things stand, measured from the PDF in millimetres."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from pypdf import PdfReader

from reports.official import Annex, Form, Heading, OfficialPaper, Paragraph, Table, TableColumn
from reports.rendering.official.grid import POINT

FULL = "为进一步压实重点项目建设调度责任现将二〇二六年九月份进展情况通报如下" * 5
RARE = "昇玥璟堃喆翀祎骉垚芃㙍㎡〇①—〔〕"


def table(rows=3, columns=6, **more):
    heads = (
        TableColumn("序号", 5),
        TableColumn("单位", 20),
        *(TableColumn(f"指标{n + 1}", 10, "万元", is_figure=True) for n in range(columns - 2)),
    )
    total = ("", "合计", *("9,876",) * (columns - 2))
    lines = tuple((str(n + 1), f"第{n + 1}局", *("1,234",) * (columns - 2)) for n in range(rows))
    return Table("各单位进展情况", "单位：万元", heads, (total, *lines), **({"totals": 1} | more))


def paper(*body, **more):
    said = {
        "form": Form.OFFICIAL,
        "mark": "示范区人民政府办公室文件",
        "number": "示政办发〔2026〕12号",
        "title": "关于2026年9月全区重点项目建设进展情况的通报",
        "addressee": "各镇人民政府、街道办事处，区政府各部门、各直属机构：",
        "body": body or (Heading(1, "一、总体进展"), Paragraph(FULL)),
        "annexes": (),
        "signature": "示范区人民政府办公室",
        "dated": date(2026, 10, 9),
        "remark": "此件公开发布",
        "cc": "区委办公室，区人大常委会办公室，区政协办公室。",
        "printer": "示范区人民政府办公室",
        "printed_on": date(2026, 10, 10),
        "copies": 60,
        "check_url": "https://zd.example.gov.cn/verify/ab12cd34ef56/",
        "check_code": "ab12cd34ef56",
    }
    return OfficialPaper(**(said | more))


def annex(title="重点项目滞后和未开工项目清单", **more):
    return Annex(title, (table(**more),), is_landscape=more.get("columns", 0) > 8)


@dataclass(frozen=True)
class Words:
    """``x`` from the left edge and ``y`` of the base line from the upper edge; ``points``: the size."""

    x: float
    y: float
    points: float
    font: str
    text: str


def read(content):
    return PdfReader(BytesIO(content))


def words(page):
    """Every run of text in the order in which it is drawn."""
    found, height = [], float(page.mediabox.height)

    def visit(text, matrix, within, font, size):
        if text.strip():
            x = matrix[0] * within[4] + matrix[2] * within[5] + matrix[4]
            y = matrix[1] * within[4] + matrix[3] * within[5] + matrix[5]
            name = font["/BaseFont"].rpartition("+")[2] if font else ""
            found.append(Words(x * POINT, (height - y) * POINT, size * abs(matrix[0]), name, text.strip()))

    page.extract_text(visitor_text=visit)
    return found


def lines(page, *, points=16):
    """Lines of body type, without the page number and what stands outside of the type area."""
    return [each for each in words(page) if abs(each.points - points) < 0.1]


def edges(page):
    """How far below the upper edge anything is drawn that is not text: ends of rules and corners of boxes."""
    found, height = set(), float(page.mediabox.height)

    def visit(operator, operands, matrix, _within):
        if operator == b"re":
            x, y, wide, high = map(float, operands)
            corners = [(x, y), (x + wide, y + high)]
        elif operator in {b"m", b"l"}:
            corners = [tuple(map(float, operands))]
        else:
            return
        found.update(round((height - matrix[1] * x - matrix[3] * y - matrix[5]) * POINT, 2) for x, y in corners)

    page.extract_text(visitor_operand_before=visit)
    return sorted(found)
