"""Attempts: the good ones are marked, everything else is a line with its place, all in one run."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursebook.publish.quiz import attempts, report
from coursebook.publish.quiz.assignment import write
from exam import BANK, assignment, attempt, hand_in, right
from tiny import CASES

EMPTY = {"choose": [], "number": "", "words": " ", "arrange": [], "pair": [None, None, None]}


def marked(*files, banks=(BANK,)):
    return attempts.mark(files, banks)


def complaints(*files, banks=(BANK,)):
    """The problems of these files as text, without the folder."""
    found, problems = marked(*files, banks=banks)
    assert found == []
    return [str(one).replace(f"{files[0].parent}/", "") for one in problems]


def sealed(data, **other):
    changed = {**data, **other}
    return {**changed, "check": attempts.check_sum(changed)}


@pytest.mark.parametrize("form", ["same", "own"])
def test_what_is_all_right_gets_all_points(tmp_path, form):
    found, problems = marked(hand_in(tmp_path, attempt(assignment(form=form, n=0), "s 1")))
    assert problems == []
    assert found[0].scores == [1.0] * 7
    assert found[0].share == 1
    assert found[0].attempt.name == "Zoë"


def test_each_answer_counts_by_itself(tmp_path):
    data = attempt(assignment(n=0), answer=lambda place, key: right(key) if place % 2 else EMPTY[key["kind"]])
    [found] = marked(hand_in(tmp_path, data))[0]
    assert found.scores == [0, 1, 0, 1, 0, 1, 0]
    assert [one["state"] for one in found.verdicts][:2] == ["empty", "right"]


def test_a_question_without_an_answer_is_an_empty_one(tmp_path):
    data = attempt(assignment())
    [found] = marked(hand_in(tmp_path, sealed(data, answers=data["answers"][1:])))[0]
    assert [one["state"] for one in found.verdicts] == ["empty", *["right"] * 4]


def test_an_open_answer_is_kept_and_not_scored(tmp_path):
    taken = assignment(n=2, types=("recall", "single"))
    [found] = marked(hand_in(tmp_path, attempt(taken)))[0]
    assert found.scores == [1.0]
    assert "Because." in found.responses


def test_a_bom_and_what_students_are_called_do_no_harm(tmp_path):
    name = "  Dr.\u200f محمد\u0000 O’Neil 😀\n"
    data = json.dumps(attempt(assignment(), name=name), ensure_ascii=True)
    [found] = marked(hand_in(tmp_path, "\ufeff" + data))[0]
    assert found.attempt.name == "Dr.\u200f محمد  O’Neil 😀"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "1:1: bad-attempt: no JSON: Expecting value"),
        ('{"schema": 1,\n "release": }', "2:13: bad-attempt: no JSON: Expecting value"),
        ('{"a": NaN}', "1:1: bad-attempt: no JSON: NaN is no number"),
        ("[" * 100_000, "1:1: bad-attempt: nested too deeply"),
        ('{"a": "\\ud800"}', "1:1: bad-attempt: it holds half a character"),
        ("[]", "1:1: bad-attempt: the file is no object"),
        ('{"schema": 2}', "1:2: bad-attempt: schema 2 is of another version of coursebook, and this one reads schema 1"),
        ('{\n "schema": true}', "2:2: bad-attempt: 'schema' is no whole number"),
    ],
)
def test_what_is_no_attempt_is_named_with_its_place(tmp_path, content, said):
    assert any(one.startswith(f"a.json:{said}") for one in complaints(hand_in(tmp_path, content)))


def test_a_number_that_no_machine_holds_is_no_crash(tmp_path):
    assert "no JSON: Exceeds the limit" in complaints(hand_in(tmp_path, "9" * 5000))[0]
    assert "the file is no object" in complaints(hand_in(tmp_path, "1e999"))[0]


def test_bytes_that_are_no_text_are_named_with_their_place(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(b'{\n "schema": \xff}')
    assert complaints(file) == ["a.json:2:12: bad-attempt: no JSON: not in UTF-8"]


def test_a_file_that_is_not_there_is_a_problem_like_any_other(tmp_path):
    assert complaints(tmp_path / "none.json") == ["none.json:1:1: bad-attempt: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"student": "s1"}, "'student' is no object"),
        ({"student": {"name": "A"}}, "'id' is missing in 'student'"),
        ({"student": {"name": 1, "id": "s"}}, "'name' is no text"),
        ({"student": {"name": "A", "id": " \n"}}, "the student has no id"),
        ({"answers": {}}, "'answers' is no list"),
        ({"answers": [1]}, "'0' is no object"),
        ({"answers": [{"id": "a", "variant": 0.5, "response": 1}]}, "'variant' is no whole number"),
        ({"started": "yesterday"}, "'started' is no time like 2026-12-01T12:00:00Z"),
        ({"finished": "2026-13-01T12:00:00Z"}, "'finished' is no time like 2026-12-01T12:00:00Z"),
        ({"release": "0" * 64}, "the release is not that of the link"),
        ({"link": "v=1"}, "the link is wrong: the seed is missing"),
        ({"link": write(assignment(n=99))}, "the link fits no draw: it asks for 99 of 7 questions"),
    ],
    ids=str,
)
def test_a_wrong_shape_leads_to_the_key(tmp_path, change, said):
    data = sealed(attempt(assignment()), **change)
    found = complaints(hand_in(tmp_path, data))
    [line] = [one for one in found if said in one]
    _, at, column, _ = line.split(":", 3)
    place = json.dumps(data, ensure_ascii=False, indent=1).split("\n")[int(at) - 1][int(column) - 1 :]
    assert place.startswith((f'"{next(iter(change))}"', '"name"', '"id"', '"variant"', "1"))


def test_all_faults_of_a_shape_are_named(tmp_path):
    found = complaints(hand_in(tmp_path, {"schema": 1, "release": 2, "link": None, "answers": [{}]}))
    assert len(found) == 9


def test_a_changed_file_is_told_by_its_check_sum(tmp_path):
    data = attempt(assignment(), answer=lambda place, key: EMPTY[key["kind"]])
    data["answers"][0]["response"] = "39,3"
    [line] = complaints(hand_in(tmp_path, data))
    assert "the check sum does not fit" in line
    assert data["check"] == attempts.check_sum(attempt(assignment(), answer=lambda place, key: EMPTY[key["kind"]]))


def test_what_the_link_does_not_draw_is_named(tmp_path):
    data = attempt(assignment())
    answers = [{"id": "nope", "variant": 0, "response": 1}, {**data["answers"][1], "variant": 7}, *data["answers"][2:]]
    assert complaints(hand_in(tmp_path, sealed(data, answers=answers))) == [
        "a.json:13:4: bad-attempt: the link does not draw the question 'nope'",
        f"a.json:19:4: bad-attempt: the link draws variant 0 of '{answers[1]['id']}', not 7",
    ]


def test_a_question_of_the_bank_that_was_not_drawn_is_refused_too(tmp_path):
    other = attempt(assignment(n=0))["answers"][6]
    data = attempt(assignment())
    [line] = complaints(hand_in(tmp_path, sealed(data, answers=[*data["answers"], other])))
    assert f"the link does not draw the question '{other['id']}'" in line


def test_an_answer_given_twice_is_refused(tmp_path):
    data = attempt(assignment())
    [line] = complaints(hand_in(tmp_path, sealed(data, answers=[*data["answers"], data["answers"][0]])))
    assert f"'{data['answers'][0]['id']}' is answered twice" in line


def test_another_release_is_named_with_what_to_do(tmp_path):
    file = hand_in(tmp_path, attempt(assignment()))
    [line] = complaints(file, banks=[{**BANK, "release": "0" * 64}])
    assert line.startswith(
        f"a.json:3:2: bad-attempt: it was taken on release {BANK['release'][:12]}, which is not among those given"
    )
    assert "--release" in line


def test_each_attempt_is_held_against_its_own_release(tmp_path):
    changed = json.loads(json.dumps(BANK))
    for question in changed["questions"]:
        if question["id"] == "sample-numeric":
            question["variants"][0]["key"].update(answer=60.7, wrong=[])
    later = {**changed, "release": "0" * 64}
    files = [
        hand_in(tmp_path, attempt(assignment()), "a.json"),
        hand_in(tmp_path, attempt(assignment(release=later["release"])), "b.json"),
    ]
    found, problems = marked(*files, banks=[BANK, later])
    assert problems == []
    assert [one.share for one in found] == [1.0, 0.8]


def test_the_first_that_was_finished_counts(tmp_path):
    files = [
        hand_in(tmp_path, attempt(assignment(), minutes=30), "a.json"),
        hand_in(tmp_path, attempt(assignment(), " S1", minutes=20), "b.json"),
        hand_in(tmp_path, attempt(assignment(), "s2", minutes=40), "c.json"),
        hand_in(tmp_path, attempt(assignment(seed="7"), minutes=40), "d.json"),
    ]
    found, problems = marked(*files)
    assert [one.attempt.path.removeprefix(f"{tmp_path}/") for one in found] == ["b.json", "c.json", "d.json"]
    [line] = [str(one).replace(f"{tmp_path}/", "") for one in problems]
    assert line == "a.json:7:3: bad-attempt: 's1' had handed this assignment in before, as b.json; only the first counts"


def test_the_same_attempt_twice_is_one(tmp_path):
    files = [hand_in(tmp_path, attempt(assignment()), name) for name in ("b.json", "a.json")]
    found, problems = marked(*files, files[0])
    assert len(found) == 1
    assert {str(one).replace(f"{tmp_path}/", "") for one in problems} == {
        "b.json:7:3: bad-attempt: this is the same attempt as a.json"
    }


def test_equal_links_spelt_differently_are_one_assignment(tmp_path):
    data = attempt(assignment())
    other = sealed(data, link=f"#{'&'.join(reversed(data['link'].split('&')))}&title=")
    found, problems = marked(hand_in(tmp_path, data, "a.json"), hand_in(tmp_path, other, "b.json"))
    assert (len(found), len(problems)) == (1, 1)


@pytest.mark.parametrize(("minutes", "late"), [(20, False), (21, True)])
def test_a_late_attempt_is_marked_and_flagged(tmp_path, minutes, late):
    due = datetime(2026, 11, 30, 12, 20, tzinfo=UTC)
    found, problems = marked(hand_in(tmp_path, attempt(assignment(due=due), minutes=minutes)))
    assert bool(found[0].attempt.late) is late
    assert found[0].share == 1
    said = ["a.json:10:2: bad-attempt: finished 0:01:00 after it was due; it is marked, and flagged as late"]
    assert [str(one).replace(f"{tmp_path}/", "") for one in problems] == (said if late else [])


def test_a_stranger_cannot_steer_the_terminal(tmp_path):
    data = attempt(assignment())
    answers = [{"id": "\x1b[2J\r\n", "variant": 0, "response": 1}]
    [line] = complaints(hand_in(tmp_path, sealed(data, answers=answers)))
    assert "\x1b" not in line
    assert "\n" not in line


def test_one_bad_file_costs_no_other_its_marks(tmp_path):
    good = [hand_in(tmp_path, attempt(assignment(), f"s{number}"), f"{number}.json") for number in range(3)]
    found, problems = marked(good[0], hand_in(tmp_path, "{", "x.json"), *good[1:])
    assert len(found) == 3
    assert len(problems) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=False) | st.text(max_size=6) | st.sampled_from(["s1", "2026-12-01T12:00:00Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "name", "variant", "response", "x"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
GOOD = attempt(assignment(n=0))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*GOOD, "responses"]), JSON)
def test_whatever_a_file_holds_is_marked_or_a_problem(tmp_path, key, value):
    """Sealed anew, so that the check sum stops nothing."""
    other = {"answers": [{**one, "response": value} for one in GOOD["answers"]]} if key == "responses" else {key: value}
    data = {**GOOD, **other}
    if key != "check":
        data["check"] = attempts.check_sum(data)
    found, problems = marked(hand_in(tmp_path, data))
    assert len(found) == (not problems)
    assert all(0 <= score <= 1 for one in found for score in one.scores)
    assert found or problems
    report.write(tmp_path / "out", report.Report(found, [BANK], problems))


def test_the_file_that_the_page_writes_is_read(tmp_path):
    """web/test/attempt.test.mjs holds the page to the same bytes."""
    file = CASES / "exam/attempt.json"
    [found], problems = marked(file)
    assert problems == []
    assert found.attempt.name == 'Zoë "😀" محمد'
    assert found.attempt.late is None
    assert {one.question["id"]: one.variant for one in found.drawn} == {
        answer["id"]: answer["variant"] for answer in json.loads(file.read_text("utf-8"))["answers"]
    }
    assert found.scores == [pytest.approx(score) for score in (0, 1, 1 / 3, 1, 1, 2 / 3, 1)]
