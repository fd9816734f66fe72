"""Word arithmetic: what king - man + woman finds, what the rule about inputs hides, and how much the arithmetic adds."""

import numpy as np
from gensim.test.utils import datapath

from _vectors import TRAININGS, load, of
from coursebook.make.experiment import Column, Number, Results, Table, exact, within

NEEDS = ["evidence/vectors/first.txt", "evidence/vectors/second.txt"]
ASKED = (
    ("man", "king", "woman", "queen"),
    ("boy", "girl", "brother", "sister"),
    ("father", "son", "mother", "daughter"),
    ("france", "paris", "italy", "rome"),
    ("france", "paris", "japan", "tokyo"),
    ("good", "better", "bad", "worse"),
    ("walking", "walked", "swimming", "swam"),
    ("dog", "puppy", "cat", "kitten"),
    ("man", "doctor", "woman", "doctor"),
)
"""a is to b as c is to what? The fourth is what a person might answer. The last one cannot come out, by the usual rule."""


def measure(needs, seed):
    numbers, tables = {}, {}
    for name, path in TRAININGS.items():
        vectors = load(needs[path])
        words = vectors.index_to_key
        points = of(vectors, words)
        place = {word: index for index, word in enumerate(words)}
        questions = np.array([[place[word] for word in one] for one in asked() if all(word in place for word in one)])
        own = f"{name} training"
        scores = {
            "usual": (
                "whose answer is right when the three words of the question are not allowed as answers",
                rate(points, questions),
            ),
            "open": ("whose answer is right when any word may be the answer", rate(points, questions, allowed=True)),
            "echo": ("whose open answer is one of the three words of the question", echoes(points, questions)),
            "lazy": (
                "answered right by the nearest neighbour of the third word, with no arithmetic",
                rate(points, questions, lazy=True),
            ),
        }
        numbers[f"asked_{name}"] = Number(
            len(questions), f"analogies all of whose words the file holds, {own}", "analogies", ",.0f", rule=exact()
        )
        for score, (what, share) in scores.items():
            numbers[f"{score}_{name}"] = Number(
                100 * share, f"analogies {what}, {own}", "percent", ".0f", n=len(questions), rule=within(abs=0.3)
            )
        tables[f"{name}_training"] = _examples(points, words, place, own)
    numbers["words"] = Number(len(words), "words that can be answers here", "words", ",.0f", rule=exact())
    return Results(numbers, tables)


def asked():
    """The questions in gensim's wheel: a, b, c and the wanted d, in lower case."""
    with open(datapath("questions-words.txt"), encoding="utf-8") as stream:
        yield from (line.lower().split() for line in stream if not line.startswith(":"))


def targets(points, questions):
    a, b, c = (points[questions[:, place]] for place in range(3))
    return b - a + c


def answers(points, questions, allowed=False, lazy=False):
    """The word nearest to b - a + c (or, lazily, to c), by cosine; unless `allowed`, none of a, b and c."""
    scores = (points[questions[:, 2]] if lazy else targets(points, questions)) @ points.T
    if not allowed:
        np.put_along_axis(scores, questions[:, :3], -np.inf, axis=1)
    return scores.argmax(axis=1)


def rate(points, questions, allowed=False, lazy=False):
    return float(np.mean(answers(points, questions, allowed, lazy) == questions[:, 3]))


def echoes(points, questions):
    found = answers(points, questions, allowed=True)
    return float(np.mean((found[:, None] == questions[:, :3]).any(axis=1)))


def _examples(points, words, place, own):
    known = [one for one in ASKED if all(word in place for word in one)]
    questions = np.array([[place[word] for word in one] for one in known])
    usual, open_ = answers(points, questions), answers(points, questions, allowed=True)
    return Table(
        f"What the arithmetic answers, {own}",
        (
            Column("question", [f"{b} − {a} + {c}" for a, b, c, _ in known], rule=exact()),
            Column("wanted", [one[3] for one in known], "a person's answer", rule=exact()),
            Column("usual", [words[index] for index in usual], "answer, the question's words not allowed", rule=exact()),
            Column("open", [words[index] for index in open_], "answer, any word allowed", rule=exact()),
        ),
    )
