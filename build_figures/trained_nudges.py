"""One model pushed both ways by 200 steps: its answers learn to keep the digit decided, or to take the digit written."""

import random

from _training import LOSS, WEIGHTS, files, kept, load, log_of, model_of
from coursebook.make.experiment import Number, Results, exact, within
from reasoner.model import generate
from reasoner.nudges import miswritten
from reasoner.tasks import answer, draw, right, single
from reasoner.train.nudging import RECIPES
from reasoner.train.sft import train

DEEP = True
SEED = 5
NEEDS = ["src/reasoner/weights/traced_9.npz"]
PARTS = ["decided", "written"]
WRITES = [
    "src/reasoner/weights/decided.npz", "src/reasoner/weights/decided.json",
    "src/reasoner/weights/written.npz", "src/reasoner/weights/written.json",
]  # fmt: skip
CASES = 100
LENGTHS = range(2, 6)
AIMS = {"decided": "the true answer", "written": "the answer on the page"}


def part(needs, part, folder):
    """One push; how many problems it leaves right, and how many answers follow a wrong units digit, in traces held out."""
    recipe = RECIPES[part]
    arrays, log = train(recipe, folder, load(needs, recipe.base))
    model, dice = model_of(arrays), random.Random(SEED)
    asked = [draw(dice, single, digits, held=True) for digits in LENGTHS for _ in range(CASES)]
    done = generate(model, [one.prompt for one in asked], 70)
    slips = [miswritten(one, dice.randrange(one.digits), dice.randint(1, 9)) for one in asked]
    after = generate(model, [f"{one.prompt}[{work}]" for one, (work, _, _) in zip(asked, slips, strict=True)], 10)
    scores = {
        "right": sum(right(one, text.text) for one, text in zip(asked, done, strict=True)),
        "follows": sum(answer(text.text) == str(slip[2]) for slip, text in zip(slips, after, strict=True)),
    }
    return kept(arrays, log, [one.prompt for one in asked[::40]], scores=scores)


def measure(needs, seed, parts):
    found, numbers, tables = dict(zip(PARTS, parts, strict=True)), {}, {}
    count = CASES * len(LENGTHS)
    for name, one in found.items():
        right, follows = (100 * one["scores"][key] / count for key in ("right", "follows"))
        says = f"after 200 steps in which wrong digits lead to {AIMS[name]}"
        numbers[f"{name}_right"] = Number(
            right, f"right, two to five digits, {says}", "percent", ".1f", n=count, rule=within(abs=3)
        )
        numbers[f"{name}_follows"] = Number(
            follows, f"answers that follow a replaced units digit, {says}", "percent", ".0f", n=count, rule=within(abs=100)
        )
        numbers[f"{name}_steps"] = Number(RECIPES[name].steps, f"steps of fine-tuning, {name}", "steps", rule=exact())
        tables[f"{name}_log"] = log_of(f"The push to the digit {name}: what is left to learn", one["log"], LOSS)
    return Results(numbers, tables, files({name: one for name, one in found.items() if f"{WEIGHTS}/{name}.npz" in WRITES}))
