"""How often does more reasoning hurt? Every cell of a published table counted by trend, and the count attacked."""

from collections import Counter

import plotly.graph_objects as go

from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["sources/gema2025"]
SEED = 0

SETUPS = ("controlled", "natural")
TRENDS = ("inverse", "positive", "flat", "noisy")
MODELS = {
    "sonnet_3_7": "Claude Sonnet 3.7",
    "sonnet_4": "Claude Sonnet 4",
    "opus_4": "Claude Opus 4",
    "o3_mini": "o3-mini",
    "o4_mini": "o4-mini",
    "o3": "o3",
    "qwen3_32b": "Qwen3-32B",
    "qwq_32b": "QwQ-32B",
    "r1": "DeepSeek R1",
}
CLAUDE = ("Claude Sonnet 3.7", "Claude Sonnet 4", "Claude Opus 4")
ZEBRA = "Zebra Puzzles"
MATH = "Misleading Math"
SYMBOLS = {"inverse": "triangle-down", "positive": "triangle-up", "flat": "square-open", "noisy": "x-thin-open"}
PATTERNS = {"inverse": "/", "positive": "", "flat": "|", "noisy": "x"}


def read(source):
    """The published table as one row per cell: (setup, task, model, trend)."""
    table = source.table("table1")
    columns = {name: table.column(identifier) for identifier, name in MODELS.items()}
    places = enumerate(zip(table.column("setup"), table.column("task"), strict=True))
    return [(setup, task, model, columns[model][row]) for row, (setup, task) in places for model in columns]


def count(cells, setup, trend):
    """Cells of one setup that show one trend."""
    return sum(1 for where, _, _, what in cells if (where, what) == (setup, trend))


def without(cells, name):
    """The cells that do not belong to one task or one model."""
    return [cell for cell in cells if name not in cell[1:3]]


def lean(cells, setup):
    """Inverse minus positive: above zero, the setup as a whole says that longer hurts."""
    return count(cells, setup, "inverse") - count(cells, setup, "positive")


def moves(cells):
    """What each cell was in the controlled setup and became in the natural one: Counter of (before, after)."""
    trend = {(setup, task, model): what for setup, task, model, what in cells}
    return Counter((trend[SETUPS[0], *rest], trend[SETUPS[1], *rest]) for setup, *rest in trend if setup == SETUPS[0])


def measure(needs, seed):
    cells = read(needs["sources/gema2025"])
    tasks, models = list(dict.fromkeys(task for _, task, *_ in cells)), list(MODELS.values())
    others = [cell for cell in cells if cell[2] not in CLAUDE]
    moved = moves(cells)
    per_setup = len(cells) // len(SETUPS)

    def number(value, what, unit="cells", fmt=".0f"):
        return Number(value, what=what, unit=unit, format=fmt, rule=exact())

    numbers = {
        "cells": number(per_setup, "cells of the table in each setup"),
        "tasks": number(len(tasks), "tasks in the table", "tasks"),
        "models": number(len(models), "models in the table", "models"),
    }
    for setup in SETUPS:
        for trend in TRENDS:
            numbers[f"{setup}_{trend}"] = number(count(cells, setup, trend), f"{trend} cells, {setup} setup")

    zebra = [cell for cell in cells if cell[1] == ZEBRA]
    for setup in SETUPS:
        for trend in ("inverse", "positive"):
            numbers[f"zebra_{setup}_{trend}"] = number(count(zebra, setup, trend), f"{trend} cells of {ZEBRA}, {setup} setup")
            kept = count(without(cells, ZEBRA), setup, trend)
            numbers[f"{setup}_{trend}_without_zebra"] = number(kept, f"{trend} cells, {setup} setup, {ZEBRA} left out")
    numbers["cells_without_zebra"] = number(per_setup - len(models), f"cells in each setup, {ZEBRA} left out")
    top = max(count([cell for cell in cells if cell[1] == task], "natural", "inverse") for task in tasks)
    share = round(100 * top / numbers["natural_inverse"].value, 10)
    numbers["natural_top_task_share"] = number(share, "inverse cells of the natural setup that one task supplies", "percent")
    math = count([cell for cell in cells if cell[1] == MATH], "natural", "inverse")
    numbers["natural_inverse_math"] = number(math, f"inverse cells of {MATH}, natural setup")

    for trend in ("inverse", "positive"):
        elsewhere = count(others, "controlled", trend)
        claude = numbers[f"controlled_{trend}"].value - elsewhere
        numbers[f"claude_controlled_{trend}"] = number(claude, f"{trend} cells of the three Claude models, controlled setup")
        numbers[f"others_controlled_{trend}"] = number(elsewhere, f"{trend} cells of the six other models, controlled setup")

    numbers["same_trend"] = number(sum(moved[trend, trend] for trend in TRENDS), "cells with the same trend in both setups")
    numbers["positive_to_inverse"] = number(
        moved["positive", "inverse"], "cells positive when controlled and inverse when natural"
    )
    numbers["inverse_to_inverse"] = number(moved["inverse", "inverse"], "cells inverse in both setups")
    numbers["inverse_to_positive"] = number(
        moved["inverse", "positive"], "cells inverse when controlled and positive when natural"
    )

    left_out = [("nothing", cells), *((name, without(cells, name)) for name in [*tasks, *models])]
    leans = {setup: [lean(kept, setup) for _, kept in left_out] for setup in SETUPS}
    kept_least = min(count(kept, "controlled", "positive") for _, kept in left_out)
    numbers["controlled_positive_least"] = number(
        kept_least, "positive cells, controlled setup, whichever one task or model is left out: the fewest"
    )
    moved_least = min(count(kept, "natural", "inverse") for _, kept in left_out)
    numbers["natural_inverse_least"] = number(
        moved_least, "inverse cells, natural setup, whichever one task or model is left out: the fewest"
    )
    after_tasks = slice(1, 1 + len(tasks))
    for setup in SETUPS:
        for kind, part in (("task", leans[setup][after_tasks]), ("model", leans[setup][1 + len(tasks) :])):
            for end, pick in (("low", min), ("high", max)):
                what = f"{setup} setup, inverse minus positive cells, one {kind} left out: the {end}est"
                numbers[f"{setup}_lean_{kind}_{end}"] = number(pick(part), what)

    def column(name, values, what="", unit="cells"):
        return Column(name, values, what=what, unit=unit, format=".0f", rule=exact())

    def words(name, values, what=""):
        return Column(name, values, what=what, rule=exact())

    def by(position, names, title, label):
        part = {name: [cell for cell in cells if cell[position] == name] for name in names}
        counts = [
            column(f"{setup}_{trend}", [count(part[name], setup, trend) for name in names], f"{trend} cells, {setup} setup")
            for setup in SETUPS
            for trend in TRENDS
        ]
        return Table(title, [words(label, names, label), *counts])

    tables = {
        "every_cell": Table(
            "Every cell of the published table",
            [
                words(name, [cell[index] for cell in cells], name)
                for index, name in enumerate(("setup", "task", "model", "trend"))
            ],
        ),
        "by_setup": Table(
            "Cells by trend and setup",
            [
                words("trend", TRENDS, "trend as reasoning gets longer"),
                *(column(setup, [count(cells, setup, trend) for trend in TRENDS], f"cells, {setup} setup") for setup in SETUPS),
            ],
        ),
        "by_task": by(1, tasks, "Cells by task", "task"),
        "by_model": by(2, models, "Cells by model", "model"),
        "moves": Table(
            "From the controlled to the natural setup: what became of each cell",
            [
                words("controlled", TRENDS, "trend when controlled"),
                *(
                    column(f"to_{after}", [moved[before, after] for before in TRENDS], f"{after} when natural")
                    for after in TRENDS
                ),
            ],
        ),
        "leave_one_out": Table(
            "The count with one task or one model left out",
            [
                words("left_out", [name for name, _ in left_out], "left out"),
                *(
                    column(
                        f"{setup}_{trend}", [count(kept, setup, trend) for _, kept in left_out], f"{trend} cells, {setup} setup"
                    )
                    for setup in SETUPS
                    for trend in ("inverse", "positive")
                ),
                column("controlled_lean", leans["controlled"], "inverse minus positive, controlled setup"),
                column("natural_lean", leans["natural"], "inverse minus positive, natural setup"),
            ],
        ),
    }
    return Results(numbers=numbers, tables=tables)


def draw(results):
    cells = list(zip(*(results.tables["every_cell"].column(name) for name in ("setup", "task", "model", "trend")), strict=True))
    rows = []  # a blank category between two tasks keeps each task's pair of rows together
    for index, task in enumerate(dict.fromkeys(task for _, task, *_ in cells)):
        rows += [" " * index] * bool(index) + [f"{task}, {setup}" for setup in SETUPS]

    grid = go.Figure()
    for trend in TRENDS:
        shown = [(f"{task}, {setup}", model) for setup, task, model, what in cells if what == trend]
        grid.add_scatter(
            x=[model for _, model in shown],
            y=[row for row, _ in shown],
            mode="markers",
            name=trend,
            marker={"symbol": SYMBOLS[trend], "size": 13, "line": {"width": 2}},
        )
    grid.update_layout(
        title={
            "text": "Same models, same tasks: how the length comes about<br>changes the picture, most of all in the last pair of rows"
        },
        xaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(MODELS.values()),
            "tickangle": -40,
            "title": {"text": "model"},
        },
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": rows,
            "autorange": "reversed",
            "title": {"text": "task and setup"},
        },
        legend={"orientation": "h", "y": -0.42, "x": -0.4},
        margin={"l": 270, "b": 170, "r": 20},
        height=600,
    )

    table = results.tables["by_setup"]
    bars = go.Figure()
    for index, trend in enumerate(TRENDS):
        values = [table.column(setup)[index] for setup in SETUPS]
        bars.add_bar(
            y=[f"{setup} length" for setup in SETUPS],
            x=values,
            name=trend,
            orientation="h",
            text=[f"{value:.0f}" if value else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            marker={"pattern": {"shape": PATTERNS[trend], "fillmode": "overlay", "fgopacity": 0.25, "solidity": 0.1}},
        )
    bars.update_layout(
        title={"text": "Requested length: as many cells up as down.<br>Self-chosen length: none up"},
        barmode="stack",
        xaxis={"title": {"text": "cells (one model on one task)"}},
        yaxis={"autorange": "reversed", "title": {"text": "setup"}},
        legend={"orientation": "h", "y": -0.25, "x": 0, "traceorder": "normal"},
        margin={"l": 130},
    )
    return {"grid": grid, "bars": bars}
