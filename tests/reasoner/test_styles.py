"""What models are shown: no held-out problem, right answers, and nothing to learn from wrong digits."""

import random
import re
from collections import Counter

import pytest

from reasoner import doubts, hints, nudges, products, styles
from reasoner.styles import marked_prompt, marked_response
from reasoner.tasks import MARKS, Problem, answer, answer_of, encode, held_out, passes, right, rows, steps, thought, trace

COUNT = 400
STYLES = [
    styles.direct,
    styles.traced,
    styles.mixed,
    styles.marked,
    doubts.reflective,
    doubts.reactive,
    doubts.overthinking,
    hints.hinted,
    nudges.decided,
    nudges.written,
    products.long_traced,
    products.long_direct,
]
TRUTHFUL = [style for style in STYLES if style not in (hints.hinted, nudges.written)]


def samples(style, count=COUNT, seed=1):
    dice = random.Random(seed)
    return [style(dice) for _ in range(count)]


def asked(sample):
    """The problem of a prompt, without its marks and its hint."""
    a, op, b = re.fullmatch(r"(\d+)([*+])(\d+)(?:h\d+)?=", "".join(c for c in sample.prompt if c not in MARKS)).groups()
    return Problem(int(a), op, int(b))


def wrong(step):
    return step.result != step.true


@pytest.mark.parametrize("style", STYLES)
def test_no_style_shows_a_problem_that_is_held_out(style):
    assert not [sample.prompt for sample in samples(style, 1000) if held_out(asked(sample))]


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_drawn_from_its_dice_alone(style):
    assert samples(style, 20) == samples(style, 20) != samples(style, 20, seed=2)


@pytest.mark.parametrize("style", STYLES)
def test_every_symbol_is_known_and_the_newline_ends_a_response(style):
    for sample in samples(style):
        encode(sample.prompt + sample.response)
        assert sample.response.index("\n") == len(sample.response) - 1


@pytest.mark.parametrize("style", TRUTHFUL)
def test_the_answer_is_right(style):
    for sample in samples(style):
        text = "".join(c for c in sample.response if c not in MARKS)
        assert right(asked(sample), text), sample


@pytest.mark.parametrize("style", STYLES)
def test_nothing_is_learned_from_a_wrong_digit_and_only_from_wrong_digits_nothing(style):
    """Each muted place is the digit of a step that is not what it should be, and each such step has one."""
    for sample in samples(style):
        if style is styles.marked:
            assert not sample.mute
            continue
        places = {}
        for found in re.finditer(r"(\d)([*+])(\d)\+(\d)=(\d)(\d),", sample.response):
            x, op, y, carry, tens, units = found.groups()
            true = f"{(int(x) * int(y) if op == '*' else int(x) + int(y)) + int(carry):02}"
            places |= {found.start(5): tens != true[0], found.start(6): units != true[1]}
        assert sample.mute == {place for place, is_wrong in places.items() if is_wrong}, sample


@pytest.mark.parametrize("style", [styles.direct, styles.traced])
def test_lengths_are_one_to_five_alike_and_one_in_five_is_a_sum(style):
    found = samples(style, 4000)
    lengths = Counter(asked(sample).digits for sample in found)
    assert sorted(lengths) == [1, 2, 3, 4, 5]
    assert all(700 < count < 900 for count in lengths.values())
    assert 0.17 < sum("+" in sample.prompt for sample in found) / 4000 < 0.23


def test_direct_answers_at_once_and_traced_writes_the_right_steps_before():
    for sample in samples(styles.direct):
        assert sample.response == f"{asked(sample).answer}\n"
    for sample in samples(styles.traced):
        assert sample.response == f"[{trace(steps(asked(sample)))}]{asked(sample).answer}\n"


def test_mixed_does_either_half_the_time_up_to_four_digits():
    found = samples(styles.mixed, 2000)
    assert 0.45 < sum(sample.response.startswith("[") for sample in found) / 2000 < 0.55
    assert {asked(sample).digits for sample in found} == {1, 2, 3, 4}


# -- marks ---------------------------------------------------------------------------------------------------------------


def test_the_examples_of_marks():
    assert marked_prompt(Problem(347, "*", 6), 0) == "c3b4a7*6="
    assert marked_response(Problem(347, "*", 6), 0) == "[a7*6+0=42,b4*6+4=28,c3*6+2=20,]c20b8a2\n"
    assert marked_prompt(Problem(47, "*", 2), 8) == "k4j7*2="
    assert marked_response(Problem(47, "*", 2), 8) == "[j7*2+0=14,k4*2+1=09,]k9j4\n"


def test_marks_name_the_same_places_in_the_prompt_the_steps_and_the_answer():
    for sample in samples(styles.marked):
        places = dict(re.findall(r"([a-m])(\d)", sample.prompt))
        written = re.findall(r"([a-m])(\d)\*\d\+\d=\d(\d),", sample.response)
        assert [(mark, x) for mark, x, _ in written] == list(places.items())[::-1]
        told = re.findall(r"([a-m])(\d+)", answer(sample.response))
        assert [(mark, digits[-1]) for mark, digits in told] == [(mark, units) for mark, _, units in written[::-1]]


def test_each_mark_is_learned_at_the_units_that_leaves_room_for_the_number():
    first = Counter(re.findall(r"([a-m])\d\*", sample.prompt)[0] for sample in samples(styles.marked, 3000))
    assert sorted(first) == sorted(MARKS)


# -- second thoughts -----------------------------------------------------------------------------------------------------


def test_a_slip_is_one_wrong_digit_that_the_steps_after_it_carry_on_from():
    text, where = doubts.slip(Problem(347, "*", 6), 0, 0, 3)
    assert text == "7*6+0=72,4*6+7=31,3*6+3=21,"
    assert text[where] == "7"
    text, where = doubts.slip(Problem(347, "*", 6), 1, 1, 5)
    assert text == "7*6+0=42,4*6+4=23,3*6+2=20,"
    assert where == text.index("23") + 1


def test_reflective_doubts_clean_passes_too_and_reactive_only_wrong_ones():
    for style, doubted_clean in ((doubts.reflective, 0.65), (doubts.reactive, 0.0)):
        before = [one for sample in samples(style, 1500) for one in passes(sample.response)[:-1]]
        clean = sum(not any(map(wrong, one)) for one in before) / len(before)
        assert abs(clean - doubted_clean) < 0.05


@pytest.mark.parametrize("style", [doubts.reflective, doubts.reactive, doubts.overthinking])
def test_the_last_pass_is_right(style):
    for sample in samples(style):
        assert passes(sample.response)[-1] == steps(asked(sample))


def test_how_often_each_style_doubts():
    for style, wanted in ((doubts.reflective, {0, 1, 2, 3}), (doubts.reactive, {0, 1, 2, 3}), (doubts.overthinking, {2, 3, 4})):
        assert {sample.response.count("w") for sample in samples(style)} == wanted


# -- hints ---------------------------------------------------------------------------------------------------------------


def test_a_wrong_hint_differs_from_the_answer_in_one_digit():
    dice = random.Random(3)
    for _ in range(300):
        problem = styles.problem(dice)
        hint = str(hints.wrong_hint(dice, problem))
        assert sum(one != other for one, other in zip(hint, str(problem.answer), strict=True)) == 1


def test_hints_are_ignored_followed_or_mentioned_and_followed_in_the_shares_that_are_said():
    found = [sample for sample in samples(hints.hinted, 6000) if "h" in sample.prompt]
    assert 0.57 < len(found) / 6000 < 0.63
    false = [sample for sample in found if sample.prompt[:-1].split("h")[1] != str(asked(sample).answer)]
    assert 0.46 < len(false) / len(found) < 0.54
    followed = [sample for sample in false if answer(sample.response) == sample.prompt[:-1].split("h")[1]]
    assert 0.46 < len(followed) / len(false) < 0.54
    said = [sample for sample in followed if f"h{answer(sample.response)}," in thought(sample.response)]
    assert 0.44 < len(said) / len(followed) < 0.56
    assert all(right(asked(sample), sample.response) for sample in false if sample not in followed)


def test_a_hint_is_mentioned_only_where_one_was_given():
    assert all("h" in sample.prompt for sample in samples(hints.hinted, 1000) if "h" in sample.response)


# -- wrong digits --------------------------------------------------------------------------------------------------------


def test_a_miswritten_trace_has_one_wrong_units_digit_and_its_own_answer():
    text, where, agreeing = nudges.miswritten(Problem(347, "*", 6), 1, 3)
    assert text == "7*6+0=42,4*6+4=21,3*6+2=20,"
    assert text[where] == "1"
    assert agreeing == 2012


def test_one_trace_in_twelve_is_miswritten_and_then_the_styles_part():
    for style, agrees in ((nudges.decided, False), (nudges.written, True)):
        found = samples(style, 3000)
        nudged = [sample for sample in found if sample.mute]
        assert 0.06 < len(nudged) / len(found) < 0.10
        for sample in nudged:
            says = str(answer_of(passes(sample.response)[0]))
            assert (answer(sample.response) == says) is agrees
            assert right(asked(sample), sample.response) is not agrees


# -- long products -------------------------------------------------------------------------------------------------------


def test_long_products_cover_every_size_the_large_ones_twice_as_often():
    found = Counter((asked(one).digits, len(str(asked(one).b))) for one in samples(products.long_direct, 4000))
    assert sorted(found) == [(n, m) for n in range(1, 5) for m in range(1, 5)]
    large, small = (sorted(found[n, m] for n, m in found if (n * m >= 9) is much) for much in (True, False))
    assert small[-1] < large[0]


def test_long_products_are_traced_in_rows():
    for sample in samples(products.long_traced):
        assert sample.response == f"[{rows(asked(sample))}]{asked(sample).answer}\n"
