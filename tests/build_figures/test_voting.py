"""What the samples of two models say, on problems whose outcome can be seen."""

import pytest

import voting
from reasoner.tasks import held_out
from voting import SAMPLES, crossover, doubled, majorities, measure, passes, vote_worth


def run(right, *wrong):
    assert right + sum(wrong) == SAMPLES
    return {
        "right": right,
        "wrong": list(wrong),
        "symbols": SAMPLES * 30,
        "traced": 32,
        "traced_right": min(right, 32),
        "blank": 0,
    }


SURE, OUTVOTED, NEVER, SPREAD = run(64), run(24, 40), run(0, 60, 4), run(8, *[1] * 56)


def test_problems_are_held_out_and_of_both_lengths():
    asked = voting.problems(1)
    assert [one.digits for one in asked] == [3] * voting.EACH + [4] * voting.EACH
    assert all(map(held_out, asked))
    assert asked == voting.problems(1) != voting.problems(2)


def test_a_vote_loses_what_one_sample_sometimes_finds():
    assert majorities([OUTVOTED], 1) == [pytest.approx(37.5)]
    assert majorities([OUTVOTED], 64) == [0]
    assert passes([OUTVOTED], 64) == [100]
    assert majorities([SPREAD], 64) == [100]


def test_doublings_add_up_to_the_whole_gain():
    gains = [gained[0] for _, _, gained in doubled([SPREAD])]
    assert gains[0] == pytest.approx(0)
    assert sum(gains) == pytest.approx(100 - 12.5)


def test_models_cross_where_many_samples_favour_the_one_that_knows_more():
    before, after = [SPREAD, SPREAD], [SURE, NEVER]
    assert passes(before, 1)[0] == pytest.approx(12.5)
    assert crossover(after, after) == 0
    found = crossover(before, after)
    assert sum(passes(before, found)) > 100 >= sum(passes(before, found - 1))


def test_measure_counts_what_was_won_and_lost():
    found = measure({}, 0, [[SURE, OUTVOTED, NEVER, SPREAD], [SURE, SURE, SPREAD, NEVER]]).numbers
    other = measure({}, 0, [[SURE, SURE, NEVER], [NEVER, NEVER, NEVER]]).numbers
    assert (other["newly"].value, other["no_longer"].value, other["bought_64_p"].value) == (0, 2, 0.5)
    assert found["pass_1_before"].value == pytest.approx(100 * (64 + 24 + 0 + 8) / 256, abs=1e-4)
    assert (found["newly"].value, found["no_longer"].value, found["bought_64_p"].value) == (1, 1, 1)
    ends = [found[f"{end}_before"].value for end in ("won", "tied", "lost", "never")]
    assert ends == [50, 0, 25, 25]
    assert found["agreeing_before"].value == pytest.approx(25, abs=1e-4), "the outvoted one would win"
    assert found["commonest_before"].value == pytest.approx(100 * (40 + 60 + 1) / (40 + 64 + 56), abs=1e-3)
    assert found["traced_after"].value == 50
    assert found["symbols_after"].value == 30
    assert found["traced_right_before"].value == pytest.approx(100 * (32 + 24 + 0 + 8) / 128)
    assert found["direct_right_before"].value == pytest.approx(100 * 32 / 128)
    assert found["bought_maj_64"].value == pytest.approx(25)


def test_so_many_votes_before_are_worth_one_sample_after():
    assert vote_worth([SURE], [SURE]) == 1
    assert vote_worth([OUTVOTED], [SURE]) == 0
    found = vote_worth([SPREAD], [OUTVOTED])
    assert majorities([SPREAD], found)[0] >= 37.5 > majorities([SPREAD], found - 1)[0]


def test_lengths_are_told_apart():
    table = measure({}, 0, [[SURE, SURE, NEVER, OUTVOTED], [SURE, SURE, SURE, NEVER]]).tables["lengths"]
    assert table.column("digits") == (3, 4, 3, 4)
    assert table.column("one") == (100, 18.75, 100, 50)
    assert table.column("best") == (100, 50, 100, 50)
