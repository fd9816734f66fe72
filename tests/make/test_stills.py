"""A still is what it was drawn from: the same drawing has the same bytes, and another drawing is found."""

import re

import pytest

from coursebook import evidence
from coursebook.make import stills
from tiny import STILL, problems_of, stand_in_stills, write

SVG = """<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="720" height="420" viewBox="0 0 720 420">
<defs id="defs-{one}"><clipPath id="clip{one}xyplot"><rect width="560" height="300"/></clipPath></defs>
<g class="plot" clip-path="url(#clip{one}xyplot)"><g class="trace scatter trace{two}" style="opacity: 1">
<path class="line" d="M0,100.5L10,-20.25" style="stroke: rgb(31, 119, 180); stroke-width: 2px"/>
<path class="point" transform="translate(12.5,80)" d="M3,0A3,3 0 1,1 0,-3"/></g></g>
<text x="30" y="40" style="font-size: 12px">Heads in 8 flips</text><text x="30" y="60">62.5</text>
</svg>"""
DRAWN = SVG.format(one="a1b2c3", two="00ff00")


def test_the_ids_that_plotly_draws_at_random_are_numbered_in_order():
    other = SVG.format(one="9f8e7d", two="123abc")
    assert other != DRAWN
    assert stills.normal(DRAWN) == stills.normal(other)
    assert "a1b2c3" not in stills.normal(DRAWN)
    assert stills.normal(DRAWN).count("id0x") == 3


@pytest.mark.parametrize(
    "svg",
    [
        '<g class="cb{id} colorbar"><g class="ycb{id}tick"/><g class="xcb{id}tick"/></g>',
        '<linearGradient id="gaaaaaa-cb{id}"/><rect style="fill: url(\'#gaaaaaa-cb{id}\')"/>',
        '<clipPath id="clip-relative{id}ternary"/>',
        '<clipPath id="clipaaaaaa_scrollAreaBottomClip_{id}true"/><g id="clipaaaaaa_columnBoundaryClippath_{id}true_0"/>',
        '<g id="legend{id}"/><g id="topdefs-{id}"/>',
    ],
)
def test_colour_bars_tables_and_ternary_plots_have_ids_of_their_own(svg):
    assert stills.normal(svg.replace("{id}", "bc420a")) == stills.normal(svg.replace("{id}", "79cea2"))


def test_two_ids_stay_two():
    one = stills.normal('<g id="clipaaaaaax"/><g id="clipbbbbbbx"/><use href="#clipaaaaaax"/>')
    two = stills.normal('<g id="clipaaaaaax"/><g id="clipbbbbbbx"/><use href="#clipbbbbbbx"/>')
    assert one != two


def test_normal_leaves_words_numbers_and_colours_alone():
    svg = '<text fill="#a1b2c3">grade 123456 of gap, p123</text>\n'
    assert stills.normal(svg) == svg
    assert stills.normal(stills.normal(DRAWN)) == stills.normal(DRAWN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Heads in 8 flips", "Tails in 8 flips"),
        ("Heads in 8 flips", "Heads in 9 flips"),
        (">62.5<", ">63.5<"),
        (">62.5<", ">62.6<"),
        ("L10,-20.25", "L12.1,-20.25"),
        ("L10,-20.25", "L10,-22.3"),
        ("L10,-20.25", "L10,20.25"),
        ("translate(12.5,80)", "translate(14.6,80)"),
        ("opacity: 1", "opacity: 0"),
        ("opacity: 1", "opacity: 0.9"),
        ("rgb(31, 119, 180)", "rgb(32, 119, 180)"),
        ("stroke-width: 2px", "stroke-width: 3px"),
        ("font-size: 12px", "font-size: 13px"),
        ('<text x="30" y="60">62.5</text>', ""),
        ('class="point"', 'class="point" display="none"'),
        ("L10,-20.25", "L10,-20.25L11,-20.25"),
    ],
)
def test_another_word_mark_colour_or_place_differs(old, new):
    assert DRAWN.count(old) == 1
    assert not stills.same(DRAWN, DRAWN.replace(old, new))
    assert not stills.same(DRAWN.replace(old, new), DRAWN)


@pytest.mark.parametrize(
    ("old", "new"), [("L10,-20.25", "L10.9,-21.2"), ("translate(12.5,80)", "translate(13.4,79.1)"), ('y="40"', 'y="41"')]
)
def test_another_chromium_may_place_a_mark_within_a_pixel(old, new):
    assert stills.same(DRAWN, DRAWN.replace(old, new))
    assert not stills.same(DRAWN, DRAWN.replace(old, new), exactly=True)


def test_which_programs_drew_it_is_said_and_not_compared():
    one, two = DRAWN + "<!-- drawn by chromium 1.0, plotly 6 -->\n", DRAWN + "<!-- drawn by chromium 2.0, plotly 6 -->\n"
    assert stills.maker(one) == "chromium 1.0, plotly 6"
    assert stills.maker(DRAWN) == ""
    assert stills.same(one, two)


@pytest.fixture
def figure(course):
    return evidence.read(course)[0]["coin"].figures["running"]


def test_writing_stills_adds_drops_and_indexes(course, figure):
    key = evidence.still_key(figure)
    stills.write(course, {"new.light.svg": STILL, "new.dark.svg": STILL}, {key, "new"})
    assert evidence.check_stills(course) == []
    assert len(list((course / "evidence" / "stills").glob("*.svg"))) == 4
    stills.write(course, {}, {"new"})
    assert evidence.check_stills(course) == []
    assert evidence.stills_of(course, figure) == {}
    stand_in_stills(course)
    assert evidence.stills_of(course, figure) != {}


def test_writing_other_stills_does_not_vouch_for_an_edited_one(course, figure):
    key = evidence.still_key(figure)
    write(course, f"evidence/stills/{key}.light.svg", STILL.replace("stand-in", "forged"))
    stills.write(course, {"new.light.svg": STILL}, {key, "new"})
    assert [one.path for one in evidence.check_stills(course)] == [f"evidence/stills/{key}.light.svg"]


def test_a_still_is_missing_when_either_scheme_is(course, figure):
    assert stills.missing(course, [figure]) == []
    (course / "evidence" / evidence.stills_of(course, figure)["dark"]).unlink()
    assert stills.missing(course, [figure]) == [figure]


def test_without_a_chromium_drawing_says_how_to_get_one(monkeypatch, figure):
    pytest.importorskip("kaleido", reason="the extra 'figures' is not installed")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    (found,) = problems_of(stills.export, [figure])
    assert found.startswith("evidence:1:1: stale-evidence: figures need a Chromium to be drawn, and none is installed; ")
    assert found.endswith("apt-get install chromium")


def chromium():
    pytest.importorskip("kaleido", reason="the extra 'figures' is not installed")
    from coursebook.problems import Problems

    try:
        return stills.find_browser()
    except Problems:
        return pytest.skip("no Chromium is installed")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_figure_is_drawn_in_both_schemes_and_again_to_the_byte(course, figure):
    chromium()
    wide = {"data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}, {"type": "scatter", "y": [1, 0]}], "layout": {"width": 500}}
    told = []
    first = stills.export([figure, wide], lambda: told.append(1))
    again = stills.export([figure, wide])
    assert sorted(first) == sorted(
        f"{evidence.still_key(one)}.{scheme}.svg" for one in (figure, wide) for scheme in ("dark", "light")
    )
    assert len(told) == 4
    assert first == again
    key = evidence.still_key(figure)
    assert first[f"{key}.light.svg"] != first[f"{key}.dark.svg"]
    assert all("Heads as flips are added" in first[f"{key}.{scheme}.svg"] for scheme in ("light", "dark"))
    assert all(re.search(r'width="500"', first[f"{evidence.still_key(wide)}.{scheme}.svg"]) for scheme in ("light", "dark"))
    assert all(stills.maker(svg).startswith("chromium ") for svg in first.values())

    stills.write(course, first, {key})
    assert evidence.check_stills(course) == []
    assert stills.differing(course, [figure]) == []
    still = course / "evidence" / evidence.stills_of(course, figure)["light"]
    still.write_text(still.read_text("utf-8").replace("Heads as", "Tails as"), "utf-8")
    assert [one.rule for one in stills.differing(course, [figure])] == ["tampered-evidence"]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_figure_that_plotly_cannot_draw_is_a_problem_that_names_it():
    chromium()
    odd = [{"type": "heatmap", "z": [[1, 2], [3, 4]]}, {"type": "bar", "x": ["a"], "y": [1]}]
    (found,) = problems_of(stills.export, [{"data": odd, "layout": {"title": {"text": "Odd"}}}])
    assert found.startswith("evidence:1:1: failed-experiment: the figure 'Odd' cannot be drawn: ")
