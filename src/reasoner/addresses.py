"""Which digit of the first number does each written step copy? And what a model does with a place that it is given.

Places count from the units, which are place 1. Problems with different digits alone, so that a copied digit tells its place.
"""

import random
from dataclasses import dataclass, replace

from reasoner.model import Model, generate
from reasoner.tasks import MARKS, Problem, answer, draw, passes, single, steps

LIMIT = 150
STEP = len("7*6+0=42,")
UNMARKED = str.maketrans("", "", MARKS)


@dataclass(frozen=True)
class Asked:
    """A product as a model is asked it: plainly, or with marked places, the units' mark being the `first`; then perhaps with the
    digits in another order, each with its mark (`order`: the places from left to right, the units being place 0)."""

    problem: Problem
    first: int | None = None
    order: tuple[int, ...] | None = None

    @property
    def prompt(self) -> str:
        if self.first is None:
            return self.problem.prompt
        low = str(self.problem.a)[::-1]
        order = range(len(low))[::-1] if self.order is None else self.order
        return "".join(f"{MARKS[self.first + place]}{low[place]}" for place in order) + f"*{self.problem.b}="

    def trace(self, count: int) -> str:
        """The first `count` steps, right, in an open trace."""
        marks = [""] * count if self.first is None else MARKS[self.first : self.first + count]
        return "[" + "".join(f"{mark}{step}" for mark, step in zip(marks, steps(self.problem), strict=False))

    def right(self, text: str) -> bool:
        return answer(text).translate(UNMARKED) == str(self.problem.answer)


def ask(dice: random.Random, digits: int, marked: bool = False) -> Asked:
    """A held-out product, its first number without a digit twice; marks begin where they may."""
    while True:
        problem = draw(dice, single, digits, held=True)
        if len(set(str(problem.a))) == digits:
            return Asked(problem, dice.randint(0, len(MARKS) - digits) if marked else None)


def swapped(asked: Asked, place: int) -> Asked:
    """The same question with the digits of this place and the next, and their marks, changed over."""
    order = list(range(asked.problem.digits))[::-1]
    row = len(order) - 1 - place
    order[row - 1], order[row] = order[row], order[row - 1]
    return replace(asked, order=tuple(order))


def responses(model: Model, asked: list[Asked], given: list[str] | None = None, limit: int = LIMIT) -> list[str]:
    """What a model answers, greedily; `given` are beginnings of the responses."""
    given = given or [""] * len(asked)
    found = generate(model, [one.prompt + text for one, text in zip(asked, given, strict=True)], limit)
    return [text + one.text for text, one in zip(given, found, strict=True)]


def copied(problem: Problem, text: str) -> list[int]:
    """For each step of a response, the place of the digit that it copied; 0 where the first number has no such digit."""
    low = str(problem.a)[::-1]
    return [low.find(str(step.x)) + 1 for step in passes(text)[0]]


def addresses(asked: list[Asked], texts: list[str]) -> list[list[int]]:
    """How many responses copy which place at which step, for numbers that are equally long: a row a step, as many as there are
    digits; a column a place, before them one for digits that the number does not have."""
    digits = asked[0].problem.digits
    counts = [[0] * (digits + 1) for _ in range(digits)]
    for one, text in zip(asked, texts, strict=True):
        for row, place in zip(counts, copied(one.problem, text), strict=False):
            row[place] += 1
    return counts


def concluded(model: Model, asked: list[Asked]) -> int:
    """Right answers after the right trace, whole and closed."""
    texts = responses(model, asked, [one.trace(one.problem.digits) + "]" for one in asked])
    return sum(one.right(text) for one, text in zip(asked, texts, strict=True))


def closed(model: Model, asked: list[Asked], count: int) -> int:
    """Responses that close the trace after so many right steps."""
    return sum(text.endswith("]") for text in responses(model, asked, [one.trace(count) for one in asked], limit=1))


def followed(model: Model, asked: list[Asked], place: int) -> tuple[int, int]:
    """With the digits of `place` (the units are 0) and the next changed over together with their marks: how many responses copy, at
    that step, the digit with the step's mark, and how many the digit that stands where the step's digit stood."""
    places = [
        copied(one.problem, text)
        for one, text in zip(asked, responses(model, [swapped(one, place) for one in asked]), strict=True)
    ]
    steps = [found[place] if len(found) > place else 0 for found in places]
    return steps.count(place + 1), steps.count(place + 2)


def guided(model: Model, problems: list[Problem], given: int) -> list[str]:
    """Traces of equally long numbers in which the first `given` symbols of every step `x*y+c=tu,` are written for the model,
    which writes the rest: 1 gives it the digit to copy, 6 also the other factor and the carry that the step before wrote."""
    texts = ["["] * len(problems)
    for place in range(1, problems[0].digits + 1):
        carries = ["0" if place == 1 else text[-3] for text in texts]
        heads = [f"{str(problem.a)[-place]}*{problem.b}+{carry}=" for problem, carry in zip(problems, carries, strict=True)]
        starts = [text + head[:given] for text, head in zip(texts, heads, strict=True)]
        texts = responses(model, [Asked(problem) for problem in problems], starts, STEP - given)
    return texts
