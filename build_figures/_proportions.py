"""Intervals and tests for shares of counted things, in plain Python.

Counts go in (`correct` out of `n` questions), shares between 0 and 1 come out, never percent. Every test is
two-sided. The functions are closed-form or sums of exact fractions: nothing is sampled, so no seed is needed.
"""

from fractions import Fraction
from math import ceil, comb, erfc, sqrt

Z95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution: 95 % of it lies between -Z95 and Z95."""


def wilson_interval(correct: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share: (low, high), both in [0, 1].

    It holds the shares that a score test would not reject at `correct` of `n`; unlike the interval
    share ± z * error it never leaves [0, 1] and keeps its coverage near the ends.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    _check(correct, n)
    share = correct / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def newcombe_interval(correct_a: int, n_a: int, correct_b: int, n_b: int, z: float = Z95) -> tuple[float, float]:
    """An interval for share b minus share a of two *independent* groups: (low, high), both in [-1, 1].

    Built from the two Wilson intervals. Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    low_a, high_a = wilson_interval(correct_a, n_a, z)
    low_b, high_b = wilson_interval(correct_b, n_b, z)
    a, b = correct_a / n_a, correct_b / n_b
    return b - a - sqrt((b - low_b) ** 2 + (high_a - a) ** 2), b - a + sqrt((high_b - b) ** 2 + (a - low_a) ** 2)


def two_proportion_z(correct_a: int, n_a: int, correct_b: int, n_b: int) -> tuple[float, float]:
    """The pooled z statistic for share b minus share a, and its two-sided p: (z, p).

    For two *independent* groups. Where both groups are all right or all wrong there is no difference: (0, 1).
    """
    _check(correct_a, n_a)
    _check(correct_b, n_b)
    pooled = (correct_a + correct_b) / (n_a + n_b)
    error = sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    if error == 0:
        return 0.0, 1.0
    z = (correct_b / n_b - correct_a / n_a) / error
    return z, erfc(abs(z) / sqrt(2))


def fisher_exact(correct_a: int, n_a: int, correct_b: int, n_b: int) -> float:
    """The two-sided p of Fisher's exact test for two *independent* groups.

    Given the total of right answers, it adds the probabilities of all splits that are no likelier than the one
    observed. Integer arithmetic up to the last division, so equal probabilities compare equal.
    """
    _check(correct_a, n_a)
    _check(correct_b, n_b)
    total = correct_a + correct_b

    def ways(in_a: int) -> int:
        return comb(n_a, in_a) * comb(n_b, total - in_a)

    splits = [ways(in_a) for in_a in range(max(0, total - n_b), min(n_a, total) + 1)]
    observed = ways(correct_a)
    return float(Fraction(sum(split for split in splits if split <= observed), sum(splits)))


def mcnemar_exact(lost: int, won: int) -> float:
    """The two-sided p of the exact paired test: the same questions, answered twice.

    `lost` turned from right to wrong, `won` from wrong to right; questions that did not change say nothing. Under
    chance each change is a fair coin, so p is twice a binomial tail (at most 1).
    Source: Q. McNemar, Psychometrika 12 (1947), 153-157, in its exact binomial form.
    """
    if lost < 0 or won < 0:
        raise ValueError("counts of changed questions cannot be negative")
    changed, fewer = lost + won, min(lost, won)
    tail = Fraction(sum(comb(changed, k) for k in range(fewer + 1)), 2**changed)
    return float(min(Fraction(1), 2 * tail))


def questions_for_difference(share_a: float, share_b: float, z: float = Z95) -> int:
    """Questions that each of two *independent* groups needs before the interval of the difference, difference ± z *
    error, just excludes zero when the shares come out as given. A planned study needs more: at this size the
    difference is missed half the time.
    """
    if share_a == share_b:
        raise ValueError("equal shares differ at no number of questions")
    spread = share_a * (1 - share_a) + share_b * (1 - share_b)
    return ceil(round(z * z * spread / (share_a - share_b) ** 2, 6))


def _check(correct: int, n: int) -> None:
    if not 0 <= correct <= n or n == 0:
        raise ValueError(f"{correct} of {n} is not a share")
