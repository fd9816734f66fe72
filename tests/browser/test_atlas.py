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
site_url: http://127.0.0.1/
theme:
  name: material
  font: false
  palette:
    - {media: "(prefers-color-scheme: light)", scheme: default, toggle: {icon: material/weather-night, name: Dark}}
    - {media: "(prefers-color-scheme: dark)", scheme: slate, toggle: {icon: material/weather-sunny, name: Light}}
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
    first, second = (list(zip(*(table.column(name + end) for name in "xyz"))) for end in ("", "2"))
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
def folder(tmp_path_factory, _measured):
    """The tiny course with an atlas, built."""
    root = shutil.copytree(_measured, tmp_path_factory.mktemp("atlas") / "course")
    write(root, "mkdocs.yml", CONFIG)
    write(root, "build_figures/atlas.py", EXPERIMENT)
    write(root, "chapters/02-cloud.md", CLOUD)
    measure(root, "atlas")
    stand_in_stills(root)
    embed = "![Made-up words, families apart](evidence:atlas/map)"
    edit(root, "chapters/01-coins.md", "![The share of heads settles", f"{embed}\n\n![The share of heads settles")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=root, check=True)
    return root / "site"


@pytest.fixture(scope="module")
def address(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
