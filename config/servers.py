"""Throw-away PostgreSQL and Redis for the tests: on unix sockets in a temporary folder, no port taken."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.processes import Processes
from config.spoken import Command

# Nothing is kept, so nothing need be safe against a power cut.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=256MB",
    "max_connections=60",
    "listen_addresses=",
)


@dataclass(frozen=True)
class Servers:
    folder: Path

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/{self.folder}/postgres"

    @property
    def template_url(self) -> str:
        """What is made here, every new database begins with."""
        return f"postgresql://postgres@/{self.folder}/template1"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.folder}/redis.sock"


@contextmanager
def thrown_away(processes: Processes) -> Iterator[Servers]:
    """Both servers, answering; folder and all are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="zdxm-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        start_postgres(processes, folder)
        start_redis(processes, folder)
        yield Servers(folder)
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)


def start_postgres(processes: Processes, folder: Path) -> None:
    """PostgreSQL refuses to run as root, so root runs it as its own user."""
    programs, user = postgres_programs(), "postgres" if os.geteuid() == 0 else None
    data, log = folder / "data", folder / "postgresql.log"
    initdb: Command = [programs / "initdb", "-D", data, "--username=postgres", "--auth=trust", "--no-sync"]
    made = processes.run("initdb", [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], user=user, log=log)
    if made != 0:
        raise OSError(log.read_text(encoding="utf-8"))
    settings = [word for setting in (*FAST, f"unix_socket_directories={folder}") for word in ("-c", setting)]
    processes.start("PostgreSQL", [programs / "postgres", "-D", data, *settings], user=user, log=log)
    ready: Command = [programs / "pg_isready", "--quiet", "--host", folder, "--username", "postgres"]
    wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")


def postgres_programs() -> Path:
    """The newest version installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(found, key=lambda path: int(path.parts[-3])).parent


def start_redis(processes: Processes, folder: Path) -> None:
    socket = folder / "redis.sock"
    options: Command = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder]
    processes.start("Redis", ["redis-server", *options, "--loglevel", "warning"], log=folder / "redis.log")
    wait_until(socket.exists, "Redis")


def wait_until(ready: Callable[[], bool], name: str, *, patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} 未能在 {patience:.0f} 秒内启动。")
        time.sleep(0.05)
