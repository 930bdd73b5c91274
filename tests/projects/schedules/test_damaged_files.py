"""Whatever is in a file, it is read or refused in words: no other error comes out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.backward import PlanError, backward_pass
from projects.schedules import UnreadableSchedule, read, report

from .test_ganttproject import DAYS, gan, then
from .test_ganttproject import task as gantt_task
from .test_msproject import calendar, link, project, task
from .test_psplib import INSTANCE

FILES = {
    "own.sm": INSTANCE.encode(),
    "own.xml": project(task(1), task(2, 8, link(1, 3, 600)), task(3, 0, link(2)), calendars=calendar()),
    "own.gan": gan(gantt_task(1, "2026-03-02", 4, then(2)), gantt_task(2, "2026-03-06", 2), days=DAYS),
}
scraps = st.sampled_from([b"", b"9", b"-", b"0", b"<", b'"', b"\xff", b"99999999", b"0001", b"T", b"\n"])


@pytest.mark.parametrize("name", FILES)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(name, data):
    content = FILES[name]
    at = data.draw(st.integers(0, len(content)))
    damaged = content[:at] + data.draw(scraps) + content[at + data.draw(st.integers(0, 4)) :]
    with contextlib.suppress(UnreadableSchedule, PlanError):
        schedule = read(name, damaged)
        report(schedule, backward_pass(schedule.network))
