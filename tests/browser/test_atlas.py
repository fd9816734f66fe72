"""A figure that turns, and an atlas of words: on a made-up map, built into a tiny course, by keyboard, mouse and touch."""

import functools
import http.server
import json
import math
import re
import shutil
import subprocess
import sys
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

from tiny import edit, measure, stand_in_stills, write

PAGE, ALONE = "chapters/01-coins/", "chapters/02-cloud/"
CAMERA = {"azimuth": 35, "elevation": 20}
STEP = 15
CONFIG = """\
site_name: A tiny atlas
site_url: {address}
theme:
  name: material
  font: false
  palette:
    - {{media: "(prefers-color-scheme: light)", scheme: default, toggle: {{icon: material/weather-night, name: Dark}}}}
    - {{media: "(prefers-color-scheme: dark)", scheme: slate, toggle: {{icon: material/weather-sunny, name: Light}}}}
  features: [navigation.instant]
plugins: [coursebook]
markdown_extensions: [attr_list, md_in_html, tables]
nav:
  - Home: index.md
  - Coins: chapters/01-coins.md
  - Cloud: chapters/02-cloud.md
  - Verification: verification.md
"""
EXPERIMENT = '''\
"""Words that nobody counted, on a map that nobody computed."""

import math
import random

import plotly.graph_objects as go

from coursebook.make.experiment import Column, Results, Table, exact

NEEDS = []
SEED = 5
KIND = "assumed"
FAMILIES = {
    "royalty": "king queen prince princess duke duchess emperor empress baron knight throne crown",
    "animals": "cat dog horse cow sheep lion tiger wolf bear fox mouse goat",
    "food": "bread butter cheese meat soup salt sugar rice honey milk egg apple",
    "body": "hand foot head arm leg eye ear nose mouth heart bone skin",
    "weather": "rain snow wind storm cloud thunder frost hail mist fog heat cold",
    "colours": "red blue green yellow white black brown grey pink purple orange golden",
    "music": "song tune drum flute violin organ harp choir melody chord rhythm bell",
    "ships": "ship boat sail mast anchor deck rudder oar vessel fleet harbour keel",
    "plants": "tree leaf root flower grass seed branch moss fern oak pine herb",
    "family": "mother father son daughter brother sister uncle aunt cousin nephew niece child",
    "numbers": "one two three four five six seven eight nine ten eleven twelve",
    "law": "court judge jury trial crime guilt oath verdict statute witness plea bail",
}
SYMBOLS = "circle square diamond triangle-up cross x star circle-open square-open pentagon hexagon triangle-down".split()


def measure(needs, seed):
    chance = random.Random(seed)
    rows = []
    for index, (family, words) in enumerate(FAMILIES.items()):
        height = 1 - 2 * (index + 0.5) / len(FAMILIES)
        around, ring = index * 2.4, math.sqrt(1 - height * height)
        centre = (3 * ring * math.cos(around), 3 * ring * math.sin(around), 3 * height)
        for word in words.split():
            first = [round(part + chance.gauss(0, 0.55), 4) for part in centre]
            rows.append([word, family, *first, *(round(part + chance.gauss(0, 0.25), 4) for part in first)])
    names = ["word", "family", "x", "y", "z", "x2", "y2", "z2"]
    columns = [Column(name, [row[nth] for row in rows], what=name, rule=exact()) for nth, name in enumerate(names)]
    return Results(tables={"points": Table("Made-up words", columns)})


def nearest(points):
    return [
        sorted((j for j in range(len(points)) if j != i), key=lambda j: math.dist(points[i], points[j]))[:10]
        for i in range(len(points))
    ]


def draw(results):
    table = results.tables["points"]
    words, families = table.column("word"), table.column("family")
    first, second = (list(zip(*(table.column(name + end) for name in "xyz"), strict=True)) for end in ("", "2"))
    a, e = math.radians(35), math.radians(20)
    seen = [
        (
            -math.sin(a) * x + math.cos(a) * y,
            -math.cos(a) * math.sin(e) * x - math.sin(a) * math.sin(e) * y + math.cos(e) * z,
            math.cos(a) * math.cos(e) * x + math.sin(a) * math.cos(e) * y + math.sin(e) * z,
        )
        for x, y, z in first
    ]
    largest = max(math.hypot(*point) for point in first)
    flat, space = go.Figure(), go.Figure()
    for nth, family in enumerate(FAMILIES):
        own = [i for i, one in enumerate(families) if one == family]
        shared = {"name": family, "text": [words[i] for i in own], "mode": "markers", "hovertemplate": "%{text}<extra>%{fullData.name}</extra>"}
        flat.add_scatter(
            x=[round(math.atan2(first[i][1], first[i][0]) * 3, 4) for i in own],
            y=[first[i][2] for i in own],
            marker={"symbol": SYMBOLS[nth], "size": 8},
            **shared,
        )
        space.add_scatter(
            x=[seen[i][0] for i in own],
            y=[seen[i][1] for i in own],
            customdata=[list(first[i]) for i in own],
            marker={"symbol": SYMBOLS[nth], "size": [8 + 3 * seen[i][2] / largest for i in own]},
            **shared,
        )
        for figure in (flat, space):
            first_of = figure.data[-1]
            figure.add_annotation(x=first_of.x[0], y=first_of.y[0], text=first_of.text[0], showarrow=False, yshift=10)
    bare = {"visible": False}
    for figure in (flat, space):
        figure.update_layout(height=620, margin={"l": 8, "r": 8, "t": 64, "b": 8}, xaxis=bare, yaxis=bare)
    flat.update_layout(
        title={"text": "Made-up words on a map"},
        meta={
            "atlas": {
                "views": {"2D": "map", "3D": "space"},
                "neighbours": {"first training": nearest(first), "second training": nearest(second)},
            }
        },
    )
    space.update_layout(title={"text": "The same words in space"}, meta={"rotate": {"azimuth": 35, "elevation": 20}})
    return {"map": flat, "space": space}
'''
CLOUD = """\
---
title: Cloud
description: Made-up words as points in space.
---

# Cloud

![Made-up words as points in space, a cloud for each family](evidence:atlas/space)
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def root(tmp_path_factory, _measured):
    """The tiny course with an atlas, measured."""
    root = shutil.copytree(_measured, tmp_path_factory.mktemp("atlas") / "course")
    write(root, "build_figures/atlas.py", EXPERIMENT)
    write(root, "chapters/02-cloud.md", CLOUD)
    embed = "![Made-up words, families apart](evidence:atlas/map)"
    edit(root, "chapters/01-coins.md", "![The share of heads settles", f"{embed}\n\n![The share of heads settles")
    measure(root, "atlas")
    stand_in_stills(root)
    return root


@pytest.fixture(scope="module")
def address(root):
    """Where the built course is served. Instant navigation asks that its sitemap names that place, port included."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=root / "site"))
    address = f"http://127.0.0.1:{server.server_port}/"
    write(root, "mkdocs.yml", CONFIG.format(address=address))
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=root, check=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def drawn(root):
    """The JSON of both views, by name."""
    return json.loads((root / "evidence/atlas.json").read_text("utf-8"))["figures"]


@pytest.fixture(scope="module")
def words(drawn):
    return [word for trace in drawn["map"]["data"] for word in trace["text"]]


@pytest.fixture(scope="module")
def sentence(drawn, words):
    """What the page should say of a word."""

    def of(word):
        near = drawn["map"]["layout"]["meta"]["atlas"]["neighbours"]
        first, second = (
            [words[index] for index in near[f"{name} training"][words.index(word)]] for name in ("first", "second")
        )
        groups = {
            "In both trainings": [one for one in first if one in second],
            "Only in the first": [one for one in first if one not in second],
            "Only in the second": [one for one in second if one not in first],
        }
        listed = [f"{name}: {', '.join(group)}." for name, group in groups.items() if group]
        return " ".join([f"{word}.", *listed, f"{len(groups['In both trainings'])} of 10 shared."])

    return of


class Explored:
    """A figure after the reader pressed Explore."""

    def __init__(self, page, nth=0):
        self.page = page
        self.figure = page.locator("figure.cb-figure").nth(nth)
        self.chart = self.figure.locator("cb-chart")
        self.field = self.figure.get_by_label("Find a word")
        self.status = self.figure.locator(".cb-neighbours")
        self.camera = self.figure.locator(".cb-camera")
        self.explore()

    def explore(self):
        self.figure.get_by_role("button", name="Explore").click()
        self.figure.get_by_role("button", name="Show still").wait_for()

    def find(self, word):
        self.field.fill(word)
        self.field.press("Enter")

    def show(self, view):
        self.figure.get_by_label(view, exact=True).check()
        shown = """turns => document.querySelector('cb-chart').data?.length === 16
            && Boolean(document.querySelector('.cb-turn')) === turns"""
        self.page.wait_for_function(shown, arg=view == "3D")

    def said(self):
        return " ".join(self.status.inner_text().split())

    def traces(self):
        return self.chart.evaluate("chart => chart.data")

    def marks(self):
        """Words by mark, in the order of drawing: in both, in the first, in the second, chosen."""
        return [trace["hovertext"] for trace in self.traces()[12:]]


@pytest.fixture
def explored(visit):
    def opened(path=PAGE, **options):
        return Explored(visit(**options).open(path))

    return opened


def test_nothing_is_loaded_before_activation_and_only_what_is_needed_after(visit, address):
    seen = visit()
    page = seen.open(PAGE)

    def loaded():
        return {
            name for name in ("plotly", "atlas.js", "rotate.js", "map.json", "space.json") if name in " ".join(seen.responses)
        }

    assert loaded() == set()
    atlas = Explored(page)
    assert loaded() == {"plotly", "atlas.js", "map.json"}
    atlas.show("3D")
    assert loaded() == {"plotly", "atlas.js", "map.json", "rotate.js", "space.json"}
    assert seen.hosts == {address.split("/")[2]}


def test_a_figure_that_asks_for_nothing_loads_nothing_more(visit):
    seen = visit()
    coins = Explored(seen.open(PAGE), nth=1)
    assert "atlas.js" not in " ".join(seen.responses)
    assert coins.figure.locator(".cb-atlas, .cb-turn").count() == 0


def test_the_policy_is_kept_all_the_way(visit):
    seen = visit()
    page = seen.open(PAGE)
    assert (
        "'unsafe-inline'"
        not in page.get_attribute('meta[http-equiv="Content-Security-Policy"]', "content").split("style-src")[0]
    )
    page.evaluate(
        "window.broken = []; addEventListener('securitypolicyviolation', ({violatedDirective}) => broken.push(violatedDirective))"
    )
    atlas = Explored(page)
    atlas.find("queen")
    atlas.show("3D")
    atlas.figure.get_by_role("button", name="Turn left").click()
    atlas.figure.get_by_role("button", name="none").click()
    assert page.evaluate("broken") == []
    assert seen.faults == []


def test_a_search_writes_out_and_marks_the_neighbours_in_both_trainings(explored, sentence):
    atlas = explored()
    assert atlas.status.get_attribute("role") == "status"
    assert atlas.status.get_attribute("aria-live") == "polite"
    for typed, word in (("king", "king"), ("Sail ", "sail"), ("DRUM", "drum")):
        atlas.find(typed)
        assert atlas.said() == sentence(word)
        both, first, second, chosen = atlas.marks()
        assert chosen == [word]
        assert len(both) + len(first) == len(both) + len(second) == 10
        for group in (both, first, second):
            assert not group or ", ".join(group) in sentence(word)
    assert len({trace["marker"]["symbol"] for trace in atlas.traces()[12:]}) == 4


def places(traces, key="text"):
    """Where each word of some traces stands."""
    return {word: (x, y) for trace in traces for word, x, y in zip(trace[key], trace["x"], trace["y"], strict=True)}


def assert_marks_stand_on_their_words(atlas):
    stand, marked = places(atlas.traces()[:12]), places(atlas.traces()[12:], "hovertext")
    assert len(marked) > 10
    for word, at in marked.items():
        assert at == pytest.approx(stand[word]), word


@pytest.mark.soak
def test_marks_stand_on_their_words(explored):
    atlas = explored()
    atlas.find("king")
    assert_marks_stand_on_their_words(atlas)


@pytest.mark.soak
def test_every_word_is_offered_and_an_offer_taken_is_found(explored, words, sentence):
    atlas = explored()
    offered = atlas.field.evaluate("field => [...field.list.options].map(option => option.value)")
    assert offered == words
    atlas.field.evaluate(
        "field => { field.value = 'lion'; field.dispatchEvent(new InputEvent('input', {inputType: 'insertReplacementText'})) }"
    )
    assert atlas.said() == sentence("lion")


@pytest.mark.soak
def test_typing_alone_finds_nothing_and_an_empty_field_ends_the_choice(explored):
    atlas = explored()
    atlas.field.press_sequentially("king")
    assert "king." not in atlas.said()
    atlas.field.press("Enter")
    assert atlas.said().startswith("king.")
    atlas.field.fill("")
    assert atlas.marks() == [[], [], [], []]
    assert atlas.said().startswith("Find a word")


def test_a_neighbour_is_a_button_that_moves_on_and_keeps_the_keyboards_place(explored, sentence):
    atlas = explored()
    atlas.find("king")
    neighbour = atlas.status.get_by_role("button").first
    name = neighbour.inner_text()
    neighbour.focus()
    atlas.page.keyboard.press("Enter")
    assert atlas.said() == sentence(name)
    assert atlas.field.input_value() == name
    assert atlas.status.evaluate("node => node === document.activeElement")
    atlas.page.keyboard.press("Tab")
    assert atlas.status.get_by_role("button").first.evaluate("node => node === document.activeElement")


def press_point(atlas, trace, point):
    spot = atlas.chart.locator(".scatterlayer .trace").nth(trace).locator(".point").nth(point)
    spot.scroll_into_view_if_needed()
    atlas.page.mouse.move(*middle_of(atlas, trace, point))
    atlas.page.wait_for_timeout(150)  # Plotly looks for a point under the pointer some times a second
    atlas.page.mouse.down()
    atlas.page.mouse.up()


@pytest.mark.parametrize("view", ["2D", "3D"])
def test_a_press_on_a_point_chooses_its_word_and_a_press_on_a_mark_moves_on(explored, drawn, sentence, view):
    atlas = explored()
    if view == "3D":
        atlas.show("3D")
    word = drawn["map"]["data"][7]["text"][3]
    press_point(atlas, 7, 3)
    assert atlas.said() == sentence(word)
    other = atlas.marks()[0][0]
    atlas.page.wait_for_timeout(400)  # or it is a double click, which shows the whole map
    atlas.figure.get_by_role("button", name="none").click()  # under each mark is its word's own point
    press_point(atlas, 0, 0)
    assert atlas.said() == sentence(other)


def test_an_unknown_word_is_said_to_be_one_and_the_nearest_by_spelling_are_offered(explored, sentence):
    atlas = explored()
    atlas.find("king")
    atlas.find("printer")
    assert atlas.said() == "“printer” is not among the 144 words. Spelt most like it: prince, princess."
    assert atlas.field.get_attribute("aria-invalid") == "true"
    assert atlas.marks() == [[], [], [], []]
    atlas.status.get_by_role("button", name="princess").click()
    assert atlas.said() == sentence("princess")
    assert atlas.field.get_attribute("aria-invalid") is None
    atlas.find("<b>9")
    assert atlas.said() == "“<b>9” is not among the 144 words."


def test_families_are_ticked_off_by_name_all_and_none(explored, drawn):
    atlas = explored()
    names = [trace["name"] for trace in drawn["map"]["data"]]
    families = atlas.figure.get_by_role("group", name="Families")
    shown = atlas.chart.locator(".scatterlayer .trace:has(.point)")
    boxes = families.get_by_role("checkbox")
    assert [box.evaluate("box => box.labels[0].innerText.trim()") for box in boxes.all()] == names
    assert shown.count() == 12
    animals = families.get_by_label("animals")
    animals.focus()
    atlas.page.keyboard.press("Space")
    assert shown.count() == 11
    assert [trace["name"] for trace in atlas.traces() if trace.get("visible") == "legendonly"] == ["animals"]
    families.get_by_role("button", name="none").click()
    assert shown.count() == 0
    assert not any(box.is_checked() for box in boxes.all())
    atlas.find("cat")
    assert [len(group) for group in atlas.marks()][3] == 1
    atlas.show("3D")
    assert shown.count() == len([group for group in atlas.marks() if group])
    families.get_by_role("button", name="all").click()
    assert shown.count() == 12 + len([group for group in atlas.marks() if group])


@pytest.mark.soak
def test_each_family_shows_the_mark_of_its_points(explored):
    atlas = explored()
    points = atlas.chart.evaluate(
        "chart => [...chart.querySelectorAll('.scatterlayer .trace')].slice(0, 12).map(one => one.querySelector('.point').getAttribute('d'))"
    )
    swatches = atlas.figure.locator(".cb-families .cb-glyph path")
    assert [swatch.get_attribute("d") for swatch in swatches.all()] == points
    colours = [swatch.get_attribute("stroke") for swatch in swatches.all()]
    assert len(set(zip(points, colours, strict=True))) == 12
    assert [swatch.get_attribute("fill") for swatch in swatches.all()].count("none") == 2  # the two open symbols


def projected(points, azimuth, elevation):
    a, e = math.radians(azimuth), math.radians(elevation)
    return (
        [-math.sin(a) * x + math.cos(a) * y for x, y, _ in points],
        [-math.cos(a) * math.sin(e) * x - math.sin(a) * math.sin(e) * y + math.cos(e) * z for x, y, z in points],
        [math.cos(a) * math.cos(e) * x + math.sin(a) * math.cos(e) * y + math.sin(e) * z for x, y, z in points],
    )


def assert_seen_from(view, drawn, azimuth, elevation):
    largest = max(math.hypot(*point) for trace in drawn["space"]["data"] for point in trace["customdata"])
    for trace, original in zip(view.traces(), drawn["space"]["data"], strict=False):
        x, y, depth = projected(original["customdata"], azimuth, elevation)
        assert trace["x"] == pytest.approx(x, abs=1e-3)
        assert trace["y"] == pytest.approx(y, abs=1e-3)
        assert trace["marker"]["size"] == pytest.approx([8 + 3 * one / largest for one in depth], abs=1e-2)
    assert view.camera.inner_text() == f"azimuth {azimuth % 360}°, elevation {elevation}°".replace("-", "−")


def test_the_cloud_turns_by_keyboard_as_the_formula_says(explored, drawn):
    atlas = explored()
    atlas.show("3D")
    assert_seen_from(atlas, drawn, 35, 20)
    atlas.chart.focus()
    for key, azimuth, elevation in (
        ("ArrowLeft", 50, 20),
        ("ArrowUp", 50, 5),
        ("ArrowUp", 50, -10),
        ("ArrowRight", 35, -10),
        ("ArrowRight", 20, -10),
        ("ArrowDown", 20, 5),
    ):
        atlas.page.keyboard.press(key)
        assert_seen_from(atlas, drawn, azimuth, elevation)
    for _ in range(24):
        atlas.page.keyboard.press("ArrowRight")
    assert_seen_from(atlas, drawn, 20, 5)
    for _ in range(8):
        atlas.page.keyboard.press("ArrowDown")
    assert_seen_from(atlas, drawn, 20, 90)
    atlas.figure.get_by_role("button", name="Reset view").click()
    assert_seen_from(atlas, drawn, 35, 20)


@pytest.mark.soak
def test_the_arrow_keys_are_the_pages_where_the_chart_does_not_turn_or_a_modifier_is_held(explored):
    atlas = explored()
    taken = """chart => ['', 'alt', 'ctrl', 'meta', 'shift'].map(key => !chart.dispatchEvent(new KeyboardEvent('keydown',
        {key: 'ArrowLeft', bubbles: true, cancelable: true, [key + 'Key']: true})))"""
    assert atlas.chart.evaluate(taken) == [False] * 5
    atlas.show("3D")
    assert atlas.chart.evaluate(taken) == [True, False, False, False, False]


@pytest.mark.soak
def test_four_buttons_turn_and_a_press_shows_the_picture_at_once(explored, drawn):
    cloud = explored(ALONE)
    assert cloud.figure.locator(".cb-atlas").count() == 0
    for name, azimuth, elevation in (("Turn left", 50, 20), ("Turn right", 35, 20), ("Tilt up", 35, 5), ("Tilt down", 35, 20)):
        before = cloud.traces()[0]["x"], cloud.traces()[0]["y"]
        button = cloud.figure.get_by_role("button", name=name)
        at_once = button.evaluate(
            "node => { node.click(); const {x, y} = node.closest('figure').querySelector('cb-chart').data[0]; return [x, y]}"
        )
        assert at_once != list(before)
        assert at_once == [cloud.traces()[0]["x"], cloud.traces()[0]["y"]]
        assert_seen_from(cloud, drawn, azimuth, elevation)


@pytest.mark.soak
def test_the_near_side_goes_where_the_arrow_points(explored):
    cloud = explored(ALONE)
    traces = cloud.traces()
    size, trace, point = max((size, *at) for at, size in numbered(one["marker"]["size"] for one in traces))
    assert size > 10
    cloud.chart.focus()
    for key, axis, sign in (("ArrowLeft", "x", -1), ("ArrowRight", "x", 1), ("ArrowUp", "y", 1), ("ArrowDown", "y", -1)):
        before = cloud.traces()[trace][axis][point]
        cloud.page.keyboard.press(key)
        assert (cloud.traces()[trace][axis][point] - before) * sign > 0, key


def numbered(rows):
    return [((row, column), cell) for row, cells in enumerate(rows) for column, cell in enumerate(cells)]


def camera_of(view):
    return tuple(int(part.replace("−", "-")) for part in re.findall(r"[-−]?\d+", view.camera.inner_text()))


def middle_of(atlas, trace, point=0):
    spot = atlas.chart.locator(".scatterlayer .trace").nth(trace).locator(".point").nth(point).bounding_box()
    return spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2


@pytest.mark.soak
def test_a_drag_turns_and_the_marks_go_along(explored):
    atlas = explored()
    atlas.show("3D")
    atlas.find("king")
    atlas.chart.scroll_into_view_if_needed()
    box = atlas.chart.locator(".nsewdrag").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = atlas.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + atlas.chart.bounding_box()["width"] / 9, y + 30, steps=5)
    atlas.page.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    azimuth, elevation = camera_of(atlas)
    assert azimuth == pytest.approx(35 - 20, abs=1)
    assert elevation > 20
    assert_marks_stand_on_their_words(atlas)
    mouse.up()
    assert_marks_stand_on_their_words(atlas)
    mouse.move(x, y)
    assert camera_of(atlas) == (azimuth, elevation)


@pytest.fixture
def phone(chromium, address):
    """A page on a narrow phone: phone(PAGE)."""
    contexts = []

    def opened(path, width=320):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True))
        page = contexts[-1].new_page()
        page.goto(address + path, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()


def swipe(page, x, y, across, down):
    """One finger, from (x, y)."""
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        point = {"x": x + across * step / 10, "y": y + down * step / 10}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)


def test_on_a_touch_screen_a_finger_turns_sideways_and_scrolls_up_and_down(phone):
    page = phone(PAGE)
    cloud = Explored(page)
    cloud.show("3D")
    cloud.chart.evaluate("chart => chart.scrollIntoView({block: 'center'})")
    box = cloud.chart.locator(".nsewdrag").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.evaluate("scrollY")
    swipe(page, x, y, 80, 10)
    azimuth, elevation = camera_of(cloud)
    assert azimuth == pytest.approx((35 - 80 * 180 / cloud.chart.bounding_box()["width"]) % 360, abs=3)
    assert elevation == 20
    assert page.evaluate("scrollY") == before
    swipe(page, x, y, 5, 90)
    assert page.evaluate("scrollY") < before
    assert camera_of(cloud) == (azimuth, elevation)


@pytest.mark.soak
def test_a_tap_on_a_point_chooses_its_word_and_a_swipe_that_begins_there_does_not(phone, drawn):
    page = phone(PAGE)
    atlas = Explored(page)
    atlas.show("3D")
    atlas.chart.evaluate("chart => chart.scrollIntoView({block: 'center'})")
    swipe(page, *middle_of(atlas, 6), 60, 0)
    assert camera_of(atlas) != (35, 20)
    assert atlas.field.input_value() == ""
    page.touchscreen.tap(*middle_of(atlas, 6))
    page.wait_for_timeout(400)
    assert atlas.field.input_value() in drawn["map"]["data"][6]["text"]


def test_the_choice_and_the_families_survive_the_switch_of_views(explored, sentence, drawn):
    atlas = explored()
    atlas.find("harp")
    marks = atlas.marks()
    atlas.figure.get_by_label("weather").uncheck()
    for view in ("3D", "2D", "3D"):
        atlas.show(view)
        assert atlas.said() == sentence("harp")
        assert atlas.marks() == marks
        assert [trace["name"] for trace in atlas.traces() if trace.get("visible") == "legendonly"] == ["weather"]
        assert_marks_stand_on_their_words(atlas)
        shown, there = places(atlas.traces()[:12]), places(drawn["space" if view == "3D" else "map"]["data"])
        assert all(shown[word] == pytest.approx(there[word]) for word in there)
    atlas.chart.focus()
    atlas.page.keyboard.press("ArrowLeft")
    assert places(atlas.traces()[:12])["harp"] != pytest.approx(there["harp"])
    assert_marks_stand_on_their_words(atlas)


@pytest.mark.soak
def test_fast_switches_end_where_the_reader_ended(explored):
    atlas = explored()
    atlas.figure.locator(".cb-views").evaluate(
        "views => { for (const nth of [1, 0, 1, 0, 1, 0]) views.querySelectorAll('input')[nth].click() }"
    )
    atlas.page.wait_for_timeout(1500)
    assert atlas.figure.get_by_label("2D").is_checked()
    assert atlas.figure.locator("cb-chart").count() == 1
    assert atlas.figure.locator(".cb-turn").count() == 0
    assert "customdata" not in atlas.traces()[0]


def test_a_view_that_cannot_be_had_is_said_and_can_be_tried_again(explored):
    atlas = explored()
    atlas.page.route("**/space.json", lambda route: route.abort())
    atlas.figure.get_by_label("3D").click()
    atlas.status.get_by_text("This view could not be shown").wait_for()
    assert atlas.figure.get_by_label("2D").is_checked()
    assert len(atlas.traces()) == 16
    atlas.page.unroute("**/space.json")
    atlas.show("3D")
    assert camera_of(atlas) == (35, 20)


def extent(atlas):
    return atlas.chart.evaluate("({_fullLayout: {xaxis, yaxis}}) => [xaxis, yaxis].map(({range: [a, b]}) => b - a)")


@pytest.mark.parametrize("view", [pytest.param("2D", marks=pytest.mark.soak), "3D"])
def test_a_chosen_word_is_zoomed_to_with_all_its_neighbours_unless_that_is_ticked_off(explored, view):
    atlas = explored()
    if view == "3D":
        atlas.show("3D")
    whole = extent(atlas)
    atlas.find("king")
    near = extent(atlas)
    assert near[1] < 0.8 * whole[1]
    inside = """({data, _fullLayout: {xaxis, yaxis}}) => data.slice(12).flatMap(({x, y}) => x.map((_, i) =>
        xaxis.range[0] < x[i] && x[i] < xaxis.range[1] && yaxis.range[0] < y[i] && y[i] < yaxis.range[1]))"""
    assert set(atlas.chart.evaluate(inside)) == {True}
    atlas.figure.get_by_label("Zoom to the word").uncheck()
    assert extent(atlas) == pytest.approx(whole)
    atlas.figure.get_by_label("Zoom to the word").check()
    assert extent(atlas) == pytest.approx(near)
    atlas.field.fill("")
    assert extent(atlas) == pytest.approx(whole)


LABELS = """chart => [...chart.querySelectorAll('.textpoint')].filter(label => label.textContent.trim()).map(label => {
    const {x, y, width, height} = label.getBoundingClientRect();
    return {text: label.textContent.trim(), x, y, right: x + width, bottom: y + height};
})"""


def test_labels_go_with_their_points(explored, drawn):
    cloud = explored(ALONE)
    before = cloud.chart.evaluate(LABELS)
    assert [label["text"] for label in before] == [trace["text"][0] for trace in drawn["space"]["data"]]
    assert cloud.chart.locator(".annotation").count() == 0
    cloud.figure.get_by_role("button", name="Turn left").click()
    for one, other, trace, original in zip(
        before, cloud.chart.evaluate(LABELS), cloud.traces(), drawn["space"]["data"], strict=True
    ):
        assert (other["x"] - one["x"]) * (trace["x"][0] - original["x"][0]) > 0


@pytest.mark.soak
def test_labels_of_the_map_stand_back_for_those_of_a_chosen_word(explored, drawn):
    atlas = explored()
    assert [label["text"] for label in atlas.chart.evaluate(LABELS)] == [trace["text"][0] for trace in drawn["map"]["data"]]
    atlas.find("bread")
    shown = {label["text"] for label in atlas.chart.evaluate(LABELS)}
    assert "bread" in shown
    assert shown <= {word for group in atlas.marks() for word in group}
    assert len(shown) > 5


@pytest.mark.parametrize("view", [pytest.param("2D", marks=pytest.mark.soak), "3D"])
def test_labels_do_not_cover_each_other(explored, view):
    atlas = explored()
    atlas.show(view)
    for word in ("king", "bread", "drum", "oak"):
        atlas.find(word)
        labels = atlas.chart.evaluate(LABELS)
        for index, one in enumerate(labels):
            for other in labels[:index]:
                across = min(one["right"], other["right"]) - max(one["x"], other["x"])
                down = min(one["bottom"], other["bottom"]) - max(one["y"], other["y"])
                assert across < 3 or down < 6, (one, other)


@pytest.mark.parametrize("view", [pytest.param("2D", marks=pytest.mark.soak), "3D"])
def test_the_colours_follow_the_scheme(explored, view):
    atlas = explored()
    if view == "3D":
        atlas.show("3D")
    atlas.find("king")
    swatch = atlas.figure.locator(".cb-families .cb-glyph path").first

    def colours():
        return [*(trace["marker"]["color"] for trace in atlas.traces()[12:]), swatch.get_attribute("stroke")]

    before = colours()
    assert len(set(before[:4])) == 4
    atlas.page.locator("label[for=__palette_1]").click()
    atlas.page.wait_for_function(
        "before => document.querySelector('.cb-families .cb-glyph path').getAttribute('stroke') !== before", arg=before[-1]
    )
    assert all(one != other for one, other in zip(before, colours(), strict=True))
    glyph = atlas.status.locator("[data-mark=second]")
    assert glyph.evaluate("node => getComputedStyle(node).stroke") == atlas.chart.evaluate(
        "chart => getComputedStyle(chart.querySelectorAll('.scatterlayer .trace')[14].querySelector('.point')).stroke"
    )


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
@pytest.mark.parametrize("view", ["2D", "3D"])
def test_axe_finds_nothing_with_the_controls_open(explored, view, dark):
    atlas = explored(dark=dark)
    if view == "3D":
        atlas.show("3D")
    atlas.find("king")
    found = Axe().run(atlas.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]] == []


def test_the_whole_atlas_works_by_keyboard_alone(explored, sentence):
    atlas = explored()
    press = atlas.page.keyboard.press
    focused = "document.activeElement"
    atlas.field.focus()
    atlas.page.keyboard.type("rain")
    press("Enter")
    assert atlas.said() == sentence("rain")
    press("Tab")
    assert atlas.page.evaluate(f"{focused}.textContent") == "Find"
    press("Tab")
    press("ArrowRight")
    atlas.camera.wait_for()
    assert atlas.page.evaluate(f"{focused}.value") == "space"
    press("Tab")
    press("Space")
    assert not atlas.figure.get_by_label("Zoom to the word").is_checked()
    press("Tab")
    press("Tab")
    assert atlas.page.evaluate(f"{focused}.textContent") == "none"
    press("Enter")
    for _ in range(3):
        press("Tab")
    press("Space")
    assert [trace["name"] for trace in atlas.traces()[:12] if trace["visible"] is True] == ["food"]
    for _ in range(10):
        press("Tab")
    assert atlas.page.evaluate(f"{focused}.localName") == "cb-chart"
    press("ArrowLeft")
    assert camera_of(atlas) == (50, 20)
    while atlas.page.evaluate(f"{focused}.matches('cb-chart, .modebar *')"):
        press("Tab")
    assert atlas.page.evaluate(f"{focused}.ariaLabel") == "Turn left"


def test_on_a_phone_a_search_puts_the_keyboard_away_and_shows_the_chart(phone):
    page = phone(PAGE)
    atlas = Explored(page)
    atlas.field.evaluate("field => field.scrollIntoView({block: 'center'})")
    atlas.find("king")
    assert atlas.status.evaluate("node => node === document.activeElement")
    box = atlas.chart.bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert header["y"] + header["height"] <= box["y"]
    assert box["y"] + box["height"] <= 640


TARGETS = ".cb-stage button:not(.modebar *), .cb-find input, .cb-tick, .cb-views label"


@pytest.mark.parametrize("width", [320, 390])
def test_it_fits_a_phone_and_every_target_is_large_enough(phone, width):
    page = phone(PAGE, width)
    atlas = Explored(page)
    for view in ("2D", "3D"):
        atlas.show(view)
        atlas.find("princess")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        right = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.cb-stage, .cb-stage :not(svg, svg *, datalist *)')].map(node => node.getBoundingClientRect().right))"
        )
        assert right <= width
        small = page.evaluate(
            "targets => [...document.querySelectorAll(targets)].filter(node => node.getBoundingClientRect().height < 44).map(node => node.outerHTML)",
            TARGETS,
        )
        assert small == []


@pytest.mark.soak
def test_on_a_desktop_every_target_is_at_least_24_high(explored):
    atlas = explored()
    atlas.show("3D")
    atlas.find("king")
    heights = atlas.figure.locator(TARGETS).evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().height)")
    assert len(heights) > 30
    assert min(heights) >= 24


def test_the_still_comes_back_without_the_controls_and_the_chart_again_with_them(explored, sentence):
    atlas = explored()
    atlas.find("king")
    atlas.figure.get_by_role("button", name="Show still").click()
    assert atlas.figure.locator(".cb-stage, .cb-atlas, .cb-neighbours").count() == 0
    assert atlas.figure.locator("img:visible").count() == 1
    atlas.explore()
    assert atlas.said().startswith("Find a word")
    atlas.find("queen")
    assert atlas.said() == sentence("queen")


def test_it_works_again_after_instant_navigation(visit, sentence):
    seen = visit()
    page = seen.open(PAGE)
    page.evaluate("window.same = true")
    atlas = Explored(page)
    atlas.find("king")
    atlas.show("3D")
    page.locator("nav a[href*='02-cloud']").first.click()
    page.wait_for_url("**/02-cloud/")
    cloud = Explored(page)
    cloud.chart.focus()
    page.keyboard.press("ArrowLeft")
    assert camera_of(cloud) == (50, 20)
    page.locator("nav a[href*='01-coins']").first.click()
    page.wait_for_url("**/01-coins/")
    again = Explored(page)
    again.find("queen")
    assert again.said() == sentence("queen")
    assert page.evaluate("window.same"), "the page was loaded anew"
    assert len([url for url in seen.responses if "plotly" in url]) == 1
    assert seen.faults == []


@pytest.mark.parametrize("view", ["map", "space"])
def test_a_page_that_is_left_while_the_chart_loads_breaks_nothing(visit, view):
    seen = visit()
    page = seen.open(PAGE)
    held = []
    page.route(f"**/{view}.json", lambda route: held.append(route))  # noqa: PLW0108
    figure = page.locator("figure.cb-figure").first
    figure.get_by_role("button", name="Explore").click()
    if view == "space":
        figure.get_by_label("3D").check()
    while not held:
        page.wait_for_timeout(50)
    page.locator("nav a[href*='02-cloud']").first.click()
    page.wait_for_url("**/02-cloud/")
    with page.expect_response(f"**/{view}.json"):
        held[0].continue_()
    page.wait_for_timeout(500)
    cloud = Explored(page)
    cloud.chart.focus()
    page.keyboard.press("ArrowLeft")
    assert camera_of(cloud) == (50, 20)
    assert page.locator(".cb-turn, .cb-atlas").count() == 1
    assert seen.faults == []


def test_printing_shows_the_still(explored):
    atlas = explored()
    atlas.page.emulate_media(media="print")
    assert not atlas.figure.locator(".cb-stage").is_visible()
    assert atlas.figure.locator("img").first.is_visible()
