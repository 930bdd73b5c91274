"""样张: one official paper as PDF and Word, to look at; where LibreOffice is, also what it makes of the Word file."""

import shutil
import subprocess
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports import papers
from reports.official import Annex, Form, Heading, OfficialPaper, Paragraph, Table, TableColumn
from reports.rendering.official import docx

_TEXT = "截至9月底，全区重点项目完成投资195.82亿元，占年度计划的73.3%，比序时进度慢1.7个百分点。"


class Command(BaseCommand):
    help = "把公文和简报的样张写入目录（PDF、Word）；装有 LibreOffice 时，把 Word 另印成 PDF，并列出页数和字体。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for form in Form:
            paper, name = sample(form), folder / form.lower()
            name.with_suffix(".pdf").write_bytes(papers.official_pdf(paper))
            word = name.with_suffix(".docx")
            word.write_bytes(docx.written(paper, at=timezone.now()))
            self.stdout.write(f"{name}.pdf、{word}")
            self._print_word(word)

    def _print_word(self, word: Path) -> None:
        office = shutil.which("soffice")
        if office is None:
            self.stdout.write("本机没有 LibreOffice（libreoffice-writer-nogui），未验证 Word 版。")
            return
        into = word.parent / "libreoffice"
        command = [office, "--headless", "--convert-to", "pdf", "--outdir", str(into), str(word)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - a fixed program
        printed = into / word.with_suffix(".pdf").name
        for program in ("pdfinfo", "pdffonts"):
            if found := shutil.which(program):
                told = subprocess.run([found, str(printed)], check=True, capture_output=True, text=True)  # noqa: S603
                self.stdout.write(told.stdout)


def sample(form: Form) -> OfficialPaper:
    """Something of everything a paper can have."""
    is_brief = form is Form.BRIEF
    return OfficialPaper(
        form=form,
        mark="示范区重点项目建设通报" if is_brief else "示范区人民政府办公室文件",
        number="第9期" if is_brief else "示政办发〔2026〕12号",
        title="关于2026年9月全区重点项目建设进展情况的通报",
        addressee="各镇人民政府、街道办事处，区政府各部门、各直属机构：",
        body=(
            Heading(1, "一、总体进展"),
            Paragraph(_TEXT * 3),
            Heading(2, "（一）投资完成情况"),
            Paragraph(_TEXT * 3),
            _table(columns=4),
            Heading(1, "二、下步要求"),
            Paragraph("各牵头单位要对照附件所列项目，逐项查明原因，制定赶工措施。" * 4),
        ),
        annexes=(
            Annex("各单位进展情况总表", (_table(columns=4),)),
            Annex("项目清单", (_table(columns=8),), is_landscape=True),
        ),
        signature="示范区人民政府办公室",
        dated=date(2026, 10, 9),
        remark="此件公开发布",
        cc="区委办公室，区人大常委会办公室，区政协办公室。",
        printer="示范区人民政府办公室",
        printed_on=date(2026, 10, 9),
        copies=60,
        check_url="https://example.gov.cn/verify/000000000000/",
        check_code="000000000000",
    )


def _table(*, columns: int) -> Table:
    heads = [TableColumn("序号", 7), TableColumn("单位", 24)]
    heads += [TableColumn(f"指标{n}", 12, "万元", is_figure=True) for n in range(1, columns + 1)]
    rows = [("", "合计", *("86,415",) * columns)]
    rows += [(str(n), f"区第{n}局", *("12,345",) * columns) for n in range(1, 31)]
    return Table("各单位进展情况", "单位：万元", tuple(heads), tuple(rows), totals=1)
