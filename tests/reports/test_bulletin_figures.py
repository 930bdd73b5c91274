"""通报数字: printed as published bulletins printed them, each in one way; a name that is none is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports import bulletin_prose
from reports.bulletin import WHOLE, Basis, Bulletin, DecisionLine, DueLine, Group, LagLine, LateReport, Moved, Project
from reports.bulletin_figures import (
    UnknownFigure,
    amount_in_words,
    change_in_words,
    code_of,
    figures,
    tokens,
    with_figures,
)
from reports.bulletin_words import plain
from reports.rendering.bulletin_tables import boards, by_group, lagging
from reports.rendering.bulletin_tables import whole as all_groups
from scheduling.parts import Parts
from tests.reports import registered_papers

pytestmark = pytest.mark.core

OCTOBER = date(2026, 10, 31)
PROJECT = Project(1, "ZD-1", "滨河路工程", "区住建局")
NOUGHT = Decimal(0)


def parts(plan="6474000", done="6290000", **more):
    """江门 2019-10 where nothing else is said."""
    return Parts(projects=255, annual_plan_amount=Decimal(plan), ytd_amount=Decimal(done), **more)


def bulletin(counted=None, *, on=OCTOBER, month_amount=NOUGHT, **more):
    counted = counted or parts()
    said = {
        "district": "示范区",
        "year": on.year,
        "month": on.month,
        "on": on,
        "known_at": datetime(2026, 10, 30, 9, 30, tzinfo=UTC),
        "before_on": None,
        "basis": Basis("", 1, "1", "", 0),
        "whole": Group(WHOLE, "全区", counted, month_amount),
        "same_now": Parts(),
        "same_before": Parts(),
        "same_month_amount": NOUGHT,
        "same_month_before": NOUGHT,
    }
    lists = ("tables", "entered", "left", "starts", "completions", "lagging", "problems", "decisions", "boards")
    return Bulletin(**(dict.fromkeys((*lists, "late_reports"), ()) | said | more))


def printed(made, label):
    return figures(made)[f"全区·{label}"].printed


def text(made):
    known = figures(made)
    return "\n".join(with_figures(section.text, known) for section in bulletin_prose.sections(made))


@pytest.mark.parametrize(
    ("plan", "done", "on", "rate", "gap"),
    [
        pytest.param("6474000", "6290000", OCTOBER, ("97.2%", "97.16"), "超13.8个百分点", id="江门-2019-10"),
        pytest.param("10150000", "3136400", date(2026, 3, 31), ("30.9%", "30.90"), "超5.9个百分点", id="江门-2021-03"),
        pytest.param(
            "1958200", "1197300", date(2026, 8, 15), ("61.1%", "61.14"), "欠1.4个百分点", id="云浮-2017-08-上"
        ),
        pytest.param(
            "2580800", "2775800", date(2026, 8, 31), ("107.6%", "107.56"), "超40.9个百分点", id="汉中-2018-08"
        ),
        pytest.param("6407000", "4745000", date(2026, 9, 30), ("74.1%", "74.06"), "欠0.9个百分点", id="湘西-2021-09"),
        pytest.param("120", "100.05", OCTOBER, ("83.4%", "83.38"), "持平", id="what-prints-as-nought-is-level"),
    ],
)
def test_rates_and_gaps_are_printed_as_they_were(plan, done, on, rate, gap):
    made = bulletin(parts(plan, done), on=on)
    assert (printed(made, "投资完成率"), figures(made)["全区·投资完成率"].in_table) == rate
    assert printed(made, "超欠进度") == gap


@pytest.mark.parametrize(
    ("plan", "done", "rate"),
    [pytest.param(255, 206, "80.8%", id="江门-2019-10"), pytest.param(15, 7, "46.7%", id="松阳-2025-04")],
)
def test_the_start_rate_is_of_the_new_starts_of_the_year(plan, done, rate):
    assert printed(bulletin(parts(new_starts=plan, started=done)), "开工率") == rate


def test_without_a_denominator_there_is_a_dash():
    made = bulletin(Parts())
    assert {printed(made, label) for label in ("投资完成率", "开工率", "竣工率", "超欠进度", "核实率")} == {"—"}


@pytest.mark.parametrize(
    ("value", "said"), [("1958200", "195.82亿元"), ("10000", "1.00亿元"), ("9999.4", "9999万元"), ("-82", "-82万元")]
)
def test_an_amount_is_told_in_the_greater_unit_from_one_yi_on(value, said):
    assert amount_in_words(Decimal(value)) == said


@pytest.mark.parametrize(
    ("value", "said"), [("5.04", "上升5.0%"), ("-5.05", "下降5.1%"), ("0.04", "持平"), (None, "—")]
)
def test_a_change_has_its_word(value, said):
    assert change_in_words(value if value is None else Decimal(value), "%") == said


def test_a_text_takes_figures_by_name_and_refuses_what_is_none():
    known = figures(bulletin())
    assert with_figures("完成{全区·投资完成率}。", known) == "完成97.2%。"
    assert tokens("{全区·项目数}和{乱写}、{}") == ["全区·项目数", "乱写", ""]
    with pytest.raises(UnknownFigure, match="乱写") as refused:
        with_figures("{全区·项目数}和{乱写}", known)
    assert refused.value.names == ["乱写"]


def test_where_nothing_is_late_that_is_said_and_no_section_is_empty():
    made = bulletin(month_amount=Decimal(5))
    found = bulletin_prose.sections(made)
    assert [section.heading for section in found] == ["", "一、总体进展", "二、存在问题"]
    assert all(section.text for section in found)
    said = text(made)
    for words in (
        "无逾期项目",
        "无未解决的问题",
        "已交办的事项均已办结",
        "无亮红灯、黄灯的项目",
        "10月完成投资5万元。",
    ):
        assert words in said


def test_an_empty_district_is_told_of_in_whole_sentences():
    assert "今年全区尚无列入年度计划的重点项目。" in text(bulletin(Parts()))
    assert "重点项目255个，未安排年度投资计划。" in text(bulletin(parts("0", "0")))


def test_level_is_told_with_its_own_words():
    assert "，与序时进度（83.3%）持平。" in text(bulletin(parts("120", "100")))
    assert "，较序时进度（83.3%）超13.8个百分点。" in text(bulletin())


def test_month_on_month_is_of_the_same_projects_where_some_came_or_left():
    compared = {
        "before_on": date(2026, 9, 30),
        "same_now": parts("1000", "700"),
        "same_before": parts("1000", "612"),
        "same_month_amount": Decimal(88),
        "same_month_before": Decimal(100),
    }
    same = bulletin(month_amount=Decimal(88), **compared)
    assert "其中，10月完成投资88万元，环比下降12.0%；投资完成率比9月底上升8.8个百分点。" in text(same)
    moved = replace(same, entered=(Moved(PROJECT, parts("1", "0")),))
    assert "按同口径计算，环比下降12.0%" in text(moved)
    assert "重点项目255个（比9月底新列入1个），年度计划" in text(moved)


def test_what_was_told_late_is_a_note_with_its_direction():
    late = (LateReport(PROJECT, date(2026, 9, 1), Decimal(-82)),)
    assert "使以前月份完成投资减少82万元，已计入累计完成投资，不计入10月完成投资" in text(bulletin(late_reports=late))


def test_next_month_asks_by_unit_and_day():
    due = DueLine(PROJECT, date(2026, 11, 17), None, is_due=False, is_done=False)
    missed = replace(due, planned_on=date(2026, 8, 8), is_due=True)
    matter = DecisionLine("议1", "请区财政局按进度拨付，9月25日前办结", "滨河路工程", "区财政局", date(2026, 9, 25), 36)
    said = text(bulletin(starts=(due, missed), decisions=(matter,)))
    assert "须于11月15日前办结：区财政局“滨河路工程：按进度拨付”，原期限9月25日。" in said
    assert "11月计划开工的有滨河路工程（区住建局，11月17日）" in said
    assert "已过计划日期尚未开工的有滨河路工程（区住建局，8月8日）" in said


def test_a_few_of_two_hundred_are_named_and_the_paper_stays_short():
    lines = tuple(
        LagLine(
            project=Project(
                n, f"ZD-{n}", f"滨河片区基础设施及配套道路综合改造提升工程（{n}号地块）", "区住房和城乡建设局"
            ),
            kind="NODE",
            item="主体结构封顶",
            original_on=None,
            approved_on=date(2026, 5, 1),
            days=183,
            others=0,
            light="RED",
            gap_pp=None,
            cause="房屋征收剩余三户未签约，影响连续作业面（区自然资源局办理，需 2026-11-10 前解决）",
            promise="",
        )
        for n in range(200)
    )
    said = text(bulletin(lagging=lines))
    assert "有事项逾期的项目200个。" in said
    assert said.count("号地块") == 8
    assert "其余项目见附件。" in said
    assert "需11月10日前解决" in said
    assert len(said) < 4000


def test_what_somebody_wrote_becomes_part_of_a_sentence():
    assert plain("尚有 2 户未签{协议}。", year=2026, most=40) == "尚有2户未签（协议）"
    assert plain("一" * 50, year=2026, most=10) == "一" * 9 + "…"


def test_every_figure_of_a_great_bulletin_has_a_code_of_its_own():
    whole = registered_papers.bulletin(units=120, late=900)
    names = list(figures(whole))
    assert len({code_of(name) for name in names}) == len(names) > 5_000


def test_every_name_in_a_table_is_that_of_the_figure_printed_there():
    whole = registered_papers.bulletin()
    named = dict(figures(whole))
    tables = [*by_group(whole, named, "area"), *all_groups(whole, named), *boards(whole), *lagging(whole)]
    found = [
        (named[name].in_table, cell)
        for table in tables
        for row, names in zip(table.rows, table.names, strict=True)
        for cell, name in zip(row, names, strict=True)
        if name
    ]
    assert len(found) > 100
    assert [pair for pair in found if pair[0] != pair[1]] == []
