"""What a figure draws, as a table and as CSV."""

import csv
import io
from html.parser import HTMLParser

import pytest

from coursebook.publish import figures
from coursebook.publish.bind import Embed
from coursebook.values import Column, Figure, Table

AXES = {"xaxis": {"title": {"text": "paths"}}, "yaxis": {"title": "accuracy<br>(<b>percent</b>)"}}


def drawn(*traces, **layout):
    return Figure("x/y", {"data": list(traces), "layout": {**AXES, **layout}})


CASES = {
    "one line": (
        drawn({"x": [1, 2], "y": [62, 74.5]}),
        "paths,accuracy (percent)\n1,62\n2,74.5\n",
    ),
    "lines over the same x": (
        drawn({"name": "vote", "x": [1, 2], "y": [62, 74]}, {"name": "check<br>ed", "x": [1, 2], "y": [62, 91]}),
        "paths,vote,check ed\n1,62,62\n2,74,91\n",
    ),
    "lines over different x": (
        drawn({"name": "a", "x": [1, 2], "y": [3, 4]}, {"name": "b", "x": [5], "y": [6]}),
        "series,paths,accuracy (percent)\na,1,3\na,2,4\nb,5,6\n",
    ),
    "bars over words": (
        drawn({"type": "bar", "name": "heads", "x": ["old<br>coin", "new"], "y": [48, 50.4]}),
        "paths,heads\nold coin,48\nnew,50.4\n",
    ),
    "bars that lie": (
        drawn({"type": "bar", "orientation": "h", "x": [1, 2], "y": ["a", "b"]}),
        "paths,accuracy (percent)\n1,a\n2,b\n",
    ),
    "error bars": (
        drawn({"name": "gain", "x": [1], "y": [5], "error_y": {"array": [2], "arrayminus": [1.5]}}),
        'paths,gain,"gain, low","gain, high"\n1,5,3.5,7\n',
    ),
    "even error bars": (
        drawn({"name": "gain", "x": [1], "y": [0.3], "error_y": {"array": [0.1]}}),
        'paths,gain,"gain, low","gain, high"\n1,0.3,0.2,0.4\n',
    ),
    "error bars over different x": (
        drawn({"name": "a", "x": [1], "y": [5], "error_y": {"array": [2]}}, {"name": "b", "x": [2], "y": [6]}),
        "series,paths,accuracy (percent),low,high\na,1,5,3,7\nb,2,6,,\n",
    ),
    "a heatmap": (
        drawn({"type": "heatmap", "x": ["a", "b"], "y": ["c", "d"], "z": [[1, 2], [3.5, None]]}),
        "accuracy (percent) / paths,a,b\nc,1,2\nd,3.5,\n",
    ),
    "a heatmap below marks": (
        drawn({"x": [1], "y": [1]}, {"type": "heatmap", "z": [[1, 2]]}),
        "accuracy (percent) / paths,0,1\n0,1,2\n",
    ),
    "without x": (drawn({"y": [7, 8]}), "series,paths,accuracy (percent)\naccuracy (percent),0,7\naccuracy (percent),1,8\n"),
    "a histogram": (drawn({"type": "histogram", "name": "h", "x": [7, 8]}), "series,paths,accuracy (percent)\nh,7,\nh,8,\n"),
    "a pie": (drawn({"type": "pie", "name": "p", "labels": ["a"], "values": [3]}), "series,paths,accuracy (percent)\np,a,3\n"),
    "points with names": (
        drawn(
            {"name": "a", "x": [1, 2], "y": [3, 4], "text": ["king", "the<br>queen"]},
            {"name": "b", "x": [5], "y": [6], "text": ["dog"]},
        ),
        "series,label,paths,accuracy (percent)\na,king,1,3\na,the queen,2,4\nb,dog,5,6\n",
    ),
    "points of which some have names and some error bars": (
        drawn(
            {"name": "a", "x": [1], "y": [3], "text": ["king"]},
            {"name": "b", "x": [5], "y": [6], "text": "all", "error_y": {"array": [2]}},
        ),
        "series,label,paths,accuracy (percent),low,high\na,king,1,3,,\nb,,5,6,4,8\n",
    ),
    "what is hidden": (
        drawn({"name": "a", "x": [1], "y": [2]}, {"name": "b", "x": [1], "y": [3], "visible": "legendonly"}),
        "paths,a\n1,2\n",
    ),
    "full precision": (
        drawn({"x": [0.00001234, 1234567], "y": [-0.5, 1 / 3]}),
        "paths,accuracy (percent)\n1.234e-05,-0.5\n1234567,0.3333333333333333\n",
    ),
}


@pytest.mark.parametrize(("figure", "expected"), CASES.values(), ids=CASES)
def test_csv_holds_all_that_is_drawn(figure, expected):
    assert figures.as_csv(figure) == expected


@pytest.mark.parametrize(("figure", "expected"), CASES.values(), ids=CASES)
def test_the_data_table_has_the_same_header_and_as_many_cells(figure, expected):
    header, *rows = csv.reader(io.StringIO(expected))
    shown_header, shown_rows = figures.data(figure)
    assert shown_header == header
    assert [len(row) for row in shown_rows] == [len(row) for row in rows]


def test_cells_print_for_people_and_small_numbers_keep_three_digits():
    _, rows = figures.data(drawn({"x": [1234567, -2.5, 0.123456, 0.00001234, 0.0, 100.0], "y": [1] * 6}))
    assert [row[0] for row in rows] == ["1,234,567", "−2.5", "0.1235", "0.0000123", "0.0", "100.0"]


TABLE = Table(
    "Coins",
    (
        Column("name", ("old, <b>", "new")),
        Column("share", (48.0, -50.444), unit="percent", format=".1f"),
        Column("points", (1, 2), unit="points"),
    ),
)


def test_a_table_prints_its_own_formats_and_its_csv_has_every_digit():
    assert figures.data(TABLE) == (["name", "share (percent)", "points"], [["old, <b>", "48.0", "1"], ["new", "−50.4", "2"]])
    assert figures.as_csv(TABLE) == 'name,share,points\n"old, <b>",48.0,1\nnew,-50.444,2\n'


def test_the_html_table_has_headers_for_rows_and_columns_and_escapes_its_cells():
    html = figures.as_table(TABLE, "A caption")
    assert html.count('<th scope="col">') == 3
    assert html.count('<th scope="row">') == 2
    assert "old, &lt;b&gt;" in html
    assert 'tabindex="0" role="region" aria-label="A caption"' in html


@pytest.mark.parametrize(
    ("types", "bundle"),
    [
        ((), "basic"),
        (("scatter",), "basic"),
        (("bar", "pie"), "basic"),
        (("scatter", "heatmap"), "cartesian"),
        (("violin",), "cartesian"),
        (("scatter3d",), "gl3d"),
    ],
)
def test_the_smallest_bundle_that_can_draw_it_is_named(types, bundle):
    assert figures.bundle(drawn(*({"type": name} for name in types), {})) == bundle


class Images(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.alts = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.alts.append(dict(attrs)["alt"])


@pytest.mark.parametrize(
    "alt", ['Heads "mostly" settle', "[a] and (b)", "back\\slash", "a\nb", "x](y", "*not em*", "a < b & c", "{ .c }", "a | b"]
)
@pytest.mark.parametrize("page", ["chapters/01.md", "index.md"])
def test_any_alt_text_reaches_the_image(alt, page):
    from coursebook.publish import render

    figure = Figure("x/y", {"data": []}, {"light": "stills/a.light.svg", "dark": "stills/a.dark.svg"})
    markdown = figures.markdown(Embed(0, 1, alt, "x/y", figure), alt, "caption", page)
    found = Images(render.page(markdown)).alts
    assert len(found) == 2
    letters = "".join(character for character in alt if character.isalnum())
    assert all("".join(character for character in one if character.isalnum()) == letters for one in found)
    assert ("](../evidence/x/y.csv)" if page.startswith("chapters") else "](evidence/x/y.csv)") in markdown


def test_a_figure_without_stills_still_has_its_table():
    markdown = figures.markdown(Embed(0, 1, "T", "x/y", drawn({"x": [1], "y": [2]})), "T", "caption", "a.md")
    assert "<table>" in markdown
    assert "![" not in markdown
