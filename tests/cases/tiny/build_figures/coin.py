"""How often one coin lands on heads."""

from _counting import running, share

from coursebook.make.experiment import Column, Number, Results, Table, exact, within

NEEDS = ["data/flips.csv", "sources/doe2024"]
SEED = 7


def measure(needs, seed):
    """Count heads."""
    flips = [int(line) for line in needs["data/flips.csv"].read_text("utf-8").split()[1:]]
    heads, n = sum(flips), len(flips)
    numbers = {
        "flips": Number(n, what="flips of the coin", unit="flips", rule=exact()),
        "heads": Number(heads, what="flips that land on heads", unit="flips", rule=exact()),
        "share": Number(share(heads, n), what="heads among the flips", unit="percent", format=".1f", n=n),
        "excess": Number(
            share(heads, n) - needs["sources/doe2024"].number("share"),
            what="heads above what the source counts",
            unit="points",
            format=".1f",
            rule=within(abs=0.001),
        ),
    }
    columns = [
        Column("flip", tuple(range(1, n + 1)), what="flips so far", unit="flips", rule=exact()),
        Column("running", tuple(running(flips)), what="heads so far", unit="percent", format=".1f"),
    ]
    return Results(numbers, {"table": Table("Heads as flips are added", tuple(columns))})


def draw(results):
    """The share of heads after each flip."""
    import plotly.graph_objects as go
    from _style import WIDTH

    table = results.tables["table"]
    figure = go.Figure(go.Scatter(x=table.column("flip"), y=table.column("running"), line={"width": WIDTH}))
    figure.update_layout(title={"text": "Heads as flips are added"})
    return {"running": figure}
