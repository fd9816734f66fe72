"""What a training was shown, drawn again."""

import random

import pytest

from reasoner import styles
from reasoner.coverage import replay, seen, shown


def test_the_samples_are_those_that_the_training_draws():
    dice = random.Random("traced 7")
    assert list(replay(styles.traced, 7, 5)) == [styles.traced(dice) for _ in range(5)]
    assert list(replay(styles.traced, 8, 5)) != list(replay(styles.traced, 7, 5))


def test_it_draws_what_the_training_itself_draws(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    from reasoner.train import sft

    drawn = []

    def counting(dice):
        drawn.append(styles.direct(dice))
        return drawn[-1]

    counting.__name__ = "direct"
    monkeypatch.setattr(sft, "_step", lambda *_: 0.0)
    sft.train(sft.Recipe(counting, 3, seed=4, batch=5), tmp_path)
    assert drawn == list(replay(styles.direct, 4, 15))


def test_prompts_are_counted_once_and_symbols_each_time():
    def style(dice):
        return styles.Sample(dice.choice(["1+1=", "22+1="]), "23\n")

    found = shown(style, 1, 50)
    assert found.prompts == seen(style, 1, 50) == {"1+1=", "22+1="}
    longer = sum(sample.prompt == "22+1=" for sample in replay(style, 1, 50))
    assert 0 < longer < 50
    assert found.symbols == 50 * 7 + longer
