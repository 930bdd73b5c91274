"""Schedules that other programs wrote, read as networks: PSPLIB ``.sm``, MS Project XML, GanttProject ``.gan``."""

from .files import read
from .outline import Schedule, Task, UnreadableSchedule
from .report import report

__all__ = ["Schedule", "Task", "UnreadableSchedule", "read", "report"]
