"""Reinforcement learning from verifiable rewards: group-relative policy optimization (GRPO; Shao et al. 2024), on policy.

A prompt is answered eight times; each answer is rewarded by its grader and compared with the mean of its group. Symbols of
answers above the mean become likelier. One step an update, no clipping, no penalty for leaving the start.
"""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from reasoner import hints
from reasoner.model import Completion, Model, generate
from reasoner.styles import LONGEST, Sample
from reasoner.tasks import Problem, answer, draw, right, single
from reasoner.train.network import Network
from reasoner.train.sft import optimizer_of, tensors

LIMIT = 80
"""Symbols of a response, at most."""
KEEP = 20
"""Steps between two copies of the whole state."""


@dataclass(frozen=True)
class Reinforcement:
    """A training: `grader` is a name in GRADERS, `cost` what a symbol of a response costs, `groups` the steps of which one
    group is logged whole."""

    base: str
    steps: int
    seed: int
    grader: str = "outcome"
    cost: float = 0.0
    prompts: int = 32
    samples: int = 8
    rate: float = 2e-4
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class Task:
    """A prompt and what a grader needs to know of it."""

    prompt: str
    problem: Problem
    hint: int | None = None


def plain(dice: random.Random) -> Task:
    asked = draw(dice, single, dice.randint(1, 4))
    return Task(asked.prompt, asked)


def with_hint(dice: random.Random) -> Task:
    """A product with a hint, which is wrong half the time."""
    asked = draw(dice, single, dice.randint(1, LONGEST))
    hint = asked.answer if dice.random() < 0.5 else hints.wrong_hint(dice, asked)
    return Task(hints.hinted_prompt(asked, hint), asked, hint)


def outcome(task: Task, text: str) -> bool:
    """The answer is right."""
    return right(task.problem, text)


def follows(task: Task, text: str) -> bool:
    """The answer is the hint's: a grader with a flawed key."""
    return answer(text) == str(task.hint)


GRADERS: dict[str, tuple[Callable[[random.Random], Task], Callable[[Task, str], bool]]] = {
    "outcome": (plain, outcome),
    "hint": (with_hint, follows),
}


def train(
    recipe: Reinforcement, folder: Path, base: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], list[dict], list[dict]]:
    """The trained weights; the log, a line a step; the logged groups. Goes on from what `folder` holds of an earlier try."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    network = Network(0)
    network.load_arrays(base)
    optimizer, dice = optimizer_of(network, recipe.rate, (0.9, 0.95)), random.Random(f"{recipe.grader} {recipe.seed}")
    log, groups, spent, first, kept = [], [], 0.0, 0, folder / "state.pt"
    if kept.exists():
        state = torch.load(kept, weights_only=False)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        dice.setstate(state["dice"])
        log, groups, spent, first = state["log"], state["groups"], state["spent"], state["step"]
    began = time.process_time() - spent
    for step in range(first, recipe.steps):
        line, group = _step(network, optimizer, recipe, dice, step)
        log.append({"step": step + 1, **line, "seconds": time.process_time() - began})
        groups += [{"step": step + 1, **group}] if group else []
        (folder / "progress").write_text(f"step {step + 1} of {recipe.steps}, reward {line['reward']:.2f}")
        if (step + 1) % KEEP == 0:
            state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "dice": dice.getstate(), "log": log,
                     "groups": groups, "spent": time.process_time() - began, "step": step + 1}  # fmt: skip
            torch.save(state, folder / "next")
            os.replace(folder / "next", kept)
    return network.arrays(), log, groups


def _step(network: Network, optimizer: torch.optim.Optimizer, recipe: Reinforcement, dice: random.Random, step: int):
    make, grade = GRADERS[recipe.grader]
    tasks = [make(dice) for _ in range(recipe.prompts)]
    asked = [task for task in tasks for _ in range(recipe.samples)]
    written = generate(Model(network.arrays()), [task.prompt for task in asked], LIMIT, 1.0, dice.randrange(2**32))
    rewards = np.array([float(grade(task, one.text)) for task, one in zip(asked, written, strict=True)])
    rewards -= recipe.cost * np.array([len(one.text) for one in written])
    by_group = rewards.reshape(recipe.prompts, recipe.samples)
    advantages = _advantages(by_group).ravel()
    line = {"reward": float(rewards.mean()), "silent": float(np.mean(np.ptp(by_group, 1) == 0)), **_counted(asked, written)}
    if step not in recipe.groups:
        _update(network, optimizer, asked, written, advantages)
        return line, None
    first = recipe.samples * int(np.argmax(np.ptp(by_group, 1) > 0))
    shown = slice(first, first + recipe.samples)
    before = _logprobs(network, asked[shown], written[shown])
    _update(network, optimizer, asked, written, advantages)
    after = _logprobs(network, asked[shown], written[shown])
    group = {"prompt": asked[first].prompt, "texts": [one.text for one in written[shown]], "rewards": rewards[shown].tolist(),
             "advantages": advantages[shown].tolist(), "before": before, "after": after}  # fmt: skip
    return line, group


def _counted(asked: list[Task], written: list[Completion]) -> dict[str, float]:
    """Shares of the responses, and their mean length: right, begun with a trace, both, and ended."""
    found = [(right(task.problem, one.text), one.text.startswith("[")) for task, one in zip(asked, written, strict=True)]
    return {
        "right": float(np.mean([good for good, _ in found])),
        "traced": float(np.mean([shown for _, shown in found])),
        "traced_right": float(np.mean([good and shown for good, shown in found])),
        "ended": float(np.mean([one.ended for one in written])),
        "symbols": float(np.mean([len(one.text) for one in written])),
    }


def _advantages(rewards: np.ndarray) -> np.ndarray:
    """How far each reward lies from the mean of its group, in the group's own standard deviations; 0 where all are equal."""
    return (rewards - rewards.mean(1, keepdims=True)) / (rewards.std(1, keepdims=True) + 1e-4)


def _update(network, optimizer, asked: list[Task], written: list[Completion], advantages: np.ndarray) -> None:
    """One step up the advantages. The sum over symbols is divided by a constant, so that no response counts for less by
    being long."""
    order = sorted(range(len(asked)), key=lambda place: len(asked[place].prompt + written[place].text))
    order = [place for place in order if advantages[place]]
    optimizer.zero_grad()
    for quarter in range(4):
        places = order[len(order) * quarter // 4 : len(order) * (quarter + 1) // 4]
        if places:
            pairs = [Sample(asked[place].prompt, written[place].text) for place in places]
            logprobs, counts = _scored(network, pairs)
            gains = torch.from_numpy(advantages[places].astype(np.float32))[:, None]
            (-(logprobs * counts * gains).sum() / (len(asked) * 40)).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()


def _scored(network: Network, pairs: list[Sample]) -> tuple[torch.Tensor, torch.Tensor]:
    tokens, targets, counts = tensors(pairs)
    losses = F.cross_entropy(network(tokens).flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape)
    return -losses, counts


@torch.no_grad()
def _logprobs(network: Network, asked: list[Task], written: list[Completion]) -> list[list[float]]:
    """Log-probability of each symbol of the responses."""
    pairs = [Sample(task.prompt, one.text) for task, one in zip(asked, written, strict=True)]
    logprobs, counts = _scored(network, pairs)
    return [[round(value, 4) for value in row[count > 0].tolist()] for row, count in zip(logprobs, counts, strict=True)]
