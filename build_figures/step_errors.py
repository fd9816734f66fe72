"""Is a step worse after an error of the model's own? What looks like it, and the controls that say what it is."""

import random

import numpy as np
import plotly.graph_objects as go

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, sampled, within
from reasoner.chains import chances, clean, first_error, gap, misled, natural, repaired, soundness
from reasoner.model import Model, generate
from reasoner.tasks import draw as problem_of
from reasoner.tasks import passes, single

NEEDS = ["src/reasoner/weights/mixed.npz", "src/reasoner/weights/traced_2.npz"]
SEED = 3
LIMIT, DRAWS, PLANTED = 140, 1000, 250
SETTINGS = {"inside": ("mixed", 4, 1000), "beyond": ("traced_2", 7, 300)}
"""Where errors happen, the model, digits and traces: a short training at the longest length that it was shown, and a longer one
two digits beyond."""
LOOSE = within(abs=0.02)


def measure(needs, seed):
    numbers, tables, asked = {}, {}, []
    for setting, (name, digits, cases) in SETTINGS.items():
        model = Model.load(needs[f"src/reasoner/weights/{name}.npz"])
        dice = random.Random(seed)
        problems = [problem_of(dice, single, digits, held=True) for _ in range(cases)]
        asked += problems
        written = generate(model, [f"{problem.prompt}[" for problem in problems], LIMIT, temperature=1.0, seed=seed)
        texts = [f"[{one.text}" for one in written]
        sound = [soundness(problem, text) for problem, text in zip(problems, texts, strict=True)]
        where = f"{digits} digits, {setting} the trained lengths"
        found = {**observed(problems, sound, seed), **twins(model, problems, texts, sound), **planted(model, problems)}
        numbers |= {f"{setting}_{key}": number(value, f"{WHAT[key]}; {where}") for key, value in found.items()}
        tables[f"{setting}_places"] = by_place(sound, f"Sound steps by place, {where}")
    return Results({**numbers, "shown": shown(asked)}, tables)


WHAT = {
    "after_right": "sound steps among those with right steps alone before them, sampled",
    "after_error": "sound steps among those with an error of the model's own before them, sampled",
    "gap": "points fewer sound steps after an error than after right steps",
    "same_place": "points fewer sound steps after an error than after right steps, steps at the same place compared",
    "same_factor": "points fewer sound steps after an error than after right steps, steps at the same place with the same factor compared",
    "sound": "sound steps of all that the problems need, sampled",
    "whole": "traces without an error, sampled",
    "powered": "what the mean step to the power of the number of steps makes",
    "powered_fresh": "what the mean step, counted up to the first error, to the power of the number of steps makes",
    "erred": "mean probability of the sound next step after the first error",
    "repaired": "mean probability of the sound next step when the error before it is put right, same traces",
    "harm": "points that the error costs the next step: the same traces with it and without it",
    "harm_same": "points that the error costs the next step where the step to write is the same either way",
    "harm_natural": "points that the error costs the next step against the same step where the carry is right, one digit of the problem changed",
    "before": "mean probability of the sound next step after right steps",
    "planted": "mean probability of the sound next step when a wrong carry is planted in the last of them, same traces",
    "natural": "mean probability of that same next step where the carry is right, one digit of the problem changed",
    "plant_harm": "points that the planted carry costs the next step, its inputs changed",
    "plant_harm_same": "points that the planted carry costs the next step against the same step where the carry is right",
}


def number(found, what):
    """A rate of sampled traces (count, of), a mean (mean, cases, low, high) or a figure computed from rates."""
    if isinstance(found, float):
        return Number(found, what, "percent", ".1f", rule=LOOSE)
    if len(found) == 2:
        count, of = found
        low, high = wilson_interval(count, of)
        return Number(round(100 * count / of, 10), what, "percent", ".1f", (100 * low, 100 * high), of, sampled())
    mean, of, low, high = found
    return Number(mean, what, "percent", ".1f", (low, high), of, LOOSE)


def observed(problems, sound, seed):
    """What counts over sampled traces give."""
    marks = np.array(sound)
    places = np.broadcast_to(np.arange(marks.shape[1]), marks.shape)
    factors = places + 100 * np.array([problem.b for problem in problems])[:, None]
    right, error = after(sound)
    fresh = [one[place] for one in sound for place in range(len(one)) if all(one[:place])]
    return {
        "after_right": (sum(right), len(right)),
        "after_error": (sum(error), len(error)),
        "gap": gap_of(marks, np.zeros_like(places), seed),
        "same_place": gap_of(marks, places, seed),
        "same_factor": gap_of(marks, factors, seed),
        "sound": (int(marks.sum()), marks.size),
        "whole": (int(marks.all(1).sum()), len(marks)),
        "powered": 100 * float(marks.mean()) ** marks.shape[1],
        "powered_fresh": 100 * (sum(fresh) / len(fresh)) ** marks.shape[1],
    }


def gap_of(marks, strata, seed):
    """The gap in points, and its 95 % interval from traces drawn again: steps of one trace are not independent."""
    draws = np.random.default_rng(seed).multinomial(len(marks), np.full(len(marks), 1 / len(marks)), size=DRAWS)
    low, high = np.quantile(gap(marks, strata, draws), (0.025, 0.975))
    return 100 * float(gap(marks, strata, np.ones((1, len(marks))))[0]), len(marks), 100 * float(low), 100 * float(high)


def after(sound, place=None):
    """Soundness of the steps (all, or those at a place) before which all were sound, and of those with an error before."""
    right, error = [], []
    for one in sound:
        for step in range(1, len(one)) if place is None else [place]:
            (right if all(one[:step]) else error).append(one[step])
    return right, error


def twins(model, problems, texts, sound):
    """The probability of the sound next step after the first error, and after the same trace with that one step put right."""
    asked, erred = [], []
    for problem, text, one in zip(problems, texts, sound, strict=True):
        place, steps = first_error(one), passes(text)[0]
        if place < len(one) - 1 and place < len(steps):
            asked.append(problem)
            erred.append(steps[: place + 1])
    right = [repaired(problem, steps) for problem, steps in zip(asked, erred, strict=True)]
    with_error, without = chances(model, asked, erred), chances(model, asked, right)
    same = np.array([one[-1].result // 10 == other[-1].result // 10 for one, other in zip(erred, right, strict=True)])
    found = {"erred": averaged(with_error), "repaired": averaged(without), "harm": averaged(without - with_error)}
    pairs = [(row, natural(problem, steps)) for row, (problem, steps) in enumerate(zip(asked, erred, strict=True))]
    rows, others = zip(*((row, twin) for row, twin in pairs if twin), strict=True)
    proper = chances(model, others, [clean(twin, len(erred[row])) for row, twin in zip(rows, others, strict=True)])
    return found | {
        "harm_same": averaged((without - with_error)[same]),
        "harm_natural": averaged(proper - with_error[list(rows)]),
    }


def planted(model, problems):
    """The probability of the sound next step after right steps; after the same with a wrong carry in the last; and after right
    steps that hand on that carry, so that the step to write is the same."""
    rows = []
    for problem in problems[:PLANTED]:
        for place in range(1, problem.digits):
            wrong = misled(problem, clean(problem, place))
            twin = natural(problem, wrong)
            if twin:
                rows.append((problem, clean(problem, place), wrong, twin, clean(twin, place)))
    asked, right, wrong, twins, proper = zip(*rows, strict=True)
    before, with_error, without = chances(model, asked, right), chances(model, asked, wrong), chances(model, twins, proper)
    return {
        "before": averaged(before), "planted": averaged(with_error), "natural": averaged(without),
        "plant_harm": averaged(before - with_error), "plant_harm_same": averaged(without - with_error),
    }  # fmt: skip


def averaged(values):
    """Mean in percent, cases, and the mean's 95 % interval."""
    mean, half = 100 * float(values.mean()), 196 * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean, len(values), mean - half, mean + half


def by_place(sound, title):
    """Sound steps by place, after right steps and after an error, with how many of each there are."""
    places = range(1, len(sound[0]))
    groups = [after(sound, place) for place in places]
    columns = [Column("step", [place + 1 for place in places], "step of the trace", rule=exact())]
    for side, (name, says) in enumerate((("right", "right steps alone"), ("error", "an error"))):
        marks = [group[side] for group in groups]
        columns += [
            Column(f"{name}_count", [len(one) for one in marks], f"steps with {says} before them", "steps", rule=within(abs=8)),
            Column(f"{name}_sound", [sum(one) for one in marks], "of these, sound", "steps", rule=within(abs=8)),
        ]
    return Table(title, columns)


CONTROLS = {
    "gap": "as counted",
    "same_place": "same place",
    "same_factor": "same place, same factor",
    "harm": "same trace, error put right",
    "plant_harm": "a wrong carry planted",
    "plant_harm_same": "planted, against the same step",
}
LOOKS = {"inside": ("inside the trained lengths", "circle", -0.14), "beyond": ("beyond them", "diamond", 0.14)}


def draw(results):
    figure = go.Figure()
    for setting, (label, symbol, shift) in LOOKS.items():
        found = [results.numbers[f"{setting}_{control}"] for control in CONTROLS]
        figure.add_scatter(
            x=[one.value for one in found], y=[row + shift for row in range(len(found))], mode="markers", name=label,
            marker={"symbol": symbol, "size": 10}, hovertemplate="%{x:.1f} points",
            error_x={
                "type": "data", "symmetric": False, "array": [one.interval[1] - one.value for one in found],
                "arrayminus": [one.value - one.interval[0] for one in found],
            },
        )  # fmt: skip
    figure.add_vline(x=0, line_dash="dash", line_width=1)
    figure.update_layout(
        title="Steps after an error are far worse;<br>the error itself costs next to nothing",
        xaxis={"title": "points fewer right next steps (95 % intervals)"},
        yaxis={"tickvals": list(range(len(CONTROLS))), "ticktext": list(CONTROLS.values()), "range": [len(CONTROLS) - 0.5, -0.5]},
        height=420, margin={"l": 200, "b": 100},
    )  # fmt: skip
    return {"controls": figure}
