"""Supervised training: the next symbol of right responses, and nothing of their prompts."""

import math
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from reasoner.styles import Sample, Style
from reasoner.tasks import END, SYMBOLS, encode
from reasoner.train.network import Network

EVERY = 50
"""Steps between two lines of the log."""
KEEP = 250
"""Steps between two copies of the whole state, from which a training goes on after a kill."""


@dataclass(frozen=True)
class Recipe:
    """A training: `base` is the checkpoint that it goes on from."""

    style: Style
    steps: int
    seed: int
    base: str = ""
    batch: int = 64
    rate: float = 4e-3
    betas: tuple[float, float] = (0.9, 0.98)
    floor: float = 0.1
    vocabulary: int = len(SYMBOLS)


def rate_at(recipe: Recipe, step: int, warm: int = 50) -> float:
    """Fifty steps of warming up, then a cosine down to the floor."""
    if step < warm:
        return recipe.rate * (step + 1) / warm
    share = (step - warm) / max(1, recipe.steps - warm)
    return recipe.rate * (recipe.floor + (1 - recipe.floor) * (1 + math.cos(math.pi * share)) / 2)


def tensors(samples: list[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Tokens, targets and which targets count: (B, T) each, padded with the newline."""
    texts = [sample.prompt + sample.response for sample in samples]
    longest = max(map(len, texts))
    tokens = np.full((len(texts), longest), END)
    counts = np.zeros((len(texts), longest - 1), np.float32)
    for row, (sample, text) in enumerate(zip(samples, texts, strict=True)):
        tokens[row, : len(text)] = encode(text)
        counts[row, len(sample.prompt) - 1 : len(text) - 1] = 1
        for place in sample.mute:
            counts[row, len(sample.prompt) - 1 + place] = 0
    whole = torch.from_numpy(tokens)
    return whole[:, :-1], whole[:, 1:], torch.from_numpy(counts)


def loss_of(network: Network, samples: list[Sample], total: int) -> torch.Tensor:
    tokens, targets, counts = tensors(samples)
    losses = F.cross_entropy(network(tokens).flatten(0, 1), targets.flatten(), reduction="none")
    return (losses * counts.flatten()).sum() / total


def optimizer_of(network: Network, rate: float, betas: tuple[float, float]) -> torch.optim.AdamW:
    return torch.optim.AdamW(network.parameters(), lr=rate, betas=betas, weight_decay=0.05)


def train(recipe: Recipe, folder: Path, base: dict[str, np.ndarray] | None = None) -> tuple[dict[str, np.ndarray], list[dict]]:
    """The trained weights and the log: step, loss per symbol, CPU-seconds so far. What `folder` holds of an earlier try, the
    training goes on from; it then ends with the weights that it would have ended with."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    network = Network(recipe.seed, recipe.vocabulary)
    if base is not None:
        network.load_arrays(base)
    optimizer, dice = optimizer_of(network, recipe.rate, recipe.betas), random.Random(f"{recipe.style.__name__} {recipe.seed}")
    log, spent, first, kept = [], 0.0, 0, folder / "state.pt"
    if kept.exists():
        state = torch.load(kept, weights_only=False)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        dice.setstate(state["dice"])
        log, spent, first = state["log"], state["spent"], state["step"]
    began, recent = time.process_time() - spent, []
    for step in range(first, recipe.steps):
        optimizer.param_groups[0]["lr"] = rate_at(recipe, step)
        recent.append(_step(network, optimizer, [recipe.style(dice) for _ in range(recipe.batch)]))
        if (step + 1) % EVERY == 0:
            log.append({"step": step + 1, "loss": sum(recent) / len(recent), "seconds": time.process_time() - began})
            recent = []
            (folder / "progress").write_text(f"step {step + 1} of {recipe.steps}, loss {log[-1]['loss']:.4f}")
        if (step + 1) % KEEP == 0:
            state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "dice": dice.getstate(),
                     "log": log, "spent": time.process_time() - began, "step": step + 1}  # fmt: skip
            torch.save(state, folder / "next")
            os.replace(folder / "next", kept)
    return network.arrays(), log


def _step(network: Network, optimizer: torch.optim.Optimizer, samples: list[Sample]) -> float:
    """One step of the optimizer; returns the loss per symbol. The batch goes through in quarters by length, so that short
    samples are not padded to the longest."""
    samples = sorted(samples, key=lambda sample: len(sample.prompt + sample.response))
    total = sum(len(sample.response) - len(sample.mute) for sample in samples)
    optimizer.zero_grad()
    found = 0.0
    for quarter in range(4):
        loss = loss_of(network, samples[len(samples) * quarter // 4 : len(samples) * (quarter + 1) // 4], total)
        loss.backward()
        found += float(loss.detach())
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return found
