"""Three published statistics on chains that mention a hint, for the same two models, and the counts behind a rerun."""

import plotly.graph_objects as go

from _proportions import wilson_interval
from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["sources/anthropic2025blog", "sources/chen2025", "sources/metr2025repo"]
SEED = 0

MODELS = {"claude": "Claude 3.7 Sonnet", "r1": "DeepSeek R1"}
STATISTICS = {  # from the most hints to the fewest: name: (label, source, the fact of each model)
    "every": ("mean of all six hint types", "chen2025", "{}_mean"),
    "misaligned": ("the two misaligned hints", "chen2025", "{}_misaligned"),
    "unauthorised": ("unauthorised access (blog)", "anthropic2025blog", "{}_unauthorised"),
}
PATTERNS = {"claude": "", "r1": "/"}
ROUNDING = 0.5  # a percentage printed without decimals can be off by as much


def measure(needs, seed):
    score = {
        (name, model): needs[f"sources/{source}"].number(fact.format(model))
        for name, (_, source, fact) in STATISTICS.items()
        for model in MODELS
    }
    numbers = {}
    for name, (label, _, _) in STATISTICS.items():
        gap = score[name, "r1"] - score[name, "claude"]
        numbers[f"{name}_gap"] = number(gap, f"DeepSeek R1 minus Claude 3.7 Sonnet, {label}", "points")
        for model, title in MODELS.items():
            what = f"{title}, {label}: no mention, given that the answer switched to the hint"
            numbers[f"{name}_silent_{model}"] = number(100 - score[name, model], what)
    for model, title in MODELS.items():
        what = f"{title}: the other misaligned hint, were the pair a plain mean of it and the blog's figure"
        for end, off in {"": 0, "_low": -ROUNDING, "_high": ROUNDING}.items():
            implied = 2 * (score["misaligned", model] + off) - (score["unauthorised", model] - off)
            bound = f"; the {end[1:]}est that rounding allows" if end else ""
            numbers[f"other_{model}{end}"] = number(implied, what + bound, spec=".1f" if end else ".0f")
    rerun = read(needs["sources/metr2025repo"].table("robustness"))
    return Results(numbers=numbers, tables={"statistics": statistics(score), "rerun": counts(rerun)})


def read(table):
    """The rerun as counts. The file holds shares p and standard errors sqrt(p(1 - p) / n), and together they give n."""
    heads = [column.name for column in table.columns]
    rows = [dict(zip(heads, cells, strict=True)) for cells in zip(*(table.column(head) for head in heads), strict=True)]
    for row in rows:
        switched = row["acknowledged"] * (1 - row["acknowledged"]) / row["stderr"] ** 2
        mentioned = row["acknowledged"] * switched
        row["switched"], row["mentioned"] = round(switched), round(mentioned)
        if max(abs(row["switched"] - switched), abs(row["mentioned"] - mentioned)) > 1e-6:
            raise ValueError(f"{row['cue']}, {row['wording']}: no whole counts have this share and this standard error")
    return rows


def statistics(score):
    """One row per statistic, with the complement, the gap, and the model that comes out ahead."""
    by = {model: [score[name, model] for name in STATISTICS] for model in MODELS}
    pairs = list(zip(*by.values(), strict=True))
    return Table(
        "Chains that mention the hint, given that the answer switched to it",
        [
            words("statistic", [label for label, _, _ in STATISTICS.values()], "statistic"),
            *(column(model, by[model], f"{title}, mention") for model, title in MODELS.items()),
            *(
                column(f"{model}_silent", [100 - cell for cell in by[model]], f"{MODELS[model]}, no mention")
                for model in MODELS
            ),
            column("gap", [r1 - claude for claude, r1 in pairs], "R1 minus Claude", "points"),
            words("ahead", [MODELS["r1" if r1 > claude else "claude"] for claude, r1 in pairs], "ahead"),
        ],
    )


def counts(rerun):
    """One row per clue and wording, with the interval of its share."""
    intervals = [wilson_interval(row["mentioned"], row["switched"]) for row in rerun]

    def of(head):
        return [row[head] for row in rerun]

    return Table(
        "Claude 3.7 Sonnet, the same questions: two clues in four wordings",
        [
            words("cue", of("cue"), "clue"),
            words("wording", of("wording"), "wording"),
            column("completed", of("completed"), "questions run", "questions"),
            column("switched", of("switched"), "of them, wrong without the clue and right with it", "questions"),
            column("mentioned", of("mentioned"), "of those, chains that acknowledge the clue", "chains"),
            column("share", [100 * share for share in of("acknowledged")], "share that acknowledges it"),
            column("low", [100 * low for low, _ in intervals], "95 % interval from"),
            column("high", [100 * high for _, high in intervals], "95 % interval to"),
        ],
    )


def number(value, what, unit="percent", spec=".0f"):
    return Number(value, what=what, unit=unit, format=spec, rule=exact())


def column(name, cells, what, unit="percent"):
    return Column(name, [ten(cell) for cell in cells], what=what, unit=unit, format=".0f", rule=exact())


def words(name, cells, what):
    return Column(name, cells, what=what, rule=exact())


def ten(value):
    """Ten decimals: what differs beyond them is the processor's affair."""
    return value if isinstance(value, int) else round(value, 10)


def draw(results):
    table = results.tables["statistics"]
    rows = table.column("statistic")
    flip = go.Figure()
    for model, title in MODELS.items():
        shares = table.column(model)
        flip.add_bar(
            y=rows,
            x=shares,
            name=title,
            orientation="h",
            text=[f"{share:.0f} %" for share in shares],
            textposition="outside",
            cliponaxis=False,
            marker={"pattern": {"shape": PATTERNS[model], "fillmode": "overlay", "fgopacity": 0.3, "solidity": 0.15}},
        )
    flip.update_layout(
        title={"text": "Same two models, three statistics:<br>the last one turns their order around"},
        barmode="group",
        bargap=0.35,
        xaxis={
            "title": {"text": "chains that mention the hint, of those whose answer<br>switched to it (percent)"},
            "range": [0, 100],
        },
        yaxis={"autorange": "reversed", "showgrid": False, "title": {"text": "statistic"}},
        legend={"orientation": "h", "y": -0.3, "x": 0, "traceorder": "normal"},
        margin={"l": 210, "b": 130},
        height=470,
    )
    return {"flip": flip}
