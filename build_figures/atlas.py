"""The atlas: one map of three hundred and sixty words in twelve families, what it keeps, and what it makes tidier than it is."""

import argparse
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from _families import FAMILIES
from _maps import FAMILY, NEIGHBOURS, WORDS, atlas_points, overlap, pca, purity, ranks, trustworthiness, umap, variance_kept
from _spaces import CAMERA, sizes, view
from _vectors import TRAININGS, load, nearest, shared
from coursebook.make.experiment import Column, Number, Results, Table, exact, structure, within

NEEDS = ["evidence/vectors/first.txt", "evidence/vectors/second.txt"]
SEED = 1
SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "cross",
    "x",
    "triangle-up",
    "triangle-down",
    "pentagon",
    "hexagon",
    "star",
    "hourglass",
    "bowtie",
)
WIDTH, HEIGHT = 720, 640


def measure(needs, seed):
    points = {name: atlas_points(load(needs[path])) for name, path in TRAININGS.items()}
    first = points["first"]
    near = {name: nearest(found, NEIGHBOURS) for name, found in points.items()}
    numbers = {
        "words": Number(len(WORDS), "words on the map", "words", rule=exact()),
        "families": Number(len(FAMILIES), "families of words", "families", rule=exact()),
        "k": Number(NEIGHBOURS, "neighbours of each word that the scores ask about", "neighbours", rule=exact()),
        "purity": Number(purity(ranks(first, "cosine")), "neighbours of the same family, in all dimensions", "share", ".2f", rule=within(abs=0.005)),
        "purity_second": Number(
            purity(ranks(points["second"], "cosine")), "the same in the second training", "share", ".2f", rule=within(abs=0.005)
        ),
        "chance": Number((len(WORDS) / len(FAMILIES) - 1) / (len(WORDS) - 1), "neighbours of the same family, were they drawn by lot", "share", ".2f"),
        "variance_2d": Number(100 * variance_kept(first, 2), "variance that two principal components keep", "percent", ".0f"),
        "variance_3d": Number(100 * variance_kept(first, 3), "variance that three principal components keep", "percent", ".0f"),
        "shared": Number(
            100 * shared(near["first"], near["second"]), "neighbours of a word that both trainings name, among the words of the map",
            "percent", ".0f", rule=within(abs=0.5),
        ),
    }  # fmt: skip
    tables = {
        "plane": _layout("Where UMAP puts each word", umap(first, 2, seed)),
        "solid": _layout("Where UMAP puts each word, in three dimensions", umap(first, 3, seed)),
        "neighbours": _neighbours(near),
    }
    return Results(numbers, tables)


def derive(needs, results):
    """The scores of the maps, from the layouts as they are written down."""
    points = atlas_points(load(needs[TRAININGS["first"]]))
    flat, solid = (
        np.array([results.tables[name].column(axis) for axis in axes]).T for name, axes in (("plane", "xy"), ("solid", "xyz"))
    )
    layouts = {
        "UMAP, 2D": flat,
        "UMAP, 3D": solid,
        "PCA, 2D": pca(points, 2),
        "PCA, 3D": pca(points, 3),
        "UMAP, 2D, words shuffled": flat[np.random.default_rng(0).permutation(len(WORDS))],
    }
    return Results({}, {"scores": _scores(points, layouts), "by_family": _by_family(points, flat)})


def _scores(points, layouts):
    """Three scores of each layout. Those of UMAP may differ a little between processors, as its layouts do."""
    return Table(
        "What each map keeps: ten neighbours a word, and the families they belong to",
        (
            Column("layout", list(layouts), rule=exact()),
            Column("trustworthiness", [trustworthiness(points, one) for one in layouts.values()], "neighbours on the map that are no strangers in the space", "", ".2f", within(abs=0.01)),
            Column("overlap", [overlap(points, one) for one in layouts.values()], "neighbours in the space that are neighbours on the map", "share", ".2f", within(abs=0.02)),
            Column("purity", [purity(ranks(one)) for one in layouts.values()], "neighbours on the map that are of the word's own family", "share", ".2f", within(abs=0.02)),
        ),
    )  # fmt: skip


def _by_family(points, layout):
    family, space, mapped = np.array(FAMILY), ranks(points, "cosine")[:, :NEIGHBOURS], ranks(layout)[:, :NEIGHBOURS]
    share = {name: np.mean(family[order] == family[:, None], axis=1) for name, order in (("space", space), ("map", mapped))}
    return Table(
        "The map makes the families tidier than they are",
        (
            Column("family", list(FAMILIES), rule=exact()),
            *(
                Column(name, [float(found[family == one].mean()) for one in FAMILIES], f"neighbours of the same family {where}", "share", ".2f", within(abs=0.1))
                for (name, found), where in zip(share.items(), ("in all dimensions", "on the map"), strict=True)
            ),
        ),
    )  # fmt: skip


def _layout(title, layout):
    axes = [
        Column(axis, np.round(cells, 4).tolist(), rule=structure())
        for axis, cells in zip("xyz", layout.astype(float).T, strict=False)
    ]
    return Table(title, (Column("word", WORDS, rule=exact()), Column("family", FAMILY, rule=exact()), *axes))


def _neighbours(near):
    """Each word's neighbours on the map in both trainings, the nearest first, as text."""
    named = {name: [", ".join(WORDS[index] for index in row) for row in found] for name, found in near.items()}
    return Table(
        "Each word's nearest neighbours in both trainings",
        (
            Column("word", WORDS, rule=exact()),
            *(Column(name, cells, f"{name} training", rule=exact()) for name, cells in named.items()),
        ),
    )


def draw(results):
    flat, space = results.tables["plane"], results.tables["solid"]
    coordinates = np.array([space.column(axis) for axis in "xyz"]).T
    across, up, depth = view(coordinates - coordinates.mean(axis=0))
    radius = float(np.linalg.norm(coordinates - coordinates.mean(axis=0), axis=1).max())
    drawn = {
        "map": _figure(flat.column("x"), flat.column("y"), "The map keeps the families together, and tidier than they are"),
        "space": _figure(across, up, "The same words in three dimensions, seen from one side"),
    }
    for index, trace in enumerate(drawn["space"].data):
        own = [place for place, family in enumerate(FAMILY) if family == list(FAMILIES)[index]]
        trace.customdata = np.round(coordinates - coordinates.mean(axis=0), 4)[own].tolist()
        trace.marker.update(size=np.round(sizes(depth, radius), 2)[own].tolist(), line={"width": 0}, opacity=1)
    place = {word: index for index, word in enumerate(WORDS)}
    neighbours = {
        f"{name} training": [[place[word] for word in cell.split(", ")] for cell in results.tables["neighbours"].column(name)]
        for name in TRAININGS
    }
    drawn["map"].update_layout(meta={"atlas": {"views": {"2D": "map", "3D": "space"}, "neighbours": neighbours}})
    drawn["space"].update_layout(meta={"rotate": CAMERA})
    return drawn


def _figure(xs, ys, title):
    figure = go.Figure()
    for number, family in enumerate(FAMILIES):
        own = [index for index, name in enumerate(FAMILY) if name == family]
        figure.add_scatter(
            x=[round(float(xs[index]), 4) for index in own], y=[round(float(ys[index]), 4) for index in own], text=[WORDS[index] for index in own],
            name=family, mode="markers", marker={"symbol": SYMBOLS[number], "size": 8}, hovertemplate="%{text} (" + family + ")<extra></extra>",
        )  # fmt: skip
    hidden = {"visible": False}
    figure.update_layout(
        title=title, width=WIDTH, height=HEIGHT, xaxis=hidden, yaxis={**hidden, "scaleanchor": "x"}, hovermode="closest",
        legend={"orientation": "h", "y": -0.02}, annotations=_labels(np.array(xs), np.array(ys)),
    )  # fmt: skip
    return figure


def _labels(xs, ys):
    """A word beside its mark wherever it does not cover another word; the same words on every machine."""
    scale = 560 / max(np.ptp(xs), np.ptp(ys))
    taken, labels = [], []
    for index in sorted(range(len(WORDS)), key=lambda one: (one % 30, one)):
        x, y, width = xs[index] * scale, ys[index] * scale, 6 * len(WORDS[index]) + 4
        box = (x - width / 2, x + width / 2, y + 3, y + 16)
        if all(box[1] < b[0] or box[0] > b[1] or box[3] < b[2] or box[2] > b[3] for b in taken):
            taken.append(box)
            labels.append({
                "x": round(float(xs[index]), 4), "y": round(float(ys[index]), 4), "text": WORDS[index], "showarrow": False,
                "yshift": 10, "font": {"size": 10},
            })  # fmt: skip
    return labels


def main():
    """The map of vectors of your own, and its scores; nothing here becomes evidence."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--vectors", required=True, help="a GloVe or word2vec file, or a name that gensim's downloader knows")
    parser.add_argument("--out", default="build/atlas.html", help="where the map goes")
    options = parser.parse_args()
    try:
        points = atlas_points(load(options.vectors))
    except ValueError as error:
        parser.error(str(error))
    layout = umap(points, 2, SEED)
    kept = f"trustworthiness {trustworthiness(points, layout):.3f}, overlap {overlap(points, layout):.3f}"
    print(f"{kept}, purity {purity(ranks(layout)):.3f} (in all dimensions {purity(ranks(points, 'cosine')):.3f})")
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    _figure(*layout.T, f"The words of the atlas in {options.vectors}").write_html(options.out)
    print(f"the map is in {options.out}")


if __name__ == "__main__":
    main()
