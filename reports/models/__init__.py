from .booklet_proof import BookletProof
from .bulletin_rule import BulletinRule
from .document import Document, Rendition
from .draft import Draft, DraftMove, DraftText, Receipt

__all__ = ["BookletProof", "BulletinRule", "Document", "Draft", "DraftMove", "DraftText", "Receipt", "Rendition"]
