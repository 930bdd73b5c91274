"""The port through which a changed fact is announced.

An action calls ``announce`` once, in its transaction, with every project it touched. Apps above
register what has to follow in their ``ready()``; this app does not know them.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Listener = Callable[[Collection[int], datetime], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def announce(project_ids: Collection[int], *, at: datetime) -> None:
    """Facts of these projects changed at this moment."""
    for listener in _listeners:
        listener(project_ids, at)
