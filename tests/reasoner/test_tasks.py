"""Problems, right responses to them, and what the verifier reads in a response."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.tasks import (
    CODES,
    END,
    MARKS,
    SYMBOLS,
    Problem,
    Step,
    addition,
    answer,
    answer_of,
    decode,
    draw,
    encode,
    held_out,
    passes,
    product,
    response,
    right,
    rows,
    single,
    steps,
    thought,
    trace,
)

SEEDS = st.integers(0, 10**6)
SINGLES = st.builds(Problem, st.integers(1, 10**9), st.just("*"), st.integers(2, 9))
SUMS = st.integers(1, 9).flatmap(
    lambda digits: st.builds(
        Problem, st.integers(10 ** (digits - 1), 10**digits - 1), st.just("+"), st.integers(10 ** (digits - 1), 10**digits - 1)
    )
)
PRODUCTS = st.builds(Problem, st.integers(1, 99999), st.just("*"), st.integers(1, 99999))


# -- symbols ---------------------------------------------------------------------------------------------------------------


def test_a_symbol_is_a_token_and_the_newline_is_the_first():
    assert END == 0
    assert len(CODES) == len(SYMBOLS + MARKS) == 33
    assert encode("\n09m") == [0, 1, 10, 32]


@given(st.text(SYMBOLS + MARKS))
def test_decoding_undoes_encoding(text):
    assert decode(encode(text)) == text


@pytest.mark.parametrize("text", ["3 4", "x", "H", "٣", "n"])
def test_a_symbol_that_no_model_knows_is_refused(text):
    with pytest.raises(KeyError):
        encode(text)


# -- problems --------------------------------------------------------------------------------------------------------------


def test_a_problem_knows_its_prompt_and_its_answer():
    assert (Problem(347, "*", 6).prompt, Problem(347, "*", 6).answer, Problem(347, "*", 6).digits) == ("347*6=", 2082, 3)
    assert (Problem(47, "+", 85).prompt, Problem(47, "+", 85).answer) == ("47+85=", 132)


@given(SEEDS, st.integers(1, 9), st.integers(1, 4))
def test_numbers_have_the_digits_that_were_asked_for(seed, digits, others):
    dice = random.Random(seed)
    one, sum_, long = single(dice, digits), addition(dice, digits), product(dice, digits, others)
    assert [len(str(number)) for number in (one.a, sum_.a, sum_.b, long.a, long.b)] == [digits] * 4 + [others]
    assert (one.op, sum_.op, long.op) == ("*", "+", "*")
    assert 2 <= one.b <= 9


def test_single_reaches_every_digit_from_2_to_9():
    dice = random.Random(0)
    assert {single(dice, 1).b for _ in range(500)} == set(range(2, 10))


def test_one_in_ten_is_held_out_of_what_has_four_digits_and_nothing_of_what_has_fewer():
    fours = [Problem(a, "*", b) for a in range(100, 1000) for b in range(2, 10)]
    assert 0.09 < sum(map(held_out, fours)) / len(fours) < 0.115
    assert not any(held_out(Problem(a, op, b)) for op in "*+" for a in range(10, 100) for b in range(2, 10))
    assert any(held_out(Problem(a, "+", b)) for a in range(10, 20) for b in range(10, 20))


def test_what_is_held_out_was_fixed_before_the_first_training():
    """The committed models were trained by this split: another one would test them on what they have seen."""
    assert [a for a in range(100, 160) if held_out(Problem(a, "*", 7))] == [126, 152, 158]


@given(SEEDS, st.booleans(), st.sampled_from([(single, 3), (single, 5), (addition, 2), (product, 2, 2), (product, 4, 1)]))
def test_a_draw_keeps_to_its_side_of_the_split(seed, held, made):
    make, *sizes = made
    assert held_out(draw(random.Random(seed), make, *sizes, held=held)) is held


@given(SEEDS, st.booleans(), st.sampled_from([(single, 1), (single, 2), (addition, 1), (product, 1, 2)]))
def test_where_nothing_is_held_out_a_draw_takes_any(seed, held, made):
    make, *sizes = made
    assert not held_out(draw(random.Random(seed), make, *sizes, held=held))


# -- right responses -------------------------------------------------------------------------------------------------------


def test_the_examples_of_the_module():
    assert trace(steps(Problem(347, "*", 6))) == "7*6+0=42,4*6+4=28,3*6+2=20,"
    assert trace(steps(Problem(47, "+", 85))) == "7+5+0=12,4+8+1=13,"
    assert rows(Problem(34, "*", 68)) == "4832003238240327:4624703136182323"
    assert response("7*6+0=42,", 42) == "[7*6+0=42,]42\n"


@given(SINGLES | SUMS)
def test_the_steps_come_to_the_answer_each_true_and_carrying_from_the_one_before(problem):
    found = steps(problem)
    assert answer_of(found) == problem.answer
    assert len(found) == problem.digits
    assert [step.x for step in found] == [int(digit) for digit in str(problem.a)[::-1]]
    assert [step.carry for step in found] == [0, *(step.result // 10 for step in found[:-1])]
    for step in found:
        assert step.result == step.true == (step.x * step.y if step.op == "*" else step.x + step.y) + step.carry


def test_a_step_says_what_is_written_and_what_would_be_true():
    step = Step(7, "*", 6, 3, 44)
    assert str(step) == "7*6+3=44,"
    assert step.true == 45
    assert str(Step(1, "+", 1, 0, 2)) == "1+1+0=02,"


def test_the_answer_of_steps_is_what_they_say_be_it_true_or_not():
    assert answer_of([Step(7, "*", 6, 0, 43), Step(4, "*", 6, 4, 28), Step(3, "*", 6, 2, 20)]) == 2083
    assert answer_of([Step(1, "*", 2, 0, 2)]) == 2


@given(PRODUCTS)
def test_rows_hold_a_step_for_each_two_digits_each_true_and_in_them_the_answer(problem):
    written = rows(problem).split(":")
    assert len(written) == len(str(problem.b))
    low = ""
    for row, y in zip(written, str(problem.b)[::-1], strict=True):
        eights = [row[start : start + 8] for start in range(0, len(row), 8)]
        assert [one[:2] for one in eights] == [x + y for x in str(problem.a)[::-1]]
        carry = 0
        for one in eights:
            assert int(one[2:4]) == int(one[0]) * int(one[1])
            assert int(one[5]) == carry
            assert int(one[6:]) == int(one[2:4]) + int(one[4]) + carry
            carry = int(one[6])
        low += eights[0][7]
    high = "".join(one[7] for one in eights[1:])
    assert int((low + high + eights[-1][6])[::-1]) == problem.answer


@given(PRODUCTS.filter(lambda problem: problem.b > 9))
def test_the_running_digits_of_a_row_are_those_that_the_row_before_left(problem):
    written = [[row[start : start + 8] for start in range(0, len(row), 8)] for row in rows(problem).split(":")]
    assert {one[4] for one in written[0]} == {"0"}
    for before, row in pairwise(written):
        assert [one[4] for one in row] == [*(one[7] for one in before[1:]), before[-1][6]]


# -- reading ---------------------------------------------------------------------------------------------------------------


@given(SINGLES | SUMS)
def test_a_response_is_read_as_it_was_written(problem):
    text = response(trace(steps(problem)), problem.answer)
    assert passes(text) == [steps(problem)]
    assert answer(text) == str(problem.answer)
    assert right(problem, text)
    assert right(problem, f"{problem.answer}\n")


@given(SINGLES | SUMS, st.integers(-(10**9), 10**9).filter(bool))
def test_no_other_number_is_right(problem, by):
    assert not right(problem, response(trace(steps(problem)), problem.answer + by))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2082\n", "2082"),
        ("[7*6+0=42,]2082\n", "2082"),
        ("[]5\n", "5"),
        ("[1]2]3\n", "3"),
        ("2082\n99\n", "2082"),
        ("[7*6+0=42,]\n", ""),
        ("2082", ""),
        ("[7*6+0=42,]2082", ""),
        ("[7*6+0=42,2082\n", ""),
        ("[7*6\n]2082\n", ""),
        ("", ""),
    ],
)
def test_an_answer_stands_after_the_trace_and_before_the_first_newline(text, wanted):
    assert answer(text) == wanted


@pytest.mark.parametrize("text", ["02082\n", "2082", "+2082\n", "[2082\n", "2082]\n", "2082,\n", "\n"])
def test_the_verifier_takes_the_answer_in_figures_and_nothing_else(text):
    assert not right(Problem(347, "*", 6), text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("[a]1\n", "a"), ("[a", "a"), ("2082\n", ""), ("[]1\n", ""), ("[a]b]c\n", "a"), ("[a[b]c\n", "a[b")],
)
def test_the_thought_stands_between_the_first_brackets(text, wanted):
    assert thought(text) == wanted


def test_each_wait_begins_another_pass_and_what_is_no_step_is_passed_over():
    slip, clean = Step(7, "*", 6, 0, 43), Step(7, "*", 6, 0, 42)
    assert passes("[7*6+0=43,w7*6+0=42,]42\n") == [[slip], [clean]]
    assert passes("[7*6+0=43,w") == [[slip], []]
    assert passes("[7*6+0=4,7*6+0=42,=42,77*6+0=42,]42\n") == [[clean, clean]]
    assert passes("42\n") == [[]]
