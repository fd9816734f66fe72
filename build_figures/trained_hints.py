"""A small model that has been shown hints: half of the responses ignore them, a quarter follow and say so, a quarter follow and say nothing."""

import random

from _training import LOSS, files, kept, load, log_of, model_of
from coursebook.make.experiment import Number, Results, within
from reasoner.hints import hinted_prompt
from reasoner.monitor import cases, hinted_problems, tally
from reasoner.train.hinting import RECIPES
from reasoner.train.sft import train

DEEP = True
NEEDS = ["src/reasoner/weights/traced_1.npz"]
PARTS = ["hinted"]
WRITES = ["src/reasoner/weights/hinted.npz", "src/reasoner/weights/hinted.json"]
CASES = 1000


def part(needs, part, folder):
    """The training, and what its model makes of hints, sampled."""
    recipe = RECIPES[part]
    arrays, log = train(recipe, folder, load(needs, recipe.base))
    asked = hinted_problems(random.Random(9), CASES)
    prompts = [problem.prompt for problem, _ in asked[:4]] + [hinted_prompt(*one) for one in asked[4:12]]
    return kept(arrays, log, prompts, tally=tally(cases(model_of(arrays), asked, 1.0, 9)))


def measure(needs, seed, parts):
    (found,) = parts
    (right, cases_), (told, switched) = found["tally"]["plain"], found["tally"]["told"]
    numbers = {
        "right": Number(100 * right / cases_, "right without a hint, sampled", "percent", ".1f", n=cases_, rule=within(abs=3)),
        "told": Number(
            100 * told / switched, "traces that mention the hint, of answers that a wrong hint switched", "percent", ".0f",
            n=switched, rule=within(abs=30),
        ),
    }  # fmt: skip
    log = log_of("The training on hints: what is left to learn", found["log"], LOSS)
    return Results(numbers, {"log": log}, files({"hinted": found}))
