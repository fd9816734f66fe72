"""Exports the still pictures of figures: SVG in light and dark, through kaleido and a Chromium.

A still is named by the hash of what it is exported from, so it is exported once and never stale; checking that one is
there needs no browser. Exporting again and comparing, `verify --stills` does.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from coursebook import evidence
from coursebook.evidence import FOLDER, SCHEMES, STILLS
from coursebook.problems import Problem, Problems
from coursebook.values import Figure

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAKER = re.compile(r"<!-- drawn by (.*?) -->")
PLACES = re.compile(r'(?<=\s)(?:d|[xyr]|[xy][12]|c[xy]|r[xy]|width|height|points|transform|viewBox)="[^"]*"')
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TOLERANCE = 1.0
"""Pixels by which another Chromium may place the same mark."""


def missing(root: Path, figures: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [figure for figure in figures if len(evidence.stills_of(root, figure)) < len(SCHEMES)]


def export(figures: list[Mapping[str, Any]], done: Callable[[], None] | None = None) -> dict[str, str]:
    """File name to SVG text for both schemes of each figure. Raises Problems when no browser is to be had."""
    with ThreadPoolExecutor(1) as apart:  # a caller may have an event loop of its own
        return apart.submit(lambda: asyncio.run(_export(figures, done or (lambda: None)))).result()


async def _export(figures: list[Mapping[str, Any]], done: Callable[[], None]) -> dict[str, str]:
    import kaleido

    browser, drawn_by, svgs = find_browser(), made_with(), {}
    async with kaleido.Kaleido(n=1, timeout=120, mathjax=False, path=browser) as scope:
        for figure in figures:
            for scheme, template in evidence.templates().items():
                try:
                    drawn = await scope.calc_fig(_themed(figure, template), opts={"format": "svg"})
                except Exception as error:  # noqa: BLE001 - kaleido hands on what Plotly and the browser throw
                    message = f"the figure '{Figure('', figure).title}' cannot be drawn: {error}"
                    raise Problems([Problem(FOLDER, 1, 1, "failed-experiment", message)]) from None
                svgs[f"{evidence.still_key(figure)}.{scheme}.svg"] = normal(drawn.decode()) + f"<!-- drawn by {drawn_by} -->\n"
                done()
    return svgs


def find_browser() -> str:
    """The path of a Chromium, BROWSER_PATH first; raises Problems where there is none."""
    browser = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        message = "figures need a Chromium to be drawn, and none is installed"
        raise Problems([Problem(FOLDER, 1, 1, "stale-evidence", message, "Debian, Ubuntu: apt-get install chromium")])
    return browser


def maker(svg: str) -> str:
    """The programs that a still says drew it."""
    said = MAKER.search(svg)
    return said[1] if said else ""


def made_with() -> str:
    """What draws here: two of the same draw the same bytes."""
    shown = subprocess.run([find_browser(), "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    version = re.search(r"[\d.]+", shown)
    return f"chromium {version[0] if version else 'unknown'}, plotly {importlib.metadata.version('plotly')}"


def _themed(figure: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(evidence.dump(figure))
    size = {key: template["layout"].get(key, default) for key, default in (("width", 720), ("height", 420))}
    copied["layout"] = {**size, **copied.get("layout", {}), "template": template}
    return copied


def normal(svg: str) -> str:
    """The same drawing with the same ids: Plotly draws them at random, this numbers them in order."""
    order: dict[str, str] = {}
    known = r"""\b(?:defs-|topdefs-|clip|clip-relative|legend|trace|[xy]?cb|g|p)|-cb|_\w+Clip(?:path)?_|-(?=\w{6}["')])"""
    named = re.compile(rf"({known})([0-9a-f]{{6}})(?![0-9a-f])")
    svg = named.sub(lambda match: match[1] + order.setdefault(match[2], f"id{len(order)}x"), svg)
    return svg + ("" if svg.endswith("\n") else "\n")


def write(root: Path, svgs: Mapping[str, str], keep: set[str]) -> None:
    """Add stills, drop those that no figure needs (`keep` are the keys in use), and write the index last."""
    folder = root / FOLDER / STILLS
    for name, svg in svgs.items():
        evidence.write(folder / name, svg)
    for file in folder.glob("*.svg"):
        if file.name.split(".")[0] not in keep:
            file.unlink()
    index = evidence.still_index(root)
    known = {file.name for file in folder.glob("*.svg")} & (svgs.keys() | index.keys())
    hashes = {name: evidence.digest(svgs[name]) if name in svgs else index[name] for name in sorted(known)}
    evidence.write(folder.with_suffix(".json"), evidence.dump(hashes))


def same(old: str, new: str, *, exactly: bool = False) -> bool:
    """Whether two SVGs are one drawing: to the byte where the same programs drew both, else the same marks, words and
    colours, each coordinate within a pixel."""
    if old == new or exactly:
        return old == new
    old, new = MAKER.sub("", old), MAKER.sub("", new)
    shapes = [PLACES.sub(lambda place: NUMBER.sub("#", place[0]), svg) for svg in (old, new)]
    if shapes[0] != shapes[1]:
        return False
    places = [[float(number) for place in PLACES.findall(svg) for number in NUMBER.findall(place)] for svg in (old, new)]
    return all(abs(one - other) <= TOLERANCE for one, other in zip(*places, strict=True))


def differing(root: Path, figures: list[Mapping[str, Any]]) -> list[Problem]:
    """Stills that come out otherwise when they are drawn again."""
    folder, problems = root / FOLDER / STILLS, []
    for name, svg in export(figures).items():
        old = (folder / name).read_text("utf-8") if (folder / name).is_file() else ""
        if not same(old, svg, exactly=maker(old) == maker(svg)):
            message, hint = "drawn again, the still differs", "run `coursebook measure`"
            problems.append(Problem(f"{FOLDER}/{STILLS}/{name}", 1, 1, "tampered-evidence", message, hint))
    return problems
