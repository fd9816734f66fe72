"""A tiny course, as real files that a test may copy, edit and break.

    course       a fresh copy of tests/cases/tiny/, measured, with stills: nothing is stale, and the site builds
    unmeasured   the same without evidence/

It is measured once a session, by real child processes. Its stills are stand-ins under their true names, for drawing
them needs a browser.
"""

import shutil
from pathlib import Path

import pytest

from coursebook import evidence
from coursebook.make import runner, stills

CASES = Path(__file__).parent / "cases"
STILL = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="420" viewBox="0 0 720 420"><text>stand-in</text></svg>\n'


def measure(root, *names, force=False):
    """Measure what is stale below `root`; the names whose evidence changed."""
    with runner.local(2) as executor:
        return runner.measure(root, runner.plan(root, names, force), executor)


def stand_in_stills(root):
    """A still for every figure in the evidence below `root`."""
    figures = [figure for item in evidence.read(root)[0].values() for figure in item.figures.values()]
    keys = {evidence.still_key(figure) for figure in figures}
    stills.write(root, {f"{key}.{scheme}.svg": STILL for key in keys for scheme in evidence.SCHEMES}, keys)


@pytest.fixture(scope="session")
def _measured(tmp_path_factory):
    root = shutil.copytree(CASES / "tiny", tmp_path_factory.mktemp("tiny") / "course")
    measure(root)
    stand_in_stills(root)
    return root


@pytest.fixture
def course(tmp_path, _measured):
    """The root of a fresh, measured copy of the tiny course."""
    return shutil.copytree(_measured, tmp_path / "course")


@pytest.fixture
def unmeasured(tmp_path):
    """The root of a fresh copy of the tiny course, before anything was measured."""
    return shutil.copytree(CASES / "tiny", tmp_path / "course")
