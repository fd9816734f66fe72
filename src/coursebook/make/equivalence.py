"""Whether a number that was measured again is "the same", by the rule that its experiment declared for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coursebook.evidence import File, Number, Results, digest
from coursebook.values import Cell, Column, Rule, Scalar, Table, default_format, printed

Verdict = Literal["identical", "equivalent", "kept", "moved", "broken", "tampered", "not run"]
"""`kept`: deep evidence that was not trained again in this run; its code, inputs and files are those of its receipt."""
PASSES = ("identical", "equivalent", "kept")
FAMILY_LEVEL = 0.001
"""Chance that a verification as a whole calls any resampled rate moved when none has."""
NEIGHBOURS, OVERLAP, COORDINATE = 10, 0.6, 1e-4
"""A layout is the same elsewhere when this share of each point's nearest neighbours is."""


@dataclass(frozen=True)
class Comparison:
    """One output, before and after. `id` is as pages name it; `old` and `new` are as they print."""

    id: str
    verdict: Verdict
    old: str
    new: str
    rule: Rule

    @property
    def passes(self) -> bool:
        return self.verdict in PASSES


def compare(name: str, old: Results, new: Results, pinned: bool = True, family: int = 0) -> list[Comparison]:
    """Hold fresh results of experiment `name` against the committed ones. `pinned` says that this machine obeys the
    pinned numerics, so that what is deterministic there must be equal here; `family` counts the sampled rates of the
    whole verification, where that is more than this experiment."""
    level = FAMILY_LEVEL / max(1, family, count_sampled(old))
    comparisons = list(_numbers(name, old.numbers, new.numbers, pinned, level))
    for table in sorted(old.tables.keys() | new.tables.keys()):
        comparisons += _tables(name, table, old.tables.get(table), new.tables.get(table), pinned, level)
    return comparisons


def _numbers(
    name: str, old: Mapping[str, Number], new: Mapping[str, Number], pinned: bool, level: float
) -> Iterator[Comparison]:
    for key in sorted(old.keys() | new.keys()):
        identifier, before, after = f"{name}.{key}", old.get(key), new.get(key)
        if before is None or after is None:
            present = before or after
            assert present
            texts = (_shown(before), _shown(after))
            yield Comparison(identifier, "moved", *texts, present.rule)
            continue
        same = same_number(before.rule, before.value, after.value, before.format, (before.n, before.unit), pinned, level)
        context = (before.unit, before.format, before.interval, before.n, before.what, before.rule)
        if context != (after.unit, after.format, after.interval, after.n, after.what, after.rule):
            same = _worst(same, _intervals(before, after))
        yield Comparison(identifier, same, _full(before), _full(after), before.rule)


def _intervals(before: Number, after: Number) -> Verdict:
    """Intervals follow their number's rule; unit, format, n and wording are equal or moved."""
    described = (before.unit, before.format, before.n, before.what, before.rule)
    if described != (after.unit, after.format, after.n, after.what, after.rule):
        return "moved"
    if before.rule.name == "exact" or (before.interval is None) != (after.interval is None):
        return "moved"
    if before.interval is None or after.interval is None or before.rule.name == "sampled":
        return "equivalent"
    ends = zip(before.interval, after.interval, strict=True)
    return _worst(*(same_number(before.rule, one, other, before.format) for one, other in ends))


def _tables(name: str, key: str, old: Table | None, new: Table | None, pinned: bool, level: float) -> Iterator[Comparison]:
    identifier = name if key == "table" else f"{name}.{key}"
    if old is None or new is None or [one.name for one in old.columns] != [one.name for one in new.columns]:
        yield Comparison(identifier, "moved", _columns(old), _columns(new), Rule("exact"))
        return
    if old.title != new.title:
        yield Comparison(f"{identifier} (title)", "moved", old.title, new.title, Rule("exact"))
    layout = [column for column in old.columns if column.rule.name == "structure"]
    structure = _layouts(layout, [new.column(column.name) for column in layout], pinned)
    for before, after in zip(old.columns, new.columns, strict=True):
        yield from _cells(f"{identifier}.{before.name}", before, after, pinned, level, structure)


def _cells(
    identifier: str, before: Column, after: Column, pinned: bool, level: float, structure: Verdict
) -> Iterator[Comparison]:
    described = (before.what, before.unit, before.format, before.rule)
    if len(before.cells) != len(after.cells) or described != (after.what, after.unit, after.format, after.rule):
        yield Comparison(identifier, "moved", f"{len(before.cells)} rows", f"{len(after.cells)} rows", before.rule)
        return
    spec = before.format or default_format(*before.numbers)
    for index, (one, other) in enumerate(zip(before.cells, after.cells, strict=True)):
        if isinstance(one, str) or isinstance(other, str) or before.rule.name == "structure":
            verdict: Verdict = "identical" if one == other else structure if before.rule.name == "structure" else "moved"
        else:
            verdict = same_number(before.rule, one, other, spec, (None, before.unit), pinned, level)
        yield Comparison(f"{identifier}[{index}]", verdict, _cell(one), _cell(other), before.rule)


def same_number(
    rule: Rule, old: Scalar, new: Scalar, spec: str = "", rate: tuple[int | None, str] = (None, ""),
    pinned: bool = True, level: float = FAMILY_LEVEL,
) -> Verdict:  # fmt: skip
    """The verdict on one number. `rate` is (n, unit) of a sampled share, in share or percent."""
    if old == new and type(old) is type(new):
        return "identical"
    match rule.name:
        case "within":
            same = abs(new - old) <= max(rule.abs, rule.rel * abs(old))
        case "printed":
            same = abs(new - old) <= _half_unit(spec or default_format(old))
        case "sampled":
            n, unit = rate
            share = 100 if unit == "percent" else 1
            same = bool(n) and not pinned and two_proportions(old / share, new / share, n or 1) >= level
        case _:
            same = False
    return "equivalent" if same else "moved"


def _half_unit(spec: str) -> float:
    """Half a unit of the last digit that a format specification prints; 0 where that depends on the number."""
    fixed = re.search(r"\.(\d+)([fF%])$", spec)
    if fixed is None:
        return 0.0
    places = int(fixed[1]) + (2 if fixed[2] == "%" else 0)
    return 0.5 * 10.0**-places * (1 + 1e-9)


def two_proportions(first: float, second: float, n: int) -> float:
    """Two-sided p-value that two shares, each of n cases, come from one rate; pooled z, Agresti and Caffo's +1/+2."""
    one, two = (first * n + 1) / (n + 2), (second * n + 1) / (n + 2)
    pooled = (one + two) / 2
    error = math.sqrt(pooled * (1 - pooled) * 2 / (n + 2))
    return math.erfc(abs(one - two) / error / math.sqrt(2)) if error else 1.0


def _layouts(columns: list[Column], fresh: list[tuple[Any, ...]], pinned: bool) -> Verdict:
    """Whether two layouts of the same points are one structure."""
    if not columns or [len(column.cells) for column in columns] != [len(cells) for cells in fresh]:
        return "moved"
    old, new = (list(zip(*cells, strict=True)) for cells in ([column.cells for column in columns], fresh))
    if all(abs(a - b) <= COORDINATE for one, other in zip(old, new, strict=True) for a, b in zip(one, other, strict=True)):
        return "equivalent"
    return "moved" if pinned or neighbour_overlap(old, new) < OVERLAP else "equivalent"


def neighbour_overlap(old: list[tuple[float, ...]], new: list[tuple[float, ...]], k: int = NEIGHBOURS) -> float:
    """Mean share of each point's k nearest neighbours that two layouts have in common, 0 to 1. Of few points, at most
    a third of the others are neighbours: were all, every two layouts would agree."""
    k = min(k, max(1, (len(old) - 1) // 3))
    if len(old) == 1:
        return 1.0

    def nearest(points: list[tuple[float, ...]], index: int) -> set[int]:
        order = sorted((math.dist(points[index], point), other) for other, point in enumerate(points) if other != index)
        return {other for _, other in order[:k]}

    shares = [len(nearest(old, index) & nearest(new, index)) / k for index in range(len(old))]
    return sum(shares) / len(shares)


def compare_files(
    known: Mapping[str, str], old: Mapping[str, bytes], new: Mapping[str, File], pinned: bool
) -> Iterator[Comparison]:
    """Files by the hashes that the receipt names: `structure` reads word vectors, and lets other processors round; of
    `trained` weights the scores tell, which stand among the numbers."""
    for path in sorted(known.keys() | new.keys()):
        was, now = known.get(path, "absent"), digest(new[path].content) if path in new else "absent"
        rule = new[path].rule if path in new else Rule("exact")
        same: Verdict = "identical" if was == now else "moved"
        if same == "moved" and rule.name == "structure" and path in old and path in new:
            words, points = vectors(old[path])
            again, fresh = vectors(new[path].content)
            columns = [Column(str(index), cells) for index, cells in enumerate(zip(*points, strict=True))]
            same = _layouts(columns, list(zip(*fresh, strict=True)), pinned) if words == again else "moved"
        if same == "moved" and rule.name == "trained" and path in old and path in new:
            same = "equivalent"
        yield Comparison(path, same, was[:12], now[:12], rule)


def vectors(content: bytes) -> tuple[list[str], list[tuple[float, ...]]]:
    """Words and points of a file in word2vec's text format; none where it is no such file."""
    rows = [line.split(" ") for line in content.decode("utf-8", errors="replace").splitlines()[1:]]
    try:
        words, points = [row[0] for row in rows], [tuple(map(float, row[1:])) for row in rows]
    except ValueError:
        return [], []
    return (words, points) if len(set(map(len, points))) == 1 else ([], [])


def _worst(*verdicts: Verdict) -> Verdict:
    order: list[Verdict] = ["identical", "equivalent", "kept", "moved", "broken", "tampered", "not run"]
    return max(verdicts, key=order.index)


def worst(comparisons: list[Comparison], verdict: Verdict = "identical") -> Verdict:
    return _worst(verdict, *(comparison.verdict for comparison in comparisons))


def count_sampled(results: Results) -> int:
    return sum(number.rule.name == "sampled" for number in results.numbers.values())


def _shown(number: Number | None) -> str:
    return "absent" if number is None else printed(number.value, number.format)


def _full(number: Number) -> str:
    interval = f" [{number.interval[0]!r}, {number.interval[1]!r}]" if number.interval else ""
    return f"{number.value!r}{interval}" + (f" n={number.n}" if number.n else "")


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, str) else repr(cell)


def _columns(table: Table | None) -> str:
    return "absent" if table is None else ", ".join(column.name for column in table.columns)
