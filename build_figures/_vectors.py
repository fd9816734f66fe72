"""Word vectors from files: word2vec's and GloVe's text formats, word2vec's binary one, and gensim's downloader."""

from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

TRAININGS = {"first": "evidence/vectors/first.txt", "second": "evidence/vectors/second.txt"}


def load(source):
    """Word vectors as gensim's KeyedVectors, from a file or by the name that gensim's downloader knows.

    A file that ends in .bin is word2vec's binary format. A text file whose first line is two whole numbers is word2vec's;
    one without such a line is GloVe's. Raises ValueError with the file's name when it is neither, or when what is no file
    cannot be downloaded.
    """
    path = Path(source)
    if not path.exists():
        return _downloaded(str(source))
    try:
        if path.suffix == ".bin":
            return KeyedVectors.load_word2vec_format(path, binary=True)
        return KeyedVectors.load_word2vec_format(path, no_header=not _has_header(path))
    except (ValueError, TypeError, IndexError, EOFError, OSError, MemoryError) as error:
        raise ValueError(f"{path} holds no word vectors: {error}") from None


def _has_header(path):
    """word2vec's text format begins with how many words and how many dimensions; GloVe's begins with a word. Raises
    ValueError at the first line that has another length than the first word's."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        fields = stream.readline().split()
        header = len(fields) == 2 and all(field.isdecimal() for field in fields)
        width = int(fields[1]) + 1 if header else len(fields)
        if width < 2:
            raise ValueError("line 1 has no numbers")
        for number, line in enumerate(stream, 2):
            if len(line.split()) != width:
                raise ValueError(f"line {number} has {len(line.split()) - 1} numbers, not {width - 1}")
    return header


def _downloaded(name):
    from gensim import downloader

    try:
        return downloader.load(name)
    except Exception as error:  # noqa: BLE001 - no network, no such name, a broken download: the answer is the same
        hint = "give a GloVe or word2vec file, or a name such as glove-wiki-gigaword-50 where there is a network"
        raise ValueError(f"no file '{name}', and gensim's downloader has none either ({error}); {hint}") from None


def unit(points):
    """Points scaled to length one, so that their dot products are cosines. Shape (words, dimensions)."""
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


def of(vectors, words):
    """The unit vectors of these words, shape (words, dimensions). ValueError names those that have no vector."""
    missing = [word for word in words if word not in vectors]
    if missing:
        raise ValueError(f"no vectors for {', '.join(missing)}")
    return unit(np.array([vectors[word] for word in words], dtype=float))


def nearest(points, count):
    """Indices of the `count` nearest other points by cosine, the nearest first; shape (points, count). Points are unit."""
    cosines = points @ points.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :count]


def shared(first, second):
    """Mean share of neighbours that two neighbour lists of the same points have in common. Both of shape (points, count)."""
    return float(
        np.mean([len(set(one) & set(other)) / len(one) for one, other in zip(first.tolist(), second.tolist(), strict=True)])
    )
