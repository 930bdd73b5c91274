"""审批时限: the day of acceptance, pauses and holidays do not count; nothing else is left out."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projects import permit_clock
from projects.models import PermitState
from projects.permit_clock import Facts, Limit, Pause, due_on, expiry, reading_on, ready_to_start, start_risks
from projects.workdays import Announced, add_workdays, workdays_between

# National Day 2025 as announced: 1 to 8 October off, 28 September and 11 October worked (国办发明电〔2024〕12号).
NATIONAL_DAY = {date(2025, 10, day): False for day in range(1, 9)}
ANNOUNCED = Announced({**NATIONAL_DAY, date(2025, 9, 28): True, date(2025, 10, 11): True, date(2026, 10, 1): False})
UNKNOWN = Announced({})
MONDAY = date(2025, 3, 3)


def at_the_counter(accepted_on, days, *pauses, in_workdays=True, **more):
    return Facts(
        name="施工许可证",
        status="ACCEPTED",
        is_required=True,
        limit=Limit(days, in_workdays),
        accepted_on=accepted_on,
        pauses=tuple(Pause("SUPPLEMENT", *pause) for pause in pauses),
        **more,
    )


@pytest.mark.parametrize(
    ("accepted_on", "days", "in_workdays", "due"),
    [
        pytest.param(date(2025, 3, 3), 7, False, date(2025, 3, 10), id="施工许可证 法定 7 天"),
        pytest.param(date(2025, 3, 3), 5, True, date(2025, 3, 10), id="施工许可证 承诺 5 个工作日"),
        pytest.param(date(2025, 3, 3), 60, False, date(2025, 5, 2), id="环评报告书 法定 60 天"),
        pytest.param(date(2025, 3, 3), 30, False, date(2025, 4, 2), id="环评报告表 法定 30 天"),
        pytest.param(date(2025, 3, 3), 20, True, date(2025, 3, 31), id="行政许可法 一般 20 个工作日"),
        pytest.param(date(2025, 3, 3), 0, True, date(2025, 3, 3), id="备案 即办"),
        pytest.param(date(2025, 9, 26), 5, True, date(2025, 10, 10), id="跨国庆 9月28日上班 5 个工作日"),
        pytest.param(date(2025, 9, 30), 3, True, date(2025, 10, 11), id="跨国庆 10月11日调休上班"),
        pytest.param(date(2025, 9, 30), 7, False, date(2025, 10, 7), id="按天计的不扣国庆"),
        pytest.param(date(2025, 3, 7), 1, True, date(2025, 3, 10), id="周五受理 次一工作日"),
    ],
)
def test_a_limit_ends_when_the_law_says(accepted_on, days, in_workdays, due):
    assert due_on(at_the_counter(accepted_on, days, in_workdays=in_workdays), ANNOUNCED).value == due


def test_days_of_a_supplement_do_not_count():
    paused = at_the_counter(MONDAY, 5, (date(2025, 3, 5), date(2025, 3, 12)))
    # Tuesday 4 counts; 5 to 11 do not; 12, 13, 14 and 17 do.
    assert due_on(paused, ANNOUNCED).value == date(2025, 3, 17)
    reading = reading_on(paused, date(2025, 3, 13), ANNOUNCED).value
    assert (reading.days_used, reading.days_excluded, reading.days_paused, reading.days_left) == (3, 5, 7, 2)


def test_while_it_is_paused_there_is_no_due_day_and_nothing_is_overdue():
    paused = at_the_counter(MONDAY, 5, (date(2025, 3, 5), None))
    reading = reading_on(paused, date(2025, 6, 30), ANNOUNCED).value
    assert (reading.status, reading.due_on, reading.days_used, reading.days_left) == ("SUPPLEMENT", None, 1, 4)
    assert not reading.is_overdue
    assert reading.in_words() == "已中止，尚余 4 个工作日"


def test_a_pause_does_not_undo_what_was_over_before_it():
    late = at_the_counter(MONDAY, 2, (date(2025, 3, 10), None))
    assert reading_on(late, date(2025, 3, 20), ANNOUNCED).value.in_words() == "中止前已超 2 个工作日"


def test_without_acceptance_or_limit_nothing_is_due():
    assert due_on(Facts(status="ACCEPTED", accepted_on=MONDAY), ANNOUNCED).value is None
    assert due_on(Facts(limit=Limit(5)), ANNOUNCED).value is None
    assert reading_on(Facts(limit=Limit(5)), MONDAY, ANNOUNCED).value.days_left is None


def test_a_year_without_announcement_is_named():
    assert due_on(at_the_counter(MONDAY, 5), ANNOUNCED).assumed_years == ()
    assert due_on(at_the_counter(date(2026, 12, 28), 10), ANNOUNCED).assumed_years == (2027,)
    assert reading_on(at_the_counter(date(2026, 12, 28), 10), date(2027, 1, 5), ANNOUNCED).assumed_years == (2027,)
    assert due_on(at_the_counter(date(2027, 3, 1), 7, in_workdays=False), UNKNOWN).assumed_years == ()


def test_years_are_named_whatever_segment_of_the_limit_they_stand_in():
    facts = at_the_counter(date(2025, 12, 29), 10, (date(2026, 1, 5), date(2026, 1, 12)))
    assert due_on(facts, UNKNOWN).assumed_years == (2025, 2026)


class TestOverdue:
    five = at_the_counter(MONDAY, 5)  # due Monday 10 March

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2025, 3, 3), "剩 5 个工作日"),
            (date(2025, 3, 9), "剩 1 个工作日"),
            (date(2025, 3, 10), "剩 0 个工作日"),
            (date(2025, 3, 11), "逾期 1 个工作日"),
            (date(2025, 3, 17), "逾期 5 个工作日"),
        ],
    )
    def test_from_the_day_after_the_due_day(self, on, words):
        reading = reading_on(self.five, on, ANNOUNCED).value
        assert reading.in_words() == words
        assert reading.is_overdue == (on > date(2025, 3, 10))

    def test_on_the_days_of_rest_after_a_friday_by_less_than_a_workday(self):
        reading = reading_on(at_the_counter(MONDAY, 4), date(2025, 3, 8), ANNOUNCED).value
        assert reading.is_overdue
        assert reading.in_words() == "逾期不满 1 个工作日"

    def test_by_days_where_the_law_reckons_in_days(self):
        seven = at_the_counter(MONDAY, 7, in_workdays=False)
        assert reading_on(seven, date(2025, 3, 12), ANNOUNCED).value.in_words() == "逾期 2 天"

    def test_no_longer_once_it_is_finished(self):
        done = Facts(status="GRANTED", limit=Limit(5), accepted_on=MONDAY, finished_on=date(2025, 3, 12))
        reading = reading_on(done, date(2025, 5, 1), ANNOUNCED).value
        assert not reading.is_overdue
        assert reading.in_words() == "用时 7 个工作日，超 2 个工作日"
        assert reading_on(done, date(2025, 3, 11), ANNOUNCED).value.is_overdue  # as of the day before it was


def test_soon_means_within_three_workdays_and_the_rest_behind_them():
    assert permit_clock.soon_until(date(2025, 3, 5), ANNOUNCED).value == date(2025, 3, 10)
    assert permit_clock.soon_until(date(2025, 3, 4), ANNOUNCED).value == date(2025, 3, 9)  # Friday and the weekend
    assert permit_clock.soon_until(date(2025, 9, 29), ANNOUNCED).value == date(2025, 10, 10)


class TestAnyDay:
    facts = Facts(
        status="GRANTED",
        limit=Limit(5),
        accepted_on=date(2025, 3, 3),
        finished_on=date(2025, 3, 20),
        expires_on=date(2025, 6, 20),
        pauses=(Pause("SPECIAL", date(2025, 3, 5), date(2025, 3, 12)),),
    )

    @pytest.mark.parametrize(
        ("on", "status"),
        [
            (date(2025, 3, 2), "PREPARING"),
            (date(2025, 3, 3), "ACCEPTED"),
            (date(2025, 3, 5), "SPECIAL"),
            (date(2025, 3, 11), "SPECIAL"),
            (date(2025, 3, 12), "ACCEPTED"),
            (date(2025, 3, 20), "GRANTED"),
            (date(2025, 6, 20), "GRANTED"),
            (date(2025, 6, 21), "EXPIRED"),
        ],
    )
    def test_shows_the_status_of_that_day(self, on, status):
        assert permit_clock.status_on(self.facts, on) == status

    def test_a_start_in_time_uses_the_permit_up(self):
        assert permit_clock.status_on(self.facts, date(2026, 1, 1), started_on=date(2025, 6, 20)) == "GRANTED"
        assert permit_clock.status_on(self.facts, date(2026, 1, 1), started_on=date(2025, 6, 21)) == "EXPIRED"

    def test_expiring_is_for_thirty_days_and_unused(self):
        assert not permit_clock.is_expiring(date(2025, 6, 20), date(2025, 5, 20))
        assert permit_clock.is_expiring(date(2025, 6, 20), date(2025, 5, 21))
        assert permit_clock.is_expiring(date(2025, 6, 20), date(2025, 6, 20))
        assert not permit_clock.is_expiring(date(2025, 6, 20), date(2025, 6, 21))
        assert not permit_clock.is_expiring(date(2025, 6, 20), date(2025, 6, 20), started_on=date(2025, 6, 1))


@pytest.mark.parametrize(
    ("finished_on", "months", "extensions", "expires"),
    [
        pytest.param(date(2025, 3, 10), 3, 0, date(2025, 6, 10), id="施工许可证 三个月内开工"),
        pytest.param(date(2025, 3, 10), 3, 1, date(2025, 9, 10), id="延期一次"),
        pytest.param(date(2025, 3, 10), 3, 2, date(2025, 12, 10), id="延期两次"),
        pytest.param(date(2025, 11, 30), 3, 0, date(2026, 2, 28), id="没有对应日的为月末"),
        pytest.param(date(2025, 11, 30), 3, 1, date(2026, 5, 30), id="延期仍从办结日起算"),
        pytest.param(date(2025, 3, 10), 12, 0, date(2026, 3, 10), id="建设工程规划许可证 一年"),
        pytest.param(date(2025, 3, 10), 24, 0, date(2027, 3, 10), id="核准 两年"),
        pytest.param(date(2025, 3, 10), 60, 0, date(2030, 3, 10), id="环评 五年"),
        pytest.param(date(2025, 3, 10), None, 0, None, id="没有有效期"),
    ],
)
def test_a_permit_is_good_for_so_many_months(finished_on, months, extensions, expires):
    assert expiry(finished_on, valid_months=months, extensions=extensions) == expires


class TestReadyToStart:
    on = date(2025, 3, 10)

    def ready(self, *rows, **more):
        return ready_to_start(rows, self.on, ANNOUNCED, **more).value

    def test_is_unknown_where_nothing_is_required(self):
        assert self.ready(Facts(name="节能审查")).is_ready is None
        assert "无从判断" in self.ready().in_words()

    def test_when_all_that_is_required_is_settled(self):
        granted = Facts(name="施工许可证", status="GRANTED", is_required=True, finished_on=self.on)
        ready = self.ready(
            granted, Facts(name="人防", status="NOT_CONCERNED", is_required=True), Facts(name="节能审查")
        )
        assert ready.is_ready
        assert ready.in_words() == "具备开工条件：开工必备手续 2 项均已办结或不涉及。"

    def test_names_what_is_missing_and_what_takes_longest(self):
        running = at_the_counter(MONDAY, 20)  # 15 workdays left on 10 March
        ready = self.ready(
            running,
            Facts(name="施工图审查", is_required=True, limit=Limit(7)),
            Facts(name="招标", is_required=True),
        )
        assert ready.missing == ("施工许可证", "施工图审查", "招标")
        assert ready.in_words() == (
            "尚不具备开工条件，开工必备手续还差 3 项：施工许可证、施工图审查、招标。"
            "时限最长的是“施工许可证”，还需 15 个工作日，最早 2025-03-31 办结。另有 1 项没有规定时限。"
        )

    def test_compares_workdays_and_days_by_where_they_end(self):
        ready = self.ready(
            Facts(name="施工图审查", is_required=True, limit=Limit(7)),  # 19 March
            Facts(name="施工许可证", is_required=True, limit=Limit(8, in_workdays=False)),  # 18 March
        )
        assert ready.longest.name == "施工图审查"

    def test_one_overdue_needs_no_more_legal_time(self):
        assert self.ready(at_the_counter(date(2025, 1, 6), 5)).longest.days == 0

    def test_one_paused_needs_what_was_left(self):
        assert self.ready(at_the_counter(MONDAY, 5, (date(2025, 3, 5), None))).longest.days == 4

    def test_one_that_expired_before_the_start_is_missing_again(self):
        void = Facts(
            name="施工许可证",
            status="GRANTED",
            is_required=True,
            finished_on=date(2024, 1, 1),
            expires_on=date(2024, 4, 1),
        )
        assert self.ready(void).missing == ("施工许可证",)
        assert self.ready(void, started_on=date(2024, 3, 1)).is_ready

    def test_names_the_years_it_only_assumed(self):
        rows = [Facts(name="施工图审查", is_required=True, limit=Limit(7))]
        assert ready_to_start(rows, date(2027, 1, 4), ANNOUNCED).assumed_years == (2027,)


class TestAStartWithoutPermit:
    started = date(2025, 3, 1)

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            (Facts(name="施工许可证"), ["“施工许可证”至今没有办结"]),
            (
                Facts(name="施工许可证", status="GRANTED", finished_on=date(2025, 3, 20)),
                ["“施工许可证”2025-03-20 才办结，晚 19 天"],
            ),
            (
                Facts(name="施工许可证", status="GRANTED", finished_on=date(2024, 9, 1), expires_on=date(2024, 12, 1)),
                ["“施工许可证”已于 2024-12-01 失效"],
            ),
            (Facts(name="施工许可证", status="REFUSED", finished_on=date(2025, 1, 1)), ["“施工许可证”至今没有办结"]),
            (Facts(name="施工许可证", status="GRANTED", finished_on=date(2025, 3, 1)), []),
            (Facts(name="施工许可证", status="NOT_CONCERNED"), []),
        ],
    )
    def test_is_said(self, facts, said):
        assert start_risks([facts], self.started) == said

    def test_is_no_risk_before_there_is_a_start(self):
        assert start_risks([Facts(name="施工许可证")], None) == []


def test_the_statuses_are_those_of_the_record():
    assert {
        *(permit_clock.NOT_CONCERNED, permit_clock.NOT_BEGUN, permit_clock.PREPARING),
        *(permit_clock.ACCEPTED, permit_clock.SUPPLEMENT, permit_clock.SPECIAL),
        *(permit_clock.GRANTED, permit_clock.REFUSED, permit_clock.EXPIRED),
    } == set(PermitState.Status.values)


days = st.dates(date(2025, 1, 1), date(2025, 12, 31))
limits = st.integers(1, 60)


@st.composite
def paused_clocks(draw, *, units=(True, False)):
    """At the counter, with up to four pauses, in any order and perhaps overlapping."""
    accepted_on = draw(days)
    pauses = [
        (accepted_on + timedelta(days=first), accepted_on + timedelta(days=first + length))
        for first, length in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), max_size=4))
    ]
    return at_the_counter(accepted_on, draw(limits), *pauses, in_workdays=draw(st.sampled_from(units)))


@given(paused_clocks())
def test_pauses_never_shorten_a_limit(facts):
    plain = at_the_counter(facts.accepted_on, facts.limit.days, in_workdays=facts.limit.in_workdays)
    assert due_on(facts, ANNOUNCED).value >= due_on(plain, ANNOUNCED).value


@given(paused_clocks(), st.integers(0, 200))
def test_what_is_used_and_what_is_left_are_the_limit(facts, later):
    reading = reading_on(facts, facts.accepted_on + timedelta(days=later), ANNOUNCED).value
    assert reading.days_used + reading.days_left == facts.limit.days
    assert reading.days_used >= 0


@given(paused_clocks(units=(True,)), st.integers(0, 200))
def test_what_is_used_and_what_is_excluded_are_the_workdays_since_acceptance(facts, later):
    on = facts.accepted_on + timedelta(days=later)
    reading = reading_on(facts, on, ANNOUNCED).value
    assert reading.days_used + reading.days_excluded == workdays_between(facts.accepted_on, on, ANNOUNCED).value


@given(paused_clocks())
def test_on_the_due_day_nothing_is_left_and_the_day_before_something_is(facts):
    due = due_on(facts, ANNOUNCED).value
    assert reading_on(facts, due, ANNOUNCED).value.days_left == 0
    assert reading_on(facts, due - timedelta(days=1), ANNOUNCED).value.days_left == 1


@given(days, limits, st.integers(0, 80), st.integers(1, 60))
def test_a_pause_moves_the_due_day_by_exactly_its_workdays(accepted_on, limit, first, length):
    plain = due_on(at_the_counter(accepted_on, limit), ANNOUNCED).value
    paused_on = accepted_on + timedelta(days=1 + first)
    assume(paused_on <= plain)
    resumed_on = paused_on + timedelta(days=length)
    lost = workdays_between(paused_on - timedelta(days=1), resumed_on - timedelta(days=1), ANNOUNCED).value
    moved = due_on(at_the_counter(accepted_on, limit, (paused_on, resumed_on)), ANNOUNCED).value
    assert moved == add_workdays(plain, lost, ANNOUNCED).value


@given(paused_clocks(), st.integers(0, 20))
def test_soon_due_is_the_same_asked_by_day_and_by_workdays_left(facts, before):
    due = due_on(facts, ANNOUNCED).value
    on = due - timedelta(days=before)
    within = workdays_between(on, due, ANNOUNCED).value <= permit_clock.SOON
    assert (due <= permit_clock.soon_until(on, ANNOUNCED).value) == within


@given(days, st.integers(1, 60), st.integers(0, 5))
def test_every_extension_lengthens(finished_on, months, extensions):
    shorter = expiry(finished_on, valid_months=months, extensions=extensions)
    longer = expiry(finished_on, valid_months=months, extensions=extensions + 1)
    assert finished_on < shorter < longer
