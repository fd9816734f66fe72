"""A small model that learns to check its work, and two that are to do it from farther away, by length of the training."""

import random

from _training import LOSS, files, kept, load, log_of, model_of
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.checks import detection
from reasoner.model import generate
from reasoner.tasks import draw, right, single
from reasoner.train.checking import RECIPES, watched

DEEP = True
NEEDS = ["src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz"]
PARTS = ["checker", "at_step", "at_pass", "another"]
WRITES = ["src/reasoner/weights/checker.npz", "src/reasoner/weights/checker.json"]
CASES, LENGTHS, LIMIT = 200, range(1, 6), 300
PLACE = {"checker": "digit", "at_step": "step", "at_pass": "pass", "another": "digit"}
SAYS = {
    "checker": "waits right after the wrong digit",
    "at_step": "waits at the end of the wrong step",
    "at_pass": "waits at the end of the pass",
    "another": "waits right after the wrong digit; another base, another seed",
}
ANY = within(abs=100)
"""When a training finds out how to check varies by seed."""


def part(needs, part, folder):
    """One fine-tuning: how well it tells slips, every 250 steps; its share of right answers, greedy, on problems held out."""
    recipe = RECIPES[part]
    base = load(needs, recipe.base)
    arrays, log, seen = watched(recipe, folder, base, lambda now: detection(model_of(now), PLACE[part]))
    model, dice = model_of(arrays), random.Random(9)
    scores = {}
    for digits in LENGTHS:
        asked = [draw(dice, single, digits, held=True) for _ in range(CASES)]
        written = generate(model, [one.prompt for one in asked], LIMIT)
        scores[str(digits)] = sum(right(problem, one.text) for problem, one in zip(asked, written, strict=True)) / CASES
    some = [draw(dice, single, digits, held=True) for digits in (3, 5, 1, 2, 4, 5, 6, 4, 5, 3, 7, 5)]
    return kept(arrays, log, [one.prompt for one in some], scores=scores, seen=seen)


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers, tables = {}, {}
    for name, one in found.items():
        says, gates = SAYS[name], name in ("checker", "another")
        numbers[f"{name}_worst"] = Number(
            100 * min(one["scores"].values()), f"right at the worst of the lengths trained on; it {says}", "percent", ".1f",
            n=CASES, rule=within(abs=5),
        )  # fmt: skip
        for what, band, unless in (("slip", 30, "after a slip"), ("clean", 10, "without a slip")):
            numbers[f"{name}_{what}"] = Number(
                100 * one["seen"][-1][what], f"P(wait) {unless}, at the end of the training; it {says}", "percent", ".1f",
                rule=within(abs=band) if gates else ANY,
            )  # fmt: skip
        tables[f"{name}_seen"] = _seen(one["seen"], says)
        tables[f"{name}_log"] = log_of(f"What is left to learn: it {says}", one["log"], LOSS)
    return Results(numbers, tables, files({"checker": found["checker"]}))


def _seen(lines, says):
    def column(name, what, by, unit, form):
        return Column(name, [round(by * line[name], 6) for line in lines], what, unit, form, ANY)

    return Table(
        f"How well slips are told, by length of the training: it {says}",
        (
            Column("step", [line["step"] for line in lines], "step of the training", rule=exact()),
            column("slip", "P(wait) after a slip", 100, "percent", ".1f"),
            column("clean", "P(wait) without a slip", 100, "percent", ".1f"),
            column(
                "apart", "pairs of a slip and a clean pass in which the slip has the higher P(wait); a coin: 0.5", 1, "", ".3f"
            ),
        ),
    )
