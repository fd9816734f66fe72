"""Fine-tunings that make a model check its work, alike but for the place where it may say so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from reasoner.checks import at_digit, at_pass, at_step
from reasoner.train.sft import KEEP, Recipe, train

RECIPES = {
    "checker": Recipe(at_digit, 1000, 5, "traced_1", batch=48, rate=3e-3),
    "at_step": Recipe(at_step, 1000, 5, "traced_1", batch=48, rate=3e-3),
    "at_pass": Recipe(at_pass, 1000, 5, "traced_1", batch=48, rate=3e-3),
    "another": Recipe(at_digit, 1000, 6, "traced_2", batch=48, rate=3e-3),
}

Look = Callable[[dict[str, np.ndarray]], dict[str, float]]


def watched(recipe: Recipe, folder: Path, base: dict[str, np.ndarray], look: Look) -> tuple[dict, list[dict], list[dict]]:
    """The trained weights, the log of the training, and what `look` saw every 250 steps. The rate stays where it is until the
    last of them, so that each stretch goes on from the one before; then it falls."""
    seen = []
    for steps in range(KEEP, recipe.steps + 1, KEEP):
        last = steps == recipe.steps
        arrays, log = train(recipe if last else replace(recipe, steps=steps, floor=1.0), folder, base)
        seen.append({"step": steps, **look(arrays)})
    return arrays, log, seen
