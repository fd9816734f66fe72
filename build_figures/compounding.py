"""A made-up class of chains in which no step knows the past, yet accuracy falls with position."""

from fractions import Fraction

import plotly.graph_objects as go

from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS: list[str] = []
SEED = 0
KIND = "assumed"

PROBLEMS = {
    "easy": (5, Fraction(995, 1000)),
    "medium": (15, Fraction(98, 100)),
    "hard": (40, Fraction(94, 100)),
}
"""Steps, and the chance that a step is right: the same for every step of a chain, whatever came before it. As many
problems of each kind; every chain is written to its end."""


def pooled(position):
    """The share of right steps at one position, over all chains that are still going there."""
    going = [chance for steps, chance in PROBLEMS.values() if steps >= position]
    return sum(going) / len(going)


def measure(needs, seed):
    def percent(value):
        return round(float(100 * value), 10)

    positions = list(range(1, max(steps for steps, _ in PROBLEMS.values()) + 1))
    pool = [percent(pooled(position)) for position in positions]
    numbers = {
        "pooled_first": Number(
            pool[0], what="right steps at the first position, all chains", unit="percent", format=".1f", rule=exact()
        ),
        "pooled_last": Number(
            pool[-1],
            what="right steps at the last position, the chains that reach it",
            unit="percent",
            format=".1f",
            rule=exact(),
        ),
    }
    for kind, (steps, chance) in PROBLEMS.items():
        numbers[f"{kind}_steps"] = Number(
            steps, what=f"steps of a chain, {kind} problems", unit="steps", format=".0f", rule=exact()
        )
        numbers[f"{kind}_step"] = Number(
            percent(chance), what=f"chance that a step is right, {kind} problems", unit="percent", format=".1f", rule=exact()
        )
        numbers[f"{kind}_chain"] = Number(
            percent(chance**steps),
            what=f"chance that every step is right, {kind} problems",
            unit="percent",
            format=".0f",
            rule=exact(),
        )
    columns = [
        Column("position", positions, what="position of the step", unit="steps", format=".0f", rule=exact()),
        Column(
            "pooled",
            pool,
            what="right steps at this position, all chains that reach it",
            unit="percent",
            format=".1f",
            rule=exact(),
        ),
    ]
    return Results(numbers=numbers, tables={"table": Table("Right steps by position (made-up data)", columns)})


def draw(results):
    table, numbers = results.tables["table"], results.numbers
    positions = table.column("position")
    curve = go.Figure(
        go.Scatter(
            x=positions, y=table.column("pooled"), mode="lines", line={"width": 5, "shape": "hv"}, name="all chains, pooled"
        )
    )
    for kind, dash in zip(PROBLEMS, ("dot", "dash", "dashdot"), strict=True):
        last = numbers[f"{kind}_steps"].value
        curve.add_scatter(
            x=[positions[0], last],
            y=[numbers[f"{kind}_step"].value] * 2,
            mode="lines",
            line={"dash": dash},
            name=f"{kind} problems alone",
        )
    curve.update_layout(
        title={"text": "Within each kind nothing gets worse; pooled, accuracy falls<br>with position (made-up data)"},
        xaxis={"title": {"text": "position of the step in its chain"}},
        yaxis={"title": {"text": "steps that are right (percent)"}, "range": [92, 100.5]},
        legend={"orientation": "h", "y": -0.25, "x": 0},
    )
    return {"curve": curve}
