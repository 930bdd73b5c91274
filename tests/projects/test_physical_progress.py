"""形象进度: weights decide, not units; nothing done beyond its plan hides what is not done elsewhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.physical_progress import Quantity, physical_progress

amounts = st.decimals("0.01", "99999.99", places=2)
quantities = st.lists(
    st.builds(Quantity, planned=amounts, done=st.decimals(0, 99999, places=2), weight=st.decimals(0, 99, places=2)),
    max_size=6,
)


def quantity(planned, done, weight="1"):
    return Quantity(Decimal(planned), Decimal(done), Decimal(weight))


@pytest.mark.parametrize(
    ("known", "percent"),
    [
        pytest.param([], None, id="nothing-measured"),
        pytest.param([quantity(100, 50, "0")], None, id="no-weight"),
        pytest.param([quantity(1200, 300)], "25", id="one"),
        pytest.param([quantity(1200, 300, "3"), quantity(40, 40, "1")], "43.75", id="by-weight"),
        pytest.param([quantity(100, 150), quantity(100, 0)], "50", id="beyond-the-plan-counts-as-done"),
    ],
)
def test_it_rolls_up_by_weights(known, percent):
    assert physical_progress(known) == (None if percent is None else Decimal(percent))


@given(quantities)
def test_it_lies_between_nothing_and_all(known):
    percent = physical_progress(known)
    assert (percent is None) == (not any(each.weight for each in known))
    assert percent is None or 0 <= percent <= Decimal(100) + Decimal("1e-20")


@given(quantities, amounts)
def test_it_never_falls_when_more_is_done(known, more):
    further = [Quantity(each.planned, each.done + more, each.weight) for each in known]
    before, after = physical_progress(known), physical_progress(further)
    assert before is None or after >= before - Decimal("1e-20")
