"""Traces with one wrong digit: what is written is not what was decided, and the answer follows the one or the other."""

import random
from dataclasses import replace

from reasoner.styles import Sample, problem
from reasoner.tasks import Problem, answer_of, response, steps, trace


def miswritten(asked: Problem, at: int, by: int) -> tuple[str, int, int]:
    """The right trace but for the units digit of step `at`, raised by `by`; the place of that digit; and the answer that
    agrees with what is written."""
    written = steps(asked)
    wrong = written[at].result // 10 * 10 + (written[at].result + by) % 10
    written[at] = replace(written[at], result=wrong)
    return trace(written), len(trace(written[:at])) + str(written[at]).index("=") + 2, answer_of(written)


def _nudged(dice: random.Random, consistent: bool) -> Sample:
    """Eight traces in a hundred hold one wrong digit, from which nothing is learned but what comes after it."""
    asked = problem(dice)
    if dice.random() >= 0.08:
        return Sample(asked.prompt, response(trace(steps(asked)), asked.answer))
    work, where, agreeing = miswritten(asked, dice.randrange(asked.digits), dice.randint(1, 9))
    return Sample(asked.prompt, response(work, agreeing if consistent else asked.answer), frozenset([1 + where]))


def decided(dice: random.Random) -> Sample:
    """Whatever is written, the answer is the true one."""
    return _nudged(dice, consistent=False)


def written(dice: random.Random) -> Sample:
    """Whatever is true, the answer is the one that is written."""
    return _nudged(dice, consistent=True)
