"""An assignment from end to end: chosen, taken by keyboard, interrupted, handed in, and marked as the page showed it."""

import csv
import io
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from coursebook.cli import main
from coursebook.publish.quiz import attempts, report
from coursebook.publish.quiz.assignment import draw, matching, parse
from exam import BANK, assignment, attempt, hand_in
from pages import ROOT

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
KEYS = "nodes => nodes.map(node => JSON.parse(node.dataset.key))"
ORDERS = "nodes => nodes.map(node => [...node.querySelectorAll('.cb-choice input')].map(input => Number(input.value)))"
TITLES = "nodes => nodes.map(node => node.textContent)"


@pytest.fixture
def link(visit):
    """link(**choices) -> what stands behind the site's address in a link that the builder made"""

    def build(n="6", own=False, quiet=False, due="", title="Week 3"):
        page = visit().open("assign/")
        page.get_by_label("Title", exact=True).fill(title)
        page.get_by_label("How many questions").fill(n)
        page.get_by_label("Seed").fill("42")
        if own:
            page.get_by_label("Other variants").check()
        if quiet:
            page.get_by_label("Show neither").check()
        if due:
            page.get_by_label("Due").fill(due)
        return page.get_by_label("For your students").input_value().partition("/exam/")[2].join(["exam/", ""])

    return build


def start(page, name="Zoë", student="s1"):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Student id").fill(student)
    page.keyboard.press("Enter")
    page.locator("cb-question").first.wait_for()
    return page.locator("cb-question")


def answer(page, question, key, right=True):
    """By keyboard alone: the focus goes to the first control, the rest are keys."""
    controls = question.locator("fieldset :is(input, select, textarea)")
    controls.first.focus()
    match key["kind"]:
        case "choose" if key["several"]:
            for index in range(key["of"]):
                value = int(page.evaluate("document.activeElement.value"))
                if (value in key["right"]) is right:
                    page.keyboard.press("Space")
                if index < key["of"] - 1:
                    page.keyboard.press("Tab")
        case "choose":
            page.keyboard.press("Space")
            while (int(page.evaluate("document.activeElement.value")) in key["right"]) is not right:
                page.keyboard.press("ArrowDown")
        case "number":
            page.keyboard.type(f"{key['answer']:.6g}".replace(".", ",") if right else "−1 234 567")
        case "words":
            page.keyboard.type(key["accept"][0] if right else "nothing of the kind")
        case "arrange":
            for place, wanted in enumerate(range(key["count"]) if right else reversed(range(key["count"]))):
                question.locator(f'[data-item="{wanted}"] select').select_option(str(place + 1))
        case "pair":
            for left, wanted in enumerate(key["right"] if right else [*key["right"][1:], key["right"][0]]):
                question.locator(f'[data-left="{left}"] select').select_option(str(wanted))
        case _:
            page.keyboard.type("Because.")


def finish(page):
    page.get_by_role("button", name="Finish").press("Enter")
    page.locator("dialog.cb-ask").get_by_role("button", name="Finish").press("Enter")
    page.get_by_role("heading", name="Finished").wait_for()


def saved(page, folder, name="a.json"):
    """The attempt's file, in a folder."""
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Save ")).click()
    download.value.save_as(folder / name)
    return folder / name


def graded(site, folder):
    """What `coursebook grade` makes of the folder: its rows, its exit status and what it complains of."""
    out = folder / "marks"
    arguments = ["--root", str(ROOT), "grade", str(folder), "--release", str(site / "questions.json"), "--out", str(out)]
    result = CliRunner().invoke(main, arguments)
    return (
        list(csv.DictReader(io.StringIO((out / "marks.csv").read_text("utf-8-sig"), newline=""))),
        result.exit_code,
        result.stderr,
    )


def clean(page, part=".md-content"):
    """What axe says of a part, the content if no other is named; test_pages has it look at the whole of each page."""
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(page, context=part, options=RULES).response["violations"]
    ]


@pytest.mark.slow
def test_an_assignment_from_the_builder_to_the_marks(visit, link, site, tmp_path):
    seen = visit()
    page = seen.open(link())
    assert page.get_by_text("Your questions depend on it").count() == 0
    questions = start(page)
    keys = questions.evaluate_all(KEYS)
    assert len(keys) == 6
    assert not page.locator(".cb-answer:visible, .cb-hint:visible, .cb-score:visible").count()
    for index in range(3):
        answer(page, questions.nth(index), keys[index], right=index != 1)

    page.reload(wait_until="networkidle")
    questions = page.locator("cb-question")
    assert page.locator(".cb-student").inner_text().startswith("Zoë (s1), begun on ")
    assert [one.inner_text() for one in page.locator(".cb-open button").all()] == ["4", "5", "6"]
    for index in range(3, 5):
        answer(page, questions.nth(index), keys[index])
    page.get_by_role("button", name="Finish").press("Enter")
    assert "Without an answer: 6." in page.locator("dialog.cb-ask").inner_text()
    page.keyboard.press("Escape")
    finish(page)
    assert page.evaluate("document.activeElement.textContent") == "Finished"
    assert questions.locator("fieldset:not(:disabled)").count() == 0
    assert questions.locator(".cb-mark").count() > 0
    assert "Not answered." in questions.nth(5).inner_text()
    shown = re.search(r"([\d.]+) of (\d+) points, (\d+) %", page.locator(".cb-score").inner_text()).groups()

    saved(page, tmp_path)
    [row], code, complaints = graded(site, tmp_path)
    assert (code, complaints) == (0, "")
    assert (float(row["points"]), row["of"], row["percent"]) == (float(shown[0]), shown[1], shown[2])
    assert 0 < int(row["percent"]) < 100
    assert (row["id"], row["name"], row["assignment"]) == ("s1", "Zoë", "Week 3")
    assert seen.faults == []


def test_what_is_all_right_gets_all_points_on_both_sides(visit, link, site, tmp_path):
    page = visit().open(link(n="12"))
    questions = start(page)
    for index, key in enumerate(questions.evaluate_all(KEYS)):
        answer(page, questions.nth(index), key)
    finish(page)
    assert "12 of 12 points, 100 %." in page.locator(".cb-score").inner_text()
    saved(page, tmp_path)
    assert graded(site, tmp_path)[0][0]["percent"] == "100"


def forms(visit, address, students):
    """What each student is asked: which questions, with which keys, and with their options in which order."""
    found = []
    for student in students:
        page = visit().open(address)
        questions = start(page, student=student)
        orders = questions.evaluate_all(ORDERS)
        ids = questions.evaluate_all("nodes => nodes.map(node => node.id.slice(2))")
        found.append(list(zip(ids, questions.evaluate_all(KEYS), orders, strict=True)))
    return found


def drawn(site, address, student):
    """The same, as Python draws it."""
    taken = parse(address.partition("#")[2])
    found = draw(matching(json.loads((site / "questions.json").read_text("utf-8")), taken), taken, student)
    return [(one.question["id"], one.key, list(one.order)) for one in found]


def test_the_same_form_is_the_same_for_all(visit, link, site):
    address = link(n="8")
    [one, other] = forms(visit, address, ["s1", "s2"])
    assert one == other == drawn(site, address, "")


def test_an_own_form_differs_by_student_and_not_by_how_the_id_is_typed(visit, link, site):
    address = link(n="8", own=True)
    [one, other, again] = forms(visit, address, ["s1", "s2", " S1"])
    assert one != other
    assert one == again == drawn(site, address, "s1")


def test_no_score_and_no_answer_where_the_link_has_none_shown(visit, link, tmp_path):
    page = visit().open(link(quiet=True))
    questions = start(page)
    answer(page, questions.first, questions.evaluate_all(KEYS)[0])
    finish(page)
    assert page.locator(".cb-score, .cb-mark, .cb-answer:visible").count() == 0
    assert json.loads(saved(page, tmp_path).read_text("utf-8"))["answers"][0]["response"]


def test_a_finished_exam_stays_finished_until_somebody_else_begins(visit, link):
    address = link()
    seen = visit()
    page = seen.open(address)
    start(page)
    finish(page)
    page.reload(wait_until="networkidle")
    assert page.get_by_role("heading", name="Finished").is_visible()
    assert page.locator(".cb-score").inner_text().startswith("0 of 6 points")
    page.get_by_role("button", name="Not you?").click()
    page.get_by_role("button", name="Keep it").click()
    assert page.get_by_role("heading", name="Finished").is_visible()
    page.get_by_role("button", name="Not you?").click()
    page.get_by_role("button", name="Delete").click()
    assert page.get_by_label("Name").input_value() == ""


def test_a_due_date_is_shown_and_a_late_one_says_so(visit, link, site, tmp_path):
    page = visit().open(link(due="2025-03-01T12:30"))
    assert "Due on Saturday 1 March 2025" in page.locator(".cb-facts").inner_text().replace(",", "")
    assert "what you finish now is late" in page.locator(".cb-facts").inner_text()
    start(page)
    finish(page)
    assert "This was after it was due." in page.locator(".cb-result").inner_text()
    saved(page, tmp_path)
    rows, code, complaints = graded(site, tmp_path)
    assert (rows[0]["late"], code) == ("late", 1)
    assert "after it was due" in complaints


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("", "This address has none"),
        ("#v=1&release=123&seed=", ["the seed is missing", "'123' is no release"]),
        ("#v=2", ["it is of version '2', and this is version 1"]),
        (f"#v=1&release={'0' * 64}&seed=1", "its questions have changed"),
    ],
    ids=["no link", "a wrong one", "a later version", "another release"],
)
def test_a_link_that_opens_nothing_says_why(visit, fragment, said):
    seen = visit()
    page = seen.open(f"exam/{fragment}")
    if isinstance(said, str):
        assert said in page.locator("cb-exam").inner_text()
    else:
        assert page.locator("cb-exam li").all_inner_texts() == said
    assert clean(page) == []
    assert seen.faults == []


def test_a_selection_without_questions_says_so(visit, link):
    page = visit().open(f"{link()}&chapters=99-nowhere")
    assert page.locator("cb-exam li").all_inner_texts() == ["there is no chapter '99-nowhere'"]


def test_answers_are_not_lost_when_the_course_changes_in_between(visit, link, tmp_path):
    seen = visit()
    page = seen.open(link())
    questions = start(page)
    answer(page, questions.first, questions.evaluate_all(KEYS)[0])
    bank = json.loads(page.request.get(f"{seen.address}questions.json").text())
    page.route("**/questions.json", lambda route: route.fulfill(json={**bank, "release": "0" * 64}))
    page.reload(wait_until="networkidle")
    assert "What you had answered is still here" in page.locator("cb-exam").inner_text()
    assert json.loads(saved(page, tmp_path).read_text("utf-8"))["answers"][0]["response"]


def test_a_heading_s_address_does_not_cost_the_link(visit, link):
    page = visit().open(link())
    start(page)
    page.evaluate("location.hash = 'nowhere'")
    page.wait_for_function("() => location.hash.includes('seed=42')")
    page.locator("cb-question").first.wait_for()
    assert page.locator("cb-question").count() == 6


def test_a_second_window_takes_over(visit, link):
    seen = visit()
    page = seen.open(link())
    start(page)
    other = seen.context.new_page()
    other.goto(page.url, wait_until="networkidle")
    questions = other.locator("cb-question")
    answer(other, questions.first, questions.evaluate_all(KEYS)[0])
    page.get_by_role("heading", name="open in another window").wait_for()
    assert page.locator("cb-question").count() == 0


def test_a_browser_that_keeps_nothing_says_so_and_goes_on(visit, link, tmp_path):
    seen = visit()
    address = link()
    seen.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page = seen.open(address)
    questions = start(page)
    assert "This browser keeps nothing" in page.locator("cb-exam").inner_text()
    answer(page, questions.first, questions.evaluate_all(KEYS)[0])
    finish(page)
    assert json.loads(saved(page, tmp_path).read_text("utf-8"))["student"] == {"name": "Zoë", "id": "s1"}


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
def test_axe_finds_nothing_at_any_stage(visit, link, dark):
    page = visit(dark=dark).open(link(n="12"))
    assert clean(page) == []
    questions = start(page)
    assert clean(page) == []
    for index, key in enumerate(questions.evaluate_all(KEYS)):
        if index % 3:
            answer(page, questions.nth(index), key, right=index % 3 == 1)
    page.get_by_role("button", name="Finish").click()
    assert clean(page) == []
    page.locator("dialog.cb-ask").get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="Finished").wait_for()
    assert clean(page) == []


def test_the_exam_fits_a_narrow_phone(visit, link):
    address = link()
    page = visit(width=320).open(address)
    start(page)
    finish(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_on_paper_an_exam_shows_what_was_answered(visit, link):
    page = visit().open(link(n="12"))
    questions = start(page)
    for index, key in enumerate(questions.evaluate_all(KEYS)):
        answer(page, questions.nth(index), key)
    finish(page)
    page.emulate_media(media="print")
    typed = questions.locator(".cb-number input").first
    assert typed.evaluate("node => getComputedStyle(node).color") != "rgba(0, 0, 0, 0)"
    ticked = questions.locator(".cb-choice input:checked").first
    assert ticked.evaluate("node => getComputedStyle(node).appearance") == "auto"
    assert page.locator(".cb-score").is_visible()
    assert not page.get_by_role("link", name=re.compile("^Save ")).is_visible()


def test_the_builder_counts_shows_the_draw_and_keeps_what_was_chosen(visit):
    seen = visit()
    page = seen.open("assign/")
    count, drawn = page.locator(".cb-counted"), page.locator(".cb-preview li")
    before = int(re.match(r"\d+", count.inner_text())[0])
    assert drawn.count() == 10
    page.locator('[name="chapters"]').first.check()
    assert int(re.match(r"\d+", count.inner_text())[0]) < before
    page.get_by_label("How many questions").fill("2")
    assert "2 are drawn" in count.inner_text()
    titles = drawn.evaluate_all(TITLES)
    seeds = set()
    for _ in range(5):
        page.get_by_role("button", name="Draw a new one").click()
        seeds.add((page.get_by_label("Seed").input_value(), *drawn.evaluate_all(TITLES)))
    assert len(seeds) == 5
    assert {seed[1:] for seed in seeds} != {tuple(titles)}
    page.get_by_label("Title", exact=True).fill("Week 3")
    page.get_by_label("Due").fill("2027-05-01T12:30")
    page.keyboard.press("Tab")
    kept = page.get_by_label("For your students").input_value()
    page.reload(wait_until="networkidle")
    assert page.get_by_label("For your students").input_value() == kept
    page.get_by_label("How many questions").fill("99")
    assert re.search(r"it asks for 99 of \d+ questions", count.inner_text())
    assert page.get_by_label("For your students").input_value() == ""
    assert seen.faults == []


def test_the_builder_s_preview_is_what_the_exam_asks(visit):
    page = visit().open("assign/")
    page.get_by_label("Other variants").check()
    page.get_by_label("As this student id gets it").fill("s 7")
    drawn = [title.rpartition(" (")[0] for title in page.locator(".cb-preview li").evaluate_all(TITLES)]
    address = page.get_by_label("For your students").input_value()
    page.goto(address, wait_until="networkidle")
    assert page.get_by_text("Your questions depend on it").is_visible()
    questions = start(page, student="S 7")
    assert [" ".join(title.split()) for title in questions.locator("legend").all_inner_texts()] == drawn


def test_the_builder_copies_and_says_how_to_mark(visit, address):
    seen = visit()
    seen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = seen.open("assign/")
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{address}exam/#v=1&release=")
    command = page.get_by_label("The command that marks them").input_value()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save this release").click()
    assert f"--release {download.value.suggested_filename} " in command
    assert command.startswith("coursebook grade ")


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
def test_axe_finds_nothing_in_the_report_and_it_fits_a_narrow_phone(chromium, tmp_path, dark):
    said = {"n": 0, "title": "Week 3", "types": ("single", "numeric", "match", "recall")}
    files = [hand_in(tmp_path, attempt(assignment(**said), f"s{number}"), f"{number}.json") for number in range(4)]
    found, problems = attempts.mark([*files, tmp_path / "none.json"], [BANK])
    report.write(tmp_path, report.Report(found, [BANK], problems))
    context = chromium.new_context(
        color_scheme="dark" if dark else "light", bypass_csp=True, viewport={"width": 320, "height": 900}
    )
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert clean(page, "html") == []
    context.close()


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
def test_axe_finds_nothing_in_the_builder(visit, dark):
    page = visit(dark=dark).open("assign/")
    page.get_by_label("Other variants").check()
    assert clean(page) == []
