"""GeoJSON is a table: a property is a column, a feature a row; it is read piece by piece."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.ledger import geojson
from projects.ledger.files import open_table
from projects.ledger.geojson import LATITUDE, LONGITUDE
from projects.ledger.layout import Layout
from projects.ledger.problems import UnreadableLedger

pytestmark = pytest.mark.core


def collection(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", **more, "features": features}, ensure_ascii=False).encode()


def feature(place: object = None, **properties: object) -> dict:
    geometry = {"type": "Point", "coordinates": place} if place else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


@pytest.fixture
def opened(tmp_path):
    def table(content: bytes):
        path = tmp_path / "ledger"
        path.write_bytes(content)
        return open_table(path, Layout())

    return table


def test_properties_are_columns_and_features_are_rows(opened):
    content = collection(
        feature([113.5, 22.25], 名称="甲", 投资=5000), feature(名称="乙", 标签=["一", "二"]), crs={"features": []}
    )
    table = opened(content)
    assert table.columns == ["名称", "投资", "标签", LONGITUDE, LATITUDE]
    first, second = table.rows()
    assert (first.number, first.cells) == (
        2,
        {"名称": "甲", "投资": 5000, "标签": None, LONGITUDE: 113.5, LATITUDE: 22.25},
    )
    assert (second.number, second.cells["标签"], second.cells[LONGITUDE]) == (3, '["一", "二"]', None)


def test_a_file_larger_than_what_is_held_is_read_to_its_end(opened):
    content = collection(*(feature(number=number, text="楼" * 1_000) for number in range(300)), bbox=[1, 2], n=12)
    assert [row.cells["number"] for row in opened(content).rows()] == list(range(300))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"type": "Feature", "properties": {}}', "没有要素列表"),
        (b'{"features": [{"properties": {"a": 1}}, {"a": ]}', "第 2 个要素附近不是有效的 GeoJSON"),
        (b'{"features": [1]}', "第 1 个要素附近"),
        (b'{"features": {}}', "第 1 个要素附近"),
        (b'{"features": []}', "要素没有属性"),
        (b'{"a": ' + b"[" * 100_000, "第 1 个要素附近"),
        (b"{", "没有要素列表"),
        (collection({"properties": {f"p{n}": n for n in range(501)}}), "属性超过 500 种"),
    ],
)
def test_what_is_no_collection_is_refused_in_words(opened, content, said):
    with pytest.raises(UnreadableLedger, match=said):
        list(opened(content).rows())


def test_a_feature_without_end_is_not_held(opened, monkeypatch):
    monkeypatch.setattr(geojson, "_LONGEST_PIECE", 100_000)
    with pytest.raises(UnreadableLedger, match="第 1 个要素附近"):
        opened(b'{"features": [{"a": "' + b"x" * 1_000_000)


PARTS = st.sampled_from(
    ['{"features":', "[", "]", "{", "}", '"a"', ":", ",", "1", "null", '{"properties": {"甲": 1}}', "\\", " "]
)


@given(st.lists(PARTS, max_size=12).map("".join))
def test_anything_that_begins_like_it_gives_rows_or_a_message(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.geojson"
    path.write_text("{" + text, encoding="utf-8")
    with suppress(UnreadableLedger):
        assert all(row.number > 1 for row in open_table(path, Layout()).rows())
