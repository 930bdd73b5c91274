"""修改对照: nothing is lost on either side, and what is not marked is in both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text_changes import sides

pytestmark = pytest.mark.core

WORDINGS = st.text(alphabet="甲乙{全区·}，。\n", max_size=30)


def words(side, *, changed=None):
    return "".join(piece.words for piece in side if changed is None or piece.is_changed is changed)


@given(WORDINGS, WORDINGS)
def test_each_side_reads_as_it_was_written_and_shares_what_is_not_marked(old, new):
    before, after = sides(old, new)
    assert (words(before), words(after)) == (old, new)
    assert words(before, changed=False) == words(after, changed=False)


def test_the_clause_that_changed_is_marked():
    before, after = sides("进展良好，完成{全区·投资完成率}。", "进展较慢，完成{全区·投资完成率}。")
    assert (words(before, changed=True), words(after, changed=True)) == ("进展良好，", "进展较慢，")
