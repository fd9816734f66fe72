"""Three fixtures, each a fresh copy of the course in tests/cases/tiny/; tests/tiny.py holds what tests do to it.

    course       measured, with stills: nothing is stale, and the site builds
    unmeasured   the same without evidence/
    lab_course   `course` with a lab, measured too

It is measured once a session, by real child processes.
"""

import os
import shutil

import pytest

from tiny import CASES, edit, measure, measure_labs, stand_in_stills


def pytest_collection_modifyitems(config, items):
    """What is for the soak is left to it. Files with slow tests first, so that workers who share the files end together."""
    if "COURSEBOOK_SOAK" not in os.environ:
        left = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    slow = {item.fspath for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.fspath not in slow)


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


@pytest.fixture(scope="session")
def _with_lab(tmp_path_factory, _measured):
    root = shutil.copytree(_measured, tmp_path_factory.mktemp("lab") / "course")
    shutil.copytree(CASES / "lab", root / "chapters/labs")
    plugin = "  - coursebook\n  - mkdocs-jupyter: {include: [labs/*.ipynb], cache: false}\n"
    edit(root, "mkdocs.yml", "  - coursebook\n", plugin)
    edit(root, "mkdocs.yml", "  - Verification", "  - Labs: labs/*.ipynb\n  - Verification")
    measure_labs(root)
    stand_in_stills(root)
    return root


@pytest.fixture
def lab_course(tmp_path, _with_lab):
    """The root of a fresh copy of the tiny course with a lab."""
    return shutil.copytree(_with_lab, tmp_path / "course")
