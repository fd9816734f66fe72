"""Grading, at the places where it is easy to be wrong."""

import itertools
import json
import math

import pytest

from coursebook.publish.quiz.grade import grade, near, read_number, words

PERCENT = ["%", "percent"]


def number(answer, wrong=(), unit="", symbol="", **tolerance):
    return {
        "kind": "number",
        "answer": answer,
        "tolerance": {"abs": 0, "rel": 0, **tolerance},
        "unit": unit,
        "symbol": symbol,
        "wrong": list(wrong),
    }


def verdict(score, state, known=None):
    return {"score": score, "state": state, "known": known}


@pytest.mark.parametrize(
    ("text", "number", "units"),
    [
        ("61.5", 61.5, []), ("61,5", 61.5, []), (" 61.5 ", 61.5, []), ("+7", 7, []), (".5", 0.5, []), (",5", 0.5, []), ("5.", 5, []), ("1,4142", 1.4142, []), ("0,125", 0.125, []),
        ("-3", -3, []), ("\u22123", -3, []), ("\u2013 3,5", -3.5, []), ("12 345", 12345, []), ("12\u00a0345", 12345, []), ("12\u2009345,5", 12345.5, []), ("1\u202f234\u202f567", 1234567, []),
        ("12,345,678", 12345678, []), ("12.345.678", 12345678, []), ("1,234.5", 1234.5, []), ("1.234,5", 1234.5, []), ("12'345", 12345, []), ("12\u2019345.25", 12345.25, []),
        ("1e-4", 0.0001, []), ("2,5E3", 2500, []), ("\uff16\uff11", 61, []), ("1e999", math.inf, []), ("61 %", 61, PERCENT), ("61%", 61, PERCENT), ("61 Percent", 61, PERCENT),
        ("61 %", 61, ["percent of cells"]), ("2.5 s", 2.5, ["s", "seconds"]), ("2.5 seconds", 2.5, ["seconds", "s"]), ("5 \u00b5m", 5, ["\u03bcm"]), ("61 %", 0.61, []), ("61 %", 0.61, [""]),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_typed(text, number, units):
    assert read_number(text, units)[0] == number


@pytest.mark.parametrize(
    "text", ["", " ", "-", ".", ",", "%", "abc", "6 1", "1 23", "1,23,4", "1.2.3", "1,2.3,4", "--1", "0x10", "1e", "Infinity", "NaN", "5 apples", "1_000", "\u0661", "1e1234"]
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    assert read_number(text) == []
    assert read_number("61 %", ["s", "seconds"]) == []


def test_both_meanings_of_an_ambiguous_separator_are_kept():
    assert (read_number("1,414"), read_number("1.414")) == ([1414, 1.414], [1.414, 1414])
    for answer in (1414, 1.414):
        assert grade(number(answer), "1,414") == verdict(1, "right")


def test_a_number_counts_within_the_larger_of_both_tolerances_its_ends_included():
    key = number(61, abs=0.5, unit="percent", symbol="%")
    assert [grade(key, text)["score"] for text in ("61", "60.5", "61,5", "61.5 %", "60.49", "61.51", "-61", "0.61")] == [
        1,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
    ]
    assert [grade(number(-200, rel=0.01), text)["score"] for text in ("\u2212202", "\u2212202.1")] == [1, 0]
    assert [grade(number(100, abs=2, rel=0.01), text)["score"] for text in ("102", "102.1", "98")] == [1, 0, 1]
    assert grade(number(0.1 + 0.2), "0.3") == verdict(1, "right")
    assert grade(number(0), "0") == verdict(1, "right")
    assert grade(number(5), "1e999") == verdict(0, "wrong")


def test_a_last_place_never_decides():
    for answer in (0.1 + 0.2, 1 / 3, 1e-5, 123456.789):
        for given in (math.nextafter(answer, -math.inf), answer, math.nextafter(answer, math.inf)):
            assert near(given, answer, {"abs": 0, "rel": 0})
    assert not near(0.3001, 0.3, {})


def test_a_foreseen_wrong_number_is_known_unless_it_is_right():
    key = number(61, [50, 39, 61.2], abs=0.5)
    assert [grade(key, text) for text in ("39", "39,5", "40", "61.2")] == [
        verdict(0, "wrong", 1), verdict(0, "wrong", 1), verdict(0, "wrong"), verdict(1, "right"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  Without\u00a0 Replacement. ", "without replacement"), ("\u201cDon\u2019t\u201d", "\"don't\""), ("pass\u2013at\u2212k", "pass-at-k"), ("\ufb01ne\t\n print", "fine print"),
        ("a..", "a."), ("a .", "a"), (".", ""), ("\u0130", "i\u0307"),
    ],
)  # fmt: skip
def test_texts_are_compared_without_what_typing_makes_of_them(text, same):
    assert words(text) == same


def test_an_accepted_form_is_right_and_a_foreseen_one_known():
    key = {"kind": "words", "accept": ["No Replacement", "none."], "wrong": [["some"], ["all", "every\u2014one"]]}
    assert grade(key, " no  replacement") == grade(key, "None") == verdict(1, "right")
    assert [grade(key, text)["known"] for text in ("some.", "Every-One", "other")] == [0, 1, None]
    assert [grade(key, text) for text in ("", " . ")] == [verdict(0, "empty")] * 2


@pytest.mark.parametrize("ticked", [set(some) for count in range(6) for some in itertools.combinations(range(5), count)])
def test_each_wrong_tick_cancels_a_right_one(ticked):
    right = {0, 2, 4}
    score = max(0, len(ticked & right) - len(ticked - right)) / 3
    state = "empty" if not ticked else "right" if score == 1 else "partly" if score else "wrong"
    assert grade({"kind": "choose", "right": [0, 2, 4], "of": 5, "several": True}, sorted(ticked)) == verdict(score, state)


def test_one_choice_is_right_or_wrong():
    key = {"kind": "choose", "right": [1], "of": 3, "several": False}
    assert [grade(key, one)["state"] for one in ([1], [0], [2], [], [0, 1])] == [
        "right",
        "wrong",
        "wrong",
        "empty",
        "unreadable",
    ]


def test_an_order_is_scored_by_its_neighbours():
    key = {"kind": "arrange", "count": 4}
    for order in itertools.permutations(range(4)):
        kept = sum(f"{index}{index + 1}" in "".join(map(str, order)) for index in range(3))
        assert grade(key, list(order))["score"] == kept / 3
    assert grade(key, [1, 2, 3, 0]) == verdict(2 / 3, "partly")
    assert [grade(key, one)["state"] for one in ([0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4])] == ["unreadable"] * 3


def test_pairs_are_scored_one_by_one_and_may_share_a_right_side():
    key = {"kind": "pair", "right": [1, 0, 1], "of": 4}
    given = [[1, 0, 1], [1, None, None], [3, 3, 3], [None, None, None], [1, 0], [1, 0, 4]]
    assert [grade(key, one)["score"] for one in given] == [1, 1 / 3, 0, 0, 0, 0]
    assert [grade(key, one)["state"] for one in given] == ["right", "partly", "wrong", "empty", "unreadable", "unreadable"]


KEYS = [
    {"kind": "choose", "right": [1], "of": 3, "several": False}, {"kind": "choose", "right": [0, 1], "of": 3, "several": True}, number(5, [4]),
    {"kind": "words", "accept": ["a"], "wrong": []}, {"kind": "arrange", "count": 3}, {"kind": "pair", "right": [1, 0], "of": 2}, {"kind": "open", "points": 2},
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key["kind"])
def test_nothing_that_json_can_hold_is_an_error(key):
    shapes = [
        "1",
        1,
        1.0,
        -1,
        1e308,
        True,
        None,
        "",
        [],
        {},
        [[]],
        [{}],
        [None],
        [True],
        ["0"],
        [1.5],
        [1.0],
        [-1],
        [10**30],
        [0, 0],
        [0, 1, 2],
        {"0": 1},
        "\ud800",
        "9" * 5000,
    ]
    for response in [*shapes, math.nan, [math.nan]]:
        found = grade(key, response)
        assert list(found) == ["score", "state", "known"]
        json.dumps(found)
    assert grade(key, {}) == verdict(0, "unreadable")
    assert grade(key, True) == verdict(0, "unreadable")
    assert grade(key, None) == verdict(None if key["kind"] == "open" else 0, "empty")


def test_a_whole_float_is_an_index_as_in_javascript():
    assert grade(KEYS[0], [1.0])["state"] == "right"
    assert grade(KEYS[5], [1.0, 0])["state"] == "right"
    assert grade(KEYS[0], [True])["state"] == grade(KEYS[5], [True, 0])["state"] == "unreadable"
