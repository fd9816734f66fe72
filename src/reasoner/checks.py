"""Checking: a slip is answered by `w`, then the work begins again; a clean pass never is.

What differs is how far from the slip the word may come: right after the wrong digit, at the end of its step, at the end of
the pass. Most samples end with that word, or with the closing bracket: so more of them fit into the same time.
"""

import random

import numpy as np

from reasoner.doubts import slip
from reasoner.model import Model, softmax
from reasoner.styles import LONGEST, Sample, problem
from reasoner.tasks import CODES, Problem, draw, response, single, steps, trace

PLACES = ("digit", "step", "pass")
SLIPS, WHOLE = 0.6, 0.25
"""The share of samples with a slip, and of samples that are written to their end."""


def ends(asked: Problem, at: int, where: int) -> dict[str, int]:
    """How much of a pass is written at each of the places, when step `at` slips in the symbol `where`."""
    written = steps(asked)
    return {"digit": where + 1, "step": len(trace(written[: at + 1])), "pass": len(trace(written))}


def checked(dice: random.Random, place: str) -> Sample:
    asked = problem(dice)
    clean, whole = trace(steps(asked)), dice.random() < WHOLE
    if dice.random() >= SLIPS:
        return Sample(asked.prompt, response(clean, asked.answer) if whole else f"[{clean}]")
    at = dice.randrange(asked.digits)
    wrong, where = slip(asked, at, dice.randrange(2), dice.randint(1, 9))
    begun = wrong[: ends(asked, at, where)[place]] + "w"
    return Sample(asked.prompt, response(begun + clean, asked.answer) if whole else f"[{begun}", frozenset({1 + where}))


def at_digit(dice: random.Random) -> Sample:
    return checked(dice, "digit")


def at_step(dice: random.Random) -> Sample:
    return checked(dice, "step")


def at_pass(dice: random.Random) -> Sample:
    return checked(dice, "pass")


# -- how well it is done -----------------------------------------------------------------------------------------------


def pairs(dice: random.Random, place: str, digits: int, count: int) -> list[tuple[str, str]]:
    """Prefixes that end at the place: the one with a slip before it, the other, of the same problem, without."""
    found = []
    for _ in range(count):
        asked = draw(dice, single, digits, held=True)
        at = dice.randrange(digits)
        wrong, where = slip(asked, at, dice.randrange(2), dice.randint(1, 9))
        end = ends(asked, at, where)[place]
        found.append((f"{asked.prompt}[{wrong[:end]}", f"{asked.prompt}[{trace(steps(asked))[:end]}"))
    return found


def waits(model: Model, prefixes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The probability of `w` as the next symbol after each prefix, and whether it is the likeliest."""
    chance, chosen = np.zeros(len(prefixes)), np.zeros(len(prefixes), bool)
    for length in sorted(set(map(len, prefixes))):
        rows = [row for row, prefix in enumerate(prefixes) if len(prefix) == length]
        after = softmax(model.read([prefixes[row] for row in rows])[:, -1])
        chance[rows], chosen[rows] = after[:, CODES["w"]], after.argmax(-1) == CODES["w"]
    return chance, chosen


def apart(slipped: np.ndarray, clean: np.ndarray) -> float:
    """How well the chance of a wait tells slips from clean passes: the share of pairs, one of each, in which the slip has
    the higher one, ties by half (the area under the ROC curve); 0.5 is no better than a coin."""
    one, other = slipped[:, None], clean[None]
    return float(np.mean(one > other) + np.mean(one == other) / 2)


def detection(model: Model, place: str, count: int = 60) -> dict[str, float]:
    """P(wait) after slips and without them, and how far these are apart, on problems held out of each length."""
    dice = random.Random(7)
    found = [pair for digits in range(1, LONGEST + 1) for pair in pairs(dice, place, digits, count)]
    slipped, clean = (waits(model, [pair[part] for pair in found])[0] for part in (0, 1))
    return {"slip": float(slipped.mean()), "clean": float(clean.mean()), "apart": apart(slipped, clean)}
