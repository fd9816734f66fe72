"""Item statistics, on classes small enough to compute them by hand."""

import pytest

from coursebook.publish.quiz import attempts
from coursebook.publish.quiz.statistics import items
from exam import BANK, assignment, attempt, hand_in, right

WRONG = {"choose": [0], "number": "60.7", "words": "with replacement", "arrange": [3, 2, 1, 0], "pair": [0, 1, 3]}
SINGLE = assignment(n=0, types=("single",))
TWO = assignment(n=0, types=("single", "multiple"))


@pytest.fixture
def taken(tmp_path):
    """taken(assignment, *answers) -> the marked attempts of as many students, who finish in this order"""

    def take(said, *answers):
        files = [
            hand_in(tmp_path, attempt(said, f"s{number}", answer=answer, minutes=number + 1), f"{number}.json")
            for number, answer in enumerate(answers)
        ]
        found, problems = attempts.mark(files, [BANK])
        assert problems == []
        return found

    return take


def by_id(found):
    return {item.question["id"]: item for item in items(found)}


def table(item):
    return {one.given: (one.count, one.upper, one.lower) for one in item.choices}


def option(*indices):
    return lambda place, key: list(indices)


def scripted(responses):
    """Answers by the question's key: `several` chooses between those to the single and the multiple choice."""
    return lambda place, key: responses[key["several"]]


def test_difficulty_is_the_mean_score(taken):
    found = taken(SINGLE, option(1), option(1), option(1), option(0))
    assert by_id(found)["sample-single"].difficulty == 0.75


def test_discrimination_is_the_correlation_with_the_rest(taken):
    together = [{False: [1], True: [0, 2]}, {False: [1], True: [0]}, {False: [0], True: [1]}, {False: [2], True: [3]}]
    found = by_id(taken(TWO, *map(scripted, together)))
    # scores 1 1 0 0 against the rest 1 .5 0 0: cov 0.1875, deviations 0.5 and sqrt(0.171875)
    assert found["sample-single"].discrimination == pytest.approx(0.1875 / (0.5 * 0.171875**0.5))
    assert found["sample-multiple"].discrimination == pytest.approx(found["sample-single"].discrimination)


def test_a_question_that_the_good_ones_miss_discriminates_below_zero(taken):
    against = [{False: [0], True: [0, 2]}, {False: [0], True: [0, 2]}, {False: [1], True: [1]}, {False: [1], True: [1]}]
    assert by_id(taken(TWO, *map(scripted, against)))["sample-single"].discrimination == pytest.approx(-1)


def test_nothing_is_said_where_nothing_can_be(taken):
    assert by_id(taken(SINGLE, *[option(0)] * 4))["sample-single"].discrimination is None  # there is no rest
    two = [{False: [1], True: [0, 2]}, {False: [0], True: [1]}]
    assert by_id(taken(TWO, *map(scripted, two)))["sample-single"].discrimination is None  # a line through two points
    level = [{False: [1], True: [0, 2]}, {False: [1], True: [1]}, {False: [1], True: []}]
    assert by_id(taken(TWO, *map(scripted, level)))["sample-single"].discrimination is None  # all scores are equal


def test_choices_are_counted_by_thirds(taken):
    answers = [option(1), option(0), option(1), option(2), option(0), option(0), option()]
    item = by_id(taken(SINGLE, *answers))["sample-single"]
    assert (item.asked, item.third) == (7, 2)
    # the best two are those with option 1; the worst two, level with others, are the first of those in time
    assert table(item) == {
        ("option", 0): (3, 0, 1),
        ("option", 1): (2, 2, 0),
        ("option", 2): (1, 0, 1),
        ("empty", -1): (1, 0, 0),
    }
    assert [one.given for one in item.choices if one.right] == [("option", 1)]
    assert item.distractor.given == ("option", 0)


def test_the_right_one_is_no_distractor_and_neither_is_what_nobody_chose(taken):
    assert by_id(taken(SINGLE, option(1), option(1)))["sample-single"].distractor is None
    assert by_id(taken(SINGLE, option()))["sample-single"].distractor is None


def test_foreseen_wrong_answers_have_their_own_line(taken):
    said = assignment(n=0, types=("numeric", "text"))
    found = by_id(taken(said, lambda place, key: WRONG[key["kind"]], lambda place, key: "7", lambda place, key: right(key)))
    assert table(found["sample-numeric"])["foreseen", 0] == (1, 0, 1)
    assert table(found["sample-numeric"])["foreseen", 1] == (0, 0, 0)
    assert table(found["sample-numeric"])["wrong", -1] == (1, 0, 0)
    assert table(found["sample-text"])["foreseen", 0] == (1, 0, 1)
    assert [one.given for one in found["sample-text"].choices if one.right] == [("right", -1)]


def test_open_answers_are_counted_and_not_judged(taken):
    said = assignment(n=0, types=("recall",))
    item = by_id(taken(said, lambda place, key: "So.", lambda place, key: " "))["sample-recall"]
    assert (item.difficulty, item.discrimination) == (None, None)
    assert {given: count for given, (count, *_) in table(item).items()} == {("open", -1): 1, ("empty", -1): 1}


def test_an_item_is_of_those_who_were_asked(taken):
    found = by_id(taken(assignment(n=2, form="own"), *[lambda place, key: right(key)] * 9))
    assert sum(item.asked for item in found.values()) == 18
    assert all(item.asked < 9 for item in found.values())


def test_everything_that_is_graded_here_can_be_counted(taken):
    found = by_id(
        taken(assignment(n=0), *[lambda place, key: WRONG[key["kind"]], lambda place, key: right(key), lambda place, key: None])
    )
    for item in found.values():
        assert sum(one.count for one in item.choices) >= 3
        assert item.difficulty is not None
    assert {given for given, _ in table(found["sample-order"])} == {"right", "wrong", "empty"}
