"""The small models that say wait: at random, after slips alone, or at least twice."""

import random

from _training import LOSS, files, kept, load, log_of, model_of
from coursebook.make.experiment import Number, Results, within
from reasoner.model import generate
from reasoner.tasks import draw, right, single
from reasoner.train.sft import train
from reasoner.train.tunes import RECIPES

DEEP = True
NEEDS = ["src/reasoner/weights/traced_1.npz"]
PARTS = ["reflective", "reactive", "overthinking"]
WRITES = [
    "src/reasoner/weights/reflective.npz", "src/reasoner/weights/reflective.json",
    "src/reasoner/weights/reactive.npz", "src/reasoner/weights/reactive.json",
    "src/reasoner/weights/overthinking.npz", "src/reasoner/weights/overthinking.json",
]  # fmt: skip
CASES, LENGTHS, LIMIT = 200, range(1, 6), 300
BANDS = {"reflective": 15, "reactive": 15, "overthinking": 40}
"""How far another training may lie, in points: later passes are learned late, and not by every training alike."""


def part(needs, part, folder):
    """One fine-tuning; its share of right answers for each length of the first number, greedy, on problems held out."""
    recipe = RECIPES[part]
    arrays, log = train(recipe, folder, load(needs, recipe.base))
    model, dice = model_of(arrays), random.Random(9)
    scores, waits = {}, {}
    for digits in LENGTHS:
        asked = [draw(dice, single, digits, held=True) for _ in range(CASES)]
        written = generate(model, [one.prompt for one in asked], LIMIT)
        scores[str(digits)] = sum(right(problem, one.text) for problem, one in zip(asked, written, strict=True)) / CASES
        waits[str(digits)] = sum(one.text.count("w") for one in written) / CASES
    some = [draw(dice, single, digits, held=True) for digits in (3, 5, 1, 2, 4, 5, 6, 4, 5, 3, 7, 5)]
    return kept(arrays, log, [one.prompt for one in some], scores=scores, waits=waits)


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers, tables = {}, {}
    for name, one in found.items():
        numbers[f"{name}_worst"] = Number(
            100 * min(one["scores"].values()), f"right at the worst of the lengths trained on, {name}", "percent", ".1f",
            n=CASES, rule=within(abs=BANDS[name]),
        )  # fmt: skip
        title = f"The fine-tuning of the {name} model: what is left to learn"
        tables[f"{name}_log"] = log_of(title, one["log"], LOSS)
    return Results(numbers, tables, files(found))
