"""What another vote bought one published model: the gain of each step, its interval, and its price in minutes."""

from itertools import pairwise

import plotly.graph_objects as go

from _proportions import fisher_exact, mcnemar_exact, newcombe_interval, two_proportion_z, wilson_interval
from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["sources/rasbt2026"]
SEED = 0

SERIES = {"cot": "with a step-by-step prompt", "plain": "without it"}
LEVEL = 0.05  # a difference counts as seen when p is below this


def measure(needs, seed):
    source = needs["sources/rasbt2026"]
    n = source.number("questions")
    cot, plain = (read(source.table(f"sc_{name}"), n) for name in SERIES)
    controls = read(source.table("sc_controls"), n)
    greedy_plain, reasoning, greedy, _ = controls

    tables = {
        "cot": runs(cot, n, f"Base model {SERIES['cot']}, {n} questions"),
        "plain": runs(plain, n, f"Base model {SERIES['plain']}, {n} questions"),
        "controls": runs(controls, n, f"The same {n} questions: one greedy answer, or another model", labelled=True),
        "steps": steps(cot, plain, n),
        "against": comparisons(
            [
                ("step by step: 10 votes over 1 sampled answer", cot[0], cot[3]),
                ("step by step: 10 votes over 3", cot[1], cot[3]),
                ("step by step: 3 votes over 1 greedy answer", greedy, cot[1]),
                ("step by step: 10 votes over 1 greedy answer", greedy, cot[3]),
                ("plain: 10 votes over 3", plain[1], plain[3]),
                ("plain: 3 votes over 1 greedy answer", greedy_plain, plain[1]),
                ("1 greedy answer step by step over 10 plain votes", plain[3], greedy),
                ("reasoning variant, 1 greedy answer, over 5 votes step by step", cot[2], reasoning),
            ],
            n,
        ),
    }
    lost = plain[1]["correct"] - plain[2]["correct"]
    dip = difference(plain[1], plain[2], n)
    numbers = {
        "p_3_to_5": probability(difference(cot[1], cot[2], n)["p"], "5 votes against 3, with the prompt"),
        "p_5_to_10": probability(difference(cot[2], cot[3], n)["p"], "10 votes against 5, with the prompt"),
        "p_3_to_10": probability(difference(cot[1], cot[3], n)["p"], "10 votes against 3, with the prompt", ".3f"),
        "dip_questions": number(lost, "right answers that 5 votes have fewer than 3", "questions", ".0f"),
        "dip_p": probability(dip["p"], "5 votes against 3, without the prompt"),
        "dip_fisher": probability(
            fisher_exact(plain[1]["correct"], n, plain[2]["correct"], n), "the same by Fisher's exact test"
        ),
        "dip_paired_least": probability(
            mcnemar_exact(lost, 0), "exact paired test of the dip, had no question turned right", ".3f"
        ),
        "dip_paired_most": number(
            most_changed(lost), "most changed questions with which a paired test would see the dip", "questions", ".0f"
        ),
        "slowdown": number(cot[3]["minutes"] / cot[0]["minutes"], "minutes of 10 samples over those of 1", "times", ".1f"),
        "slowdown_greedy": number(
            cot[3]["minutes"] / greedy["minutes"], "minutes of 10 samples over those of 1 greedy answer", "times", ".1f"
        ),
        "prompt_share": number(
            100 * greedy["minutes"] / plain[3]["minutes"],
            "minutes of 1 greedy answer with the prompt, of those of 10 votes without it",
            "percent",
            ".0f",
        ),
        "reasoning_share": number(
            100 * reasoning["minutes"] / cot[2]["minutes"],
            "minutes of the reasoning variant's one answer, of those of the base model's 5 votes",
            "percent",
            ".0f",
        ),
    }
    return Results(numbers=numbers, tables=tables)


def read(table, n):
    """A published table's rows as records; an accuracy that is no whole number of right answers is refused."""
    names = ("model", "prompt", "n_samples", "accuracy_pct", "minutes")
    rows = []
    for model, prompt, samples, accuracy, minutes in zip(*(table.column(name) for name in names), strict=True):
        correct = round(accuracy * n / 100)
        if abs(100 * correct - accuracy * n) > 1e-6:
            raise ValueError(f"{accuracy} % of {n} questions is not a whole number of right answers")
        rows.append(
            {"model": model, "prompt": prompt, "samples": samples, "accuracy": accuracy, "correct": correct, "minutes": minutes}
        )
    return rows


def difference(old, new, n):
    """New run minus old, in points, as if the two were independent groups of n questions: gain, low, high, p."""
    counts = old["correct"], n, new["correct"], n
    low, high = newcombe_interval(*counts)
    return {
        "gain": decimal(100 * (counts[2] - counts[0]) / n),
        "low": decimal(100 * low),
        "high": decimal(100 * high),
        "p": decimal(two_proportion_z(*counts)[1]),
    }


def most_changed(net):
    """The most questions that may have changed sides, `net` more for the worse, with the exact paired p below LEVEL."""
    won = 0
    while mcnemar_exact(net + won + 1, won + 1) < LEVEL:
        won += 1
    return net + 2 * won


def runs(rows, n, title, labelled=False):
    """Accuracy with its interval, and minutes, of each run; which model and prompt, where they differ."""
    intervals = [wilson_interval(row["correct"], n) for row in rows]
    models = ["reasoning" if row["model"].endswith("reasoning") else "base" for row in rows]
    prompts = ["step by step" if row["prompt"] == "CoT" else "plain" for row in rows]
    return Table(
        title=title,
        columns=[
            *([column("model", models, "variant"), column("prompt", prompts, "prompt")] if labelled else []),
            column("samples", [row["samples"] for row in rows], "answers voted on", "samples", ".0f"),
            column("correct", [row["correct"] for row in rows], f"right answers of {n}", "questions", ".0f"),
            column("accuracy", [row["accuracy"] for row in rows], "accuracy", "percent", ".1f"),
            column("low", [decimal(100 * low) for low, _ in intervals], "95 % Wilson interval from", "percent", ".1f"),
            column("high", [decimal(100 * high) for _, high in intervals], "95 % Wilson interval to", "percent", ".1f"),
            column("minutes", [row["minutes"] for row in rows], "minutes, timed once", "minutes", ".1f"),
            column(
                "minutes_per_sample",
                [decimal(row["minutes"] / row["samples"]) for row in rows],
                "minutes per sample",
                "minutes",
                ".1f",
            ),
        ],
    )


def steps(cot, plain, n):
    """What each added row bought: the gain with its interval, per row and per added sample, and its minutes."""
    pairs = [(name, old, new) for name, rows in (("step by step", cot), ("plain", plain)) for old, new in pairwise(rows)]
    found = [difference(old, new, n) for _, old, new in pairs]
    added = [new["samples"] - old["samples"] for _, old, new in pairs]
    minutes = [new["minutes"] - old["minutes"] for _, old, new in pairs]
    prices = [
        f"{more / step['gain']:.1f}" if step["gain"] > 0 else "no gain" for more, step in zip(minutes, found, strict=True)
    ]
    return Table(
        title="What each step bought, the runs taken as independent",
        columns=[
            column("prompt", [name for name, _, _ in pairs], "prompt"),
            column("start", [old["samples"] for _, old, _ in pairs], "votes before", "samples", ".0f"),
            column("end", [new["samples"] for _, _, new in pairs], "votes after", "samples", ".0f"),
            column("gain", [step["gain"] for step in found], "accuracy gained", "points", ".1f"),
            column("low", [step["low"] for step in found], "95 % interval from", "points", ".1f"),
            column("high", [step["high"] for step in found], "95 % interval to", "points", ".1f"),
            column(
                "per_sample",
                [decimal(step["gain"] / more) for step, more in zip(found, added, strict=True)],
                "accuracy gained per added sample",
                "points per sample",
                ".2f",
            ),
            column("added_minutes", [decimal(more) for more in minutes], "minutes added", "minutes", ".1f"),
            column("minutes_per_point", prices, "minutes per point gained", "minutes per point"),
        ],
    )


def comparisons(pairs, n):
    """Differences that skip rows or change the baseline, each with its interval."""
    found = [difference(old, new, n) for _, old, new in pairs]
    return Table(
        title="Against which baseline? The runs taken as independent",
        columns=[
            column("comparison", [name for name, _, _ in pairs], "comparison"),
            column("gain", [step["gain"] for step in found], "accuracy gained", "points", ".1f"),
            column("low", [step["low"] for step in found], "95 % interval from", "points", ".1f"),
            column("high", [step["high"] for step in found], "95 % interval to", "points", ".1f"),
        ],
    )


def probability(p, what, spec=".2f"):
    return number(p, f"two-sided p: {what}", "probability", spec)


def number(value, what, unit, spec):
    return Number(decimal(value), what=what, unit=unit, format=spec, rule=exact())


def column(name, cells, what, unit="", spec=""):
    return Column(name, cells, what=what, unit=unit, format=spec, rule=exact())


def decimal(value):
    """Ten decimals: what differs beyond them is the processor's affair."""
    return value if isinstance(value, int) else round(value, 10)


def draw(results):
    tables = results.tables
    names = {"cot": "step-by-step prompt", "plain": "plain prompt"}
    symbols = {"cot": "circle", "plain": "square"}

    curve = go.Figure()
    for name, label in names.items():
        table = tables[name]
        accuracy = table.column("accuracy")
        curve.add_scatter(
            x=table.column("samples"), y=accuracy, mode="lines+markers", name=f"{label}, vote",
            marker={"symbol": symbols[name], "size": 9}, error_y=bars(table),
        )  # fmt: skip
    for row, label, dash in ((2, "step-by-step prompt", "dash"), (0, "plain prompt", "dot")):
        level = tables["controls"].column("accuracy")[row]
        curve.add_scatter(
            x=[1, 10], y=[level, level], mode="lines", line={"dash": dash}, name=f"{label}, greedy", showlegend=False
        )
        curve.add_annotation(x=7.5, y=level, text=f"one greedy answer, {label}", showarrow=False, yshift=-10)
    curve.update_layout(
        title={"text": "With the prompt, votes keep adding;<br>without it, nothing after three stands out of the noise"},
        xaxis={"title": {"text": "sampled answers voted on (bars: 95 % intervals)"}, "tickvals": [1, 3, 5, 10]},
        yaxis={"title": {"text": "accuracy (percent)"}, "range": [0, 59]},
        margin={"t": 100},
    )

    steps = tables["steps"]
    labels = [
        f"{prompt}, {start:.0f} to {end:.0f}"
        for prompt, start, end in zip(*(steps.column(name) for name in ("prompt", "start", "end")), strict=True)
    ]
    gains = steps.column("gain")
    forest = go.Figure(
        go.Scatter(
            x=gains, y=labels, mode="markers", marker={"size": 10}, showlegend=False,
            error_x={
                "type": "data", "symmetric": False,
                "array": [high - mid for high, mid in zip(steps.column("high"), gains, strict=True)],
                "arrayminus": [mid - low for low, mid in zip(steps.column("low"), gains, strict=True)],
            },
        )
    )  # fmt: skip
    forest.add_vline(x=0, line_dash="dash")
    forest.update_layout(
        title={"text": "Only the first step of each series clears zero by itself"},
        xaxis={"title": {"text": "accuracy gained in the step (points), with 95 % intervals"}},
        yaxis={"title": {"text": "prompt, and votes from and to"}, "autorange": "reversed"},
        margin={"l": 170},
    )

    minutes = go.Figure()
    for name, label in names.items():
        table = tables[name]
        minutes.add_scatter(
            x=table.column("minutes"), y=table.column("accuracy"), mode="lines+markers+text", name=f"base model, {label}",
            text=[f" {samples:.0f}" for samples in table.column("samples")], textposition="middle right",
            marker={"symbol": symbols[name], "size": 9}, error_y=bars(table),
        )  # fmt: skip
    table = tables["controls"]
    for rows, name, symbol in (((0, 2), "base model, one greedy answer", "x"), ((1, 3), "reasoning variant", "diamond")):
        minutes.add_scatter(
            x=[table.column("minutes")[row] for row in rows], y=[table.column("accuracy")[row] for row in rows],
            mode="markers+text", name=name, text=[f" {table.column('samples')[row]:.0f}" for row in rows],
            textposition="middle right", marker={"symbol": symbol, "size": 11}, error_y=bars(table, rows),
        )  # fmt: skip
    minutes.update_layout(
        title={"text": "A better prompt or another model gets as far in fewer minutes<br>(the small figures count the votes)"},
        xaxis={
            "type": "log",
            "tickvals": [10, 30, 100, 300, 900],
            "range": [0.8, 3.1],
            "title": {"text": "minutes for all questions, timed once, each factor equally wide (bars: 95 % intervals)"},
        },
        yaxis={"title": {"text": "accuracy (percent)"}, "range": [0, 65]},
        margin={"t": 100},
    )
    return {"curve": curve, "steps_clear": forest, "minutes": minutes}


def bars(table, rows=None):
    """Interval bars around the accuracies of a table's rows."""
    rows = range(len(table.column("accuracy"))) if rows is None else rows
    middle, low, high = (table.column(name) for name in ("accuracy", "low", "high"))
    return {
        "type": "data", "symmetric": False,
        "array": [high[row] - middle[row] for row in rows], "arrayminus": [middle[row] - low[row] for row in rows],
    }  # fmt: skip
