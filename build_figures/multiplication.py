"""Long multiplication, digits by digits: what a model that writes rows of steps gets right, and one that answers at once; where both end, and why."""

import random
from itertools import groupby

import numpy as np
from plotly.subplots import make_subplots

from _proportions import wilson_interval
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.model import Model, generate
from reasoner.tasks import Problem, decode, held_out, product, response, right, rows, thought
from reasoner.tasks import draw as drawn

NEEDS = ["src/reasoner/weights/long_1.npz", "src/reasoner/weights/long_2.npz", "src/reasoner/weights/long_direct.npz"]
SEED = 31
PARTS = ["long_1", "long_2", "long_direct"]
SAID = {"long_1": "with a trace, seed 1", "long_2": "with a trace, seed 2", "long_direct": "answering at once"}
LENGTHS = range(1, 6)
TRAINED = 4
CASES, READ = 60, 20
"""Problems a cell: answered by the model itself, and read to it with the right trace."""
LIMIT = 230
ROLES = ("x", "y", "p", "p", "s", "c", "t", "u")
STEP = len(ROLES)


def problems(seed, count, first, second):
    """Different problems of so many digits, held out where there are any."""
    dice, found = random.Random(f"{seed} {first} {second}"), {}
    while len(found) < count:
        found[drawn(dice, product, first, second, held=True)] = None
    return list(found)


def part(needs, part, folder):
    """What one model makes of every cell."""
    model = Model.load(needs[f"src/reasoner/weights/{part}.npz"])
    asked = {(one, other): problems(SEED, CASES, one, other) for one in LENGTHS for other in LENGTHS}
    flat = [problem for cell in asked.values() for problem in cell]
    written = dict(zip(flat, generate(model, [problem.prompt for problem in flat], LIMIT), strict=True))
    cells = {f"{one}x{other}": cell_of(cell, written) for (one, other), cell in asked.items()}
    if part == "long_direct":
        return {"cells": cells}
    read = {zone: told(model, [one for sizes in cells_of(zone) for one in asked[sizes][:READ]]) for zone in ZONES}
    return {"cells": cells, "read": read, "failures": {zone: failures(zone, asked, written) for zone in ("row", "column")}}


def cell_of(cell, written):
    """Right answers, and how sure the model was: of a symbol, on average, and of the whole answer (of what follows the trace)."""
    found = [written[problem] for problem in cell]
    return {
        "right": sum(right(problem, one.text) for problem, one in zip(cell, found, strict=True)),
        "held": sum(map(held_out, cell)),
        "symbol": float(np.mean([one.probabilities.mean() for one in found])),
        "answer": float(np.mean([one.probabilities[one.text.rfind("]") + 1 :].prod() for one in found])),
        "least": float(np.mean([one.probabilities.min() for one in found])),
        "length": float(np.mean([len(one.text) for one in found])),
    }


# -- where it ends, and why --------------------------------------------------------------------------------------------

ZONES = ("inside", "row", "column")
"""The longest pairs of lengths trained on; a first number of five digits; a second number of five digits."""


def cells_of(zone):
    return {
        "inside": [(4, other) for other in range(1, 5)] + [(one, 4) for one in range(1, 4)],
        "row": [(5, other) for other in range(1, 5)],
        "column": [(one, 5) for one in range(1, 5)],
    }[zone]


def roles(problem):
    """What each symbol of the right response is: `x y p p s c t u` of a step, `:` the end of a row or of the trace, `a` of the answer."""
    steps = ":".join("".join(ROLES) * problem.digits for _ in str(problem.b))
    return f"[{steps}:" + "a" * (len(str(problem.answer)) + 1)


def told(model, asked):
    """The right response is read to the model: how often the symbol that it would have written is the one that comes, by role."""
    texts = {problem: problem.prompt + response(rows(problem), problem.answer) for problem in asked}
    counts = {}
    for _, group in groupby(sorted(asked, key=lambda one: len(texts[one])), key=lambda one: len(texts[one])):
        same = list(group)
        best = model.read([texts[one] for one in same]).argmax(-1)
        for problem, row in zip(same, best, strict=True):
            tally(counts, problem, texts[problem], row)
    return counts


def tally(counts, problem, text, best):
    start = len(problem.prompt)
    for role, wanted, got in zip(roles(problem), text[start:], decode(best[start - 1 : -1]), strict=True):
        hits, total = counts.get(role, (0, 0))
        counts[role] = (hits + (wanted == got), total + 1)


def layout(text):
    """The rows of a written trace: for each the digits x, and the digits y, of its whole steps."""
    found = []
    for row in thought(text).split(":"):
        steps = [row[start : start + STEP] for start in range(0, len(row) - STEP + 1, STEP)]
        found.append(("".join(step[0] for step in steps), "".join(step[1] for step in steps)))
    return found


def dropped(wanted, got):
    """The place, from the left, of the one digit whose loss turns `wanted` into `got`; None where no one digit does."""
    return next((place for place in range(len(wanted)) if wanted[:place] + wanted[place + 1 :] == got), None)


def failures(zone, asked, written):
    """How the wrong traces of a zone are laid out: the steps of a row against the digits of a, the rows against those of b."""
    counts = {"wrong": 0, "four": 0, "complete": 0, "dropped": 0, "other": 0, "sound": 0, "places": [0] * 5}
    for problem in (one for sizes in cells_of(zone) for one in asked[sizes]):
        text = written[problem].text
        if right(problem, text):
            continue
        counts["wrong"] += 1
        found = layout(text)
        counts["four"] += {len(xs) for xs, _ in found} == {TRAINED} if zone == "row" else len(found) == TRAINED
        kind, place = addressed(zone, problem, found)
        counts[kind] += 1
        if place is not None:
            counts["places"][place] += 1
        counts["sound"] += sound(text)
    return counts


def addressed(zone, problem, found):
    """Whether the five-digit number is walked through whole, with one digit dropped (and which, units first), or otherwise."""
    wanted = str(problem.a if zone == "row" else problem.b)[::-1]
    walks = {xs for xs, _ in found} if zone == "row" else {"".join(ys[:1] for _, ys in found)}
    if walks == {wanted}:
        return "complete", None
    places = [dropped(wanted, walk) for walk in walks]
    if None in places:
        return "other", None
    return "dropped", places[0] if len(places) == 1 else None


def sound(text):
    """Whether every step that is written says what it comes to: pp = x * y, tu = pp + s + c."""
    body = thought(text).replace(":", "")
    steps = [body[start : start + STEP] for start in range(0, len(body), STEP)]
    return all(
        len(one) == STEP and one.isdigit() and _sound(*map(int, (one[0], one[1], one[2:4], one[4], one[5], one[6:])))
        for one in steps
    )


def _sound(x, y, product_, running, carry, total):
    return product_ == x * y and total == product_ + running + carry


# -- results -----------------------------------------------------------------------------------------------------------


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers = {
        "seen_small": Number(
            100 * (1 - (1 - 1 / 810) ** (5000 * 32 / 20)), "expected share of the products of one digit with two that the training with a trace shows; from four digits in all, problems are held out",
            "percent", ".1f", rule=exact(),
        )
    }  # fmt: skip
    for sizes, a, b in (("1x5", 9, 99999), ("5x1", 99999, 9), ("4x4", 9999, 9999)):
        length, says = len(response(rows(Problem(a, "*", b)), a * b)), f"symbols of the longest right response, {sizes} digits"
        numbers[f"symbols_{sizes}"] = Number(length, says, "symbols", "d", rule=exact())
    for name, one in found.items():
        numbers |= numbers_of(name, one["cells"])
        for zone, counts in one.get("failures", {}).items():
            numbers |= failures_of(name, zone, counts)
    tables = {
        "cells": cells_table(found),
        "read": read_table({name: one["read"] for name, one in found.items() if "read" in one}),
    }
    return Results(numbers, tables)


GROUPS = {
    "inside": ("both numbers of one to four digits", lambda first, second: max(first, second) <= TRAINED),
    "row": ("first number of five digits, second of one to four", lambda first, second: first > TRAINED >= second),
    "column": ("second number of five digits, first of one to four", lambda first, second: second > TRAINED >= first),
    "corner": ("both numbers of five digits", lambda first, second: min(first, second) > TRAINED),
    "beyond": ("a number of five digits", lambda first, second: max(first, second) > TRAINED),
}


def numbers_of(name, cells):
    says, numbers = SAID[name], {}
    for group, (which, belongs) in GROUPS.items():
        chosen = [cell for sizes, cell in cells.items() if belongs(*map(int, sizes.split("x")))]
        n = CASES * len(chosen)
        numbers[f"{name}_{group}"] = share(sum(cell["right"] for cell in chosen), n, f"right, {says}, {which}")
        numbers[f"{name}_{group}_sure"] = mean(chosen, "symbol", f"mean probability of a symbol written, {says}, {which}", n)
        numbers[f"{name}_{group}_answer"] = mean(
            chosen, "answer", f"mean probability of the answer written, {says}, {which}", n
        )
        numbers[f"{name}_{group}_least"] = mean(
            chosen, "least", f"mean probability of the least sure symbol of a response, {says}, {which}", n
        )
    inside = {sizes: cell for sizes, cell in cells.items() if GROUPS["inside"][1](*map(int, sizes.split("x")))}
    numbers[f"{name}_worst"] = share(
        min(cell["right"] for cell in inside.values()), CASES, f"right at the worst pair of lengths trained on, {says}"
    )
    held = [cell["right"] for cell in inside.values() if cell["held"] == CASES]
    numbers[f"{name}_held"] = share(sum(held), CASES * len(held), f"right, {says}, lengths trained on, problems held out")
    for sizes in ("2x2", "3x3", "4x4"):
        numbers[f"{name}_{sizes}"] = share(cells[sizes]["right"], CASES, f"right, {says}, {sizes} digits")
    return numbers


def share(correct, n, what, form=".1f"):
    low, high = wilson_interval(correct, n)
    return Number(100 * correct / n, what, "percent", form, (100 * low, 100 * high), n, exact())


def mean(chosen, kind, what, n):
    return Number(100 * float(np.mean([cell[kind] for cell in chosen])), what, "percent", ".1f", n=n, rule=within(abs=0.3))


FAILED = {
    "four": "four digits are walked through, not five",
    "complete": "the five digits are walked through whole",
    "dropped": "one of the five digits is dropped",
    "other": "the walk through the five digits is otherwise wrong",
    "sound": "every step that is written is true as it stands",
}


def failures_of(name, zone, counts):
    which, wrong = GROUPS[zone][0], counts["wrong"]
    numbers = {
        f"{name}_{zone}_wrong": Number(
            wrong, f"wrong responses that were taken apart, {SAID[name]}, {which}", "responses", "d", rule=exact()
        )
    }
    for kind, says in FAILED.items():
        numbers[f"{name}_{zone}_{kind}"] = share(
            counts[kind], wrong, f"of the wrong responses those in which {says}, {SAID[name]}, {which}"
        )
    return numbers


def dropped_table(found):
    columns = [
        Column(
            "place",
            ["units", "tens", "hundreds", "thousands", "ten thousands"],
            "place of the digit in the five-digit number",
            rule=exact(),
        )
    ]
    for name, zones in found.items():
        for zone, counts in zones.items():
            columns.append(
                Column(
                    f"{name}_{zone}",
                    counts["places"],
                    f"responses in which every row drops this digit alone, {SAID[name]}, {GROUPS[zone][0]}",
                    "responses",
                    "d",
                    exact(),
                )
            )
    return Table("Where one digit of five is dropped", columns)


def cells_table(found):
    sizes = [(first, second) for first in LENGTHS for second in LENGTHS]
    columns = [
        Column("first", [first for first, _ in sizes], "digits of the first number", "digits", rule=exact()),
        Column("second", [second for _, second in sizes], "digits of the second number", "digits", rule=exact()),
    ]
    for name, one in found.items():
        cells = [one["cells"][f"{first}x{second}"] for first, second in sizes]
        columns += [
            Column(
                name,
                [100 * cell["right"] / CASES for cell in cells],
                f"right, {SAID[name]}, n = {CASES} a row",
                "percent",
                ".0f",
                exact(),
            ),
            Column(
                f"{name}_sure",
                [100 * cell["symbol"] for cell in cells],
                f"mean probability of a symbol written, {SAID[name]}",
                "percent",
                ".1f",
                within(abs=0.3),
            ),
            Column(
                f"{name}_answer",
                [100 * cell["answer"] for cell in cells],
                f"mean probability of the answer written, {SAID[name]}",
                "percent",
                ".1f",
                within(abs=0.5),
            ),
        ]
    return Table(f"Right, and how sure, by digits of the two numbers; n = {CASES} a row", columns)


READS = {
    "x": "a digit of the first number",
    "y": "a digit of the second number",
    "p": "their product",
    "s": "the digit from the row above",
    "c": "the carry",
    "t": "the sum's tens",
    "u": "the sum's units",
    ":": "the end of a row",
    "a": "the answer",
}


SHORT = {
    "x": "digit of a",
    "y": "digit of b",
    "p": "product",
    "s": "digit above",
    "c": "carry",
    "t": "tens",
    "u": "units",
    ":": "row's end",
    "a": "answer",
}


def read_table(read):
    columns = [Column("symbol", list(READS.values()), "what the symbol is", rule=exact())]
    for name, zones in read.items():
        for zone, counts in zones.items():
            shares = [100 * counts[role][0] / counts[role][1] for role in READS]
            columns.append(
                Column(
                    f"{name}_{zone}",
                    shares,
                    f"right, the right response up to it being given, {SAID[name]}: {GROUPS[zone][0] if zone != 'inside' else 'one number of four digits'}",
                    "percent",
                    ".1f",
                    exact(),
                )
            )
    return Table("Each symbol on its own: the right response is given up to it", columns)


def draw(results):
    cells = results.tables["cells"]
    return {
        "accuracy": maps(
            cells,
            "",
            "Right answers, percent: a small model that writes its rows<br>multiplies to 4 x 4 digits (frame), and not one digit further",
        ),
        "confidence": maps(
            cells,
            "_sure",
            "Mean probability of a written symbol, percent: outside the frame<br>the traced models are wrong and sure",
        ),
        "addresses": read_figure(results.tables["read"]),
    }


def maps(cells, suffix, title):
    """Of the two traced models each cell shows the lower value."""
    grids = {name: np.array(cells.column(name + suffix)).reshape(len(LENGTHS), len(LENGTHS)) for name in PARTS}
    shown = {"with a trace": np.minimum(grids["long_1"], grids["long_2"]), "at once": grids["long_direct"]}
    figure = make_subplots(1, 2, subplot_titles=list(shown), shared_yaxes=True, horizontal_spacing=0.05)
    for place, grid in enumerate(shown.values(), 1):
        figure.add_heatmap(
            x=list(LENGTHS), y=list(LENGTHS), z=grid.tolist(), zmin=0, zmax=100, showscale=False, colorscale="Blues", xgap=1, ygap=1,
            text=[[f"{value:.0f}" for value in row] for row in grid], texttemplate="%{text}", row=1, col=place,
        )  # fmt: skip
        ends = TRAINED + 0.5
        figure.add_shape(type="rect", x0=0.5, x1=ends, y0=0.5, y1=ends, line={"width": 3, "color": "#d0602a"}, row=1, col=place)
    figure.update_xaxes(dtick=1, title_text="digits of b", showgrid=False)
    figure.update_yaxes(dtick=1, autorange="reversed", showgrid=False)
    figure.update_yaxes(title_text="digits of a", col=1)
    figure.update_layout(title={"text": title, "pad": {"b": 58, "l": 4}}, height=380, margin={"t": 128})
    return figure


def read_figure(table):
    says = list(READS)[::-1]
    figure = make_subplots(1, 2, subplot_titles=["5 by 1 to 4", "1 to 4 by 5"], shared_yaxes=True, horizontal_spacing=0.06)
    for column, zone in enumerate(("row", "column"), 1):
        for name, symbol, color in (("long_1", "circle", "#3f7fd0"), ("long_2", "diamond-open", "#d0602a")):
            figure.add_scatter(
                x=table.column(f"{name}_{zone}")[::-1], y=[SHORT[role] for role in says], mode="markers", name=name.replace("long_", "seed "),
                marker={"symbol": symbol, "size": 11, "color": color}, legendgroup=name, showlegend=column == 1, row=1, col=column,
            )  # fmt: skip
    figure.update_xaxes(range=[-6, 106], dtick=50, title_text="percent right")
    figure.update_yaxes(automargin=True)
    figure.update_layout(
        title={
            "text": "Given the right trace so far, what fails past 4 digits is which<br>digit comes next and where a row ends, more than the arithmetic",
            "pad": {"b": 58, "l": 4},
        },
        height=400,
        margin={"t": 128, "b": 90},
        legend={"orientation": "h", "y": -0.25, "x": 0},
    )
    return figure
