"""A made-up returns table read three ways: per row, per added path, and at a price."""

from fractions import Fraction
from itertools import pairwise

import plotly.graph_objects as go

from _proportions import questions_for_difference
from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = []
SEED = 0
KIND = "assumed"

PATHS = (1, 4, 8, 16, 32)
ACCURACY = (62, 74, 79, 80, 80)  # percent of questions answered right; invented
THRESHOLD = 2  # points: the house rule stops where the next step brings less
WORTHS = (1, 10, 50, 200, 2000)  # what a right answer is worth, in prices of one path


def steps(paths, accuracy):
    """One step per row: (paths, added paths, points gained, points per added path), the last as a Fraction.

    The first step starts from no path at all, which answers nothing and costs nothing.
    """
    before = [(0, 0), *zip(paths, accuracy, strict=True)]
    return [(now, now - then, right - had, Fraction(right - had, now - then)) for (then, had), (now, right) in pairwise(before)]


def first_below(paths, accuracy, *, per_path):
    """The house rule: (the first row whose step brings less than THRESHOLD points, the row before it)."""
    rows = steps(paths, accuracy)
    for before, (now, _, gain, slope) in pairwise(rows):
        if (slope if per_path else gain) < THRESHOLD:
            return now, before[0]
    raise ValueError("no step falls below the threshold")


def without(row):
    """The same system, reported without one row."""
    kept = [(paths, right) for paths, right in zip(PATHS, ACCURACY, strict=True) if paths != row]
    return tuple(zip(*kept, strict=True))


def best_paths(worth):
    """The row with the highest net value, in prices of one path, and that value; 0 paths is allowed.

    Net value = worth * share right - paths. Of equal rows the cheaper wins.
    """
    rows = [(0, Fraction(0))]
    rows += [(paths, Fraction(worth * right, 100) - paths) for paths, right in zip(PATHS, ACCURACY, strict=True)]
    return max(rows, key=lambda row: (row[1], -row[0]))


def measure(needs, seed):
    rows = steps(PATHS, ACCURACY)
    slopes = [slope for *_, slope in rows]
    table = Table(
        title="The worked example: invented accuracies, computed columns",
        columns=[
            column("paths", PATHS, "sampled paths", "paths", ".0f"),
            column("accuracy", ACCURACY, "accuracy, invented", "percent", ".0f"),
            column("added_paths", [added for _, added, _, _ in rows], "paths added in the row", "paths", ".0f"),
            column("gain", [gain for _, _, gain, _ in rows], "points gained in the row", "points", ".0f"),
            column("per_path", [decimal(slope) for slope in slopes], "points per added path", "points per path", ".3f"),
            column("cost", PATHS, "cost, against one path", "times", ".0f"),
            column(
                "cost_per_point",
                [f"{float(1 / slope):.2f}" if slope else "no gain" for slope in slopes],
                "paths paid per point gained",
                "paths per point",
            ),
        ],
    )
    best = [best_paths(worth) for worth in WORTHS]
    prices = Table(
        title="What a right answer is worth decides the row (invented accuracies)",
        columns=[
            column("worth", WORTHS, "worth of a right answer", "path prices", ",.0f"),
            column("paths", [paths for paths, _ in best], "paths that pay best", "paths", ".0f"),
            column("net", [decimal(net) for _, net in best], "left over per question", "path prices", ",.1f"),
        ],
    )
    numbers = {
        "threshold": number(THRESHOLD, "house rule: stop where a step brings less than this", "points"),
        "questions_first": questions(0, "first"),
        "questions_last": questions(2, "last"),
    }
    for row in (1, 2, 3):
        before, now = PATHS[row - 1], PATHS[row]
        what = f"worth of a right answer from which {now} paths pay better than {before}"
        numbers[f"worth_{now}"] = number(100 / slopes[row], what, "path prices")
    for key, said, (paths, accuracy) in (
        ("", "", (PATHS, ACCURACY)),
        ("without_4_", ", the row of 4 left out", without(4)),
        ("without_8_", ", the row of 8 left out", without(8)),
    ):
        for reading, each in (("row", "per row"), ("path", "per added path")):
            below, stop = first_below(paths, accuracy, per_path=reading == "path")
            numbers[f"{key}below_{reading}"] = number(below, f"first row below the house rule, read {each}{said}", "paths")
            numbers[f"{key}stop_{reading}"] = number(stop, f"paths that the house rule keeps, read {each}{said}", "paths")
    return Results(numbers=numbers, tables={"table": table, "prices": prices})


def questions(row, which):
    """Questions that each of two independent runs needs before the 95 % interval of a gain just excludes zero."""
    needed = questions_for_difference(ACCURACY[row] / 100, ACCURACY[row + 1] / 100)
    return number(needed, f"questions in each of two runs before the {which} gain can be told from noise", "questions", ",.0f")


def number(value, what, unit, spec=".0f"):
    return Number(decimal(value), what=what, unit=unit, format=spec, rule=exact())


def column(name, cells, what, unit="", spec=""):
    return Column(name, cells, what=what, unit=unit, format=spec, rule=exact())


def decimal(value):
    """A whole number as it is, anything else as a float of ten decimals."""
    return int(value) if value == int(value) else round(float(value), 10)


def draw(results):
    table, numbers = results.tables["table"], results.numbers
    paths, accuracy = table.column("paths"), table.column("accuracy")
    names = [f"{count:.0f}" for count in paths]

    curve = go.Figure(go.Scatter(x=paths, y=accuracy, mode="lines+markers", marker={"size": 9}, showlegend=False))
    for reading, each in (("path", "per added path"), ("row", "per row")):
        stop = numbers[f"stop_{reading}"].value
        curve.add_annotation(x=stop, y=accuracy[paths.index(stop)], text=f"stop, read {each}", arrowhead=2, ax=80, ay=50)
    curve.update_layout(
        title={"text": "One house rule, two readings, two stopping points<br>(invented accuracies)"},
        xaxis={"title": {"text": "sampled paths"}, "tickvals": list(paths)},
        yaxis={"title": {"text": "accuracy (percent)"}, "range": [55, 84]},
        margin={"t": 100},
    )

    limit = numbers["threshold"].value
    gains = go.Figure(
        [
            go.Bar(x=names[1:], y=table.column("gain")[1:], name="points gained in the row"),
            go.Bar(
                x=names[1:], y=table.column("per_path")[1:], name="points per added path", marker={"pattern": {"shape": "/"}}
            ),
        ]
    )  # fmt: skip
    gains.add_hline(y=limit, line_dash="dash", annotation_text="house rule", annotation_position="top right")
    gains.update_layout(
        title={"text": "Per added path, the gain sinks below the house rule a row earlier<br>(invented accuracies)"},
        xaxis={"title": {"text": "sampled paths"}, "type": "category"},
        yaxis={"title": {"text": "points"}, "range": [0, 13]},
        barmode="group",
        margin={"t": 100},
    )
    return {"curve": curve, "gains": gains}
