from .document import Document, Rendition

__all__ = ["Document", "Rendition"]
