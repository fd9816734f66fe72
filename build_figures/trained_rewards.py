"""Reinforcement from verifiable rewards: one run that learns when to write steps, and one that collapses."""

import json
import random

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from _training import files, kept, load, log_of
from coursebook.make.experiment import File, Number, Results, exact, trained, within
from reasoner import tasks
from reasoner.train import sft
from reasoner.train.grpo import train
from reasoner.train.network import halved
from reasoner.train.rewarded import EARLY, RECIPES

DEEP = True
PARTS = ["rewarded", "collapsed", "early"]
NEEDS = ["src/reasoner/weights/mixed.npz"]
WRITES = [
    "src/reasoner/weights/rewarded.npz", "src/reasoner/weights/rewarded.json",
    "evidence/groups/rewarded.json", "evidence/groups/collapsed.json",
]  # fmt: skip
START, END = 10, 20
"""Steps at the start and at the end over which a mean is taken: one batch says little."""
COLUMNS = (
    ("reward", "mean reward of the 256 samples: the share of right answers", "share", ".2f", 0.4),
    ("traced", "samples that begin with a trace", "share", ".2f", 1),
    ("traced_right", "samples that begin with a trace and are right", "share", ".2f", 1),
    ("silent", "groups of eight that teach nothing, for all are right or all wrong", "share", ".2f", 1),
    ("ended", "samples that ended within the limit", "share", ".2f", 1),
    ("symbols", "mean length of a sample", "symbols", ".1f", 60),
)


def part(needs, part, folder):
    """One training. What the collapsed run ends with is not kept, nor what the one that began too early does."""
    recipe, dice = RECIPES[part], random.Random(9)
    arrays, log, groups = train(recipe, folder, load(needs, recipe.base) if recipe.base else early(folder / "start"))
    if part != "rewarded":
        return {"log": log, "groups": groups}
    asked = [tasks.draw(dice, tasks.single, digits, held=True) for digits in (3, 4, 1, 2, 4, 3, 3, 4)]
    return kept(arrays, log, [one.prompt for one in asked], groups=groups)


def early(folder):
    """A start like the other that has seen fewer steps."""
    folder.mkdir(exist_ok=True)
    return halved(sft.train(EARLY, folder)[0])


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers = {}
    for name, one in found.items():
        numbers |= _ends(name, one["log"])
    tables = {f"{name}_log": log_of(f"The run {name}, step by step", one["log"], COLUMNS) for name, one in found.items()}
    made = files({"rewarded": found["rewarded"]})
    for name in ("rewarded", "collapsed"):
        made[f"evidence/groups/{name}.json"] = File((json.dumps(found[name]["groups"]) + "\n").encode(), trained())
    return Results(numbers, tables, made)


# -- the two runs in numbers -------------------------------------------------------------------------------------------

BANDS = {"reward": 0.1, "traced": 0.2, "symbols": 6, "silent": 0.3}
"""How far another training may lie, of the good run; where the others go is gated nowhere."""
WORDS = {
    "reward": "mean reward",
    "traced": "samples that begin with a trace",
    "symbols": "mean length",
    "silent": "groups that teach nothing",
}


def mean_of(log, name):
    return sum(line[name] for line in log) / len(log)


def _ends(name, log):
    run = {"rewarded": "the run at 2e-4", "collapsed": "the run at 1e-3", "early": "the run from the start of 500 steps"}[name]
    numbers = {}
    for what, band in BANDS.items():
        unit, form = ("symbols", ".0f") if what == "symbols" else ("share", ".2f")
        allowed = within(abs=band if name == "rewarded" else 80)
        for when, lines in (("start", log[:START]), ("end", log[-END:])):
            numbers[f"{name}_{what}_{when}"] = Number(
                round(mean_of(lines, what), 4), f"{WORDS[what]}, {run}, mean of the {'first' if when == 'start' else 'last'} {len(lines)} steps",
                unit, form, n=256 * len(lines), rule=allowed,
            )  # fmt: skip
    worst = min(range(len(log) - START + 1), key=lambda first: mean_of(log[first : first + START], "reward"))
    numbers[f"{name}_worst"] = Number(
        round(mean_of(log[worst : worst + START], "reward"), 4), f"lowest mean reward of {START} steps in a row, {run}", "share", ".2f",
        n=256 * START, rule=within(abs=1),
    )  # fmt: skip
    return numbers | {f"{name}_steps": Number(len(log), f"steps of 32 prompts times 8 samples, {run}", "steps", rule=exact())}


# -- figure ------------------------------------------------------------------------------------------------------------


RUNS = (
    ("rewarded", "rate 2e-4", "solid", "#3f7fd0"),
    ("collapsed", "rate 1e-3", "dot", "#d0602a"),
    ("early", "rate 2e-4, from a worse start", "dash", "#7a8a3a"),
)


def smoothed(values, width=10):
    """Means of the last `width` values, or of as many as there are."""
    return [sum(values[max(0, end - width) : end]) / min(end, width) for end in range(1, len(values) + 1)]


def trace_runs(figure, results, name, first=True, **place):
    """One curve for each run."""
    for run, label, dash, colour in RUNS:
        log = results.tables[f"{run}_log"]
        figure.add_scatter(
            x=log.column("step"), y=[round(value, 4) for value in smoothed(log.column(name))], mode="lines", name=label,
            line={"dash": dash, "color": colour}, showlegend=first, **place,
        )  # fmt: skip


def draw(results):
    reward, habit = go.Figure(), make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.12)
    trace_runs(reward, results, "reward")
    trace_runs(habit, results, "traced", row=1, col=1)
    trace_runs(habit, results, "symbols", False, row=2, col=1)
    reward.update_layout(
        title={"text": "What each run is rewarded for, step by step:<br>the share of right answers"},
        xaxis={"title": {"text": "step (means of ten)"}},
        yaxis={"title": {"text": "reward"}, "range": [0, 0.85]},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=380,
    )
    habit.update_yaxes(title={"text": "traced (share)"}, range=[0, 1.05], row=1, col=1)
    habit.update_yaxes(title={"text": "symbols"}, rangemode="tozero", row=2, col=1)
    habit.update_xaxes(title={"text": "step (means of ten)"}, row=2, col=1)
    habit.update_layout(
        title={"text": "Whatever becomes of the reward, the habit is the same:<br>steps come to be written always"},
        legend={"orientation": "h", "y": -0.2, "x": 0},
        height=420,
    )
    return {"reward": reward, "habit": habit}
