"""The queue of a single machine: kombu's file-system transport, with messages that appear whole.

kombu opens a message in the folder its reader watches and writes it afterwards; a reader in between finds it empty, and
the worker ends (celery/kombu#1551). Here a message is written under a name no reader looks for, and then renamed.
"""

import os
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # the stubs disagree
        folder, name = Path(self.data_folder_out), f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}"
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            os.replace(unfinished, folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel
