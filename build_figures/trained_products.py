"""The small models that multiply long numbers: with a trace by two seeds, and without one."""

import random

from _training import LOSS, files, kept, log_of, model_of
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.model import generate
from reasoner.tasks import draw, product, right
from reasoner.train.longs import RECIPES
from reasoner.train.sft import train

DEEP = True
PARTS = ["long_1", "long_2", "long_direct"]
WRITES = [
    "src/reasoner/weights/long_1.npz", "src/reasoner/weights/long_1.json",
    "src/reasoner/weights/long_2.npz", "src/reasoner/weights/long_2.json",
    "src/reasoner/weights/long_direct.npz", "src/reasoner/weights/long_direct.json",
]  # fmt: skip
SIZES = [(first, second) for first in range(1, 5) for second in range(1, 5)]
CASES = 40
BANDS = {"long_1": 10, "long_2": 10, "long_direct": 100}
"""How far another training may lie, in points. How far the direct model comes varies by seed, and is not gated."""
SHOWN = [(3, 2), (2, 3), (1, 1), (4, 4), (4, 1), (5, 2)]
"""Digits by digits of the golden prompts; the last lie outside the training range."""


def part(needs, part, folder):
    """One training; its share of right answers for each pair of lengths, greedy, on problems held out."""
    arrays, log = train(RECIPES[part], folder)
    model, dice = model_of(arrays), random.Random(9)
    scores = {f"{first}x{second}": _share(model, dice, first, second) for first, second in SIZES}
    some = [draw(dice, product, *sizes, held=True).prompt for sizes in SHOWN]
    return kept(arrays, log, some, scores=scores)


def _share(model, dice, first, second):
    asked = [draw(dice, product, first, second, held=True) for _ in range(CASES)]
    written = generate(model, [one.prompt for one in asked], 200)
    return sum(right(problem, one.text) for problem, one in zip(asked, written, strict=True)) / CASES


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers, tables, columns = {}, {}, []
    for name, one in found.items():
        says, rule = name.replace("_", " "), within(abs=BANDS[name])
        shares = [100 * one["scores"][f"{first}x{second}"] for first, second in SIZES]
        numbers[f"{name}_worst"] = Number(
            min(shares), f"right at the worst of the pairs of lengths trained on, {says}", "percent", ".1f", n=CASES, rule=rule
        )
        columns.append(Column(name, shares, f"right, {says}, {CASES} problems a row", "percent", ".1f", within(abs=100)))
        title = f"The training of {says}: what is left to learn"
        tables[f"{name}_log"] = log_of(title, one["log"], LOSS, max(1, len(one["log"]) // 40))
    sizes = (
        Column("first", [first for first, _ in SIZES], "digits of the first number", "digits", rule=exact()),
        Column("second", [second for _, second in SIZES], "digits of the second number", "digits", rule=exact()),
    )
    tables["cells"] = Table("Right by digits of the two numbers, as each training ended", (*sizes, *columns))
    return Results(numbers, tables, files(found))
