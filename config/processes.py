"""Child processes that never outlive us, however we end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.spoken import Command

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_libc = ctypes.CDLL(None)


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, a closed terminal, or the machine going down."""


class Processes:
    """What we started. On leaving, all of it is stopped, and whatever it started in turn."""

    def __init__(self, *, patience: float = 8) -> None:
        self.patience = patience
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Processes:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for ending in ENDINGS:
            signal.signal(ending, _stop)
        return self

    def __exit__(self, *_: object) -> None:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        self.stop()

    def start(
        self,
        name: str,
        command: Command,
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        user: str | None = None,
        stdout: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """In a session of its own, so that the terminal's Ctrl-C reaches only us."""
        with _output(log) as output:
            started = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=output,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  (we have no threads)
            )
        self.running[name] = started
        return started

    def run(
        self,
        name: str,
        command: Command,
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        user: str | None = None,
    ) -> int:
        """Start, wait for the end, and tell the exit code."""
        code = self.start(name, command, env=env, log=log, user=user).wait()
        del self.running[name]
        return code

    def ended(self) -> tuple[str, int] | None:
        """The first that is no longer running, with its exit code."""
        return next(((name, code) for name, child in self.running.items() if (code := child.poll()) is not None), None)

    def stop(self) -> None:
        """Ask, wait, then insist; then the orphans that our children left to us."""
        children, deadline = list(self.running.values()), time.monotonic() + self.patience
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        self.running.clear()
        while orphans := children_of(os.getpid()):
            for pid in orphans:
                _end(pid)


def children_of(parent: int) -> list[int]:
    return [pid for pid, its_parent in _parents() if its_parent == parent]


def _parents() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield int(stat.parent.name), int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # gone while we looked


def _end(pid: int) -> None:
    """Kill and bury one orphan; its own children come to us next."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


@contextmanager
def _output(log: Path | None) -> Iterator[int | None]:
    """The log file to write to, or ``None`` for our own terminal."""
    if log is None:
        yield None
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as opened:
        yield opened.fileno()
