"""The timetable sends only what a worker knows."""

import pytest

from config.celery import app


@pytest.mark.parametrize("entry", sorted(app.conf.beat_schedule))
def test_every_entry_names_a_task_that_exists(entry):
    app.loader.import_default_modules()
    assert app.conf.beat_schedule[entry]["task"] in app.tasks
