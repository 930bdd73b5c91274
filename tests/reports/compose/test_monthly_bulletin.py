"""From the closed month to its bulletin: as known at the closing, whatever is learned later."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from reports import bulletin_prose, snapshots
from reports.bulletin import Bulletin
from reports.bulletin_figures import figures, with_figures
from reports.compose.lineage import contributions, month_of, total, versions_behind
from reports.compose.monthly_bulletin import digest, of_month
from reports.models import BulletinRule
from scheduling.models import ProgressVersion
from scheduling.parts import FIELDS, Parts
from tests.reports.months import APRIL, MARCH, Spring, on

pytestmark = [pytest.mark.django_db, pytest.mark.core]

RULE = BulletinRule(effective_on=date(2026, 1, 1))


@pytest.fixture(scope="module")
def spring(django_db_setup, django_db_blocker):
    """Built once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Spring().build()
        transaction.set_rollback(True)


def composed(spring, month=4, rule=RULE):
    return of_month(spring.closings[month], rule, district="示范区")


def names(lines):
    return [line.project.name.removesuffix("工程") for line in lines]


def value(bulletin, name):
    return figures(bulletin)[name].value


def test_it_says_what_was_frozen_and_what_the_month_brought(spring):
    april = composed(spring)
    assert (april.year, april.month, april.on, april.before_on) == (2026, 4, APRIL, MARCH)
    assert april.basis.plan == "2026 年度计划第 2 版（府办〔2026〕2号）"
    assert april.whole.parts.projects == 8
    assert april.whole.month_amount == Decimal("959.5") == 300 + 110 + 44 + 500 + 15 + Decimal("0.5") - 10
    assert april.whole.parts.ytd_amount == 90 + 25 + 30 + 100 + Decimal("60.5") + 20 + 9 + 70 + april.whole.month_amount
    assert april.whole.parts.unplanned_projects == 2
    with on(4, 30, 12):
        versions = ProgressVersion.objects.current().accepted()
        assert april.basis.versions == versions.count()


def test_every_table_comes_to_the_whole(spring):
    april = composed(spring)
    assert [table.by for table in april.tables] == ["area", "stage", "category", "level", "unit", "town"]
    planned = replace(april.whole.parts, unplanned_projects=0, unplanned_ytd_amount=Decimal(0))
    for table in april.tables:
        assert sum((group.parts for group in table.groups), Parts()) == planned
        assert sum(group.month_amount for group in table.groups) == april.whole.month_amount
        assert sum(number for group in table.groups for _, number in group.lights) == planned.projects


def test_choices_stand_in_their_order_and_units_by_their_rate(spring):
    tables = {table.by: [group.name for group in table.groups] for table in composed(spring).tables}
    assert tables["category"] == ["续建", "新开工", "前期"]
    assert tables["level"] == ["省级重点", "市级重点", "区级重点"]
    assert tables["unit"] == ["区住房和城乡建设局", "区水利局", "区教育局"]


def test_the_month_before_is_compared_on_the_same_projects(spring):
    april, march = composed(spring), composed(spring, 3)
    assert (march.before_on, march.whole.before, march.entered, march.late_reports) == (None, None, (), ())
    assert (names(april.entered), names(april.left)) == (["新"], ["旧"])
    assert april.same_before.ytd_amount == march.whole.parts.ytd_amount - 11
    assert april.same_now.ytd_amount == april.whole.parts.ytd_amount - 44
    assert april.same_month_before == march.whole.month_amount - 11
    assert april.whole.before == april.same_before


def test_year_to_date_is_what_it_was_and_the_month_and_what_came_late(spring):
    april = composed(spring)
    late = sum(line.amount for line in april.late_reports)
    assert {line.project.name[0]: line.amount for line in april.late_reports} == {"路": -15, "桥": 70}
    assert {line.month for line in april.late_reports} == {date(2026, 3, 1)}
    assert april.same_now.ytd_amount == april.same_before.ytd_amount + april.same_month_amount + late


def test_starts_and_completions_are_due_done_missed_or_early(spring):
    april = composed(spring)
    starts = {line.project.name[0]: line for line in april.starts}
    assert starts["路"].done_on == date(2026, 3, 18)
    assert [name for name, line in starts.items() if line.is_missed] == ["校"]
    assert [name for name, line in starts.items() if line.is_early] == ["新"]
    assert list(starts) == ["路", "校", "园", "新"]
    done = [(line.project.name[0], line.is_due, line.done_on) for line in april.completions]
    assert done == [("站", True, None), ("桥", True, date(2026, 4, 15))]


def test_what_lags_is_named_with_cause_worst_first(spring):
    april = composed(spring)
    days = [line.days for line in april.lagging]
    assert days == sorted(days, reverse=True)
    school = next(line for line in april.lagging if line.project.name[0] == "校")
    assert (school.kind, school.gap_pp and school.gap_pp < 0, school.others) == ("INVESTMENT", True, 3)
    assert school.cause.startswith("开着（")


def test_problems_and_decisions_are_those_open_then(spring):
    april = composed(spring)
    assert [(line.title, line.kind, line.unit, line.days) for line in april.problems] == [
        ("开着", "用地", "区住房和城乡建设局", 9)
    ]
    assert [(line.number, line.unit, line.days) for line in april.decisions] == [("议1号", "区教育局", 10)]
    assert (april.verified, april.drawn) == (1, 2)


def test_boards_leave_out_who_is_excused_and_name_them(spring):
    (board,) = composed(spring).boards
    assert board.excused == ("堤工程（区水利局）",)
    assert board.honoured == ()
    assert [(placed.name, placed.rank, placed.of) for placed in board.lagging] == [
        ("区教育局", 3, 3),
        ("区水利局", 2, 3),
        ("区住房和城乡建设局", 1, 3),
    ]
    few = composed(spring, rule=BulletinRule(effective_on=APRIL, fewest=4)).boards[0]
    assert few.too_few
    assert few.lagging == ()


def checked(bulletin):
    """Every figure is what its lineage adds up to; how many were asked."""
    month = month_of(bulletin)
    asked = [figure for figure in figures(bulletin).values() if figure.numerator or figure.listed]
    for figure in asked:
        found = total(figure, contributions(bulletin, figure, month=month))
        is_same = found == figure.value or abs(found - figure.value) < Decimal("1e-20")
        assert is_same, (figure.name, figure.value, found)
    return {*figures(bulletin)} - {figure.name for figure in asked}


def test_every_figure_is_what_its_lineage_adds_up_to_and_only_the_calendar_has_none(spring):
    assert checked(composed(spring)) == {"全区·序时进度"}


def test_the_reports_behind_a_project_add_up_to_what_it_contributed(spring):
    april = composed(spring)
    spring.later()
    for row in month_of(april).rows:
        year = sum(version.period_amount for version in versions_behind(row.project.pk, april))
        month = sum(version.period_amount for version in versions_behind(row.project.pk, april, of_month=True))
        assert (year, month) == (row.parts.ytd_amount + row.parts.unplanned_ytd_amount, row.month_amount)


@pytest.mark.parametrize("cutoff_day", [None, 25], ids=["up-to-the-month's-end", "cut-off-on-the-25th"])
def test_a_month_of_later_corrections_changes_no_byte(spring, cutoff_day):
    rule = BulletinRule(effective_on=APRIL, cutoff_day=cutoff_day)
    april = composed(spring, rule=rule)
    content = snapshots.as_json(april)
    assert snapshots.from_json(Bulletin, content) == april
    spring.later()
    assert snapshots.as_json(composed(spring, rule=rule)) == content
    assert checked(april) == {"全区·序时进度"}


def test_cut_off_earlier_it_tells_of_that_day(spring):
    april = composed(spring, rule=BulletinRule(effective_on=APRIL, cutoff_day=20))
    assert (april.on, april.before_on) == (date(2026, 4, 20), date(2026, 3, 20))
    assert april.whole.month_amount == Decimal("60.5") + 20 + 9 + 70 + 300 + 110 + 44
    assert value(april, "全区·序时进度") == Decimal("3.5") * 100 / 12
    assert names(line for line in april.starts if line.is_done) == ["路", "新"]


def test_the_digest_tells_what_every_project_contributed(spring):
    rows = month_of(composed(spring)).rows
    assert digest(rows) == digest(reversed(rows)) == composed(spring).basis.rows_digest
    other = [replace(rows[0], month_amount=rows[0].month_amount + 1), *rows[1:]]
    assert digest(other) != digest(rows)
    assert len(FIELDS) == 26


def test_the_text_says_what_the_tables_say(spring):
    april = composed(spring)
    known = figures(april)
    text = "\n".join(with_figures(section.text, known) for section in bulletin_prose.sections(april))
    for said in (
        "列入年度计划的重点项目8个（比3月底新列入1个、退出1个），",
        "4月完成投资960万元，按同口径计算，环比上升",
        "应开未开1个。提前开工1个。",
        "（四）核查情况。随机核查项目2个，核实1个，核实率50.0%。",
        "以前月份的补报、更正2项，使以前月份完成投资增加55万元",
        "用地1个",
        "区教育局“校工程：完成校舍交底”，原期限4月20日",
    ):
        assert said in text


def test_thirty_projects_take_no_more_queries_than_ten(spring, django_assert_num_queries):
    spring.may(20)
    for month, lagging in ((4, 4), (5, 25)):
        with django_assert_num_queries(41):
            assert len(composed(spring, month).lagging) == lagging
