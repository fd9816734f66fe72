"""The knives, on a problem whose answers can be seen and on a model that is made of chance."""

import numpy as np
import pytest

from reasoner.knives import (
    BOTH,
    FOLLOWS,
    OTHER,
    TRUE,
    Case,
    corrupt,
    delete,
    early,
    hiding,
    left_behind,
    operands_of,
    outcomes,
    patching,
    place_of,
    says,
    swap,
    tally,
    trace_of,
    untouched,
    wrong_digits,
)
from reasoner.model import Cache, Model, generate
from reasoner.tasks import Problem

ASKED = Problem(347, "*", 6)
WHOLE = "347*6=[7*6+0=42,4*6+4=28,3*6+2=20,]"


def chance(seed=3, width=16, layers=2, vocabulary=21):
    dice = np.random.default_rng(seed)

    def normal(*shape):
        return dice.normal(size=shape) / 2

    return Model(
        {
            "embed": normal(vocabulary, width), "head": normal(width, vocabulary), "norm": np.ones(width),
            "norm1": np.ones((layers, width)), "norm2": np.ones((layers, width)), "qkv": normal(layers, width, 3 * width),
            "out": normal(layers, width, width), "up": normal(layers, width, 4 * width), "down": normal(layers, 4 * width, width),
        }
    )  # fmt: skip


def test_the_right_trace_is_closed_and_says_the_true_answer():
    assert untouched(ASKED) == Case(WHOLE, "2082")
    assert says(WHOLE) == "2082"


@pytest.mark.parametrize(("part", "shown"), [("x", "4"), ("y", "6"), ("carry", "4"), ("tens", "2"), ("units", "8")])
def test_places_of_the_second_step(part, shown):
    assert WHOLE[place_of(ASKED, 1, part)] == shown


def test_a_wrong_units_digit_leaves_all_else_and_is_closed():
    assert corrupt(ASKED, 1, "units", 5).prefix == WHOLE.replace("=28,", "=25,")


@pytest.mark.parametrize(("part", "ends"), [("x", "42,9"), ("y", "42,4*9"), ("carry", "42,4*6+9"), ("tens", "42,4*6+4=9")])
def test_after_another_wrong_digit_the_model_goes_on(part, ends):
    assert corrupt(ASKED, 1, part, 9).prefix == "347*6=[7*6+0=" + ends


def test_wrong_digits_are_such_as_training_shows():
    assert wrong_digits(ASKED, 1, "units") == [0, 1, 2, 3, 4, 5, 6, 7, 9]
    assert wrong_digits(ASKED, 1, "carry") == [0, 1, 2, 3, 5]
    assert wrong_digits(ASKED, 0, "carry") == []
    assert wrong_digits(ASKED, 1, "tens") == [0, 1, 3, 4, 5]
    assert wrong_digits(ASKED, 1, "y") == [2, 3, 4, 5, 7, 8, 9]
    assert 0 in wrong_digits(ASKED, 2, "units") or WHOLE[place_of(ASKED, 2)] == "0"
    assert 0 not in wrong_digits(Problem(12, "*", 3), 1, "units")


def test_steps_are_deleted_swapped_and_cut():
    assert delete(ASKED, 1).prefix == "347*6=[7*6+0=42,3*6+2=20,]"
    assert swap(ASKED, Problem(111, "*", 2)).prefix == "347*6=[1*2+0=02,1*2+0=02,1*2+0=02,]"
    assert early(ASKED, 1).prefix == "347*6=[7*6+0=42,]"
    assert early(ASKED, 0).prefix == "347*6=[]"


def test_an_answer_is_held_against_the_page_and_the_truth():
    case = corrupt(ASKED, 1, "units", 5)
    assert case.outcome("2052\n") == FOLLOWS
    assert case.outcome("2082\n") == TRUE
    assert case.outcome("2182\n") == OTHER
    assert case.outcome("2052") == OTHER, "it did not end"
    assert untouched(ASKED).outcome("2082\n") == BOTH


def test_what_the_model_goes_on_to_write_is_part_of_the_page():
    case = corrupt(ASKED, 1, "carry", 5)
    assert case.outcome("=29,3*6+2=20,]2092\n") == FOLLOWS
    assert case.outcome("=28,3*6+2=20,]2082\n") == BOTH
    assert case.outcome("=29,3*6+2=20,]2082\n") == TRUE
    assert case.outcome("=29,3*6+2=20,2092\n") == OTHER


def test_nothing_follows_from_an_empty_trace():
    assert early(ASKED, 0).outcome("2082\n") == TRUE
    assert early(ASKED, 0).outcome("\n") == OTHER


def test_outcomes_are_tallied_in_order():
    assert tally([OTHER, FOLLOWS, BOTH, OTHER, TRUE, OTHER]) == [1, 1, 1, 3]


def test_hiding_takes_places_from_each_text_of_its_own():
    cache = Cache(chance(), 2, 6)
    hiding([[9], [1, 2], [5], [3]])(cache, np.array([3, 1]))
    assert cache.seen.tolist() == [[True, True, True, False, True, True], [True, False, False, True, True, True]]


def test_spans_of_trace_and_problem():
    case = untouched(ASKED)
    assert case.prefix[trace_of(case).start : trace_of(case).stop] == WHOLE[7:-1]
    assert case.prefix[operands_of(case).start : operands_of(case).stop] == "347*6="


def test_a_text_given_its_own_vectors_writes_the_same_and_given_another_ones_does_not():
    model, texts = chance(), ["12*3=[2*3+0=06", "74*9=[4*9+0=36", "1*2=["]
    places = [11, 12, 3]
    plain = generate(model, texts, 8)
    own = generate(model, texts, 8, edit=patching(left_behind(model, texts, places), places))
    other = generate(model, texts, 8, edit=patching(left_behind(model, [texts[1], texts[0], texts[2]], places), places))
    assert [one.text for one in own] == [one.text for one in plain]
    assert np.array_equal(other[2].probabilities, plain[2].probabilities)
    assert not np.array_equal(other[0].probabilities, plain[0].probabilities)
    assert not np.array_equal(other[1].probabilities, plain[1].probabilities)


def test_vectors_are_those_of_the_symbol_at_the_place():
    model, texts = chance(), ["12*3=", "1*2=["]
    found = left_behind(model, texts, [4, 0])
    cache = Cache(model, 1, 5)
    model.forward(np.array([[2, 3, 12, 4, 13]]), cache)
    assert found.shape == (2, 2, 4, 4)
    assert np.allclose(found[:, 0], cache.values[:, 0, 4], atol=1e-6)


def test_outcomes_of_a_model_that_never_ends():
    assert outcomes(chance(), [untouched(ASKED)], limit=2) == [OTHER]
