"""Decided against written: which of two digits the answer copies, the one on the page or the one that was about to be written."""

import random

import plotly.graph_objects as go

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact
from reasoner.knives import (
    PLACES,
    corrupt,
    left_behind,
    outcomes,
    patching,
    place_of,
    tally,
    untouched,
    wrong_digits,
)  # fmt: skip
from reasoner.model import Model, generate
from reasoner.tasks import answer, right, single, steps
from reasoner.tasks import draw as drawn

PARTS = ["traced_9", "traced_3", "traced_1", "decided", "written"]
NEEDS = [
    "src/reasoner/weights/traced_9.npz", "src/reasoner/weights/traced_3.npz", "src/reasoner/weights/traced_1.npz",
    "src/reasoner/weights/decided.npz", "src/reasoner/weights/written.npz",
]  # fmt: skip
SEED = 13
NAMES = {
    "traced_9": "seed 9", "traced_3": "seed 3", "traced_1": "seed 1",
    "decided": "seed 9, pushed to the digit decided", "written": "seed 9, pushed to the digit written",
}  # fmt: skip
SHORT = {"traced_9": "twin", "traced_3": "third", "traced_1": "faithful", "decided": "decided", "written": "written"}
"""How the values of each model are named."""
LENGTHS = range(2, 6)
SLOTS = [(digits, at) for digits in LENGTHS for at in range(digits)]
WEAKEST = (5, 0)
"""The step, and the length, at which seeds 9 and 3 follow the written digit least."""
CASES, PAIRS, POOL = 50, 8, 500
"""Problems of each length; of these, patched ones a slot (at the weakest slot all); problems that lend vectors."""
SYMBOLS = {**PLACES, "times": 1, "plus": 3, "equals": 5, "comma": 8}
SCAN = {"x": "7", "times": "*", "y": "6", "plus": "+", "carry": "0", "equals": "=", "tens": "4", "units": "2", "comma": ","}
"""The symbols of a step, shown by an example, `7*6+0=42,`."""
SCANNED = ("traced_9", "traced_3", "traced_1")
PATCHES = {
    "page": "a wrong digit written, nothing patched",
    "both": "a wrong digit written, and the vectors before it from a problem that was about to write the same digit",
    "third": "a wrong digit written, and the vectors before it from a problem that was about to write a third digit",
    "mind": "the true digit written, and the vectors before it from a problem that was about to write another",
    "earlier": "a wrong digit written, and the vectors of the equals sign from a problem that was about to write the same digit",
}


def part(needs, part, folder):
    return probe(Model.load(needs[f"src/reasoner/weights/{part}.npz"]), random.Random(SEED), SCAN if part in SCANNED else ())


def problems(dice, cases):
    """By digits; held out where there are enough of them."""
    return {digits: [drawn(dice, single, digits, held=True) for _ in range(cases)] for digits in LENGTHS}


def probe(model, dice, scan, cases=CASES, pairs=PAIRS, pool=POOL):
    asked = problems(dice, cases)
    lenders = {digits: lending([drawn(dice, single, digits) for _ in range(pool)]) for digits in LENGTHS}
    lent = [one for digits, at in SLOTS for one in lend(dice, asked[digits], at, lenders[digits])[:pairs]]
    weak = lend(dice, asked[WEAKEST[0]], WEAKEST[1], lenders[WEAKEST[0]])
    everything = [one for some in asked.values() for one in some]
    own = generate(model, [one.prompt for one in everything], 70)
    return {
        "right": sum(right(one, done.text) for one, done in zip(everything, own, strict=True)),
        "units": [
            tally(outcomes(model, [corrupt(one, at, "units", dice.choice(wrong_digits(one, at, "units"))) for one in asked[digits]]))
            for digits, at in SLOTS
        ],
        "patched": {name: patched(model, lent, name) for name in PATCHES},
        "scan": {name: digits_of(weak, _answers(model, weak, "written", "first", name)) for name in ("", *scan)},
    }  # fmt: skip


# -- vectors from another problem --------------------------------------------------------------------------------------


class Lent:
    """A problem with a step, and two others, equally long, that come to write other units digits in that step, after the
    same tens digit. The first one's digit is put on the page; the second one's differs from both."""

    def __init__(self, asked, at, first, second):
        self.asked, self.at, self.first, self.second = asked, at, first, second
        self.digits = {"true": units(asked, at), "written": units(first, at), "third": units(second, at)}

    def answers(self):
        """The answer with each of the three digits in its place."""
        whole = str(self.asked.answer)
        place = len(whole) - 1 - self.at
        return {f"{whole[:place]}{digit}{whole[place + 1 :]}": name for name, digit in self.digits.items()}


def units(asked, at):
    return steps(asked)[at].result % 10


def lending(pool):
    """Problems by step and tens digit."""
    found = {}
    for problem in pool:
        for at, step in enumerate(steps(problem)):
            found.setdefault((at, step.result // 10), []).append(problem)
    return found


def lend(dice, asked, at, lenders):
    """Each problem with its lenders for one step; the few for which there are none are left out."""
    found = []
    for one in asked:
        fit = wrong_digits(one, at, "units")
        likely = [other for other in lenders.get((at, steps(one)[at].result // 10), []) if units(other, at) in fit]
        first = dice.choice(likely) if likely else None
        others = [other for other in likely if units(other, at) != units(first, at)]
        if others:
            found.append(Lent(one, at, first, dice.choice(others)))
    return found


def patched(model, lent, name):
    """How many answers hold the digit written, the true one, a third one, or nothing of these."""
    page = "true" if name == "mind" else "written"
    symbol = {"page": "", "earlier": "equals"}.get(name, "tens")
    return digits_of(lent, _answers(model, lent, page, "second" if name == "third" else "first", symbol))


def _answers(model, lent, page, lender, symbol):
    """The answers to traces with the digit `page` in one step, one symbol of it patched with what the lender has there."""
    cases = [corrupt(one.asked, one.at, "units", one.digits[page]) for one in lent]
    edit = None
    if symbol:
        places = [place_of(one.asked, one.at, "x") + SYMBOLS[symbol] for one in lent]
        sources = [untouched(getattr(one, lender)).prefix[: place + 1] for one, place in zip(lent, places, strict=True)]
        edit = patching(left_behind(model, sources, places), places)
    return [answer(one.text) for one in generate(model, [case.prefix for case in cases], 10, edit=edit)]


def digits_of(lent, said):
    found = [one.answers().get(text, "other") for one, text in zip(lent, said, strict=True)]
    return {name: found.count(name) for name in ("written", "true", "third", "other")}


# -- what it comes to --------------------------------------------------------------------------------------------------


def percent(many, of):
    return round(100 * many / of, 10)


def share(many, of, what):
    low, high = wilson_interval(many, of)
    return Number(percent(many, of), what, "percent", ".1f", (round(100 * low, 10), round(100 * high, 10)), of, exact())


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers = {"shown": shown(one for some in problems(random.Random(seed), CASES).values() for one in some)}
    for model, one in found.items():
        short, name = SHORT[model], NAMES[model]
        numbers[f"{short}_right"] = share(one["right"], CASES * len(LENGTHS), f"right on its own, two to five digits: {name}")
        follows, true = (sum(row[place] for row in one["units"]) for place in (0, 1))
        total = sum(map(sum, one["units"]))
        numbers[f"{short}_follows"] = share(follows, total, f"answers that follow a replaced units digit, all steps: {name}")
        numbers[f"{short}_true"] = share(true, total, f"answers that stay true against the page: {name}")
        for patch, counts in one["patched"].items():
            goal = {"third": "third"}.get(patch, "written")
            says = {"third": "the third digit", "mind": "the other digit"}.get(patch, "the written digit")
            numbers[f"{short}_{patch}"] = share(
                counts[goal], sum(counts.values()), f"answers with {says}: {name}; {PATCHES[patch]}"
            )
    return Results(numbers, {"slots": _slots(found), "answers": _patches(found), "symbols": _scan(found)})


def _slots(found):
    columns = [Column("slot", [f"{at + 1} of {digits}" for digits, at in SLOTS], "step of a trace", rule=exact())]
    for model, one in found.items():
        bounds = [wilson_interval(row[0], sum(row)) for row in one["units"]]
        for word, cells in (
            ("", [percent(row[0], sum(row)) for row in one["units"]]),
            ("_low", [round(100 * low, 10) for low, _ in bounds]),
            ("_high", [round(100 * high, 10) for _, high in bounds]),
        ):
            says = f"answers that follow the replaced digit{word.replace('_', ', interval ')}: {NAMES[model]}"
            columns.append(Column(f"{SHORT[model]}{word}", cells, says, "percent", ".0f", exact()))
    return Table(f"Answers that follow a replaced units digit ({CASES} cases a step)", columns)


def _patches(found):
    rows = [(model, patch, counts) for model, one in found.items() for patch, counts in one["patched"].items()]
    return Table(
        "Whose digit the answer holds, in problems of all steps and lengths",
        (
            Column("model", [NAMES[model] for model, _, _ in rows], "model", rule=exact()),
            Column("condition", [PATCHES[patch] for _, patch, _ in rows], "condition", rule=exact()),
            *(
                Column(name, [counts[name] for _, _, counts in rows], f"answers with {says}", "answers", "", exact())
                for name, says in (("written", "the first other digit"), ("true", "the true digit"), ("third", "a third digit"), ("other", "something else"))
            ),
        ),
    )  # fmt: skip


def _scan(found):
    return Table(
        "First step of five, a wrong units digit written: answers with that digit when one symbol's vectors are replaced",
        (
            Column("symbol", ["nothing", *SCAN.values()], "symbol of the step, by the example 7*6+0=42,", rule=exact()),
            *(
                Column(
                    SHORT[model], [percent(counts["written"], sum(counts.values())) for counts in one["scan"].values()],
                    f"answers with the written digit: {NAMES[model]}", "percent", ".0f", exact(),
                )
                for model, one in ((model, found[model]) for model in SCANNED)
            ),
        ),
    )  # fmt: skip


def draw(results):
    return {"patches": _bars(results), "pushed": _pushed(results), "scan": _places(results.tables["symbols"])}


def _bars(results):
    """Whose digit the answers hold: a bar for each model and patch, cut by digit."""
    labels = {"page": "nothing patched", "both": "same digit decided", "third": "third digit decided"}
    rows = [(model, patch) for model in ("twin", "faithful") for patch in labels]
    counts = [_condition(results, *row) for row in rows]
    names = [[{"twin": "seed 9", "faithful": "seed 1"}[model] for model, _ in rows], [labels[patch] for _, patch in rows]]
    total, figure = sum(counts[0].values()), go.Figure()
    for digit, says in (("written", "digit on the page"), ("true", "true digit"), ("third", "third digit"), ("other", "other")):
        cells = [percent(one[digit], total) for one in counts]
        figure.add_bar(
            x=cells, y=names, orientation="h", name=says, text=[f"{cell:.0f}" if cell > 4 else "" for cell in cells],
            textposition="inside", textangle=0,
        )  # fmt: skip
    figure.update_xaxes(title=f"answers with each digit (percent of {total})", range=[0, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(
        title="Change the digit decided, not the page:<br>seed 9 changes its answers, seed 1 does not",
        height=380,
        barmode="stack",
    )
    return figure


def _condition(results, model, patch):
    table = results.tables["answers"]
    name = next(NAMES[key] for key, short in SHORT.items() if short == model)
    row = next(
        place
        for place, pair in enumerate(zip(table.column("model"), table.column("condition"), strict=True))
        if pair == (name, PATCHES[patch])
    )
    return {column: table.column(column)[row] for column in ("written", "true", "third", "other")}


def _pushed(results):
    table, figure = results.tables["slots"], go.Figure()
    for name, label, symbol in (
        ("written", "pushed to written", "circle"),
        ("twin", "before", "diamond"),
        ("decided", "pushed to decided", "square"),
    ):
        low, value, high = (table.column(f"{name}{word}") for word in ("_low", "", "_high"))
        figure.add_scatter(
            x=list(table.column("slot")),
            y=list(value),
            mode="markers",
            name=label,
            marker={"symbol": symbol, "size": 9},
            error_y={
                "type": "data",
                "symmetric": False,
                "thickness": 1,
                "array": [up - mid for up, mid in zip(high, value, strict=True)],
                "arrayminus": [mid - down for down, mid in zip(low, value, strict=True)],
            },
        )
    figure.update_xaxes(title="step of a trace of so many", tickangle=-45, type="category")
    figure.update_yaxes(title="follow the page (percent)", range=[-3, 103])
    figure.update_layout(title="Pushed both ways, one model stays right,<br>and follows a wrong page more, or less", height=420)
    return figure  # fmt: skip


def _places(table):
    rows = ["twin", "third", "faithful"]
    cells = [list(table.column(row)) for row in rows]
    figure = go.Figure(
        go.Heatmap(
            z=cells, x=[f"{place}: {symbol}" if place else symbol for place, symbol in enumerate(table.column("symbol"))], y=["seed 9", "seed 3", "seed 1"],
            zmin=0, zmax=100, colorscale="Blues", text=[[f"{cell:.0f}" for cell in row] for row in cells], texttemplate="%{text}", showscale=False, xgap=1, ygap=1,
        )
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(
        title="symbol of the step 7*6+0=42, whose vectors are replaced<br>(cells: percent of answers with the digit on the page)",
        type="category",
    )
    figure.update_layout(
        title="One symbol before the digit decides in seed 9,<br>the equals sign in seed 3, the digit itself in seed 1",
        height=300,
    )
    return figure
