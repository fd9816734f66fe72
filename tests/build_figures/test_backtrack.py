"""What the backtrack's experiment counts, on models whose answer is known beforehand."""

import random

import numpy as np
import pytest

import backtrack
from backtrack import (
    KINDS,
    LENGTHS,
    by_pass,
    case,
    cases,
    chosen,
    coin,
    detection,
    downstream,
    effects,
    meter,
    paired,
    places,
    pooled,
    reading,
    starts,
)
from reasoner.tasks import CODES, SYMBOLS, Problem, passes, steps, trace

ASKED = Problem(478, "*", 6)


class Stub:
    """Says `w` with the chance that `when` gives for what has been read so far; else any other symbol alike."""

    def __init__(self, when):
        self.when = when

    def read(self, texts, states=None):
        found = np.zeros((len(texts), len(texts[0]), len(SYMBOLS)))
        for row, text in enumerate(texts):
            for place in range(len(text)):
                chance = self.when(text[: place + 1])
                found[row, place] = np.log((1 - chance) / (len(SYMBOLS) - 1))
                found[row, place, CODES["w"]] = np.log(chance)
        return found


def wrong(text):
    """Whether the last pass holds a step that does not come to what it says."""
    return any(step.result != step.true for step in passes("[" + text.partition("[")[2])[-1])


CLOCK = Stub(lambda text: 0.6 if text.endswith(",") else 0.01)
CHECKER = Stub(lambda text: 0.9 if wrong(text) else 0.01)


def drawn(count=6):
    return {digits: cases(random.Random(digits), digits, count) for digits in LENGTHS}


def test_the_kinds_of_slip_of_one_case():
    one = case(ASKED, 1, 3)
    assert one.clean == "8*6+0=48,7*6+4=46,4*6+4=28,"
    assert one.slips == {
        "units": "8*6+0=48,7*6+4=49,4*6+4=28,",
        "tens": "8*6+0=48,7*6+4=76,4*6+7=31,",
        "broken": "8*6+0=48,7*6+4=76,4*6+4=28,",
    }
    assert one.prefix("8") == "478*6=[8"


def test_steps_take_turns_to_slip():
    assert [one.at for one in cases(random.Random(1), 3, 7)] == [0, 1, 2, 0, 1, 2, 0]


def test_a_model_that_waits_by_the_clock_has_no_gap():
    found = meter(CLOCK, drawn(), "pass")
    assert pooled(found, "slip") == pytest.approx(0.6)
    assert pooled(found, "slip") == pytest.approx(pooled(found, "clean"))
    assert chosen(found, "slip").all()
    numbers = detection("reflective", found)
    assert numbers["gap_reflective"].value == pytest.approx(0)


def test_a_model_that_checks_has_one():
    found = meter(CHECKER, drawn(), "pass")
    assert (len(pooled(found, "slip")), len(chosen(found, "slip"))) == (6 * len(LENGTHS), 6 * len(LENGTHS) * len(KINDS))
    numbers = detection("reflective", found)
    assert numbers["slip_reflective"].value == pytest.approx(90)
    assert numbers["gap_reflective"].value == pytest.approx(89)
    assert (numbers["chosen_slip_reflective"].value, numbers["chosen_clean_reflective"].value) == (100, 0)


def test_only_what_was_written_up_to_the_place_counts():
    """The step is not over at the wrong digit, so that a model that goes by steps cannot know yet."""
    slipped, clean = places(CHECKER, cases(random.Random(2), 5, 8))
    assert slipped[:, 1:] == pytest.approx(0.9)
    assert slipped[:, 0] == pytest.approx(0.01)
    assert clean == pytest.approx(0.01)


def test_chances_are_read_after_each_pass():
    counts = Stub(lambda text: 0.1 * (1 + text.count("w")) if text.endswith(",") else 0.01)
    assert by_pass(counts, [case(ASKED, 0, 1)]) == pytest.approx([10, 20, 30, 40, 50])


@pytest.mark.parametrize(("end", "chance"), [("+7=", 0.2), ("+7=3", 0.7), ("+7=31", 0.7), ("+7=31,", 0.2)])
def test_downstream_looks_at_the_two_digits_of_the_next_step(end, chance):
    model = Stub(lambda text: 0.7 if text.endswith(end) else 0.2)
    assert downstream(model, [case(ASKED, 1, 3)]) == pytest.approx([chance])


def test_nothing_is_downstream_of_the_last_step():
    assert len(downstream(CLOCK, [case(ASKED, 2, 3), case(ASKED, 0, 3)])) == 1


def test_where_the_models_take_over():
    begun = starts([case(ASKED, 1, 3)], "pass")
    assert {name: some[0] for name, some in begun.items()} == {
        "slip": "8*6+0=48,7*6+4=49,4*6+4=28,", "clean": "8*6+0=48,7*6+4=46,4*6+4=28,",
        "slip_again": "8*6+0=48,7*6+4=49,4*6+4=28,w", "clean_again": "8*6+0=48,7*6+4=46,4*6+4=28,w",
        "slip_closed": "8*6+0=48,7*6+4=49,4*6+4=28,]",
    }  # fmt: skip
    assert starts([case(ASKED, 1, 3)], "digit")["slip_again"] == ["8*6+0=48,7*6+4=49w"]


def outcome(*pairs):
    return tuple(np.array(part, bool) for part in zip(*pairs, strict=True))


# Right and waited, of four slips and four clean passes: a wait mends, and comes half of the time whether it is needed or not.
BY_THE_CLOCK = {
    "slip": outcome((1, 1), (1, 1), (0, 0), (0, 0)), "clean": outcome((1, 1), (1, 1), (1, 0), (1, 0)),
    "slip_again": outcome((1, 0), (1, 0), (1, 0), (1, 0)), "clean_again": outcome((1, 0), (1, 0), (1, 0), (0, 0)),
    "slip_closed": outcome((0, 0), (0, 0), (0, 0), (0, 0)), "greedy": outcome((1, 1), (1, 1), (1, 1), (0, 0)),
}  # fmt: skip


def test_a_coin_repairs_as_much_as_a_clock():
    assert coin(BY_THE_CLOCK) == pytest.approx(0.5)
    numbers = effects("reflective", BY_THE_CLOCK)
    assert (numbers["repair_reflective"].value, numbers["damage_reflective"].value) == (50, 0)
    assert (numbers["forced_damage_reflective"].value, numbers["greedy_reflective"].value) == (25, 75)


def test_a_coin_is_tossed_at_the_rate_of_all_the_waits():
    """One wait in four; it always mends, and half of the slips come out right without."""
    found = {
        "slip": outcome((1, 1), (1, 0)), "clean": outcome((1, 0), (1, 0)),
        "slip_again": outcome((1, 0), (1, 0)), "slip_closed": outcome((1, 0), (0, 0)),
    }  # fmt: skip
    assert coin(found) == pytest.approx(0.25 + 0.75 / 2)


def test_the_correlation_that_misleads():
    """All four traces with a wait are right, and two of the four without, though the wait knew nothing of the slip."""
    assert reading(BY_THE_CLOCK) == ((4, 4), (2, 4))


def test_a_share_of_nothing_is_left_out():
    found = BY_THE_CLOCK | {"slip": outcome((1, 1), (1, 1)), "clean": outcome((1, 1), (1, 1))}
    assert "straight_right_reflective" not in effects("reflective", found)


def test_the_interval_of_a_paired_difference():
    mean, (low, high) = paired(np.array([1.0, 3.0]))
    assert (mean, high - mean) == (2.0, pytest.approx(1.96))
    assert mean - low == pytest.approx(high - mean)


def test_looking_up_a_prefix_twice_reads_it_once():
    class Once(Stub):
        reads = 0

        def read(self, texts, states=None):
            self.reads += len(texts)
            return super().read(texts, states)

    model = Once(CLOCK.when)
    text = f"478*6=[{trace(steps(ASKED))}"
    chance, _ = backtrack.look(model, [text, "8*6=[", text])
    assert model.reads == 2
    assert chance == pytest.approx([0.6, 0.01, 0.6])
