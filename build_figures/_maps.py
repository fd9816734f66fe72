"""Maps of word vectors in two and three dimensions, and scores of how much of the neighbourhood a map keeps."""

import numpy as np

from _families import FAMILIES
from _vectors import of, unit

NEIGHBOURS = 10
"""Neighbours of a word that the scores ask about."""

WORDS = [word for words in FAMILIES.values() for word in words.split()]
FAMILY = [family for family, words in FAMILIES.items() for _ in words.split()]


def atlas_points(vectors):
    """The families' unit vectors, in the order of WORDS."""
    return of(vectors, WORDS)


def pca(points, dimensions):
    """The projection that keeps the most variance. Its axes have no direction of their own: each is turned so that its
    largest component is positive."""
    centred = points - points.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:dimensions]
    axes *= np.sign(axes[np.arange(dimensions), np.abs(axes).argmax(axis=1)])[:, None]
    return centred @ axes.T


def variance_kept(points, dimensions):
    """Share of the points' variance that their first principal components hold."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
    return float(spread[:dimensions].sum() / spread.sum())


AIRY = {"n_neighbors": 12, "min_dist": 0.8, "spread": 2.0}
"""The atlas's settings: words far enough apart to be read. UMAP's own are 15, 0.1 and 1."""


def umap(points, dimensions, seed, settings=AIRY):
    """UMAP by cosine distance. One seed, one layout, on one processor; another processor may lay the same points out otherwise."""
    from umap import UMAP

    return UMAP(n_components=dimensions, metric="cosine", random_state=seed, n_jobs=1, **settings).fit_transform(points)


def ranks(points, metric="euclidean"):
    """For every point the others in order of distance, the nearest first; shape (points, points - 1)."""
    if metric == "cosine":
        distances = -(unit(points) @ unit(points).T)
    else:
        distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, -np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, 1:]


def overlap(points, layout, count=NEIGHBOURS):
    """Mean share of a word's nearest neighbours that are still among its nearest on the map."""
    before, after = ranks(points, "cosine")[:, :count], ranks(layout)[:, :count]
    return float(
        np.mean([len(set(one) & set(other)) / count for one, other in zip(before.tolist(), after.tolist(), strict=True)])
    )


def trustworthiness(points, layout):
    """1 when no neighbour on the map is a stranger in the space; about a half for a map at random. After Venna and Kaski."""
    from sklearn.manifold import trustworthiness as score

    return float(score(points, layout, n_neighbors=NEIGHBOURS, metric="cosine"))


def purity(order, count=NEIGHBOURS):
    """Mean share of a word's nearest neighbours that belong to its own family; `order` as `ranks` gives it."""
    family = np.array(FAMILY)
    return float(np.mean(family[order[:, :count]] == family[:, None]))
