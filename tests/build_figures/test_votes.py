"""Votes and best-of-k: against counting every subset, and on problems whose outcome can be seen."""

from collections import Counter
from itertools import combinations

import pytest

from _votes import alone, majority, mean_interval, mode, pass_at


def counted(right, wrong, k):
    """The share of subsets that the right answer wins, each looked at."""
    given = ["right"] * right + [place for place, count in enumerate(wrong) for _ in range(count)]
    shares = []
    for subset in combinations(given, k):
        votes = Counter(subset)
        best = [one for one in votes if votes[one] == max(votes.values())]
        shares.append(("right" in best) / len(best))
    return sum(shares) / len(shares)


@pytest.mark.parametrize(
    ("right", "wrong"), [(3, (2, 2, 1)), (2, (4, 1, 1)), (1, (1, 1, 1, 1)), (4, ()), (0, (3, 2)), (3, (3, 3))]
)
def test_a_vote_is_the_mean_over_all_subsets_with_ties_shared(right, wrong):
    found = majority(right, wrong)
    for k in range(1, right + sum(wrong) + 1):
        assert found[k] == pytest.approx(counted(right, wrong, k))


def test_a_second_vote_never_helps():
    for right, wrong in ((3, (2, 2, 1)), (10, (30, 4)), (1, (5,))):
        assert majority(right, wrong)[2] == pytest.approx(majority(right, wrong)[1])


def test_one_right_of_four_is_in_half_of_the_pairs():
    assert [pass_at(4, 1, k) for k in (1, 2, 3, 4)] == [0.25, 0.5, 0.75, 1.0]
    assert pass_at(64, 0, 64) == 0.0


def test_wrong_answers_that_never_agree_lose_to_two_that_do():
    assert majority(2, (5,))[7] == 0.0
    assert majority(2, alone((5,)))[7] == 1.0
    assert majority(1, alone((5,)))[6] == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("right", "wrong", "end"),
    [(3, (2, 2), "won"), (2, (1, 2), "tied"), (2, (1, 3), "lost"), (0, (1,), "never"), (5, (), "won")],
)
def test_how_a_vote_of_all_ends(right, wrong, end):
    assert mode(right, wrong) == end
    assert majority(right, wrong)[-1] == pytest.approx({"won": 1, "tied": 0.5, "lost": 0, "never": 0}[end])


def test_the_interval_of_a_mean_is_two_standard_errors_wide():
    mean, low, high = mean_interval([0, 100] * 50)
    assert mean == 50
    assert (high - low) / 2 == pytest.approx(1.96 * 50 / 99**0.5, rel=1e-4)
