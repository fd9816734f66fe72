"""What is drawn by lot: orders and variants, the same ones for everybody who names the same seed.

web/src/draw.ts computes the same, so an order is a ranking by hash and never a random number generator's.
"""

from __future__ import annotations

import hashlib

from coursebook.publish.quiz.text import tidy

SEED = "coursebook"
"""The course's own seed, for what its pages show."""


def rank(seed: str, *parts: str) -> str:
    """SHA-256, in hex, of the lines `seed`, `parts`. Half a surrogate pair counts as U+FFFD, as browsers encode it."""
    text = "\n".join([seed, *parts])
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def shuffled(seed: str, identifier: str, count: int) -> list[int]:
    """The indices 0 to count - 1, in the order that a seed gives them."""
    return sorted(range(count), key=lambda index: rank(seed, identifier, str(index)))


def student_seed(seed: str, student: str) -> str:
    """The seed of one student, where each gets a variant of their own."""
    return f"{seed}/{tidy(student).lower()}"
