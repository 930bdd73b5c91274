"""快照 of papers: kept and read like every other (``projects/snapshots.py``)."""

from projects.snapshots import as_json, digest, from_json

__all__ = ["as_json", "digest", "from_json"]
