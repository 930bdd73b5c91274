"""导入台账: read a ledger into the register, tell what it changed and what it could not read.

One transaction, whatever the size. The same file again changes nothing; a newer one writes new versions
beside the old; what it no longer lists is put before a person and never deleted.
"""

from .decisions import decide, decide_rest
from .mappings import mapping_of, proposed, shipped, shipped_mapping, template_mapping
from .running import Watch, close_abandoned, repeat, run, submit
from .undoing import can_be_asked, to_be_undone, undo, why_not_undone

__all__ = [
    "Watch",
    "can_be_asked",
    "close_abandoned",
    "decide",
    "decide_rest",
    "mapping_of",
    "proposed",
    "repeat",
    "run",
    "shipped",
    "shipped_mapping",
    "submit",
    "template_mapping",
    "to_be_undone",
    "undo",
    "why_not_undone",
]
