"""Slips, second thoughts and checks: what is wrong stands where it is said to, and what comes after agrees with it."""

import random

import numpy as np
import pytest

from reasoner.checks import PLACES, apart, at_digit, at_pass, at_step, detection, ends, pairs, waits
from reasoner.doubts import overthinking, reactive, reflective, slip, slipped
from reasoner.model import Model
from reasoner.tasks import CODES, SYMBOLS, Problem, held_out, passes, steps, trace
from reasoner.tasks import answer as answered

ASKED = Problem(478, "*", 6)
CLEAN = "8*6+0=48,7*6+4=46,4*6+4=28,"


def test_wrong_tens_are_carried_on_unless_they_are_not():
    assert trace(steps(ASKED)) == CLEAN
    assert slip(ASKED, 1, 0, 3) == ("8*6+0=48,7*6+4=76,4*6+7=31,", 15)
    assert slip(ASKED, 1, 0, 3, carried=False) == ("8*6+0=48,7*6+4=76,4*6+4=28,", 15)


def test_wrong_units_change_nothing_after_them():
    assert slip(ASKED, 1, 1, 5) == ("8*6+0=48,7*6+4=41,4*6+4=28,", 16)


def test_a_slip_is_one_wrong_step_and_the_place_is_that_of_its_wrong_digit():
    dice = random.Random(1)
    for _ in range(200):
        asked = Problem(dice.randrange(1, 10**5), dice.choice("*+"), dice.randrange(2, 10))
        text, where = slipped(dice, asked)
        (written,) = passes(f"[{text}")
        wrong = [at for at, step in enumerate(written) if step.result != step.true]
        assert len(wrong) == 1
        right = f"{written[wrong[0]].true:02}"
        begins = text.index("=", len(trace(written[: wrong[0]]))) + 1
        assert where in (begins, begins + 1)
        assert text[where] != right[where - begins]


@pytest.mark.parametrize(("style", "fewest", "most"), [(reflective, 0, 3), (reactive, 0, 3), (overthinking, 2, 4)])
def test_the_last_pass_is_right_and_no_slip_is_learned(style, fewest, most):
    dice, counts, unneeded = random.Random(2), set(), 0
    for _ in range(300):
        sample = style(dice)
        *before, last = passes(sample.response)
        counts.add(len(before))
        assert all(step.result == step.true for step in last)
        wrong = [any(step.result != step.true for step in one) for one in before]
        unneeded += wrong.count(False)
        assert len(sample.mute) == sum(wrong)
        assert all(sample.response[place].isdigit() for place in sample.mute)
        assert answered(sample.response).isdigit()
    assert counts == set(range(fewest, most + 1))
    assert (unneeded == 0) == (style is reactive), "the reactive one is shown waits after slips alone"


@pytest.mark.parametrize("style", [at_digit, at_step, at_pass])
def test_a_check_says_wait_after_a_slip_and_never_without_one(style):
    dice, seen = random.Random(3), set()
    for _ in range(300):
        sample = style(dice)
        seen.add((bool(sample.mute), sample.response.endswith("\n")))
        assert ("w" in sample.response) == bool(sample.mute)
        if sample.mute:
            (place,) = sample.mute
            said = sample.response.index("w")
            assert said > place
            between = sample.response[place + 1 : said]
            assert between == "" if style is at_digit else between.endswith(",")
            assert style is not at_step or between.count(",") == 1
    assert len(seen) == 4


def test_a_pair_differs_in_what_follows_the_slip():
    for place in PLACES:
        for wrong, right in pairs(random.Random(4), place, 4, 20):
            assert len(wrong) == len(right)
            assert wrong != right
            number, rest = right.split("*", 1)
            assert held_out(Problem(int(number), "*", int(rest[0])))
            if place == "digit":
                assert (wrong[:-1], wrong[-1] == right[-1]) == (right[:-1], False)
    assert ends(ASKED, 1, 15) == {"digit": 16, "step": 18, "pass": 27}


def test_how_far_chances_are_apart():
    assert apart(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 1
    assert apart(np.array([0.5]), np.array([0.5])) == 0.5
    assert apart(np.array([0.5, 0.6]), np.array([0.5, 0.1])) == 0.875


@pytest.fixture
def constant():
    """A model that gives the same chances whatever it reads: `w` e times as likely as any other symbol."""
    width, symbols = 8, len(SYMBOLS)
    arrays = {
        "embed": np.ones((symbols, width)), "norm": np.ones(width), "norm1": np.ones((1, width)), "norm2": np.ones((1, width)),
        "qkv": np.zeros((1, width, 3 * width)), "out": np.zeros((1, width, width)),
        "up": np.zeros((1, width, 4 * width)), "down": np.zeros((1, 4 * width, width)), "head": np.zeros((width, symbols)),
    }  # fmt: skip
    arrays["head"][0, CODES["w"]] = 1
    return Model(arrays)


def test_the_chance_of_a_wait_is_read_after_the_last_symbol_whatever_the_lengths(constant):
    chance, chosen = waits(constant, ["7*6=[", "47*6=[7", "8*6=["])
    assert chance == pytest.approx([np.e / (np.e + len(SYMBOLS) - 1)] * 3, rel=1e-4)
    assert chosen.all()


def test_a_model_that_waits_at_a_constant_rate_tells_nothing_apart(constant):
    found = detection(constant, "pass", 3)
    assert found["apart"] == 0.5
    assert found["slip"] == found["clean"]
