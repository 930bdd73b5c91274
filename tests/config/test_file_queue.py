"""The queue of a single machine: whoever reads while another writes finds whole messages or none."""

import threading
from queue import Empty

import pytest
from kombu import Connection

MESSAGES = 400


@pytest.fixture
def channel(tmp_path):
    """A new channel of the queue in this folder, as each process has its own."""
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    folders = {"data_folder_in": "messages", "data_folder_out": "messages", "control_folder": "control"}
    options = {key: str(tmp_path / name) for key, name in folders.items()}

    def opened():
        return Connection("filesystem://", transport="config.file_queue:Transport", transport_options=options).channel()

    return opened


def test_a_message_comes_back_as_it_was_sent(channel):
    channel()._put("celery", {"body": "推算"})
    assert channel()._get("celery") == {"body": "推算"}


def test_nobody_finds_a_message_before_it_is_written_out(channel):
    writer, reader, found = channel(), channel(), []

    class Slow:
        """Somebody reads the queue while this is being written."""

        def __json__(self):
            with pytest.raises(Empty):
                found.append(reader._get("celery"))
            return "推算"

    writer._put("celery", {"body": Slow()})
    assert found == []
    assert reader._get("celery") == {"body": "推算"}


def test_every_message_written_while_others_are_read_arrives_whole(channel):
    writer, reader, found = channel(), channel(), []
    sending = threading.Thread(target=lambda: [writer._put("celery", {"number": n}) for n in range(MESSAGES)])
    sending.start()
    while sending.is_alive() or len(found) < MESSAGES:
        try:
            found.append(reader._get("celery")["number"])
        except Empty:
            assert sending.is_alive() or len(found) == MESSAGES
    sending.join()
    assert sorted(found) == list(range(MESSAGES))
