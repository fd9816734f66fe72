"""Which digit a step copies, on responses whose steps can be read by eye, and on a model that never errs."""

import random
import re

import numpy as np
import pytest

from reasoner import addresses as module
from reasoner.addresses import Asked, addresses, ask, closed, concluded, copied, followed, guided, swapped
from reasoner.model import Completion
from reasoner.styles import marked_prompt
from reasoner.tasks import MARKS, Problem, held_out, response, steps, trace

ASKED = Problem(347, "*", 6)
RIGHT = "[7*6+0=42,4*6+4=28,3*6+2=20,]2082\n"


def answering(whole):
    """A model in the place of `generate`: it goes on with the response that `whole` gives to a prompt."""

    def generate(model, prompts, limit):
        found = []
        for text in prompts:
            prompt, _, given = text.partition("=")
            full = whole(f"{prompt}=")
            assert full.startswith(given), f"{given} is no beginning of {full}"
            rest = full[len(given) :][:limit]
            found.append(Completion(rest, np.ones(len(rest))))
        return found

    return generate


def right(prompt):
    a, b = re.fullmatch(r"(\d+)\*(\d)=", prompt).groups()
    problem = Problem(int(a), "*", int(b))
    return response(trace(steps(problem)), problem.answer)


def by_position(prompt):
    """Marks are written and never read: the digits count as they stand."""
    pairs, b = re.fullmatch(r"((?:[a-m]\d)+)\*(\d)=", prompt).groups()
    problem = Problem(int(re.sub("[a-m]", "", pairs)), "*", int(b))
    return "[" + "".join(f"a{step}" for step in steps(problem)) + "]a1\n"


def by_mark(prompt):
    pairs, b = re.fullmatch(r"((?:[a-m]\d)+)\*(\d)=", prompt).groups()
    low = "".join(digit for _, digit in sorted(zip(pairs[::2], pairs[1::2], strict=True)))
    problem = Problem(int(low[::-1]), "*", int(b))
    return "[" + "".join(f"a{step}" for step in steps(problem)) + "]a1\n"


def test_places_count_from_the_units_and_zero_is_no_digit_of_the_number():
    assert copied(ASKED, RIGHT) == [1, 2, 3]
    assert copied(ASKED, "[7*6+0=42,3*6+4=22,9*6+2=56,]1\n") == [1, 3, 0]
    assert copied(ASKED, "2082\n") == []


def test_a_map_counts_steps_by_place_and_leaves_out_what_was_not_written():
    texts = [RIGHT, "[7*6+0=42,3*6+4=22,]222\n", "[9*6+0=54,]54\n"]
    assert addresses([Asked(ASKED)] * 3, texts) == [[1, 2, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]


def test_questions_are_held_out_and_have_no_digit_twice():
    dice = random.Random(1)
    for digits in range(3, 10):
        one = ask(dice, digits, marked=True)
        assert held_out(one.problem)
        assert len(set(str(one.problem.a))) == digits == one.problem.digits
        assert one.first + digits <= len(MARKS)


def test_a_marked_question_reads_as_the_training_wrote_it():
    assert Asked(ASKED).prompt == "347*6="
    assert Asked(ASKED, 2).prompt == marked_prompt(ASKED, 2)
    assert Asked(ASKED, 2).trace(2) == "[c7*6+0=42,d4*6+4=28,"
    assert Asked(ASKED).right(RIGHT)
    assert Asked(ASKED, 0).right("[a7*6+0=42,]c20b8a2\n")
    assert not Asked(ASKED, 0).right("[a7*6+0=42,]c20b8a3\n")


def test_two_digits_change_places_with_their_marks():
    assert swapped(Asked(ASKED, 0), 0).prompt == "c3a7b4*6="
    assert swapped(Asked(ASKED, 0), 1).prompt == "b4c3a7*6="


@pytest.mark.parametrize(("model", "counts"), [(by_mark, (2, 0)), (by_position, (0, 2))])
def test_who_goes_by_marks_and_who_by_position(monkeypatch, model, counts):
    monkeypatch.setattr(module, "generate", answering(model))
    some = [Asked(ASKED, 0), Asked(Problem(215, "*", 9), 3)]
    assert followed(None, some, 0) == followed(None, some, 1) == counts


def test_a_model_that_never_errs_concludes_closes_and_needs_no_guide(monkeypatch):
    monkeypatch.setattr(module, "generate", answering(right))
    some = [Asked(ASKED), Asked(Problem(215, "*", 9))]
    assert concluded(None, some) == 2
    assert [closed(None, some, count) for count in (1, 2, 3)] == [0, 0, 2]
    for given in (1, 3, 6):
        assert guided(None, [one.problem for one in some], given) == [f"[{trace(steps(one.problem))}" for one in some]


def test_the_guide_hands_on_the_carry_that_was_written(monkeypatch):
    starts = []

    def erring(model, prompts, limit):
        starts.extend(text.partition("[")[2] for text in prompts)
        return [Completion("99,", np.ones(3))] * len(prompts)

    monkeypatch.setattr(module, "generate", erring)
    assert guided(None, [ASKED], 6) == ["[7*6+0=99,4*6+9=99,3*6+9=99,"]
    assert starts == ["7*6+0=", "7*6+0=99,4*6+9=", "7*6+0=99,4*6+9=99,3*6+9="]
