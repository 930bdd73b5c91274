"""What keeps the benchmark honest as the product changes; the benchmark itself is run by hand."""

import csv
import json
from datetime import UTC, datetime

import pytest

from config.bench.copying import copy, set_sequences, unchecked_keys
from config.bench.timing import timed
from config.bench.verbs import MAPPING, draw_wall_chart, print_wall_chart, write_ledger
from projects.actions import ledgers
from projects.models import BudgetRevision
from tests.factories import KeyProjectFactory

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_a_copied_row_has_the_defaults_of_its_model_and_numbers_go_on_after_it():
    project = KeyProjectFactory()
    with unchecked_keys():
        copy(BudgetRevision, ("id", "project_id", "total_investment", "recorded_at"), [(77, project.pk, 900, NOON)])
    set_sequences([BudgetRevision])
    row = BudgetRevision.objects.get()
    assert (row.pk, row.project, row.total_investment, row.reason) == (77, project, 900, "")
    later = BudgetRevision.objects.create(
        project=KeyProjectFactory(), total_investment=1, recorded_at=NOON, superseded_at=NOON
    )
    assert later.pk == 78


@pytest.mark.django_db
def test_the_invented_ledger_is_one_the_product_can_read(tmp_path):
    file = tmp_path / "ledger.csv"
    assert write_ledger(file, 40, seed=1, again=False) == 30
    mapping = ledgers.mapping_of(json.dumps(MAPPING, ensure_ascii=False).encode())
    with file.open(encoding="utf-8") as stream:
        heads, *rows = csv.reader(stream)
    mapping.check_columns(heads)
    assert len(rows) == 40
    with file.open("rb") as content:
        waiting = ledgers.submit(content=content, name=file.name, mapping=mapping, is_dry_run=True, by=None, at=NOON)
    counts = ledgers.run(ledger_import=waiting, by=None, at=NOON).counts
    assert (counts["rows_read"], counts["problems"]) == (40, 0)


def test_a_ledger_written_again_differs_in_some_rows_only(tmp_path):
    written = []
    for again in (False, True):
        write_ledger(tmp_path / "ledger.csv", 100, seed=1, again=again)
        written.append((tmp_path / "ledger.csv").read_text(encoding="utf-8").splitlines())
    assert sum(before != after for before, after in zip(*written, strict=True)) == 10


def test_the_first_runs_are_not_counted():
    numbers = []
    timing = timed(numbers.append, runs=3)
    assert numbers == list(range(8))
    assert timing.fastest <= timing.median <= timing.slowest


@pytest.mark.django_db
def test_the_wall_chart_is_drawn_and_printed():
    KeyProjectFactory()
    whole, drawing, rows = draw_wall_chart(on=NOON.date(), runs=1)
    timing, kilobytes = print_wall_chart(on=NOON.date(), runs=1)
    assert rows == 1
    assert whole.median > 0 < drawing.median
    assert timing.median > 0 < kilobytes
