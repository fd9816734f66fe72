"""Marks and items for a spreadsheet, and the report: nothing that a student wrote is anything but text in them."""

import csv
import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from coursebook.publish.quiz import attempts, report
from coursebook.publish.quiz.report import Report
from exam import BANK, assignment, attempt, hand_in, right

NASTY = [
    "=1+1",
    "+49 30 1",
    "-2",
    "@SUM(A1)",
    "\uff1d1+1",
    " =1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'O\'Neil, "Zoë"; B',
    "محمد\u202e",
    "😀 𝔛 e\u0301",
]


@pytest.fixture
def written(tmp_path):
    """written(*data) -> the folder with the three files"""

    def write(*data):
        files = [hand_in(tmp_path, one, f"{number}.json") for number, one in enumerate(data)]
        found, problems = attempts.mark(files, [BANK])
        report.write(tmp_path / "out", Report(found, [BANK], problems))
        return tmp_path / "out"

    return write


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and which are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.stack, self.crossed = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.crossed.append(tag)


def test_marks_have_a_row_an_attempt_and_a_column_a_question(written):
    due = datetime(2026, 11, 30, 12, 15, tzinfo=UTC)
    folder = written(
        attempt(assignment(title="Week 3", due=due, n=0), "s1", minutes=10),
        attempt(
            assignment(title="Week 3", due=due, n=0),
            "s2",
            minutes=20,
            answer=lambda place, key: [0] if key["kind"] == "choose" else "",
        ),
    )
    first, second = rows(folder / "marks.csv")
    assert (first["id"], first["name"], first["assignment"]) == ("s1", "Zoë", "Week 3")
    assert (first["points"], first["of"], first["percent"], first["late"]) == ("7.0", "7", "100", "")
    assert (first["started (UTC)"], first["finished (UTC)"]) == ("2026-11-30 12:00:00", "2026-11-30 12:10:00")
    assert (second["points"], second["percent"], second["late"]) == ("0.5", "7", "late")
    assert (second["sample-multiple"], second["sample-single"], second["sample-text"]) == ("0.5", "0.0", "0.0")
    assert first["file"].endswith("0.json")


def test_who_was_not_asked_a_question_has_no_score_in_it(written):
    folder = written(attempt(assignment(n=1), "s1"), attempt(assignment(n=1, seed="43"), "s2"))
    [one, other] = [
        {name for name, cell in row.items() if name.startswith("sample-") and cell} for row in rows(folder / "marks.csv")
    ]
    assert len(one) == len(other) == 1
    assert one != other


@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_a_name_is_text_in_every_file(written, name):
    folder = written(attempt(assignment(), name, name=name))
    [row] = rows(folder / "marks.csv")
    assert row["name"].removeprefix("'") == row["id"].removeprefix("'") == name.strip()
    assert not row["name"].lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
    tags = Tags((folder / "report.html").read_text("utf-8"))
    assert tags.crossed == tags.stack == []
    assert not [tag for tag, _ in tags.tags if tag in ("script", "img", "iframe", "link")]
    assert not [name for _, attributes in tags.tags for name in attributes if name.startswith("on")]


def test_numbers_stay_numbers_and_a_negative_one_too():
    assert report.spreadsheet([(-0.25, 1 / 3, None, 7, "-x", "x=1")]) == "-0.25,0.3333,,7,'-x,x=1\r\n"


def test_a_half_is_rounded_up_as_on_the_page(written):
    said = assignment(n=0, types=("multiple", "single", "text", "order"))
    [row] = rows(written(attempt(said, answer=lambda place, key: [0] if key["kind"] == "choose" else None)) / "marks.csv")
    assert (row["points"], row["percent"]) == ("0.5", "13")


def test_items_name_the_most_chosen_wrong_answer(written):
    wrong = {"choose": [0], "number": "60,7", "words": "replacement"}
    said = assignment(n=0, types=("single", "numeric", "text"))
    folder = written(
        *(attempt(said, f"s{number}", answer=lambda place, key: wrong[key["kind"]]) for number in range(3)), attempt(said, "t")
    )
    found = {row["question"]: row for row in rows(folder / "items.csv")}
    assert found["sample-single"] | {
        "title": "Which row is the last that pays?", "type": "single", "chapter": "Returns", "asked": "4", "difficulty": "0.25",
        "discrimination": "1.0", "most chosen wrong answer": "8 paths", "chosen by": "3", "of the upper third": "0",
        "of the lower third": "1",
    } == found["sample-single"]  # fmt: skip
    assert found["sample-numeric"]["most chosen wrong answer"] == "60.7: the other side"
    assert found["sample-text"]["most chosen wrong answer"] == "with replacement, replacement: the other way round"
    assert found["sample-single"]["release"] == BANK["release"]


def test_maths_in_an_option_reads_as_it_was_written(written):
    folder = written(attempt(assignment(n=0, types=("single",)), answer=lambda place, key: [2]))
    assert rows(folder / "items.csv")[0]["most chosen wrong answer"] == "16 paths, p^2"
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML"' in (folder / "report.html").read_text("utf-8")


def test_the_report_loads_nothing_and_runs_nothing(written):
    text = (written(attempt(assignment(n=0))) / "report.html").read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_the_report_says_what_there_is_to_know(written):
    folder = written(
        attempt(assignment(title="Week 3", n=0, types=("single", "recall")), name="Ann", answer=lambda place, key: right(key)),
        attempt(
            assignment(title="Week 3", n=0, types=("single", "recall")),
            "s2",
            name="Bo",
            answer=lambda place, key: [0] if key["kind"] == "choose" else "a < b",
        ),
        "{",
    )
    text = (folder / "report.html").read_text("utf-8")
    shown = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text))
    assert "2 attempts marked, 1 problem." in shown
    assert "2.json:1:2: bad-attempt: no JSON" in shown
    assert re.search(r"Ann s1 Week 3 1 of 1 100 %", shown)
    assert re.search(r"Bo s2 Week 3 0 of 1 0 %", shown)
    assert re.search(r"✓ 4 paths 1 ", shown)
    assert re.search(r"✗ 8 paths 1 ", shown)
    assert "Bo ( s2 ) a &lt; b" in shown
    assert "not proof against tampering" in shown


def test_every_link_in_the_report_leads_somewhere(written):
    tags = Tags((written(attempt(assignment(n=0))) / "report.html").read_text("utf-8")).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert len(links) == 7
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_class_of_nobody_has_a_report_too(written):
    folder = written()
    assert rows(folder / "marks.csv") == rows(folder / "items.csv") == []
    assert "0 attempts marked, 0 problems." in (folder / "report.html").read_text("utf-8")


def test_the_same_attempts_give_the_same_bytes(written):
    data = [attempt(assignment(n=0), f"s{number}", minutes=number) for number in range(4)]
    folder = written(*data)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {file.name: file.read_bytes() for file in written(*data).iterdir()} == before
    assert set(before) == {"marks.csv", "items.csv", "report.html"}
    assert all(before[name].startswith(b"\xef\xbb\xbf") for name in ("marks.csv", "items.csv"))  # else a spreadsheet guesses
