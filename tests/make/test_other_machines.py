"""The atlas as other processors would measure it: other coordinates, the same structure; and what is not the same is found.

The pins are taken off, and numba, the linear algebra and the threads are told to be those of another machine.
"""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from coursebook import evidence, fingerprint
from coursebook.evidence import Evidence
from coursebook.make import runner, verify
from coursebook.make.equivalence import compare
from coursebook.values import Table

ROOT = Path(__file__).parents[2]
THREADS = {name: "2" for name in runner.PINNED if name.endswith("_THREADS")}
MACHINES = {
    "an old processor": {
        **runner.PINNED,
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "+sse2",
        "OPENBLAS_CORETYPE": "Prescott",
    },
    "this one, pins off, two threads": {"PYTHONHASHSEED": "0", **THREADS},
}
LAYOUTS = {"plane": "xy", "solid": "xyz"}

pytestmark = [pytest.mark.slow, pytest.mark.soak]


@pytest.fixture(scope="module")
def experiment():
    return fingerprint.discover(ROOT)[0]["atlas"]


@pytest.fixture(scope="module")
def committed():
    return evidence.read(ROOT)[0]["atlas"]


@pytest.fixture(scope="module")
def measured(experiment):
    """What each machine measures."""
    job = runner.job_for(ROOT, experiment)
    with ThreadPoolExecutor(2) as executor:
        found = executor.map(lambda pins: runner.execute(replace(job, pinned=pins)), MACHINES.values())
        return dict(zip(MACHINES, found, strict=True))


@pytest.fixture
def unpinned(monkeypatch):
    monkeypatch.setenv(runner.UNPINNED, "1")


def points(results, name="plane"):
    return list(zip(*(results.tables[name].column(axis) for axis in LAYOUTS[name]), strict=True))


def farthest(one, other):
    return max(
        abs(a - b) for first, second in zip(points(one), points(other), strict=True) for a, b in zip(first, second, strict=True)
    )


@pytest.fixture
def other(measured, committed):
    """What the machine measured whose coordinates are farthest from the committed ones."""
    return max(measured.values(), key=lambda outcome: farthest(outcome.results, committed.results))


def judged(experiment, committed, outcome):
    return verify.judge(ROOT, experiment, committed, outcome, 0)


def laid_out(committed, name, layout):
    """The evidence with another layout, its scores left as they are, and a receipt that agrees."""
    table = committed.results.tables[name]
    cells = dict(zip(LAYOUTS[name], zip(*layout, strict=True), strict=True))
    columns = [replace(column, cells=cells.get(column.name, column.cells)) for column in table.columns]
    results = replace(committed.results, tables={**committed.results.tables, name: Table(table.title, columns)})
    return Evidence(committed.name, results, committed.figures, committed.receipt)


def swapped(layout, first, second):
    """Two families in each other's places, every word in the place of its opposite number."""
    size, changed = 30, list(layout)
    for index in range(size):
        one, other = first * size + index, second * size + index
        changed[one], changed[other] = layout[other], layout[one]
    return changed


def shuffled(layout):
    return random.Random(1).sample(layout, len(layout))


def at_random(layout):
    source = random.Random(2)
    return [tuple(round(source.uniform(-10, 10), 4) for _ in point) for point in layout]


def test_at_least_one_machine_gives_other_coordinates(measured, other, committed):
    assert all(outcome.problems == () for outcome in measured.values())
    assert farthest(other.results, committed.results) > 1


@pytest.mark.parametrize("machine", MACHINES)
def test_other_coordinates_are_equivalent_by_structure(measured, committed, experiment, unpinned, machine):
    found = judged(experiment, committed, measured[machine])
    assert found.failures == []
    assert found.verdict in ("identical", "equivalent")


def test_where_the_pins_hold_other_coordinates_have_moved(other, committed):
    comparisons = compare("atlas", committed.results, other.results, pinned=True)
    assert {"atlas.plane.x[0]", "atlas.solid.z[0]"} <= {one.id for one in comparisons if one.verdict == "moved"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("plane", lambda layout: swapped(layout, 0, 3), id="animals for food"),
        pytest.param("plane", shuffled, id="shuffled"),
        pytest.param("plane", at_random, id="random"),
        pytest.param("solid", lambda layout: swapped(layout, 4, 9), id="body for music, in 3D"),
    ],
)
def test_another_layout_has_moved(other, committed, experiment, unpinned, name, change):
    forged = laid_out(committed, name, change(points(committed.results, name)))
    found = judged(experiment, forged, other)
    assert found.verdict == "moved"
    assert any(one.id.startswith(("atlas.scores", f"atlas.{name}")) for one in found.failures)


def test_two_families_swapped_agree_by_neighbours_and_are_found_by_their_scores(other, committed, experiment, unpinned):
    forged = laid_out(committed, "plane", swapped(points(committed.results), 4, 9))
    failed = {one.id for one in judged(experiment, forged, other).failures}
    assert not any(name.startswith("atlas.plane.") for name in failed)
    assert "atlas.scores.overlap[0] (of the committed layout)" in failed


def test_one_moved_word_is_beneath_structure_and_tampered(other, committed):
    layout = points(committed.results)
    moved = laid_out(committed, "plane", [(layout[0][0] + 20, layout[0][1]), *layout[1:]])
    by_structure = compare("atlas", moved.results, other.results, pinned=False)
    assert [one for one in by_structure if not one.passes] == []

    content = evidence.file_of(ROOT, "atlas").read_text("utf-8")
    number = json.dumps(layout[0][0])
    tampered = content.replace(number, json.dumps(layout[0][0] + 20), 1)
    assert tampered != content
    rules = [problem.rule for problem in evidence.parse("atlas", "evidence/atlas.json", tampered.encode())[1]]
    assert rules == ["tampered-evidence"]
