"""What keeps the benchmark honest as the product changes; the benchmark itself is run by hand."""

import csv
import json
from datetime import UTC, date, datetime

import pytest
from django.db.models import F

from config.bench.copying import copy, set_sequences, unchecked_keys
from config.bench.filling import Drawn
from config.bench.networks import large_network
from config.bench.planning import replan
from config.bench.scale import STEPS
from config.bench.schedules import copy_schedules
from config.bench.timing import timed
from config.bench.verbs import MAPPING, draw_wall_chart, print_wall_chart, write_ledger
from projects.actions import ledgers
from projects.backward import DayTimetable, backward_pass
from projects.demo.stages import STAGE_OF_STEP, STAGES
from projects.demo.stages import STEPS as STEP_NAMES
from projects.models import BudgetRevision, Milestone, NodeOutlook, ScheduleOutlook
from tests.factories import KeyProjectFactory, UserFactory

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


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


def test_a_large_network_is_the_same_for_a_seed_and_can_be_reckoned():
    calendar = DayTimetable(lambda day: day.weekday() < 5, near=MONDAY)
    one, again = (large_network(120, seed=3, timetable=calendar, on=MONDAY) for _ in range(2))
    assert (one.nodes, one.links) == (again.nodes, again.links)
    assert len(backward_pass(one).nodes) == 120


@pytest.mark.django_db
def test_copied_schedules_are_reckoned_like_any_other():
    lead, signer = UserFactory(), UserFactory()
    projects = [
        Drawn(KeyProjectFactory().pk, began=date(2026, 1, 5), days_late=late, total=100, lead=lead.pk)
        for late in (0, 30)
    ]
    names = STEP_NAMES["building"]
    Milestone.objects.bulk_create(
        Milestone(pk=number * STEPS + step + 1, project_id=project.id, stage=STAGES[STAGE_OF_STEP[step]], name=name)
        for number, project in enumerate(projects)
        for step, name in enumerate(names)
    )
    with unchecked_keys():
        copy_schedules(projects, known_at=NOON, by=signer.pk)
    assert replan(2, days_ahead=1).projects == 2
    assert ScheduleOutlook.objects.count() == 2
    assert NodeOutlook.objects.filter(milestone__project=F("project")).count() == 2 * STEPS
