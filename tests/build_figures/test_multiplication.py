"""Long multiplication: what is counted, on traces whose layout can be seen."""

import numpy as np
import pytest

import multiplication as experiment
from reasoner.model import Completion
from reasoner.tasks import CODES, Problem, encode, held_out, response, rows


class Reader:
    """Would write what comes next in every text, but for one symbol, in whose place it writes another."""

    def __init__(self, never=""):
        self.never = never

    def read(self, texts):
        logits = np.zeros((len(texts), len(texts[0]), len(CODES)))
        for row, text in enumerate(texts):
            for place, code in enumerate(encode(text[1:])):
                logits[row, place, CODES["h"] if text[place + 1] == self.never else code] = 1
        return logits


def text_of(problem, shown=None):
    return response(rows(shown or problem), problem.answer)


def completion(text, *chances):
    return Completion(text, np.array([1.0] * (len(text) - len(chances)) + list(chances)))


def test_problems_of_a_cell_differ_and_are_held_out_where_any_are():
    cell = experiment.problems(1, 60, 2, 3)
    assert len(set(cell)) == 60
    assert all(map(held_out, cell))
    assert {(len(str(one.a)), len(str(one.b))) for one in cell} == {(2, 3)}
    assert experiment.problems(1, 60, 2, 3) == cell != experiment.problems(2, 60, 2, 3)
    assert not any(map(held_out, experiment.problems(1, 60, 1, 1)))


def test_every_symbol_of_a_response_has_its_role():
    problem = Problem(347, "*", 68)
    named = list(zip(experiment.roles(problem), text_of(problem), strict=True))
    assert [symbol for role, symbol in named if role == "x"] == list("743743")
    assert [symbol for role, symbol in named if role == "y"] == list("888666")
    assert [symbol for role, symbol in named if role == ":"] == [":", "]"]
    assert "".join(symbol for role, symbol in named if role == "a") == "23596\n"


@pytest.mark.parametrize(("never", "wrong"), [("", {}), (":", {":": 1}), ("\n", {"a": 1}), ("[", {"[": 1})])
def test_each_symbol_is_counted_under_its_role(never, wrong):
    counts = experiment.told(Reader(never), [Problem(347, "*", 68)])
    assert {role: total for role, (_, total) in counts.items()} == dict.fromkeys("xysctu", 6) | {
        "p": 12,
        ":": 2,
        "a": 6,
        "[": 1,
    }
    assert {role: total - hits for role, (hits, total) in counts.items() if hits < total} == wrong


def test_problems_of_other_lengths_are_counted_together():
    counts = experiment.told(Reader(), [Problem(347, "*", 68), Problem(12, "*", 3), Problem(45, "*", 6)])
    assert counts["x"] == (10, 10)


def test_the_walk_of_a_trace_is_read():
    assert experiment.layout(text_of(Problem(347, "*", 68))) == [("743", "888"), ("743", "666")]
    assert experiment.layout("[7856005") == [("", "")]


@pytest.mark.parametrize(
    ("got", "place"), [("1235", 3), ("2345", 0), ("1234", 4), ("12345", None), ("123", None), ("1243", None)]
)
def test_one_dropped_digit_is_found(got, place):
    assert experiment.dropped("12345", got) == place


@pytest.mark.parametrize(
    ("zone", "asked", "shown", "found"),
    [
        ("row", Problem(12345, "*", 68), Problem(12345, "*", 68), ("complete", None)),
        ("row", Problem(12345, "*", 68), Problem(1345, "*", 68), ("dropped", 3)),
        ("row", Problem(12345, "*", 68), Problem(135, "*", 68), ("other", None)),
        ("column", Problem(68, "*", 12345), Problem(68, "*", 12345), ("complete", None)),
        ("column", Problem(68, "*", 12345), Problem(68, "*", 1234), ("dropped", 0)),
        ("column", Problem(68, "*", 12345), Problem(68, "*", 99999), ("other", None)),
    ],
)
def test_a_wrong_walk_is_sorted(zone, asked, shown, found):
    assert experiment.addressed(zone, asked, experiment.layout(text_of(asked, shown))) == found


def test_steps_are_true_as_they_stand_or_not():
    assert experiment.sound(text_of(Problem(347, "*", 68)))
    assert not experiment.sound("[78560057]1\n")
    assert not experiment.sound("[78550055]1\n")
    assert not experiment.sound("[7856005]1\n")


def test_failures_count_wrong_responses_alone():
    asked = {sizes: [] for sizes in experiment.cells_of("row")}
    good, bad = Problem(12345, "*", 6), Problem(54321, "*", 7)
    asked[5, 1] = [good, bad]
    written = {good: completion(text_of(good)), bad: completion(response(rows(Problem(5432, "*", 7)), 38024))}
    counts = experiment.failures("row", asked, written)
    assert (counts["wrong"], counts["dropped"], counts["sound"], counts["places"]) == (1, 1, 1, [1, 0, 0, 0, 0])
    assert counts["four"] == 1


def test_a_response_of_four_rows_or_steps_is_told_from_one_of_five():
    asked = {sizes: [] for sizes in experiment.cells_of("column")}
    short, whole = Problem(6, "*", 12345), Problem(7, "*", 54321)
    asked[1, 5] = [short, whole]
    written = {short: completion(response(rows(Problem(6, "*", 2345)), 1)), whole: completion(response(rows(whole), 1))}
    counts = experiment.failures("column", asked, written)
    assert (counts["wrong"], counts["four"], counts["complete"], counts["dropped"]) == (2, 1, 1, 1)


def test_a_cell_knows_how_sure_the_model_was_of_answer_and_symbols():
    problem = Problem(2, "*", 3)
    cell = experiment.cell_of([problem], {problem: completion("[23060006]6\n", 0.5, 0.5, 0.5)})
    assert cell["right"] == 1
    assert cell["held"] == 0
    assert cell["least"] == 0.5
    assert cell["answer"] == 0.25
    assert cell["symbol"] == pytest.approx(10.5 / 12)


def test_numbers_are_pooled_over_the_cells_of_their_group():
    cell = {"right": 0, "held": experiment.CASES, "symbol": 0.5, "answer": 0.5, "least": 0.5, "length": 9.0}
    cells = {f"{one}x{other}": dict(cell) for one in range(1, 6) for other in range(1, 6)}
    cells["4x4"]["right"] = cells["5x2"]["right"] = experiment.CASES
    cells["1x1"]["held"] = 0
    numbers = experiment.numbers_of("long_1", cells)
    assert numbers["long_1_inside"].value == 100 / 16
    assert numbers["long_1_held"].value == 100 / 15
    assert numbers["long_1_row"].value == 25
    assert numbers["long_1_column"].value == 0
    assert numbers["long_1_beyond"].n == 9 * experiment.CASES
    assert numbers["long_1_worst"].value == 0
