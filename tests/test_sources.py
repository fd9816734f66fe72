"""A source is checked to the key: every fault has its line and column, and every fact was typed twice."""

import datetime
import hashlib
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coursebook import sources
from coursebook.problems import RULES
from tiny import edit, write

GOOD = """\
title: Coins and how they land
authors: [J. Doe, R. Roe]
year: 2024
venue: Journal of Small Examples 3
facts:
  share:
    what: heads among all flips
    value: 49.5
    relation: "="
    unit: percent
    locator: table 1
    grade: A
    as_of: 2024-03-01
    review_by: 2027-03-01
    reviewed: {value: 49.5, on: 2026-01-05}
"""
BAND = "range: [45, 55]"
AGAIN = "{range: [45, 55], on: 2026-01-05}"


def check(root, content=GOOD, today=None):
    """(key to source, problems as they print) when sources/doe2024.yml holds `content`."""
    write(root, "sources/doe2024.yml", content)
    found, problems = sources.read(root, today)
    return found, list(map(str, problems))


def changed(old, new):
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_source(tmp_path):
    found, problems = check(tmp_path)
    source = found["doe2024"]
    assert problems == []
    assert (source.title, source.authors, source.year) == ("Coins and how they land", ("J. Doe", "R. Roe"), 2024)
    value = source.facts["share"].value
    assert (value.id, value.number, value.kind, value.unit, value.relation) == ("doe2024.share", 49.5, "cited", "percent", "=")
    assert value.origin.locator == "table 1"
    assert source.number("share") == 49.5
    assert source.citation(source.facts["share"]).label == "Doe and Roe 2024"


PLACES = [
    # what stands instead, line, column, words of the message
    ("title: Coins and how they land\n", "", 1, 1, "'title' is a required property"),
    ("title: Coins and how they land", "title: ''", 1, 1, "title: '' should be non-empty"),
    ("title: Coins and how they land", "title: 5", 1, 1, "title: 5 is not of type 'string'"),
    ("[J. Doe, R. Roe]", "J. Doe", 2, 1, "authors: 'J. Doe' is not of type 'array'"),
    ("[J. Doe, R. Roe]", "[J. Doe, 5]", 2, 19, "authors.1: 5 is not of type 'string'"),
    ("[J. Doe, R. Roe]", "[]", 2, 1, "authors: [] should be non-empty"),
    ("year: 2024", "year: '2024'", 3, 1, "year: '2024' is not of type 'integer'"),
    ("year: 2024", "year: 20245", 3, 1, "year: 20245 is greater than the maximum"),
    ("venue: Journal", "venu: Journal", 4, 1, "unknown key 'venu'; did you mean 'venue'?"),
    ("facts:\n", "facts:\n  Share:\n    what: x\n", 6, 3, "facts: 'Share' cannot name a fact"),
    ("facts:\n", "facts:\n  5:\n    what: x\n", 6, 3, "facts: '5' cannot name a fact"),
    ("    what: heads among all flips\n", "", 6, 3, "facts.share: 'what' is a required property"),
    ("    what: heads among all flips\n", "    what: [a]\n", 7, 5, "facts.share.what: ['a'] is not of type 'string'"),
    ("    value: 49.5\n", "    value: '49.5'\n", 8, 5, "facts.share.value: '49.5' is not of type 'number'; one number"),
    ("    value: 49.5\n", "    value: [1, 2]\n", 8, 5, "facts.share.value: [1, 2] is not of type 'number'; one number"),
    ("    value: 49.5\n", "    value: yes\n", 8, 5, "facts.share.value: 'yes' is not of type 'number'"),
    ("    value: 49.5\n", "    value: true\n", 8, 5, "facts.share.value: True is not of type 'number'"),
    ("    value: 49.5\n", "    value: .inf\n", 8, 5, "'.inf' is not of type 'number'"),
    ("    value: 49.5\n", "    value: .nan\n", 8, 5, "'.nan' is not of type 'number'"),
    ("    value: 49.5\n", "", 6, 3, "a fact has exactly one of value, range, statement, table"),
    ("    value: 49.5\n", "    value: 49.5\n    range: [1, 2]\n", 6, 3, "a fact has exactly one of value, range"),
    ("    value: 49.5\n", "    range: [45]\n", 8, 5, "facts.share.range: [45] is too short"),
    ("    value: 49.5\n", "    range: [45, 46, 47]\n", 8, 5, "facts.share.range: [45, 46, 47] is too long"),
    ("    value: 49.5\n", "    range: [45, x]\n", 8, 17, "facts.share.range.1: 'x' is not of type 'number'"),
    ('relation: "="', 'relation: "=="', 9, 5, "facts.share.relation: '==' is not one of"),
    ("unit: percent", "unit: ''", 10, 5, "facts.share.unit: '' should be non-empty"),
    ("unit: percent", "units: percent", 10, 5, "unknown key 'units'; did you mean 'unit'?"),
    ("unit: percent", "re-unit: percent", 10, 5, "unknown key 're-unit'"),
    ("unit: percent", "5: percent", 10, 5, "unknown key '5'"),
    ("unit: percent", "null: percent", 10, 5, "unknown key 'null'"),
    ("locator: table 1", "locator: 1", 11, 5, "facts.share.locator: 1 is not of type 'string'"),
    ("grade: A", "grade: D", 12, 5, "facts.share.grade: 'D' is not one of"),
    ("grade: A", "grade: C", 12, 5, "'share' has grade C and no reported_by; name who reports it"),
    ("as_of: 2024-03-01", "as_of: last week", 13, 5, "facts.share.as_of: 'last week' does not match"),
    ("as_of: 2024-03-01", "as_of: 2024-02-30", 13, 5, "'2024-02-30' is no date"),
    ("as_of: 2024-03-01", "as_of: '2024-13'", 13, 5, "'2024-13' is no date"),
    ("as_of: 2024-03-01", "as_of: 2024", 13, 5, "facts.share.as_of: 2024 is not of type 'string'"),
    ("review_by: 2027-03-01", "review_by: 2027-06-31", 14, 5, "'2027-06-31' is no date"),
    ("on: 2026-01-05}", "on: 2026-01-32}", 15, 5, "'2026-01-32' is no date"),
    ("on: 2026-01-05}", "when: 2026-01-05}", 15, 29, "facts.share.reviewed: unknown key 'when'"),
    ("{value: 49.5, on: 2026-01-05}", "{on: 2026-01-05}", 15, 5, "'share' says 49.5, its review says None"),
    ("    reviewed: {value: 49.5, on: 2026-01-05}\n", "", 6, 3, "'reviewed' is a required property"),
    ("    unit: percent\n", "    unit: percent\n    unit: percent\n", 11, 5, "'unit' stands twice"),
    ("unit: percent", "unit: &x percent\n    reported_by: *x", 10, 11, "an alias stands for this"),
    ("year: 2024", "year: 2024: 5", 3, 11, "mapping values are not allowed in this context"),
    ("year: 2024", "year: [2024", 4, 6, "expected ',' or ']'"),
    ("year: 2024", "year: *nobody", 3, 7, "alias"),
    ("year: 2024", "\tyear: 2024", 3, 1, "found character"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"), PLACES, ids=[new.strip() or f"no {old.strip()}" for old, new, *_ in PLACES]
)
def test_every_fault_names_its_line_and_column(tmp_path, old, new, line, column, message):
    _, problems = check(tmp_path, changed(old, new))
    place = rf"sources/doe2024\.yml:{line}:{column}: (bad-source|unreviewed-fact): "
    assert any(re.match(place, one) and message in one for one in problems), problems


def test_all_faults_of_all_files_are_found_at_once(tmp_path):
    write(tmp_path, "sources/other.yml", "title: x\n")
    content = (
        changed("grade: A", "grade: D").replace("unit:", "units:").replace("venue:", "venu:").replace("authors:", "autors:")
    )
    _, problems = check(tmp_path, content)
    places = [one.split(": ")[0] for one in problems]
    assert {f"sources/doe2024.yml:{place}" for place in ("2:1", "4:1", "10:5", "12:5")} <= set(places)
    assert any(place.startswith("sources/other.yml:") for place in places)


@pytest.mark.parametrize("content", ["", "5", "- a\n- b", "null", "just text"])
def test_a_file_that_is_no_mapping(tmp_path, content):
    assert check(tmp_path, content)[1] == ["sources/doe2024.yml:1:1: bad-source: not a mapping of title, authors, year, ..."]


@pytest.mark.parametrize("name", ["Doe2024", "2024doe", "doe-2024", "doe 2024"])
def test_a_file_name_that_cannot_be_cited(tmp_path, name):
    write(tmp_path, f"sources/{name}.yml", GOOD)
    found, problems = sources.read(tmp_path)
    assert found == {}
    assert str(problems[0]).startswith(f"sources/{name}.yml:1:1: bad-source: the file's name '{name}' cannot be a citation key")


def test_a_faulty_source_does_not_take_the_others_with_it(tmp_path):
    write(tmp_path, "sources/other.yml", GOOD)
    assert set(check(tmp_path, "title: x\n")[0]) == {"other"}


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("value: 49.5", "value: 49.6", False),
        ("value: 49.5", "value: 94.5", False),
        ("value: 49", "value: 49.0", True),
        (BAND, "range: [45, 55]", True),
        (BAND, "range: [45, 56]", False),
        (BAND, "value: 45", False),
        ("statement: Coins land.", "statement: Coins land.", True),
        ("statement: Coins land.", "statement: Coins fly.", False),
    ],
)
def test_the_second_entry_agrees_or_the_fact_is_unreviewed(tmp_path, first, second, agree):
    content = changed("    value: 49.5\n", f"    {first}\n").replace("{value: 49.5,", "{" + second + ",")
    _, problems = check(tmp_path, content)
    if agree:
        assert problems == []
    else:
        assert len(problems) == 1
        assert problems[0].startswith("sources/doe2024.yml:15:5: unreviewed-fact: 'share' says ")
        assert problems[0].endswith("; look at table 1 again, then mend both")


def test_a_range_rises(tmp_path):
    content = changed("    value: 49.5\n", "    range: [55, 45]\n").replace("{value: 49.5,", "{range: [55, 45],")
    assert (
        "sources/doe2024.yml:8:5: bad-source: 'share' is not a finite number, or its range does not rise"
        in check(tmp_path, content)[1]
    )


def test_grade_c_says_who_reports_it(tmp_path):
    found, problems = check(tmp_path, changed("grade: A", "grade: C\n    reported_by: R. Roe"))
    assert problems == []
    assert found["doe2024"].citation(found["doe2024"].facts["share"]).reported_by == "R. Roe"


@pytest.mark.parametrize("written", ["2027-03-01", '"2027-03"', '"2027"', "2027-03"])
def test_dates_are_days_months_or_years(tmp_path, written):
    found, problems = check(tmp_path, changed("2027-03-01", written))
    assert problems == []
    assert found["doe2024"].facts["share"].review_by == written.strip('"')


@pytest.mark.parametrize(
    ("review_by", "today", "expired"),
    [
        ("2027-03-01", "2027-03-01", False),
        ("2027-03-01", "2027-03-02", True),
        ("2027-03-01", "2026-12-31", False),
        ('"2027-03"', "2027-03-31", False),
        ('"2027-03"', "2027-04-01", True),
        ('"2027"', "2027-12-31", False),
        ('"2027"', "2028-01-01", True),
    ],
)
def test_a_fact_past_its_review_warns_at_its_line(tmp_path, review_by, today, expired):
    found, problems = check(tmp_path, changed("2027-03-01", review_by), datetime.date.fromisoformat(today))
    assert "doe2024" in found
    wanted = (
        "sources/doe2024.yml:6:3: warning: expired-fact: 'doe2024.share' was to be reviewed by "
        f"{review_by.strip(chr(34))}; look at table 1, then move review_by"
    )
    assert problems == ([wanted] if expired else [])


def test_without_a_day_nothing_expires(tmp_path):
    assert check(tmp_path, changed("2027-03-01", "1999-01-01"))[1] == []


def test_a_statement_has_no_number(tmp_path):
    content = changed("    value: 49.5\n", "    statement: Coins land.\n").replace("value: 49.5,", "statement: Coins land.,")
    found, _ = check(tmp_path, content)
    fact = found["doe2024"].facts["share"]
    assert (fact.statement, fact.value, fact.table) == ("Coins land.", None, None)
    with pytest.raises(KeyError, match=r"doe2024\.share has no number"):
        found["doe2024"].number("share")
    with pytest.raises(KeyError, match=r"doe2024\.share is not a table"):
        found["doe2024"].table("share")


ROWS = "name,flips,share\nold,100,48.0\nnew,250,50.4\n"


def table_source(root, rows=ROWS, sha256=None):
    content = rows if isinstance(rows, bytes) else rows.encode()
    write(root, "sources/x", "")
    (root / "sources" / "doe2024.coins.csv").write_bytes(content)
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    return changed("    value: 49.5\n", "    table: doe2024.coins.csv\n").replace("value: 49.5,", f"sha256: {sha256},")


def test_a_table_is_a_csv_with_a_checksum(tmp_path):
    found, problems = check(tmp_path, table_source(tmp_path))
    table = found["doe2024"].table("share")
    assert problems == []
    assert table.title == "heads among all flips"
    assert [column.cells for column in table.columns] == [("old", "new"), (100, 250), (48.0, 50.4)]
    assert [type(cell) for cell in table.column("flips")] == [int, int]
    assert found["doe2024"].files == ("sources/doe2024.coins.csv",)


def test_a_table_that_was_edited_disagrees_with_its_checksum(tmp_path):
    content = table_source(tmp_path)
    edit(tmp_path, "sources/doe2024.coins.csv", "50.4", "50.5")
    _, problems = check(tmp_path, content)
    assert len(problems) == 1
    assert problems[0].startswith("sources/doe2024.yml:15:5: unreviewed-fact: 'share' says ")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "no rows"),
        ("name,flips\n", "no rows"),
        ("name,flips\na,1\nb\n", "line 3 differs in length"),
        ("name,flips\na,1,2\n", "line 2 differs in length"),
        ("Name,flips\na,1\n", "column 'Name'"),
        ("name,flips %\na,1\n", "column 'flips %'"),
        ("flips,flips\n1,2\n", "column 'flips'"),
        ("name,flips\na," + "1" * 200_000 + "\n", "field larger than field limit"),
    ],
)
def test_a_table_is_a_header_of_identifiers_and_rows_as_long(tmp_path, rows, message):
    _, problems = check(tmp_path, table_source(tmp_path, rows))
    assert len(problems) == 1
    assert problems[0].startswith("sources/doe2024.yml:8:5: bad-source: 'doe2024.coins.csv': ")
    assert message in problems[0]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ("1\n2\n", (1, 2)),
        ("1\n2.5\n", (1, 2.5)),
        ("1\n-\n", ("1", "-")),
        ("1\nnan\n", ("1", "nan")),
        ("1\ninf\n", ("1", "inf")),
        ("-1\n+2\n", (-1, 2)),
        ("1e3\n2\n", (1000.0, 2)),
    ],
)
def test_a_column_is_numbers_when_every_cell_is_a_finite_one(tmp_path, cells, wanted):
    found, problems = check(tmp_path, table_source(tmp_path, f"n\n{cells}"))
    assert problems == []
    assert found["doe2024"].table("share").column("n") == wanted


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    found, problems = check(tmp_path, table_source(tmp_path, b"\xef\xbb\xbfn,m\r\n1,2\r\n"))
    assert problems == []
    assert found["doe2024"].table("share").column("n") == (1,)


@pytest.mark.parametrize("name", ["nowhere.csv", "../secret.csv", "/etc/passwd", "x.txt"])
def test_a_table_lies_beside_its_source(tmp_path, name):
    content = table_source(tmp_path).replace("table: doe2024.coins.csv", f"table: {name}")
    assert any(one.startswith("sources/doe2024.yml:8:5: bad-source: ") for one in check(tmp_path, content)[1])


def test_a_table_that_no_source_names_is_an_orphan(tmp_path):
    write(tmp_path, "sources/lost.csv", "n\n1\n")
    wanted = ["sources/lost.csv:1:1: bad-source: no source names this table; a fact's `table:` would"]
    assert check(tmp_path)[1] == wanted


def test_an_expired_fact_does_not_hide_an_orphan(tmp_path):
    write(tmp_path, "sources/lost.csv", "n\n1\n")
    _, problems = check(tmp_path, today=datetime.date(2030, 1, 1))
    assert [one.split(": ")[0] for one in problems] == ["sources/doe2024.yml:6:3", "sources/lost.csv:1:1"]


def test_no_orphans_are_called_while_a_source_cannot_be_read(tmp_path):
    write(tmp_path, "sources/lost.csv", "n\n1\n")
    assert not any("lost.csv" in one for one in check(tmp_path, "title: x\n")[1])


@pytest.mark.parametrize(
    ("authors", "label"),
    [
        ("[J. Doe]", "Doe 2024"),
        ("[J. Doe, R. Roe]", "Doe and Roe 2024"),
        ("[J. Doe, R. Roe, S. Poe]", "Doe et al. 2024"),
        ("[J. K. Doe]", "Doe 2024"),
        ("[OpenAI]", "OpenAI 2024"),
        ("[Institute of Coins]", "Institute of Coins 2024"),
    ],
)
def test_a_citation_prints_author_and_year(tmp_path, authors, label):
    assert check(tmp_path, changed("[J. Doe, R. Roe]", authors))[0]["doe2024"].label == label


@pytest.mark.parametrize(
    "content",
    [
        "title: \x00\n",
        "title: \x07\n",
        "year: !!int x\n",
        "year: !!float x\n",
        "a: !!timestamp x\n",
        "a: &a [*a]\n",
        "a: &a [x]\nb: [*a, *a]\n",
        "<<: *x\n",
        "<<: 5\n",
        "? [a, b]\n: c\n",
        "? {a: b}\n: c\n",
        "[" * 1000,
        "!!python/object:os.system {}\n",
        "%YAML 9.9\n---\na: b\n",
        "a: b\n---\nc: d\n",
        "title: \ud800\n".encode("utf-8", "replace").decode(),
        GOOD.replace("year: 2024", "year: 2024-13-99"),
    ],
)
def test_what_yaml_allows_and_we_do_not_is_a_problem_and_no_traceback(tmp_path, content):
    _, problems = check(tmp_path, content)
    assert problems
    assert all(re.match(r"sources/doe2024\.yml:\d+:\d+: bad-source: \S", one) for one in problems)


def test_aliases_cannot_blow_up(tmp_path):
    """A billion laughs: ten lines that would stand for ten to the ninth nodes."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10))]
    _, problems = check(tmp_path, "\n".join(lines))
    assert problems == ["sources/doe2024.yml:1:5: bad-source: an alias stands for this; write it out where it is used"]


LINES = [
    *GOOD.splitlines(),
    "  other:",
    "    range: [1, 2]",
    "- x",
    "? y",
    "5: 6",
    "null: ~",
    "    value: {a: [b]}",
    "!t",
    "&a",
    "*a",
]


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join) | st.text(max_size=30))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("facts: {share: {value: 1, value: 2}}")
@example("facts: {true: {}}")
def test_any_text_is_a_source_or_a_problem_with_a_place(tmp_path, content):
    file = tmp_path / "sources" / "doe2024.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content.encode("utf-8", "replace"))
    source, problems = sources.read_one(tmp_path, file)
    assert (source is None) == any(problem.rule == "bad-source" for problem in problems)
    lines = file.read_text("utf-8").count("\n") + 2
    assert all(problem.rule in RULES and 1 <= problem.line <= lines and problem.column >= 1 for problem in problems)


CORPUS = """\
title: Words
authors: [A. Nonym]
year: 2020
venue: nowhere
corpus:
  package: words-base
  licence: free
  files:
    usr/share/one.txt: aa
    usr/share/two.txt: bb
""".replace("aa", "a" * 64).replace("bb", "b" * 64)
CORPUS_FAULTS = [
    ("corpus:\n", "corpus: words-base\nold:\n", 5, 1, "corpus: 'words-base' is not of type 'object'; a text that experiments read"),
    ("  package: words-base\n", "", 5, 1, "corpus: 'package' is a required property"),
    ("  licence: free\n", "", 5, 1, "corpus: 'licence' is a required property"),
    ("  package: words-base", "  package: 5", 6, 3, "corpus.package: 5 is not of type 'string'"),
    ("  package: words-base", "  package: Words", 6, 3, "corpus.package: 'Words' does not match"),
    ("  package: words-base", "  package: -oDir=x", 6, 3, "corpus.package: '-oDir=x' does not match"),
    ("  package: words-base", "  package: words-base=1.0", 6, 3, "corpus.package: 'words-base=1.0' does not match"),
    ("  package: words-base", "  packet: words-base", 6, 3, "corpus: unknown key 'packet'; did you mean 'package'?"),
    ("  licence: free", "  licence: ''", 7, 3, "corpus.licence: '' should be non-empty"),
    ("  files:", "  files: {}\n  fules:", 8, 3, "corpus.files: {} should be non-empty"),
    ("  files:", "  files: [a]\n  fules:", 8, 3, "corpus.files: ['a'] is not of type 'object'"),
    ("    usr/share/two.txt: b", "    /usr/share/two.txt: b", 10, 5, "'/usr/share/two.txt'"),
    ("    usr/share/two.txt: b", "    usr//two.txt: b", 10, 5, "'usr//two.txt'"),
    ("    usr/share/two.txt: b", "    usr/share/: b", 10, 5, "'usr/share/'"),
    ("    usr/share/two.txt: b", "    usr/share/two words: b", 10, 5, "'usr/share/two words'"),
    ("two.txt: b", "two.txt: B", 10, 5, "corpus.files.usr/share/two.txt: 'Bbbb"),
    ("two.txt: b", "two.txt: bb", 10, 5, "corpus.files.usr/share/two.txt: 'bbbb"),
    ("two.txt: " + "b" * 64, "two.txt: 5", 10, 5, "corpus.files.usr/share/two.txt: 5 is not of type 'string'"),
]  # fmt: skip


def test_a_source_may_be_a_corpus_and_have_no_facts(tmp_path):
    found, problems = check(tmp_path, CORPUS)
    assert problems == []
    source = found["doe2024"]
    assert (source.corpus.package, source.corpus.licence, source.facts) == ("words-base", "free", {})
    assert source.corpus.files == {"usr/share/one.txt": "a" * 64, "usr/share/two.txt": "b" * 64}
    assert source.corpus_position == (5, 1)


def test_a_source_of_facts_has_no_corpus(tmp_path):
    assert check(tmp_path)[0]["doe2024"].corpus is None


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"), CORPUS_FAULTS, ids=[new.strip() or f"no {old.strip()}" for old, new, *_ in CORPUS_FAULTS]
)  # fmt: skip
def test_every_fault_of_a_corpus_names_its_line_and_column(tmp_path, old, new, line, column, message):
    assert CORPUS.count(old) == 1
    found, problems = check(tmp_path, CORPUS.replace(old, new))
    assert found == {}
    place = f"sources/doe2024.yml:{line}:{column}: bad-source: "
    assert any(one.startswith(place) and message in one for one in problems), problems


def test_the_schema_of_a_source_is_a_schema(course):
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(sources.SCHEMA)
    assert sources.read(course)[1] == []
