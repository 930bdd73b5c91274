"""病毒检查: where a scanner is configured, what was handed in is shown to it; what is infected stays locked away."""

import subprocess
from datetime import datetime

from django.conf import settings
from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import StoredFile

from .stored_files import where

_CLEAN, _INFECTED = 0, 1
_MOST_SECONDS = 100


def is_configured() -> bool:
    return bool(settings.SCAN_COMMAND)


def is_infected(file: StoredFile) -> bool:
    """What the scanner says of these bytes. Raises ``RuleViolation`` when it says nothing."""
    command = [*settings.SCAN_COMMAND, str(where(file))]  # the operator's own
    try:
        ended = subprocess.run(command, capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuleViolation(f"杀毒程序未能运行：{error}。") from error
    if ended.returncode not in (_CLEAN, _INFECTED):
        raise RuleViolation(f"杀毒程序没有给出结果（退出码 {ended.returncode}）。")
    return ended.returncode == _INFECTED


@transaction.atomic
def quarantine(*, file: StoredFile, at: datetime) -> None:
    """From now on nobody gets it; its bytes stay where they are, for whoever looks into it."""
    if StoredFile.objects.filter(pk=file.pk, quarantined_at__isnull=True).update(quarantined_at=at):
        audit.record("stored_file.quarantined", file, by=None, at=at)
