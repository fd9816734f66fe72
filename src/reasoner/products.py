"""Products of two numbers of one to four digits each, with a trace and without."""

import random

from reasoner.styles import Sample
from reasoner.tasks import Problem, draw, product, response, rows

CELLS = [(n, m) for n in range(1, 5) for m in range(1, 5) for _ in range(2 if n * m >= 9 else 1)]


def _long(dice: random.Random) -> Problem:
    return draw(dice, product, *dice.choice(CELLS))


def long_traced(dice: random.Random) -> Sample:
    asked = _long(dice)
    return Sample(asked.prompt, response(rows(asked), asked.answer))


def long_direct(dice: random.Random) -> Sample:
    asked = _long(dice)
    return Sample(asked.prompt, f"{asked.answer}\n")
