"""Whether a role is well: ``python -m config.health web`` (or ``worker``, ``beat``), for containers."""

import os
import socket
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

from config.celery import app
from config.up import LOGIN_PAGE

BEAT_SAVES_EVERY_SECONDS = 180


def web() -> bool:
    """The login page, asked for as the proxy in front asks."""
    site = urlparse(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    question = urllib.request.Request(f"http://127.0.0.1:8000{LOGIN_PAGE}", headers=headers)
    with urllib.request.urlopen(question, timeout=10) as page:  # noqa: S310
        return bool(page.status == 200)


def worker() -> bool:
    """This very worker answers, through the broker."""
    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5))


def beat() -> bool:
    """The timetable was saved lately."""
    kept = Path(os.environ.get("VAR_DIR", "var"), "beat").glob("schedule*")
    return any(time.time() - path.stat().st_mtime < 3 * BEAT_SAVES_EVERY_SECONDS for path in kept)


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
