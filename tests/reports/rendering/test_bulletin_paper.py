"""月通报 and 更正通报 as papers: every figure filled in, every table with its unit, nobody's name in public."""

from dataclasses import replace

import pytest

from reports import snapshots
from reports.bulletin import Registered, Section
from reports.bulletin_figures import UnknownFigure, figures
from reports.official import Form, Heading, Paragraph, Table
from reports.rendering.bulletin_paper import named_in, paper_of, public_version
from tests.reports import registered_papers as made

pytestmark = pytest.mark.core


def paper(whole=None, **more):
    return paper_of(whole or made.registered(**more), check_url="https://x/verify/ab/", check_code="ab")


def tables(found):
    return [block for block in found.body if isinstance(block, Table)] + [
        block for annex in found.annexes for block in annex.blocks
    ]


def words(found):
    """Everything that is printed."""
    said = [block.text for block in found.body if isinstance(block, Heading | Paragraph)]
    for table in tables(found):
        said += [table.title, table.note, *(cell for row in table.rows for cell in row)]
    return "\n".join(said)


def test_a_registered_paper_survives_being_written_down():
    for whole in (made.registered(), made.erratum()):
        assert snapshots.from_json(Registered, snapshots.as_json(whole)) == whole


def test_every_figure_stands_where_its_name_stood():
    whole = made.registered(sections=(Section("a", "一、总体进展", "完成率{全区·投资完成率}。"),))
    said = [block.text for block in paper(whole).body if isinstance(block, Paragraph)]
    assert said == [f"完成率{figures(whole.bulletin)['全区·投资完成率'].printed}。"]
    assert "{" not in words(paper())


def test_a_figure_that_is_none_is_not_printed_over():
    with pytest.raises(UnknownFigure, match="全区·幸福指数"):
        paper(sections=(Section("a", "一、甲", "{全区·幸福指数}"),))


def test_sections_have_headings_and_what_stands_alone_in_a_line_is_one_of_the_second_level():
    text = "（一）开工情况\n9月开工。\n（二）竣工情况。9月竣工。"
    body = paper(sections=(Section("opening", "", "通报如下："), Section("a", "一、甲", text))).body
    assert body == (
        Paragraph("通报如下："),
        Heading(1, "一、甲"),
        Heading(2, "（一）开工情况"),
        Paragraph("9月开工。"),
        Paragraph("（二）竣工情况。9月竣工。"),
    )


def test_tables_say_what_the_figures_say_with_the_whole_first():
    whole = made.registered()
    known = figures(whole.bulletin)
    by_unit = paper(whole).annexes[0].blocks[0]
    labels = [column.label for column in by_unit.columns]
    assert (by_unit.totals, by_unit.rows[0][1]) == (1, "全区")
    for row, of in zip(by_unit.rows, ["全区", *(f"单位：区第{n}局" for n in range(1, 6))], strict=True):
        assert row[labels.index("完成率")] == known[f"{of}·投资完成率"].in_table
        assert row[labels.index("累计完成")] == known[f"{of}·当年累计完成投资"].in_table


def test_every_row_has_a_cell_for_every_column_and_units_stand_in_the_heads():
    for found in (paper(), paper(made.erratum())):
        for table in tables(found):
            assert table.columns[0].label == "序号"
            assert all(len(row) == len(table.columns) for row in table.rows)
            if table.unit:
                assert all(column.unit for column in table.columns if column.is_figure)


def test_the_annexes_are_four_and_wide_ones_lie_across():
    annexes = paper().annexes
    assert len(annexes) == 4
    assert [each.is_landscape for each in annexes] == [True, False, True, False]


def test_an_annex_without_rows_is_left_out():
    none = dict.fromkeys(("lagging", "starts", "completions", "problems", "decisions", "boards"), ())
    assert len(paper(made.registered(made.bulletin(**none))).annexes) == 1


def test_lagging_projects_are_listed_with_their_causes_and_missed_starts_apart():
    late, missed = paper().annexes[2].blocks
    assert late.rows[0][1:3] == ("第1号滨河片区工程", "区住建局")
    assert {"征迁未完成", "节点逾期：主体结构封顶（另2项）", "-12.50", "31"} <= set(late.rows[0])
    assert (missed.title, len(missed.rows)) == ("应开未开项目", 1)


def test_late_reports_and_who_is_excused_are_footnoted():
    notes = "".join(table.note for table in tables(paper()))
    assert "滨河片区基础设施工程2026年8月250万元" in notes
    assert "停建的工程（停缓建）" in notes


def test_the_public_version_names_no_person():
    for whole, persons in ((made.registered(), ("王玥", "陈垚")), (made.erratum(), ("更正人：王玥",))):
        public = public_version(paper(whole))
        assert all(name in words(paper(whole)) for name in persons)
        assert not any(name in words(public) for name in persons)
        assert public_version(public) == public


def test_a_name_written_by_hand_or_told_as_a_cause_is_found_in_the_public_version():
    people = ["王玥", "陈垚", "卫三", "褚平", "三"]
    by_hand = (Section("a", "一、总体进展", "由卫三牵头。"),)
    told = made.bulletin(lagging=(made.lag(cause="褚平未签约"),))
    assert named_in(public_version(paper()), people) == ()
    assert named_in(public_version(paper(made.registered(told, sections=by_hand))), people) == ("卫三", "褚平")


def test_an_erratum_shows_what_was_printed_and_what_holds():
    found = paper(made.erratum())
    (changed,) = [block for block in found.body if isinstance(block, Table)]
    assert [column.label for column in changed.columns] == ["序号", "指标", "原文", "更正为"]
    assert changed.rows == (("1", "全区·投资完成率", "73.3%", "73.1%"),)
    assert "重复计算" in found.annexes[0].blocks[0].rows[0]


def test_the_brief_is_the_same_paper_in_another_form():
    brief = replace(made.registered(), form=Form.BRIEF.value, number="第9期")
    assert paper(brief) == replace(paper(), form=Form.BRIEF, number="第9期")
