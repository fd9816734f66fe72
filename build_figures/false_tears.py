"""False tears: the same data under five seeds, on words and on a ring that has no gap; what stays, what moves, what was never there."""

import numpy as np
from plotly.subplots import make_subplots

from _families import FAMILIES
from _maps import FAMILY, NEIGHBOURS, atlas_points, pca, ranks, trustworthiness, umap
from _vectors import load, unit
from coursebook.make.experiment import Column, Number, Results, Table, exact, structure, within

NEEDS = ["evidence/vectors/first.txt"]
PARTS = [1, 2, 3, 4, 5]
RING, NOISE, DIMENSIONS = 360, 0.01, 100
LOOSE = within(abs=4)
"""Tears are few and move with everything, so that another processor may count a few more."""
RINGS = (3, 4)
"""Seeds of two rings' noise."""
TORN, FAR = 8, 40
"""On the ring a step is torn that is this many times as long as the middle one; two words are torn apart that were each
other's closest, and are not among this many nearest on the map."""


def part(needs, part, folder):
    """The layouts of one UMAP seed: of the words as in the atlas; of the rings as UMAP comes, and of the first as in the atlas."""
    first, second = (ring(noise) for noise in RINGS)
    drawn = {
        "words": umap(atlas_points(load(needs["evidence/vectors/first.txt"])), 2, part),
        "ring": umap(first, 2, part, {}),
        "another": umap(second, 2, part, {}),
        "airy": umap(first, 2, part),
    }
    return {name: np.round(layout.astype(float), 4).tolist() for name, layout in drawn.items()}


def ring(noise):
    """Points at equal steps around a circle, each pushed a little in every dimension. The circle is closed: no step is a gap."""
    source = np.random.default_rng(noise)
    plane = np.linalg.qr(source.normal(size=(DIMENSIONS, 2)))[0]
    turns = np.arange(RING) * 2 * np.pi / RING
    return unit(np.column_stack([np.cos(turns), np.sin(turns)]) @ plane.T + source.normal(size=(RING, DIMENSIONS)) * NOISE)


def measure(needs, seed, parts):
    points, circle = atlas_points(load(needs["evidence/vectors/first.txt"])), ring(RINGS[0])
    words, rings, others, airy = ([np.array(found[name]) for found in parts] for name in ("words", "ring", "another", "airy"))
    pairs = closest_pairs(points)
    apart = [torn_pairs(layout, pairs) for layout in words]
    again = [torn_steps(layout) for layout in others]
    steps = np.linalg.norm(circle - np.roll(circle, -1, axis=0), axis=1)
    orders = [ranks(layout)[:, :NEIGHBOURS] for layout in words]
    kept = [_shared(orders[one], orders[other]) for one in range(len(PARTS)) for other in range(one)]
    numbers = {
        "ring": Number(RING, "points on the ring", "points", rule=exact()),
        "widest": Number(float(steps.max() / np.median(steps)), "widest step of the ring in all dimensions, against its middle step", "times", ".1f"),
        "threshold": Number(TORN, "times the middle step: from here on a step of the map counts as torn", "times", rule=exact()),
        "again_any": Number(len(set.union(*again)), "steps that at least one seed tears in a second ring, with other noise", "steps", rule=LOOSE),
        "again_all": Number(len(set.intersection(*again)), "steps that every seed tears in the second ring", "steps", rule=LOOSE),
        "airy_any": Number(
            len(set.union(*(torn_steps(layout) for layout in airy))), "steps of the first ring that at least one seed tears with the atlas's settings",
            "steps", rule=LOOSE,
        ),
        "pairs": Number(len(pairs), "pairs of words that are among each other's three nearest", "pairs", rule=exact()),
        "pairs_any": Number(len(set.union(*apart)), "such pairs that at least one seed tears apart", "pairs", rule=LOOSE),
        "pairs_all": Number(len(set.intersection(*apart)), "such pairs that every seed tears apart", "pairs", rule=LOOSE),
        "pairs_pca": Number(len(torn_pairs(pca(points, 2), pairs)), "such pairs that two principal components tear apart", "pairs", rule=within(abs=1)),
        "kept": Number(100 * float(np.mean(kept)), "neighbours on the map that two seeds share, on average", "percent", ".0f", rule=within(abs=3)),
        "distances_pca": Number(
            _centres(points, pca(points, 2)), "rank correlation of the distances between families, PCA against all dimensions", "", ".2f", rule=within(abs=0.01)
        ),
    }  # fmt: skip
    table = Table(
        "Five maps of the same words: what moves with the seed",
        (
            Column("seed", PARTS, rule=exact()),
            Column("pairs_torn", [len(found) for found in apart], "pairs of words torn apart", "pairs", rule=LOOSE),
            Column("distances", [_centres(points, layout) for layout in words], "rank correlation of the distances between families, map against all dimensions", "", ".2f", within(abs=0.25)),
        ),
    )  # fmt: skip
    return Results(numbers, {"words": table, "layouts": _layouts(rings)})


def derive(needs, results):
    """Where the ring is torn, and how well its maps score, from the layouts as they are written down."""
    table, circle = results.tables["layouts"], ring(RINGS[0])
    layouts = [np.column_stack([table.column(f"x{seed}"), table.column(f"y{seed}")]) for seed in PARTS]
    gaps = [torn_steps(layout) for layout in layouts]
    scores = [trustworthiness(circle, layout) for layout in layouts]
    numbers = {
        "torn_any": Number(len(set.union(*gaps)), "steps of the ring that at least one seed tears", "steps", rule=LOOSE),
        "torn_all": Number(len(set.intersection(*gaps)), "steps of the ring that every seed tears", "steps", rule=LOOSE),
    }
    rings = Table(
        "Five maps of a ring without a gap: no score sees the tears",
        (
            Column("seed", PARTS, rule=exact()),
            Column(
                "torn",
                [len(found) for found in gaps],
                "steps of the ring torn, with the settings that UMAP comes with",
                "steps",
                rule=LOOSE,
            ),
            Column("trustworthiness", scores, "trustworthiness of the ring's map", "", ".3f", within(abs=0.003)),
        ),
    )
    return Results(numbers, {"tears": rings})


def closest_pairs(points):
    """Pairs of points that are among each other's three nearest."""
    near = [set(row) for row in ranks(points, "cosine")[:, :3].tolist()]
    return [(one, other) for one in range(len(points)) for other in sorted(near[one]) if one < other and one in near[other]]


def torn_pairs(layout, pairs):
    near = [set(row) for row in ranks(layout)[:, :FAR].tolist()]
    return {(one, other) for one, other in pairs if other not in near[one] and one not in near[other]}


def torn_steps(layout):
    steps = np.linalg.norm(layout - np.roll(layout, -1, axis=0), axis=1)
    return set(np.flatnonzero(steps > TORN * np.median(steps)).tolist())


def _shared(one, other):
    return np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(one.tolist(), other.tolist(), strict=True)])


def _centres(points, layout):
    """Spearman's correlation between the distances of the families' centres, in all dimensions and on a map."""
    from scipy.stats import spearmanr

    family = np.array(FAMILY)
    distances = []
    for found in (points, layout):
        centres = np.array([found[family == name].mean(axis=0) for name in FAMILIES])
        distances.append(np.linalg.norm(centres[:, None] - centres[None], axis=2)[np.triu_indices(len(centres), 1)])
    return float(spearmanr(*distances)[0])


def _layouts(rings):
    columns = [Column("point", range(1, RING + 1), rule=exact())]
    for seed, layout in zip(PARTS, rings, strict=True):
        columns += [
            Column(f"{axis}{seed}", cells.tolist(), rule=structure()) for axis, cells in zip("xy", layout.T, strict=True)
        ]
    return Table("Where five seeds put the points of the ring", columns)


def draw(results):
    layouts, seeds = results.tables["layouts"], results.tables["tears"]
    titles = [f"seed {seed}: {torn} torn" for seed, torn in zip(PARTS, seeds.column("torn"), strict=True)]
    figure = make_subplots(1, len(PARTS), subplot_titles=titles)
    for number, seed in enumerate(PARTS, 1):
        xs, ys = _broken(np.column_stack([layouts.column(f"x{seed}"), layouts.column(f"y{seed}")]))
        figure.add_scatter(
            x=xs, y=ys, mode="lines", name=f"seed {seed}", showlegend=False, row=1, col=number, line={"width": 3}
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(title="One closed ring, five maps: each gap is the map's own", height=300)
    figure.update_annotations(font={"size": 13})
    return {"rings": figure}


def _broken(layout):
    """The points in their order around the ring, back to the first, with a gap where a step is torn."""
    torn, xs, ys = torn_steps(layout), [], []
    for index in [*range(len(layout)), 0]:
        xs.append(float(layout[index, 0]))
        ys.append(float(layout[index, 1]))
        if index in torn:
            xs.append(None)
            ys.append(None)
    return xs, ys
