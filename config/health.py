"""Whether a role is well: ``python -m config.health web`` (or ``worker``, ``beat``), for containers."""

import os
import socket
import sys
import time
from pathlib import Path

from config.celery import app
from config.up import login_page_served

BEAT_SAVES_EVERY_SECONDS = 180


def web() -> bool:
    return login_page_served("127.0.0.1:8000", site_url=os.environ.get("SITE_URL", "http://127.0.0.1:8000"))


def worker() -> bool:
    """This very worker answers, through the broker."""
    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5))


def beat() -> bool:
    """The timetable was saved lately."""
    kept = Path(os.environ.get("VAR_DIR", "var"), "beat").glob("schedule*")
    return any(time.time() - path.stat().st_mtime < 3 * BEAT_SAVES_EVERY_SECONDS for path in kept)


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
