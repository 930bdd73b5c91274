"""手册的版式: every stop a leaf, every part on a right-hand page, nothing missing; the result on one sheet."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports import booklet_pages
from reports.inspection_result import Group, Line, Pool, ResultSheet
from reports.rendering import pdf, result_sheet
from reports.rendering.booklet.stop import leaf
from tests.reports import booklets
from tests.scheduling.photos import photo

pytestmark = pytest.mark.core


@pytest.fixture
def kept(settings, tmp_path):
    """A photo of a phone, by its digest."""
    settings.MEDIA_ROOT = tmp_path
    name = "ab" + "0" * 62
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / name).write_bytes(photo((3000, 2000)))
    return name


def text_of(page):
    return "".join(page.extract_text().split())


def test_the_book(kept):
    pair = {"photo": booklets.photo(kept), "earlier": booklets.photo(kept, date(2026, 5, 1))}
    stops = [booklets.stop(1, **pair), *(booklets.stop(order) for order in range(2, 6))]
    told = []
    content = booklet_pages.written(
        booklets.booklet(stops, number="观摩〔2026〕3号"), progress=lambda done, total: told.append((done, total))
    )
    book = PdfReader(BytesIO(content))
    pages = [text_of(page) for page in book.pages]
    fronts = [at for at, said in enumerate(pages) if "建设内容" in said]
    assert len(fronts) == 5
    assert {at % 2 for at in fronts} == {0}  # counted from nought: right-hand pages
    assert all("问题和协调请求" in pages[at + 1] for at in fronts)
    agenda = next(said for said in pages if "观摩日程" in said)
    assert all(f"李明{at + 1}" in agenda for at in fronts)
    assert pages[fronts[0]].endswith(str(fronts[0] + 1)) or f"{fronts[0] + 1}" in pages[fronts[0]]
    assert len(book.pages[fronts[0]].images) == 2
    assert any("脚手架连墙件缺失" in said and "逾期71天" in said for said in pages)
    assert any("四证联发" in said for said in pages)
    assert sum("评委签名" in said for said in pages) == 2
    assert [each for each in told if each[0] == each[1]] == []
    assert told == sorted(told)
    outline = [each.title for each in book.outline if not isinstance(each, list)]
    assert "半导体封测产业园一期" in outline
    assert book.xmp_metadata is not None
    assert book.metadata.title == "2026年第四季度重点项目观摩手册"


def test_what_is_not_there_says_so():
    bare = booklets.stop(1, troubles=(), nodes=(), sights="")
    said = "".join(
        booklet_pages.html_parts(booklets.booklet([bare], findings=(), previous_round="", quarter_figures=None))
    )
    for words in (
        "填报中还没有现场照片",
        "没有未解决的问题和协调请求",
        "还没有登记节点",
        "这是第一次观摩",
        "还没有已锁定的月份",
    ):
        assert words in said


def test_late_and_key_nodes_are_kept_where_not_all_find_room():
    shown = leaf(booklets.stop(1, nodes=booklets.nodes(30)))
    assert len(shown.nodes) == 12
    assert any(node.is_late for node in shown.nodes)
    assert shown.nodes_note == "另有 18 个节点，见项目页。"


def test_only_kept_pictures_are_fetched():
    book = pdf.Sections(lambda name: b"")
    with pytest.raises(pdf.Refused):
        book.add('<img src="http://example.com/a.png">')


def test_a_photo_that_cannot_be_opened_leaves_its_place_white(kept, tmp_path):
    (tmp_path / "ab" / kept).write_bytes(b"no photo")
    content = booklet_pages.written(booklets.booklet([booklets.stop(1, photo=booklets.photo(kept))]))
    assert PdfReader(BytesIO(content)).pages


def sheet(**more):
    line = Line(1, "桥梁工程", "区住房城乡建设局", Decimal("92.5"), Decimal("88.125"), Decimal("92.0625"), 1, 3)
    unscored = Line(2, "学校", "区教育局", None, None, None, None, 3)
    said = {
        "district": "示范区",
        "printer": "示范区人民政府办公室",
        "title": "2026年第四季度重点项目观摩结果",
        "round": "2026年第四季度重点项目观摩",
        "held_on": date(2026, 11, 26),
        "known_at": booklets.KNOWN,
        "routine_share": Decimal("90.00"),
        "trimmed_from": 5,
        "is_anonymous": False,
        "lock_note": "",
        "groups": (Group("区领导", Decimal("60.00"), 5),),
        "pools": (Pool("", (line, unscored)),),
        "locked_by": "赵重点",
        "locked_on": date(2026, 11, 27),
        "published_by": "钱签发",
        "published_on": date(2026, 11, 28),
    }
    return ResultSheet(**(said | more))


def test_the_result_says_how_it_was_made_and_who_signs():
    content = booklet_pages.result_written(sheet(number="观摩〔2026〕4号"), check_url="", check_code="")
    said = text_of(PdfReader(BytesIO(content)).pages[0])
    for words in ("观摩〔2026〕4号", "92.06", "综合得分＝日常得分×90%＋观摩得分×10%", "赵重点", "钱签发"):
        assert words in said


def test_who_is_not_ranked_is_counted_apart():
    assert result_sheet.laid_out(sheet()).finding == (
        "2026年11月26日观摩 2 个点，1 个不排名。第一名：桥梁工程（区住房城乡建设局）。"
    )
