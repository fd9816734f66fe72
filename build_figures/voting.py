"""Sixty-four answers to each problem, before reinforcement and after: what a vote among them gains, and what it costs."""

import random
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from _proportions import mcnemar_exact, wilson_interval
from _shown import shown
from _votes import alone, majority, mean_interval, mode, pass_at
from coursebook.make.experiment import Column, Number, Results, Table, exact, sampled, within
from reasoner import tasks
from reasoner.model import Model, generate

NEEDS = ["src/reasoner/weights/mixed.npz", "src/reasoner/weights/rewarded.npz"]
PARTS = ["mixed", "rewarded"]
SEED = 21

SAMPLES, EACH, LENGTHS, LIMIT = 64, 75, (3, 4), 80
SIZES = (1, 2, 4, 8, 16, 32, 64)
WHEN = {"mixed": "before", "rewarded": "after"}
CONDITION = f"{EACH * len(LENGTHS)} held-out products of 3 and 4 digits with one digit, {SAMPLES} samples each at temperature 1"
POINTS = within(abs=1.5)
"""Means over problems, in points: other processors sample other answers."""


def problems(seed):
    dice = random.Random(seed)
    return [tasks.draw(dice, tasks.single, digits, held=True) for digits in LENGTHS for _ in range(EACH)]


def part(needs, part, folder):
    """For each problem the answers of one model, most frequent first, and what the samples cost."""
    model, asked = Model.load(needs[f"src/reasoner/weights/{part}.npz"]), problems(SEED)
    written = generate(model, [one.prompt for one in asked for _ in range(SAMPLES)], LIMIT, 1.0, SEED)
    found = []
    for place, problem in enumerate(asked):
        texts = [one.text for one in written[place * SAMPLES : (place + 1) * SAMPLES]]
        given = [tasks.answer(text) for text in texts]
        found.append(
            {
                "right": given.count(str(problem.answer)),
                "wrong": sorted((given.count(one) for one in set(given) - {str(problem.answer)}), reverse=True),
                "symbols": sum(map(len, texts)),
                "traced": sum(text.startswith("[") for text in texts),
                "traced_right": sum(text.startswith("[") and tasks.right(problem, text) for text in texts),
                "blank": given.count(""),
            }
        )
    return found


def measure(needs, seed, parts):
    found = dict(zip((WHEN[name] for name in PARTS), parts, strict=True))
    numbers, tables = {"shown": shown(problems(seed))}, {}
    for when, runs in found.items():
        numbers |= _rates(when, runs)
        tables[when] = _curves(when, runs)
        tables[f"gains_{when}"] = _gain_table(when, runs)
        numbers |= _gains(when, runs)
    numbers |= _wrong(found) | _bought(found)
    tables["lengths"] = _lengths(found)
    return Results(numbers, tables)


# -- what one model's samples say --------------------------------------------------------------------------------------


def counts(run):
    return run["right"], tuple(run["wrong"])


def majorities(runs, k):
    """For each problem, in percent."""
    return [100 * float(majority(*counts(run))[k]) for run in runs]


def passes(runs, k):
    return [100 * pass_at(SAMPLES, run["right"], k) for run in runs]


def unanimous(runs, k):
    """As `majorities`, had no two wrong answers agreed."""
    return [100 * float(majority(run["right"], alone(tuple(run["wrong"])))[k]) for run in runs]


def points(values, what, rule=POINTS, unit="points"):
    """A mean over problems with the interval of it."""
    mean, low, high = mean_interval(values)
    if unit == "percent":
        low, high = max(0.0, low), min(100.0, high)
    return Number(round(mean, 6), what, unit, ".1f", (round(low, 6), round(high, 6)), len(values), rule)


def share(count, n, what):
    low, high = wilson_interval(count, n)
    return Number(100 * count / n, what, "percent", ".1f", (100 * low, 100 * high), n, sampled())


def _pooled(runs, traced, what):
    """Over all samples of all problems, those with a trace or those without."""
    of = sum(run["traced"] if traced else SAMPLES - run["traced"] for run in runs)
    right = sum(run["traced_right"] if traced else run["right"] - run["traced_right"] for run in runs)
    return Number(round(100 * right / max(1, of), 4), what, "percent", ".1f", n=of, rule=within(abs=5))


def _rates(when, runs):
    """How good single samples, all samples and votes are."""
    label = f"{when} reinforcement; {CONDITION}"
    symbols = sum(run["symbols"] for run in runs) / len(runs) / SAMPLES
    numbers = {
        f"symbols_{when}": Number(round(symbols, 4), f"mean symbols of a sample, {label}", "symbols", ".1f", rule=within(abs=1)),
        f"traced_{when}": points(
            [100 * run["traced"] / SAMPLES for run in runs], f"samples that began with a trace, {label}", POINTS, "percent"
        ),
        f"traced_right_{when}": _pooled(runs, True, f"right among the samples that began with a trace, {label}"),
        f"direct_right_{when}": _pooled(runs, False, f"right among the samples that answered at once, {label}"),
        f"blank_{when}": Number(
            sum(run["blank"] for run in runs), f"samples without an answer, counted as one wrong answer, {label}", "samples", ",.0f",
            rule=within(abs=20),
        ),
        f"distinct_{when}": Number(
            round(sum(len(run["wrong"]) + (run["right"] > 0) for run in runs) / len(runs), 4),
            f"mean of the different answers to a problem, {label}", "answers", ".1f", rule=within(abs=1),
        ),
        f"pass_64_{when}": share(sum(run["right"] > 0 for run in runs), len(runs), f"problems with a right answer among 64, {label}"),
    }  # fmt: skip
    for k in SIZES[:-1]:
        numbers[f"pass_{k}_{when}"] = points(passes(runs, k), f"pass@{k}, {label}", POINTS, "percent")
    for k in SIZES:
        numbers[f"maj_{k}_{when}"] = points(
            majorities(runs, k), f"majority of {k} right, ties shared, {label}", POINTS, "percent"
        )
    return numbers


def _lengths(found):
    """Three of the rates by the problems' length."""
    rows = [(when, digits, _of_length(runs, digits)) for when, runs in found.items() for digits in LENGTHS]

    def column(name, rate, k, what):
        return Column(
            name, [round(float(np.mean(rate(runs, k))), 4) for *_, runs in rows], what, "percent", ".1f", within(abs=3)
        )

    return Table(
        "Votes and best-of-k by the length of the problem",
        (
            Column("model", [when for when, *_ in rows], "before or after reinforcement", rule=exact()),
            Column("digits", [digits for _, digits, _ in rows], "digits of the first number", "digits", rule=exact()),
            column("one", passes, 1, "one sample right"),
            column("majority", majorities, SAMPLES, f"majority of {SAMPLES} right, ties shared"),
            column("best", passes, SAMPLES, f"at least one of {SAMPLES} right"),
        ),
    )


def _of_length(runs, digits):
    """`problems` come by length, equally many of each."""
    each = len(runs) // len(LENGTHS)
    first = LENGTHS.index(digits) * each
    return runs[first : first + each]


def _curves(when, runs):
    def column(name, values, what):
        ends = [mean_interval(one) for one in values]
        return (
            Column(name, [round(mean, 4) for mean, _, _ in ends], what, "percent", ".1f", POINTS),
            Column(f"{name}_low", [round(max(0.0, low), 4) for _, low, _ in ends], "low end of its interval", "percent", ".1f", POINTS),
            Column(f"{name}_high", [round(min(100.0, high), 4) for _, _, high in ends], "high end of its interval", "percent", ".1f", POINTS),
        )  # fmt: skip

    each = sum(run["symbols"] for run in runs) / len(runs) / SAMPLES
    return Table(
        f"Votes and best-of-k {when} reinforcement",
        (
            Column("samples", SIZES, "samples of each problem", "samples", rule=exact()),
            *column("majority", [majorities(runs, k) for k in SIZES], "right by majority, ties shared"),
            *column("best", [passes(runs, k) for k in SIZES], "at least one right (pass@k)"),
            *column("scattered", [unanimous(runs, k) for k in SIZES], "right by majority, had no two wrong answers agreed"),
            Column("symbols", [round(each * k, 2) for k in SIZES], "symbols written", "symbols", ",.0f", within(rel=0.05)),
        ),
    )


# -- a row more, a path more -------------------------------------------------------------------------------------------


def doubled(runs):
    """(k / 2, k, for each problem what the step from the one to the other gains)."""
    return [
        (half, k, (np.array(majorities(runs, k)) - np.array(majorities(runs, half))).tolist()) for half, k in pairwise(SIZES)
    ]


def _gains(when, runs):
    return {
        f"gain_{k}" if when == "after" else f"gain_{k}_{when}": points(
            gained, f"points that voting gains from {half} to {k} samples, {when} reinforcement; {CONDITION}"
        )
        for half, k, gained in doubled(runs)
    }


def _gain_table(when, runs):
    steps = [(half, k, *mean_interval(gained)) for half, k, gained in doubled(runs)]
    ties, ordinary = within(abs=0.3), POINTS

    def column(name, values, what, unit="points", form=".2f", rule=ordinary):
        return Column(name, [round(value, 5) for value in values], what, unit, form, rule)

    return Table(
        f"What a doubling of the votes gains {when} reinforcement, and what each path in it gains",
        (
            Column("samples", [k for _, k, *_ in steps], "samples after the doubling", "samples", rule=exact()),
            column("gain", [mean for *_, mean, _, _ in steps], "gained by the doubling"),
            column("gain_low", [low for *_, low, _ in steps], "low end of its interval"),
            column("gain_high", [high for *_, high in steps], "high end of its interval"),
            column("per_path", [mean / (k - half) for half, k, mean, _, _ in steps], "gained by each sample more", form=".3f", rule=ties),
        ),
    )  # fmt: skip


# -- wrong answers that agree ------------------------------------------------------------------------------------------


def _wrong(found):
    """How all 64 votes end, and how they would if wrong answers never agreed."""
    numbers = {}
    ends = {
        "won": "the right answer was given most often",
        "tied": "the right answer was given as often as the commonest wrong one",
        "lost": "the right answer was given, and a wrong one more often: more votes lose it",
        "never": "no sample was right",
    }
    for when, runs in found.items():
        modes = [mode(*counts(run)) for run in runs]
        for end, what in ends.items():
            numbers[f"{end}_{when}"] = share(
                modes.count(end), len(runs), f"problems where {what}, {when} reinforcement; {CONDITION}"
            )
        cost = np.array(unanimous(runs, SAMPLES)) - np.array(majorities(runs, SAMPLES))
        numbers[f"agreeing_{when}"] = points(
            cost.tolist(), f"points that a vote of 64 loses because wrong answers agree, {when} reinforcement; {CONDITION}"
        )
        wrong = [(run["wrong"][0], SAMPLES - run["right"]) for run in runs if run["wrong"]]
        numbers[f"commonest_{when}"] = Number(
            round(100 * sum(most for most, _ in wrong) / sum(every for _, every in wrong), 4),
            f"of the wrong samples, those that gave the problem's commonest wrong answer, {when} reinforcement; {CONDITION}",
            "percent", ".0f", rule=within(abs=3),
        )  # fmt: skip
    return numbers


# -- before against after ----------------------------------------------------------------------------------------------


def crossover(before, after):
    """The least k at which the samples from before have a right one more often than those from after; 0 where there is none."""
    for k in range(1, SAMPLES + 1):
        if np.mean(passes(before, k)) > np.mean(passes(after, k)):
            return k
    return 0


def vote_worth(before, after):
    """The least number of votes before reinforcement that is right as often as one sample after; 0 where 64 do not suffice."""
    level = np.mean(majorities(after, 1))
    return next((k for k in range(1, SAMPLES + 1) if np.mean(majorities(before, k)) >= level), 0)


def _bought(found):
    before, after = found["before"], found["after"]
    label = f"after reinforcement less before; {CONDITION}"
    solved = [(one["right"] > 0, other["right"] > 0) for one, other in zip(before, after, strict=True)]
    lost, won = solved.count((True, False)), solved.count((False, True))
    numbers = {
        f"bought_{k}": points((np.array(passes(after, k)) - np.array(passes(before, k))).tolist(), f"pass@{k} {label}")
        for k in (1, 8, SAMPLES)
    }
    return numbers | {
        "bought_maj_64": points(
            (np.array(majorities(after, SAMPLES)) - np.array(majorities(before, SAMPLES))).tolist(), f"majority of 64, {label}"
        ),
        "vote_worth": Number(
            vote_worth(before, after), "the least number of votes before reinforcement that is right as often as one sample after, 0 for none up to 64",
            "samples", rule=within(abs=64),
        ),
        "newly": Number(won, f"problems that 64 samples solve after reinforcement and not before; {CONDITION}", "problems", rule=within(abs=8)),
        "no_longer": Number(lost, f"problems that 64 samples solve before reinforcement and not after; {CONDITION}", "problems", rule=within(abs=8)),
        "bought_64_p": Number(round(mcnemar_exact(lost, won), 6), "exact paired test of the two", "", ".3g", rule=within(abs=1)),
        "crossover": Number(
            crossover(before, after), "the least k at which pass@k before reinforcement is above that after, 0 for none up to 64", "samples",
            rule=within(abs=64),
        ),
        "problems": Number(len(before), "held-out problems, half of 3 and half of 4 digits", "problems", rule=exact()),
    }  # fmt: skip


# -- figures -----------------------------------------------------------------------------------------------------------


def draw_curves(results):
    figure = go.Figure()
    for when, symbol, colour in (("before", "square", "#d0602a"), ("after", "circle", "#3f7fd0")):
        for name, label, dash in (("best", "one right", "dot"), ("majority", "vote", "solid")):
            table = results.tables[when]
            mean, low, high = (table.column(f"{name}{end}") for end in ("", "_low", "_high"))
            figure.add_scatter(
                x=table.column("samples"), y=mean, mode="lines+markers", name=f"{label}, {when}", line={"dash": dash, "color": colour},
                marker={"symbol": symbol, "size": 8}, error_y=_bars(mean, low, high),
            )  # fmt: skip
    figure.update_layout(
        title={"text": "One right among k, and a vote among k:<br>the gap is what votes cannot find"},
        xaxis={"type": "log", "tickvals": list(SIZES), "ticktext": [str(k) for k in SIZES], "title": {"text": "samples (k)"}},
        yaxis={"title": {"text": "problems right (percent)"}, "range": [0, 103]},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=420,
    )
    return figure


def draw_gains(results):
    figure = make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.1)
    for when, symbol, dash, colour in (("before", "square", "dot", "#d0602a"), ("after", "circle", "solid", "#3f7fd0")):
        table = results.tables[f"gains_{when}"]
        labels = [f"{k // 2}→{k}" for k in table.column("samples")]
        gain, low, high = (table.column(name) for name in ("gain", "gain_low", "gain_high"))
        for row, values in ((1, gain), (2, table.column("per_path"))):
            figure.add_scatter(
                x=labels, y=values, mode="lines+markers", name=f"{when} reinforcement", showlegend=row == 1, marker={"symbol": symbol, "size": 8},
                line={"dash": dash, "color": colour}, error_y=_bars(gain, low, high) if row == 1 else None, row=row, col=1,
            )  # fmt: skip
    figure.update_yaxes(title={"text": "a doubling"}, row=1, col=1)
    figure.update_yaxes(title={"text": "one path"}, row=2, col=1)
    figure.update_xaxes(type="category")
    figure.update_xaxes(title={"text": "samples that vote"}, row=2, col=1)
    figure.update_layout(
        title={"text": "Points gained by each doubling of the votes,<br>and by one path of it"},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=420,
    )
    return figure


def _bars(values, low, high):
    return {
        "type": "data", "symmetric": False, "thickness": 1, "width": 2,
        "array": [top - one for one, top in zip(values, high, strict=True)],
        "arrayminus": [one - bottom for one, bottom in zip(values, low, strict=True)],
    }  # fmt: skip


def draw(results):
    return {"curves": draw_curves(results), "gains": draw_gains(results)}
