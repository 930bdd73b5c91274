"""Files nobody should send and somebody will: read, or refused on the form in a sentence, and never taking long."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from projects.models import LedgerImport, Milestone
from tests.projects.ledger import old_workbook
from tests.projects.ledger.samples import DESIGN, HEADER, MAPPING, STRUCTURE, as_csv, as_xlsx, with_
from tests.projects.ledger.test_files import compound_file
from tests.projects.test_ledgers import load

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def send(enter, office):
    client = enter(office)

    def sent(content: bytes, name: str):
        file = SimpleUploadedFile(name, content)
        return client.post(reverse("ledger_import_new"), {"file": file, "is_not_secret": "on"})

    return sent


def with_parts(content: bytes, **parts: bytes) -> bytes:
    """A workbook with these parts added."""
    packed = BytesIO(content)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return packed.getvalue()


def bomb(part: str) -> bytes:
    """A workbook of some hundred kilobytes with a part of 700 MB."""
    packed = BytesIO(as_xlsx(DESIGN))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book, book.open(part, "w") as opened:
        for _ in range(700):
            opened.write(b" " * MB)
    return packed.getvalue()


def blank_rows() -> bytes:
    content = BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        sheet, line = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, HEADER)
        for row in range(1, 100_000):
            sheet.set_row(row, 20, line)
    return content.getvalue()


def linked() -> bytes:
    """Macros, a link to another file, and formulas: what was calculated last counts, nothing is run or fetched."""
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, DESIGN)
        sheet.write_formula(1, 1, "='[别处.xlsx]表1'!A1", None, "一小扩建")
    parts = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600), "xl/externalLinks/externalLink1.xml": b"<x/>"}
    return with_parts(content.getvalue(), **parts)


READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "gb18030": (lambda: as_csv(DESIGN, encoding="gb18030"), "台账.csv"),
    "utf-16": (lambda: as_csv(DESIGN, encoding="utf-16"), "台账.csv"),
    "utf-16-without-mark": (lambda: as_csv(DESIGN, encoding="utf-16-le"), "台账.csv"),
    "text-called-workbook": (lambda: as_csv(DESIGN), "台账.xlsx"),
    "workbook-called-text": (lambda: as_xlsx(DESIGN), "台账.csv"),
    "no-extension": (lambda: as_xlsx(DESIGN), "台账"),
    "excel-97": (lambda: old_workbook.CONTENT, "台账.xls"),
    "macros-and-links": (linked, "台账.xlsm"),
    "a-million-blank-lines": (lambda: as_csv(DESIGN) + b",,,\r\n" * 1_000_000, "台账.csv"),
    "blank-rows-with-a-height": (blank_rows, "台账.xlsx"),
    "nul-bytes-far-down": (lambda: as_csv(*[DESIGN] * 200) + as_csv(STRUCTURE).replace(b"A1", b"A\x001"), "台账.csv"),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "台账.xlsx", "空"),
    "password": (lambda: compound_file("EncryptedPackage"), "台账.xlsx", "文件有打开密码"),
    "old-and-broken": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "台账.xls", "损坏或不是 Excel 工作簿"),
    "cut-short": (lambda: as_xlsx(DESIGN)[:-400], "台账.xlsx", "损坏或不是 Excel 工作簿"),
    "nul-bytes": (lambda: bytes(5_000), "台账.csv", "不是文本表格"),
    "one-endless-line": (lambda: b"x" * (45 * MB), "台账.csv", "过长的内容"),
    "beyond-the-limit": (lambda: b"x" * (60 * MB), "台账.csv", "文件超过 50 MB"),
    "bomb": (lambda: bomb("xl/media/image1.png"), "台账.xlsx", "展开后过大"),
}


@pytest.mark.parametrize(("content", "name"), READ.values(), ids=READ)
def test_it_is_read(send, content, name):
    answer = send(content(), name)
    assert answer.status_code == 302, answer.content.decode()
    received = LedgerImport.objects.get()
    assert [one["column"] for one in received.draft["found"]["columns"]][1:3] == ["名称", "单位"]


def test_a_workbook_of_excel_97_is_imported_as_the_same_rows_in_a_new_one():
    mapping = {**MAPPING, "file": {"header_row": 2}, "amount_unit": "元"}
    done = load(content=old_workbook.CONTENT, mapping=mapping)
    assert (done.state, done.counts["rows_read"], done.counts["problems"]) == (LedgerImport.State.DONE, 1, 0)
    dates = Milestone.objects.get(project__name="一小扩建", name="设计").dates.get()
    assert (dates.approved_on, dates.actual_on) == (date(2024, 3, 1), date(2024, 2, 20))


@pytest.mark.parametrize(("content", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_a_sentence(send, content, name, said, tmp_path):
    answer = send(content(), name)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not LedgerImport.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_nul_bytes_in_a_cell_do_not_break_the_import():
    done = load(
        content=as_csv(*[DESIGN] * 100) + as_csv(with_(STRUCTURE, 名称="一\x00小", 编号="A\x002"), header=DESIGN)
    )
    assert done.state == LedgerImport.State.DONE
