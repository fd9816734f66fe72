"""A library in memory, and the two ways in which text becomes something: bound, and compiled."""

from pathlib import Path

import pytest

from coursebook import sources
from coursebook.library import Library, gather
from coursebook.publish.bind import bind
from coursebook.publish.compile import Setting
from coursebook.publish.compile import compile as compile_page
from coursebook.text import Text
from coursebook.values import Column, Figure, Measurement, Rule, Table, Value

TINY = Path(__file__).parents[1] / "cases" / "tiny"
EXACT = Measurement("build_figures/coin.py", "coin", 7, ("data/flips.csv",), Rule("exact"))
PRINTED = Measurement("build_figures/coin.py", "coin", 7, ("data/flips.csv",), Rule())
MADE_UP = Measurement("build_figures/made_up.py", "made_up", 0, (), Rule("exact"))


@pytest.fixture(scope="session")
def library() -> Library:
    """What the tiny course offers, and a few values that print in harder ways."""
    names = gather(TINY, sources.read(TINY)[0], [])
    names.add_value(Value("coin.heads", 23, "measured", "flips that land on heads", "flips", origin=EXACT))
    names.add_value(Value("coin.flips", 40, "measured", "flips of the coin", "flips", origin=EXACT))
    names.add_value(Value("coin.many", 12345, "measured", "flips of all coins", "flips", ",.0f", origin=EXACT))
    names.add_value(
        Value(
            "coin.share",
            57.5,
            "measured",
            "heads among the flips",
            "percent",
            ".1f",
            interval=(42.2, 71.5),
            n=40,
            origin=PRINTED,
        )
    )
    names.add_value(Value("coin.loss", -2.5, "measured", "points lost", "points", ".1f", origin=PRINTED))
    names.add_value(Value("made_up.share", 60, "assumed", "heads among made-up flips", "percent", origin=MADE_UP))
    columns = (
        Column("flip", (1, 2, 3), "flips so far", "flips"),
        Column("running", (100, 50.0, 66.67), "heads so far", "percent", ".1f"),
    )
    names.add_table("coin", "table", Table("Heads as flips are added", columns), "measured", EXACT)
    curve = {
        "data": [{"type": "scatter", "x": [1, 2, 3], "y": [100, 50, 66.67]}],
        "layout": {"title": {"text": "Heads settle"}},
    }
    names.figures["coin/running"] = Figure("coin/running", curve, {"light": "stills/a.light.svg", "dark": "stills/a.dark.svg"})
    names.origins["coin/running"] = "measured", EXACT
    return names


@pytest.fixture
def bound(library):
    """bound(content) -> Binding"""
    return lambda content, path="chapters/01-coins.md": bind(Text(path, content), library, Figure)


@pytest.fixture
def compiled(library):
    """compiled(content) -> Page"""

    def compile_text(content, uri="chapters/01-coins.md", **setting):
        return compile_page(Text(uri, content), library, Setting(uri, **setting))

    return compile_text


@pytest.fixture
def complaints(compiled):
    """complaints(content) -> the page's problems as text, without its path"""
    return lambda content: [str(problem).removeprefix("chapters/01-coins.md:") for problem in compiled(content).problems]
