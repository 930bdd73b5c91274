from .standing import OpenItem, Standing

__all__ = ["OpenItem", "Standing"]
