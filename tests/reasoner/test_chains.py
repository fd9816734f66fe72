"""Steps judged by what stands before them, prefixes with one step changed, and gaps whose answer is known."""

import numpy as np
import pytest

from reasoner.chains import chances, clean, due, first_error, gap, misled, natural, repaired, soundness
from reasoner.tasks import CODES, Problem, Step, passes, steps

ASKED = Problem(347, "*", 6)
SLIP = "[7*6+0=42,4*6+4=38,3*6+3=21,]2182\n"
"""The second step is wrong and hands on a wrong carry; the third is right, given that carry."""


def test_a_step_is_judged_by_the_carry_that_stands_there():
    assert soundness(ASKED, SLIP) == [True, False, True]
    assert soundness(ASKED, "[7*6+0=42,4*6+4=38,3*6+2=20,]2082\n") == [True, False, False]
    assert soundness(ASKED, "[7*6+0=42,3*6+4=22,]222\n") == [True, False, False], "the wrong digit, and a step not written"
    assert first_error([True, False, True]) == 1
    assert first_error([True, True]) == 2


def test_one_step_is_put_right_or_made_wrong_and_the_others_stay():
    written = passes(SLIP)[0]
    assert repaired(ASKED, written[:2]) == clean(ASKED, 2)
    wrong = misled(ASKED, clean(ASKED, 2))
    assert wrong[0] == clean(ASKED, 1)[0]
    assert (wrong[1].result, due(ASKED, wrong)) == (38, Step(3, "*", 6, 3, 21))
    top = Problem(991, "*", 2)
    assert misled(top, clean(top, 2))[1].result == 8, "a carry of one is the most that twice a digit hands on"


def test_a_natural_twin_hands_on_the_planted_carry_and_asks_for_the_same_step():
    for problem in (ASKED, Problem(2058, "*", 9), Problem(7714, "*", 3)):
        for place in range(1, problem.digits):
            wrong = misled(problem, clean(problem, place))
            twin = natural(problem, wrong)
            assert due(twin, clean(twin, place)) == due(problem, wrong)
            changed = [one != other for one, other in zip(str(problem.a), str(twin.a), strict=True)]
            assert sum(changed) == 1
            assert changed[problem.digits - place]


def test_no_twin_where_no_digit_hands_on_that_carry():
    assert natural(Problem(34, "*", 2), [Step(4, "*", 2, 0, 78)]) is None


class Certain:
    """A model that gives each symbol of its text the probability one half, and any other none."""

    def __init__(self, text):
        self.text = text

    def read(self, texts):
        logits = np.full((len(texts), len(texts[0]), 33), -100.0)
        for row in range(len(texts)):
            for place in range(len(texts[0]) - 1):
                logits[row, place, [CODES[self.text[place + 1]], 32]] = 0.0
        return logits


def test_the_chance_of_a_step_is_the_product_over_its_symbols():
    model = Certain("347*6=[7*6+0=42,4*6+4=28,3*6+2=20,]2082\n")
    found = chances(model, [ASKED, ASKED, ASKED], [[], clean(ASKED, 1), clean(ASKED, 2)])
    assert found == pytest.approx([0.5**9] * 3)
    assert chances(model, [ASKED], [misled(ASKED, clean(ASKED, 2))]) == pytest.approx([0.0])


def ones(sound):
    return np.ones((1, len(sound)))


def test_a_gap_is_what_an_error_before_costs():
    sound = np.array([[1, 1], [1, 1], [0, 1], [0, 0]], bool)
    assert gap(sound, np.zeros((4, 2), int), ones(sound)) == pytest.approx([0.5])
    assert gap(sound, np.zeros((4, 2), int), np.array([[1, 1, 2, 0]])) == pytest.approx([0.0]), "traces by their weights"


def test_a_gap_that_a_stratum_explains_is_none_inside_it():
    """Hard problems are wrong at every step, easy ones never but for their first: errors harm nothing, and look as if they did."""
    hard, easy = [[0, 0, 0]] * 8 + [[1, 0, 0]] * 2, [[1, 1, 1]] * 8 + [[0, 1, 1]] * 2
    sound = np.array(hard + easy, bool)
    kinds = np.array([[0] * 3] * 10 + [[1] * 3] * 10)
    places = np.broadcast_to(np.arange(3), sound.shape)
    assert gap(sound, places, ones(sound)) > 0.4
    assert gap(sound, places + 10 * kinds, ones(sound)) == pytest.approx([0.0])


def test_due_follows_the_right_steps_of_a_problem():
    right = steps(ASKED)
    assert [due(ASKED, right[:place]) for place in range(3)] == right
