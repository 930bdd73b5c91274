"""How our static files are stored: hashed names, compressed once."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """gzip alone: browsers ask for Brotli only over https, and it took 20 s of every first start."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(**(options | {"use_brotli": False}))
