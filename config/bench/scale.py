"""How much is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """``districts``: of how many projects are the smaller ones whose month is drafted too, each filled by itself."""

    projects: int
    weeks: int
    lead_units: int
    towns: int
    leads: int
    leaders: int
    ledger_rows: int
    project_rows: int
    read_rows: int
    replanned: tuple[int, ...]
    reports_at_once: int
    dispatched_units: int
    past_projects: int
    districts: tuple[int, ...]


SCALES = {
    # a province: 20,000 projects, 240,000 milestones, 1,000,000 weekly reports
    "full": Scale(
        20_000,
        50,
        lead_units=40,
        towns=80,
        leads=2_000,
        leaders=20,
        ledger_rows=100_000,
        project_rows=20_000,
        read_rows=100_000,
        replanned=(2_000, 20_000),
        reports_at_once=800,
        dispatched_units=200,
        past_projects=2_000,
        districts=(200, 2_000),
    ),
    "small": Scale(
        1_000,
        10,
        lead_units=30,
        towns=20,
        leads=100,
        leaders=8,
        ledger_rows=2_000,
        project_rows=500,
        read_rows=10_000,
        replanned=(1_000,),
        reports_at_once=160,
        dispatched_units=20,
        past_projects=500,
        districts=(200,),
    ),
}
STEPS = 12
