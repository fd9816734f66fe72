"""Forced thinking: a model is made to work a problem out again and again before it may answer; what that does, and what it is not."""

import random

import numpy as np
from plotly.subplots import make_subplots

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, sampled, within
from reasoner.model import Cache, Model, generate, softmax
from reasoner.tasks import decode, encode, right, single, steps, trace
from reasoner.tasks import draw as drawn

NEEDS = [
    "src/reasoner/weights/traced_1.npz",
    "src/reasoner/weights/reflective.npz",
    "src/reasoner/weights/reactive.npz",
    "src/reasoner/weights/checker.npz",
    "src/reasoner/weights/overthinking.npz",
]
SEED = 41
PARTS = ["traced_1", "reflective", "reactive", "checker", "overthinking"]
SEEN = {"traced_1": (0, 0), "reflective": (0, 3), "reactive": (0, 3), "checker": (0, 1), "overthinking": (2, 4)}
"""Rounds, from and to, that a model's training showed; `w` begins a round."""
LAST = {"traced_1": 2, "reflective": 6, "reactive": 6, "checker": 4, "overthinking": 6}
"""Rounds forced. The first model has never seen a `w`; two are enough to see what it makes of it."""
LENGTHS = {"three": 3, "five": 5}
CASES = 30
ANSWER = 8
"""Symbols that an answer may take before it is cut."""
GREEDY = "passes forced, each written greedily"
CONDITIONS = {
    "three": ("three", GREEDY),
    "five": ("five", GREEDY),
    "five_sampled": ("five", "passes forced, all sampled at temperature 1"),
    "three_given": ("three", "right passes given, the answer written greedily"),
    "five_given": ("five", "right passes given, the answer written greedily"),
    "five_hidden": ("five", "right passes given and hidden when the last one is written, greedy"),
}


def part(needs, part, folder):
    """For each condition what became of every problem, round by round."""
    model = Model.load(needs[f"src/reasoner/weights/{part}.npz"])
    found = {}
    for name, (length, _) in CONDITIONS.items():
        last = SEEN[part][1] + 1 if name == "five_sampled" else LAST[part]
        found[name] = run(model, asked(LENGTHS[length]), name, last)
    return found


def asked(digits):
    dice = random.Random(f"{SEED} {digits}")
    return [drawn(dice, single, digits, held=True) for _ in range(CASES)]


def run(model, problems, condition, last):
    """By rounds: how many answers are right, how many last passes, and how sure the model was of its answer."""
    kind = condition.partition("_")[2]
    if kind == "hidden":
        return [scored(problems, *hidden(model, problems, count)) for count in (0, 1)]
    if kind == "given":
        return [scored(problems, *one) for one in given(model, problems, last)]
    found, temperature = [], float(kind == "sampled")
    for count, (texts, passes) in enumerate(forced(model, problems, last, temperature)):
        answers = generate(model, texts, ANSWER, temperature, SEED + 100 + count)
        found.append(scored(problems, passes, [(one.text, float(one.probabilities.prod())) for one in answers]))
    return found


def scored(problems, passes, answers):
    return {
        "right": sum(right(problem, text) for problem, (text, _) in zip(problems, answers, strict=True)),
        "passes": sum(trace(steps(problem)) == one for problem, one in zip(problems, passes, strict=True)),
        "sure": float(np.mean([sure for _, sure in answers])),
    }


def forced(model, problems, last, temperature):
    """For each number of rounds the prompts that end where the answer begins, and the last passes: after a pass comes `w`
    whatever the model would write, until the rounds are done; then `]`."""
    texts = [problem.prompt + "[" for problem in problems]
    for count in range(last + 1):
        limit = max(len(trace(steps(problem))) for problem in problems) + 1
        passes = [until(one.text) for one in generate(model, texts, limit, temperature, SEED + count)]
        texts = [text + one for text, one in zip(texts, passes, strict=True)]
        yield [text + "]" for text in texts], passes
        texts = [text + "w" for text in texts]


def until(text):
    """A pass: what comes before the model would close the trace, wait, or end."""
    return text[: min((text.index(mark) for mark in "]w\n" if mark in text), default=len(text))]


def given(model, problems, last):
    """For each number of rounds the passes, every one of them the right one, and the answers, written greedily to problems that
    are equally long. What was read stays in the cache: a round adds `w` and a pass, and an answer is taken back."""
    passes = [trace(steps(problem)) for problem in problems]
    cache = Cache(model, len(problems), len(problems[0].prompt) + (len(passes[0]) + 1) * (last + 1) + ANSWER + 1)
    begun = [problem.prompt + "[" for problem in problems]
    for _ in range(last + 1):
        model.forward(np.array([encode(start + one) for start, one in zip(begun, passes, strict=True)]), cache)
        read = cache.length
        yield passes, answered(model, cache)
        cache.length, begun = read, ["w"] * len(problems)


def answered(model, cache):
    """(answer, its probability) row by row: what is written greedily after `]`, to the end of the line."""
    written, chances = greedy(model, cache, "]", ANSWER)
    ended = [text[: text.index("\n") + 1] if "\n" in text else text for text in written]
    return [(text, float(row[: len(text)].prod())) for text, row in zip(ended, chances, strict=True)]


def hidden(model, problems, count):
    """Right passes given, but nothing that follows them may attend to them: after the last `w` the model writes a pass and the
    answer to problems that are equally long. It is where so many rounds would put it, with the sum alone in sight."""
    passes = [trace(steps(problem)) for problem in problems]
    texts = [
        problem.prompt + ("[" + "w".join([one] * count) if count else "") for problem, one in zip(problems, passes, strict=True)
    ]
    begins, ends = len(problems[0].prompt), len(texts[0])
    cache = Cache(model, len(texts), ends + len(passes[0]) + ANSWER + 2)
    model.forward(np.array([encode(text) for text in texts]), cache)
    cache.seen[:, begins:ends] = False
    found, _ = greedy(model, cache, "w" if count else "[", len(passes[0]))
    return found, answered(model, cache)


def greedy(model, cache, symbol, count):
    """So many symbols after the one given, row by row, and the probability of each."""
    current, chosen, chances = np.array([encode(symbol)] * len(cache.seen)), [], []
    for _ in range(count):
        probabilities = softmax(model.forward(current, cache)[:, -1])
        current = probabilities.argmax(-1)[:, None]
        chosen.append(current[:, 0])
        chances.append(probabilities.max(-1))
    model.forward(current, cache)
    return [decode(row) for row in np.array(chosen).T], np.array(chances).T


# -- results -----------------------------------------------------------------------------------------------------------

MOMENTS = {
    "start": "the fewest rounds of its training",
    "seen": "the most rounds of its training",
    "past": "one round more than its training",
    "far": "as many rounds as were forced",
}
SAID = {
    "five": "five digits, passes forced, greedy",
    "three": "three digits, passes forced, greedy",
    "five_sampled": "five digits, passes forced, sampled at temperature 1",
    "five_given": "five digits, every pass given right",
    "three_given": "three digits, every pass given right",
}


def moments(name):
    first, most = SEEN[name]
    return {"start": first, "seen": most, "past": most + 1, "far": LAST[name]}


def rate(correct, what, rule=None):
    low, high = wilson_interval(correct, CASES)
    return Number(100 * correct / CASES, what, "percent", ".0f", (100 * low, 100 * high), CASES, rule or exact())


def sure(point, what):
    return Number(100 * point["sure"], what, "percent", ".1f", n=CASES, rule=within(abs=0.5))


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers = {
        "cases": Number(CASES, "held-out products a point, numbers of three digits or of five with one digit", "problems", "d", rule=exact()),
        "shown": shown(one for digits in LENGTHS.values() for one in asked(digits)),
        "trainings": Number(1, "trainings behind each curve: every model here is fine-tuned once, from traced_1", "trainings", "d", rule=exact()),
    }  # fmt: skip
    for name in SHOWN[:3]:
        longest, says = (
            symbols(LENGTHS["five"], SEEN[name][1]),
            f"symbols of the longest trace of the training of {name}, five digits",
        )
        numbers[f"{name}_longest"] = Number(longest, says, "symbols", "d", rule=exact())
    for name, one in found.items():
        numbers |= numbers_of(name, one)
    return Results(numbers, {name: table_of(name, one) for name, one in found.items()})


def numbers_of(name, one):
    numbers = {}
    for moment, count in moments(name).items():
        for condition, says in SAID.items():
            what, chance = f"{says}: {MOMENTS[moment]} ({count}), {name}", condition == "five_sampled"
            if chance and moment == "far":
                continue
            point, identifier = one[condition][count], f"{name}_{condition}_{moment}"
            numbers[identifier] = rate(point["right"], f"right answers, {what}", sampled() if chance else exact())
            if not chance:
                numbers[f"{identifier}_sure"] = sure(point, f"mean probability of the answer written, {what}")
    numbers[f"{name}_second"] = rate(one["five"][1]["passes"], f"second passes right, five digits, the first in sight, {name}")
    numbers[f"{name}_hidden"] = rate(
        one["five_hidden"][1]["passes"], f"second passes right, five digits, the first hidden, {name}"
    )
    return numbers


def table_of(name, one):
    columns = [Column("rounds", range(LAST[name] + 1), "rounds forced before the answer", "rounds", rule=exact())]
    for condition, says in SAID.items():
        if condition == "five_sampled":
            continue
        for kind, what in (("right", "right answers"), ("passes", "last passes right")):
            shares = [100 * point[kind] / CASES for point in one[condition]]
            columns.append(
                Column(
                    condition if kind == "right" else f"{condition}_passes",
                    shares,
                    f"{what}, {says}",
                    "percent",
                    ".0f",
                    exact(),
                )
            )
        chances = [100 * point["sure"] for point in one[condition]]
        columns.append(
            Column(
                f"{condition}_sure",
                chances,
                f"mean probability of the answer written, {says}",
                "percent",
                ".1f",
                within(abs=0.5),
            )
        )
    return Table(f"Rounds forced on {name}, n = {CASES} a point", columns)


SHOWN = ("reflective", "reactive", "overthinking", "checker")
BLUE, RUST, TEAL, PLUM = "#3f7fd0", "#d0602a", "#118a8e", "#a0609a"


def draw(results):
    return {"rounds": rounds_figure(results), "length": length_figure(results)}


def rounds_figure(results):
    figure = make_subplots(
        2, 2, subplot_titles=SHOWN, shared_xaxes=True, shared_yaxes=True, vertical_spacing=0.14, horizontal_spacing=0.06
    )
    for place, name in enumerate(SHOWN):
        where = {"row": place // 2 + 1, "col": place % 2 + 1}
        table, (first, most) = results.tables[name], SEEN[name]
        rounds, shares = table.column("rounds"), table.column("five")
        ends = [wilson_interval(round(share * CASES / 100), CASES) for share in shares]
        bars = {
            "type": "data", "symmetric": False, "thickness": 1,
            "array": [100 * high - share for (_, high), share in zip(ends, shares, strict=True)],
            "arrayminus": [share - 100 * low for (low, _), share in zip(ends, shares, strict=True)],
        }  # fmt: skip
        hot = [
            (count, results.numbers[f"{name}_five_sampled_{moment}"].value)
            for moment, count in moments(name).items()
            if moment != "far"
        ]
        series = [
            ("right", rounds, shares, {"mode": "lines+markers", "line": {"width": 3, "color": BLUE}, "error_y": bars}),
            (
                "right, sampled",
                *zip(*hot, strict=True),
                {"mode": "markers", "marker": {"symbol": "diamond-open", "size": 10, "color": TEAL}},
            ),
            (
                "sure of the answer",
                rounds,
                table.column("five_sure"),
                {"mode": "lines", "line": {"dash": "dash", "color": RUST}},
            ),
        ]
        for label, xs, ys, style in series:
            figure.add_scatter(x=xs, y=ys, name=label, legendgroup=label, showlegend=not place, **style, **where)
        figure.add_vrect(first - 0.3, most + 0.3, opacity=0.15, fillcolor="gray", line_width=0, layer="below", **where)
    figure.update_yaxes(range=[-4, 106], dtick=50)
    figure.update_yaxes(title_text="percent", col=1)
    figure.update_xaxes(dtick=1, range=[-0.5, 6.5])
    figure.update_xaxes(title_text="rounds forced", row=2)
    figure.update_layout(
        title={"text": "Made to think for more rounds than it was trained on (grey),<br>a small model loses answers that it had", "pad": {"b": 58, "l": 4}},
        height=420, margin={"t": 128, "b": 90}, legend={"orientation": "h", "y": -0.22, "x": 0},
    )  # fmt: skip
    figure.update_annotations(font={"size": 13})
    return figure


LINES = {
    "three": ("3 digits", {"dash": "solid", "color": RUST}, "circle"),
    "five": ("5 digits", {"dash": "solid", "color": BLUE}, "square"),
    "three_given": ("3 digits, passes given", {"dash": "dot", "color": RUST}, "circle-open"),
    "five_given": ("5 digits, passes given", {"dash": "dot", "color": BLUE}, "square-open"),
}


def length_figure(results):
    """The reflective model: its own passes against right ones, by rounds and by the symbols before the answer."""
    table = results.tables["reflective"]
    figure = make_subplots(1, 2, subplot_titles=["by rounds", "by length"], shared_yaxes=True, horizontal_spacing=0.06)
    for condition, (label, line, symbol) in LINES.items():
        rounds, digits = table.column("rounds"), LENGTHS[condition.partition("_")[0]]
        for column, xs in enumerate((rounds, [symbols(digits, count) for count in rounds]), 1):
            figure.add_scatter(
                x=xs, y=table.column(condition), mode="lines+markers", name=label, line=line, marker={"symbol": symbol, "size": 8},
                legendgroup=condition, showlegend=column == 1, row=1, col=column,
            )  # fmt: skip
    figure.update_yaxes(range=[-4, 106])
    figure.update_yaxes(title_text="right answers (percent)", col=1)
    figure.update_xaxes(title_text="rounds forced", dtick=1, col=1)
    figure.update_xaxes(title_text="symbols of the trace", col=2)
    figure.update_layout(
        title={
            "text": "The reflective model: the longest trace of its training bounds<br>its answers; its own passes go wrong sooner, by rounds",
            "pad": {"b": 58, "l": 4},
        },
        height=400,
        margin={"t": 128, "b": 110},
        legend={"orientation": "h", "y": -0.28, "x": 0},
    )
    return figure


def symbols(digits, rounds):
    """Symbols of a trace with so many rounds: nine a step, and one that begins or ends each pass."""
    return (9 * digits + 1) * (rounds + 1) + 1
