"""Why accuracy falls off a cliff beyond the trained lengths: which digit each step copies, what helps, and a model whose places are marked."""

import random
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact
from reasoner.addresses import Asked, addresses, ask, closed, concluded, copied, followed, guided, responses
from reasoner.chains import soundness
from reasoner.model import Model
from reasoner.tasks import passes

NEEDS = [
    "src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz", "src/reasoner/weights/traced_3.npz",
    "src/reasoner/weights/traced_4.npz", "src/reasoner/weights/traced_5.npz", "src/reasoner/weights/traced_6.npz",
    "src/reasoner/weights/traced_7.npz", "src/reasoner/weights/traced_8.npz", "src/reasoner/weights/traced_9.npz",
    "src/reasoner/weights/traced_10.npz", "src/reasoner/weights/marked.npz",
]  # fmt: skip
SEED = 11
CASES, AIDED = 80, 50
DIGITS, BEYOND = range(1, 10), range(6, 10)
SEEDS = range(1, 11)
LENGTHS = {"marked": DIGITS, "traced_1": DIGITS, "traced_2": BEYOND, "traced_3": BEYOND}
"""The lengths that each model is asked; the other seeds are asked six digits."""
SHOWN, LONG, SWAPPED = 6, 9, 5
"""Digits of the maps of addresses; of the problems in which a model is helped; of those in which two digits change places."""


@dataclass(frozen=True)
class Answered:
    """A model, what it was asked, what it wrote, and its right answers when the right trace is given, by length."""

    name: str
    model: Model
    asked: dict[int, list[Asked]]
    texts: dict[int, list[str]]
    gold: dict[int, tuple[int, int]]

    def count(self, digits, holds):
        """Of how many responses to so many digits something holds, and how many there are."""
        pairs = list(zip(self.asked[digits], self.texts[digits], strict=True))
        return sum(bool(holds(one.problem, text)) for one, text in pairs), len(pairs)

    def right(self, digits):
        pairs = list(zip(self.asked[digits], self.texts[digits], strict=True))
        return sum(one.right(text) for one, text in pairs), len(pairs)

    def five(self, digits):
        return self.count(digits, lambda _, text: len(passes(text)[0]) == 5)

    def own(self, digits):
        """Steps that copy the digit of their place, of all that the problems need."""
        pairs = zip(self.asked[digits], self.texts[digits], strict=True)
        return sum(
            place == step for one, text in pairs for step, place in enumerate(copied(one.problem, text)[:digits], 1)
        ), digits * len(self.texts[digits])

    def sums(self, *lengths):
        """Written steps that are right sums of what stands in them, of all that were written."""
        steps = [step for digits in lengths for text in self.texts[digits] for step in passes(text)[0]]
        return sum(step.result == step.true for step in steps), len(steps)


def says(name):
    return "marks offered" if name == "marked" else f"no marks, seed {name.removeprefix('traced_')}"


def answered(name, model, seed):
    dice = random.Random(seed)
    asked = {digits: [ask(dice, digits, name == "marked") for _ in range(CASES)] for digits in LENGTHS.get(name, [6])}
    texts = {digits: responses(model, some) for digits, some in asked.items()}
    return Answered(
        name,
        model,
        asked,
        texts,
        {digits: (concluded(model, some), CASES) for digits, some in asked.items() if digits in BEYOND},
    )


def measure(needs, seed):
    names = ["marked", *(f"traced_{number}" for number in SEEDS)]
    marked, *plain = (answered(name, Model.load(needs[f"src/reasoner/weights/{name}.npz"]), seed) for name in names)
    numbers = {"shown": shown(one.problem for some in plain[0].asked.values() for one in some)}
    for one in (marked, plain[0]):
        numbers |= {f"{one.name}_{key}": number for key, number in headlines(one).items()}
    for digits in (6, LONG):
        problems = [one.problem for one in plain[0].asked[digits][:AIDED]]
        for given, what in ((1, "its digit to copy"), (6, "everything but its result")):
            whole = [
                all(soundness(problem, text))
                for problem, text in zip(problems, guided(plain[0].model, problems, given), strict=True)
            ]
            numbers[f"given_{given}_{digits}"] = rate(
                (sum(whole), AIDED), f"right traces of {digits} digits when each step is given {what}, no marks, seed 1"
            )
    tables = {
        "right": by_length((plain[0], marked)),
        "beyond": beyond((*plain[:3], marked)),
        "seeds": by_seed(plain),
        "stops": stopping((plain[0], marked)),
        "helped": helped(plain[0]),
        **{f"places_{one.name}": places(one) for one in (*plain[:3], marked)},
    }
    return Results({**numbers, **readings(marked)}, tables)  # fmt: skip


def headlines(one):
    where = f"six digits, {says(one.name)}"
    return {
        "right_6": rate(one.right(6), f"right answers, {where}"),
        "five": rate(one.five(6), f"responses of exactly five steps, {where}"),
        "first_four": rate(one.count(6, first_four), f"responses whose first four steps copy their own digits, {where}"),
        "fifth": rate(one.count(6, fifth(5)), f"fifth steps that copy the fifth digit, {where}"),
        "skips": rate(one.count(6, fifth(6)), f"fifth steps that copy the sixth digit, {where}"),
        "gold_6": rate(one.gold[6], f"right answers when the right trace is given, {where}"),
        "sums": rate(one.sums(*BEYOND), f"written steps that are right sums of what stands in them, six to nine digits, {says(one.name)}"),
    }  # fmt: skip


def readings(one):
    """Does the model read the marks that it is given? Two neighbouring digits change places, marks and all."""
    pairs = [followed(one.model, one.asked[SWAPPED], place) for place in range(SWAPPED - 1)]
    cases = CASES * len(pairs)
    where = f"at the first of two places whose digits changed over with their marks, {SWAPPED} digits, {says(one.name)}"
    return {
        "follows_mark": rate((sum(mark for mark, _ in pairs), cases), f"steps that copy the digit with their mark, {where}"),
        "follows_position": rate((sum(stood for _, stood in pairs), cases), f"steps that copy the digit that stands where theirs stood, {where}"),
    }  # fmt: skip


def by_seed(plain):
    def rows(count):
        return [count(one) for one in plain]

    return Table(
        f"Six digits, no marks, {CASES} problems a seed",
        (
            Column("seed", SEEDS, "seed of the training", rule=exact()),
            column("right", rows(lambda one: one.right(6)), "right answers"),
            column("five", rows(lambda one: one.five(6)), "responses of exactly five steps"),
            column("first_four", rows(lambda one: one.count(6, first_four)), "responses whose first four steps copy their own digits"),
            column("fifth", rows(lambda one: one.count(6, fifth(5))), "fifth steps that copy the fifth digit"),
            column("skips", rows(lambda one: one.count(6, fifth(6))), "fifth steps that copy the sixth digit"),
            column("sums", rows(lambda one: one.sums(6)), "of the steps written, those that are right sums of what stands in them"),
            column("gold", rows(lambda one: one.gold[6]), "right answers when the right trace is given"),
        ),
    )  # fmt: skip


def first_four(problem, text):
    return copied(problem, text)[:4] == [1, 2, 3, 4]


def fifth(place):
    return lambda problem, text: copied(problem, text)[4:5] == [place]


def rate(counts, what):
    low, high = (round(100 * end, 10) for end in wilson_interval(*counts))
    return Number(percent(counts), what, "percent", ".0f", (low, high), counts[1], exact())


def percent(counts):
    return round(100 * counts[0] / counts[1], 10)


def column(name, counts, what):
    return Column(name, [percent(found) for found in counts], what, "percent", ".0f", exact())


def by_length(some):
    columns = [Column("digits", DIGITS, "digits of the first number", "digits", rule=exact())]
    for one in some:
        counts = [one.right(digits) for digits in DIGITS]
        columns.append(column(one.name, counts, f"right answers, {says(one.name)}"))
        for bound, end in (("low", 0), ("high", 1)):
            cells = [round(100 * wilson_interval(*found)[end], 10) for found in counts]
            columns.append(
                Column(f"{one.name}_{bound}", cells, f"its 95 % Wilson interval, {bound}", "percent", ".0f", exact())
            )
    return Table(f"Right answers by length, greedy, {CASES} problems a length", columns)


def beyond(found):
    rows = [(one, digits) for one in found for digits in BEYOND]
    return Table(
        f"Beyond the trained lengths, {CASES} problems a length",
        (
            Column("model", [says(one.name) for one, _ in rows], "model", rule=exact()),
            Column("digits", [digits for _, digits in rows], "digits of the first number", "digits", rule=exact()),
            column("right", [one.right(digits) for one, digits in rows], "right answers"),
            column("first", [one.count(digits, lambda problem, text: soundness(problem, text)[0]) for one, digits in rows], "right first steps"),
            column("five", [one.five(digits) for one, digits in rows], "responses of exactly five steps"),
            column("own", [one.own(digits) for one, digits in rows], "of the steps needed, those that copy the digit of their place"),
            column("sums", [one.sums(digits) for one, digits in rows], "of the steps written, those that are right sums of what stands in them"),
            column("gold", [one.gold[digits] for one, digits in rows], "right answers when the right trace is given"),
        ),
    )  # fmt: skip


def stopping(some):
    steps = range(1, LONG + 1)
    return Table(
        f"Given so many right steps of {LONG}, how often the trace is closed",
        (
            Column("steps", steps, "right steps given", "steps", rule=exact()),
            *(
                column(one.name, [(closed(one.model, one.asked[LONG][:AIDED], count), AIDED) for count in steps], f"closes the trace, {says(one.name)}")
                for one in some
            ),
        ),
    )  # fmt: skip


def helped(one):
    problems = [asked.problem for asked in one.asked[LONG][:AIDED]]
    ways = {
        "alone": (one.texts[LONG][:AIDED], "sound steps, nothing given"),
        "digit": (guided(one.model, problems, 1), "sound steps, given the digit to copy"),
        "all": (guided(one.model, problems, 6), "sound steps, given all but the result"),
    }
    columns = [Column("step", range(1, LONG + 1), "step", rule=exact())]
    for name, (texts, what) in ways.items():
        sound = [soundness(problem, text) for problem, text in zip(problems, texts, strict=True)]
        columns.append(column(name, [(sum(marks[step] for marks in sound), AIDED) for step in range(LONG)], what))
    return Table(f"What it takes to get a step of {LONG} right: {AIDED} problems, {says(one.name)}", columns)


def places(one):
    counts = addresses(one.asked[SHOWN], one.texts[SHOWN])
    columns = [Column("step", range(1, SHOWN + 1), "step", rule=exact())]
    columns += [
        column(f"place_{place}", [(row[place], CASES) for row in counts], f"copies digit {place} from the right")
        for place in range(1, SHOWN + 1)
    ]
    columns.append(column("none", [(CASES - sum(row[1:]), CASES) for row in counts], "not written, or no digit of the number"))
    return Table(f"Which digit each step copies, {SHOWN} digits, {says(one.name)}", columns)


def draw(results):
    return {"maps": maps(results), "lengths": lengths(results), "help": helping(results)}


SHOWS = {"traced_1": "no marks, seed 1", "traced_2": "seed 2", "marked": "marks offered"}


def maps(results):
    figure = make_subplots(1, len(SHOWS), subplot_titles=list(SHOWS.values()), shared_yaxes=True, horizontal_spacing=0.04)
    digits = [str(place) for place in range(1, SHOWN + 1)]
    for number, name in enumerate(SHOWS, 1):
        table = results.tables[f"places_{name}"]
        cells = list(zip(*(table.column(column) for column in (*(f"place_{place}" for place in digits), "none")), strict=True))
        figure.add_heatmap(
            x=[*digits, "none"], y=digits, z=cells, zmin=0, zmax=100, coloraxis="coloraxis", xgap=1, ygap=1,
            text=[[f"{cell:.0f}" if cell >= 0.5 else "" for cell in row] for row in cells], texttemplate="%{text}", textfont={"size": 11},
            row=1, col=number,
        )  # fmt: skip
    figure.update_xaxes(type="category", tickfont={"size": 11})
    figure.update_xaxes(title="digit copied, from the right", row=1, col=2)
    figure.update_yaxes(type="category", autorange="reversed")
    figure.update_yaxes(title="step written", row=1, col=1)
    figure.update_layout(
        title={
            "text": "At six digits the fifth step jumps to the sixth digit;<br>the marked model's does not, yet it too stops at five",
            "pad": {"b": 60, "l": 4},
        },
        coloraxis={"showscale": False},
        margin={"t": 130},
        height=400,
    )
    return figure


LOOKS = {"traced_1": ("no marks", "circle", "solid"), "marked": ("marks offered", "square", "dot")}


def lengths(results):
    table, figure = results.tables["right"], go.Figure()
    for name, (label, symbol, dash) in LOOKS.items():
        middle, low, high = (table.column(f"{name}{end}") for end in ("", "_low", "_high"))
        figure.add_scatter(
            x=list(DIGITS), y=list(middle), mode="lines+markers", name=label, line={"dash": dash}, marker={"symbol": symbol, "size": 9},
            error_y={
                "type": "data", "symmetric": False, "thickness": 1, "array": [up - mid for up, mid in zip(high, middle, strict=True)],
                "arrayminus": [mid - down for mid, down in zip(middle, low, strict=True)],
            },
        )  # fmt: skip
    figure.add_vline(x=5.5, line_dash="dash", line_width=1)
    figure.update_layout(
        title="Marks that are only offered do not move the cliff",
        xaxis={"title": "digits of the first number, times one digit", "dtick": 1},
        yaxis={"title": "right answers (percent)", "range": [-3, 106]}, height=400,
    )  # fmt: skip
    return figure


WAYS = {"alone": ("nothing given", "circle", "solid"), "digit": ("the digit to copy given", "square", "dash"), "all": ("all but the result given", "diamond", "dot")}  # fmt: skip


def helping(results):
    table, figure = results.tables["helped"], go.Figure()
    for name, (label, symbol, dash) in WAYS.items():
        figure.add_scatter(
            x=list(table.column("step")), y=list(table.column(name)), mode="lines+markers", name=label,
            line={"dash": dash}, marker={"symbol": symbol, "size": 9},
        )  # fmt: skip
    figure.add_vline(x=5.5, line_dash="dash", line_width=1)
    figure.update_layout(
        title="Handed the digit to copy, it gets two steps further;<br>then the arithmetic fails too",
        xaxis={"title": f"step, of a problem of {LONG} digits", "dtick": 1},
        yaxis={"title": "right steps (percent)", "range": [-3, 106]}, height=400,
    )  # fmt: skip
    return figure
