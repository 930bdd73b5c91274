"""导入台账: read a ledger into the register, tell what it changed and what it could not read.

One transaction, whatever the size. The same file again changes nothing; a newer one writes new versions
beside the old; what it no longer lists is put before a person and never deleted.
"""

from .decisions import decide
from .running import VOCABULARY, Watch, mapping_of, run, submit

__all__ = ["VOCABULARY", "Watch", "decide", "mapping_of", "run", "submit"]
