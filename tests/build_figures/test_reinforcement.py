"""What is counted before and after reinforcement, on a model that knows only which symbol follows which."""

import numpy as np
import pytest

from reasoner.model import Model
from reasoner.tasks import SYMBOLS, Problem, encode, held_out
from reinforcement import TRACE, _groups, _pairs, _parts, answered, first_symbols, openings, problems, spaced

SIX, SEVEN = Problem(3, "*", 2), Problem(7, "*", 1)


def model_of(**after):
    """The chances of what follows a symbol, by its name; `equals="[6"` repeats symbols for higher chances."""
    width = 24
    assert width >= len(SYMBOLS)
    embed, head = np.zeros((len(SYMBOLS), width)), np.zeros((width, len(SYMBOLS)))
    np.fill_diagonal(embed, 1)
    names = {"equals": "=", "opened": "[", "closed": "]", "six": "6", "seven": "7"}
    for name, following in after.items():
        head[encode(names[name])[0]] = -30
        for symbol in set(following):
            head[encode(names[name])[0], encode(symbol)[0]] = np.log(following.count(symbol) / len(following)) / width**0.5
    head[head == -30] = -30 / width**0.5
    zeros = {"qkv": (1, width, 3 * width), "out": (1, width, width), "up": (1, width, 4), "down": (1, 4, width)}
    ones = {"norm": (width,), "norm1": (1, width), "norm2": (1, width)}
    arrays = {name: np.zeros(shape) for name, shape in zeros.items()} | {name: np.ones(shape) for name, shape in ones.items()}
    return Model(arrays | {"embed": embed, "head": head})


KNOWS = model_of(equals="[[[7", opened="]", closed="6", six="\n", seven="\n")
"""Begins with a trace three times in four, and then says six; without one it says seven."""


def test_the_chance_of_a_trace_is_read_off_the_first_symbol():
    found = first_symbols(KNOWS, [SIX.prompt, "12*2=", SEVEN.prompt])
    assert found[:, TRACE] == pytest.approx(0.75, abs=1e-4)
    assert found.sum(1) == pytest.approx(1)


def test_a_response_is_made_to_begin_as_the_condition_says():
    prompts = [SIX.prompt, SEVEN.prompt]
    assert openings(KNOWS, prompts, "free", 1) == ["", ""]
    assert openings(KNOWS, prompts, "traced", 1) == ["[", "["]
    assert openings(KNOWS, prompts, "direct", 1) == ["7", "7"]
    mixed = model_of(equals="[[6667")
    drawn = openings(mixed, [SIX.prompt] * 400, "guessed", 1)
    assert set(drawn) == {"6", "7"}
    assert drawn.count("6") == pytest.approx(300, abs=35)


def test_what_is_right_depends_on_how_the_answer_begins():
    assert answered(KNOWS, [SIX, SEVEN], "free", 1) == [(True, True), (False, True)]
    assert answered(KNOWS, [SIX, SEVEN], "sampled", 1) == [(True, True), (False, True)]
    assert answered(KNOWS, [SIX, SEVEN], "direct", 1) == [(False, False), (True, False)]
    assert answered(KNOWS, [SIX, SEVEN], "guessed", 1) == [(False, False), (True, False)]


def test_problems_differ_and_are_held_out_from_three_digits_on():
    found = problems(5)
    assert [len({one.prompt for one in found[digits]}) for digits in found] == [72, 200, 200, 200, 200]
    assert all(held_out(one) for digits in (3, 4, 5) for one in found[digits])


GOOD, BAD = (True, True), (False, True)
CONDITIONS = ("free", "traced", "direct", "sampled", "guessed")


def test_pairs_count_the_problems_that_turned():
    found = {("before", one, digits): [GOOD, BAD, BAD] for one in CONDITIONS for digits in (2, 3, 4)}
    found |= {("after", one, digits): [BAD, GOOD, GOOD] for one in CONDITIONS for digits in (2, 3, 4)}
    numbers = _pairs(found)
    assert (numbers["won_direct"].value, numbers["lost_direct"].value) == (6, 3)
    assert numbers["p_direct"].value == pytest.approx(2 * sum([1, 9, 36, 84]) / 512)


def test_the_gain_is_cut_into_habit_and_skill():
    """Traces are right half the time and then always, guesses one in four; traces come half the time and then always."""
    chances = {(when, digits): {"before": 0.5, "after": 1.0}[when] for when in ("before", "after") for digits in (1, 2, 3, 4)}
    found = {(when, "guessed", digits): [GOOD, BAD, BAD, BAD] for when in ("before", "after") for digits in (1, 2, 3, 4)}
    found |= {("before", "sampled", digits): [GOOD, GOOD, BAD, BAD] for digits in (1, 2, 3, 4)}
    found |= {("after", "sampled", digits): [GOOD] * 4 for digits in (1, 2, 3, 4)}
    numbers = _parts(found, chances)
    assert [numbers[f"level_{name}"].value for name in ("before", "habit", "after")] == [37.5, 50, 100]
    assert numbers["habit_share"].value == 20


def test_a_group_gives_a_row_to_each_sample():
    group = {"step": 3, "prompt": "3*2=", "texts": ["6\n", "7\n"], "rewards": [1.0, 0.0], "advantages": [1.0, -1.0],
             "before": [[-0.5, -0.25], [-1.0, 0.0]], "after": [[-0.25, -0.25], [-2.0, 0.0]]}  # fmt: skip
    table = _groups("rewarded", [group])
    assert table.column("text") == ("6⏎", "7⏎")
    assert table.column("before") == (-0.75, -1.0)
    assert table.column("after") == (-0.5, -2.0)
    assert table.column("symbols_after")[0] == spaced([-0.25, -0.25]) == "-0.250 -0.250"
