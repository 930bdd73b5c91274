"""Which reader reads a file, and what every reader gives back."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from . import ganttproject, msproject, psplib
from .outline import Schedule, UnreadableSchedule

READERS: dict[str, Callable[[bytes], Schedule[Any]]] = {
    ".sm": psplib.read,
    ".xml": msproject.read,
    ".gan": ganttproject.read,
}
LARGEST = 50 * 1024 * 1024


def read(name: str, content: bytes) -> Schedule[Any]:
    """Read a schedule file by its ending. Raises ``UnreadableSchedule``, in Chinese."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableSchedule("只能读取 PSPLIB（.sm）、MS Project XML（.xml）和 GanttProject（.gan）文件。")
    if len(content) > LARGEST:
        raise UnreadableSchedule("文件超过 50 MB，请拆分后再读取。")
    return reader(content)
