"""What tests do to the tiny course (tests/cases/tiny/): measure it, edit it, and say what is wrong with it."""

from pathlib import Path

from coursebook import evidence, labs
from coursebook.make import lab_runs, runner, stills
from coursebook.problems import Problems

CASES = Path(__file__).parent / "cases"
STILL = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="420" viewBox="0 0 720 420"><text>stand-in</text></svg>\n'


def write(root, path, content):
    """Write a file below `root`, folders included, and return it."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, "utf-8")
    return file


def edit(root, path, old, new):
    """Replace the one occurrence of `old` in a file below `root`."""
    file = root / path
    content = file.read_text("utf-8")
    assert content.count(old) == 1, f"{content.count(old)} times in {path}: {old}"
    file.write_text(content.replace(old, new), "utf-8")


def measure(root, *names, force=False):
    """Measure what is stale below `root`; the names whose evidence changed."""
    with runner.local(2) as executor:
        return runner.measure(root, runner.plan(root, names, force), executor)


def measure_labs(root, *names, force=False):
    """Run the labs that are stale below `root`; the names whose evidence changed."""
    with runner.local(2) as executor:
        return lab_runs.measure(root, lab_runs.plan(root, names, force), executor)


def lab(root, content, name="x"):
    """Write a lab whose title cell is there already, and return its name."""
    write(root, f"chapters/labs/{name}.py", f"# %% [markdown]\n# # Title\n\n{content}")
    return f"labs/{name}"


def problems_of(work, *arguments, **options):
    """The problems that `work` raises, as they print."""
    try:
        work(*arguments, **options)
    except Problems as found:
        return list(map(str, found.problems))
    return []


def stand_in_stills(root):
    """A still for every figure in the evidence below `root`: drawing true ones needs a browser."""
    items = [*evidence.read(root)[0].values(), *labs.evidence_of(root)[0].values()]
    figures = [figure for item in items for figure in item.figures.values()]
    keys = {evidence.still_key(figure) for figure in figures}
    stills.write(root, {f"{key}.{scheme}.svg": STILL for key in keys for scheme in evidence.SCHEMES}, keys)
