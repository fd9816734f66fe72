"""What git knows of a file: its last commit, looked up when the site is built, since evidence cannot hold its own."""

from __future__ import annotations

import subprocess
from pathlib import Path


def last_commits(root: Path, folders: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Path to (short commit, date as YYYY-MM-DD) for the files below these folders; empty where there is no git."""
    command = ["git", "log", "--format=%x00%h %cs", "--name-only", "--relative", "--", *folders]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return {}
    commits: dict[str, tuple[str, str]] = {}
    for entry in done.stdout.split("\0")[1:]:
        head, *paths = entry.split("\n")
        sha, _, date = head.partition(" ")
        for path in filter(None, paths):
            commits.setdefault(path, (sha, date))
    return commits
