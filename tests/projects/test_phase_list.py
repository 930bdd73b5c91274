"""A public list of phases by the mapping we ship, and its next snapshot: two clocks, and nothing is lost."""

from datetime import date
from decimal import Decimal

import pytest

from projects.actions import ledgers
from projects.models import BudgetRevision, KeyProject, MilestoneAmounts, MilestoneDates, ProjectDates
from tests.projects.ledger.imports import load
from tests.projects.ledger.test_public_lists import as_text

pytestmark = [pytest.mark.django_db, pytest.mark.core]

HEADER = (
    "Project Geographic District ", "Project Building Identifier", "Project School Name", "Project Type ",
    "Project Description", "Project Phase Name", "Project Status Name", "Project Phase Actual Start Date",
    "Project Phase Planned End Date", "Project Phase Actual End Date", "Project Budget Amount",
    "Final Estimate of Actual Costs Through End of Phase Amount", "Total Phase Actual Spending Amount", "DSF Number(s)",
)  # fmt: skip
_SCHOOL = ("1", "M060", "EAST SIDE COMMUNITY SCHOOL", "SCA CIP", "ROOFS / FLOOD ELIMINATION")
_RAZED = ("15", "K680", "I.S. @ 46 VERONA STREET - BROOKLYN", "SCA CIP", "DEMOLITION")
_ROOFS, _DEMOLITION = "DSF0001111940, DSF0001124017", "DSF0000843826"


def roofs(*cells: str) -> tuple[str, ...]:
    return (*_SCHOOL, *cells, _ROOFS)


def razing(*cells: str) -> tuple[str, ...]:
    return (*_RAZED, *cells, _DEMOLITION)


SCOPE = roofs("Scope", "Complete", "3/14/2024", "7/30/2024", "11/18/2024", "38009", "81731.00", "70524.00")
FITTINGS = roofs("CM,F&E", "PNS", "PNS", "PNS", "PNS", "344277", "344277.00", "33359.00")
RAZED = razing("Scope", "Complete", "9/13/2022", "9/13/2022", "9/13/2022", "68074", "61261.00", "61261.00")
RAZED_TOO = razing("Scope", "Complete", "7/1/2022", "8/29/2022", "7/1/2022", "105550", "60915.00", "60915.00")
JUNE = [
    SCOPE,
    roofs("Design", "In-Progress", "1/7/2025", "6/9/2025", "", "179955", "179955.00", "74494.00"),
    roofs("Construction", "PNS", "PNS", "PNS", "PNS", "3720987", "3720987.00", "86625.00"),
    FITTINGS,
    RAZED,
    RAZED_TOO,
    razing("Construction", "In-Progress", "9/23/2024", "9/22/2025", "", "11874375", "22735480.00", "1103580.00"),
]
SEPTEMBER = [  # the design was finished in May, and said so only now
    SCOPE,
    roofs("Design", "Complete", "1/7/2025", "6/9/2025", "5/20/2025", "179955", "160000.00", "160000.00"),
    roofs("Construction", "In-Progress", "8/1/2025", "12/31/2026", "", "3900000", "3900000.00", "86625.00"),
    RAZED_TOO,
    RAZED,
    razing("Construction", "In-Progress", "9/23/2024", "3/31/2026", "", "11874375", "DOER", "2103580.00"),
]
FACTS = (MilestoneDates, MilestoneAmounts, BudgetRevision, ProjectDates)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def snapshot(rows):
    return load(as_text(HEADER, *rows), ledgers.shipped_mapping("nyc-sca-schedules"))


def known(project, phase, *, then=None):
    """Dates and 概算, 预计, 完成 of a phase, as known now or at a moment."""
    of = {"milestone__project__source_key__contains": project, "milestone__name": phase}
    dates = MilestoneDates.objects.as_known(then).get(**of)
    amounts = MilestoneAmounts.objects.as_known(then).get(**of)
    return (
        (dates.original_on, dates.approved_on, dates.started_on, dates.actual_on),
        (amounts.budget_amount, amounts.estimate_amount, amounts.spent_amount),
    )


def all_known(then=None):
    return {model: sorted(map(repr, model.objects.as_known(then).values_list("pk", *model.facts()))) for model in FACTS}


def test_the_next_snapshot_is_new_versions_and_the_old_knowledge_can_still_be_asked():
    june = snapshot(JUNE).written_at
    before = all_known()
    done = snapshot(SEPTEMBER)
    assert [done.counts[f"milestones_{how}"] for how in ("new", "changed", "unchanged")] == [0, 3, 3]

    day, wan = date, Decimal
    design = ((day(2025, 6, 9), day(2025, 6, 9), day(2025, 1, 7)), (wan("17.9955"), wan("17.9955"), wan("7.4494")))
    assert known("M060", "Design", then=june) == ((*design[0], None), design[1])
    assert known("M060", "Design") == ((*design[0], day(2025, 5, 20)), (wan("17.9955"), wan(16), wan(16)))
    assert known("M060", "Construction", then=june)[0] == (None, None, None, None)
    assert known("M060", "Construction") == (
        (day(2026, 12, 31), day(2026, 12, 31), day(2025, 8, 1), None), (wan(390), wan(390), wan("8.6625")),
    )  # fmt: skip
    assert known("K680", "Construction", then=june)[0][:2] == (day(2025, 9, 22), day(2025, 9, 22))
    assert known("K680", "Construction") == (
        (day(2025, 9, 22), day(2026, 3, 31), day(2024, 9, 23), None),
        (wan("1187.4375"), wan("2273.5480"), wan("210.3580")),
    )
    assert all_known(june) == before

    roofs_project = KeyProject.objects.get(source_key__contains="M060")
    assert roofs_project.budget_revisions.as_known(june).get().total_investment == wan("428.3228")
    assert roofs_project.dates.current().get().started_on == day(2025, 8, 1)
    assert not roofs_project.dates.as_known(june).exists()


def test_what_the_next_snapshot_lacks_is_listed_and_what_it_repeats_is_named():
    first = snapshot(JUNE)
    assert [(one.row, one.code) for one in first.problems.filter(code="repeated_key")] == [(7, "repeated_key")]
    done = snapshot(SEPTEMBER)
    assert [str(row.milestone.name) for row in done.vanished.all()] == ["CM,F&E"]
    assert known("M060", "CM,F&E")[1][0] == Decimal("34.4277")
    coded = done.problems.get(code="coded")
    assert (coded.row, coded.value) == (7, "DOER")
    assert done.problems.get(code="repeated_key").message == (
        "重复键：与第 5 行同一项目、同一节点，对应已登记的“Scope”。"
    )
    planned = MilestoneDates.objects.current().filter(milestone__project__source_key__contains="K680")
    assert dict(planned.values_list("milestone__name", "approved_on")) == {
        "Scope": date(2022, 9, 13), "Scope（2）": date(2022, 8, 29), "Construction": date(2026, 3, 31),
    }  # fmt: skip


def test_what_was_known_at_any_moment_stays_known_through_snapshots_and_their_undoing(office):
    taken, known_then = [], {}

    def look(at):
        known_then[at] = all_known()
        assert {moment: all_known(moment) for moment in known_then} == known_then

    for rows in (JUNE, SEPTEMBER, JUNE[2:], SEPTEMBER[:3]):
        taken.append(snapshot(rows))
        look(taken[-1].written_at)
    for one in reversed(taken):
        ledgers.undo(ledger_import=one, by=office)
        one.refresh_from_db()
        look(one.undone_at)
    assert not any(all_known().values())
