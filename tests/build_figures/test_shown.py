"""What training may have shown is what no hash holds out."""

import random

from _shown import shown
from reasoner import styles
from reasoner.tasks import Problem, draw, held_out, single


def test_few_digits_are_shown_and_held_out_problems_are_not():
    dice = random.Random(1)
    held = [draw(dice, single, 4, held=True) for _ in range(3)]
    assert shown([Problem(12, "*", 3), *held]).value == 25
    assert shown([draw(dice, single, 4)]).value == 100


def test_no_style_shows_a_problem_that_is_held_out():
    dice = random.Random(2)
    for style in (styles.traced, styles.direct, styles.mixed):
        for _ in range(2000):
            a, op, b = style(dice).prompt.removesuffix("=").replace("*", " * ").replace("+", " + ").split()
            assert not held_out(Problem(int(a), op, int(b)))
