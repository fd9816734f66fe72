"""One printed word vector: a point in two dimensions, in three, and nothing to see until there is a second one."""

import numpy as np
import plotly.graph_objects as go

from _spaces import CAMERA, view
from _vectors import TRAININGS, load, nearest, of
from coursebook.make.experiment import Column, Number, Results, Table, exact, printed, within

NEEDS = ["sources/glove", "evidence/vectors/first.txt"]
SHOWN = 12
"""Neighbours listed."""


def measure(needs, seed):
    human, king = (np.array(needs["sources/glove"].table("printed").column(word)) for word in ("human", "king"))
    trained = load(needs[TRAININGS["first"]])
    words = trained.index_to_key
    order = nearest(of(trained, words), SHOWN)[words.index("king")]
    own = trained["human"].astype(float)
    numbers = {
        "components": Number(len(human), "numbers in each of the two printed vectors", "numbers", rule=exact()),
        "largest": Number(float(np.abs(human).max()), "largest component of the printed vector of human, without its sign", "", ".2f"),
        "cosine": Number(_cosine(human, king), "cosine between the printed vectors of human and king", "cosine", ".2f", rule=printed()),
        "cosine_here": Number(
            _cosine(own, trained["king"].astype(float)), "the same cosine in vectors trained here", "cosine", ".2f", rule=within(abs=0.01)
        ),
        "nearest_cosine": Number(
            _cosine(trained["king"].astype(float), trained[words[order[0]]].astype(float)),
            "cosine between king and its nearest neighbour in vectors trained here", "cosine", ".2f", rule=within(abs=0.01),
        ),
        "candidates": Number(len(words) - 1, "words among which neighbours are looked for", "words", ",.0f", rule=exact()),
    }  # fmt: skip
    point = Table(
        "The vector of human begins differently in two models",
        (
            Column("component", range(1, 7), "place in the vector", rule=exact()),
            Column("glove", human[:6], "as printed, GloVe", rule=exact()),
            Column("trained_here", own[:6].round(3), "trained here", rule=within(abs=0.001)),
        ),
    )
    near = Table(
        "The nearest words to king in vectors trained here",
        (
            Column("word", [words[index] for index in order], rule=exact()),
            Column(
                "cosine",
                [_cosine(trained["king"], trained[words[index]]) for index in order],
                "cosine with king",
                "",
                ".2f",
                within(abs=0.01),
            ),
        ),
    )
    return Results(numbers, {"point": _plain(point), "neighbours": _plain(near)})


def _plain(table):
    """NumPy's numbers as Python's."""
    return Table(
        table.title,
        [
            Column(c.name, [getattr(x, "item", lambda x=x: x)() for x in c.cells], c.what, c.unit, c.format, c.rule)
            for c in table.columns
        ],
    )


def _cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def draw(results):
    point = results.tables["point"]
    first = dict(zip(point.column("component"), point.column("glove"), strict=True))
    count = results.numbers["components"].value
    return {"plane": _plane(first[1], first[2], count), "space": _space(np.array([first[1], first[2], first[3]]), count)}


def _plane(x, y, count):
    figure = go.Figure()
    figure.add_scatter(
        x=[x], y=[y], text=["human"], mode="markers+text", textposition="top center", marker={"size": 12}, name="human"
    )
    figure.update_layout(
        title=f"Two of its {count} numbers make human a point on a plane",
        xaxis={"title": "first number", "range": [-1, 1]}, yaxis={"title": "second number", "range": [-1, 1]}, showlegend=False,
    )  # fmt: skip
    return figure


def _space(point, count):
    """The point, the three axes, and the path along them that leads to it."""
    corner, axes = [*point[:2], 0.0], np.eye(3)
    lines = {
        "first number": [-axes[0], axes[0]],
        "second number": [-axes[1], axes[1]],
        "third number": [-axes[2], axes[2]],
        "the way to human": [[0, 0, 0], [point[0], 0, 0], corner, point],
    }
    figure = go.Figure()
    for name, ends in lines.items():
        style = {"dash": "dot", "width": 2} if name.startswith("the") else {"width": 1}
        _add(figure, np.array(ends), name=name, mode="lines", line=style)
    _add(
        figure,
        point[None],
        name="human",
        text=["human"],
        mode="markers+text",
        textposition="bottom center",
        marker={"size": [10]},
    )
    hidden = {"visible": False}
    figure.update_layout(
        title=f"A third number lifts it into space; {count - 3} more are left",
        xaxis=hidden, yaxis={**hidden, "scaleanchor": "x"}, meta={"rotate": CAMERA}, height=480,
    )  # fmt: skip
    return figure


def _add(figure, points, **style):
    across, up, _ = view(points)
    figure.add_scatter(
        x=np.round(across, 4).tolist(), y=np.round(up, 4).tolist(), customdata=np.round(points, 5).tolist(), **style
    )
