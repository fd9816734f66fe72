"""A fingerprint sees what could change a number, and nothing else."""

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import coursebook
from coursebook import evidence, fingerprint, sources
from tiny import edit, measure, write

PACKAGE = Path(coursebook.__file__).parents[1]


def prints(root, name="coin"):
    """(measure's, draw's) fingerprint of an experiment below `root`."""
    experiments, problems = fingerprint.discover(root)
    assert problems == []
    return tuple(fingerprint.of(root, experiments[name], function).code for function in ("measure", "draw"))


def reasons(root, name="coin"):
    """Why 'measure' and 'draw' would run again, by part."""
    experiment = fingerprint.discover(root)[0][name]
    now = fingerprint.receipt(root, experiment, sources.read(root)[0])
    return fingerprint.changes(now, evidence.read(root)[0][name].receipt)


COIN, COUNTING, PERCENT, STYLE = (f"build_figures/{name}.py" for name in ("coin", "_counting", "_percent", "_style"))


@pytest.mark.parametrize(
    ("path", "old", "new", "measured", "drawn"),
    [
        (COIN, "heads, n = sum(flips)", "heads, n = 1 + sum(flips)", True, False),
        (COIN, 'unit="points"', 'unit="point"', True, False),
        (COIN, "within(abs=0.001)", "within(abs=0.01)", True, False),
        (COIN, '{"text": "Heads as flips are added"}', '{"text": "Heads"}', False, True),
        (COIN, "from _style import WIDTH", "from _style import WIDTH as HEIGHT", False, True),
        (COIN, "import Column, Number,", "import Column as Column, Number,", True, False),
        (COUNTING, "percent(hits / n)", "percent(hits / n) + 1", True, False),
        (PERCENT, "100 * value", "100.5 * value", True, False),
        (STYLE, "WIDTH = 3", "WIDTH = 4", False, True),
    ],
)
def test_an_edit_is_seen_by_what_it_reaches(unmeasured, path, old, new, measured, drawn):
    before = prints(unmeasured)
    edit(unmeasured, path, old, new)
    after = prints(unmeasured)
    assert (before[0] != after[0], before[1] != after[1]) == (measured, drawn)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (COIN, '"""Count heads."""', '"""Count the heads, slowly."""'),
        (COIN, '"""Count heads."""', ""),
        (COIN, "How often one coin lands on heads.", "How often it does."),
        (
            COIN,
            "    heads, n = sum(flips), len(flips)",
            "    # why\n    heads, n = (\n        sum(flips), len(flips)\n    )  # so",
        ),
        (COIN, "SEED = 7", "SEED = 8"),
        (COIN, 'NEEDS = ["data/flips.csv", ', "NEEDS = ["),
        (COUNTING, '"""Hits among n, in percent."""', '"""Per cent."""'),
        (PERCENT, '"""A helper\'s helper."""\n\n\n', "# a comment\n"),
        (PERCENT, "100 * value", "(100 * (value))"),
        (PERCENT, "100 * value", "1_00 * value"),
        (COIN, '"flips so far"', 'u"flips so far"'),
        (STYLE, "nothing that is measured uses it", "nothing measured uses it"),
    ],
)
def test_words_and_layout_are_not_seen(unmeasured, path, old, new):
    before = prints(unmeasured)
    edit(unmeasured, path, old, new)
    assert prints(unmeasured) == before


SHARED = """
SEED = 7
SCALE = 3
OTHER = 5
table = {}
table["x"] = SCALE


def twice(value):
    return 2 * value * SCALE


class Unused:
    size = OTHER


def measure(needs, seed):
    return twice(seed + SEED)


def draw(results):
    return Unused()
"""


@pytest.mark.parametrize(
    ("old", "new", "measured", "drawn"),
    [
        ("2 * value", "3 * value", True, False),
        ("SCALE = 3", "SCALE = 4", True, True),
        ("OTHER = 5", "OTHER = 6", False, True),
        ("size = OTHER", "size = OTHER + 1", False, True),
        ('table["x"] = SCALE', 'table["y"] = SCALE', True, True),
        ("SEED = 7", "SEED = 8", False, False),  # the receipt has it
    ],
)
def test_within_a_file_only_what_a_function_can_touch_counts(tmp_path, old, new, measured, drawn):
    write(tmp_path, "build_figures/x.py", SHARED)
    before = prints(tmp_path, "x")
    edit(tmp_path, "build_figures/x.py", old, new)
    after = prints(tmp_path, "x")
    assert (before[0] != after[0], before[1] != after[1]) == (measured, drawn)


TREE = {
    "src/model/__init__.py": "from .start import A\n",
    "src/model/start.py": "A = 1\n",
    "src/model/names.py": "A = 1\n",
    "src/model/deep/__init__.py": "",
    "src/model/deep/core.py": "from ..names import A\nfrom . import near\n\n\ndef run():\n    from model import late\n    return late\n",
    "src/model/deep/near.py": "B = 1\n",
    "src/model/late.py": "C = 1\n",
    "src/model/other.py": "D = 1\n",
}


@pytest.mark.parametrize(
    "statement",
    [
        "import model.deep.core",
        "from model.deep.core import run",
        "from model.deep import core",
        "from model.deep.core import *",
    ],
)
def test_every_module_of_the_tree_that_an_import_runs_is_followed(tmp_path, statement):
    for path, content in TREE.items():
        write(tmp_path, path, content)
    write(tmp_path, "build_figures/x.py", f"{statement}\n\n\ndef measure(needs, seed):\n    return core, run, model\n")
    found = fingerprint.of(tmp_path, fingerprint.discover(tmp_path)[0]["x"], "measure")
    assert set(found.files) == TREE.keys() - {"src/model/other.py"}
    before = found.code
    edit(tmp_path, "src/model/names.py", "A = 1", "A = 2")
    assert fingerprint.of(tmp_path, fingerprint.discover(tmp_path)[0]["x"], "measure").code != before


def test_modules_that_import_each_other_are_followed_once(tmp_path):
    write(tmp_path, "build_figures/_a.py", "import _b\n")
    write(tmp_path, "build_figures/_b.py", "import _a\n")
    write(tmp_path, "build_figures/x.py", "import _a\n\n\ndef measure(needs, seed):\n    return _a\n")
    found = fingerprint.of(tmp_path, fingerprint.discover(tmp_path)[0]["x"], "measure")
    assert found.files == ("build_figures/_a.py", "build_figures/_b.py")


def test_packages_are_named_and_coursebook_counts_as_one_of_them(unmeasured):
    experiment = fingerprint.discover(unmeasured)[0]["coin"]
    assert fingerprint.of(unmeasured, experiment, "measure").packages == ("coursebook",)
    assert fingerprint.of(unmeasured, experiment, "draw").packages == ("plotly",)
    assert fingerprint.versions(("coursebook",)) == {"coursebook": coursebook.__version__}


def test_a_course_that_holds_coursebook_itself_counts_it_as_a_package_too(unmeasured):
    before = prints(unmeasured)
    write(unmeasured, "src/coursebook/__init__.py", "")
    write(unmeasured, "src/coursebook/make/experiment.py", "X = 1\n")
    assert prints(unmeasured) == before


def installed(folder, name, version, requires=()):
    """A distribution `name` in `folder` that provides the module of that name."""
    write(folder, f"{name}/__init__.py", "")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    write(folder, f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
    write(folder, f"{name}-{version}.dist-info/RECORD", f"{name}/__init__.py,,\n")
    write(folder, f"{name}-{version}.dist-info/top_level.txt", f"{name}\n")


PRINT_RECEIPT = """
    import json, sys
    from pathlib import Path
    from coursebook import fingerprint
    root = Path(sys.argv[1])
    experiments, problems = fingerprint.discover(root)
    assert not problems, problems
    print(json.dumps(fingerprint.receipt(root, experiments[sys.argv[2]], {})))
"""


def receipt_in(folder, root, name, python=sys.executable):
    """The receipt of an experiment, with what is installed in `folder`."""
    environment = {"PYTHONPATH": f"{folder}:{PACKAGE}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, "-c", textwrap.dedent(PRINT_RECEIPT), root, name],
        env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_another_version_of_a_package_or_of_what_it_requires_is_seen(tmp_path):
    write(
        tmp_path,
        "build_figures/x.py",
        "import walnut\n\n\ndef measure(needs, seed):\n    return walnut\n\n\ndef draw(results):\n    pass\n",
    )
    extras = ("shell (>=1)", "unneeded; extra == 'more'", "absent_here")
    receipts = {}
    for walnut, shell in (("1.0", "1.0"), ("1.1", "1.0"), ("1.0", "1.1")):
        folder = tmp_path / f"{walnut}-{shell}"
        installed(folder, "walnut", walnut, extras)
        installed(folder, "shell", shell)
        installed(folder, "unneeded", "1.0")
        receipts[walnut, shell] = receipt_in(folder, tmp_path, "x")
    old = receipts["1.0", "1.0"]
    assert old["measure"]["packages"] == {"shell": "1.0", "walnut": "1.0"}
    assert old["draw"]["packages"] == {}
    assert fingerprint.changes(old, old) == {"measure": [], "draw": []}
    assert fingerprint.changes(receipts["1.1", "1.0"], old) == {"measure": ["packages: walnut"], "draw": []}
    assert fingerprint.changes(receipts["1.0", "1.1"], old) == {"measure": ["packages: shell"], "draw": []}
    assert fingerprint.changes(receipts["1.0", "1.1"], old, packages=False) == {"measure": [], "draw": []}


def test_fresh_evidence_has_no_reasons(course):
    assert reasons(course) == {"measure": [], "draw": []}


@pytest.mark.parametrize(
    ("path", "old", "new", "measured", "drawn"),
    [
        ("data/flips.csv", "heads\n1\n0", "heads\n0\n0", ["inputs: data/flips.csv"], []),
        ("sources/doe2024.yml", "venue: Journal", "venue: A Journal", ["inputs: sources/doe2024"], []),
        ("sources/doe2024.coins.csv", "50.4", "50.5", ["inputs: sources/doe2024"], []),
        (COIN, "SEED = 7", "SEED = 8", ["seed"], []),
        (COIN, "SEED = 7", 'SEED = 7\nKIND = "assumed"', ["kind"], []),
        (COIN, '["data/flips.csv", "sources/doe2024"]', '["data/flips.csv"]', ["inputs: sources/doe2024"], []),
        (PERCENT, "100 *", "99 *", ["the code of measure"], []),
        (STYLE, "WIDTH = 3", "WIDTH = 4", [], ["the code of draw"]),
        ("chapters/01-coins.md", "We flipped", "They flipped", [], []),
        ("build_figures/made_up.py", "Number(60", "Number(61", [], []),
    ],
)
def test_stale_evidence_says_why(course, path, old, new, measured, drawn):
    edit(course, path, old, new)
    assert reasons(course) == {"measure": measured, "draw": drawn}


def stale(root):
    return [str(one) for one in fingerprint.stale(root, evidence.read(root)[0], sources.read(root)[0])]


def test_a_build_finds_stale_and_unmeasured_evidence_at_the_experiment(course):
    assert stale(course) == []
    edit(course, PERCENT, "100 *", "99 *")
    edit(course, COIN, "SEED = 7", "SEED = 8")
    write(course, "build_figures/fresh.py", "def measure(needs, seed):\n    pass\n")
    assert stale(course) == [
        "build_figures/coin.py:1:1: stale-evidence: changed since measured: seed; the code of measure; run `coursebook measure`",
        "build_figures/fresh.py:1:1: stale-evidence: never measured; run `coursebook measure`",
    ]


def test_a_build_leaves_package_versions_to_measure(course):
    edit(course, "evidence/coin.json", '"plotly": "', '"plotly": "0.')
    assert not any("packages" in one for one in stale(course))
    assert reasons(course)["draw"] == ["packages: plotly"]


def test_evidence_that_no_experiment_made_is_found(course):
    (course / "build_figures" / "made_up.py").unlink()
    assert stale(course) == [
        "evidence/made_up.json:1:1: stale-evidence: no experiment build_figures/made_up.py made it; remove it"
    ]


@pytest.mark.parametrize(
    ("name", "content", "place", "message"),
    [
        ("x", "def measure(:\n", "x.py:1:13", "not Python: "),
        ("x", "x = 1\n  y = 2\n", "x.py:2:", "not Python: unexpected indent"),
        ("x", "\x00", "x.py:1:1", "not Python: "),
        ("x", "x = 1\n", "x.py:1:1", "no function 'measure'; def measure(needs, seed) -> Results"),
        ("X", "def measure(needs, seed): ...\n", "X.py:1:1", "'X' cannot be a namespace"),
        ("9x", "def measure(needs, seed): ...\n", "9x.py:1:1", "'9x' cannot be a namespace"),
        (
            "x",
            "\nNEEDS = [open('x').read()]\n\n\ndef measure(needs, seed): ...\n",
            "x.py:2:1",
            "NEEDS is not a literal list of texts",
        ),
        ("x", "NEEDS = 'a.csv'\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "NEEDS is not a literal list of texts"),
        ("x", "NEEDS = [5]\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "NEEDS is not a literal list of texts"),
        (
            "x",
            "NEEDS = []\nNEEDS += ['a']\n\n\ndef measure(needs, seed): ...\n",
            "x.py:2:1",
            "NEEDS is not a literal list of texts",
        ),
        ("x", "from y import NEEDS\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "NEEDS is not a literal list of texts"),
        ("x", "SEED = 1.5\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "SEED is not a literal whole number"),
        ("x", "SEED = True\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "SEED is not a literal whole number"),
        ("x", "SEED, A = 1, 2\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "SEED is not a literal whole number"),
        (
            "x",
            "KIND = 'guessed'\n\n\ndef measure(needs, seed): ...\n",
            "x.py:1:1",
            "KIND is 'guessed'; 'measured' or 'assumed'",
        ),
        ("x", "KIND = 5\n\n\ndef measure(needs, seed): ...\n", "x.py:1:1", "KIND is not a literal text"),
    ],
)
def test_a_file_that_breaks_the_contract_is_a_problem_at_its_line(tmp_path, name, content, place, message):
    write(tmp_path, f"build_figures/{name}.py", content)
    found, problems = fingerprint.discover(tmp_path)
    assert found == {}
    assert len(problems) == 1
    assert str(problems[0]).startswith(f"build_figures/{place}")
    assert f": failed-experiment: {message}" in str(problems[0])


CONTRACT = {
    "PARTS": (
        "list of different whole numbers or names",
        ["range(3)", "5", "{1, 2}", "'ab'", "[1.5]", "[True]", "[None]", "[1, 1]", "['1', 1]", "['A']", "['a b']", "['../a']", "[[1]]", "[*x]"],
    ),
    "DEEP": ("True or False", ["1", "0", "'yes'", "None", "not False", "[True]"]),
    "WRITES": (
        "list of paths in a folder of evidence/ or below src/",
        ["'evidence/a/b.txt'", "[5]", "['data/b.txt']", "['b.txt']", "['/evidence/a/b.txt']", "['evidence/../a.txt']", "['evidence/a/../b.txt']",
         "['evidence/a//b.txt']", "['evidence/a/b']", "['evidence/a/.b.txt']", "['evidence/a/']", "['src/../setup.py']", "['evidence/A/b.txt']",
         "['evidence/a.txt']", "['evidence/coin.json']", "['evidence/stills.json']", "['evidence/stills/a.svg']", "['build_figures/x.py']"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, values) in CONTRACT.items() for value in values])
def test_what_parts_deep_and_writes_cannot_be(tmp_path, name, value):
    content = f"\n{name} = {value}\n\n\ndef part(needs, part, folder): ...\n\n\ndef measure(needs, seed, parts): ...\n"
    write(tmp_path, "build_figures/x.py", content)
    found, problems = fingerprint.discover(tmp_path)
    assert found == {}
    assert list(map(str, problems)) == [
        f"build_figures/x.py:2:1: failed-experiment: {name} is not a literal {CONTRACT[name][0]}; it is read without running the file"
    ]


DEEPLY = """\
PARTS = [3, -1, "last"]
DEEP: bool = True
WRITES = ("evidence/vectors/first.txt", "src/model/weights.v2.bin", "evidence/a/b/c.json")


def part(needs, part, folder):
    return helper()


def helper():
    return 1


def measure(needs, seed, parts):
    return 2


def draw(results):
    return 3
"""


def test_parts_deep_and_writes_are_read(tmp_path):
    write(tmp_path, "build_figures/x.py", DEEPLY.replace(".v2", ""))
    experiments, problems = fingerprint.discover(tmp_path)
    assert problems == []
    found = experiments["x"]
    assert (found.parts, found.deep) == ((3, -1, "last"), True)
    assert found.writes == ("evidence/vectors/first.txt", "src/model/weights.bin", "evidence/a/b/c.json")
    receipt = fingerprint.receipt(tmp_path, found, {})
    assert (receipt["parts"], receipt["deep"], set(receipt["files"])) == ([3, -1, "last"], True, set(found.writes))


def test_without_them_a_receipt_is_as_it_was(unmeasured):
    receipt = fingerprint.receipt(unmeasured, fingerprint.discover(unmeasured)[0]["coin"], {})
    assert list(receipt) == ["experiment", "title", "kind", "seed", "inputs", "measure", "draw"]


def test_parts_without_a_function_for_them_are_a_problem(tmp_path):
    write(tmp_path, "build_figures/x.py", "PARTS = [1]\n\n\ndef measure(needs, seed, parts): ...\n")
    (problem,) = fingerprint.discover(tmp_path)[1]
    assert str(problem) == (
        "build_figures/x.py:1:1: failed-experiment: PARTS without a function 'part'; def part(needs, part, folder)"
    )


@pytest.mark.parametrize(
    ("old", "new", "measured", "drawn"),
    [
        ("return helper()", "return helper() + 1", True, False),
        ("return 1", "return 0", True, False),
        ("return 2", "return 0", True, False),
        ("return 3", "return 0", False, True),
        ('"last"]', '"last", 4]', False, False),  # the receipt has it, as it has what follows
        ("= True", "= False", False, False),
        ("first.txt", "second.txt", False, False),
    ],
)
def test_the_code_of_parts_is_code_of_measure(tmp_path, old, new, measured, drawn):
    write(tmp_path, "build_figures/x.py", DEEPLY.replace(".v2", ""))
    before = prints(tmp_path, "x")
    edit(tmp_path, "build_figures/x.py", old, new)
    after = prints(tmp_path, "x")
    assert (before[0] != after[0], before[1] != after[1]) == (measured, drawn)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"last"]', '"last", 4]', "parts"),
        ('[3, -1, "last"]', '[-1, 3, "last"]', "parts"),
        ("= True", "= False", "deep"),
        ("first.txt", "second.txt", "files"),
        ("WRITES =", "WRITES = []\nother =", "files"),
    ],
)
def test_other_parts_depth_or_files_make_evidence_stale(tmp_path, old, new, reason):
    write(tmp_path, "build_figures/x.py", DEEPLY.replace(".v2", ""))
    then = fingerprint.receipt(tmp_path, fingerprint.discover(tmp_path)[0]["x"], {})
    then["files"] = dict.fromkeys(then["files"], "hash")
    edit(tmp_path, "build_figures/x.py", old, new)
    now = fingerprint.receipt(tmp_path, fingerprint.discover(tmp_path)[0]["x"], {})
    assert fingerprint.changes(now, then) == {"measure": [reason], "draw": []}


def test_a_helper_that_is_not_python_is_a_problem_in_the_helper(course):
    edit(course, PERCENT, "return 100 * value", "return 100 *")
    found, problems = fingerprint.discover(course)
    assert set(found) == {"made_up"}
    assert [str(one) for one in problems] == ["build_figures/_percent.py:5:17: failed-experiment: not Python: invalid syntax"]
    assert str(problems[0]) in stale(course)


def test_an_experiment_that_cannot_be_read_is_one_problem_and_its_evidence_no_orphan(course):
    edit(course, COIN, "SEED = 7", "SEED = x")
    assert [one.split(": ")[0] for one in stale(course)] == ["build_figures/coin.py:8:1"]


def test_constants_may_have_annotations(tmp_path):
    write(
        tmp_path,
        "build_figures/x.py",
        'NEEDS: list[str] = ["a.csv"]\nSEED: int = 5\nKIND: str = "assumed"\n\n\ndef measure(needs, seed): ...\n',
    )
    experiment = fingerprint.discover(tmp_path)[0]["x"]
    assert (experiment.needs, experiment.seed, experiment.kind) == (("a.csv",), 5, "assumed")


def test_reading_an_experiment_does_not_run_it(tmp_path):
    write(tmp_path, "build_figures/_helper.py", "raise SystemExit('ran')\n")
    write(
        tmp_path,
        "build_figures/x.py",
        "import _helper\nraise SystemExit('ran')\n\n\ndef measure(needs, seed):\n    return _helper\n",
    )
    assert len(prints(tmp_path, "x")) == 2


def test_a_missing_input_has_no_hash(tmp_path, course):
    cited = sources.read(course)[0]
    found = fingerprint.inputs(course, ("data/flips.csv", "data/none.csv", "sources/none", "data"), cited)
    assert [bool(hashed) for hashed in found.values()] == [True, False, False, False]


ODD = '''
"""Syntax whose tree differs between versions of Python, unless it is looked through."""
from __future__ import annotations
import re, json as j
type_ = "x"
LIMIT: int = 1_000
GREETING = f"a{LIMIT!r:>{4}}b{{}}" f"{LIMIT:.2f}" "tail" f"{LIMIT=}"
RAW = rb"\\d" + b"x"
UNICODE = u"x"
NUMBERS = (0x10, 1e3, 1j, -1, ..., None, True)


@staticmethod
def measure(needs, seed, /, *args, key: int = 1, **more) -> "Results":
    """Words."""
    async def inner(): return [x async for x in y if (z := x)]
    with open("a") as one, (open("b")) as two: pass
    try: ...
    except* ValueError as error: raise KeyError from error
    match seed:
        case {"a": [1, *rest], **other} if rest: return lambda a, b=1: a[1:2, ::3]
        case str() | None: return {**more, 1: 2}
        case _: return {x for x in args}
    global LIMIT
    del seed
    assert key, f"{key!s}"
    x: int
    x @= 1; x //= 2
    return re, j, GREETING, RAW, UNICODE, NUMBERS, type_
'''


@pytest.mark.parametrize("python", ["python3.11", "python3.12", "python3.13"])
def test_a_fingerprint_is_equal_on_every_python(tmp_path, python):
    """The other Python borrows our libraries that are plain Python; the JSON schema it has no use for."""
    found = shutil.which(python)
    if found is None or subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} is not installed")
    write(tmp_path, "build_figures/x.py", ODD.lstrip())
    write(tmp_path, "build_figures/y.py", "import x\n\n\ndef measure(needs, seed):\n    return x\n")
    borrowed = tmp_path / "borrowed"
    for name in ("yaml", "packaging"):
        module = __import__(name, fromlist=["x"])
        shutil.copytree(Path(module.__file__).parent, borrowed / name.replace(".", "/"))
    write(tmp_path, "borrowed/jsonschema.py", "class ValidationError(Exception): pass\n")
    for name in ("x", "y"):
        experiment = fingerprint.discover(tmp_path)[0][name]
        here = fingerprint.receipt(tmp_path, experiment, {})
        assert receipt_in(borrowed, tmp_path, name, found) == here


def test_measuring_makes_evidence_fresh_again(course):
    edit(course, PERCENT, "100 *", "200 / 2 *")
    assert stale(course)
    assert measure(course) == ["coin"]
    assert stale(course) == []
