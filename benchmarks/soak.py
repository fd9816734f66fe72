"""The long tests, and what the README says of them, printed as Markdown: `make soak`; commit the report.

- a newcomer: a clone in an empty folder with an empty HOME, `make site` and `make test`, timed
- deep verification: what is trained is trained again, and compared
- mutants: every number of the course changed in turn, in both tiers
- the linter on its corpus, both halves
- a browser: also the tests that a push leaves out
- ten thousand documents with questions as they are while they are typed
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ("PATH", "LANG", "TERM")
PACKAGING = re.compile(r"^(PIP_|NPM_|npm_|SSL_|REQUESTS_|NODE_EXTRA|HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy)")


def newcomer() -> Iterator[str]:
    """The README's two commands where nothing is installed or cached."""
    yield "## A newcomer's machine\n\n| command | seconds |\n|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder, "course"), Path(folder, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {name: value for name, value in os.environ.items() if name in KEPT or PACKAGING.match(name)}
        bare = [part for part in environment["PATH"].split(os.pathsep) if not part.startswith(str(ROOT))]
        environment |= {"HOME": str(home), "PIP_NO_CACHE_DIR": "1", "PATH": os.pathsep.join(bare)}
        for command in ("site", "test"):
            started = time.perf_counter()
            done = subprocess.run(
                ["make", command], cwd=clone, env=environment, capture_output=True, encoding="utf-8", check=False
            )
            taken = time.perf_counter() - started
            last = (done.stdout.strip() or done.stderr.strip()).splitlines()[-1:]
            yield f"| `make {command}` | {taken:.0f}{'' if done.returncode == 0 else f' (failed: {last})'} |"
    yield f"\n{os.cpu_count()} cores.\n"


def printed_by(test: str, pattern: str) -> list[str]:
    """The lines of a test's output that match."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "COURSEBOOK_SOAK": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        return [f"FAILED: {done.stdout[-2000:]}"]
    return [line for line in done.stdout.splitlines() if re.search(pattern, line)]


def mutants() -> Iterator[str]:
    yield "## Mutants: one number changes, everywhere a number stands\n\n| tier | where | made | caught |\n|---|---|---|---|"
    yield from printed_by("tests/test_mutants.py", r"^\|")
    yield ""


def corpus() -> Iterator[str]:
    yield "## The linter on its corpus\n\n```"
    yield from printed_by("tests/publish/test_numbers.py", "precision")
    yield "```\n"


def typed() -> Iterator[str]:
    """Questions as they are while someone types, cuts, pastes or formats them."""
    yield "## Questions as they are typed\n\n```"
    yield from printed_by("tests/publish/quiz/test_parse_fuzz.py", "documents")
    yield "```\n"


def browser() -> Iterator[str]:
    """Every test in a browser, also those that a push leaves out."""
    yield "## In a browser\n\n```"
    yield from printed_by("tests/browser", "passed")
    yield "```\n"


def deep() -> Iterator[str]:
    """Everything measured again, what is trained too."""
    yield "## Deep verification\n\n```"
    command = [sys.executable, "-m", "coursebook", "verify", "--deep"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    yield from done.stdout.splitlines() or [done.stderr[-2000:]]
    yield "```\n" if done.returncode == 0 else "FAILED\n```\n"


PARTS = {"deep": deep, "mutants": mutants, "corpus": corpus, "typed": typed, "browser": browser, "newcomer": newcomer}


def main(names: list[str]) -> None:
    """All parts, or those that are named."""
    written_by = f"python benchmarks/soak.py {' '.join(names)}" if names else "make soak"
    print(f"# Soak\n\nWritten by `{written_by}`.\n")
    failed = False
    for name in names or PARTS:
        for line in PARTS[name]():
            failed = failed or "FAILED" in line or "(failed" in line
            print(line, flush=True)
    sys.exit(int(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
