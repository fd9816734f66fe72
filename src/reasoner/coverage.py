"""What a training was shown, by drawing its samples again: which problems, and how many symbols."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from reasoner.styles import Sample, Style


@dataclass(frozen=True)
class Shown:
    """The prompts of a training, each once, and the symbols of all its prompts and responses, padding left out."""

    prompts: frozenset[str]
    symbols: int


def replay(style: Style, seed: int, samples: int) -> Iterator[Sample]:
    """The samples of a training, in their order; `samples` is its batch times its steps."""
    dice = random.Random(f"{style.__name__} {seed}")
    for _ in range(samples):
        yield style(dice)


def shown(style: Style, seed: int, samples: int) -> Shown:
    prompts, symbols = set(), 0
    for sample in replay(style, seed, samples):
        prompts.add(sample.prompt)
        symbols += len(sample.prompt) + len(sample.response)
    return Shown(frozenset(prompts), symbols)


def seen(style: Style, seed: int, samples: int) -> frozenset[str]:
    """The prompts that a training showed at least once."""
    return shown(style, seed, samples).prompts
