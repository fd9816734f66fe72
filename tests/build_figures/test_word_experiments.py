"""What the experiments on words compute, on vocabularies small enough to see the answer."""

import numpy as np
import pytest

pytest.importorskip("gensim", reason="the extra 'figures' is not installed")

from _vectors import unit
from analogies import answers, echoes, rate, targets
from false_tears import RING, TORN, closest_pairs, ring, torn_pairs, torn_steps
from two_trainings import cosines, rotation

DICE = np.random.default_rng(3)


def at(*degrees):
    """Unit vectors in the plane."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_rotation_recovers_a_rotation():
    points = DICE.normal(size=(60, 8))
    turn = np.linalg.qr(DICE.normal(size=(8, 8)))[0]
    found = rotation(points, points @ turn)
    assert found == pytest.approx(turn)
    assert found @ found.T == pytest.approx(np.eye(8)), "it is orthogonal"


def test_rotation_is_the_best_even_where_none_fits_and_never_stretches():
    points, others = unit(DICE.normal(size=(60, 8))), unit(DICE.normal(size=(60, 8)))
    found = rotation(points, 3 * others)
    assert found @ found.T == pytest.approx(np.eye(8))
    best = cosines(points @ found, others).mean()
    turns = [np.linalg.qr(DICE.normal(size=(8, 8)))[0] for _ in range(200)]
    assert best > max(cosines(points @ turn, others).mean() for turn in turns)


#        0 man   1 king  2 woman  3 queen  4 lady  5 serf
PLANE = at(0, 40, 90, 130, 95, 300)
ASKED = np.array([[0, 1, 2, 3]])


def test_an_answer_is_the_word_nearest_to_b_minus_a_plus_c():
    """king - man + woman points at 98 degrees: lady, at 95, is nearer than queen, at 130, and woman, at 90, may not be said."""
    (direction,) = np.degrees(np.arctan2(*targets(PLANE, ASKED).T[::-1]))
    assert direction == pytest.approx(98.1, abs=0.1)
    assert answers(PLANE, ASKED).tolist() == [4]
    assert answers(PLANE[:4], ASKED).tolist() == [3]


def test_what_the_rule_about_inputs_hides():
    words = PLANE[:4]
    assert answers(words, ASKED, allowed=True).tolist() == [2], "the nearest of all is a word of the question"
    assert (rate(words, ASKED), rate(words, ASKED, allowed=True), echoes(words, ASKED)) == (1.0, 0.0, 1.0)


def test_a_lazy_answer_is_the_neighbour_of_the_third_word():
    assert answers(PLANE, ASKED, lazy=True).tolist() == [4]
    assert rate(PLANE[:4], ASKED, lazy=True) == 1.0
    assert rate(np.vstack([PLANE[:4], at(91)]), ASKED, lazy=True) == 0.0


def test_rates_are_means_over_questions():
    questions = np.array([[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 0], [0, 1, 2, 3]])
    assert rate(PLANE[:4], questions) == 0.75
    assert rate(PLANE[:4], questions, lazy=True) == 0.75
    assert echoes(np.vstack([PLANE[:4], at(98)]), questions) == 0.0


def circle(gap=0.0, where=0, points=100):
    """Points at equal steps around a circle, one step of which is `gap` radians wider."""
    angles = np.arange(points) * (2 * np.pi - gap) / points
    angles[where + 1 :] += gap
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_a_closed_ring_is_nowhere_torn():
    assert torn_steps(circle()) == set()
    assert torn_steps(ring(1)) == set()
    assert ring(1).shape == (RING, 100)
    assert not np.allclose(ring(1), ring(2))


@pytest.mark.parametrize("where", [0, 41, 98])
def test_one_gap_is_found_where_it_is(where):
    assert torn_steps(circle(1.0, where)) == {where}


def test_the_step_from_the_last_point_to_the_first_counts():
    assert torn_steps(np.roll(circle(1.0, 41), -42, axis=0)) == {99}


def test_a_step_is_torn_that_is_many_times_the_middle_one():
    steps = np.ones(50)
    for width, torn in ((TORN - 0.1, set()), (TORN + 0.1, {10})):
        steps[10] = width
        line = np.column_stack([np.cumsum(steps) - steps, np.zeros(50)])
        assert torn_steps(line) == torn | {49}, "on a line the way back is long"


def test_pairs_are_among_each_others_three_nearest_and_torn_when_far_apart_in_both():
    points = at(*range(0, 180, 3))
    pairs = closest_pairs(points)
    assert (0, 1) in pairs
    assert all(one < other and other - one <= 3 for one, other in pairs)
    assert torn_pairs(points, pairs) == set()


def test_pairs_are_torn_that_are_far_from_each_other_by_both_of_their_orders():
    """A lone point's nearest are in the crowd, whose own nearest are each other: such a pair is not torn."""
    crowd = DICE.normal(size=(50, 2)) * 1e-3
    lone = np.vstack([[9.0, 0.0], crowd, [0.0, 9.0]])
    nearest = 1 + int(np.linalg.norm(crowd - lone[0], axis=1).argmin())
    assert torn_pairs(lone, [(0, nearest), (nearest, 0)]) == set()
    far = np.vstack([crowd, crowd + 100])
    assert torn_pairs(far, [(0, 1), (0, 50), (50, 0)]) == {(0, 50), (50, 0)}
