"""Two trainings of one recipe: every number differs, and the neighbourhoods agree."""

import numpy as np
import plotly.graph_objects as go

from _vectors import TRAININGS, load, nearest, of, shared, unit
from coursebook.make.experiment import Column, Number, Results, Table, exact, within

NEEDS = ["evidence/vectors/first.txt", "evidence/vectors/second.txt"]
SEED = 5
NEIGHBOURS = 10
SHOWN = ("king", "human", "dog", "bread")


def measure(needs, seed):
    vectors = [load(needs[path]) for path in TRAININGS.values()]
    words = sorted(set(vectors[0].index_to_key) & set(vectors[1].index_to_key))
    first, second = (of(one, words) for one in vectors)
    order = np.random.default_rng(seed).permutation(len(words))
    learn, test = order[: len(words) // 2], order[len(words) // 2 :]
    turned = first @ rotation(first[learn], second[learn])
    strangers = first @ rotation(first[learn], second[np.roll(learn, 1)])
    near, again = nearest(first, NEIGHBOURS), nearest(second, NEIGHBOURS)
    upright = [_centred(first, learn), _centred(second, learn)]
    turn = rotation(upright[0][learn], upright[1][learn])
    wrong = rotation(upright[0][learn], upright[1][np.roll(learn, 1)])
    level = [float(cosines(one[test], upright[1][test]).mean()) for one in (upright[0], upright[0] @ turn, upright[0] @ wrong)]
    raw, rotated, control = (cosines(one[test], second[test]) for one in (first, turned, strangers))
    bare, fitted = (float(found.mean()) for found in (raw, rotated))
    tight = within(abs=0.002)
    numbers = {
        "words": Number(len(words), "words that both trainings hold", "words", ",.0f", rule=exact()),
        "tested": Number(len(test), "words that the rotation was not fitted on", "words", ",.0f", rule=exact()),
        "k": Number(NEIGHBOURS, "nearest neighbours compared", "neighbours", rule=exact()),
        "raw": Number(bare, "mean cosine between a word's two vectors, as they are", "cosine", ".2f", rule=tight),
        "raw_spread": Number(float(raw.std()), "standard deviation of those cosines", "cosine", ".2f", rule=tight),
        "rotated": Number(fitted, "the same after one rotation of the first space, fitted on the other half of the words", "cosine", ".2f", rule=tight),
        "control": Number(
            float(control.mean()), "the same after a rotation fitted on words paired with strangers", "cosine", ".2f", rule=tight
        ),
        "level_raw": Number(level[0], "mean cosine as they are, each space's common lean taken away", "cosine", ".2f", rule=tight),
        "level_rotated": Number(level[1], "the same after one rotation, fitted on the other half of the words", "cosine", ".2f", rule=tight),
        "level_control": Number(level[2], "the same after a rotation fitted on words paired with strangers", "cosine", ".2f", rule=tight),
        "shared": Number(100 * shared(near, again), "nearest neighbours that both trainings name", "percent", ".0f", rule=within(abs=0.5)),
        "shared_chance": Number(100 * NEIGHBOURS / (len(words) - 1), "the same, were one list drawn by lot", "percent", ".1f"),
        "same_first": Number(
            100 * float(np.mean(near[:, 0] == again[:, 0])), "words whose nearest neighbour is the same in both", "percent", ".0f", rule=within(abs=0.5)
        ),
    }  # fmt: skip
    tables = {
        "examples": _examples(words, near, again),
        "spread": _histogram(raw, rotated),
        "components": _components(vectors),
    }
    return Results(numbers, tables)


def rotation(source, target):
    """The orthogonal matrix that turns `source` onto `target` best, in least squares (Schoenemann 1966)."""
    left, _, right = np.linalg.svd(source.T @ target)
    return left @ right


def _centred(points, learn):
    """Unit vectors from which the mean of the words to learn on has been taken: the lean that all vectors share."""
    return unit(points - points[learn].mean(axis=0))


def cosines(one, other):
    return np.sum(one * other, axis=1)


def _examples(words, near, again):
    rows = []
    for word in SHOWN:
        index = words.index(word)
        first, second = ([words[other] for other in found[index][:5]] for found in (near, again))
        rows.append((word, ", ".join(first), ", ".join(second)))
    word, first, second = zip(*rows, strict=True)
    return Table(
        "The five nearest words, in both trainings",
        (Column("word", word, rule=exact()), Column("first", first, "first training", rule=exact()), Column("second", second, "second training", rule=exact())),
    )  # fmt: skip


def _components(vectors):
    """The first numbers of one word's vectors: nothing in them agrees."""
    return Table(
        "The vector of king begins differently in the two trainings",
        (
            Column("component", range(1, 6), "place in the vector", rule=exact()),
            *(Column(name, [round(float(x), 3) for x in one["king"][:5]], f"{name} training", format=".3f", rule=exact()) for name, one in zip(TRAININGS, vectors, strict=True)),
        ),
    )  # fmt: skip


def _histogram(raw, rotated):
    edges = np.round(np.arange(-0.4, 1.01, 0.05), 2)
    counts = {
        name: np.histogram(found, edges)[0].tolist() for name, found in (("as_they_are", raw), ("after_rotation", rotated))
    }
    return Table(
        "How the cosines between a word's two vectors are spread",
        (
            Column("from_cosine", edges[:-1].tolist(), "cosine, lower edge", "", ".2f", exact()),
            *(Column(name, found, name.replace("_", " "), "words", rule=within(abs=3)) for name, found in counts.items()),
        ),
    )


def draw(results):
    table = results.tables["spread"]
    figure = go.Figure()
    for name, label, dash in (("as_they_are", "as they are", "dot"), ("after_rotation", "after one rotation", "solid")):
        figure.add_scatter(
            x=[round(edge + 0.025, 3) for edge in table.column("from_cosine")], y=list(table.column(name)), name=label, mode="lines",
            line={"dash": dash, "shape": "hvh"},
        )  # fmt: skip
    figure.update_layout(
        title="Two trainings look like strangers until one of them is turned",
        xaxis={"title": "cosine between a word's two vectors"}, yaxis={"title": "words", "rangemode": "tozero"},
    )  # fmt: skip
    return {"cosines": figure}
