"""Who may import whom. Building a site runs nothing, because what measures is out of its reach; and torch is for training."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
MODULES = sorted(SOURCE.glob("coursebook/**/*.py"))
EXPERIMENTS = sorted((ROOT / "build_figures").glob("*.py"))
SMALL_MODEL = sorted(SOURCE.glob("reasoner/**/*.py"))

ORDER = (
    ("problems", "values", "marked", "text"),
    ("evidence", "expressions", "notebook", "sources"),
    ("library", "fingerprint"),
    ("labs",),
)
"""The modules at the top, each floor standing on those before it or on its own."""
FLOORS = (
    "markup",
    "bind",
    "render",
    "numbers",
    "quiz",
    "receipts",
    "figures",
    "compile",
    "lint",
    "lab_pages",
    "site",
    "releases",
    "check",
    "lean",
)
"""Publishing: no module imports one that comes later here."""


def name_of(file):
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def imports(file):
    """Dotted names of all that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_rules_see_imports():
    assert "coursebook.make.runner" in imports(SOURCE / "coursebook/cli.py")
    assert len(MODULES) > 20


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_imports_only_what_it_may(file):
    name, used = name_of(file), imports(file)

    def uses(*packages):
        return {one for one in used if one.startswith(packages)}

    assert not uses("reasoner", "build_figures", "torch")
    if name not in ("coursebook.cli", "coursebook.__main__"):
        assert not (uses("coursebook.make") and uses("coursebook.publish")), "only the command line knows both"
        assert not uses("coursebook.cli", "coursebook.engines")
    if ".make" in name:
        assert not uses("coursebook.publish")
    if ".publish" in name:
        assert not uses("coursebook.make", "importlib", "runpy")
    if not name.startswith("coursebook.engines"):
        assert not uses("mkdocs")
    if name.count(".") == 1 and name not in ("coursebook.cli", "coursebook.__main__"):
        assert not uses("coursebook.make", "coursebook.publish")


def top(names):
    return {one.split(".")[1] for one in names if one.startswith("coursebook.") and one.count(".") >= 1}


@pytest.mark.parametrize(("floor", "module"), [(floor, module) for floor, names in enumerate(ORDER) for module in names])
def test_the_top_modules_stand_on_each_other_in_one_direction(floor, module):
    below = {name for names in ORDER[: floor + 1] for name in names}
    assert top(imports(SOURCE / f"coursebook/{module}.py")) <= below | {"__version__"}


@pytest.mark.parametrize("module", FLOORS)
def test_publishing_flows_one_way(module):
    place = SOURCE / "coursebook/publish" / module
    files = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    later = FLOORS[FLOORS.index(module) + 1 :]
    for file in files:
        used = {one.split(".")[2] for one in imports(file) if one.startswith("coursebook.publish.")}
        assert not used & set(later)


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_an_experiment_knows_the_contract_and_its_helpers(file):
    helpers = {helper.stem for helper in EXPERIMENTS if helper.stem.startswith("_")}
    ours = {one.split(".")[0] for one in imports(file)} & {"coursebook", *(one.stem for one in EXPERIMENTS)}
    assert ours <= helpers | {"coursebook"}
    assert {one for one in imports(file) if one.startswith("coursebook")} <= {
        "coursebook.make.experiment",
        *(one for one in imports(file) if one.startswith("coursebook.make.experiment.")),
    }


@pytest.mark.parametrize("file", SMALL_MODEL, ids=name_of)
def test_the_small_model_runs_without_torch_and_without_the_course(file):
    used, training = imports(file), name_of(file).startswith("reasoner.train")
    assert not {one for one in used if one.startswith(("coursebook", "build_figures"))}
    assert training or not {one for one in used if one.startswith(("torch", "reasoner.train"))}
    assert {one.split(".")[0] for one in used} <= {
        "numpy",
        "reasoner",
        *({"torch"} if training else ()),
        *sys.stdlib_module_names,
    }


def test_the_trainings_are_seen_to_import_torch():
    assert "torch" in imports(SOURCE / "reasoner/train/network.py")


def reached(file):
    """What an experiment imports, itself or by its helpers."""
    used = imports(file)
    return used.union(*(reached(helper) for helper in EXPERIMENTS if helper.stem in used))


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_only_a_deep_experiment_reaches_torch_and_only_by_the_trainings(file):
    assert not {one for one in imports(file) if one.startswith("torch")}
    if "DEEP = True" not in file.read_text("utf-8") and not file.stem.startswith("_"):
        assert not {one for one in reached(file) if one.startswith("reasoner.train")}


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_no_pattern_makes_a_group_possessive(file):
    """Python before 3.11.5 matches `(?:ab)*+` wrongly (CPython issue 106052), and Debian 12 has 3.11.2."""
    strings = [node.value for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    assert not [text for text in strings if isinstance(text, str) and re.search(r"\(\?.*\)([*+?]|\{\d*,?\d*\})\+", text)]
