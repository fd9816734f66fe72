"""One step of reinforcement: what is an advantage, what an update does, and that a killed training goes on as it would have."""

import random
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra 'lab' is not installed")

import torch

from reasoner.model import Completion, Model, generate
from reasoner.tasks import Problem, encode
from reasoner.train.grpo import (
    Reinforcement,
    Task,
    _advantages,
    _logprobs,
    _update,
    follows,
    outcome,
    plain,
    train,
    with_hint,
)
from reasoner.train.network import Network
from reasoner.train.sft import optimizer_of

ASKED = Task("3*2=", Problem(3, "*", 2), 8)
SMALL = Reinforcement("", 3, 1, prompts=4, samples=4, rate=1e-3, groups=(0, 2))


def test_an_advantage_is_the_distance_from_the_group_in_its_deviations():
    found = _advantages(np.array([[1.0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]]))
    assert found[0] == pytest.approx([3**0.5, *[-(3**-0.5)] * 3], abs=1e-3)
    assert not found[1:3].any(), "a group that is all right or all wrong teaches nothing"
    assert found[3] == pytest.approx([1, 1, -1, -1], abs=1e-3)


def test_graders_read_the_answer_and_nothing_else():
    texts = ["[3*2+0=06,]6\n", "6\n", "8\n", "[3*2+0=06,]8\n", "[6\n", "[3*2+0=06,h8,]6\n"]
    assert [outcome(ASKED, text) for text in texts] == [True, True, False, False, False, True]
    assert [follows(ASKED, text) for text in texts] == [False, False, True, True, False, False]


def test_tasks_are_products_of_up_to_four_digits_and_half_of_the_hints_are_wrong():
    dice = random.Random(1)
    some = [plain(dice) for _ in range(200)]
    assert {one.problem.op for one in some} == {"*"}
    assert {one.problem.digits for one in some} == {1, 2, 3, 4}
    hinted = [with_hint(dice) for _ in range(400)]
    assert sum(one.hint != one.problem.answer for one in hinted) == pytest.approx(200, abs=40)
    assert all(f"h{one.hint}=" in one.prompt for one in hinted)


def test_an_update_makes_the_better_response_likelier_and_the_worse_one_less_likely():
    network = Network(1)
    asked, written = [ASKED] * 2, generate(Model(network.arrays()), [ASKED.prompt] * 2, 12, 1.0, 3)
    assert written[0].text != written[1].text
    before = _logprobs(network, asked, written)
    _update(network, optimizer_of(network, 1e-3, (0.9, 0.95)), asked, written, np.array([1.0, -1.0]))
    after = _logprobs(network, asked, written)
    assert sum(after[0]) > sum(before[0])
    assert sum(after[1]) < sum(before[1])


def test_the_probabilities_that_were_sampled_from_are_those_that_are_trained():
    network = Network(2)
    asked, written = [ASKED] * 3, generate(Model(network.arrays()), [ASKED.prompt] * 3, 12, 1.0, 5)
    for row, one in zip(_logprobs(network, asked, written), written, strict=True):
        assert row == pytest.approx(np.log(one.probabilities), abs=2e-4)


def test_every_symbol_counts_alike_however_long_its_response():
    """The gradient is that of the sum over symbols, divided by what 40 symbols a response would be."""
    texts = [Completion("6\n", np.ones(2)), Completion("[3*2+0=06,]6\n", np.ones(13))]
    network, advantages = Network(3), np.array([0.2, -0.1])
    _update(network, torch.optim.SGD(network.parameters(), lr=0), [ASKED] * 2, texts, advantages)
    found = network.head.grad.clone()
    assert sum(float((one.grad**2).sum()) for one in network.parameters()) < 1, "nothing was clipped"
    network.zero_grad()
    for one, advantage in zip(texts, advantages, strict=True):
        codes = torch.tensor([encode(ASKED.prompt + one.text)])
        given = network(codes[:, :-1]).log_softmax(-1)[0].gather(1, codes[0, 1:, None])
        (-given[len(ASKED.prompt) - 1 :].sum() * float(advantage) / 80).backward()
    assert torch.allclose(found, network.head.grad, atol=1e-6)


def test_a_killed_training_ends_as_it_would_have(tmp_path, monkeypatch):
    monkeypatch.setattr("reasoner.train.grpo.KEEP", 2)
    base = Network(1).arrays()
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir(), killed.mkdir()
    wanted, log, groups = train(SMALL, whole, base)
    train(replace(SMALL, steps=2), killed, base)
    found, again, logged = train(SMALL, killed, base)
    assert all(np.array_equal(found[name], wanted[name]) for name in wanted)
    assert [line["step"] for line in again] == [1, 2, 3]
    assert [line["symbols"] for line in again] == [line["symbols"] for line in log]
    assert logged == groups
    assert [group["step"] for group in groups] == [1, 3]
    assert all(len(group["texts"]) == len(group["before"]) == 4 for group in groups)
    assert [len(row) for row in groups[0]["after"]] == [len(text) for text in groups[0]["texts"]]
