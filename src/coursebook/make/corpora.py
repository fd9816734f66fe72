"""Texts that experiments read and the course does not carry: files of Debian packages, obtained without root.

A corpus is a package and the SHA-256 of the files in it, in its source's YAML. It is taken from the system where it is
installed, else downloaded and unpacked below build/; only files with the right hash are ever used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from coursebook import evidence, sources
from coursebook.fingerprint import corpus_of
from coursebook.problems import Problem, Problems
from coursebook.sources import OBTAINED, Corpus, Source

SYSTEM = Path("/")


def obtain(root: Path, needs: Iterable[str]) -> None:
    """Have every corpus among these needs below build/corpora. Raises Problems that say what is missing, and how to get it."""
    wanted = set(needs)
    if not any(need.startswith(f"{sources.CORPORA}/") for need in wanted):
        return
    cited, _ = sources.read(root)
    problems = []
    for need in sorted(wanted):
        corpus = corpus_of(need, cited)
        if corpus is not None:
            problems += list(_obtain(root, cited[need.partition("/")[2]], corpus))
    if problems:
        raise Problems(problems)


def _obtain(root: Path, source: Source, corpus: Corpus) -> Iterator[Problem]:
    folder = root / OBTAINED / source.key
    if _take(folder, SYSTEM, corpus):
        return
    with tempfile.TemporaryDirectory(prefix="coursebook-") as scratch:
        said = _download(corpus.package, Path(scratch))
        if not said and _take(folder, Path(scratch) / "unpacked", corpus):
            return
    lacking = [path for path, known in corpus.files.items() if not _is(folder / Path(path).name, known)]
    message = (
        f"the text of Debian's package {corpus.package} is missing: {said or 'its files have other hashes than listed here'}"
    )
    hint = f"unpack that package and put {', '.join(lacking)} into {OBTAINED}/{source.key}; only --deep needs it"
    yield Problem(source.path, *source.corpus_position, "missing-corpus", message, hint)


def _take(folder: Path, tree: Path, corpus: Corpus) -> bool:
    """Copy what is lacking from an unpacked tree; whether all files are there now, with the hashes that they should have."""
    for path, known in corpus.files.items():
        file = folder / Path(path).name
        if not _is(file, known) and _is(tree / path, known):
            evidence.write(file, (tree / path).read_bytes())
    return all(_is(folder / Path(path).name, known) for path, known in corpus.files.items())


def _is(file: Path, known: str) -> bool:
    return file.is_file() and evidence.digest(file.read_bytes()) == known


def _download(package: str, folder: Path) -> str:
    """Download and unpack a package below `folder`; what went wrong, or ''."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return "there is no apt here"
    lists = [f"-oDir::State::Lists={folder}/lists", f"-oDir::Cache={folder}/cache", "-oAPT::Sandbox::User="]
    os.makedirs(folder / "lists" / "partial")
    os.makedirs(folder / "cache" / "archives" / "partial")
    said = _said(["apt-get", "-q", "download", package], folder)
    if said:
        said = _said(["apt-get", "-q", *lists, "update"], folder) or _said(
            ["apt-get", "-q", *lists, "download", package], folder
        )
    archive = next(folder.glob("*.deb"), None)
    if archive is None:
        return said or "apt downloaded nothing"
    return _said(["dpkg-deb", "--extract", str(archive), "unpacked"], folder)


def _said(command: list[str], folder: Path) -> str:
    """The last line of a command that failed, or ''."""
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [f"{command[0]} failed"])[-1]
