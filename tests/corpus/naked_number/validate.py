"""Check the form of the corpus: every span matches its sentence.

Run: python tests/corpus/naked_number/validate.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEYS = {"id", "text", "measures", "origin"}


def check(path: Path, prefix: str, seen: set[str]) -> tuple[list[str], dict[str, int]]:
    """Return the faults of one file and its counts."""
    faults: list[str] = []
    total = empty = own = spans = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        where = f"{path.name}:{number}"
        if set(row) != KEYS:
            faults.append(f"{where}: keys {sorted(row)}")
        if row["id"] != f"{prefix}{number:03d}":
            faults.append(f"{where}: id {row['id']}")
        text = row["text"]
        if text in seen:
            faults.append(f"{where}: sentence appears twice")
        seen.add(text)
        end = 0
        for span in row["measures"]:
            start, literal = span["start"], span["text"]
            if not literal or text[start : start + len(literal)] != literal:
                faults.append(f"{where}: {literal!r} is not at {start}")
            if start < end:
                faults.append(f"{where}: {literal!r} overlaps or is out of order")
            if not (literal[:1].isalnum() or (literal[:1] == "." and literal[1:2].isdigit())):
                faults.append(f"{where}: {literal!r} does not start with a digit or letter")
            end = start + len(literal)
        total += 1
        spans += len(row["measures"])
        empty += not row["measures"]
        own += row["origin"] == "own"
    counts = {"sentences": total, "without measure": empty, "spans": spans, "own": own}
    return faults, counts


def main() -> int:
    seen: set[str] = set()
    bad = False
    for name, prefix in (("dev.jsonl", "d"), ("held_out.jsonl", "h"), ("dev_2.jsonl", "e")):
        faults, counts = check(HERE / name, prefix, seen)
        print(name, counts)
        for fault in faults:
            print("  ", fault)
        bad = bad or bool(faults)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
