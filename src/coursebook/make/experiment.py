"""The contract of an experiment: what `measure` returns, and what "the same" means for each output.

    NEEDS = ["sources/wang2023", "data/answers.csv"]
    SEED = 7
    KIND = "measured"          # or "assumed": its data is made up, and so is all that is computed from it

    def measure(needs, seed) -> Results: ...
    def draw(results) -> dict[str, plotly.graph_objects.Figure]: ...

`needs["sources/KEY"]` is a Source (`number(fact)`, `table(fact)`); any other need is the Path of a file. Both functions
are pure: the child process refuses every other file, socket and subprocess. `draw` is optional.
"""

from coursebook.evidence import Number, Results
from coursebook.sources import Source
from coursebook.values import Column, Rule, Table

__all__ = ["Column", "Number", "Results", "Source", "Table", "exact", "printed", "sampled", "structure", "within"]


def exact() -> Rule:
    """Equal: counts, tables of integers, closed-form arithmetic, greedy decodes."""
    return Rule("exact")


def printed() -> Rule:
    """Equal to half a unit of the last digit that the page prints."""
    return Rule("printed")


def within(abs: float = 0.0, rel: float = 0.0) -> Rule:  # noqa: A002
    """|new - old| <= max(abs, rel * |old|): floating-point sums. `abs` is in the number's unit."""
    return Rule("within", abs, rel)


def sampled() -> Rule:
    """A rate over `n` cases: equal on the pinned run, elsewhere a two-proportion test. The unit is share or percent."""
    return Rule("sampled")


def structure() -> Rule:
    """A projection's coordinates: equal to 1e-4 on the pinned run, elsewhere the same neighbourhoods."""
    return Rule("structure")
