"""The contract of an experiment: what `measure` returns, and what "the same" means for each output.

    NEEDS = ["sources/wang2023", "data/answers.csv"]
    SEED = 7
    KIND = "measured"          # or "assumed": its data is made up, and so is all that is computed from it

    def measure(needs, seed) -> Results: ...
    def draw(results) -> dict[str, plotly.graph_objects.Figure]: ...

`needs["sources/KEY"]` is a Source (`number(fact)`, `table(fact)`); any other need is the Path of a file. Both functions
are pure: the child process refuses every other file, socket and subprocess. `draw` is optional.

What follows from a layout is derived, so that a verification can derive it from the committed layout too: on another
processor the layout differs, and only what it says of the data can be compared.

    def derive(needs, results) -> Results: ...      # added to what measure returned

Long work is cut into parts, each in a process of its own, side by side, kept when it has finished:

    PARTS = [1, 2, 3]          # seeds, say
    def part(needs, part, folder) -> Any: ...       # what JSON can hold
    def measure(needs, seed, parts) -> Results: ... # parts: what each gave, in the order of PARTS

`folder` is a Path that outlives a kill: what a part writes there, it finds when it is run again; a line in
`folder / "progress"` is shown while it runs. Training is deep: it runs when it is asked for, and makes files.

    DEEP = True                # run by `measure --deep` and `verify --deep` alone
    WRITES = ["evidence/vectors/first.txt"]         # Results.files has a File for each
    NEEDS = ["corpora/wordnet"]                     # a Path: the folder with the files that sources/wordnet.yml lists
"""

from coursebook.evidence import File, Number, Results
from coursebook.sources import Source
from coursebook.values import Column, Rule, Table

__all__ = [
    "Column",
    "File",
    "Number",
    "Results",
    "Source",
    "Table",
    "exact",
    "printed",
    "sampled",
    "structure",
    "trained",
    "within",
]


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


def trained() -> Rule:
    """A file of weights: the same bytes, or, where the processor rounds otherwise, another training. That it is as good as
    the first is for the numbers to say: `within` the band that each allows."""
    return Rule("trained")
