"""Word vectors are read from the formats in which people have them; what holds none is said to, by its name."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

gensim = pytest.importorskip("gensim", reason="the extra 'figures' is not installed")

from gensim.models import KeyedVectors  # noqa: E402
from gensim.test.utils import datapath  # noqa: E402

from _vectors import load, nearest, of, shared, unit  # noqa: E402
from coursebook import sources  # noqa: E402

pytestmark = [  # gensim leaves the file open that it reads the first line of
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROOT = Path(__file__).parents[2]
GLOVE = datapath("test_glove.txt")
"""76 words of GloVe's in its own format, which has no header; it comes in gensim's wheel."""


def rows(file):
    return [line.split(" ") for line in Path(file).read_text("utf-8").splitlines()]


def test_glove_s_own_format_has_no_header():
    found = load(GLOVE)
    assert found.index_to_key == [row[0] for row in rows(GLOVE)]
    assert found["the"] == pytest.approx([float(cell) for cell in rows(GLOVE)[0][1:]], rel=1e-6)


@pytest.mark.parametrize(("name", "binary"), [("x.txt", False), ("x.vec", False), ("x.bin", True)])
def test_word2vec_s_formats_hold_the_same(tmp_path, name, binary):
    glove = load(GLOVE)
    glove.save_word2vec_format(str(tmp_path / name), binary=binary)
    assert (tmp_path / name).read_bytes().startswith(b"76 50\n")
    found = load(tmp_path / name)
    assert found.index_to_key == glove.index_to_key
    assert np.array_equal(found.vectors, glove.vectors)
    assert np.array_equal(load(str(tmp_path / name)).vectors, glove.vectors), "a path may be a text too"


def test_a_word_that_is_a_number_is_no_header(tmp_path):
    (tmp_path / "x.txt").write_text("1 2 3\nb 4 5\n")
    assert load(tmp_path / "x.txt").index_to_key == ["1", "b"]


def test_the_printed_vectors_have_the_printed_cosine(tmp_path):
    """human and king in glove.6B.50d, as sources/glove.printed.csv holds them."""
    table = sources.read(ROOT)[0]["glove"].table("printed")
    words = ("human", "king")
    lines = [" ".join([word, *map(str, table.column(word))]) for word in words]
    (tmp_path / "glove.txt").write_text("\n".join(lines) + "\n")
    found = load(tmp_path / "glove.txt")
    assert found.vector_size == 50
    one, other = of(found, words)
    assert round(float(one @ other), 4) == 0.2912
    assert round(float(found.similarity(*words)), 4) == 0.2912


MALFORMED = {
    "prose": b"these are no vectors\nat all\n", "a header that promises more": b"3 2\na 1 2\n",
    "a ragged row": b"a 1 2 3\nb 1 2\n", "a word without numbers": b"2 2\na\nb\n", "not text": bytes(range(128, 256)) * 9,
    "commas": b"a 1,5 2,5\n",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("name", ["x.txt", "x.bin"])
def test_a_file_that_holds_no_vectors_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name} holds no word vectors"):
        load(tmp_path / name)


def offline(tmp_path):
    """An environment in which nothing can be downloaded, and nothing was."""
    nowhere = dict.fromkeys(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"], "http://127.0.0.1:9")
    return {**os.environ, **nowhere, "GENSIM_DATA_DIR": str(tmp_path / "data"), "no_proxy": "", "NO_PROXY": ""}


def atlas(tmp_path, vectors):
    command = [sys.executable, "build_figures/atlas.py", "--vectors", vectors, "--out", tmp_path / "atlas.html"]
    return subprocess.run(
        command, cwd=ROOT, env=offline(tmp_path), capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.mark.parametrize("what", ["nonsense", "malformed.txt", "malformed.bin", "few.txt"])
def test_the_atlas_of_vectors_of_your_own_says_what_is_wrong_with_them(tmp_path, what):
    """A name that nobody knows, files that hold no vectors, and one that holds too few: usage, one line, no traceback."""
    vectors = what if what == "nonsense" else str(tmp_path / what)
    if what.startswith("malformed"):
        (tmp_path / what).write_text("these are no vectors\n")
    elif what == "few.txt":
        (tmp_path / what).write_text("dog 1 2\n")
    done = atlas(tmp_path, vectors)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    usage, error = done.stderr.partition("atlas.py: error: ")[::2]
    assert usage.startswith("usage: ")
    said = {"nonsense": "no file 'nonsense', and gensim's downloader has none either", "few.txt": "no vectors for cat, horse"}
    assert error.startswith(said.get(what, f"{vectors} holds no word vectors: "))
    assert not (tmp_path / "atlas.html").exists()


def test_unit_vectors_have_length_one():
    points = unit(np.array([[3.0, 4.0], [0.0, -2.0]]))
    assert points.tolist() == [[0.6, 0.8], [0.0, -1.0]]


def test_words_without_vectors_are_all_named(tmp_path):
    with pytest.raises(ValueError, match="no vectors for zebra, yak"):
        of(load(GLOVE), ["the", "zebra", "of", "yak"])


def test_nearest_are_the_others_by_cosine_the_nearest_first():
    angles = np.radians([0, 10, 30, 90])
    points = np.column_stack([np.cos(angles), np.sin(angles)])
    assert nearest(points, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    found = load(GLOVE)
    own = nearest(of(found, found.index_to_key), 3)[found.key_to_index["the"]]
    assert [found.index_to_key[index] for index in own] == [word for word, _ in found.most_similar("the", topn=3)]


def test_shared_is_the_mean_share_of_common_neighbours():
    assert shared(np.array([[1, 2], [0, 2]]), np.array([[2, 1], [3, 4]])) == 0.5
    assert shared(np.array([[1, 2]]), np.array([[1, 2]])) == 1.0
    assert isinstance(load(GLOVE), KeyedVectors)
