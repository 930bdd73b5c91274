"""A real Celery worker on the real broker, working on this test's database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from celery import current_app
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)


def database_url() -> str:
    """The test database of this process, as another process reaches it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    host, port = values.get("HOST") or "", values.get("PORT") or ""
    if host.startswith("/"):
        return f"postgresql://{values['USER']}@/{host}/{values['NAME']}"
    address = f"{host}:{port}" if port else host
    return f"postgresql://{quote(values['USER'])}@{address}/{values['NAME']}"


@contextmanager
def running_worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker that listens to a queue of this test process alone; stopped at the end."""
    queue = f"tests-{os.getpid()}"
    current_app.conf.task_default_queue = queue
    options = ["--pool=solo", "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    # What its tasks send goes to the same queue.
    program = f"from config.celery import app; app.conf.task_default_queue = {queue!r}; "
    program += f"app.start({['-q', 'worker', *options]})"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()},
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def eventually(question: Callable[[], bool], *, patience: float = 30) -> None:
    """Wait until the answer is yes; say what was asked when it stays no."""
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, f"仍未成立：{question.__doc__ or question}"
        time.sleep(0.1)
