"""The whole site as sources, and the page that counts what stands on it."""

import json
import re
import subprocess

from coursebook.publish import history, verification
from coursebook.publish.receipts import KINDS
from coursebook.publish.site import Options, assemble
from tiny import edit, write


def snapshot(root):
    return {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_assembling_writes_nothing_and_finds_the_same_twice(course):
    before = snapshot(course)
    first, second = assemble(course, Options()), assemble(course, Options())
    assert snapshot(course) == before
    assert first.problems == ()
    assert [page.markdown for page in first.pages] == [page.markdown for page in second.pages]
    assert first.files.keys() == second.files.keys()


def test_the_files_beside_the_pages_are_evidence_figures_tables_stills_and_the_verification_page(course):
    site = assemble(course, Options())
    (still, other) = sorted(
        file.relative_to(course / "evidence").as_posix() for file in (course / "evidence/stills").glob("*.svg")
    )
    assert {uri for uri in site.files if not uri.startswith("assets/")} == {
        "verification.md", "evidence/coin.json", "evidence/made_up.json", "evidence/stills.json", f"evidence/{still}", f"evidence/{other}",
        "evidence/coin/running.json", "evidence/coin/running.csv", "evidence/coin/table.csv", "evidence/doe2024/coins.csv",
    }  # fmt: skip
    assert site.files["evidence/doe2024/coins.csv"].startswith("name,flips,share\nold,100,48")


def test_a_page_of_docs_takes_part_only_if_it_asks_to(course):
    write(course, "docs/guide.md", "# Guide\n\n{{ coin.flips }} and 57.5 % of {{ something.else }}\n")
    assert [page.uri for page in assemble(course, Options()).pages] == ["chapters/01-coins.md"]
    write(course, "docs/guide.md", "---\ncoursebook: true\n---\n# Guide\n\n{{ coin.flips }}\n")
    site = assemble(course, Options())
    assert [page.uri for page in site.pages] == ["chapters/01-coins.md", "guide.md"]
    assert site.problems == ()


def test_a_figure_without_its_picture_is_an_error_at_its_line(course):
    for still in (course / "evidence/stills").glob("*.dark.svg"):
        still.unlink()
    found = [str(problem) for problem in assemble(course, Options()).problems if problem.path.startswith("chapters")]
    assert found == [
        "chapters/01-coins.md:16:1: stale-evidence: 'coin/running' has no still picture yet; run `coursebook measure`"
    ]


def test_the_vocabulary_of_a_course_holds_its_names(course):
    edit(course, "chapters/01-coins.md", "We flipped", "With COIN-2 we flipped")
    assert assemble(course, Options()).problems == ()


def test_a_wrong_question_is_told_of_where_the_course_lives(course):
    write(course, "chapters/02-quiz.md", "# Quiz\n\n/// question | Q\n    id: q-one\n\n- [x] a\n    > b\n\n///\n")
    page = assemble(course, Options(repository="https://example.org/course/")).pages[1]
    assert (
        'href="https://example.org/course/issues/new?title=Question%20q-one%20is%20wrong&amp;body=chapters/02-quiz.md"'
        in page.markdown
    )
    assert "This question is wrong" not in assemble(course, Options()).pages[1].markdown


def test_a_course_that_asks_has_a_bank_and_the_pages_made_of_it(course):
    write(course, "chapters/02-quiz.md", "# Quiz\n\n/// question | Q\n    id: q-one\n\n- [x] a\n    > b\n\n///\n")
    site = assemble(course, Options(name="Coins"))
    assert {"questions.json", "review.md", "interview.md", "exam.md", "assign.md"} <= site.files.keys()
    found = json.loads(site.files["questions.json"])
    assert (found["course"], [one["uri"] for one in found["chapters"]]) == ("Coins", ["chapters/02-quiz.md"])
    assert found["release"] in site.files["assign.md"]
    assert (
        json.loads(assemble(course, Options(repository="https://example.org")).files["questions.json"])["release"]
        == found["release"]
    )


def test_a_report_is_read_and_a_broken_one_is_none(course):
    write(course, "build/verify.json", "{broken")
    assert "carries no verification report" in assemble(course, Options()).files["verification.md"]
    write(course, "build/verify.json", '{"on": "2026-05-01", "passes": true, "experiments": {}}')
    assert "measured again on 2026-05-01: passed" in assemble(course, Options()).files["verification.md"]


def test_the_verification_page_counts_what_the_pages_print(course):
    write(
        course, "chapters/02-more.md",
        "# More\n\n{{ coin.flips }} {{ coin.share }} {{ 100 - coin.share }} {{ 47.3 }} {{ doe2024.sure }} {{? 1 < 2 }} {{? coin.share > 50 }}\n\n"
        "![Heads](evidence:coin/running)\n\n![Coins](evidence:doe2024/coins)\n\n/// question | Q\n    id: q\n\n- [x] a\n    > b\n\n///\n",
    )  # fmt: skip
    page = assemble(course, Options()).files["verification.md"]
    counted = dict(re.findall(r'<tr><th scope="row">([\w ]+)</th><td>(\d+)</td></tr>', page))
    assert counted == {
        KINDS["measured"]: "3",  # flips, heads, share
        KINDS["cited"]: "2",  # doe2024.share, doe2024.sure
        KINDS["derived"]: "1",  # 100 - coin.share
        KINDS["assumed"]: "2",  # made_up.share, 47.3
        "figures": "1",
        "tables": "1",
        "checked sentences": "2",
        "questions": "1",
    }
    assert (
        page.count('<a href="../chapters/01-coins/">Coins</a>, <a href="../chapters/02-more/">More</a>') == 3
    )  # flips, share, 100 - share
    assert "2024-03-01" in page


def test_counts_are_of_different_things(compiled):
    entries = compiled(
        "{{ coin.flips }} {{ coin.flips }} {{ coin.flips:.2f }} {{ 5 }} {{ 5 }} {{? 1 < 2 }} {{? 1 < 2 }}"
    ).ledger
    assert verification.counts(entries) == {"measured": 1, "assumed": 1, "claim": 1}


def git(root, *arguments):
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_receipts_name_the_last_commit_of_their_evidence(course):
    assert history.last_commits(course, ("evidence",)) == {}
    git(course, "init", "-q")
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "one", "--date", "2026-04-01T00:00:00")
    first = history.last_commits(course, ("evidence", "sources"))
    assert {"evidence/coin.json", "sources/doe2024.yml"} <= first.keys()
    edit(course, "sources/doe2024.yml", "opened: PDF", "opened: paper")
    git(course, "commit", "-q", "-am", "two")
    second = history.last_commits(course, ("evidence", "sources"))
    assert second["evidence/coin.json"] == first["evidence/coin.json"]
    assert second["sources/doe2024.yml"] != first["sources/doe2024.yml"]
    sha, date = second["evidence/coin.json"]
    assert f"{date}, commit {sha}" in assemble(course, Options()).pages[0].markdown


def test_a_course_in_a_folder_of_its_repository_finds_its_commits(course):
    git(course.parent, "init", "-q")
    git(course.parent, "add", ".")
    git(course.parent, "commit", "-q", "-m", "one")
    assert "evidence/coin.json" in history.last_commits(course, ("evidence",))


def test_building_runs_nothing_of_the_course(course):
    """No experiment, no plugin, no hook: an experiment that would shout is only read."""
    marker = course / "ran"
    for file in (course / "build_figures").glob("*.py"):
        file.write_text(f"open({str(marker)!r}, 'w').close()\nraise SystemExit\n" + file.read_text("utf-8"), "utf-8")
    write(course, "chapters/conftest.py", f"open({str(marker)!r}, 'w').close()\n")
    write(course, "sources/x.yml", f"!!python/object/apply:os.system ['touch {marker}']\n")
    write(
        course,
        "chapters/02.md",
        f"---\ntitle: !!python/object/apply:os.system ['touch {marker}']\n---\n# T\n\n{{{{ __import__('os').system('touch {marker}') }}}}\n",
    )
    rules = {problem.rule for problem in assemble(course, Options()).problems}
    assert not marker.exists()
    assert rules >= {"bad-source", "bad-front-matter", "bad-expression"}
