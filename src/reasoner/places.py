"""Places by name alone: the digits of the prompt stand in any order, each after the mark of its place, with blanks between.

    b4c3a7*6;a;c=[a7*6+0=42,b4*6+4=28,c3*6+2=20,]c20b8a2     the marks of the first and the last place stand before the `=`

Where a digit stands, and how far back, tells nothing, so a model has to find it by its mark. A blank is `:`. Nothing is learned
from blanks, so a model writes none.
"""

import random
import re

from reasoner.styles import Sample, marked_response, problem
from reasoner.tasks import MARKS, Problem

BLANK = ":"
LONG, BLANKED = 10, 0.7
"""A prompt and its trace may grow by blanks to about the length that numbers of `LONG` digits need; so many samples do."""


def scattered_prompt(asked: Problem, first: int, order: list[int] | None = None) -> str:
    """The prompt, the units' mark being the `first`; `order` lists the places from left to right, the units being place 0."""
    return "".join(_prompt(asked, first, order or list(range(asked.digits))[::-1]))


def _prompt(asked: Problem, first: int, order: list[int]) -> list[str]:
    low, last = str(asked.a)[::-1], asked.digits - 1
    pairs = [f"{MARKS[first + place]}{low[place]}" for place in order]
    return [*pairs, f"{asked.op}{asked.b}", f";{MARKS[first]}", f";{MARKS[first + last]}", "="]


def _response(asked: Problem, first: int) -> list[str]:
    thought, _, answer = marked_response(asked, first)[1:].partition("]")
    return ["[", *re.findall(r"[^,]+,", thought), "]", *re.findall(r"\D\d+", answer), "\n"]


def scattered(dice: random.Random) -> Sample:
    """Products alone, the marks beginning anywhere, the digits in any order, mostly with blanks."""
    asked = problem(dice, additions=0)
    first, order = dice.randint(0, len(MARKS) - asked.digits), dice.sample(range(asked.digits), asked.digits)
    prompt, response = _prompt(asked, first, order), _response(asked, first)
    before = _blanks(dice, len(prompt) + len(response) - 1, asked.digits)
    text, mute = "", set()
    for unit, count in zip([*prompt, *response], [*before, 0], strict=True):
        mute |= set(range(len(text), len(text) + count))
        text += BLANK * count + unit
    start = text.index("[")
    return Sample(text[:start], text[start:], frozenset(place - start for place in mute if place > start))


def _blanks(dice: random.Random, units: int, digits: int) -> list[int]:
    """How many blanks stand before each unit: all of them before a few of the units."""
    blanks = [0] * units
    if dice.random() < BLANKED:
        spots = [dice.randrange(units) for _ in range(dice.randint(1, 4))]
        for _ in range(dice.randint(0, 10 * (LONG - digits))):
            blanks[dice.choice(spots)] += 1
    return blanks
