"""What models are shown: a style draws a problem, never a held-out one, and a response to it.

Other modules hold the styles of one kind each: second thoughts, hints, wrong digits, long products.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from reasoner.tasks import MARKS, Problem, addition, draw, response, single, steps, trace

LONGEST = 5
"""Digits of the first number in training."""


@dataclass(frozen=True)
class Sample:
    """A prompt and its response; nothing is learned from the symbols of the response at the places `mute`."""

    prompt: str
    response: str
    mute: frozenset[int] = frozenset()


Style = Callable[[random.Random], Sample]


def problem(dice: random.Random, longest: int = LONGEST, additions: float = 0.2) -> Problem:
    make = addition if dice.random() < additions else single
    return draw(dice, make, dice.randint(1, longest))


def direct(dice: random.Random) -> Sample:
    asked = problem(dice)
    return Sample(asked.prompt, f"{asked.answer}\n")


def traced(dice: random.Random) -> Sample:
    asked = problem(dice)
    return Sample(asked.prompt, response(trace(steps(asked)), asked.answer))


def mixed(dice: random.Random) -> Sample:
    """Half answered at once, half with a trace; numbers of up to four digits."""
    asked = problem(dice, 4)
    if dice.random() < 0.5:
        return Sample(asked.prompt, f"{asked.answer}\n")
    return Sample(asked.prompt, response(trace(steps(asked)), asked.answer))


# -- marked places -----------------------------------------------------------------------------------------------------


def marked_prompt(asked: Problem, first: int) -> str:
    """The prompt with a mark before each digit of the first number, the units' mark being the `first`: `c3b4a7*6=`."""
    return f"{_marks(str(asked.a), first)}{asked.op}{asked.b}="


def marked_response(asked: Problem, first: int) -> str:
    """The trace and the answer with the marks of the places: `[a7*6+0=42,b4*6+4=28,c3*6+2=20,]c20b8a2`."""
    written = steps(asked)
    thought = "".join(f"{MARKS[first + place]}{step}" for place, step in enumerate(written))
    whole = str(asked.answer)
    head, low = whole[: len(whole) - len(written) + 1], whole[len(whole) - len(written) + 1 :]
    return response(thought, f"{MARKS[first + len(written) - 1]}{head}{_marks(low, first)}")


def _marks(digits: str, first: int) -> str:
    return "".join(f"{MARKS[first + len(digits) - 1 - place]}{digit}" for place, digit in enumerate(digits))


def marked(dice: random.Random) -> Sample:
    """Products alone; the marks begin anywhere among the twelve, so that each is learned at each place."""
    asked = problem(dice, additions=0)
    first = dice.randint(0, len(MARKS) - asked.digits)
    return Sample(marked_prompt(asked, first), marked_response(asked, first))
