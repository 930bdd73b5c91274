"""Nothing we start outlives us: not a child, not a grandchild that ran away, however we end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.bootstrap import BASE

RUNAWAY = f"{4321 + os.getpid() / 1e6:.6f}"  # so that tests side by side do not see each other's
SCRIPT = """
import sys, time
from config.processes import Processes, Stopped
try:
    with Processes(patience=1) as processes:
        processes.start("sleeper", ["sleep", "600"])
        processes.start("deaf", ["sh", "-c", "trap '' TERM; while :; do sleep 0.2; done"])
        processes.start("runaway", ["sh", "-c", "setsid sleep RUNAWAY & exec sleep 0"])
        time.sleep(0.3)
        print("started", *[c.pid for c in processes.running.values()], flush=True)
        {then}
except Stopped:
    print("stopped", flush=True)
""".replace("RUNAWAY", RUNAWAY)
ENDS = """
from config.processes import Processes
with Processes() as processes:
    print(processes.run("one", ["sh", "-c", "exit 3"]))
    processes.start("two", ["sh", "-c", "exit 4"]).wait()
    print(processes.ended())
"""


@contextmanager
def begun(then: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A parent that has started its children, and their process ids."""
    command = [sys.executable, "-c", SCRIPT.format(then=then)]
    with subprocess.Popen(command, cwd=BASE, stdout=subprocess.PIPE, text=True) as parent:
        yield parent, [int(pid) for pid in parent.stdout.readline().split()[1:]]


def running(pids: list[int]) -> list[int]:
    """Those that still run; one that waits to be buried by whoever inherited it does not."""
    return [pid for pid in pids if state(pid) not in {"", "Z"}]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return ""


def sleeping(seconds: str) -> bool:
    return any(
        path.read_bytes().split(b"\0")[1:2] == [seconds.encode()] for path in Path("/proc").glob("[0-9]*/cmdline")
    )


def wait_for(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_are_gone_when_somebody_stops_us(ending):
    with begun("time.sleep(60)") as (parent, pids):
        parent.send_signal(ending)
        assert parent.communicate(timeout=20)[0] == "stopped\n"
    assert running(pids) == []
    assert not sleeping(RUNAWAY)


def test_all_are_gone_when_we_end_by_ourselves():
    with begun("pass") as (parent, pids):
        parent.communicate(timeout=20)
    assert running(pids) == []
    assert not sleeping(RUNAWAY)


def test_children_end_even_when_we_are_killed():
    with begun("time.sleep(60)") as (parent, pids):
        parent.kill()
    sleeper, deaf, _ = pids
    assert wait_for(lambda: running([sleeper]) == [])
    os.killpg(deaf, signal.SIGKILL)  # the deaf one hears nothing but this


def test_an_exit_code_comes_back_and_an_end_is_noticed():
    told = subprocess.run([sys.executable, "-c", ENDS], cwd=BASE, capture_output=True, text=True, check=True)
    assert told.stdout == "3\n('two', 4)\n"
