"""导入台账: read a ledger into the register, tell what it changed and what it could not read.

One transaction, whatever the size. The same file again changes nothing; a newer one writes new versions
beside the old; what it no longer lists is put before a person and never deleted.
"""

from .decisions import decide, decide_rest
from .mapping_drafts import (
    adopt,
    discard,
    forget,
    keep_typed,
    receive,
    remap,
    remembered_mapping,
    reread,
    settle,
    shown_choices,
)
from .mappings import VOCABULARY, mapping_of, opened, proposed, shipped, shipped_mapping, template_mapping
from .recognising import recognise
from .rejected import rejected_rows
from .running import Watch, close_abandoned, repeat, run, submit
from .undoing import can_be_asked, prospect, undo, why_not_undone

__all__ = [
    "VOCABULARY",
    "Watch",
    "adopt",
    "can_be_asked",
    "close_abandoned",
    "decide",
    "decide_rest",
    "discard",
    "forget",
    "keep_typed",
    "mapping_of",
    "opened",
    "proposed",
    "prospect",
    "receive",
    "recognise",
    "rejected_rows",
    "remap",
    "remembered_mapping",
    "repeat",
    "reread",
    "run",
    "settle",
    "shipped",
    "shipped_mapping",
    "shown_choices",
    "submit",
    "template_mapping",
    "undo",
    "why_not_undone",
]
