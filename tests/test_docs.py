"""The README, the guides and the reference say what the program does: what they name exists, what exists is named, and
their examples are tried."""

import re
from itertools import pairwise
from pathlib import Path

import click
import pytest

from coursebook import cli, fingerprint, labs, sources
from coursebook.expressions import FUNCTIONS
from coursebook.library import load
from coursebook.make import lab_runs, runner
from coursebook.problems import RULES
from coursebook.publish import compile as compiler
from coursebook.publish.lint import lint
from coursebook.publish.quiz import parse
from coursebook.publish.quiz.types import TYPES
from coursebook.publish.site import read_vocabulary
from coursebook.text import Text
from coursebook.values import RELATIONS
from tiny import write

ROOT = Path(__file__).parents[1]
SYNTAX = (ROOT / "docs/reference/syntax.md").read_text("utf-8")
COMMANDS = (ROOT / "docs/reference/commands.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
WRITING = (ROOT / "docs/guides/contributing.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])

MARKED = re.compile(r"^<!-- (?P<mark>[^>]*?) -->\n(?P<fence>`{3,})\w*\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
CODE = re.compile(FENCED.pattern + r"|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FRONT = "---\ntitle: Example\nobjectives:\n  read-a-returns-table: Read a table\n---\n\n# Example\n\n"
COUNTED = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten) (?:tests|values|experiments|sources|chapters|questions|figures)\b"
)


def examples(content, mark):
    """The fenced blocks below a comment that begins with `mark`, with the rest of the comment."""
    marked = [match for match in MARKED.finditer(content) if match["mark"].startswith(mark)]
    found = [(match["mark"].removeprefix(mark).strip(": "), match["body"]) for match in marked]
    assert found, f"no example is marked '{mark}'"
    return found


def outside_fences(content):
    """The same text, of the same length, with blanks for fenced code."""
    return FENCED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content)


def section(content, title):
    """What stands under the heading of that name, up to the next heading of any level."""
    headings = [*re.finditer(r"^#+ (.+)$", outside_fences(content), re.MULTILINE), None]
    for heading, following in pairwise(headings):
        if heading[1] == title:
            return content[heading.end() : following.start() if following else len(content)]
    raise AssertionError(f"no section '{title}'")


def rows(text):
    """The rows of the tables in a section that begin with code, as lists of cells."""
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]


def named(text):
    """Whatever stands as code in the first column of the section's tables."""
    return {name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[0])}


def prose(page):
    """A page's text without its code."""
    return re.sub(r"`[^`\n]*`", "", outside_fences(page.read_text("utf-8")))


def plain(text):
    """One line, without the marks of code."""
    return " ".join(text.replace("`", "").split())


@pytest.fixture(scope="module")
def library():
    return load(ROOT)[0]


def problems(body, library):
    content = body if body.startswith("---") else FRONT + body
    page = compiler.compile(Text("chapters/00-example.md", content), library, compiler.Setting("chapters/00-example.md"))
    return [*page.problems, *lint(page, read_vocabulary(ROOT))]


# -- commands.md -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", cli.main.commands)
def test_a_command_stands_with_its_usage_and_its_purpose(name):
    command = cli.main.commands[name]
    context = click.Context(command, info_name=f"coursebook {name}", max_content_width=200)
    assert command.get_usage(context).removeprefix("Usage: ") in section(COMMANDS, name)
    assert plain(command.help) in plain(section(COMMANDS, name))


@pytest.mark.parametrize("name", cli.main.commands)
def test_a_command_has_the_options_that_its_table_names_and_no_others(name):
    options = [option for option in cli.main.commands[name].params if isinstance(option, click.Option)]
    assert named(section(COMMANDS, name)) == {text for option in options for text in (*option.opts, *option.secondary_opts)}
    for option in options:
        assert any(
            f"`{option.opts[0]}`" in row[0] and plain(option.help) in plain(row[1]) for row in rows(section(COMMANDS, name))
        )


def test_no_command_is_left_over():
    titles = re.findall(r"^### (.+)$", COMMANDS.partition("\n## Rules")[0], re.MULTILINE)
    assert set(titles) == set(cli.main.commands)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_stands_with_its_explanation(rule):
    assert plain(RULES[rule]) in plain(section(COMMANDS, rule))


def test_no_rule_is_left_over():
    assert set(re.findall(r"^#### (.+)$", COMMANDS, re.MULTILINE)) == set(RULES)


# -- syntax.md ---------------------------------------------------------------------------------------------------------


def test_every_option_and_inner_block_of_a_question_is_named():
    assert named(section(SYNTAX, "Questions")) >= {*parse.OPTIONS, *parse.INNER}


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_of_question_stands_with_its_example_and_its_score(kind):
    assert TYPES[kind].EXAMPLE in [body for _, body in examples(SYNTAX, "compiles")]
    assert [kind, TYPES[kind].HALF_RIGHT] in [[cell.strip("` ") for cell in row] for row in rows(section(SYNTAX, "Questions"))]


def test_every_function_relation_and_front_matter_key_is_named():
    assert all(f"`{name}(" in section(SYNTAX, "Expressions") for name in FUNCTIONS)
    assert all(relation in section(SYNTAX, "Numbers") for relation in RELATIONS)
    assert all(f"`{key}`" in section(SYNTAX, "Front matter") for key in compiler.FRONT_KEYS)


def test_every_key_of_a_source_and_of_a_fact_is_named():
    keys = {*sources.SCHEMA["properties"], *sources.FACT["properties"]}
    assert {key for key in keys if f"`{key}`" not in section(SYNTAX, "Sources")} == set()


@pytest.mark.parametrize("body", [body for text in (SYNTAX, README, WRITING) for _, body in examples(text, "compiles")])
def test_an_example_compiles(body, library):
    assert problems(body, library) == []


@pytest.mark.parametrize(("rule", "body"), examples(SYNTAX, "problem"))
def test_an_example_of_a_mistake_is_one(rule, body, library):
    assert rule in {problem.rule for problem in problems(body, library)}


def test_the_example_of_a_source_is_one(tmp_path):
    [(_, body)] = examples(SYNTAX, "source")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/chen2025.yml").write_text(body, "utf-8")
    found, faults = sources.read(tmp_path)
    assert (list(found), faults) == (["chen2025"], [])


# -- README.md and CONTRIBUTING.md -------------------------------------------------------------------------------------


def test_the_mistake_in_the_readme_is_reported_as_it_says(library):
    [(written, shown)] = examples(README, "output: coursebook lint")
    found = [str(problem) for problem in problems(f"The table has {written} cells.\n", library)]
    place = re.compile(r"[^:]+:\d+:\d+: ")
    said = [place.sub("", line, count=1) for line in shown.splitlines() if place.match(line)]
    assert said == [place.sub("", problem, count=1) for problem in found]


def test_the_experiment_in_contributing_can_be_measured(tmp_path):
    [(name, body)] = examples(CONTRIBUTING, "experiment")
    (tmp_path / "build_figures").mkdir()
    (tmp_path / "build_figures" / name).write_text(body, "utf-8")
    found, faults = fingerprint.discover(tmp_path)
    assert faults == []
    outcome = runner.execute(runner.job_for(tmp_path, found[name.removesuffix(".py")]))
    assert outcome.problems == ()
    assert outcome.results is not None
    assert outcome.figures


def test_the_lab_in_the_reference_can_be_run(tmp_path):
    [(name, body)] = examples(SYNTAX, "lab")
    write(tmp_path, f"chapters/labs/{name}", body)
    write(tmp_path, "data/flips.csv", "heads\n1\n0\n")
    found, faults = labs.discover(tmp_path)
    assert faults == []
    outcome = runner.execute(lab_runs.job_for(tmp_path, found["labs/coin_again"]))
    assert outcome.value["1"][0]["text"] == ["2 flips\n"]


def test_the_tree_in_the_readme_is_the_tree():
    named = re.findall(r"^ {2}([\w./]+?)/? {2,}\w", section(README, "Where things are"), re.MULTILINE)
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


# -- every page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page):
    quizzes = dict.fromkeys(
        ("review.md", "interview.md", "exam.md", "assign.md"), ROOT / "src/coursebook/publish/quiz/pages.py"
    )
    made = {"verification.md": ROOT / "src/coursebook/publish/verification.py", **quizzes}
    text = prose(page)
    for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text):
        place = (page.parent / target).resolve()
        inside = place.relative_to(ROOT / "docs").as_posix() if place.is_relative_to(ROOT / "docs") else ""
        chapter = ROOT / inside if inside.startswith("chapters/") else place
        lab = ROOT / "chapters" / Path(inside).with_suffix(".py") if inside.startswith("labs/") else place
        assert any(one.exists() for one in (place, chapter, lab, made.get(inside, place))), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_nothing_that_the_site_counts_is_typed(page):
    typed = COUNTED.findall(prose(page))
    assert typed == []


def test_commands_that_pages_name_exist():
    makefile = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        code = "\n".join(match[0] for match in CODE.finditer(page.read_text("utf-8")))
        assert set(re.findall(r"(?:^|[`/ ])coursebook ([a-z]+)", code, re.MULTILINE)) <= {*cli.main.commands}, page
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", code, re.MULTILINE)) <= makefile, page
