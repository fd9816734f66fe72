"""Right answers and confidence by length: small models that write steps and small models that answer at once, in and beyond the lengths trained on."""

import random
from itertools import product as pairs

import numpy as np
import plotly.graph_objects as go

from _proportions import wilson_interval
from coursebook.make.experiment import Column, Number, Results, Table, exact, sampled
from reasoner import styles, tasks
from reasoner.coverage import shown
from reasoner.model import Model, generate
from reasoner.tasks import Problem, answer, right, single

NEEDS = [
    "src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz",
    "src/reasoner/weights/direct_1.npz", "src/reasoner/weights/direct_long_1.npz",
]  # fmt: skip
SEED = 5
CASES, DIGITS, TRAINED = 200, range(1, 10), range(1, 6)
EDGE = max(TRAINED) + 0.5
LIMIT = 140
SERIES = {
    "traced": ("traced_1", "with a trace"),
    "again": ("traced_2", "with a trace, second seed"),
    "direct": ("direct_1", "at once, equal compute"),
    "longer": ("direct_long_1", "at once, trained three times as long"),
}
TRAININGS = {"traced": (styles.traced, 64 * 1000), "direct": (styles.direct, 64 * 2800), "longer": (styles.direct, 64 * 8400)}
"""Style and samples of the trainings by seed 1, as their recipes have them."""


def cases(seed):
    """By length, different problems: held-out ones, and of the two shortest lengths, which spare none, all or some."""
    found, dice = {}, random.Random(seed)
    for digits in DIGITS:
        every = (
            [Problem(a, "*", b) for a, b in pairs(range(10 ** (digits - 1), 10**digits), range(2, 10))] if digits <= 2 else []
        )
        some = set(every if len(every) <= CASES else dice.sample(every, CASES)) if every else set()
        while not every and len(some) < CASES:
            some.add(tasks.draw(dice, single, digits, held=True))
        found[digits] = sorted(some, key=lambda problem: (problem.a, problem.b))
    return found


def sure(probabilities, text):
    """How sure a model was: the mean probability of the symbols that it wrote, of those of the answer alone, and the
    probability of the whole that it wrote."""
    return float(probabilities.mean()), float(probabilities[text.rfind("]") + 1 :].mean()), float(probabilities.prod())


def graded(model, problems, seed):
    """Greedily: right answers, and the means of what `sure` gives. Asked again by chance: how many answers are the same."""
    prompts = [problem.prompt for problem in problems]
    written = generate(model, prompts, LIMIT)
    marks = [right(problem, one.text) for problem, one in zip(problems, written, strict=True)]
    symbols, answers, whole = np.mean([sure(one.probabilities, one.text) for one in written], axis=0).tolist()
    found = {"n": len(problems), "right": sum(marks), "symbols": symbols, "answers": answers, "whole": whole}
    if problems[0].digits not in TRAINED:
        other = generate(model, prompts, LIMIT, temperature=1.0, seed=seed)
        found["same"] = sum(answer(one.text) == answer(two.text) != "" for one, two in zip(written, other, strict=True))
    return found


def measure(needs, seed):
    asked = cases(seed)
    scores = {}
    for name, (weights, _) in SERIES.items():
        model = Model.load(needs[f"src/reasoner/weights/{weights}.npz"])
        scores[name] = {digits: graded(model, problems, seed) for digits, problems in asked.items()}
    numbers = {}
    for name, (_, how) in SERIES.items():
        for digits, found in scores[name].items():
            numbers[f"{name}_right_{digits}"] = rate(
                found["right"], found["n"], f"right answers of the model that answers {how}, {digits} digits times one, greedy", exact()
            )  # fmt: skip
            if "same" in found:
                numbers[f"{name}_same_{digits}"] = rate(
                    found["same"], found["n"], f"answers at temperature 1 that are the greedy one again, {how}, {digits} digits", sampled()
                )  # fmt: skip
    return Results({**numbers, **exposure(asked)}, tables_of(scores))


def exposure(asked):
    """What the trainings were shown: symbols, and which of the problems asked here."""
    numbers = {}
    for name, (style, samples) in TRAININGS.items():
        given, how = shown(style, 1, samples), SERIES[name][1]
        numbers[f"{name}_symbols"] = Number(
            given.symbols, f"symbols that training reads, the model that answers {how}", "symbols", ",d", rule=exact()
        )
        for says, lengths in (("short", (1, 2)), ("held", range(3, 10))):
            problems = [problem for digits in lengths for problem in asked[digits]]
            numbers[f"{name}_seen_{says}"] = rate(
                sum(problem.prompt in given.prompts for problem in problems), len(problems),
                f"problems of {lengths[0]} to {lengths[-1]} digits asked here that training had shown, {how}", exact(),
            )  # fmt: skip
    return numbers


def rate(count, n, what, rule):
    low, high = (100 * end for end in wilson_interval(count, n))
    return Number(round(100 * count / n, 10), what, "percent", ".1f", (round(low, 10), round(high, 10)), n, rule)


MEASURES = {
    "symbols": ("Confidence: the mean probability of a symbol that the model wrote", "mean probability of a written symbol"),
    "answers": (
        "Confidence in the answer alone",
        "mean probability of a symbol of the answer, after what the model wrote before it",
    ),
    "whole": ("Confidence in the whole response", "probability of the whole response, mean"),
}


def tables_of(scores):
    lengths = Column("digits", DIGITS, "digits of the first number", "digits", rule=exact())
    shares = [
        Column(name, [round(100 * found["right"] / found["n"], 10) for found in by.values()], f"right, answering {SERIES[name][1]}", "percent", ".1f", exact())
        for name, by in scores.items()
    ]  # fmt: skip
    counts = Column("problems", [found["n"] for found in scores["traced"].values()], "problems asked", "problems", rule=exact())
    tables = {"right": Table("Right answers by length, greedy", (lengths, counts, *shares))}
    for measured, (title, what) in MEASURES.items():
        columns = [
            Column(
                name, [found[measured] for found in by.values()], f"{what}, answering {SERIES[name][1]}", "probability", ".3f"
            )
            for name, by in scores.items()
        ]
        tables[measured] = Table(title, (lengths, *columns))
    return tables


LOOKS = {
    "traced": ("with steps", "circle", "solid"),
    "again": ("with steps, second seed", "circle-open", "solid"),
    "direct": ("at once, equal compute", "square", "dot"),
    "longer": ("at once, trained longer", "diamond", "dash"),
}


def draw(results):
    titles = {
        "right": ("Steps make every trained length easy,<br>and buy nothing beyond", "right answers (percent)", [-3, 104]),
        "symbols": (
            "Beyond the trained lengths all are wrong;<br>the one that shows its work stays sure",
            "probability of a symbol, mean",
            [0, 1.04],
        ),
        "whole": (
            "Beyond the trained lengths, whoever answers at once doubts;<br>whoever shows the work hardly does",
            "whole response: probability",
            [-0.03, 1.04],
        ),
    }
    figures = {"right": "accuracy", "symbols": "confidence", "whole": "calibration"}
    return {figures[name]: lines(results, name, *parts) for name, parts in titles.items()}


def lines(results, name, title, measured, ends):
    """A line for each model over the lengths; the shares of right answers with their intervals."""
    figure, table = go.Figure(), results.tables[name]
    for series, (label, symbol, dash) in LOOKS.items():
        figure.add_scatter(
            x=list(DIGITS), y=list(table.column(series)), mode="lines+markers", name=label, line={"dash": dash},
            marker={"symbol": symbol, "size": 9}, error_y=bars(results, series) if name == "right" else None,
        )  # fmt: skip
    figure.add_vline(x=EDGE, line_dash="dash", line_width=1)
    for side, text in (("right", "trained "), ("left", " beyond")):
        figure.add_annotation(x=EDGE, y=1, xanchor=side, yanchor="bottom", yref="paper", text=text, showarrow=False)
    figure.update_layout(
        title={"text": title, "pad": {"b": 44, "l": 4}}, height=420, margin={"t": 104, "b": 110},
        xaxis={"title": "digits of the first number, times one digit", "dtick": 1}, yaxis={"title": measured, "range": ends},
    )  # fmt: skip
    return figure


def bars(results, series):
    found = [results.numbers[f"{series}_right_{digits}"] for digits in DIGITS]
    above, below = [one.interval[1] - one.value for one in found], [one.value - one.interval[0] for one in found]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1}
