"""The deck and the interview: by keyboard, by ear, in a browser that stores nothing, and on no chapter."""

import json
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages import CHAPTERS

DAY = 86_400_000
SEED = "state => localStorage.getItem('coursebook') ?? localStorage.setItem('coursebook', state)"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])


@pytest.fixture(scope="module")
def bank(site):
    return json.loads((site / "questions.json").read_text("utf-8"))


def find(bank, kind, where=lambda question: True):
    return next(one for one in bank["questions"] if one["type"] == kind and where(one))


def entry(question, days=30, rating=3):
    """An answer some days ago."""
    return [question["id"], question["hash"], round(time.time() * 1000 - days * DAY), rating]


def months(bank):
    """A log of a year, with gaps, of most questions: one has gone, one has changed, one is known for long."""
    asked = [one for one in bank["questions"] if one["audience"] == ""]
    log = [
        entry(question, days=3 + (7 * index) % 300 + step, rating=1 + (index + step) % 4)
        for index, question in enumerate(asked)
        for step in range(1 + index % 3)
    ]
    log += [entry(asked[-1], days, 4) for days in (290, 200, 1)]
    return [*log, ["long-gone", "0", log[0][2], 3], [asked[0]["id"], "before", log[0][2] - DAY, 2]]


def enter(seen, log, path="review/", settings=None):
    """The page, with what the reader has stored."""
    state = json.dumps({"version": 1, "log": sorted(log, key=lambda one: one[2]), "settings": settings or {}})
    seen.context.add_init_script(f"({SEED})({json.dumps(state)})")
    page = seen.open(path)
    page.locator("cb-deck h2, cb-interview form").first.wait_for()
    return page


def stored(page):
    return json.loads(page.evaluate("localStorage.getItem('coursebook')"))


def desk(page):
    return page.locator(".cb-desk")


def answer(page, question, right=True):
    """Answers what lies on the desk, by keyboard alone."""
    key = question["variants"][0]["key"]
    desk(page).locator("input, textarea").first.focus()
    if key["kind"] == "choose":
        wanted = key["right"][0] if right else next(one for one in range(key["of"]) if one not in key["right"])
        page.keyboard.press("Space")
        for _ in range(wanted):
            page.keyboard.press("ArrowDown")
    elif key["kind"] == "number":
        page.keyboard.type(str(key["answer"] if right else key["answer"] + 1e6))
    page.keyboard.press("Enter")


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def violations(page):
    found = Axe().run(page, options={"runOnly": RULES})
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]


# The deck


def test_an_empty_deck_says_how_to_fill_it(visit):
    page = enter(visit(), [])
    assert "empty" in desk(page).get_by_role("heading").inner_text()
    assert "Answer a question in a chapter" in desk(page).inner_text()
    desk(page).get_by_role("link").first.click()
    page.wait_for_url("**/chapters/**")


def test_an_answer_in_a_chapter_fills_the_deck_without_a_reload(visit, bank):
    question = find(bank, "single")
    chapter = bank["chapters"][question["chapter"]]
    seen = visit()
    page = seen.open(chapter["url"])
    wrong = next(
        one for one in range(question["variants"][0]["key"]["of"]) if one not in question["variants"][0]["key"]["right"]
    )
    page.locator(f"#q-{question['id']} input[value='{wrong}']").check()
    page.locator(f"#q-{question['id']} .cb-form button").first.click()
    assert not [url for url in seen.responses if "deck" in url]
    page.locator(".md-nav--primary a[href*='review/']").first.click()
    desk(page).get_by_role("heading").first.wait_for()
    assert "Nothing is due" in desk(page).inner_text()
    assert re.search(r"comes back in (9|10) min", desk(page).inner_text())
    desk(page).get_by_role("button", name="Ask it now").click()
    assert desk(page).locator(f"#q-{question['id']}").count() == 1
    assert desk(page).locator("input:checked").count() == 0, "it comes back blank"
    assert seen.faults == []


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_due_question_is_answered_and_rated_by_keyboard_alone(visit, bank, right):
    question = find(bank, "single")
    page = enter(visit(), [entry(question)])
    assert desk(page).get_by_role("heading").first.inner_text() == "1 question due"
    assert desk(page).get_by_role("button", name="proposed").count() == 0
    answer(page, question, right)
    assert len(stored(page)["log"]) == 1, "the deck waits for the rating"
    proposed = desk(page).get_by_role("button", name="proposed")
    assert ("Got it" in proposed.inner_text(), "Missed" in proposed.inner_text()) == (right, not right)
    page.keyboard.press("Enter")
    log = stored(page)["log"]
    assert [one[0] for one in log] == [question["id"]] * 2
    assert (log[1][1], log[1][3]) == (question["hash"], 3 if right else 1)
    assert focused(page) == "Nothing is due"


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_the_keys_1_to_4_change_the_rating(visit, bank, rating):
    question = find(bank, "single")
    seen = visit()
    page = enter(seen, [entry(question)])
    desk(page).locator("input").first.focus()
    page.keyboard.press("3")
    assert seen.faults == [], "there is nothing to rate yet"
    answer(page, question)
    promised = desk(page).get_by_role("button", name=re.compile(f"^{rating}")).inner_text()
    page.keyboard.press(str(rating))
    assert [one[3] for one in stored(page)["log"]] == [3, rating]
    said = page.locator("cb-deck > .cb-status").inner_text()
    span = re.search(r"in (\d+ \w+)", promised)[1]
    assert said.endswith(f"comes back in {span}.")


def test_each_rating_says_when_the_question_returns_and_better_ones_say_later(visit, bank):
    question = find(bank, "single")
    page = enter(visit(), [entry(question, 9)])
    answer(page, question)
    texts = [one.inner_text() for one in desk(page).locator(".cb-grades button").all()]
    assert "in 10 min" in texts[0]
    days = [int(re.search(r"in (\d+) days", text)[1]) for text in texts[1:]]
    assert 3 <= days[0] < days[1] < days[2]


def test_digits_that_are_typed_as_an_answer_are_no_rating(visit, bank):
    question = find(bank, "numeric", lambda one: len(one["variants"]) == 1)
    page = enter(visit(), [entry(question)])
    answer(page, question, right=False)
    desk(page).locator("input").first.focus()
    page.keyboard.type("1234")
    assert desk(page).locator("input").first.input_value().endswith("1234")
    assert len(stored(page)["log"]) == 1


def test_a_question_with_variants_comes_back_as_another(visit, bank):
    question = next(one for one in bank["questions"] if len(one["variants"]) > 1)
    page = enter(visit(), [entry(question)])
    shown = json.loads(desk(page).locator("cb-question").get_attribute("data-key"))
    assert shown == question["variants"][1]["key"] != question["variants"][0]["key"]


def test_a_recall_question_is_compared_and_rated(visit, bank):
    question = find(bank, "recall")
    page = enter(visit(), [entry(question)])
    desk(page).get_by_role("button", name="Compare").focus()
    page.keyboard.press("Enter")
    assert desk(page).locator(".cb-model").is_visible()
    page.keyboard.press("2")
    assert [one[3] for one in stored(page)["log"]] == [3, 2]


def test_a_changed_question_says_so_and_counts_as_new(visit, bank):
    question = find(bank, "single")
    log = [[question["id"], "what it said before", entry(question, days)[2], 4] for days in (0.01, 60, 200)]
    page = enter(visit(), log)
    assert "has changed since you answered it" in desk(page).inner_text()
    answer(page, question)
    days = [one.inner_text() for one in desk(page).locator(".cb-grades button").all()]
    assert "in 2 days" in days[2], "the interval of a first answer"
    page.keyboard.press("Enter")
    assert "Nothing is due" in desk(page).inner_text()


def test_a_question_that_is_gone_stays_in_the_file_and_is_not_shown(visit, bank):
    question = find(bank, "single")
    page = enter(visit(), [["long-gone", "0", 1, 3], entry(question)])
    assert desk(page).get_by_role("heading").first.inner_text() == "1 question due"
    assert "1 question that you answered is no longer in the course" in page.locator("cb-deck").inner_text()
    answer(page, question)
    page.keyboard.press("Enter")
    assert [one[0] for one in stored(page)["log"]] == ["long-gone", question["id"], question["id"]]


def test_the_next_question_takes_the_focus_and_the_last_one_is_confirmed(visit, bank):
    first, second = [one for one in bank["questions"] if one["type"] == "single"][:2]
    page = enter(visit(width=320), [entry(first, 40), entry(second, 30)])
    answer(page, first)
    desk(page).locator("h2").evaluate("node => scrollBy({top: node.getBoundingClientRect().top - 10, behavior: 'instant'})")
    page.keyboard.press("Enter")
    assert focused(page) == "1 question due"
    top = desk(page).locator("h2").bounding_box()["y"]
    assert top >= page.locator(".md-header").bounding_box()["height"], "clear of the header"
    assert "Got it: comes back in" in page.locator("cb-deck > [role=status]").inner_text()
    assert desk(page).locator("cb-question").get_attribute("id") == f"q-{second['id']}"


def test_another_page_of_the_reader_fills_an_empty_deck(visit, bank):
    seen = visit()
    page = enter(seen, [])
    other = seen.context.new_page()
    other.goto(seen.address)
    state = {"version": 1, "log": [entry(find(bank, "single"))], "settings": {}}
    other.evaluate("state => localStorage.setItem('coursebook', state)", json.dumps(state))
    desk(page).locator("cb-question").wait_for()


# Forecast and history


def rows(page, name):
    page.locator(f"{name} summary").click()
    return [row.split("\t") for row in page.locator(f"{name} tbody tr").all_inner_texts()]


def test_the_forecast_shows_each_question_once_in_words_as_bars_and_as_a_table(visit, bank):
    log = months(bank)
    page = enter(visit(), log)
    counts = [int(count) for _, count in rows(page, ".cb-forecast")]
    assert len(counts) == 15
    assert sum(counts) == len({one[0] for one in log}) - 1
    assert counts[-1] > 0
    due = int(desk(page).get_by_role("heading").first.inner_text().split()[0])
    assert counts[0] >= due > 0
    drawn = page.locator(".cb-bars .cb-count").all_inner_texts()
    assert [int(text or 0) for text in drawn] == counts[:14]
    assert page.locator(".cb-forecast figcaption").inner_text().startswith(f"{sum(counts[:14])} question")


def test_the_history_shows_each_answer_of_a_year_in_words_as_squares_and_as_a_table(visit, bank):
    log = months(bank)
    page = enter(visit(), log)
    table = rows(page, ".cb-history")
    assert len(table) == 12
    answers = sum(int(row[2]) for row in table)
    assert answers == len(log)
    days = sum(int(row[1]) for row in table)
    assert page.locator(".cb-history figcaption").inner_text() == f"{answers} answers on {days} days of the last twelve months."
    assert page.locator(".cb-year .cb-square[style]").count() == days
    known, asked = (sum(int(row[3].split(" of ")[part]) for row in table if row[3] != "none") for part in (0, 1))
    assert f"{known} of {asked} times" in page.locator(".cb-history").inner_text()


def test_a_larger_square_is_more_answers(visit, bank):
    asked = [one for one in bank["questions"] if one["audience"] == ""]
    page = enter(visit(), [entry(asked[0], 2), *(entry(one, 5) for one in asked[:9])])
    sides = page.locator(".cb-year .cb-square[style]").evaluate_all(
        "squares => squares.map(one => parseFloat(getComputedStyle(one, '::before').width))"
    )
    assert sides[0] == pytest.approx(3 * sides[1], rel=0.1)


def test_the_drawings_are_for_the_eye_and_the_tables_for_the_ear(visit, bank):
    page = enter(visit(), months(bank))
    for name in (".cb-forecast", ".cb-history"):
        assert page.locator(f"{name} .cb-drawing").get_attribute("aria-hidden") == "true"
        page.locator(f"{name} summary").focus()
        page.keyboard.press("Enter")
        assert page.locator(f"{name}").get_by_role("columnheader").count() >= 2
        assert page.locator(f"{name}").get_by_role("rowheader").count() >= 12


# The record


def test_a_record_is_saved_deleted_and_opened_again(visit, bank, tmp_path):
    log = months(bank)
    page = enter(visit(), log)
    before = stored(page)["log"]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert json.loads(file.read_text("utf-8"))["log"] == before

    page.get_by_role("button", name="Delete everything").click()
    dialog = page.get_by_role("dialog", name="Delete")
    assert f"Delete {len(log)} answers" in dialog.inner_text()
    assert focused(page) == "Keep"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert stored(page)["log"] == before
    page.get_by_role("button", name="Delete everything").click()
    page.keyboard.press("Enter")
    assert stored(page)["log"] == before, "Keep keeps"
    page.get_by_role("button", name="Delete everything").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "Your deck is empty" in desk(page).inner_text()
    assert page.evaluate("JSON.parse(localStorage.getItem('coursebook') ?? '{\"log\": []}').log.length") == 0

    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text(f"{len(log)} new answers from").wait_for()
    assert stored(page)["log"] == before
    assert "due" in desk(page).get_by_role("heading").first.inner_text()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Nothing new in").wait_for()
    page.get_by_role("button", name="Delete everything").click()
    page.keyboard.press("Escape")
    assert stored(page)["log"] == before, "each time it asks anew"


@pytest.mark.parametrize(
    "text", ["", "{}", "no json", '{"version": 99, "log": [], "settings": {}}', '{"version": 1, "log": [[1]]}']
)
def test_a_file_that_is_no_record_is_refused_in_words(visit, bank, tmp_path, text):
    page = enter(visit(), [entry(find(bank, "single"))])
    before = stored(page)
    file = tmp_path / "other.json"
    file.write_text(text, "utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("other.json was not taken over").wait_for()
    assert stored(page) == before


def test_the_page_says_that_nothing_leaves_the_machine_and_that_is_so(visit, address, bank):
    seen = visit()
    page = enter(seen, months(bank))
    assert "Nothing leaves it" in page.locator("cb-deck").inner_text()
    answer(
        page,
        next(one for one in bank["questions"] if f"q-{one['id']}" == desk(page).locator("cb-question").get_attribute("id")),
    )
    assert seen.hosts == {address.split("/")[2]}
    assert {one.method for one in seen.responses.values() if one} == {"GET"}
    assert seen.faults == []


# A browser that does not play along


def test_in_a_private_window_the_deck_stands_and_says_what_is_missing(visit, bank):
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused ' + new Error().stack) }})"
    seen = visit()
    seen.context.add_init_script(refuse)
    page = seen.open("review/")
    assert "Your deck is empty" in desk(page).inner_text()
    page.get_by_text("lets the page store nothing").wait_for()
    ours = [fault for fault in seen.faults if not fault.startswith("refused") or "assets/coursebook" in fault]
    assert ours == [], "the theme has its own"


def test_a_full_storage_is_said_once_and_the_deck_goes_on(visit, bank):
    first, second = [one for one in bank["questions"] if one["type"] == "single"][:2]
    seen = visit()
    page = enter(seen, [entry(first, 40), entry(second, 30)])
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }")
    answer(page, first)
    page.keyboard.press("Enter")
    page.get_by_text("storage is full").wait_for()
    answer(page, second)
    page.keyboard.press("Enter")
    assert focused(page) == "Nothing is due"
    assert page.get_by_text("storage is full").count() == 1
    assert len(stored(page)["log"]) == 2
    assert seen.faults == []


@pytest.mark.parametrize("path", ["review/", "interview/"])
def test_without_the_questions_both_say_so(visit, path):
    seen = visit()
    seen.context.route("**/questions.json", lambda route: route.abort())
    page = seen.open(path)
    page.get_by_text("could not be loaded").wait_for()


# The interview


def interview(visit, log=(), **options):
    seen = visit(**options)
    return seen, enter(seen, list(log), "interview/")


def choose(page, name, label):
    page.get_by_role("combobox", name=name, exact=True).select_option(label=label)


def test_an_interview_goes_by_keyboard_alone_from_the_draw_to_the_common_wrong_answer(visit, bank):
    _, page = interview(visit)
    page.get_by_role("button", name="Draw a question").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "Your question"
    question = desk(page).locator("cb-question")
    model, rubric, mistake = (question.locator(name) for name in (".cb-model", ".cb-rubric", ".cb-mistake"))
    assert not model.is_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.localName") == "textarea":
            break
    page.keyboard.type("It depends.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert model.is_visible()
    assert rubric.is_visible()
    assert not mistake.is_visible(), "the common wrong answer comes last"
    assert model.bounding_box()["y"] < rubric.bounding_box()["y"]
    points = rubric.get_by_role("checkbox").count()
    rubric.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    note = desk(page).get_by_role("button", name="Note:")
    assert f"1 of {points} points" in note.inner_text()
    note.focus()
    page.keyboard.press("Enter")
    assert mistake.is_visible()
    assert mistake.evaluate("node => node === document.activeElement")
    assert mistake.bounding_box()["y"] > rubric.bounding_box()["y"]
    assert f"Noted: 1 of {points} points" in desk(page).locator("[role=status]").last.inner_text()
    (log,) = stored(page)["log"]
    assert f"q-{log[0]}" == question.get_attribute("id")
    desk(page).get_by_role("button", name="Draw another").press("Enter")
    assert focused(page) == "Your question"
    assert question.get_attribute("id") != f"q-{log[0]}"


@pytest.mark.parametrize(("share", "rating"), [(0, 1), (0.5, 2), (0.8, 3), (1, 3)])
def test_the_points_that_are_ticked_are_the_rating(visit, share, rating):
    _, page = interview(visit)
    page.get_by_role("button", name="Draw a question").click()
    desk(page).get_by_role("button", name="Compare").click()
    boxes = desk(page).locator(".cb-rubric input")
    for index in range(round(share * boxes.count())):
        boxes.nth(index).check()
    desk(page).get_by_role("button", name="Note:").click()
    desk(page).get_by_role("button", name="Compare").click()
    assert desk(page).get_by_role("button", name="Note:").count() == 0, "noted once"
    assert [one[3] for one in stored(page)["log"]] == [rating]


def test_the_filters_leave_what_they_say(visit, bank):
    asked = [one for one in bank["questions"] if one["audience"] == "interview"]
    log = [entry(asked[0], 9, 1), entry(asked[1], 9, 1), entry(asked[1], 3, 3), entry(asked[2], 9, 2)]
    _, page = interview(visit, log)
    count = page.locator("cb-interview > [role=status]")
    assert count.inner_text() == f"{len(asked)} of {len(asked)} questions."
    choose(page, "Which", "Not yet practised")
    assert count.inner_text().startswith(f"{len(asked) - 3} of")
    choose(page, "Which", "Rated low")
    assert count.inner_text().startswith("2 of")
    page.get_by_role("button", name="Draw a question").click()
    assert desk(page).locator("cb-question").get_attribute("id") in {f"q-{asked[0]['id']}", f"q-{asked[2]['id']}"}
    assert "practised once" in desk(page).inner_text()

    choose(page, "Which", "All")
    chapter = asked[0]["chapter"]
    choose(page, "Chapter", bank["chapters"][chapter]["title"])
    assert count.inner_text().startswith(f"{sum(one['chapter'] == chapter for one in asked)} of")
    objectives = page.get_by_role("combobox", name="Objective", exact=True).locator("option").all_inner_texts()
    named = {bank["chapters"][chapter]["objectives"].get(one["objective"]) for one in asked if one["chapter"] == chapter} - {
        None
    }
    assert set(objectives) == named | {"All"}
    if named:
        choose(page, "Objective", objectives[1])
        assert int(count.inner_text().split()[0]) == sum(
            one["chapter"] == chapter and bank["chapters"][chapter]["objectives"].get(one["objective"]) == objectives[1]
            for one in asked
        )


def test_filters_that_leave_nothing_say_so(visit):
    seen, page = interview(visit)
    choose(page, "Which", "Rated low")
    page.get_by_role("button", name="Draw a question").click()
    assert "No question is left" in page.locator("cb-interview > [role=status]").inner_text()
    assert desk(page).locator("cb-question").count() == 0
    assert seen.faults == []


def test_no_question_is_drawn_twice_before_each_was_drawn(visit, bank):
    asked = {f"q-{one['id']}" for one in bank["questions"] if one["audience"] == "interview"}
    _, page = interview(visit)
    drawn = []
    for _ in range(len(asked) + 1):
        page.get_by_role("button", name="Draw a question").click()
        drawn.append(desk(page).locator("cb-question").get_attribute("id"))
    assert set(drawn[:-1]) == asked
    assert drawn[-1] != drawn[-2]


def test_the_clock_runs_stops_with_the_answer_and_stays_hidden(visit):
    _, page = interview(visit)
    page.get_by_role("button", name="Draw a question").click()
    clock = page.get_by_role("timer")
    assert clock.inner_text() == "0:00"
    page.wait_for_function("() => document.querySelector('.cb-clock').textContent !== '0:00'")
    desk(page).get_by_role("button", name="Compare").click()
    stopped = clock.inner_text()
    page.wait_for_timeout(1300)
    assert clock.inner_text() == stopped
    page.get_by_role("button", name="Hide the clock").click()
    assert not clock.is_visible()
    page.reload(wait_until="networkidle")
    page.get_by_role("button", name="Draw a question").click()
    assert not page.locator(".cb-clock").is_visible()
    page.get_by_role("button", name="Show the clock").click()
    assert page.get_by_role("timer").is_visible()


# Both


@SCHEMES
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_axe_finds_nothing_on_the_deck(visit, bank, dark, full):
    page = enter(visit(dark=dark), months(bank) if full else [])
    for summary in page.locator("cb-deck figure summary").all():
        summary.click()
    assert violations(page) == []
    if full:
        question = desk(page).locator("cb-question").get_attribute("id")
        answer(page, next(one for one in bank["questions"] if f"q-{one['id']}" == question))
        assert violations(page) == []
    page.get_by_role("button", name="Delete everything").click()
    assert violations(page) == []


@SCHEMES
def test_axe_finds_nothing_on_an_interview(visit, dark):
    _, page = interview(visit, dark=dark)
    assert violations(page) == []
    page.get_by_role("button", name="Draw a question").click()
    desk(page).get_by_role("button", name="Compare").click()
    assert violations(page) == []
    desk(page).get_by_role("button", name="Note:").click()
    assert violations(page) == []


@pytest.mark.parametrize("path", ["review/", "interview/"])
def test_both_fit_a_narrow_phone(visit, bank, path):
    page = enter(visit(width=320), months(bank), path)
    for summary in page.locator("cb-deck figure summary").all():
        summary.click()
    if path == "interview/":
        page.get_by_role("button", name="Draw a question").click()
        desk(page).get_by_role("button", name="Compare").click()
    else:
        question = desk(page).locator("cb-question").get_attribute("id")
        answer(page, next(one for one in bank["questions"] if f"q-{one['id']}" == question))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.locator(":is(cb-deck, cb-interview) :is(button, select)").evaluate_all(
        "nodes => nodes.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24).length"
    )
    assert small == 0


@pytest.mark.parametrize("path", ["review/", "interview/"])
def test_without_scripts_both_give_all_that_there_is(visit, bank, path):
    page = visit(script=False).open(path)
    if path == "review/":
        shown = page.locator("article a[href*='#q-']").evaluate_all("nodes => nodes.map(node => node.hash.slice(3))")
        assert set(shown) >= {one["id"] for one in bank["questions"] if one["audience"] == ""}
    else:
        answers = page.locator("article details.cb-answer")
        assert answers.count() == sum(one["audience"] == "interview" for one in bank["questions"])
        answers.first.locator("summary").focus()
        page.keyboard.press("Enter")
        assert answers.first.locator(".cb-mistake").is_visible()


@pytest.mark.parametrize("path", [*CHAPTERS[:3], ""])
def test_a_chapter_loads_nothing_of_the_deck_or_the_interview(visit, path):
    seen = visit()
    page = seen.open(path)
    field = page.locator("cb-question input").first
    if field.count():
        field.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    loaded = {url.rsplit("/", 1)[-1].split("?")[0] for url in seen.responses}
    assert "coursebook.js" in loaded
    assert not loaded & {"deck.js", "interview.js", "deck.css", "questions.json"}
