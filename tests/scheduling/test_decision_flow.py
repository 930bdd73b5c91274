"""销号的状态: people alone move a matter, the issuing side alone ends it, each colour follows the last (§1.5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.workdays import Announced
from scheduling import decision_flow as flow
from scheduling.decision_flow import Level, Order, Side, Standing, State, Verb

NOTHING_ANNOUNCED = Announced({})
MONDAY = date(2026, 3, 2)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
STATES = st.sampled_from([*State])


@pytest.mark.parametrize(
    ("state", "owner", "issuer"),
    [
        pytest.param("AWAITING_RECEIPT", "签收", "审批延期 催办 督办 撤销", id="待签收"),
        pytest.param("IN_HAND", "填报进展 申请销号 申请延期", "审批延期 催办 督办 撤销", id="办理中"),
        pytest.param("REDO", "填报进展 申请销号 申请延期", "审批延期 催办 督办 撤销", id="退回重办"),
        pytest.param("AWAITING_CHECK", "", "销号 退回重办 审批延期 撤销", id="待审核"),
        pytest.param("CLOSED", "", "重新交办", id="已销号"),
        pytest.param("WITHDRAWN", "", "重新交办", id="已撤销"),
    ],
)
def test_who_may_do_what_in_each_state(state, owner, issuer):
    assert " ".join(verb.value for verb in flow.allowed(State(state), sides={Side.OWNER})) == owner
    assert " ".join(verb.value for verb in flow.allowed(State(state), sides={Side.ISSUER})) == issuer


@pytest.mark.parametrize(
    ("verbs", "state"),
    [
        pytest.param([Verb.RECEIVE, Verb.ASK_TO_CLOSE, Verb.CLOSE_OUT], State.CLOSED, id="办结"),
        pytest.param(
            [Verb.RECEIVE, Verb.ASK_TO_CLOSE, Verb.SEND_BACK, Verb.ASK_TO_CLOSE], State.AWAITING_CHECK, id="退回再报"
        ),
        pytest.param([Verb.RECEIVE, Verb.ASK_EXTENSION, Verb.DECIDE_EXTENSION], State.IN_HAND, id="延期不改状态"),
        pytest.param([Verb.WITHDRAW, Verb.REOPEN], State.IN_HAND, id="重新交办即在办"),
    ],
)
def test_a_course_leads_there(verbs, state):
    at = State.AWAITING_RECEIPT
    for verb in verbs:
        at = flow.after(at, verb)
    assert at is state


@given(state=STATES, verb=st.sampled_from([*Verb]))
def test_only_the_issuing_side_takes_a_matter_off_the_list(state, verb):
    if state in flow.OPEN and state in flow.MOVES[verb].sources and flow.after(state, verb) not in flow.OPEN:
        assert flow.MOVES[verb].side is Side.ISSUER
        assert verb in {Verb.CLOSE_OUT, Verb.WITHDRAW}


def test_nothing_is_closed_that_nobody_asked_to_close():
    assert flow.MOVES[Verb.CLOSE_OUT].sources == {State.AWAITING_CHECK}


@given(state=STATES, verb=st.sampled_from([*Verb]))
def test_what_is_not_allowed_leads_nowhere(state, verb):
    if verb not in flow.allowed(state, sides={*Side}):
        with pytest.raises(ValueError, match=verb.value):
            flow.after(state, verb)


@given(state=st.sampled_from(sorted(flow.OPEN)), due_on=DAYS, on=DAYS, asked=st.booleans())
def test_time_alone_makes_a_matter_overdue_and_nothing_else(state, due_on, on, asked):
    found = flow.standing_of(state=state, original_due_on=due_on, due_on=due_on, extension_asked=asked, on=on)
    assert (found is Standing.OVERDUE) == (on > due_on)


@pytest.mark.parametrize(
    ("state", "moved", "asked", "day", "standing"),
    [
        pytest.param("IN_HAND", 0, False, 0, Standing.IN_TIME, id="到期当日不算逾期"),
        pytest.param("IN_HAND", 0, False, 1, Standing.OVERDUE, id="次日逾期"),
        pytest.param("IN_HAND", 0, True, 0, Standing.EXTENSION_ASKED, id="延期申请中"),
        pytest.param("IN_HAND", 0, True, 1, Standing.OVERDUE, id="申请未批准前原期限有效"),
        pytest.param("AWAITING_CHECK", 0, False, 1, Standing.OVERDUE, id="等待审核也计逾期"),
        pytest.param("REDO", 7, False, 5, Standing.EXTENDED, id="已延期"),
        pytest.param("CLOSED", 0, False, 9, Standing.IN_TIME, id="销号后不再计"),
    ],
)
def test_the_side_states_are_derived(state, moved, asked, day, standing):
    due_on = MONDAY + timedelta(days=moved)
    said = {"original_due_on": MONDAY, "due_on": due_on, "extension_asked": asked, "on": MONDAY + timedelta(days=day)}
    assert flow.standing_of(state=State(state), **said) is standing


@pytest.mark.parametrize(
    ("state", "assigned", "due", "last", "level"),
    [
        pytest.param("IN_HAND", -9, 4, None, None, id="还有四个工作日"),
        pytest.param("IN_HAND", -9, 3, None, Level.BLUE, id="还有三个工作日"),
        pytest.param("IN_HAND", -9, -1, None, Level.BLUE, id="逾期而未提醒过的先发蓝色"),
        pytest.param("AWAITING_RECEIPT", -4, 30, None, None, id="交办两个工作日"),
        pytest.param("AWAITING_RECEIPT", -5, 30, None, Level.BLUE, id="超过两个工作日未签收"),
        pytest.param("IN_HAND", -5, 30, None, None, id="已签收的不因签收提醒"),
        pytest.param("IN_HAND", -9, 0, (Level.BLUE, -1), None, id="到期当日"),
        pytest.param("IN_HAND", -9, -1, (Level.BLUE, -1), Level.YELLOW, id="期限已过"),
        pytest.param("IN_HAND", -9, -1, (Level.BLUE, 2), None, id="蓝色期限未过"),
        pytest.param("IN_HAND", -9, 5, (Level.BLUE, -1), None, id="已同意延期"),
        pytest.param("REDO", -9, -9, (Level.YELLOW, 0), None, id="黄色期限当日"),
        pytest.param("REDO", -9, -9, (Level.YELLOW, -1), Level.RED, id="黄色期限已过"),
        pytest.param("IN_HAND", -30, -20, (Level.RED, -5), None, id="红色之后不再发"),
        pytest.param("AWAITING_CHECK", -30, -20, None, None, id="等交办方审核的不督办"),
        pytest.param("CLOSED", -30, -20, (Level.YELLOW, -5), None, id="已销号"),
    ],
)
def test_the_colour_due_on_a_friday(state, assigned, due, last, level):
    """Workdays reckoned from Friday 2026-03-06; ``due`` counts workdays where it lies ahead, calendar days behind."""
    friday = date(2026, 3, 6)
    ahead = {3: date(2026, 3, 11), 4: date(2026, 3, 12)}
    found = flow.order_due(
        state=State(state),
        due_on=ahead.get(due, friday + timedelta(days=due)),
        assigned_on={-4: date(2026, 3, 4), -5: date(2026, 3, 3)}.get(assigned, friday + timedelta(days=assigned)),
        last=Order(last[0], friday + timedelta(days=last[1])) if last else None,
        on=friday,
        announced=NOTHING_ANNOUNCED,
    )
    assert found is level


@given(state=STATES, due_on=DAYS, on=DAYS, level=st.sampled_from([*Level]), limit=DAYS)
def test_each_colour_follows_the_last(state, due_on, on, level, limit):
    said = {"state": state, "due_on": due_on, "assigned_on": due_on, "on": on, "announced": NOTHING_ANNOUNCED}
    assert flow.order_due(last=None, **said) in {None, Level.BLUE}
    assert flow.order_due(last=Order(level, limit), **said) in {None, flow.following(level)}
