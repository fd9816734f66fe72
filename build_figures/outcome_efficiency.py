"""What long answers buy on easy and on hard sums, and how much of them is written after the first right answer."""

import plotly.graph_objects as go

from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["sources/chen2024"]
SEED = 0

LONG = ("QwQ-32B-Preview", "DeepSeek-R1")
SHORT = ("Llama-3.3-70B-Instruct", "Qwen2.5-Math-72B-Instruct")
SYMBOLS = {"ASDIV": "circle", "GSM8K": "square", "MATH500": "diamond"}


def read(source):
    """The published rows: {(test set, model): (accuracy, tokens, outcome efficiency)}."""
    table = source.table("table1")
    names = ("testset", "model", "accuracy_pct", "tokens", "outcome_eff_pct")
    return {(testset, model): tuple(rest) for testset, model, *rest in zip(*map(table.column, names), strict=True)}


def written_after(accuracy, efficiency):
    """Bounds, in percent, on the mean share of an answer that follows its first correct solution.

    The mean is over answers that hold a correct solution. Their number is not published: it lies between the
    answers that end correctly (`accuracy`) and all. Efficiency counts 0 for an answer without a correct solution,
    so the mean share *until* the first correct one lies between `efficiency` and efficiency / accuracy.
    """
    return ten(100 - 100 * efficiency / accuracy), ten(100 - efficiency)


def compared(long, short):
    """Points gained, tokens as a multiple, and the share of the short answers' errors that is gone, in percent."""
    gain = long[0] - short[0]
    return ten(gain), ten(long[1] / short[1]), ten(100 * gain / (100 - short[0]))


def ten(value):
    return round(value, 10)


def measure(needs, seed):
    data = read(needs["sources/chen2024"])
    testsets = list(dict.fromkeys(testset for testset, _ in data))

    def number(value, what, unit, fmt):
        return Number(ten(value), what=what, unit=unit, format=fmt, rule=exact())

    def column(name, values, what, unit, fmt):
        return Column(name, values, what=what, unit=unit, format=fmt, rule=exact())

    def words(name, values):
        return Column(name, values, what=name.replace("_", " "), rule=exact())

    answers = [(testset, model, *data[testset, model]) for testset in testsets for model in LONG]
    bounds = [written_after(accuracy, efficiency) for *_, accuracy, _, efficiency in answers]
    pairs = [
        (testset, long, short, *compared(data[testset, long], data[testset, short]))
        for testset in testsets
        for long in LONG
        for short in SHORT
    ]
    numbers = {
        "after_least": number(
            min(low for low, _ in bounds),
            "share of an answer after its first correct solution: the least lower bound",
            "percent",
            ".0f",
        ),
        "after_most": number(
            max(high for _, high in bounds),
            "share of an answer after its first correct solution: the greatest upper bound",
            "percent",
            ".0f",
        ),
    }
    for testset in testsets:
        gains, times, removed = zip(*(pair[3:] for pair in pairs if pair[0] == testset), strict=True)
        for name, values, what, unit, fmt in (
            ("gain", gains, "accuracy of a long-answer model minus that of a short-answer model", "points", ".1f"),
            ("times", times, "tokens of a long-answer model over those of a short-answer model", "times", ".1f"),
            (
                "removed",
                removed,
                "share of a short-answer model's errors that a long-answer model does not make, net",
                "percent",
                ".0f",
            ),
        ):
            for end, pick in (("low", min), ("high", max)):
                numbers[f"{testset.lower()}_{name}_{end}"] = number(
                    pick(values), f"{testset}: {what}, {end}est of four pairs", unit, fmt
                )

    tables = {
        "table": Table(
            "How much of a long answer follows its first correct solution",
            [
                words("testset", [row[0] for row in answers]),
                words("model", [row[1] for row in answers]),
                column("accuracy", [row[2] for row in answers], "accuracy", "percent", ".1f"),
                column("efficiency", [row[4] for row in answers], "outcome efficiency", "percent", ".1f"),
                column(
                    "after_low",
                    [low for low, _ in bounds],
                    "written after the first correct solution, at least",
                    "percent",
                    ".1f",
                ),
                column(
                    "after_high",
                    [high for _, high in bounds],
                    "written after the first correct solution, at most",
                    "percent",
                    ".1f",
                ),
            ],
        ),
        "pairs": Table(
            "A long-answer model against a short-answer model",
            [
                words("testset", [row[0] for row in pairs]),
                words("long_answers", [row[1] for row in pairs]),
                words("short_answers", [row[2] for row in pairs]),
                column("gain", [row[3] for row in pairs], "accuracy gained", "points", ".1f"),
                column("times", [row[4] for row in pairs], "tokens, as a multiple", "times", ".1f"),
                column("removed", [row[5] for row in pairs], "errors gone, net", "percent", ".0f"),
            ],
        ),
        "points": Table(
            "Accuracy and tokens",
            [
                words("testset", [testset for testset, _ in data]),
                words("model", [model for _, model in data]),
                column("tokens", [tokens for _, tokens, _ in data.values()], "tokens per answer, mean", "tokens", ",.1f"),
                column("accuracy", [accuracy for accuracy, *_ in data.values()], "accuracy", "percent", ".1f"),
            ],
        ),
    }
    return Results(numbers=numbers, tables=tables)


def draw(results):
    points = results.tables["points"]
    rows = list(zip(*(points.column(name) for name in ("testset", "model", "tokens", "accuracy")), strict=True))
    curve = go.Figure()
    for testset, symbol in SYMBOLS.items():
        own = [row for row in rows if row[0] == testset]
        curve.add_scatter(
            x=[tokens for *_, tokens, _ in own],
            y=[accuracy for *_, accuracy in own],
            mode="markers",
            name=testset,
            text=[model for _, model, *_ in own],
            hovertemplate="%{text}<br>%{x} tokens, %{y} %<extra>" + testset + "</extra>",
            marker={
                "symbol": [symbol if model in LONG else f"{symbol}-open" for _, model, *_ in own],
                "size": 13,
                "line": {"width": 2},
            },
        )
    curve.update_layout(
        title={
            "text": "Long answers (filled) against short answers (open): little<br>difference on the easiest test set, much on the hardest"
        },
        xaxis={
            "type": "log",
            "title": {"text": "mean tokens per answer (each factor equally wide)"},
            "tickvals": [200, 500, 1000, 2000],
        },
        yaxis={"title": {"text": "accuracy (percent)"}, "range": [70, 101], "tickvals": [70, 80, 90, 100]},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        margin={"t": 90},
    )
    return {"curve": curve}
