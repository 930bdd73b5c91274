"""PSPLIB: an instance of our own, with its length found by hand."""

import pytest

from projects.backward import PlanError, backward_pass
from projects.schedules import UnreadableSchedule, read

INSTANCE = """\
************************************************************************
file with basedata            : own.bas
************************************************************************
jobs (incl. supersource/sink ):  6
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      4      0       20       1       11
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          2           4   5
   4        1          1           6
   5        1          1           6
   6        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       4    0
  3      1     6       0    1
  4      1     5       2    0
  5      1     2       1    0
  6      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    2
************************************************************************
"""


def loaded(text: str = INSTANCE):
    return read("own.sm", text.encode())


def test_the_length_is_the_printed_one():
    schedule = loaded()
    assert backward_pass(schedule.network).earliest_finish == schedule.printed_length == 11


def test_every_job_has_its_windows_and_floats():
    nodes = backward_pass(loaded().network, finish=13).nodes
    windows = {
        key: (one.early_start, one.early_finish, one.late_start, one.late_finish, one.total_float, one.free_float)
        for key, one in nodes.items()
    }
    assert windows == {
        "1": (0, 0, 2, 2, 2, 0),
        "2": (0, 3, 5, 8, 5, 3),
        "3": (0, 6, 2, 8, 2, 0),
        "4": (6, 11, 8, 13, 2, 0),
        "5": (6, 8, 11, 13, 5, 3),
        "6": (11, 11, 13, 13, 2, 2),
    }


def test_the_driving_chain_is_the_critical_path():
    assert [one.node.key for one in backward_pass(loaded().network).chain] == ["1", "3", "4", "6"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("REQUESTS/DURATIONS", "REQUESTS", "表缺失", id="no durations"),
        pytest.param("  6      1     0       0    0\n", "", "两表的任务不一致", id="a job without duration"),
        pytest.param("  6      1     0       0    0\n", "  6\n", "任务 6 没有工期", id="a row cut off"),
        pytest.param("   2        1          1 ", "   2        3          1 ", "3 种模式", id="several modes"),
        pytest.param("  6      1     0 ", "  5      2     0 ", "任务 5 已经出现过", id="a job twice"),
        pytest.param("          1           4\n", "          2           4\n", "写明有 2 个", id="a successor missing"),
        pytest.param("  3      1     6 ", "  3      1     x ", "应当全是整数", id="not a number"),
    ],
)
def test_a_broken_file_says_what_is_wrong(old, new, words):
    assert INSTANCE.count(old) == 1
    with pytest.raises(UnreadableSchedule, match=words):
        loaded(INSTANCE.replace(old, new))


def test_an_unknown_successor_is_named():
    with pytest.raises(PlanError, match="节点 9 不存在"):
        backward_pass(
            loaded(
                INSTANCE.replace("   5        1          1           6", "   5        1          1           9")
            ).network
        )


def test_a_file_that_states_no_length_is_read():
    without = INSTANCE.replace("    1      4      0       20       1       11\n", "")
    assert loaded(without).printed_length is None
