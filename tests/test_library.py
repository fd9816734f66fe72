"""Everything that a page can name, by its name, with where it came from."""

import dataclasses

import pytest

from coursebook import evidence, library, sources
from coursebook.evidence import Number, Results
from coursebook.values import Citation, Measurement, Table
from tiny import edit, write


@pytest.fixture
def names(course):
    found, problems = library.load(course)
    assert problems == []
    return found


def test_numbers_facts_cells_and_made_up_values_have_one_namespace(names):
    wanted = {"coin.flips", "coin.share", "coin.flip[0]", "coin.running[7]", "made_up.share"}
    wanted |= {"doe2024.share", "doe2024.band", "doe2024.coins.flips[1]"}
    assert wanted <= names.values.keys()


@pytest.mark.parametrize(
    ("name", "number", "kind", "printed"),
    [
        ("coin.share", 62.5, "measured", "62.5"),
        ("made_up.share", 60, "assumed", "60"),
        ("doe2024.share", 49.5, "cited", "49.5"),
        ("doe2024.sure", 97, "cited", "more than 97"),
        ("doe2024.band", (45, 55), "cited", "45–55"),
        ("doe2024.coins.share[1]", 50.4, "cited", "50.4"),
        ("doe2024.coins.share[0]", 48, "cited", "48.0"),
        ("coin.running[2]", 66.66666666666666, "measured", "66.7"),
    ],
)
def test_a_value_has_a_number_a_kind_and_prints(names, name, number, kind, printed):
    value = names.value(name)
    assert (value.id, value.number, value.kind, value.text()) == (name, number, kind, printed)


def test_a_measured_value_says_which_experiment_computed_it_from_what(names):
    origin = names.value("coin.flips").origin
    assert isinstance(origin, Measurement)
    assert (origin.experiment, origin.name, origin.seed) == ("build_figures/coin.py", "coin", 7)
    assert origin.inputs == ("data/flips.csv", "sources/doe2024")
    assert origin.rule.name == "exact"
    assert names.value("coin.running[0]").origin.rule.name == "printed"
    assert names.value("coin.flip[0]").origin.rule.name == "exact"


def test_a_cited_value_says_where_it_stands(names):
    origin = names.value("doe2024.hearsay").origin
    assert isinstance(origin, Citation)
    assert (origin.source, origin.label, origin.locator) == ("doe2024", "Doe and Roe 2024", "footnote 1")
    assert (origin.grade, origin.reported_by) == ("C", "R. Roe")
    assert names.value("doe2024.coins.flips[0]").origin.locator == "table 2"


def test_text_cells_are_no_values_but_their_column_has_a_name(names):
    assert "doe2024.coins.name[0]" not in names.values
    assert names.column("doe2024.coins.name").cells == ("old", "new")


def test_a_statement_is_no_value(names):
    assert "doe2024.finding" not in names.values
    assert names.sources["doe2024"].facts["finding"].statement.startswith("A coin lands")


def test_figures_and_tables_are_shown_by_one_kind_of_name(names):
    assert names.figure("coin/running").title == "Heads as flips are added"
    assert set(names.figure("coin/running").stills) == {"light", "dark"}
    assert isinstance(names.figure("coin/table"), Table)
    assert isinstance(names.figure("doe2024/coins"), Table)
    assert names.origins["coin/running"][0] == "measured"
    assert names.origins["doe2024/coins"][1].source == "doe2024"


@pytest.mark.parametrize(
    ("look_up", "name", "message", "hint"),
    [
        ("value", "coin.shar", "no value 'coin.shar'", "did you mean 'coin.share'?"),
        ("value", "coin.runing[5]", "no value 'coin.runing[5]'", "did you mean 'coin.running[0]'?"),
        ("value", "zebra", "no value 'zebra'", ""),
        ("column", "coin.runing", "no column 'coin.runing'", "did you mean 'coin.running'?"),
        ("figure", "coin/runing", "no figure 'coin/runing'", "did you mean 'coin/running'?"),
        ("figure", "coin/tabel", "no figure 'coin/tabel'", "did you mean 'coin/table'?"),
    ],
)
def test_an_unknown_name_offers_the_closest(names, look_up, name, message, hint):
    with pytest.raises(KeyError) as caught:
        getattr(names, look_up)(name)
    assert caught.value.args == (message, hint)


def test_a_source_and_an_experiment_cannot_share_a_name(course):
    write(course, "sources/coin.yml", (course / "sources" / "doe2024.yml").read_text("utf-8").split("facts:")[0])
    problems = library.load(course)[1]
    assert [str(one) for one in problems] == [
        "sources/coin.yml:1:1: bad-source: an experiment is also named 'coin'; rename one of them"
    ]


def test_what_is_wrong_with_sources_and_evidence_comes_together(course):
    edit(course, "sources/doe2024.yml", "reviewed: {value: 49.5", "reviewed: {value: 94.5")
    edit(course, "evidence/made_up.json", '"value": 60', '"value": 61')
    assert [one.rule for one in library.load(course)[1]] == ["unreviewed-fact", "tampered-evidence"]


def test_a_library_can_be_gathered_from_evidence_that_is_not_committed(course):
    cited, _ = sources.read(course)
    item = evidence.read(course)[0]["made_up"]
    fresh = dataclasses.replace(item, results=Results({"share": Number(61, "fresh")}))
    names = library.gather(course, cited, [fresh])
    assert names.value("made_up.share").number == 61
    assert "coin.share" not in names.values
    assert names.value("doe2024.share").number == 49.5
