"""A name is found by its characters, by pinyin in full, by initials, mixed, and by either reading of a character."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from projects import names
from projects.models import KeyProject
from tests.factories import KeyProjectFactory

NAME = "重庆路长江大道（一期）A区12号行政中心"
CHARACTERS = st.text("重庆路长江大道滨新城学校银行政中心音乐西安调朝", min_size=1, max_size=12)


@pytest.mark.django_db
@pytest.mark.core
@pytest.mark.parametrize(
    "words",
    [
        "重庆路",
        "chongqinglu",
        "zhongqinglu",
        "cql",
        "zql",
        "chongql",
        "cqinglu",
        "CQLu",
        "changjiang",
        "zhangjiang",
        "cjdd",
        "长江dd",
        "c江大d",
        "重qing路",
        "chong qing lu",
        "yiqiaqu",
        "aq12",
        "12hao",
        "xingzheng",
        "hangzheng",
        "xzzx",
        "cql xzzx",
        "cq'l",
        "ZD-77",
        "zd-77",
        "77",
        "2509-320193",
        "320193-89-01-544060",
        "重庆路 zd-77",
    ],
)
def test_a_project_is_found(words):
    found = KeyProjectFactory(code="ZD-77", name=NAME, national_code="2509-320193-89-01-544060")
    found.search_text = names.search_text(found.name, found.code, found.national_code)
    found.save()
    KeyProjectFactory(code="ZD-1", name="滨河路")
    assert KeyProject.objects.matching(words).get() == found


@pytest.mark.django_db
@pytest.mark.core
@pytest.mark.parametrize(
    "words", ["qcl", "daodao", "hongqing", "chongqingluu", "cqlzx", "%", "_", "重庆路 xyz", "a" * 500]
)
def test_what_it_does_not_sound_like_does_not_find_it(words):
    KeyProjectFactory(code="ZD-77", name=NAME)
    assert not KeyProject.objects.matching(words).exists()


@given(CHARACTERS, st.data())
def test_every_way_to_type_a_part_of_a_name_finds_it(name, data):
    begins = data.draw(st.integers(0, len(name) - 1))
    ends = data.draw(st.integers(begins + 1, len(name)))
    typed = ""
    for character in name[begins:ends]:
        reading = data.draw(st.sampled_from(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))
        typed += data.draw(st.sampled_from([character, reading, reading[:1], reading[:2]]))
    word = names.sought(typed)
    assert typed in name if not word else re.search(word, names.search_text(name))


@given(st.text(max_size=30))
def test_no_word_breaks_the_search(word):
    re.compile(names.sought(word))


def test_unicode_letters_are_no_pattern():
    assert names.sought("滨.*") == ""


@pytest.mark.core
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("重庆路", "[重庆路]长江大道（一期）A区12号行政中心"),
        ("cql xzzx", "[重庆路]长江大道（一期）A区12号[行政中心]"),
        ("zhongqinglu", "[重庆路]长江大道（一期）A区12号行政中心"),
        ("C江dAd", "重庆路[长江大道]（一期）A区12号行政中心"),
        ("yiqiaqu", "重庆路长江大道（[一期]）[A区]12号行政中心"),
        ("（一", "重庆路长江大道[（一]期）A区12号行政中心"),
        ("1 .", "重庆路长江大道（一期）A区[1]2号行政中心"),
        ("zd-77", NAME),
        ("", NAME),
    ],
)
def test_what_was_found_of_a_name_is_told_from_the_rest(words, found):
    pieces = names.found_in(NAME, words)
    assert "".join(f"[{piece}]" if is_found else piece for piece, is_found in pieces) == found


@pytest.mark.core
def test_a_code_is_found_as_it_is_written_alone():
    assert names.found_in("ZD-77", "zd-7") == [("ZD-7", True), ("7", False)]
    assert names.found_in("ZD-77", "zd77") == [("ZD-77", False)]


@pytest.mark.core
@given(CHARACTERS, st.data())
def test_what_finds_a_name_is_shown_in_it_and_the_pieces_come_to_the_name(name, data):
    character = data.draw(st.sampled_from(name))
    typed = data.draw(st.sampled_from([character, *pinyin(character, style=Style.NORMAL, heteronym=True)[0]]))
    pieces = names.found_in(name, typed)
    assert "".join(piece for piece, _is_found in pieces) == name
    assert any(character in piece for piece, is_found in pieces if is_found)
