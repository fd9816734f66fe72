"""What a release asked: its bank, from a `questions.json` or from the tree of a git revision."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
import zipfile
from pathlib import Path

from coursebook.publish.quiz.assignment import Bank
from coursebook.publish.quiz.bank import FILE, released
from coursebook.publish.site import Options, assemble


def read(root: Path, name: str) -> Bank:
    """The bank of a file, else of a git revision's tree; raises LookupError. The file must have its own hash."""
    if not Path(name).is_file():
        return revision(root, name)
    try:
        bank: Bank = json.loads(Path(name).read_text("utf-8"))
        whole = bank["release"] == released(bank["chapters"], bank["questions"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise LookupError(f"'{name}' is no {FILE}") from None
    if not whole:
        raise LookupError(f"'{name}' was changed: its content is not what its release says")
    return bank


def revision(root: Path, name: str) -> Bank:
    """The bank that this coursebook makes of a revision's tree. Its faults do not matter here: an attempt fits the release by
    hash or not at all."""
    command = ["git", "archive", "--format=zip", "--end-of-options", name, "."]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise LookupError(f"there is no file '{name}', and no git to look for a revision") from None
    if done.returncode:
        raise LookupError(f"'{name}' is neither a {FILE} nor a git revision")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder)
        return tree(Path(folder))


def tree(root: Path) -> Bank:
    """The bank of a course as it lies there; raises LookupError."""
    found = assemble(root, Options()).files.get(FILE)
    if not isinstance(found, str):
        raise LookupError("the course has no questions")
    bank: Bank = json.loads(found)
    return bank
