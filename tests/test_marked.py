"""YAML as plain data with positions, and one meaning a spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.marked import MarkError, read


def test_data_is_plain_and_each_key_and_item_has_its_place():
    found = read("a:\n  b: 1\n  c:\n    - x\n    - {d: 2.5}\n")
    assert found.data == {"a": {"b": 1, "c": ["x", {"d": 2.5}]}}
    assert found.position("a", "b") == (2, 3)
    assert found.position("a", "c", 1) == (5, 7)
    assert found.position("a", "c", 1, "d") == (5, 8)


def test_the_place_of_what_is_missing_is_that_of_what_should_hold_it():
    assert read("a:\n  b: 1\n").position("a", "none", "deeper") == (1, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-05-08", "2025-05-08"), ("2025-05", "2025-05"), ("on", "on"), ("no", "no"), ("1:30", "1:30"), ("0x10", "0x10"),
        ("39", 39), ("-3", -3), ("0.10", 0.1), (".5", 0.5), ("1e3", 1000.0), ("'39'", "39"), ("true", True), ("~", None),
        ("1_000", "1_000"), ("010", 10), (".inf", ".inf"), (".nan", ".nan"),
    ],
)  # fmt: skip
def test_a_spelling_has_one_meaning(written, meant):
    assert read(f"a: {written}").data == {"a": meant}
    assert type(read(f"a: {written}").data["a"]) is type(meant)


@pytest.mark.parametrize(
    ("content", "position", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "'a' stands twice"),
        ("a: &x [1]\nb: *x\n", (1, 4), "an alias stands"),
        ("a: [1, 2\nb: 3\n", (2, 2), ""),
        ("a: b: c\n", (1, 5), "mapping values"),
        ("? [1]\n: 2\n", (1, 3), "a key is one word"),
        ("a" + ": {a" * 60 + ": 1" + "}" * 60, None, "nested too deeply"),
        ("a: \t\x00", (1, 1), ""),
    ],
)
def test_a_fault_has_its_place(content, position, message):
    with pytest.raises(MarkError) as caught:
        read(content)
    assert message in caught.value.message
    assert position in (None, caught.value.position)


@given(st.text(alphabet="ab:-[]{}&*#'\"|>!%@`\n \t0.~?,"))
def test_no_text_raises_anything_else(content):
    try:
        places = read(content).places.values()
    except MarkError as error:
        places = [error.position]
    assert all(place >= (1, 1) for place in places)
