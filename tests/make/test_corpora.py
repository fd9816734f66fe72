"""A corpus is obtained without root, from wherever it is, and only files with the right hash are ever used."""

import os
import stat
import textwrap

import pytest
from click.testing import CliRunner

from coursebook import evidence, fingerprint, sources
from coursebook.cli import main
from coursebook.make import corpora, runner
from tiny import edit, measure, problems_of, write

FILES = {"usr/share/words/one.txt": "one two\n", "usr/share/words/two.txt": "three\n"}
EXPERIMENT = '''\
"""How many words two files of a package hold."""

from coursebook.make.experiment import Number, Results

NEEDS = ["corpora/words"]
DEEP = True


def measure(needs, seed):
    folder = needs["corpora/words"]
    count = sum(len((folder / name).read_text().split()) for name in ("one.txt", "two.txt"))
    return Results({"words": Number(count, "words")})
'''
SOURCE = """\
title: Words
authors: [A. Nonym]
year: 2020
venue: nowhere
corpus:
  package: words-base
  licence: free
  files:
"""
PLACE = "build/corpora/words"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course that needs a corpus, on a machine that has neither its package nor apt."""
    lines = [f"    {path}: {evidence.digest(content)}\n" for path, content in FILES.items()]
    root = (tmp_path / "course").resolve()
    write(root, "sources/words.yml", SOURCE + "".join(lines))
    write(root, "build_figures/counted.py", EXPERIMENT)
    (tmp_path / "system").mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(corpora, "SYSTEM", tmp_path / "system")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return root


def place(folder, **changed):
    """The package's files below a folder, as it would unpack there."""
    for path, content in FILES.items():
        write(folder, path, changed.get(path.rpartition("/")[2].partition(".")[0], content))


def by_hand(root, **changed):
    for path, content in FILES.items():
        name = path.rpartition("/")[2]
        write(root, f"{PLACE}/{name}", changed.get(name.partition(".")[0], content))


def program(folder, name, body):
    file = write(
        folder, f"bin/{name}", f'#!/bin/sh\nPATH=/bin:/usr/bin\necho "$@" >> {folder}/asked\n{textwrap.dedent(body)}\n'
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def stand_in(folder, download='cp -r {tree} "$3.deb"', unpack='cp -r "$2" "$3"', **changed):
    """An apt-get whose packages are folders, and a dpkg-deb that unpacks one by copying it."""
    place(folder / "tree", **changed)
    program(folder, "apt-get", download.format(tree=folder / "tree", folder=folder))
    program(folder, "dpkg-deb", unpack)


def asked(folder):
    file = folder / "asked"
    return [line.split() for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def obtained(root):
    return {file.name: file.read_text("utf-8") for file in (root / PLACE).glob("*")}


ALL = {"one.txt": "one two\n", "two.txt": "three\n"}


def obtain(root):
    corpora.obtain(root, ["data/in.csv", "sources/words", "corpora/words"])


def snapshot(root):
    return {file.relative_to(root): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def missing(reason, lacking="usr/share/words/one.txt, usr/share/words/two.txt"):
    return (
        f"sources/words.yml:5:1: missing-corpus: the text of Debian's package words-base is missing: {reason}; "
        f"unpack that package and put {lacking} into build/corpora/words; only --deep needs it"
    )


def test_without_apt_the_message_says_which_files_of_which_package_go_where(root):
    before = snapshot(root)
    result = CliRunner().invoke(main, ["--root", str(root), "measure", "--deep"])
    assert result.exit_code == 1
    assert result.stderr == f"{missing('there is no apt here')}\n1 problem; `coursebook explain RULE` tells more\n"
    assert "Traceback" not in result.output
    assert snapshot(root) == before


def test_verify_deep_says_the_same(root, tmp_path):
    by_hand(root)
    assert CliRunner().invoke(main, ["--root", str(root), "measure", "--deep"]).exit_code == 0
    for file in (root / PLACE).iterdir():
        file.unlink()
    assert CliRunner().invoke(main, ["--root", str(root), "verify"]).exit_code == 0, "what is kept needs no corpus"
    result = CliRunner().invoke(main, ["--root", str(root), "verify", "--deep"])
    assert result.exit_code == 1
    assert missing("there is no apt here") in result.stderr


def test_an_installed_package_is_taken_from_the_system_and_apt_is_not_asked(root, tmp_path):
    stand_in(tmp_path)
    place(tmp_path / "system")
    obtain(root)
    assert obtained(root) == ALL
    assert asked(tmp_path) == []


def test_a_package_that_is_not_installed_is_downloaded_and_unpacked_without_root(root, tmp_path):
    stand_in(tmp_path)
    obtain(root)
    assert obtained(root) == ALL
    download, extract = asked(tmp_path)
    assert download == ["-q", "download", "words-base"]
    assert extract[0] == "--extract"
    assert extract[1:] == [os.path.join(os.path.dirname(extract[1]), "words-base.deb"), "unpacked"]
    assert not os.path.exists(extract[1]), "scratch is gone"


def test_where_apt_has_no_lists_it_gets_some_in_a_folder_of_our_own(root, tmp_path):
    stand_in(tmp_path, """
        case "$2" in
        download) echo "E: no lists" >&2; exit 100;;
        esac
        for last; do :; done
        case "$2" in -oDir::State::Lists=*/coursebook-*/lists) ;; *) exit 3;; esac
        case "$last" in
        update) touch "${{2#*=}}/updated";;
        words-base) test -f "${{2#*=}}/updated" && cp -r {tree} words-base.deb;;
        esac
    """)  # fmt: skip
    obtain(root)
    assert obtained(root) == ALL
    assert [line[-1] for line in asked(tmp_path)] == ["words-base", "update", "words-base", "unpacked"]


@pytest.mark.parametrize(
    ("download", "unpack", "reason"),
    [
        ("echo 'W: a warning' >&2; echo 'E: no such package' >&2; exit 100", "", "E: no such package"),
        ("exit 100", "", "apt-get failed"),
        ("true", "", "apt downloaded nothing"),
        ("touch words-base.deb", "echo 'not an archive' >&2; exit 2", "not an archive"),
        ("touch words-base.deb", "exit 2", "dpkg-deb failed"),
        ("touch words-base.deb", "true", "its files have other hashes than listed here"),
    ],
)
def test_what_apt_could_not_do_is_said_in_its_words(root, tmp_path, download, unpack, reason):
    stand_in(tmp_path, download, unpack)
    before = snapshot(root)
    assert problems_of(obtain, root) == [missing(reason)]
    assert snapshot(root) == before


def test_one_program_without_the_other_is_no_apt(root, tmp_path):
    stand_in(tmp_path)
    (tmp_path / "bin" / "dpkg-deb").unlink()
    assert problems_of(obtain, root) == [missing("there is no apt here")]


def test_files_with_another_hash_are_refused_wherever_they_come_from(root, tmp_path):
    stand_in(tmp_path, one="forged\n")
    place(tmp_path / "system", one="forged too\n")
    by_hand(root, one="forged by hand\n")
    assert problems_of(obtain, root) == [
        missing("its files have other hashes than listed here", "usr/share/words/one.txt")
    ]  # fmt: skip
    assert obtained(root) == {**ALL, "one.txt": "forged by hand\n"}, "what is there is not touched, and never used"


def test_a_wrong_file_is_replaced_where_the_right_one_can_be_had(root, tmp_path):
    place(tmp_path / "system")
    by_hand(root, one="forged by hand\n")
    obtain(root)
    assert obtained(root) == ALL


def test_files_come_from_the_system_and_from_apt_together(root, tmp_path):
    stand_in(tmp_path, one="forged\n")
    place(tmp_path / "system", two="old\n")
    obtain(root)
    assert obtained(root) == ALL


def test_files_that_somebody_put_there_are_taken_and_left_alone(root, tmp_path):
    stand_in(tmp_path)
    by_hand(root)
    stamps = [file.stat().st_mtime_ns for file in sorted((root / PLACE).iterdir())]
    obtain(root)
    assert asked(tmp_path) == []
    assert [file.stat().st_mtime_ns for file in sorted((root / PLACE).iterdir())] == stamps


def test_every_corpus_that_is_missing_is_named(root):
    write(root, "sources/more.yml", SOURCE.replace("words-base", "more-base") + f"    a.txt: {'a' * 64}\n")
    found = problems_of(corpora.obtain, root, ["corpora/words", "corpora/more", "corpora/more"])
    assert [one.split(" is missing")[0].rpartition(" ")[2] for one in found] == ["more-base", "words-base"]


def test_what_needs_no_corpus_asks_for_none(root, tmp_path):
    stand_in(tmp_path)
    corpora.obtain(root, ["sources/words", "data/in.csv"])
    write(root, "build_figures/light.py", "from coursebook.make.experiment import Results\n\n\ndef measure(needs, seed):\n    return Results()\n")  # fmt: skip
    assert measure(root) == ["light"]
    assert asked(tmp_path) == []
    assert not (root / PLACE).exists()


def deep(root):
    planned = runner.plan(root, deep=True)
    with runner.local(1) as executor:
        return runner.measure(root, planned, executor)


def test_an_experiment_reads_the_files_of_its_corpus_and_no_others_there(root):
    by_hand(root)
    write(root, f"{PLACE}/three.txt", "x\n")
    assert deep(root) == ["counted"]
    assert evidence.read(root)[0]["counted"].results.numbers["words"].value == 3
    for body, what in (
        ("(folder / 'three.txt').read_text()", "read build/corpora/words/three.txt"),
        ("list(folder.iterdir())", "list build/corpora/words"),
        ("(folder / 'one.txt').write_text('')", "write build/corpora/words/one.txt"),
        ("open('sources/words.yml')", "read sources/words.yml"),
    ):
        write(root, "build_figures/counted.py", EXPERIMENT.replace("    count =", f"    {body}\n    count ="))
        (found,) = problems_of(deep, root)
        assert f"failed-experiment: undeclared: {what};" in found
    assert obtained(root) == {**ALL, "three.txt": "x\n"}


def test_drawing_again_needs_no_corpus(root, tmp_path):
    by_hand(root)
    deep(root)
    for file in (root / PLACE).iterdir():
        file.unlink()
    edit(root, "build_figures/counted.py", "How many words", "What number of words")
    assert deep(root) == ["counted"]


def test_the_hashes_in_the_source_are_the_input_and_the_text_need_not_be_there(root):
    experiment = fingerprint.discover(root)[0]["counted"]
    cited, problems = sources.read(root)
    assert problems == []
    before = fingerprint.inputs(root, experiment.needs, cited)
    assert list(before) == ["corpora/words"]
    assert before["corpora/words"]
    by_hand(root)
    assert fingerprint.inputs(root, experiment.needs, cited) == before
    edit(root, "sources/words.yml", "licence: free", "licence: very free")
    assert fingerprint.inputs(root, experiment.needs, sources.read(root)[0]) == before
    edit(root, "sources/words.yml", evidence.digest("three\n"), "a" * 64)
    assert fingerprint.inputs(root, experiment.needs, sources.read(root)[0]) != before


def test_a_corpus_that_no_source_has_does_not_exist(root):
    edit(root, "build_figures/counted.py", 'NEEDS = ["corpora/words"]', 'NEEDS = ["corpora/nothing"]')
    assert problems_of(runner.plan, root, deep=True) == [
        "build_figures/counted.py:1:1: failed-experiment: NEEDS 'corpora/nothing', which does not exist"
    ]
