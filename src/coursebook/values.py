"""The records that sources and evidence share: values, columns, tables, figures, and what "the same" means for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal

Kind = Literal["measured", "cited", "derived", "assumed"]
Scalar = int | float
Cell = int | float | str

RELATIONS = {"=": "", "<": "less than ", ">": "more than ", "≈": "about ", "up-to": "up to "}
"""What a source says of a number, and the words that say so on the page."""
SPEC = re.compile(r"[-+ ]?[,_]?(\.\d{1,3})?[fFeEgGd%]?")
"""The format specifications that a number prints with: Python's, without fill and width, which could print other digits."""


@dataclass(frozen=True)
class Rule:
    """What "the same" means for an output that is measured again."""

    name: Literal["exact", "printed", "within", "sampled", "structure", "trained", "words"] = "printed"
    abs: float = 0.0
    rel: float = 0.0

    def __str__(self) -> str:
        return {
            "exact": "equal",
            "printed": "equal to half a unit of the last digit printed",
            "within": f"within {self.abs:g} or {self.rel:g} of the value",
            "sampled": "equal on the pinned run; elsewhere a two-proportion test",
            "words": "equal on the pinned run; elsewhere the same words, each number within one unit of its last digit",
            "structure": "same coordinates on the pinned run; elsewhere the same structure",
            "trained": "the same bytes, or another training whose scores lie in their bands",
        }[self.name]


@dataclass(frozen=True)
class Citation:
    """Where a cited number stands."""

    source: str
    label: str
    locator: str
    grade: str
    as_of: str
    review_by: str
    reported_by: str = ""


@dataclass(frozen=True)
class Measurement:
    """Which experiment computed a number, from what."""

    experiment: str
    name: str
    seed: int
    inputs: tuple[str, ...]
    rule: Rule
    deep: bool = False


@dataclass(frozen=True)
class Value:
    """One number that a page can print. `number` is a scalar, or (low, high) for a range; `unit` names what it counts;
    `format` is the Python format specification it prints with; `interval` is (low, high) in the same unit."""

    id: str
    number: Scalar | tuple[Scalar, Scalar]
    kind: Kind
    what: str
    unit: str = ""
    format: str = ""
    relation: str = "="
    interval: tuple[Scalar, Scalar] | None = None
    n: int | None = None
    origin: Citation | Measurement | None = None

    def text(self, spec: str = "") -> str:
        return printed(self.number, spec or self.format, self.relation)


@dataclass(frozen=True)
class Column:
    """A table's column. `cells` are all numbers or all text."""

    name: str
    cells: tuple[Cell, ...]
    what: str = ""
    unit: str = ""
    format: str = ""
    rule: Rule = Rule()

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(self.cells))

    def text(self, index: int) -> str:
        cell = self.cells[index]
        return cell if isinstance(cell, str) else printed(cell, self.format or default_format(*self.numbers))

    @property
    def numbers(self) -> tuple[Scalar, ...]:
        return tuple(cell for cell in self.cells if not isinstance(cell, str))


@dataclass(frozen=True)
class Table:
    """Columns of equal length under a title that says what the table shows."""

    title: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        lengths = {len(column.cells) for column in self.columns}
        if len(lengths) > 1:
            raise ValueError(f"the columns of '{self.title}' differ in length: {sorted(lengths)}")

    def column(self, name: str) -> tuple[Any, ...]:
        """The cells of the column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column.cells
        raise KeyError(f"no column '{name}'; there are {', '.join(column.name for column in self.columns)}")

    @property
    def rows(self) -> list[list[str]]:
        count = len(self.columns[0].cells) if self.columns else 0
        return [[column.text(index) for column in self.columns] for index in range(count)]


@dataclass(frozen=True)
class Figure:
    """A drawing as Plotly JSON, template left out. `stills` maps light and dark to SVG files below evidence/."""

    id: str
    json: Mapping[str, Any]
    stills: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        title = self.json.get("layout", {}).get("title", {})
        return str(title.get("text", "") if isinstance(title, dict) else title).replace("<br>", " ")

    @property
    def size(self) -> tuple[int, int]:
        layout = self.json.get("layout", {})
        return int(layout.get("width", 720)), int(layout.get("height", 420))


def exact_fraction(number: Scalar) -> Fraction:
    """The decimal number that was written, not the nearest binary one: 0.1 is one tenth."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def decimals(number: Scalar) -> int:
    """Decimal places in the shortest way to write a number; a float that is whole has one, as in 98.0."""
    if isinstance(number, int):
        return 0
    exponent = Decimal(repr(number)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def default_format(*numbers: Scalar) -> str:
    return f",.{max(map(decimals, numbers), default=0)}f"


def formatted(number: Scalar | Fraction, spec: str) -> str:
    """Format exactly, halves away from zero as people round, with a true minus sign. ValueError on a bad spec."""
    if not SPEC.fullmatch(spec):
        raise ValueError(f"'{spec}' is not a format such as ,.1f")
    fraction = number if isinstance(number, Fraction) else exact_fraction(number)
    if spec.endswith("d") and fraction.denominator != 1:
        raise ValueError("'d' prints whole numbers only")
    with localcontext() as context:
        context.prec, context.rounding = 1000 + fraction.numerator.bit_length() // 3, ROUND_HALF_UP
        exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
        text = format(exact, spec.removesuffix("d") + ".0f" if spec.endswith("d") else spec)
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def printed(number: Scalar | tuple[Scalar, Scalar], spec: str = "", relation: str = "=") -> str:
    """A number as the page prints it, its relation in words, a range with an en dash."""
    if isinstance(number, tuple):
        low, high = number
        spec = spec or default_format(low, high)
        return RELATIONS[relation] + f"{formatted(low, spec)}–{formatted(high, spec)}"
    return RELATIONS[relation] + formatted(number, spec or default_format(number))
