"""Probes and the plane, on states that are made so that one can see what they must find."""

import random

import numpy as np
import pytest

pytest.importorskip("plotly", reason="the extra 'figures' is not installed")

import hidden_states
from hidden_states import DIGITS, FITTED, LATER, PLACES, TESTED
from reasoner import tasks
from reasoner.model import Model
from reasoner.tasks import steps

DICE = np.random.default_rng(5)
ASKED = [tasks.draw(random.Random(f"{place}"), tasks.single, DIGITS) for place in range(12)]


def model(width=8):
    sizes = {"embed": (21, width), "head": (width, 21), "norm": (width,), "norm1": (2, width), "norm2": (2, width),
             "qkv": (2, width, 3 * width), "out": (2, width, width), "up": (2, width, 4 * width), "down": (2, 4 * width, width)}  # fmt: skip
    return Model({name: np.random.default_rng(1).normal(size=size) for name, size in sizes.items()})


def test_a_probe_reads_a_digit_that_the_states_hold_and_not_one_that_they_do_not():
    digits = DICE.integers(10, size=900)
    states = np.eye(10)[digits] @ DICE.normal(size=(10, 20)) + DICE.normal(size=(900, 20)) * 0.1
    fitted = hidden_states.probe(states[:500], digits[:500])
    assert hidden_states.right(fitted, states[500:], digits[500:]) > 390
    other = DICE.permutation(digits)
    assert hidden_states.right(hidden_states.probe(states[:500], other[:500]), states[500:], other[500:]) < 80


def test_scores_find_the_layer_the_place_and_the_step(monkeypatch):
    monkeypatch.setattr(hidden_states, "FITTED", 200)
    digits = DICE.integers(10, size=(300, DIGITS))
    states = DICE.normal(size=(2, 300, DIGITS, 3, 12))
    states[1, :, 4, 2, :10] = np.eye(10)[digits[:, 4]] * 9
    found = hidden_states.scores(states, digits)
    assert found.shape == (2, 3, DIGITS)
    assert found[1, 2, 4] == 100
    assert np.delete(found.ravel(), np.ravel_multi_index((1, 2, 4), found.shape)).max() < 35


def test_states_are_taken_after_the_symbol_that_the_place_names():
    """Before the first layer a state is the symbol that was read: equal symbols, equal states."""
    one = model()
    states, _ = hidden_states.recorded(one, ASKED)
    assert states.shape == (3, len(ASKED), DIGITS, len(PLACES), 8)
    for row, problem in enumerate(ASKED):
        for place, step in enumerate(steps(problem)):
            read = ("," if place else "[") + str(step)[: len(PLACES) - 1]
            assert np.array_equal(states[0, row, place], one.embed[tasks.encode(read)])


def test_a_scrambled_model_has_the_same_weights_elsewhere():
    one, other = model(), hidden_states.scrambled(model(), 1)
    assert not np.array_equal(one.qkv, other.qkv)
    assert np.array_equal(np.sort(one.qkv.ravel()), np.sort(other.qkv.ravel()))


def test_the_page_shows_what_has_been_written_and_no_more():
    shown = hidden_states.page(ASKED).reshape(len(ASKED), DIGITS, len(PLACES), 7, 10)
    assert not shown[:, :, PLACES.index("start")].any()
    for row, problem in enumerate(ASKED):
        last = steps(problem)[3]
        assert shown[row, 3, PLACES.index("x")].sum() == 1
        assert shown[row, 3, PLACES.index("x"), 0, last.x] == 1
        assert shown[row, 3, PLACES.index("tens")].sum() == 4, "two digits, the carry, the tens digit"
        assert shown[row, 3, PLACES.index("tens"), 6 - 1, last.result // 10] == 0, (
            "the sixth symbol is the equals sign's successor"
        )


def test_a_probe_that_remembers_pairs_fails_on_pairs_that_it_never_saw():
    """States that name the pair of digits and nothing else: known pairs are read, new ones cannot be."""
    pairs = DICE.integers(40, size=(FITTED + TESTED, DIGITS))
    digits = (pairs * 7 + pairs // 3) % 10
    states = np.eye(40)[pairs]
    assert (
        hidden_states.right(hidden_states.probe(states[:FITTED, 1], digits[:FITTED, 1]), states[FITTED:, 1], digits[FITTED:, 1])
        == TESTED
    )
    hits, of = hidden_states.unseen(states, digits, pairs)
    assert of > 0.1 * TESTED * len(LATER)
    assert hits < 0.3 * of


def test_a_probe_moves_between_steps_that_share_a_code():
    digits = DICE.integers(10, size=(FITTED + TESTED, DIGITS))
    shared = np.eye(10)[digits]
    assert hidden_states.moved(shared, digits) == (12 * TESTED, 12 * TESTED)
    own = np.stack([np.roll(shared[:, step], step, axis=1) for step in range(DIGITS)], axis=1)
    assert hidden_states.moved(own, digits)[0] == 0


def test_the_plane_separates_what_differs_most_and_its_signs_are_fixed():
    digits = np.tile(np.arange(10), 100)
    states = DICE.normal(size=(1000, 6))
    states[:, 2] += 20 * digits
    states[:, 4] += 8 * (digits % 2)
    mean, plane = hidden_states.discriminants(states, digits)
    assert np.abs(plane).argmax(0).tolist() == [2, 4]
    assert plane[2, 0] > 0 < plane[4, 1]
    assert mean == pytest.approx(states.mean(0))
    again = hidden_states.discriminants(-states, digits)[1]
    assert again == pytest.approx(plane)


def test_digits_show_in_the_plane_at_the_moment_when_the_states_hold_them():
    digits = DICE.integers(10, size=(FITTED + TESTED, DIGITS))
    states = DICE.normal(size=(FITTED + TESTED, DIGITS, len(PLACES), 12))
    angle = digits * np.pi / 5
    states[:, :, PLACES.index("tens"), 0] += 20 * np.cos(angle)
    states[:, :, PLACES.index("tens"), 1] += 20 * np.sin(angle)
    points, hits = hidden_states.projected(states, digits)
    assert points.shape == (len(hidden_states.MOMENTS), TESTED, 2)
    assert hits[-1] > 0.95 * TESTED
    assert max(hits[:-1]) < 0.2 * TESTED
