"""The commands, with their real output: 0 when all is well, 1 for problems, 2 for wrong usage."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from coursebook import __version__, evidence
from coursebook.cli import main
from coursebook.problems import RULES
from coursebook.publish import releases
from coursebook.publish.quiz.types import TYPES
from exam import assignment, attempt, hand_in
from tiny import CASES, edit, write

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(course):
    """run(*arguments) -> (exit code, stdout, stderr), on the tiny course"""

    def invoke(*arguments):
        result = CliRunner().invoke(main, ["--root", str(course), *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return invoke


def snapshot(root):
    return {file.relative_to(root): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_the_program_and_the_module_are_the_same():
    for command in ([sys.executable, "-m", "coursebook"], [str(Path(sys.executable).parent / "coursebook")]):
        done = subprocess.run([*command, "--version"], capture_output=True, encoding="utf-8", check=True)
        assert done.stdout == f"coursebook, version {__version__}\n"


def test_help_lists_every_command_with_what_it_does(run):
    code, out, _ = run("--help")
    assert code == 0
    for name, command in main.commands.items():
        assert command.help, name
        assert re.search(rf"^  {name}  ", out, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["lint", "--nosuch"],
        ["compile"],
        ["explain"],
        ["explain", "naked"],
        ["schema", "nosuch"],
        ["values", "nope.*"],
        ["accept"],
        ["verify", "--since", "nosuch"],
        ["measure", "--jobs", "x"],
        ["grade"],
        ["grade", "a.json"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_how(run, arguments):
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("Usage: ")
    assert "Error: " in err


def test_a_folder_without_a_course_is_wrong_usage(tmp_path):
    result = CliRunner().invoke(main, ["--root", str(tmp_path), "lint"])
    assert result.exit_code == 2
    assert "none of the folders chapters, sources, build_figures is there" in result.stderr
    assert CliRunner().invoke(main, ["--root", str(tmp_path), "explain", "naked-number"]).exit_code == 0


def test_lint_of_a_whole_course(run):
    assert run("lint") == (0, "1 pages, no problems\n", "")
    assert run("lint", "--json") == (0, "[]\n", "")


def test_lint_prints_every_problem_like_a_compiler_and_writes_nothing(run, course):
    case = CASES / "problems" / "all-at-once"
    shutil.copy(case / "chapter.md", course / "chapters/01-coins.md")
    before = snapshot(course)
    expected = (case / "expected.txt").read_text("utf-8")
    count = expected.count("\n")
    assert run("lint") == (1, "", f"{expected}{count} problems; `coursebook explain RULE` tells more\n")
    assert snapshot(course) == before


def test_lint_as_json_says_the_same_to_editors(run, course):
    case = CASES / "problems" / "all-at-once"
    shutil.copy(case / "chapter.md", course / "chapters/01-coins.md")
    code, out, err = run("lint", "--json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert [f"{one['path']}:{one['line']}:{one['column']}: {one['rule']}" for one in found] == [
        line.split(": ")[0] + ": " + line.split(": ")[1] for line in (case / "expected.txt").read_text("utf-8").splitlines()
    ]
    assert all(one.keys() == {"path", "line", "column", "rule", "message", "hint", "severity"} for one in found)


def test_an_expired_fact_warns_and_fails_only_where_warnings_do(run, course):
    shutil.copytree(CASES / "problems/expired-fact/files", course, dirs_exist_ok=True)
    code, out, err = run("lint")
    assert (code, out) == (0, "1 pages, warnings only\n")
    assert ": warning: expired-fact: 'roe2025.six' was to be reviewed by 2026-03-01" in err
    assert run("lint", "--strict")[0] == 1
    assert run("lint", "--strict", "--no-expired") == (0, "1 pages, no problems\n", "")
    assert json.loads(run("lint", "--json")[1])[0]["severity"] == "warning"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_explained(run, rule):
    code, out, _ = run("explain", rule)
    assert (code, out) == (0, f"{rule}: {RULES[rule]}\n")
    assert len(RULES[rule]) > 40


def test_an_unknown_rule_is_answered_with_the_nearest(run):
    assert "did you mean 'naked-number'?" in run("explain", "naked-numbers")[2]


def test_values_lists_what_a_pattern_matches(run):
    code, out, _ = run("values", "doe2024.s*")
    assert code == 0
    assert out.splitlines() == [
        "id             prints        unit     kind   what",
        "doe2024.share  49.5          percent  cited  heads among all flips",
        "doe2024.sure   more than 97  percent  cited  coins that land at all",
    ]
    everything = run("values")[1]
    assert "evidence:coin/running" in everything
    assert "made_up.share" in everything
    assert "coin.running[7]" in everything


def test_values_hints_at_what_was_meant(run):
    code, _, err = run("values", "coin.shares")
    assert code == 2
    assert "nothing matches 'coin.shares'; did you mean 'coin.share'?" in err


def test_values_are_listed_although_a_chapter_is_broken(run, course):
    edit(course, "chapters/01-coins.md", "coin.heads", "coin.headz")
    assert run("values", "coin.heads")[0] == 0


def test_the_schema_of_a_source_is_valid_and_every_source_follows_it(run):
    schema = json.loads(run("schema", "source")[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = [*(ROOT / "sources").glob("*.yml"), *(CASES / "tiny/sources").glob("*.yml")]
    assert len(files) > 3
    for file in files:
        data = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)
        assert [error.message for error in validator.iter_errors(typed(data, schema))] == [], file
    assert not validator.is_valid({"title": "T"})


def typed(data, schema):
    """Texts as numbers where the schema wants numbers: what an editor with a YAML schema does."""
    match schema.get("type"), data:
        case "object", dict():
            more = schema.get("additionalProperties")
            fields = schema.get("properties", {})
            return {key: typed(value, fields.get(key, more if isinstance(more, dict) else {})) for key, value in data.items()}
        case "array", list():
            return [typed(item, schema.get("items", {})) for item in data]
        case "integer", str():
            return int(data)
        case "number", str():
            return float(data)
    return data


def test_compile_writes_the_tree_that_any_engine_reads(run, course, tmp_path):
    before = snapshot(course)
    code, out, _ = run("compile", "--out", str(tmp_path / "out"))
    files = snapshot(tmp_path / "out")
    assert code == 0
    assert re.fullmatch(r"1 pages and \d+ files in .*out\n", out)
    assert {str(path) for path in files} >= {
        "index.md",
        "chapters/01-coins.md",
        "verification.md",
        "evidence/coin.json",
        "evidence/coin/running.csv",
    }
    assert b"We flipped a coin <button" in files[Path("chapters/01-coins.md")]
    assert b"{{" not in files[Path("chapters/01-coins.md")]
    assert snapshot(course) == before


def test_compile_refuses_to_write_over_what_people_wrote(run, course):
    before = snapshot(course)
    for out in (course, course / "docs", course / "docs/compiled", course / "chapters/.."):
        code, _, err = run("compile", "--out", str(out))
        assert code == 2
        assert "that would write over what people wrote" in err
    assert snapshot(course) == before


def test_compile_of_a_broken_course_writes_nothing(run, course, tmp_path):
    edit(course, "chapters/01-coins.md", "coin.heads", "coin.headz")
    code, out, err = run("compile", "--out", str(tmp_path / "out"))
    assert (code, out) == (1, "")
    assert "unknown-value: no value 'coin.headz'" in err
    assert not (tmp_path / "out").exists()


def test_questions_writes_what_the_site_has(run, course, tmp_path):
    assert run("questions", "--out", str(tmp_path / "none.json"))[0] == 2
    write(course, "chapters/02-quiz.md", f"# Quiz\n\n{TYPES['numeric'].EXAMPLE}")
    code, out, _ = run("questions", "--out", str(tmp_path / "out/q.json"))
    assert (code, out) == (0, f"1 questions in {tmp_path / 'out/q.json'}\n")
    found = json.loads((tmp_path / "out/q.json").read_text("utf-8"))
    assert (found["course"], [one["id"] for one in found["questions"]]) == ("A tiny course", ["example-numeric"])
    run("compile", "--out", str(tmp_path / "tree"))
    assert (tmp_path / "tree/questions.json").read_bytes() == (tmp_path / "out/q.json").read_bytes()
    edit(course, "chapters/02-quiz.md", "unit: percent", "unti: percent")
    code, _, err = run("questions", "--out", str(tmp_path / "broken.json"))
    assert (code, (tmp_path / "broken.json").exists()) == (1, False)
    assert "no option 'unti'" in err


def test_measure_says_why_and_what_changed(run, course):
    assert run("measure") == (0, "2 fresh, 0 measured, 0 changed, 0 stills drawn\n", "")
    edit(course, "build_figures/made_up.py", "SEED = 0", "SEED = 1")
    code, out, _ = run("measure")
    assert code == 0
    assert re.fullmatch(r"measuring made_up: .*seed.*\n1 fresh, 1 measured, \d changed, 0 stills drawn\n", out)
    assert run("measure", "--force", "made_up")[1].startswith("measuring made_up: ")


def test_verify_passes_on_what_regenerates(run, course, tmp_path):
    before = snapshot(course)
    code, out, _ = run("verify", "--report", str(tmp_path / "report.json"))
    assert code == 0
    assert re.fullmatch(r"coin: identical, \d+ outputs, [\d.]+ s\nmade_up: identical, 1 outputs, [\d.]+ s\n", out)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["passes"] is True
    assert report["experiments"]["coin"]["verdict"] == "identical"
    assert snapshot(course) == before


def test_verify_names_what_moved_and_every_line_that_prints_it(run, course):
    """A forger who also forges the receipt: only measuring again finds out."""
    item = evidence.read(course)[0]["made_up"]
    from dataclasses import replace

    number = replace(item.results.numbers["share"], value=61)
    evidence.save(course, replace(item, results=evidence.Results({"share": number})))
    assert run("lint")[0] == 0
    code, out, err = run("verify", "made_up")
    assert code == 1
    line = next(
        number
        for number, text in enumerate((course / "chapters/01-coins.md").read_text("utf-8").splitlines(), 1)
        if "made_up.share" in text
    )
    assert re.search(rf"made_up\.share +61 +60 +equal +chapters/01-coins\.md:{line}", out)
    assert "made_up: moved" in out
    assert "Traceback" not in err


def test_verify_fails_when_a_sentence_is_no_longer_true(run, course):
    edit(course, "chapters/01-coins.md", "{{? coin.share > 50 }}", "{{? coin.share > 50 }} {{? coin.share > 90 }}")
    code, _, err = run("verify", "coin")
    assert code == 1
    assert "false-claim: 'coin.share > 90' is false" in err


def test_verify_holds_the_claims_of_each_variant_to_fresh_values(run, course):
    claim = "{{? coin.share > 5 * k }}"
    write(
        course,
        "chapters/02-quiz.md",
        f'# Quiz\n\n/// question | Q\n    id: q\n    vary: {{k: [4, 20]}}\n    answer: "= k"\n\n{{{{ k }}}}? {claim}\n///\n',
    )
    code, _, err = run("verify")
    assert code == 1
    assert "chapters/02-quiz.md:8:10: false-claim: 'coin.share > 5 * k' is false: coin.share is 62.5 where k = 20" in err


def test_an_unknown_experiment_is_named_with_those_that_there_are(run):
    for command in ("measure", "verify", "accept"):
        code, _, err = run(command, "nosuch")
        assert code == 1
        assert "failed-experiment: no such experiment; there are coin, made_up" in err


def git(root, *arguments):
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_verify_since_prints_the_numbers_that_moved(run, course):
    git(course, "init", "-q")
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "one")
    assert run("verify", "--since", "HEAD") == (0, "0 numbers moved since HEAD\n", "")
    edit(course, "build_figures/made_up.py", "Number(60", "Number(64")
    assert run("measure")[0] == 0
    code, out, _ = run("verify", "--since", "HEAD")
    assert code == 0
    assert re.search(r"made_up\.share +60 +64 +equal +chapters/01-coins\.md:\d+", out)
    assert out.endswith("1 numbers moved since HEAD\n")


def test_accept_makes_what_is_measured_now_the_evidence(run, course):
    edit(course, "build_figures/made_up.py", "Number(60", "Number(63")
    assert run("lint")[0] == 1
    code, out, _ = run("accept", "made_up")
    assert code == 0
    assert re.search(r"made_up\.share +60 +63", out)
    assert out.endswith("made_up: accepted, 1 outputs differ\n")
    assert run("lint")[0] == 0


def test_a_failing_experiment_is_a_problem_and_no_traceback(run, course):
    write(
        course,
        "build_figures/broken.py",
        '"""Fails."""\nNEEDS = []\nSEED = 0\n\n\ndef measure(needs, seed):\n    raise ValueError("no luck")\n',
    )
    code, _, err = run("measure", "broken")
    assert code == 1
    assert re.search(r"^build_figures/broken\.py:\d+:1: failed-experiment: .*no luck", err, re.MULTILINE)
    assert "Traceback" not in err


QUESTION = """

/// question | How often?
    id: how-often
    answer: "= coin.heads"

How often did it land on heads?
///
"""


@pytest.fixture
def asked(course):
    """The tiny course with a question, and what one student answered to it."""
    chapter = course / "chapters/01-coins.md"
    chapter.write_text(chapter.read_text("utf-8") + QUESTION, "utf-8")
    bank = releases.tree(course)
    return bank, attempt(assignment(release=bank["release"], n=1), bank=bank)


def test_grade_marks_what_is_good_and_names_what_is_not(run, asked, course, tmp_path):
    hand_in(tmp_path / "attempts", asked[1], "a.json")
    broken = hand_in(tmp_path / "attempts", "{", "b.json")
    out = tmp_path / "new/marks"
    before = snapshot(course)
    code, said, complaints = run("grade", str(tmp_path / "attempts"), "--out", str(out))
    assert (code, said) == (1, f"1 of 2 attempts marked, in {out}\n")
    assert complaints.splitlines()[0].startswith(f"{broken}:1:2: bad-attempt: no JSON: ")
    assert complaints.splitlines()[1:] == ["1 problem; `coursebook explain RULE` tells more"]
    assert sorted(file.name for file in out.iterdir()) == ["items.csv", "marks.csv", "report.html"]
    assert ",100," in (out / "marks.csv").read_text("utf-8-sig")
    assert snapshot(course) == before


def test_grade_without_problems_is_fine(run, asked, tmp_path):
    file = hand_in(tmp_path, asked[1])
    assert run("grade", str(file), "--out", str(tmp_path / "marks"))[0::2] == (0, "")


def test_grade_takes_releases_from_files_and_revisions(run, asked, course, tmp_path):
    bank, first = asked
    files = [hand_in(tmp_path, first, "a.json")]
    git(course, "init", "-q")
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "one")
    git(course, "tag", "week-1")
    edit(course, "chapters/01-coins.md", "How often did it", "How many times did it")
    later = releases.tree(course)
    files.append(hand_in(tmp_path, attempt(assignment(release=later["release"], n=1), bank=later), "b.json"))
    (tmp_path / "later.json").write_text(json.dumps(later), "utf-8")
    command = ["grade", *map(str, files), "--out", str(tmp_path / "marks")]
    code, out, complaints = run(*command)
    assert (code, out.split()[0]) == (1, "1")
    assert (
        f"a.json:3:2: bad-attempt: it was taken on release {bank['release'][:12]}, which is not among those given" in complaints
    )
    assert run(*command, "--release", "week-1", "--release", str(tmp_path / "later.json"))[0] == 0


def test_grade_refuses_what_is_no_release(run, asked, tmp_path):
    file, out = hand_in(tmp_path, asked[1]), str(tmp_path / "marks")
    changed = {**asked[0], "questions": []}
    for content, said in [("{}", "is no questions.json"), ("[", "is no questions.json"), (json.dumps(changed), "was changed")]:
        (tmp_path / "bank.json").write_text(content, "utf-8")
        code, _, err = run("grade", str(file), "--release", str(tmp_path / "bank.json"), "--out", out)
        assert (code, said in err) == (2, True)
    assert "is neither a questions.json nor a git revision" in run("grade", str(file), "--release", "v0", "--out", out)[2]
    assert not (tmp_path / "marks").exists()


def test_grade_publishes_no_names(run, asked, course, tmp_path):
    for out in (course, course / "docs", course / "docs/marks"):
        code, _, err = run("grade", str(hand_in(tmp_path, asked[1])), "--out", str(out))
        assert (code, "students' names would be published" in err) == (2, True)
