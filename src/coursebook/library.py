"""Everything that a page can name: the values, columns, tables and figures of all sources and all evidence."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursebook import evidence, sources
from coursebook.evidence import Evidence
from coursebook.problems import Problem
from coursebook.sources import Source
from coursebook.text import did_you_mean
from coursebook.values import Citation, Column, Figure, Kind, Measurement, Rule, Scalar, Table, Value, default_format

OWN_TABLE = "table"
"""The table of this name is its namespace's own: its columns are `name.column`, not `name.table.column`."""


@dataclass
class Library:
    """Names and what they stand for. `value`, `column`, `table` and `figure` raise KeyError(message, hint)."""

    values: dict[str, Value] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    origins: dict[str, tuple[Kind, Citation | Measurement]] = field(default_factory=dict)
    """Kind and origin of each figure and table, by the name that `evidence:` gives it."""

    def value(self, name: str) -> Value:
        if name not in self.values:
            raise _unknown("value", name, self.values)
        return self.values[name]

    def column(self, name: str) -> Column:
        if name not in self.columns:
            raise _unknown("column", name, self.columns)
        return self.columns[name]

    def figure(self, name: str) -> Figure | Table:
        """What `evidence:name` shows: a figure, or a table."""
        if name in self.figures:
            return self.figures[name]
        if name in self.tables:
            return self.tables[name]
        raise _unknown("figure", name, [*self.figures, *self.tables])

    def add_value(self, value: Value) -> None:
        self.values[value.id] = value

    def add_table(self, namespace: str, name: str, table: Table, kind: Kind, origin: Citation | Measurement) -> None:
        """Register a table, its columns, and every numeric cell as a value of its own."""
        self.tables[f"{namespace}/{name}"] = table
        self.origins[f"{namespace}/{name}"] = kind, origin
        prefix = namespace if name == OWN_TABLE else f"{namespace}.{name}"
        for column in table.columns:
            identifier = f"{prefix}.{column.name}"
            self.columns[identifier] = column
            for index, cell in enumerate(column.cells):
                if not isinstance(cell, str):
                    self.add_value(_cell_value(identifier, column, index, cell, kind, origin))


def _cell_value(identifier: str, column: Column, index: int, cell: Scalar, kind: Kind, origin: Citation | Measurement) -> Value:
    spec = column.format or default_format(*column.numbers)
    own = replace(origin, rule=column.rule) if isinstance(origin, Measurement) else origin
    return Value(f"{identifier}[{index}]", cell, kind, column.what or column.name, column.unit, spec, origin=own)


def _unknown(noun: str, name: str, known: Iterable[str]) -> KeyError:
    names = sorted({re.sub(r"\[\d+\]$", "[0]", candidate) for candidate in known})
    return KeyError(f"no {noun} '{name}'", did_you_mean(name, names))


def load(root: Path, today: datetime.date | None = None) -> tuple[Library, list[Problem]]:
    """All sources and all evidence below `root`, and what is wrong with them."""
    cited, problems = sources.read(root, today)
    measured, complaints = evidence.read(root)
    problems = problems + complaints
    for name in sorted(cited.keys() & measured.keys()):
        path = cited[name].path
        problems.append(Problem(path, 1, 1, "bad-source", f"an experiment is also named '{name}'", "rename one of them"))
    library = gather(root, cited, measured.values())
    return library, problems


def gather(root: Path, cited: Mapping[str, Source], measured: Iterable[Evidence]) -> Library:
    """The library of these sources and this evidence, which need not be what is committed."""
    library = Library(sources=dict(cited))
    for source in cited.values():
        for fact in source.facts.values():
            origin = source.citation(fact)
            if fact.value is not None:
                library.add_value(replace(fact.value, origin=origin))
            if fact.table is not None:
                library.add_table(source.key, fact.id, fact.table, "cited", origin)
    for item in measured:
        for value in item.values():
            library.add_value(value)
        for name, table in item.results.tables.items():
            library.add_table(item.name, name, table, item.kind, item.measurement(Rule()))
        for name, data in item.figures.items():
            library.figures[f"{item.name}/{name}"] = evidence.figure(root, f"{item.name}/{name}", data)
            library.origins[f"{item.name}/{name}"] = item.kind, item.measurement(Rule("exact"))
    return library
