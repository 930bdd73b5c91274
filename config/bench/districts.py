"""Districts of other sizes: each filled in an empty copy of this database, by a process of its own, and thrown away.

``python -m config.bench.districts 2000``: fill the database that is given, and tell how its month is drafted.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import django
import psycopg
from django.db import connection
from django.utils import timezone
from psycopg import sql

from config.bench.scale import SCALES, Scale

_COPY = "bench_district"
_PROJECTS_OF_A_LEAD = 10


def drafted_beside(scale: Scale, *, seed: int) -> Iterator[str]:
    """What is told of each smaller district. To be asked while nothing is loaded here yet."""
    for projects in scale.districts:
        with _empty_copy() as url:
            command = [sys.executable, "-m", "config.bench.districts", str(projects), str(seed)]
            done = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, check=True)  # noqa: S603
        yield from done.stdout.decode().splitlines()


@contextmanager
def _empty_copy() -> Iterator[str]:
    """The address of a database like this one; copied while nobody is connected here."""
    name = connection.settings_dict["NAME"]
    connection.close()
    _alone("CREATE DATABASE {} TEMPLATE {}", _COPY, name)
    try:
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{_COPY}"
    finally:
        _alone("DROP DATABASE {}", _COPY)


def _alone(statement: str, *names: str) -> None:
    said = connection.settings_dict
    with psycopg.connect(
        host=said["HOST"],
        port=said["PORT"] or None,
        user=said["USER"],
        password=said["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _of(projects: int) -> Scale:
    """As the province, with fewer projects and fewer people."""
    return replace(SCALES["full"], projects=projects, leads=max(projects // _PROJECTS_OF_A_LEAD, 1))


def _tell_here(projects: int, seed: int) -> None:
    from config.bench.bulletins import drafted  # noqa: PLC0415 - models need the set-up below
    from config.bench.filling import Filling  # noqa: PLC0415

    at = timezone.now()
    Filling(_of(projects), seed=seed, at=at).load()
    for line in drafted(at=at):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    django.setup()
    _tell_here(*map(int, sys.argv[1:3]))
