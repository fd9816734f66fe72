"""What is said of a run of reinforcement, from a log that can be read at a glance."""

import pytest

pytest.importorskip("torch", reason="the extra 'lab' is not installed")

from trained_rewards import END, START, _ends, mean_of, smoothed


def log(rewards):
    return [{"reward": reward, "traced": 0.5, "symbols": 20, "silent": 0.25} for reward in rewards]


def test_a_run_is_described_by_its_ends_and_its_worst():
    rewards = [0.25] * START + [0.5] * 5 + [0.0625] * START + [0.75] * END
    found = _ends("rewarded", log(rewards))
    assert [found[f"rewarded_{name}"].value for name in ("reward_start", "reward_end", "worst", "steps")] == [
        0.25,
        0.75,
        0.0625,
        45,
    ]
    assert found["rewarded_symbols_end"].value == 20
    assert found["rewarded_reward_end"].n == 256 * END


def test_the_worst_stretch_may_be_the_last():
    assert _ends("collapsed", log([0.5] * 30 + [0.0] * START))["collapsed_worst"].value == 0


def test_a_mean_of_what_there_is():
    assert smoothed([4, 0, 2, 6], 2) == [4, 2, 1, 4]
    assert mean_of(log([0.0, 1.0]), "reward") == 0.5
