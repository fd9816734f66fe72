"""What reinforcement bought: when the model writes steps, how good its steps and its direct answers are, before and after."""

import json
import random

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from _proportions import mcnemar_exact, wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, sampled, within
from reasoner import tasks
from reasoner.model import Model, generate, softmax

NEEDS = [
    "src/reasoner/weights/mixed.npz", "src/reasoner/weights/rewarded.npz",
    "evidence/groups/rewarded.json", "evidence/groups/collapsed.json",
]  # fmt: skip
SEED = 33

LENGTHS, CASES, LIMIT = (1, 2, 3, 4, 5), 200, 90
WHEN = {"mixed": "before", "rewarded": "after"}
CONDITIONS = {
    "free": "left to itself, greedy",
    "traced": "made to begin with a trace, greedy",
    "direct": "made to answer at once, greedy",
    "sampled": "made to begin with a trace, sampled at temperature 1",
    "guessed": "made to answer at once, sampled at temperature 1",
}
TRACE = tasks.encode("[")[0]


def problems(seed):
    """By digits: as many different products, held out where there are enough; of one digit all 72."""
    dice, found = random.Random(seed), {}
    for digits in LENGTHS:
        wanted, asked = min(CASES, 8 * 9 * 10 ** (digits - 1)), {}
        while len(asked) < wanted:
            one = tasks.draw(dice, tasks.single, digits, held=True)
            asked[one.prompt] = one
        found[digits] = list(asked.values())
    return found


def first_symbols(model, prompts):
    """The probabilities of the first symbol after each prompt."""
    found = np.zeros((len(prompts), model.head.shape[1]))
    for length in set(map(len, prompts)):
        places = [place for place, prompt in enumerate(prompts) if len(prompt) == length]
        found[places] = softmax(model.read([prompts[place] for place in places])[:, -1])
    return found


def openings(model, prompts, condition, seed):
    """What each response is made to begin with: nothing, a trace, or the digit with which it would begin had it no trace."""
    if condition == "free":
        return [""] * len(prompts)
    if condition in ("traced", "sampled"):
        return ["["] * len(prompts)
    chances = first_symbols(model, prompts)
    chances[:, TRACE] = 0
    if condition == "direct":
        return [tasks.decode([code]) for code in chances.argmax(-1)]
    levels, drawn = chances.cumsum(-1), np.random.default_rng(seed).random(len(prompts))
    return [tasks.decode([code]) for code in (levels <= drawn[:, None] * levels[:, -1:]).sum(-1)]


def answered(model, asked, condition, seed):
    """For each problem whether the response is right, and whether it begins with a trace."""
    prompts = [one.prompt for one in asked]
    begun = openings(model, prompts, condition, seed)
    warm = 1.0 if condition in ("sampled", "guessed") else 0.0
    written = generate(model, [a + b for a, b in zip(prompts, begun, strict=True)], LIMIT, warm, seed)
    texts = [opening + one.text for opening, one in zip(begun, written, strict=True)]
    return [(tasks.right(one, text), text.startswith("[")) for one, text in zip(asked, texts, strict=True)]


def measure(needs, seed):
    asked, found, chances = problems(seed), {}, {}
    for name, when in WHEN.items():
        model = Model.load(needs[f"src/reasoner/weights/{name}.npz"])
        for digits, some in asked.items():
            chances[when, digits] = first_symbols(model, [one.prompt for one in some])[:, TRACE].mean()
            for condition in CONDITIONS:
                found[when, condition, digits] = answered(model, some, condition, seed + digits)
    numbers, tables = {"shown": shown(one for some in asked.values() for one in some)}, {}
    for when in WHEN.values():
        tables[when] = _by_digits(when, found, chances)
        for digits in LENGTHS:
            numbers |= _rates(when, digits, found, chances)
    for name in ("rewarded", "collapsed"):
        logged = json.loads(needs[f"evidence/groups/{name}.json"].read_text())
        tables[f"groups_{name}"] = _groups(name, logged)
    return Results(numbers | _pairs(found) | _parts(found, chances), tables)


# -- rates -------------------------------------------------------------------------------------------------------------


def count(answers):
    return sum(good for good, _ in answers)


def condition_of(digits):
    seen = "held-out" if digits > 2 else "different, nearly all seen in training"
    return f"{digits}-digit products with one digit, {seen}"


def _rates(when, digits, found, chances):
    numbers = {
        f"begins_{when}_{digits}": Number(
            round(100 * float(chances[when, digits]), 4), f"mean probability of beginning with a trace, {when} reinforcement, {condition_of(digits)}",
            "percent", ".0f", n=len(found[when, "free", digits]), rule=within(abs=0.5),
        )
    }  # fmt: skip
    for condition, words in CONDITIONS.items():
        answers = found[when, condition, digits]
        low, high = wilson_interval(count(answers), len(answers))
        numbers[f"{condition}_{when}_{digits}"] = Number(
            100 * count(answers) / len(answers), f"right {words}, {when} reinforcement, {condition_of(digits)}", "percent", ".1f",
            (100 * low, 100 * high), len(answers), sampled() if condition in ("sampled", "guessed") else exact(),
        )  # fmt: skip
    return numbers


def _by_digits(when, found, chances):
    columns = [
        Column("digits", LENGTHS, "digits of the first number; training had up to 4", "digits", rule=exact()),
        Column("cases", [len(found[when, "free", digits]) for digits in LENGTHS], "different problems", "problems", rule=exact()),
        Column(
            "begins", [round(100 * float(chances[when, digits]), 3) for digits in LENGTHS], "mean probability of beginning with a trace",
            "percent", ".0f", within(abs=0.5),
        ),
        Column(
            "shown", [100 * sum(shown for _, shown in found[when, "free", digits]) / len(found[when, "free", digits]) for digits in LENGTHS],
            "greedy responses that begin with a trace", "percent", ".1f", exact(),
        ),
    ]  # fmt: skip
    for condition, words in CONDITIONS.items():
        rule = within(abs=5) if condition in ("sampled", "guessed") else exact()
        shares = [
            wilson_interval(count(found[when, condition, digits]), len(found[when, condition, digits])) for digits in LENGTHS
        ]
        columns += [
            Column(condition, [100 * count(found[when, condition, digits]) / len(found[when, condition, digits]) for digits in LENGTHS], f"right {words}", "percent", ".1f", rule),
            Column(f"{condition}_low", [100 * low for low, _ in shares], "low end of its interval", "percent", ".1f", rule),
            Column(f"{condition}_high", [100 * high for _, high in shares], "high end of its interval", "percent", ".1f", rule),
        ]  # fmt: skip
    return Table(f"What the model does {when} reinforcement, by digits", tuple(columns))


def _pairs(found):
    """For two to four digits together: which problems turned right and which wrong, in each manner of answering."""
    numbers = {}
    for condition, words in CONDITIONS.items():
        pairs = [
            (one, other)
            for digits in (2, 3, 4)
            for (one, _), (other, _) in zip(found["before", condition, digits], found["after", condition, digits], strict=True)
        ]
        lost, won = pairs.count((True, False)), pairs.count((False, True))
        rule = within(abs=25) if condition in ("sampled", "guessed") else exact()
        label = f"{words}, {len(pairs)} products of 2 to 4 digits with one digit"
        numbers |= {
            f"won_{condition}": Number(won, f"problems that turned right with reinforcement, {label}", "problems", n=len(pairs), rule=rule),
            f"lost_{condition}": Number(lost, f"problems that turned wrong with reinforcement, {label}", "problems", n=len(pairs), rule=rule),
            f"p_{condition}": Number(
                round(mcnemar_exact(lost, won), 8), f"exact paired test of the two, {label}", "", ".2g",
                rule=within(abs=1) if condition in ("sampled", "guessed") else exact(),
            ),
        }  # fmt: skip
    return numbers


def _parts(found, chances):
    """The gain of a sample at temperature 1, cut in two: the old skills with the new habit, and what the skills gained. Means over
    one to four digits, as in training."""
    lengths = LENGTHS[:4]

    def level(habit, skill):
        each = []
        for digits in lengths:
            begins, n = chances[habit, digits], len(found[skill, "sampled", digits])
            traced, guessed = (count(found[skill, condition, digits]) / n for condition in ("sampled", "guessed"))
            each.append(begins * traced + (1 - begins) * guessed)
        return 100 * float(np.mean(each))

    before, habit, after = level("before", "before"), level("after", "before"), level("after", "after")
    label = "right at temperature 1, mean over one to four digits"
    return {
        "level_before": Number(round(before, 4), f"{label}, before reinforcement", "percent", ".1f", rule=within(abs=3)),
        "level_habit": Number(round(habit, 4), f"{label}, had it only begun to write steps as it does after", "percent", ".1f", rule=within(abs=3)),
        "level_after": Number(round(after, 4), f"{label}, after reinforcement", "percent", ".1f", rule=within(abs=3)),
        "habit_share": Number(
            round(100 * (habit - before) / (after - before), 3), "of the gain, what writing steps more often accounts for", "percent", ".0f",
            rule=within(abs=8),
        ),
    }  # fmt: skip


# -- the logged groups -------------------------------------------------------------------------------------------------


def visible(text):
    """The newline that ends a response, shown."""
    return text.replace("\n", "⏎")


def _groups(name, logged):
    """A row for each sample; log-probabilities symbol by symbol, with blanks between."""
    rows = [
        (group["step"], group["prompt"], *(group[key][sample] for key in ("texts", "rewards", "advantages", "before", "after")))
        for group in logged
        for sample in range(len(group["texts"]))
    ]
    steps, prompts, texts, rewards, advantages, before, after = zip(*rows, strict=True)
    return Table(
        f"The groups logged in the run {name}: eight samples each, and what one step did to them",
        (
            Column("step", steps, "step of the training", rule=exact()),
            Column("prompt", prompts, "prompt of the group", rule=exact()),
            Column("text", [visible(text) for text in texts], "what was sampled; ⏎ ends it", rule=exact()),
            Column("reward", rewards, "1 for a right answer", "", ".0f", exact()),
            Column("advantage", [round(value, 4) for value in advantages], "reward less the group's mean, in its standard deviations", "", ".2f", exact()),
            Column("before", [round(sum(row), 4) for row in before], "log-probability before the step", "nats", ".2f", exact()),
            Column("after", [round(sum(row), 4) for row in after], "log-probability after the step", "nats", ".2f", exact()),
            Column("symbols_before", [spaced(row) for row in before], "the same, symbol by symbol", "nats", rule=exact()),
            Column("symbols_after", [spaced(row) for row in after], "the same, symbol by symbol", "nats", rule=exact()),
        ),
    )  # fmt: skip


def spaced(row):
    return " ".join(f"{value:.3f}" for value in row)


# -- figures -----------------------------------------------------------------------------------------------------------


def draw_habit(results):
    figure = go.Figure()
    for when, symbol in (("before", "square"), ("after", "circle")):
        table = results.tables[when]
        figure.add_scatter(
            x=table.column("digits"), y=table.column("begins"), mode="lines+markers", name=f"{when} reinforcement",
            marker={"symbol": symbol, "size": 9},
        )  # fmt: skip
    figure.update_layout(
        title={"text": "How likely the model is to begin with a trace:<br>alike for easy and hard problems, before and after"},
        xaxis={"title": {"text": "digits of the first number (trained: 1 to 4)"}, "dtick": 1},
        yaxis={"title": {"text": "probability (percent)"}, "range": [0, 104]},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=360,
    )
    return figure


def draw_skills(results):
    figure = make_subplots(1, 2, shared_yaxes=True, horizontal_spacing=0.06)
    for panel, condition in enumerate(("traced", "direct"), 1):
        for when, dash, colour in (("before", "dot", "#d0602a"), ("after", "solid", "#3f7fd0")):
            table = results.tables[when]
            value, low, high = (table.column(f"{condition}{end}") for end in ("", "_low", "_high"))
            figure.add_scatter(
                x=table.column("digits"), y=value, mode="lines+markers", name=when, showlegend=panel == 1,
                line={"dash": dash, "color": colour}, marker={"symbol": "square" if when == "before" else "circle", "size": 8},
                error_y={
                    "type": "data", "symmetric": False, "thickness": 1, "width": 2,
                    "array": [top - one for one, top in zip(value, high, strict=True)],
                    "arrayminus": [one - bottom for one, bottom in zip(value, low, strict=True)],
                },
                row=1, col=panel,
            )  # fmt: skip
    figure.update_xaxes(dtick=1)
    figure.update_xaxes(title={"text": "digits, with a trace"}, row=1, col=1)
    figure.update_xaxes(title={"text": "digits, at once"}, row=1, col=2)
    figure.update_yaxes(range=[-3, 104])
    figure.update_yaxes(title={"text": "right, greedy (percent)"}, row=1, col=1)
    figure.update_layout(
        title={"text": "Made to write steps, or made to answer at once:<br>which skill did reinforcement change?"},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=380,
    )
    return figure


def draw(results):
    return {"habit": draw_habit(results), "skills": draw_skills(results)}
