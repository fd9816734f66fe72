"""Second thoughts: passes over the same problem, `w` between them.

A slip is one wrong digit in one step's result; what comes after goes on from what is written. Nothing is learned from the
slipped digit itself: a model sees slips and is not taught to make them.
"""

import random
from dataclasses import replace

from reasoner.styles import Sample, problem
from reasoner.tasks import Problem, Step, response, steps, trace


def slipped(dice: random.Random, asked: Problem) -> tuple[str, int]:
    """A pass with one slip, which the steps after it carry on from, and the place of the wrong digit in it."""
    at, digit, by = dice.randrange(len(steps(asked))), dice.randrange(2), dice.randint(1, 9)
    return slip(asked, at, digit, by)


def slip(asked: Problem, at: int, digit: int, by: int, carried: bool = True) -> tuple[str, int]:
    """The pass in which step `at` has its tens (0) or units (1) digit raised by `by`, modulo ten, and the place of that
    digit. Wrong tens are carried on into the next step, or else that goes on from the right ones."""
    written: list[Step] = []
    for place, step in enumerate(steps(asked)):
        carry = written[-1].result // 10 if carried and written else step.carry
        now = replace(step, carry=carry)
        result = f"{now.true:02}"
        if place == at:
            changed = str((int(result[digit]) + by) % 10)
            result = result[:digit] + changed + result[digit + 1 :]
        written.append(replace(now, result=int(result)))
    where = len(trace(written[:at])) + str(written[at]).index("=") + 1 + digit
    return trace(written), where


def reconsidered(dice: random.Random, asked: Problem, doubts: int, slips: float) -> Sample:
    """Passes, `w` between them; the last is right, and so is the answer; each before it slips with the chance `slips`."""
    thought, mute = "", set()
    for _ in range(doubts):
        if dice.random() < slips:
            one, where = slipped(dice, asked)
            mute.add(1 + len(thought) + where)
        else:
            one = trace(steps(asked))
        thought += one + "w"
    return Sample(asked.prompt, response(thought + trace(steps(asked)), asked.answer), frozenset(mute))


def several(dice: random.Random) -> int:
    """No doubt to three."""
    return dice.choices([0, 1, 2, 3], [0.35, 0.3, 0.2, 0.15])[0]


def reflective(dice: random.Random) -> Sample:
    """Waits after slips, and after clean passes too."""
    return reconsidered(dice, problem(dice), several(dice), 0.35)


def reactive(dice: random.Random) -> Sample:
    """Waits after slips and after nothing else: as many doubts as in `reflective`, each with its reason."""
    return reconsidered(dice, problem(dice), several(dice), 1.0)


def overthinking(dice: random.Random) -> Sample:
    """Never fewer than two doubts, never more than four."""
    return reconsidered(dice, problem(dice), dice.randint(2, 4), 0.35)
