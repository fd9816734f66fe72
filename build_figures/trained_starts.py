"""The small models that are trained from nothing: with a trace by ten seeds, without one, half and half, and with marked places."""

import random
from statistics import median

from _training import LOSS, WEIGHTS, files, kept, log_of, model_of
from coursebook.make.experiment import Number, Results, within
from reasoner.model import generate
from reasoner.styles import marked_prompt, marked_response
from reasoner.tasks import draw, right, single
from reasoner.train.sft import train
from reasoner.train.starts import RECIPES

DEEP = True
PARTS = [
    "traced_1", "traced_2", "traced_3", "traced_4", "traced_5", "traced_6", "traced_7", "traced_8", "traced_9", "traced_10",
    "mixed", "marked", "direct_1", "direct_2", "direct_long_1", "direct_long_2",
]  # fmt: skip
WRITES = [
    "src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_1.json",
    "src/reasoner/weights/traced_2.npz", "src/reasoner/weights/traced_2.json",
    "src/reasoner/weights/traced_3.npz", "src/reasoner/weights/traced_3.json",
    "src/reasoner/weights/traced_4.npz", "src/reasoner/weights/traced_4.json",
    "src/reasoner/weights/traced_5.npz", "src/reasoner/weights/traced_5.json",
    "src/reasoner/weights/traced_6.npz", "src/reasoner/weights/traced_6.json",
    "src/reasoner/weights/traced_7.npz", "src/reasoner/weights/traced_7.json",
    "src/reasoner/weights/traced_8.npz", "src/reasoner/weights/traced_8.json",
    "src/reasoner/weights/traced_9.npz", "src/reasoner/weights/traced_9.json",
    "src/reasoner/weights/traced_10.npz", "src/reasoner/weights/traced_10.json",
    "src/reasoner/weights/direct_1.npz", "src/reasoner/weights/direct_1.json",
    "src/reasoner/weights/direct_long_1.npz", "src/reasoner/weights/direct_long_1.json",
    "src/reasoner/weights/mixed.npz", "src/reasoner/weights/mixed.json",
    "src/reasoner/weights/marked.npz", "src/reasoner/weights/marked.json",
]  # fmt: skip
OPEN = within(abs=100)
"""How far one seed comes is gated nowhere: it varies by seed, and so by processor."""
CASES = 200
TRAINED, BEYOND = range(1, 6), range(6, 9)


def part(needs, part, folder):
    """One training; its share of right answers for each length of the first number, greedy, on problems held out."""
    arrays, log = train(RECIPES[part], folder)
    model, dice = model_of(arrays), random.Random(9)
    scores = {}
    for digits in (*TRAINED, *BEYOND):
        asked = [draw(dice, single, digits, held=True) for _ in range(CASES)]
        scores[str(digits)] = sum(_right(model, part, asked)) / CASES
    some = [draw(dice, single, digits, held=True) for digits in (3, 5, 1, 2, 4, 5, 6, 4, 5, 3, 7, 5)]
    return kept(arrays, log, [_prompt(part, one) for one in some], scores=scores)


def _prompt(name, problem):
    return marked_prompt(problem, 0) if name == "marked" else problem.prompt


def _right(model, name, asked):
    written = generate(model, [_prompt(name, one) for one in asked], 140)
    if name == "marked":
        return [one.text == marked_response(problem, 0) for problem, one in zip(asked, written, strict=True)]
    return [right(problem, one.text) for problem, one in zip(asked, written, strict=True)]


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    inside = {name: [one["scores"][str(digits)] for digits in TRAINED] for name, one in found.items()}
    beyond = {name: [one["scores"][str(digits)] for digits in BEYOND] for name, one in found.items()}
    seeds = [name for name in PARTS if name.startswith("traced")]
    numbers = {
        "traced_median": Number(
            100 * median(min(inside[name]) for name in seeds), "right at the worst of the lengths trained on, the middle one of ten seeds",
            "percent", ".1f", rule=within(abs=4),
        ),
        "traced_beyond": Number(
            100 * max(max(beyond[name]) for name in seeds), "right at the best of the lengths beyond, the best of ten seeds",
            "percent", ".1f", rule=within(abs=2),
        ),
        **{
            f"{name}_worst": Number(
                100 * min(shares), f"right at the worst of the lengths trained on, {name.replace('_', ' ')}", "percent", ".1f", n=CASES, rule=OPEN
            )
            for name, shares in inside.items()
        },
    }  # fmt: skip
    tables = {
        f"{name}_log": log_of(
            f"The training of {name.replace('_', ' ')}: what is left to learn", one["log"], LOSS, max(1, len(one["log"]) // 40)
        )
        for name, one in found.items()
    }
    return Results(numbers, tables, files({name: one for name, one in found.items() if f"{WEIGHTS}/{name}.npz" in WRITES}))
