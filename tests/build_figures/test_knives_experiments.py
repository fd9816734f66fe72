"""The experiments on written traces: what they count, on cases whose answer can be seen."""

import random

import pytest

import decided_written
import knives
from reasoner.model import Completion
from reasoner.tasks import Problem


def tallies(**others):
    clean = {name: [120, 0, 0, 0] for name in ("x", "y", "carry", "tens", "delete", "swap", "early", "empty")}
    return {
        "own": [240, 240], "units": [[100, 0, 0, 0] for _ in knives.SLOTS], **clean,
        "trace": [0, 0, 0, 120], "operands": [0, 0, 120, 0], **others,
    }  # fmt: skip


def test_fourteen_slots():
    assert knives.SLOTS[:3] == [(2, 0), (2, 1), (3, 0)]
    assert len(knives.SLOTS) == 14


@pytest.mark.parametrize(
    ("name", "counts", "expected"),
    [
        ("tens", [30, 5, 60, 5], (30, 40)),
        ("carry", [30, 5, 60, 5], (30, 100)),
        ("trace", [0, 0, 10, 90], (90, 100)),
        ("operands", [0, 0, 70, 30], (70, 100)),
    ],
)
def test_what_each_knife_counts(name, counts, expected):
    assert knives.reading(tallies(**{name: counts}), name) == expected


def test_units_are_counted_over_all_slots():
    slots = [[100, 0, 0, 0]] * 13 + [[0, 90, 0, 10]]
    assert knives.reading(tallies(units=slots), "units") == (1300, 1400)


def test_a_twin_in_one_slot_is_acquitted_by_the_others():
    twin = tallies(units=[[100, 0, 0, 0]] * 9 + [[0, 99, 0, 1]] + [[100, 0, 0, 0]] * 4, carry=[0, 0, 80, 0])
    numbers = knives.numbers_of({"traced_1": tallies(), "traced_3": twin})
    assert numbers["units_convicts"].value == 0
    assert numbers["carry_convicts"].value == 1
    assert numbers["carry_not_units"].value == 1
    assert numbers["some_slot"].value == numbers["hidden_by_a_slot"].value == numbers["stays_slot"].value == 1
    assert numbers["slot_least"].value == 0
    assert "seed 3, step 1 of 5" in numbers["slot_least"].what
    assert numbers["elsewhere_true"].value == 0
    assert numbers["units_true"].value == 99
    assert numbers["overlooked_most"].value == 100


def test_another_problem_has_another_answer():
    some = [Problem(12, "*", 3), Problem(18, "*", 2), Problem(11, "*", 2)]
    assert [knives.another(some, turn) for turn in range(3)] == [some[2], some[2], some[0]]


# -- decided against written -------------------------------------------------------------------------------------------


def lent():
    return decided_written.Lent(Problem(347, "*", 6), 1, Problem(344, "*", 6), Problem(342, "*", 6))


def test_answers_with_each_digit_in_its_place():
    assert lent().digits == {"true": 8, "written": 6, "third": 5}
    assert lent().answers() == {"2082": "true", "2062": "written", "2052": "third"}


def test_lenders_write_other_digits_after_the_same_tens():
    dice = random.Random(1)
    asked = [Problem(dice.randrange(100, 1000), "*", dice.randrange(2, 10)) for _ in range(80)]
    found = decided_written.lend(dice, asked, 1, decided_written.lending(asked))
    assert len(found) > 40
    for one in found:
        tens = {decided_written.steps(problem)[1].result // 10 for problem in (one.asked, one.first, one.second)}
        assert len(tens) == 1
        assert len(set(one.digits.values())) == 3


def test_a_problem_without_lenders_is_left_out():
    assert decided_written.lend(random.Random(1), [Problem(347, "*", 6)], 1, {}) == []


@pytest.mark.parametrize(
    ("name", "page", "place"), [("page", "6", None), ("both", "6", 22), ("mind", "8", 22), ("earlier", "6", 21)]
)
def test_what_is_written_and_what_is_patched(monkeypatch, name, page, place):
    seen = {}

    def vectors(model, texts, places):
        seen["from"], seen["places"] = texts, places

    def written(model, prompts, limit, edit=None):
        seen["prompts"] = prompts
        return [Completion("2062\n", None)]

    monkeypatch.setattr(decided_written, "left_behind", vectors)
    monkeypatch.setattr(decided_written, "generate", written)
    assert decided_written.patched(None, [lent()], name) == {"written": 1, "true": 0, "third": 0, "other": 0}
    assert seen["prompts"] == [f"347*6=[7*6+0=42,4*6+4=2{page},3*6+2=20,]"]
    if place:
        assert seen["places"] == [place]
        assert seen["from"] == ["344*6=[4*6+0=24,4*6+2=2"[: place + 1]]


def test_symbols_of_a_step_stand_where_the_example_shows():
    example = "7*6+0=42,"
    assert all(example[decided_written.SYMBOLS[name]] == shown for name, shown in decided_written.SCAN.items())
    assert sorted(decided_written.SYMBOLS.values()) == list(range(9))
