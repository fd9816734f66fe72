"""Majority votes and best-of-k among the samples that one problem got: expected over all subsets of k, exactly.

What goes in is how often each answer was given: `right`, the samples with the right answer, and `wrong`, the counts of the
wrong ones, the largest first or not. Nothing is sampled here, so no seed is needed.
"""

from functools import cache
from math import comb

import numpy as np


def pass_at(n: int, right: int, k: int) -> float:
    """The chance that at least one of k of the n samples is right: the unbiased estimate of pass@k.

    Source: M. Chen et al., Evaluating large language models trained on code (2021), equation 1.
    """
    return 1 - comb(n - right, k) / comb(n, k)


@cache
def majority(right: int, wrong: tuple[int, ...]) -> np.ndarray:
    """The chance that a vote among k of the samples finds the right answer, for k = 0 to all of them.

    Of the subsets those are counted in which the right answer has c votes and no wrong one more; where t wrong ones have c
    too, the tie is worth 1 / (1 + t).
    """
    n = right + sum(wrong)
    ways = np.zeros(n + 1)
    for votes in range(1, right + 1):
        for tied, counts in enumerate(_others(wrong, votes, n)):
            ways[votes:] += comb(right, votes) * counts[: n + 1 - votes] / (1 + tied)
    return ways / np.array([float(comb(n, k)) for k in range(n + 1)])


def _others(wrong: tuple[int, ...], votes: int, n: int) -> np.ndarray:
    """In how many ways samples of the wrong answers can be drawn so that none has more than `votes`: by the number of answers
    that have exactly as many, and by the number of samples."""
    ways = np.zeros((1 + n // votes, n + 1))
    ways[0, 0] = 1
    for count in wrong:
        drawn = np.zeros_like(ways)
        for some in range(min(count, votes) + 1):
            shift = ways[:, : n + 1 - some] * comb(count, some)
            if some < votes:
                drawn[:, some:] += shift
            else:
                drawn[1:, some:] += shift[:-1]
        ways = drawn
    return ways


def alone(wrong: tuple[int, ...]) -> tuple[int, ...]:
    """The same number of wrong samples, no two of which agree."""
    return (1,) * sum(wrong)


def mode(right: int, wrong: tuple[int, ...]) -> str:
    """How a vote of all samples ends: "won", "tied", "lost", or "never" where no sample is right."""
    most = max(wrong, default=0)
    if right == 0:
        return "never"
    return "won" if right > most else "tied" if right == most else "lost"


def mean_interval(values: list[float], z: float = 1.959963984540054) -> tuple[float, float, float]:
    """The mean over problems, and an interval for it: normal, the problems being what was sampled. For differences too, taken
    problem by problem."""
    found = np.asarray(values, float)
    half = z * found.std(ddof=1) / len(found) ** 0.5
    return float(found.mean()), float(found.mean() - half), float(found.mean() + half)
