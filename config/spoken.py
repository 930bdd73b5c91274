"""What the bootstrap says to the person at the terminal, and how a step fails in one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence["str | Path"]


class Unavailable(Exception):
    """Something cannot be installed: what, and the command that would mend it."""

    def __init__(self, what: str, *, mend: str) -> None:
        super().__init__(f"{what}。修复办法：{mend}")


def say(line: str) -> None:
    """To stderr, always: stdout belongs to the command."""
    print(line, file=sys.stderr, flush=True)


def succeeds(command: Command, *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> bool:
    """Run a command quietly, its words kept in the log, and tell whether it went well."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as kept:
        kept.write(f"$ {' '.join(map(str, command))}\n".encode())
        kept.flush()
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=kept, stderr=kept, env=env, cwd=cwd, check=False
            )
        except OSError as error:
            kept.write(f"{error}\n".encode())
            return False
    return done.returncode == 0
