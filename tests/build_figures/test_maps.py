"""Scores of maps: perfect for the points themselves, near chance for points at random, and equal to what others compute."""

import numpy as np
import pytest

pytest.importorskip("gensim", reason="the extra 'figures' is not installed")

from _families import FAMILIES
from _maps import (
    FAMILY,
    NEIGHBOURS,
    WORDS,
    overlap,
    pca,
    purity,
    ranks,
    trustworthiness,
    variance_kept,
)
from _spaces import CAMERA, sizes, view
from _vectors import unit

DICE = np.random.default_rng(11)
CENTRES = unit(DICE.normal(size=(len(FAMILIES), 40)))
POINTS = unit(np.repeat(CENTRES, 30, axis=0) + DICE.normal(size=(360, 40)) * 0.05)
"""As many points as the atlas has words, each family around a centre of its own."""


def shuffled(layout, seed=1):
    return layout[np.random.default_rng(seed).permutation(len(layout))]


def test_the_atlas_has_twelve_families_of_thirty_words_and_no_word_twice():
    assert {name: len(words.split()) for name, words in FAMILIES.items()} == dict.fromkeys(FAMILIES, 30)
    assert len(FAMILIES) == 12
    assert len(set(WORDS)) == len(WORDS) == len(FAMILY) == 360


def test_points_keep_all_of_their_own_neighbours():
    assert overlap(POINTS, POINTS) == 1.0
    assert trustworthiness(POINTS, POINTS) > 0.99
    assert purity(ranks(POINTS, "cosine")) == 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shuffled_map_scores_as_chance_does(seed):
    """By lot, ten of the 359 others are neighbours, and 29 of the 359 are of the family."""
    layout = shuffled(pca(POINTS, 2), seed)
    assert overlap(POINTS, layout) == pytest.approx(NEIGHBOURS / 359, abs=0.02)
    assert purity(ranks(layout)) == pytest.approx(29 / 359, abs=0.03)
    assert trustworthiness(POINTS, layout) == pytest.approx(0.5, abs=0.04)
    own = pca(POINTS, 2)
    assert overlap(POINTS, own) > 3 * overlap(POINTS, layout)
    assert purity(ranks(own)) > 3 * purity(ranks(layout))
    assert trustworthiness(POINTS, own) > 0.8


def test_ranks_are_the_others_in_order_of_distance():
    line = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert ranks(line).tolist() == [[1, 2, 3], [0, 2, 3], [1, 0, 3], [2, 1, 0]]
    angles = np.radians([0, 10, 30, 90])
    circle = np.column_stack([np.cos(angles), np.sin(angles)]) * [[1.0], [9.0], [2.0], [5.0]]
    assert ranks(circle, "cosine").tolist() == [[1, 2, 3], [0, 2, 3], [1, 0, 3], [2, 1, 0]]


def test_equal_points_are_no_neighbours_of_themselves():
    assert all(index not in row for index, row in enumerate(ranks(np.zeros((5, 2))).tolist()))


def test_overlap_counts_common_neighbours():
    angles = np.radians([0, 10, 30, 90])
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    line = np.array([[0.0, 0], [5.0, 0], [1.0, 0], [6.0, 0]])  # 0 is next to 2, 1 next to 3
    assert overlap(circle, line, 1) == 0.0
    assert overlap(circle, line, 2) == pytest.approx(np.mean([1, 0.5, 1, 1]))


def test_pca_is_the_projection_on_the_eigenvectors_of_the_covariance():
    values, axes = np.linalg.eigh(np.cov(POINTS.T))
    wanted = (POINTS - POINTS.mean(axis=0)) @ axes[:, ::-1][:, :3]
    found = pca(POINTS, 3)
    assert np.abs(found) == pytest.approx(np.abs(wanted), abs=1e-9)
    assert variance_kept(POINTS, 3) == pytest.approx(values[-3:].sum() / values.sum())
    assert variance_kept(POINTS, 40) == pytest.approx(1)


def test_pca_has_one_sign_whatever_the_decomposition_says(monkeypatch):
    """Each axis is turned so that its largest component is positive: a singular vector and its opposite are one axis."""
    before, decompose = pca(POINTS, 3), np.linalg.svd

    def turned(*arguments, **options):
        left, values, right = decompose(*arguments, **options)
        return left, values, right * np.where(np.arange(len(right)) % 2, 1, -1)[:, None]

    monkeypatch.setattr(np.linalg, "svd", turned)
    assert pca(POINTS, 3) == pytest.approx(before, abs=1e-12)
    monkeypatch.undo()
    axes = np.linalg.lstsq(POINTS - POINTS.mean(axis=0), before, rcond=None)[0].T
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)
    assert np.array_equal(pca(POINTS, 2), before[:, :2])


def rotated(azimuth, elevation):
    """The rotation of a camera, as the product of two: around the upright axis, then around the one across."""
    a, e = np.radians([azimuth, elevation])
    upright = np.array([[np.cos(a), np.sin(a), 0], [-np.sin(a), np.cos(a), 0], [0, 0, 1]])
    across = np.array([[np.cos(e), 0, np.sin(e)], [0, 1, 0], [-np.sin(e), 0, np.cos(e)]])
    return across @ upright


@pytest.mark.parametrize(
    "camera", [CAMERA, *({"azimuth": a, "elevation": e} for a, e in ((0, 0), (90, 0), (0, 90), (200, -35)))]
)
def test_a_view_is_a_rotation_of_which_two_axes_are_seen(camera):
    points = DICE.normal(size=(50, 3))
    depth, across, up = rotated(**camera) @ points.T
    assert np.array(view(points, camera)) == pytest.approx(np.array([across, up, depth]))
    assert sum(axis**2 for axis in view(points, camera)) == pytest.approx((points**2).sum(axis=1)), "lengths stay"


def test_what_a_view_shows_of_the_axes():
    """From straight ahead x comes towards the reader, y goes to the right, z up; from above, x goes down."""
    axes = np.eye(3)
    ahead, above = ({"azimuth": 0, "elevation": elevation} for elevation in (0, 90))
    seen_ahead, seen_above = (np.array(view(axes, camera)).T.round(12).tolist() for camera in (ahead, above))
    assert seen_ahead == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert seen_above == [[0, -1, 0], [1, 0, 0], [0, 0, 1]]


def test_what_is_nearer_is_larger():
    found = sizes(np.array([-2.0, 0.0, 2.0]), 2.0)
    assert found.tolist() == [5, 8, 11]
