"""The small model that has to go by the marks of places, because its digits stand in any order: the control to the cliff."""

import random

from _training import LOSS, files, kept, log_of, model_of
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.model import generate
from reasoner.places import scattered_prompt
from reasoner.styles import marked_response
from reasoner.tasks import draw, single
from reasoner.train.marks import RECIPE
from reasoner.train.sft import train

DEEP = True
PARTS = ["scattered"]
WRITES = ["src/reasoner/weights/scattered.npz", "src/reasoner/weights/scattered.json"]
CASES, TRAINED, BEYOND = 100, range(1, 6), range(6, 10)


def part(needs, part, folder):
    """The training, and its share of right answers by length, digits in their usual order, on problems held out."""
    arrays, log = train(RECIPE, folder)
    model, dice = model_of(arrays), random.Random(9)
    scores = {}
    for digits in (*TRAINED, *BEYOND):
        asked = [draw(dice, single, digits, held=True) for _ in range(CASES)]
        written = generate(model, [scattered_prompt(one, 0) for one in asked], 150)
        scores[str(digits)] = (
            sum(one.text == marked_response(problem, 0) for problem, one in zip(asked, written, strict=True)) / CASES
        )
    some = [draw(dice, single, digits, held=True) for digits in (3, 5, 1, 2, 4, 5, 6, 4, 5, 3, 7, 5)]
    return kept(arrays, log, [scattered_prompt(one, 0) for one in some], scores=scores)


def measure(needs, seed, parts):
    (found,) = parts
    inside = [found["scores"][str(digits)] for digits in TRAINED]
    worst = Number(
        100 * min(inside), "right at the worst of the lengths trained on", "percent", ".0f", n=CASES, rule=within(abs=25)
    )
    reach = Table(
        "Right by length, as training left it",
        (
            Column("digits", (*TRAINED, *BEYOND), "digits of the first number", "digits", rule=exact()),
            Column("right", [100 * share for share in found["scores"].values()], "right", "percent", ".0f", within(abs=100)),
        ),
    )
    log = log_of("The training with scattered digits: what is left to learn", found["log"], LOSS)
    return Results({"worst": worst}, {"reach": reach, "log": log}, files({"scattered": found}))
