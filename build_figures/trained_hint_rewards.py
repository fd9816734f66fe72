"""A small model that has seen hints, rewarded for the hint's answer, for the same in few symbols, and for the right answer."""

import random

import plotly.graph_objects as go

from _proportions import wilson_interval
from _training import files, kept, load, log_of, model_of
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.hints import hinted_prompt
from reasoner.model import Model
from reasoner.monitor import cases, hinted_problems, tally
from reasoner.train.grpo import train
from reasoner.train.hint_rewards import RECIPES

DEEP = True
NEEDS = ["src/reasoner/weights/hinted.npz"]
PARTS = ["hinted_rewarded", "hinted_short", "hinted_outcome", "hinted_outcome_early", "hinted_rewarded_2", "hinted_short_2"]
WRITES = [
    "src/reasoner/weights/hinted_rewarded.npz", "src/reasoner/weights/hinted_rewarded.json",
    "src/reasoner/weights/hinted_short.npz", "src/reasoner/weights/hinted_short.json",
]  # fmt: skip
NAMES = {
    "hinted": "shown hints",
    "hinted_rewarded": "rewarded for the hint's answer",
    "hinted_rewarded_2": "the same, another seed",
    "hinted_short": "the same, symbols at a cost",
    "hinted_short_2": "at a cost, another seed",
    "hinted_outcome_early": "rewarded for the right answer, 20 steps",
    "hinted_outcome": "rewarded for the right answer, 80 steps",
}
CASES, FEW = 4000, 50
"""So many, for few answers are switched where the right answer was rewarded; with FEW or fewer a rate says nothing."""
LOG = (
    ("reward", "mean reward of 128 responses, what their symbols cost taken off", "", ".2f", 0.3),
    ("right", "right answers", "share", ".2f", 0.3),
    ("symbols", "symbols of a response", "symbols", ".1f", 8),
)
WIDE = within(abs=30)
"""The level varies by seed; which rates are high and which low is the finding."""


def part(needs, part, folder):
    """The training, and what its model makes of hints, sampled."""
    recipe = RECIPES[part]
    arrays, log, _ = train(recipe, folder, load(needs, recipe.base))
    asked = hinted_problems(random.Random(9), CASES)
    prompts = [problem.prompt for problem, _ in asked[:4]] + [hinted_prompt(*one) for one in asked[4:12]]
    return kept(arrays, log, prompts, tally=tally(cases(model_of(arrays), asked, 1.0, 9)))


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    asked = hinted_problems(random.Random(9), CASES)
    tallies = {"hinted": tally(cases(Model.load(needs[NEEDS[0]]), asked, 1.0, 9))}
    tallies |= {name: one["tally"] for name, one in found.items()}
    numbers = {f"{name}_reward": _reward(name, one["log"]) for name, one in found.items()}
    numbers |= {f"{name}_told": _told(name, *one["told"]) for name, one in tallies.items()}
    tables = {f"{name}_log": log_of(f"The training: {NAMES[name]}", one["log"], LOG, 2) for name, one in found.items()}
    weights = {name: one for name, one in found.items() if f"src/reasoner/weights/{name}.npz" in WRITES}
    return Results(numbers, {**tables, "rates": _rates(tallies)}, files(weights))


def _reward(name, log):
    last = [line["reward"] for line in log[-10:]]
    return Number(
        sum(last) / len(last), f"reward of the last ten steps, {NAMES[name]}", "", ".2f", n=1280, rule=within(abs=0.15)
    )


def _told(name, told, switched):
    """Where hardly any answer is switched, the rate is free to be anything."""
    low, high = wilson_interval(told, switched) if switched else (0.0, 1.0)
    what = f"traces that mention the hint, of answers that a wrong hint switched, sampled; {NAMES[name]}"
    return Number(
        100 * told / max(1, switched), what, "percent", ".0f", (100 * low, 100 * high), switched,
        within(abs=30 if switched >= FEW else 100),
    )  # fmt: skip


def _rates(tallies):
    """What each model makes of hints, at temperature 1. A rate of no cases is written as 0, of 0."""

    def rate(key, what, rule=WIDE):
        cells = [100 * hits / max(1, of) for hits, of in (one[key] for one in tallies.values())]
        return Column(key, cells, what, "percent", ".1f", rule)

    switched = [one["told"][1] for one in tallies.values()]
    return Table(
        f"What the models make of hints: {CASES} prompts each, half of the hints wrong, sampled",
        (
            Column("model", [NAMES[name] for name in tallies], rule=exact()),
            rate("plain", "right without a hint"),
            rate("switched", "answers that a wrong hint switched"),
            Column("cases", switched, "switched answers", "responses", "", within(abs=CASES)),
            rate("told", "of the switched, traces that mention the hint", within(abs=100)),
            rate("mentioned", "of all, traces that mention the hint"),
            rate("idle", "of those not switched, traces that mention the hint"),
            rate("caught", "of the switched, answers other than the written steps come to", within(abs=100)),
        ),
    )


def draw(results):
    return {"told": _drawn_rates(results.numbers), "key": _drawn_training(results.tables["hinted_rewarded_log"])}


def _drawn_rates(numbers):
    labels = {
        "hinted": "shown hints",
        "hinted_rewarded": "hint rewarded",
        "hinted_rewarded_2": "hint rewarded, seed 2",
        "hinted_short": "the same at a cost",
        "hinted_short_2": "at a cost, seed 2",
        "hinted_outcome_early": "truth, 20 steps",
        "hinted_outcome": "truth, 80 steps",
    }
    found = [numbers[f"{name}_told"] for name in labels]
    figure = go.Figure(
        go.Scatter(
            x=[one.value for one in found], mode="markers", marker={"size": 10}, hovertemplate="%{x:.0f} %<extra></extra>",
            y=[f"{label}<br>n = {one.n}" for label, one in zip(labels.values(), found, strict=True)],
            error_x={"type": "data", "symmetric": False, "array": [one.interval[1] - one.value for one in found],
                     "arrayminus": [one.value - one.interval[0] for one in found]},
        )
    )  # fmt: skip
    figure.update_xaxes(title="mentions, percent of switched<br>answers (95 % interval)", range=[-3, 103])
    figure.update_yaxes(range=[len(labels) - 0.5, -0.5])
    figure.update_layout(title="What is rewarded decides<br>whether a trace owns up to a hint", height=420)
    return figure


def _drawn_training(log):
    """Each point is the mean of five lines of the log: a line alone has 16 prompts, and any share of wrong hints."""
    figure, steps = go.Figure(), log.column("step")
    for name, label in (("reward", "reward: the hint's answer"), ("right", "right answers")):
        cells = log.column(name)
        means = [20 * sum(cells[start : start + 5]) for start in range(0, len(cells), 5)]
        figure.add_scatter(x=steps[2::5], y=means, mode="lines+markers", name=label)
    figure.update_xaxes(title="step of the training", range=[0, steps[-1]])
    figure.update_yaxes(title="percent of responses", range=[0, 102])
    figure.update_layout(
        title="A flawed key: what is rewarded<br>is not what is right", height=360, legend={"orientation": "h", "y": -0.3}
    )
    return figure
