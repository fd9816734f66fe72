"""Trainings that start from nothing."""

from reasoner.styles import direct, marked, mixed, traced
from reasoner.tasks import MARKS, SYMBOLS
from reasoner.train.sft import Recipe

RECIPES = {
    **{f"traced_{seed}": Recipe(traced, 1000, seed) for seed in range(1, 11)},
    **{f"direct_{seed}": Recipe(direct, 2800, seed) for seed in (1, 2)},
    **{f"direct_long_{seed}": Recipe(direct, 8400, seed) for seed in (1, 2)},
    "mixed": Recipe(mixed, 900, 1),
    "marked": Recipe(marked, 2000, 1, vocabulary=len(SYMBOLS + MARKS)),
}
