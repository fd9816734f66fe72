"""A pre-norm transformer decoder in NumPy, with a cache of keys and values.

The arrays of a checkpoint, L layers of width d with H heads over V symbols:

    embed (V, d)   head (d, V)   norm (d)   norm1, norm2 (L, d)
    qkv (L, d, 3d)   out (L, d, d)   up (L, d, 4d)   down (L, 4d, d)

RMS norms (1e-5), rotary positions (base 1000, halves rotated), ReLU, no biases. Weights are kept in 16 bits; they are the
canonical ones, and all arithmetic is in 32.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reasoner.tasks import END, decode, encode

HEADS, BASE, EPSILON = 4, 1000.0, 1e-5
BATCH = 128
"""Responses that are written side by side."""


class Cache:
    """What the positions so far have left behind: keys and values (L, B, T, H, d / H), of which `length` are filled, and
    `seen` (B, T): the positions that later ones may attend to."""

    def __init__(self, model: Model, rows: int, room: int):
        layers, width = len(model.qkv), model.embed.shape[1] // HEADS
        self.keys = np.zeros((layers, rows, room, HEADS, width), np.float32)
        self.values = np.zeros_like(self.keys)
        self.seen = np.ones((rows, room), bool)
        self.length = 0

    def keep(self, rows: np.ndarray) -> None:
        self.keys, self.values, self.seen = self.keys[:, rows], self.values[:, rows], self.seen[rows]


class Model:
    def __init__(self, arrays: dict[str, np.ndarray]):
        """`arrays` as above. Raises KeyError where one is missing."""
        names = ("embed", "head", "norm", "norm1", "norm2", "qkv", "out", "up", "down")
        (self.embed, self.head, self.norm, self.norm1, self.norm2, self.qkv, self.out, self.up, self.down) = (
            np.asarray(arrays[name], np.float32) for name in names
        )

    @classmethod
    def load(cls, file: Path | str | io.BytesIO) -> Model:
        with np.load(file) as arrays:
            return cls(dict(arrays))

    def forward(self, tokens: np.ndarray, cache: Cache, states: list[np.ndarray] | None = None) -> np.ndarray:
        """Logits (B, T, V) after each of the `tokens` (B, T), which follow what the cache holds and are added to it. `states`
        gets what the positions hold before the first layer and after each: (B, T, d), not normed."""
        start, count = cache.length, tokens.shape[1]
        end = cache.length = start + count
        rotation = _rotation(start, end, self.embed.shape[1] // HEADS)
        visible = cache.seen[:, None, None, :end] & (np.arange(end) <= np.arange(start, end)[:, None])[None, None]
        penalty = np.where(visible, np.float32(0), np.float32(-1e9))
        x = self.embed[tokens]
        if states is not None:
            states.append(x)
        for layer in range(len(self.qkv)):
            x = x + self._attend(_normed(x, self.norm1[layer]), layer, cache, start, rotation, penalty)
            x = x + np.maximum(_normed(x, self.norm2[layer]) @ self.up[layer], 0) @ self.down[layer]
            if states is not None:
                states.append(x)
        return _normed(x, self.norm) @ self.head

    def _attend(self, x, layer, cache, start, rotation, penalty):
        rows, count, width = x.shape
        queries, keys, values = np.split((x @ self.qkv[layer]).reshape(rows, count, 3 * HEADS, -1), 3, axis=2)
        end = start + count
        cache.keys[layer, :, start:end] = _rotated(keys, *rotation)
        cache.values[layer, :, start:end] = values
        queries = _rotated(queries, *rotation).transpose(0, 2, 1, 3)
        keys, values = cache.keys[layer, :, :end].transpose(0, 2, 3, 1), cache.values[layer, :, :end].transpose(0, 2, 1, 3)
        weights = softmax(queries @ keys / np.float32(np.sqrt(queries.shape[-1])) + penalty)
        return (weights @ values).transpose(0, 2, 1, 3).reshape(rows, count, width) @ self.out[layer]

    def read(self, texts: list[str], states: list[np.ndarray] | None = None) -> np.ndarray:
        """Logits (B, T, V) after each symbol of texts that are equally long."""
        tokens = np.array([encode(text) for text in texts])
        return self.forward(tokens, Cache(self, *tokens.shape), states)


def _normed(x, gain):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON)) * gain


def _rotation(start, end, width):
    angles = np.arange(start, end)[:, None] * BASE ** (-np.arange(0, width, 2) / width)
    return np.cos(angles).astype(np.float32)[:, None], np.sin(angles).astype(np.float32)[:, None]


def _rotated(x, cosine, sine):
    one, other = np.split(x, 2, axis=-1)
    return np.concatenate([one * cosine - other * sine, other * cosine + one * sine], axis=-1)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


@dataclass(frozen=True)
class Completion:
    """What a model wrote after a prompt, the newline included where it came to one, and the probability it gave to each
    symbol that it wrote (at temperature 1)."""

    text: str
    probabilities: np.ndarray

    @property
    def ended(self) -> bool:
        return self.text.endswith("\n")


Edit = Callable[[Cache, np.ndarray], None]


def generate(
    model: Model, prompts: list[str], limit: int, temperature: float = 0.0, seed: int = 0, edit: Edit | None = None
) -> list[Completion]:
    """What the model writes after each prompt, at most `limit` symbols: greedily, or sampled at a temperature.

    A prompt draws its chances from `seed` and its place among the prompts alone. `edit(cache, rows)` may change what the
    symbols of the prompts left behind before the last of them is read: `rows` are the prompts' places.
    """
    found: list[Completion | None] = [None] * len(prompts)
    chances = np.random.default_rng(seed).random((len(prompts), limit)) if temperature else None
    for length in sorted(set(map(len, prompts))):
        places = np.array([place for place, prompt in enumerate(prompts) if len(prompt) == length])
        for first in range(0, len(places), BATCH):
            rows = places[first : first + BATCH]
            for row, completion in zip(rows, _write(model, prompts, rows, limit, temperature, chances, edit), strict=True):
                found[row] = completion
    return found  # type: ignore[return-value]


def _write(model, prompts, rows, limit, temperature, chances, edit):
    tokens = np.array([encode(prompts[row]) for row in rows])
    cache = Cache(model, len(rows), tokens.shape[1] + limit)
    if tokens.shape[1] > 1:
        model.forward(tokens[:, :-1], cache)
    if edit:
        edit(cache, rows)
    written, given = np.full((len(rows), limit), END), np.zeros((len(rows), limit), np.float32)
    alive, current, count = np.arange(len(rows)), tokens[:, -1:], np.full(len(rows), limit)
    for place in range(limit):
        logits = model.forward(current, cache)[:, -1]
        probabilities = softmax(logits)
        if temperature:
            levels = np.cumsum(softmax(logits / np.float32(temperature)), axis=-1)
            wanted = chances[rows[alive], place, None] * levels[:, -1:]
            chosen = np.minimum((levels <= wanted).sum(-1), logits.shape[-1] - 1)
        else:
            chosen = logits.argmax(-1)
        written[alive, place], given[alive, place] = chosen, probabilities[np.arange(len(alive)), chosen]
        count[alive[chosen == END]] = place + 1
        going = chosen != END
        if not going.any():
            break
        if not going.all():
            alive, chosen = alive[going], chosen[going]
            cache.keep(going)
        current = chosen[:, None]
    return [Completion(decode(written[row, : count[row]]), given[row, : count[row]].copy()) for row in range(len(rows))]
