"""What the experiments on lengths and on step errors count, on responses that can be read by eye."""

import numpy as np
import pytest

import cliff
import digits
import step_errors
from reasoner.addresses import Asked
from reasoner.model import Completion
from reasoner.tasks import Problem, held_out, passes

ASKED = Problem(347, "*", 6)
RIGHT = "[7*6+0=42,4*6+4=28,3*6+2=20,]2082\n"
SLIP = "[7*6+0=42,4*6+4=29,3*6+2=20,]2092\n"


# -- digits ------------------------------------------------------------------------------------------------------------


def test_problems_are_different_and_held_out_where_any_are():
    asked = digits.cases(5)
    assert [len(set(asked[length])) for length in digits.DIGITS] == [72] + [200] * 8
    assert all(problem.digits == length for length in asked for problem in asked[length])
    assert all(held_out(problem) for length in range(3, 10) for problem in asked[length])


def test_how_sure_a_model_was_of_symbols_of_the_answer_and_of_the_whole():
    assert digits.sure(np.array([0.5, 1, 1, 1, 0.5, 1, 0.5, 0.5]), "[7*6,]42") == pytest.approx((0.75, 0.5, 0.0625))
    assert digits.sure(np.array([0.5, 1.0]), "42")[1] == pytest.approx(0.75), "all of it is the answer"


def test_grading_counts_right_answers_and_those_that_come_again_by_chance(monkeypatch):
    long = [Problem(123456, "*", 2), Problem(123457, "*", 2), Problem(123458, "*", 2)]
    greedy, sampled = ["246912\n", "1\n", "2"], ["246912\n", "1\n", "2"]

    def generate(model, prompts, limit, temperature=0.0, seed=0):
        return [Completion(text, np.full(len(text), 0.5)) for text in (sampled if temperature else greedy)]

    monkeypatch.setattr(digits, "generate", generate)
    found = digits.graded(None, long, 1)
    assert (found["n"], found["right"], found["same"]) == (3, 1, 2), "what never ended is no answer"
    assert found["symbols"] == pytest.approx(0.5)
    assert "same" not in digits.graded(None, [ASKED] * 3, 1)


def test_what_training_had_shown_is_counted_with_the_trainings_own_size():
    pytest.importorskip("torch")
    from reasoner.train.starts import RECIPES

    for name, (style, samples) in digits.TRAININGS.items():
        recipe = RECIPES[digits.SERIES[name][0]]
        assert (recipe.style, recipe.batch * recipe.steps, recipe.seed) == (style, samples, 1)


# -- the cliff ---------------------------------------------------------------------------------------------------------


def found(*texts):
    some = [Asked(ASKED)] * len(texts)
    return cliff.Answered("traced_1", None, {3: some}, {3: list(texts)}, {3: (1, len(texts))})


def test_counts_over_responses():
    one = found(RIGHT, SLIP, "[7*6+0=42,3*6+4=22,]222\n")
    assert one.right(3) == (1, 3)
    assert one.own(3) == (3 + 3 + 1, 9), "the step that was not written copies nothing"
    assert one.sums(3) == (7, 8)
    assert one.five(3) == (0, 3)
    assert one.count(3, lambda problem, text: text.startswith("[7")) == (3, 3)


def test_a_rate_has_its_interval_in_its_unit():
    number = cliff.rate((3, 4), "so")
    assert (number.value, number.n, number.unit) == (75, 4, "percent")
    assert number.interval == pytest.approx((30.06, 95.44), abs=0.01)


def test_the_map_shows_shares_and_what_was_not_written(monkeypatch):
    monkeypatch.setattr(cliff, "SHOWN", 3)
    monkeypatch.setattr(cliff, "CASES", 4)
    table = cliff.places(found(RIGHT, RIGHT, RIGHT, "[9*6+0=54,3*6+5=23,]234\n"))
    assert table.column("place_1") == (75, 0, 0)
    assert table.column("place_3") == (0, 25, 75)
    assert table.column("none") == (25, 0, 25)


# -- errors of steps ---------------------------------------------------------------------------------------------------

SOUND = [[True, True, True], [True, True, False], [False, True, False], [False, False, True]]


def test_steps_are_told_apart_by_what_stands_before_them():
    assert step_errors.after(SOUND) == ([True, True, True, False], [True, False, False, True])
    assert step_errors.after(SOUND, 2) == ([True, False], [False, True])


def test_what_is_counted_over_traces():
    problems = [Problem(347, "*", 6)] * 4
    seen = step_errors.observed(problems, SOUND, seed=1)
    assert (seen["after_right"], seen["after_error"]) == ((3, 4), (2, 4))
    assert seen["gap"][0] == pytest.approx(25)
    assert seen["gap"][2] <= 25 <= seen["gap"][3]
    assert (seen["sound"], seen["whole"]) == ((7, 12), (1, 4))
    assert seen["powered"] == pytest.approx(100 * (7 / 12) ** 3)
    assert seen["powered_fresh"] == pytest.approx(100 * (5 / 8) ** 3)


def test_an_error_is_compared_with_the_same_trace_put_right(monkeypatch):
    asked = []

    def chances(model, problems, written):
        asked.append(["".join(map(str, steps)) for steps in written])
        return np.array([0.5 if "29," in text else 0.75 for text in asked[-1]])

    monkeypatch.setattr(step_errors, "chances", chances)
    sound = [[True, False, True], [True, False, True], [True, True, True], [True, True, False]]
    harm = step_errors.twins(None, [ASKED] * 4, [SLIP, SLIP, RIGHT, RIGHT], sound)
    assert asked[0] == ["7*6+0=42,4*6+4=29,"] * 2, "the last step's error has no step after it"
    assert asked[1] == ["7*6+0=42,4*6+4=28,"] * 2
    assert [harm[key][0] for key in ("erred", "repaired", "harm")] == [50, 75, 25]
    assert harm["harm_same"][:2] == (25, 2), "29 hands on the same carry as 28"


def test_a_planted_carry_is_compared_with_the_same_step_where_it_is_right(monkeypatch):
    def chances(model, problems, written):
        """Steps whose carry is three are hard, wherever it comes from."""
        return np.array([0.25 if steps[-1].result // 10 == 3 else 1.0 for steps in written])

    monkeypatch.setattr(step_errors, "chances", chances)
    planted = step_errors.planted(None, [ASKED])
    assert planted["plant_harm"][0] > 10
    assert planted["plant_harm_same"][0] == 0


def test_places_are_tabled_with_their_counts():
    table = step_errors.by_place(SOUND, "so")
    assert table.column("step") == (2, 3)
    assert table.column("right_count") == table.column("error_count") == (2, 2)
    assert table.column("right_sound") == (2, 1)
    assert table.column("error_sound") == (1, 1)


def test_passes_of_the_examples_are_what_they_seem():
    assert [step.result for step in passes(SLIP)[0]] == [42, 29, 20]
