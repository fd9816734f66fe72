"""How a number prints: exactly, rounded as people round, with a true minus sign, its relation in words."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coursebook.values import RELATIONS, Column, Figure, Rule, Table, Value, decimals, default_format, formatted, printed

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("number", "spec", "wanted"),
    [
        (0.125, ".2f", "0.13"),
        (0.5, ".0f", "1"),
        (1.5, ".0f", "2"),
        (2.5, ".0f", "3"),
        (-2.5, ".0f", "−3"),
        (2.675, ".2f", "2.68"),
        (1.005, ".2f", "1.01"),
        (0.145, ".0%", "15%"),
        (Fraction(2, 3), ".3f", "0.667"),
    ],
)
def test_halves_are_rounded_away_from_zero_in_the_decimal_that_was_written(number, spec, wanted):
    assert formatted(number, spec) == wanted


@pytest.mark.parametrize(
    ("number", "spec", "wanted"),
    [
        (-3, "", "−3"),
        (-1234.5, ",.1f", "−1,234.5"),
        (1e-5, ".1e", "1.0e−5"),
        (-0.04, ".1f", "0.0"),
        (-0.0, ".1f", "0.0"),
        (5, "+.1f", "+5.0"),
        (-5, "+d", "−5"),
        (1234567, ",d", "1,234,567"),
    ],
)
def test_minus_is_a_minus_sign_and_nothing_rounds_to_minus_zero(number, spec, wanted):
    assert formatted(number, spec) == wanted


def test_a_number_of_any_size_prints_all_its_digits():
    assert formatted(2**1000, ",.0f") == f"{2**1000:,}"
    assert formatted(Fraction(10**300 + 1, 10**300), ".2f") == "1.00"
    assert formatted(2**1000, ",d") == f"{2**1000:,}"


@pytest.mark.parametrize("spec", ["q", ".1x", "9>4.1f", "08.1f", ".100000000f", "1000000000", "s", "n", "b", ".f.", "😀"])
def test_a_format_that_is_none_or_could_print_other_digits_is_refused(spec):
    with pytest.raises(ValueError, match=r"is not a format such as ,\.1f"):
        formatted(5, spec)


def test_whole_number_format_refuses_a_part_of_one():
    with pytest.raises(ValueError, match="whole numbers only"):
        formatted(62.5, "d")


@given(FINITE, st.integers(0, 12))
def test_what_prints_is_within_half_a_unit_of_the_last_digit(number, places):
    shown = Decimal(formatted(number, f".{places}f").replace("−", "-"))
    exact = Decimal(repr(number))
    assert abs(Fraction(shown) - Fraction(exact)) <= Fraction(1, 2 * 10**places)


@given(FINITE)
def test_by_default_every_digit_prints(number):
    text = printed(number)
    assert float(text.replace("−", "-").replace(",", "")) == number
    assert "-" not in text


@given(FINITE.filter(lambda number: number > 0), st.integers(0, 6))
def test_minus_a_number_prints_as_the_number_behind_a_minus(number, places):
    text = formatted(number, f".{places}f")
    assume(any(digit in text for digit in "123456789"))
    assert formatted(-number, f".{places}f") == f"−{text}"


@pytest.mark.parametrize(("number", "places"), [(5, 0), (98.0, 1), (0.25, 2), (1e-7, 7), (1e22, 0), (2.5e-3, 4)])
def test_decimals_are_those_of_the_shortest_way_to_write_it(number, places):
    assert decimals(number) == places


def test_several_numbers_print_with_the_most_decimals_of_any():
    assert default_format(1, 2.5, 3.25) == ",.2f"
    assert default_format() == ",.0f"


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [("=", "97"), (">", "more than 97"), ("<", "less than 97"), ("≈", "about 97"), ("up-to", "up to 97")],
)
def test_a_relation_is_said_in_words(relation, wanted):
    assert printed(97, "", relation) == wanted
    assert Value("a.b", 97, "cited", "", relation=relation).text() == wanted


def test_every_relation_of_a_source_has_words():
    assert set(RELATIONS) == {"=", "<", ">", "≈", "up-to"}


def test_a_range_has_an_en_dash_and_equal_decimals():
    assert printed((85, 90.5)) == "85.0–90.5"
    assert printed((-5, -1), "", "≈") == "about −5–−1"
    assert Value("a.b", (85, 90), "cited", "").text(".1f") == "85.0–90.0"


def test_a_value_prints_with_its_own_format_unless_told_otherwise():
    value = Value("a.b", 62.456, "measured", "", format=".1f")
    assert (value.text(), value.text(".0f")) == ("62.5", "62")


def test_a_column_prints_its_cells_alike():
    column = Column("x", [1, 2.5, 10.25])
    assert [column.text(index) for index in range(3)] == ["1.00", "2.50", "10.25"]
    assert Column("name", ["a", "b"]).text(1) == "b"


def test_a_tables_columns_are_equally_long():
    with pytest.raises(ValueError, match="differ in length"):
        Table("t", [Column("a", [1]), Column("b", [1, 2])])


def test_a_table_gives_rows_as_they_print_and_columns_by_name():
    table = Table("t", [Column("a", ["x", "y"]), Column("b", [1, 2.5])])
    assert table.rows == [["x", "1.0"], ["y", "2.5"]]
    assert table.column("b") == (1, 2.5)
    with pytest.raises(KeyError, match="no column 'c'; there are a, b"):
        table.column("c")


def test_an_empty_table_has_no_rows():
    assert Table("t", ()).rows == []


def test_a_figures_title_is_plain_text():
    assert Figure("a/b", {"layout": {"title": {"text": "one<br>two"}}}).title == "one two"
    assert Figure("a/b", {"layout": {"title": "flat"}}).title == "flat"
    assert Figure("a/b", {}).title == ""


def test_a_figures_size_is_its_layouts_or_the_usual():
    assert Figure("a/b", {"layout": {"width": 300}}).size == (300, 420)


@pytest.mark.parametrize("rule", ["exact", "printed", "within", "sampled", "structure"])
def test_every_rule_says_what_the_same_means(rule):
    assert len(str(Rule(rule, 0.5))) > 4


def test_finite_numbers_alone_are_exact():
    with pytest.raises((ValueError, OverflowError)):
        formatted(math.inf, ".1f")
