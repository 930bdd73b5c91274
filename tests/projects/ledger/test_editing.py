"""What the mapping page shows and sends back untouched changes nothing; what is chosen there is what is read."""

import json
from dataclasses import replace

import pytest
from django.conf import settings

from projects.actions import ledgers
from projects.ledger import template
from projects.ledger.editing import ColumnChoice, applied, choices_of, faults
from tests.projects.ledger.samples import MAPPING as OF_MILESTONES
from tests.projects.ledger.test_project_rows import MAPPING as OF_PROJECTS

pytestmark = pytest.mark.core

SHIPPED = {path.stem: json.loads(path.read_bytes()) for path in (settings.BASE_DIR / "docs/mappings").glob("*.json")}
MAPPINGS = SHIPPED | {"template": template.mapping(year=2026), "nodes": OF_MILESTONES, "projects": OF_PROJECTS}
KNOWN = ledgers.VOCABULARY


def meaning(mapping):
    return replace(ledgers.mapping_of(json.dumps(mapping)), raw={})


def shown(mapping):
    return choices_of(mapping, sorted(meaning(mapping).columns()), KNOWN)


def sources(read):
    texts = [("project", read.project), ("milestone", read.milestone)]
    texts += [(part, columns.texts) for part, columns in read.parts.items()]
    return {f"{part}.{name}": source for part, some in texts for name, source in some.items()}


def without_texts(read):
    parts = {part: replace(columns, texts={}) for part, columns in read.parts.items()}
    return replace(read, project={}, milestone={}, parts=parts)


@pytest.mark.parametrize("name", MAPPINGS)
def test_what_was_not_touched_means_the_same_and_understands_no_less(name):
    mapping = MAPPINGS[name]
    choices, before = shown(mapping), meaning(mapping)
    assert not [*faults(choices, mapping, (), KNOWN)]
    after = meaning(applied(choices, mapping, KNOWN).json())
    assert without_texts(after) == without_texts(before)
    assert sources(after).keys() == sources(before).keys()
    for path, source in sources(before).items():
        again = sources(after)[path]
        assert replace(again, values=None) == replace(source, values=None)
        assert (source.values or {}).items() <= (again.values or {}).items()


def test_a_column_taken_for_something_else_is_that_and_nothing_more():
    mapping = MAPPINGS["template"]
    columns = shown(mapping).columns | {"备注": ColumnChoice("project.investor"), "投资方": ColumnChoice()}
    read = meaning(applied(replace(shown(mapping), columns=columns), mapping, KNOWN).json())
    assert read.project["investor"].column == "备注"
    assert "note" not in read.project


def test_both_ends_of_a_span_come_from_its_column():
    mapping = MAPPINGS["template"]
    columns = dict(shown(mapping).columns)
    columns["建设起止年限"] = ColumnChoice()
    without = applied(replace(shown(mapping), columns=columns), mapping, KNOWN).json()
    assert "built_to" not in without["facts"]
    columns["建设起止年限"] = ColumnChoice("facts.built_from")
    again = meaning(applied(replace(shown(mapping), columns=columns), without, KNOWN).json())
    assert again.parts["facts"].dates["built_to"].column == "建设起止年限"


def test_the_key_keeps_its_order():
    mapping = OF_PROJECTS | {"project": OF_PROJECTS["project"] | {"key": ["名称", "单位"]}}
    choices = shown(mapping)
    turned = {name: choices.columns[name] for name in sorted(choices.columns, key=lambda name: name != "单位")}
    assert applied(replace(choices, columns=turned), mapping, KNOWN).json()["project"]["key"] == ["名称", "单位"]
