"""Rows cut from public lists, dirt and all, read by the mappings that come with the product."""

import csv
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from projects.actions import ledgers
from projects.ledger.files import open_table
from projects.ledger.problems import Code
from projects.ledger.project_rows import ProjectRowReader
from projects.ledger.targets import LEAD_UNIT, NAME

pytestmark = pytest.mark.core

LIBRARY = {
    "project_id": "LB20DUMBO", "project_description": "ADAMS STREET LIBRARY FIT OUT",
    "managing_agency": "BROOKLYN PUBLIC LIBRARY", "ten_year_plan_category": "ESSENTIAL RECONSTRUCTION OF FACILITIES",
    "community_boards_served": "301", "borough": "BROOKLYN", "budget_lines": "LB-0101 LB-0108 LB-0104",
    "original_budget": 5000, "combined_prior_actuals": 0, "combined2021": 5000, "combined_total": 5000,
    "explanation_for_delay": "PROJECT DELAYED DUE TO CHANGES IN SCOPE/DESIGN", "project_location": "",
    "scope_summary": "NEW BRANCH FIT OUT", "source_pdf": "cpd11-20bk.pdf", "latitude": 40.704060514439156,
    "longitude": -73.98785162149126,
}  # fmt: skip
COURT = LIBRARY | {
    "project_id": "CO290XSB1", "project_description": "DASNY - BRONX CRIMINAL CT COMPLEX",
    "managing_agency": "DEPT OF DESIGN & CONSTRUCTION", "original_budget": 415163, "combined2021": -597,
    "combined_prior_actuals": 204631, "combined_total": 218595, "explanation_for_delay": "",
}  # fmt: skip
GMPP = (
    "project_number", "project_name", "department", "report_category", "description_aims", "colour_rating",
    "rating_comment", "start_date", "end_date", "schedule_comment", "total_baseline", "wlc_baseline_incl_NCG",
)  # fmt: skip
_DEFENCE = "Exempt under Section 26 of the Freedom of Information Act 2000 (Defence)"
_UNABLE = "The project is not in a position to provide this information"
AIRCRAFT = ["MOD_0106_1617-Q1", "Maritime Patrol Aircraft", "MOD", "Military Capability", "To deliver an aircraft",
            "Amber/red", _DEFENCE, "2014-07-08", "2024-04-01", "On time", "£654.46", "£2,013.02"]  # fmt: skip
CRYPT = [
    "MOD_0111_1718-Q1",
    "Joint Crypt Key Programme",
    "MOD",
    "ICT",
    "",
    "Amber",
    "",
    *[_DEFENCE] * 2,
    "",
    *[_DEFENCE] * 2,
]
RAIL = ["DFT_0035_1920-Q3", "Western Rail Link to Heathrow", "DFT", "Infrastructure and Construction", "", "Red", "",
        *[_UNABLE] * 2, "", *[_UNABLE] * 2]  # fmt: skip


@pytest.fixture
def read(tmp_path, settings):
    def rows(name: str, content: bytes):
        path = tmp_path / "list"
        path.write_bytes(content)
        mapping = ledgers.mapping_of((settings.BASE_DIR / "docs" / "mappings" / f"{name}.json").read_bytes())
        table = open_table(path, mapping.layout)
        mapping.check_columns(table.columns)
        reader = ProjectRowReader(mapping, len(table.columns))
        found = [reader.read(raw) for raw in table.rows()]
        return [row for row, _ in found], [problem for _, problems in found for problem in problems]

    return rows


def as_geojson(*projects: dict) -> bytes:
    features = [{"type": "Feature", "geometry": None, "properties": project} for project in projects]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def as_text(header, *rows: list, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def test_the_capital_projects_of_new_york_are_read(read):
    rows, problems = read("nyc-capital-detail", as_geojson(LIBRARY, COURT))
    library, court = rows
    assert library.project_key == "LB20DUMBO | BROOKLYN PUBLIC LIBRARY"
    assert (library.project["name"], library.project["focus_area"]) == ("ADAMS STREET LIBRARY FIT OUT", "LIVELIHOOD")
    assert library.facts.amounts == {"total_investment": Decimal(500), "original_total_investment": Decimal(500)}
    assert library.facts.numbers == {"longitude": Decimal("-73.987852"), "latitude": Decimal("40.704061")}
    assert library.reported.texts == {"delay_reason": "范围或设计变更"}
    assert court.plan.amounts == {"annual_plan_amount": Decimal("-59.7"), "cumulative_before_year": Decimal("20463.1")}
    assert [(problem.row, problem.column, problem.code) for problem in problems] == [(3, "combined2021", Code.NEGATIVE)]


def test_a_list_is_the_same_as_geojson_and_as_text(read):
    assert read("nyc-capital-detail", as_geojson(LIBRARY, COURT)) == read(
        "nyc-capital-detail", as_text(LIBRARY, list(LIBRARY.values()), list(COURT.values()))
    )


def test_the_major_projects_of_britain_are_read_with_what_is_exempt(read):
    content = as_text(GMPP, AIRCRAFT, CRYPT, RAIL, delimiter=";", encoding="windows-1252")
    (aircraft, crypt, rail), problems = read("uk-gmpp", content)
    assert aircraft.project["lead_unit"] == "国防部（MOD）"
    assert aircraft.facts.amounts == {"total_investment": Decimal(201_302)}
    assert aircraft.plan.amounts == {"annual_plan_amount": Decimal(65_446)}
    assert aircraft.plan.dates == {"planned_start_on": date(2014, 7, 8), "planned_finish_on": date(2024, 4, 1)}
    assert (crypt.plan.dates["planned_finish_on"], rail.facts.amounts["total_investment"]) == (None, None)
    assert Counter((problem.row, problem.code) for problem in problems) == {(3, Code.CODED): 4, (4, Code.CODED): 4}


@pytest.mark.parametrize(
    "content",
    [as_geojson(LIBRARY, COURT), as_text(GMPP, AIRCRAFT, delimiter=";", encoding="windows-1252")],
    ids=["new-york", "britain"],
)
def test_their_columns_are_recognised(tmp_path, content):
    path = tmp_path / "list"
    path.write_bytes(content)
    found = {guess.target: guess.confidence for guess in ledgers.proposed(ledgers.opened(path), year=2021).guesses}
    assert found[NAME] == found[LEAD_UNIT] == found["facts.total_investment"] == 1
