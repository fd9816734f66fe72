"""Arithmetic and comparisons over values, with provenance. One grammar serves prose, claims and quiz answers.

    + - * / **   ( )   name.value   name.column[i]   min max abs round sum len   and, in claims, < <= > >= == !=

Numbers are exact decimals (0.1 + 0.2 is 0.3), relations such as "more than 97" are carried through or refused, and
nothing that Python would run is run: the text is parsed, each node is looked at, and what is unknown is an error.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from coursebook.values import Column, Kind, Scalar, Value, decimals, exact_fraction, printed

LONGEST = 500
DEEPEST = 60
LARGEST_POWER = 2**15
"""Bits up to which a power is computed exactly."""
MOST_PLACES = 50
"""Decimal places that round() takes."""


class ExpressionError(Exception):
    """Why an expression has no value. `offset` counts characters from the expression's beginning."""

    def __init__(self, message: str, offset: int = 0, rule: str = "bad-expression", hint: str = ""):
        super().__init__(message)
        self.message, self.offset, self.rule, self.hint = message, offset, rule, hint


class Names(Protocol):
    """What an expression may name; both raise KeyError, with a hint as its second argument, for an unknown name."""

    def value(self, name: str) -> Value: ...
    def column(self, name: str) -> Column: ...


@dataclass(frozen=True)
class Quantity:
    """A number, or (low, high), with what its source says of it. `places` is None when no operand sets them."""

    low: Fraction
    high: Fraction
    relation: str = "="
    places: int | None = 0

    @property
    def scalar(self) -> bool:
        return self.low == self.high

    @property
    def exact(self) -> bool:
        return self.scalar and self.relation == "="


@dataclass(frozen=True)
class Result:
    """An expression's value, where it came from, and how it prints."""

    expression: str
    quantity: Quantity
    kind: Kind
    values: tuple[Value, ...]
    literals: tuple[str, ...]
    bare: Value | None = None
    """The value itself, when the expression does nothing but name it."""

    @property
    def number(self) -> Scalar:
        """The value as a plain number, at full precision; the middle of a range is never taken."""
        if not self.quantity.scalar:
            raise ExpressionError("a range is not one number")
        fraction = self.quantity.low
        try:
            return int(fraction) if fraction.denominator == 1 else float(fraction)
        except OverflowError:
            raise ExpressionError("too large to be a number on a page") from None

    def text(self, spec: str = "") -> str:
        if self.bare is not None:
            return self.bare.text(spec)
        quantity = self.quantity
        spec = spec or _natural_format(quantity)
        number = quantity.low if quantity.scalar else (quantity.low, quantity.high)
        return printed(number, spec, quantity.relation)  # type: ignore[arg-type]


def _natural_format(quantity: Quantity) -> str:
    if quantity.places is not None:
        return f",.{quantity.places}f"
    if quantity.low.denominator == quantity.high.denominator == 1:
        return ",.0f"
    size, digits = max(abs(quantity.low), abs(quantity.high)), 2
    while size >= 10 and digits > 0:
        size, digits = size / 10, digits - 1
    while size < 1 and digits < 12:
        size, digits = size * 10, digits + 1
    return f",.{digits}f"


def evaluate(expression: str, names: Names, variables: Mapping[str, Scalar] | None = None) -> Result:
    """The value of an arithmetic expression; raises ExpressionError."""
    evaluator = _Evaluator(expression, names, variables or {})
    tree = evaluator.parse()
    if isinstance(tree, ast.Compare):
        raise ExpressionError("a comparison is a claim, not a number", 0, hint="write {{? ... }}")
    return evaluator.result(tree, evaluator.quantity(tree))


def holds(expression: str, names: Names, variables: Mapping[str, Scalar] | None = None) -> tuple[bool, Result]:
    """Whether a comparison is true, and the Result of its first side with the provenance of all; raises
    ExpressionError, with the rule false-claim where the sources leave it open."""
    evaluator = _Evaluator(expression, names, variables or {})
    tree = evaluator.parse()
    if not isinstance(tree, ast.Compare):
        raise ExpressionError("a claim needs a comparison", 0, hint="one of < <= > >= == !=")
    sides = [evaluator.quantity(side) for side in [tree.left, *tree.comparators]]
    true = all(
        _compare(operator, left, right, evaluator.offset(side))
        for operator, (left, right), side in zip(tree.ops, pairwise(sides), tree.comparators, strict=True)
    )
    return true, evaluator.result(tree, sides[0])


def split_format(text: str) -> tuple[str, str]:
    """`expression:spec` at the first colon, which the grammar itself has no use for."""
    expression, _, spec = text.partition(":")
    return expression, spec.strip()


class _Evaluator:
    def __init__(self, source: str, names: Names, variables: Mapping[str, Scalar]):
        self.source, self.names, self.variables = source, names, variables
        self.lead = len(source) - len(source.lstrip())
        self.text = re.sub(r"\s", " ", source.strip())
        """What is parsed: one line, every character in its place."""
        self.values: dict[str, Value] = {}
        self.literals: list[str] = []

    def parse(self) -> ast.expr:
        if not self.source.strip():
            raise ExpressionError("nothing stands between the braces")
        if len(self.source) > LONGEST:
            raise ExpressionError(f"longer than {LONGEST} characters")
        if "#" in self.text:
            raise ExpressionError("cannot be read", self.lead + self.text.index("#"), hint=GRAMMAR)
        try:
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            offset = (getattr(error, "offset", 1) or 1) - 1
            raise ExpressionError("cannot be read", self.lead + offset, hint=GRAMMAR) from None
        if _depth(tree) > DEEPEST:
            raise ExpressionError("nested too deeply")
        return tree

    def result(self, tree: ast.expr, quantity: Quantity) -> Result:
        values = tuple(self.values.values())
        named = isinstance(tree, ast.Name | ast.Attribute | ast.Subscript) and len(values) == 1
        bare = values[0] if named else None
        return Result(self.source.strip(), quantity, _kind(values, bare), values, tuple(self.literals), bare)

    def error(self, node: ast.expr, message: str, rule: str = "bad-expression", hint: str = "") -> ExpressionError:
        return ExpressionError(message, self.offset(node), rule, hint)

    def unknown(self, node: ast.expr, error: KeyError) -> ExpressionError:
        message, *hint = error.args
        return self.error(node, message, "unknown-value", hint[0] if hint else "")

    def offset(self, node: ast.expr) -> int:
        """Where a node begins, in characters; Python counts bytes."""
        return self.lead + len(self.text.encode()[: node.col_offset].decode())

    def quantity(self, node: ast.expr) -> Quantity:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                if number == float("inf"):
                    raise self.error(node, "too large")
                self.literals.append(ast.get_source_segment(self.text, node) or repr(number))
                return _scalar(exact_fraction(number), decimals(number))
            case ast.Name(id=name) if name in self.variables:
                return _scalar(exact_fraction(self.variables[name]), decimals(self.variables[name]))
            case ast.Name() | ast.Attribute():
                return self.named(node, self.dotted(node), None)
            case ast.Subscript(value=ast.Name() | ast.Attribute() as column):
                return self.named(node, self.dotted(column), self.index(node.slice))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                inner = self.quantity(operand)
                return self.scaled(node, inner, Fraction(-1)) if isinstance(sign, ast.USub) else inner
            case ast.BinOp(left=left, op=operator, right=right):
                return self.binary(node, operator, self.quantity(left), self.quantity(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return self.call(node, name, arguments)
            case ast.Compare():
                raise self.error(node, "a comparison inside an expression")
        raise self.error(node, "not part of the grammar", hint=GRAMMAR)

    def dotted(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner, attr=name):
                return f"{self.dotted(inner)}.{name}"
        raise self.error(node, "not a name", hint=GRAMMAR)

    def index(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int() as index) if not isinstance(index, bool):
                self.literals.append(f"[{index}]")
                return index
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as index)) if not isinstance(index, bool):
                self.literals.append(f"[-{index}]")
                return -index
        raise self.error(node, "an index is a whole number, counted from 0")

    def named(self, node: ast.expr, name: str, index: int | None) -> Quantity:
        try:
            value = self.names.value(name) if index is None else self.cell(node, name, index)
        except KeyError as error:
            raise self.unknown(node, error) from None
        self.values[value.id] = value
        return quantity_of(value)

    def cell(self, node: ast.expr, name: str, index: int) -> Value:
        column = self.names.column(name)
        count = len(column.cells)
        if not -count <= index < count:
            raise self.error(node, f"'{name}' has rows 0 to {count - 1}, not {index}", "unknown-value")
        if isinstance(column.cells[index], str):
            raise self.error(node, f"'{name}[{index}]' is text: '{column.cells[index]}'", "unknown-value")
        return self.names.value(f"{name}[{index if index >= 0 else index + count}]")

    def binary(self, node: ast.BinOp, operator: ast.operator, left: Quantity, right: Quantity) -> Quantity:
        match operator:
            case ast.Add():
                return self.added(node, left, right)
            case ast.Sub():
                return self.added(node, left, self.scaled(node, right, Fraction(-1)))
            case ast.Mult() if right.exact:
                return _loose(self.scaled(node, left, right.low), left, right)
            case ast.Mult() if left.exact:
                return _loose(self.scaled(node, right, left.low), left, right)
            case ast.Div() if right.exact:
                if right.low == 0:
                    raise self.error(node.right, "division by zero")
                return _free(self.scaled(node, left, 1 / right.low))
            case ast.Pow() if left.exact and right.exact:
                return _free(_scalar(self.power(node, left.low, right.low), None))
            case ast.Mult() | ast.Div() | ast.Pow():
                raise self.error(node, "this arithmetic would lose a range or a relation such as 'more than'")
        raise self.error(node, "not part of the grammar", hint=GRAMMAR)

    def scaled(self, node: ast.expr, quantity: Quantity, factor: Fraction) -> Quantity:
        relation = quantity.relation
        if factor == 0:
            return _scalar(Fraction(0), quantity.places)
        if factor < 0:
            if relation == "up-to":
                raise self.error(node, "'up to' cannot be turned around")
            relation = {"<": ">", ">": "<"}.get(relation, relation)
        low, high = sorted((quantity.low * factor, quantity.high * factor))
        return Quantity(low, high, relation, quantity.places)

    def added(self, node: ast.expr, left: Quantity, right: Quantity) -> Quantity:
        relations = {left.relation, right.relation} - {"="}
        if len(relations) > 1:
            raise self.error(node, f"'{left.relation}' and '{right.relation}' do not add up")
        places = None if left.places is None or right.places is None else max(left.places, right.places)
        return Quantity(left.low + right.low, left.high + right.high, relations.pop() if relations else "=", places)

    def power(self, node: ast.BinOp, base: Fraction, exponent: Fraction) -> Fraction:
        if base == 0 and exponent < 0:
            raise self.error(node.right, "division by zero")
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if exponent.denominator == 1 and abs(exponent) * bits <= LARGEST_POWER:
            return base**exponent  # type: ignore[return-value]
        try:
            result = float(base) ** float(exponent)
            if result == 0 != base:
                raise OverflowError
            return exact_fraction(result)
        except (OverflowError, ValueError, TypeError):
            raise self.error(node, "too large, too small, or not a real number") from None

    def call(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> Quantity:
        if len(arguments) == 1 and name in COLUMN_FUNCTIONS and isinstance(arguments[0], ast.Name | ast.Attribute):
            numbers = self.whole_column(arguments[0])
        elif name in {"sum", "len"}:
            raise self.error(node, f"{name}() takes a column")
        else:
            numbers = [self.quantity(argument) for argument in arguments]
        if not numbers or not all(quantity.exact for quantity in numbers):
            raise self.error(node, f"{name}() takes plain numbers")
        try:
            return FUNCTIONS[name](*numbers)
        except ValueError as error:
            raise self.error(node, str(error)) from None
        except TypeError:
            raise self.error(node, f"{name}() takes another number of arguments") from None

    def whole_column(self, node: ast.expr) -> list[Quantity]:
        name = self.dotted(node)
        try:
            column = self.names.column(name)
        except KeyError as error:
            raise self.unknown(node, error) from None
        return [self.named(node, name, index) for index in range(len(column.cells))]


def quantity_of(value: Value) -> Quantity:
    low, high = value.number if isinstance(value.number, tuple) else (value.number, value.number)
    places = _places(value.format) if value.format else max(decimals(low), decimals(high))
    return Quantity(exact_fraction(low), exact_fraction(high), value.relation, places)


def _places(spec: str) -> int | None:
    _, dot, tail = spec.rpartition(".")
    digits = tail.rstrip("f")
    return int(digits) if dot and tail.endswith("f") and digits.isdigit() else None


def _scalar(number: Fraction, places: int | None) -> Quantity:
    return Quantity(number, number, "=", places)


def _free(quantity: Quantity) -> Quantity:
    return Quantity(quantity.low, quantity.high, quantity.relation, None)


def _loose(quantity: Quantity, left: Quantity, right: Quantity) -> Quantity:
    """A product keeps its decimals only when it is whole numbers that are multiplied."""
    whole = left.places == 0 and right.places == 0
    return Quantity(quantity.low, quantity.high, quantity.relation, 0 if whole else None)


def _round(number: Quantity, places: Quantity | None = None) -> Quantity:
    digits = 0 if places is None else int(places.low)
    if abs(digits) > MOST_PLACES or (places is not None and places.low != digits):
        raise ValueError(f"round() takes a whole number of places, up to {MOST_PLACES}")
    shift = Fraction(10) ** digits
    shifted = abs(number.low) * shift
    rounded = (2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator) / shift
    return _scalar(rounded if number.low >= 0 else -rounded, max(digits, 0))


def _widest(numbers: tuple[Quantity, ...]) -> int | None:
    return None if any(number.places is None for number in numbers) else max(number.places or 0 for number in numbers)


FUNCTIONS: dict[str, Callable[..., Quantity]] = {
    "min": lambda *numbers: _scalar(min(number.low for number in numbers), _widest(numbers)),
    "max": lambda *numbers: _scalar(max(number.low for number in numbers), _widest(numbers)),
    "abs": lambda number: _scalar(abs(number.low), number.places),
    "round": _round,
    "sum": lambda *numbers: _scalar(sum((number.low for number in numbers), Fraction(0)), _widest(numbers)),
    "len": lambda *numbers: _scalar(Fraction(len(numbers)), 0),
}
COLUMN_FUNCTIONS = {"min", "max", "sum", "len"}
GRAMMAR = "+ - * / ** ( ) [i] and " + " ".join(FUNCTIONS)


def _kind(values: tuple[Value, ...], bare: Value | None) -> Kind:
    """Made-up data taints: whatever is computed from an assumed value is assumed."""
    if not values or any(value.kind == "assumed" for value in values):
        return "assumed"
    return bare.kind if bare else "derived"


def _compare(operator: ast.cmpop, left: Quantity, right: Quantity, offset: int) -> bool:
    """Decide `left operator right` from what is known of both; a bound decides only what it implies."""
    low, high = _bounds(left)
    other_low, other_high = _bounds(right)
    open_left, open_right = left.relation in "<>", right.relation in "<>"
    strict = open_left or open_right
    match operator:
        case ast.Lt():
            sure, never = _less(high, other_low, strict), _not_less(low, other_high)
        case ast.LtE():
            sure, never = _not_less(other_low, high), _less(other_high, low, strict)
        case ast.Gt():
            sure, never = _less(other_high, low, strict), _not_less(other_low, high)
        case ast.GtE():
            sure, never = _not_less(low, other_high), _less(high, other_low, strict)
        case ast.Eq() | ast.NotEq():
            if not (left.exact and right.exact):
                raise ExpressionError("equality needs two exact numbers", offset, "false-claim")
            return (left.low == right.low) is isinstance(operator, ast.Eq)
        case _:
            raise ExpressionError("not part of the grammar", offset, hint=GRAMMAR)
    if not (sure or never):
        raise ExpressionError("cannot be decided from a range or a bound", offset, "false-claim")
    return sure


def _bounds(quantity: Quantity) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest that a quantity can be; None where its source sets no end. "About 80" was rounded to
    its last digit that is not zero, so it may be 75 to 85."""
    slack = max(map(_rounding, (quantity.low, quantity.high))) if quantity.relation == "≈" else Fraction(0)
    low = None if quantity.relation in {"<", "up-to"} else quantity.low - slack
    high = None if quantity.relation == ">" else quantity.high + slack
    return low, high


def _rounding(number: Fraction) -> Fraction:
    """Half a unit of the last digit of a decimal number that is not zero."""
    unit = Fraction(1)
    while number and (number / unit).denominator != 1 and unit > Fraction(1, 10**12):
        unit /= 10
    while number and (number / (unit * 10)).denominator == 1:
        unit *= 10
    return unit / 2


def _less(left: Fraction | None, right: Fraction | None, strict: bool) -> bool:
    return left is not None and right is not None and (left < right or (strict and left == right))


def _not_less(left: Fraction | None, right: Fraction | None) -> bool:
    return left is not None and right is not None and left >= right


def _depth(node: ast.AST) -> int:
    deepest, layer = 0, [node]
    while layer:
        deepest, layer = deepest + 1, [child for parent in layer for child in ast.iter_child_nodes(parent)]
    return deepest
