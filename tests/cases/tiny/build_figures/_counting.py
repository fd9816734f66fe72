"""Counting, shared by experiments."""

from _percent import percent


def share(hits, n):
    """Hits among n, in percent."""
    return percent(hits / n)


def running(flips):
    return [share(sum(flips[:end]), end) for end in range(1, len(flips) + 1)]
