"""How the models are made. It takes torch, which nothing else here does. What reinforcement does: test_grpo.py."""

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra 'lab' is not installed")

import torch

from reasoner import styles
from reasoner.model import Model
from reasoner.styles import Sample
from reasoner.tasks import END, MARKS, SYMBOLS, Problem, encode
from reasoner.train import golden, grpo, sft
from reasoner.train.grpo import Reinforcement, Task
from reasoner.train.network import Network, saved
from reasoner.train.sft import Recipe


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def stirred(vocabulary=21):
    """Weights of which every one matters: as they start, the logits are nearly nothing."""
    dice = np.random.default_rng(0)
    arrays = Network(0, vocabulary).arrays()
    return {name: array + 0.1 * dice.standard_normal(array.shape).astype(np.float32) for name, array in arrays.items()}


def network_of(arrays):
    network = Network(0, len(arrays["embed"]))
    network.load_arrays(arrays)
    return network


def equal(some, others):
    return some.keys() == others.keys() and all(np.array_equal(some[name], others[name]) for name in some)


# -- the network -------------------------------------------------------------------------------------------------------------


def test_the_network_has_150_592_weights_and_they_come_from_the_seed():
    assert sum(weight.numel() for weight in Network(1).parameters()) == 150_592
    assert equal(Network(1).arrays(), Network(1).arrays())
    assert not np.array_equal(Network(1).arrays()["qkv"], Network(2).arrays()["qkv"])


def test_matrices_start_by_their_inputs_and_what_is_added_to_the_stream_at_half_of_it():
    arrays = Network(1).arrays()
    wanted = {"qkv": 0.7 / 8, "up": 0.7 / 8, "out": 0.35 / 8, "down": 0.35 / 16, "embed": 0.02, "head": 0.02}
    assert {name: float(arrays[name].std()) for name in wanted} == pytest.approx(wanted, rel=0.05)
    assert all((arrays[name] == 1).all() for name in ("norm", "norm1", "norm2"))


@pytest.mark.parametrize("vocabulary", [len(SYMBOLS), len(SYMBOLS + MARKS)])
def test_torch_and_numpy_compute_the_same_logits(vocabulary):
    texts = ["347*6=[7*6+0=42,4*6+4=28,3*6+2=20,]2082\n", "99999+11111=h;:w[9+1+0=10,9+1+1=11,wh:;]"]
    arrays = stirred(vocabulary=vocabulary)
    with torch.no_grad():
        wanted = network_of(arrays)(torch.tensor([encode(text) for text in texts])).numpy()
    assert wanted.std() > 0.5
    assert np.allclose(Model(arrays).read(texts), wanted, rtol=0, atol=1e-4)


def test_equal_weights_give_equal_bytes_and_the_file_holds_them_in_16_bits():
    arrays = stirred()
    assert saved(arrays) == saved(dict(arrays))
    model = Model.load(io.BytesIO(saved(arrays)))
    assert np.array_equal(model.up, arrays["up"].astype(np.float16))


def test_a_golden_file_says_what_the_weights_in_16_bits_write():
    made = golden.golden(stirred(), ["1*2=", "34*5=", "7+7="], 6)
    assert [len(text) == 6 or text.endswith("\n") for text in made["responses"]] == [True] * 3
    assert len(made["logits"]) == golden.SHOWN == 2
    model = Model.load(io.BytesIO(saved(stirred())))
    for prompt, text, rows in zip(made["prompts"], made["responses"], made["logits"], strict=False):
        found = model.read([prompt + text])[0, len(prompt) - 1 : -1]
        assert encode(text) == found.argmax(-1).tolist()
        assert np.allclose(found, rows, rtol=0, atol=2e-4)


# -- supervised training -----------------------------------------------------------------------------------------------------

RECIPE = Recipe(styles.traced, 6, 3, batch=4)


def test_the_rate_warms_up_for_fifty_steps_and_falls_along_a_cosine_to_its_floor():
    recipe = Recipe(styles.traced, 1050, 1, rate=4e-3, floor=0.1)
    rates = [sft.rate_at(recipe, step) for step in range(1051)]
    assert rates[:50] == pytest.approx([4e-3 * (step + 1) / 50 for step in range(50)])
    assert rates[50] == pytest.approx(4e-3)
    assert rates[550] == pytest.approx(4e-3 * 0.55)
    assert rates[1050] == pytest.approx(4e-4)
    assert all(one > other for one, other in pairwise(rates[50:]))


def test_a_target_is_the_next_symbol_and_of_the_prompt_none_counts():
    tokens, targets, counts = sft.tensors([Sample("1*2=", "2\n"), Sample("1*2=", "[1*2+0=02,]2\n", frozenset([8]))])
    assert tokens[1].tolist() == encode("1*2=[1*2+0=02,]2")
    assert targets[1].tolist() == encode("*2=[1*2+0=02,]2\n")
    assert counts[0].tolist() == [0, 0, 0, 1, 1] + [0] * (len(tokens[0]) - 5)
    assert counts[1].tolist() == [0, 0, 0] + [1] * 8 + [0] + [1] * 4
    assert targets[1][3 + 8] == encode("2")[0]
    assert tokens[0].tolist() == [*encode("1*2=2\n"), *[END] * (len(tokens[0]) - 6)]


def test_the_loss_is_what_the_model_misses_at_the_symbols_that_count():
    network = network_of(stirred())
    text, mute = "[1*2+0=03,]2\n", frozenset([8])
    with torch.no_grad():
        missed = -network(torch.tensor([encode("1*2=" + text)])).log_softmax(-1)[0]
        each = [float(missed[3 + place, code]) for place, code in enumerate(encode(text))]
        loss = lambda *samples: float(sft.loss_of(network, list(samples), 1))  # noqa: E731
        assert loss(Sample("1*2=", text)) == pytest.approx(sum(each), rel=1e-5)
        assert loss(Sample("1*2=", text, mute)) == pytest.approx(sum(each) - each[8], rel=1e-5)
        assert loss(Sample("1*2=", text, frozenset(range(len(text))))) == 0
        long = Sample("99999*9=", "899991\n")
        assert loss(Sample("1*2=", text), long) == pytest.approx(sum(each) + loss(long), rel=1e-5)


def counting(drawn, most=10**6):
    """`traced`, by the name that is part of the seed: it notes what it draws, and the process is killed when that is enough."""

    def traced(dice):
        if len(drawn) == most:
            raise KeyboardInterrupt
        drawn.append(styles.traced(dice))
        return drawn[-1]

    return traced


@pytest.mark.parametrize(("steps", "kept"), [(1, 0), (3, 2), (4, 4)])
def test_a_training_that_was_killed_goes_on_to_the_weights_of_an_unbroken_one(tmp_path, monkeypatch, steps, kept):
    monkeypatch.setattr(sft, "KEEP", 2)
    monkeypatch.setattr(sft, "EVERY", 2)
    whole, broken, drawn = tmp_path / "whole", tmp_path / "broken", []
    whole.mkdir(), broken.mkdir()
    wanted, log = sft.train(RECIPE, whole)
    with pytest.raises(KeyboardInterrupt):
        sft.train(replace(RECIPE, style=counting([], steps * RECIPE.batch)), broken)
    found, again = sft.train(replace(RECIPE, style=counting(drawn)), broken)
    assert len(drawn) == (RECIPE.steps - kept) * RECIPE.batch
    assert equal(found, wanted)
    assert [(line["step"], line["loss"]) for line in again] == [(line["step"], line["loss"]) for line in log]
    assert [line["step"] for line in log] == [2, 4, 6]


def test_a_training_depends_on_its_seed_its_style_and_its_base(tmp_path):
    def end(recipe, base=None):
        return sft.train(replace(recipe, steps=1), tmp_path, base)[0]

    plain = end(RECIPE)
    assert equal(plain, end(RECIPE))
    assert not equal(plain, end(replace(RECIPE, seed=4)))
    assert not equal(plain, end(replace(RECIPE, style=styles.direct)))
    assert not equal(plain, end(RECIPE, stirred()))


def test_a_training_learns(tmp_path, monkeypatch):
    monkeypatch.setattr(sft, "EVERY", 8)
    _, log = sft.train(Recipe(styles.traced, 24, 1, batch=4), tmp_path)
    losses = [line["loss"] for line in log]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > 2.9
    assert losses[2] < 2.7


# -- reinforcement -----------------------------------------------------------------------------------------------------------

ASKED = Problem(3, "*", 4)
REINFORCEMENT = Reinforcement("", 1, 1, grader="digit first", prompts=2, samples=8, groups=(0,))


def digit_first(task, text):
    return text[0].isdigit()


@pytest.fixture
def graded(monkeypatch):
    monkeypatch.setitem(grpo.GRADERS, "digit first", (lambda dice: Task(ASKED.prompt, ASKED), digit_first))
    monkeypatch.setitem(grpo.GRADERS, "all alike", (lambda dice: Task(ASKED.prompt, ASKED), lambda task, text: True))
    monkeypatch.setattr(grpo, "LIMIT", 6)


def first_is_a_digit(arrays):
    logits = Model(arrays).read([ASKED.prompt])[0, -1]
    shares = np.exp(logits) / np.exp(logits).sum()
    return shares[encode("0123456789")].sum()


@pytest.mark.usefixtures("graded")
def test_one_step_makes_the_better_answers_likelier_and_the_worse_less_likely(tmp_path):
    base = stirred()
    found, log, (group,) = grpo.train(REINFORCEMENT, tmp_path, base)
    assert first_is_a_digit(found) > first_is_a_digit(base) + 0.005
    assert {one > 0 for one in group["advantages"]} == {True, False}
    gains = [(sum(after) - sum(before)) for before, after in zip(group["before"], group["after"], strict=True)]
    assert np.corrcoef(gains, group["advantages"])[0, 1] > 0.5
    for text, reward, advantage in zip(group["texts"], group["rewards"], group["advantages"], strict=True):
        assert reward == digit_first(None, text) == (advantage > 0)
    assert log[0]["step"] == 1


@pytest.mark.usefixtures("graded")
def test_where_all_answers_are_equally_good_nothing_is_learned(tmp_path):
    base = stirred()
    found, (line,), _ = grpo.train(replace(REINFORCEMENT, grader="all alike"), tmp_path, base)
    assert line["reward"] == 1
    assert equal(found, base)


@pytest.mark.usefixtures("graded")
def test_a_symbol_costs_what_it_costs(tmp_path):
    cheap, dear = (grpo.train(replace(REINFORCEMENT, cost=cost), tmp_path, stirred())[1][0] for cost in (0, 0.01))
    assert dear["reward"] == pytest.approx(cheap["reward"] - 0.01 * cheap["symbols"])
