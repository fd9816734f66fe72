"""Questions of every type: by keyboard, by touch, in an exam, on paper, and with scripts off."""

import json
import re
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from coursebook.library import Library
from coursebook.publish import render
from coursebook.publish.compile import Setting, compile
from coursebook.publish.quiz.types import TYPES
from coursebook.text import Text
from pages import CHAPTERS

PAGE = "chapters/every-type/"
OTHERS = """
//// question | With hints
    id: hinted

Which is it?

- [ ] This
    > No.
- [x] That
    > Yes.

/// hint
Not this.
///
/// hint
That.
///
/// answer
It could be no other.
///
////

/// question | In plain words
    id: plain
    type: match

- one => two
- three => four

///
"""
STATE = {"right": "✓ Right.", "partly": "◐ Partly right.", "wrong": "✗ Wrong."}
DOWN, UP = "Move down", "Move up"


@pytest.fixture(scope="module")
def every(site):
    """A page of the built course with a question of every type in the place of its text; its HTML, as scripts find it."""
    text = "# Every type\n\n" + "\n\n".join([*(one.EXAMPLE for one in TYPES.values()), OTHERS])
    setting = Setting("chapters/every-type.md", report=lambda identifier: f"https://example.org/{identifier}")
    compiled = compile(Text("chapters/every-type.md", text), Library(), setting)
    assert compiled.problems == ()
    article = re.compile('(?<=<article class="md-content__inner md-typeset">).*(?=</article>)', re.DOTALL)
    shell = re.sub(
        'href="#[^"]*" class="md-skip"',
        'href="#every-type" class="md-skip"',
        (site / CHAPTERS[0] / "index.html").read_text("utf-8"),
    )
    made, count = article.subn(lambda _: render.page(compiled.markdown), shell)
    assert count == 1
    (site / PAGE).mkdir(exist_ok=True)
    (site / PAGE / "index.html").write_text(made, "utf-8")
    return made


@pytest.fixture
def opened(visit, every):
    """opened(dark=True) -> the page with every type"""
    return lambda **options: visit(**options).open(PAGE)


def asked(page, name):
    """The question that is the example of a type, or another by its id."""
    return page.locator(f"#q-example-{name}, #q-{name}").first


def key_of(question):
    return json.loads(
        question.get_attribute("data-key") or question.locator(".cb-variant:not([hidden])").get_attribute("data-key")
    )


def said(question):
    return question.get_by_role("status").inner_text()


def check(question):
    question.locator(".cb-variant:not([hidden]) .cb-actions button, > form .cb-actions button").click()


def stored(page):
    """The ratings in the reader's storage, by question."""
    found = json.loads(page.evaluate("localStorage.getItem('coursebook')") or '{"log": []}')
    return [(identifier, rating) for identifier, _, _, rating in found["log"]]


def answer_all(page):
    """Every type answered, each in another state."""
    asked(page, "single").get_by_role("radio").nth(0).check()
    asked(page, "multiple").get_by_role("checkbox").nth(0).check()
    asked(page, "multiple").get_by_role("checkbox").nth(1).check()
    asked(page, "numeric").get_by_role("textbox").fill("many")
    asked(page, "text").get_by_role("textbox").fill("replacement")
    asked(page, "order").get_by_role("button", name=DOWN).first.click()
    asked(page, "match").get_by_role("combobox").first.select_option("1")
    asked(page, "hinted").locator("summary").first.click()
    asked(page, "hinted").get_by_role("radio").nth(1).check()
    for name in (*TYPES, "hinted"):
        check(asked(page, name))
    asked(page, "interview").get_by_role("checkbox").first.check()


def violations(page):
    """What axe finds on the whole page."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


@pytest.mark.parametrize("choose_right", [True, False], ids=["right", "wrong"])
def test_a_single_choice_is_answered_by_keyboard(opened, choose_right):
    page = opened()
    question = asked(page, "single")
    right, count = key_of(question)["right"][0], question.get_by_role("radio").count()
    question.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(right if choose_right else (right + 1) % count):
        page.keyboard.press("ArrowDown")
    assert question.get_by_role("radio", checked=True).evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    assert said(question).startswith(STATE["right" if choose_right else "wrong"])
    assert question.get_by_role("status").evaluate("node => node === document.activeElement")
    assert question.locator(".cb-choice .cb-mark").inner_text() == ("✓ Right" if choose_right else "✗ Wrong")


def test_a_multiple_choice_names_its_score_its_rule_and_each_tick(opened):
    question = asked(opened(), "multiple")
    question.get_by_role("checkbox").nth(0).check()
    question.get_by_role("checkbox").nth(1).check()
    check(question)
    assert said(question).startswith(STATE["wrong"])
    assert "1 of 2 right ones, 1 wrong: 0\u00a0%. Each wrong tick cancels a right one." in said(question)
    assert "One is left over." in said(question)
    assert question.locator(".cb-choice .cb-mark").all_inner_texts() == ["✓ Right", "✗ Wrong"]
    question.get_by_role("checkbox").nth(1).uncheck()
    assert said(question) == ""
    assert question.locator(".cb-choice .cb-mark").count() == 0
    check(question)
    assert said(question).startswith(STATE["partly"])
    assert "50\u00a0%" in said(question)


@pytest.mark.parametrize("separator", [".", ","])
def test_a_number_is_echoed_as_it_was_read(opened, separator):
    page = opened()
    question = asked(page, "numeric")
    typed = f"{key_of(question)['answer']:.2f}"
    question.get_by_role("textbox").focus()
    page.keyboard.type(f" {typed.replace('.', separator)} %")
    page.keyboard.press("Enter")
    assert said(question).startswith(f"{STATE['right']} Read as {float(typed)}\u00a0%.")


def test_a_foreseen_wrong_number_gets_its_own_feedback_and_another_none(opened):
    question = asked(opened(), "numeric")
    question.get_by_role("textbox").fill(str(key_of(question)["wrong"][1]))
    check(question)
    assert said(question).startswith(STATE["wrong"])
    assert "how likely all fail" in said(question)
    question.get_by_role("textbox").fill("\u22121e3")
    check(question)
    assert said(question) == f"{STATE['wrong']} Read as \u22121000\u00a0%."


def test_what_is_no_number_is_no_attempt(opened):
    page = opened()
    question = asked(page, "numeric")
    for typed, reply in (("", "Type a number first."), ("many", "“many” does not read as a number")):
        question.get_by_role("textbox").fill(typed)
        check(question)
        assert said(question).startswith(reply)
        assert (question.get_by_role("textbox").get_attribute("aria-invalid") == "true") is (typed != "")
        assert not question.locator(".cb-answer:visible").count()
    assert stored(page) == []


def test_words_are_taken_however_they_are_written(opened):
    question = asked(opened(), "text")
    question.get_by_role("textbox").fill("  Without\u00a0REPLACEMENT. ")
    check(question)
    assert said(question).startswith(STATE["right"])
    question.get_by_role("textbox").fill("replacement")
    check(question)
    assert said(question).startswith(STATE["wrong"])
    assert "Then one could come twice." in said(question)


def shown(question):
    return [
        int(index) for index in question.locator(".cb-items > li").evaluate_all("nodes => nodes.map(node => node.dataset.item)")
    ]


def test_items_are_ordered_by_buttons_that_keep_the_focus(opened):
    page = opened()
    question = asked(page, "order")
    assert shown(question) != sorted(shown(question))
    for item in range(len(shown(question))):
        row = question.locator(f'[data-item="{item}"]')
        name = row.locator("label > span").inner_text()
        button = row.get_by_role("button", name=f"{UP}: {name}")
        for place in range(shown(question).index(item), item, -1):
            button.focus()
            page.keyboard.press("Enter")
            assert button.evaluate("node => node === document.activeElement")
            assert question.get_by_role("status").text_content() == f"{name}: now {place} of 4."
    assert shown(question) == [0, 1, 2, 3]
    assert [select.input_value() for select in question.get_by_role("combobox").all()] == ["1", "2", "3", "4"]
    first, last = question.get_by_role("button", name=UP).first, question.get_by_role("button", name=DOWN).last
    assert first.get_attribute("aria-disabled") == last.get_attribute("aria-disabled") == "true"
    first.press("Enter")
    assert shown(question) == [0, 1, 2, 3]
    check(question)
    assert said(question).startswith(STATE["right"])
    assert "Each step needs what the one before it made." in said(question)


def test_items_are_ordered_by_their_places(opened):
    page = opened()
    question = asked(page, "order")
    before = shown(question)
    check(question)
    assert said(question) == "Bring the items into order first."
    select = question.get_by_role("combobox").first
    select.focus()
    select.select_option("3")
    assert shown(question) == [before[1], before[2], before[0], before[3]]
    assert question.locator(":focus").evaluate("node => node.closest('li').dataset.item") == str(before[0])
    assert [select.input_value() for select in question.get_by_role("combobox").all()] == ["1", "2", "3", "4"]
    assert "now 3 of 4" in question.get_by_role("status").text_content()


def test_an_order_is_half_right_by_its_neighbours(opened):
    question = asked(opened(), "order")
    for item, place in ((3, "1"), (0, "2"), (1, "3"), (2, "4")):
        question.locator(f'[data-item="{item}"] select').select_option(place)
    check(question)
    assert said(question) == f"{STATE['partly']} 2 of 3 items follow the right one: 67\u00a0%. Neighbours count, not places."
    marks = question.locator(".cb-items > li").evaluate_all(
        "nodes => nodes.map(node => node.querySelector('.cb-mark')?.textContent)"
    )
    assert marks == [None, "✗ Does not follow the one above", "✓ Follows the one above", "✓ Follows the one above"]


def test_pairs_are_chosen_by_keyboard_and_half_right(opened):
    page = opened()
    question = asked(page, "match")
    right = key_of(question)["right"]
    check(question)
    assert said(question) == "Choose a partner for each first."
    question.get_by_role("combobox").first.select_option(str(right[0]))
    check(question)
    assert said(question) == f"{STATE['partly']} 1 of 2 pairs right: 50\u00a0%."
    assert question.locator(".cb-pair .cb-mark").all_inner_texts() == ["✓ Right"]
    question.get_by_role("combobox").nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert question.get_by_role("combobox").nth(1).input_value() != ""
    question.get_by_role("combobox").nth(1).select_option(str(right[1]))
    check(question)
    assert said(question) == STATE["right"]


def test_an_open_answer_is_rated_by_the_reader(opened):
    page = opened()
    question = asked(page, "recall")
    question.get_by_role("textbox").fill("A share.")
    check(question)
    assert question.locator(".cb-model").is_visible()
    group = question.get_by_role("group", name="How did you do?")
    assert group.get_by_role("button").all_inner_texts() == ["Missed", "Partly", "Got it", "Easy"]
    group.get_by_role("button", name="Got it").press("Enter")
    assert said(question) == "Noted: Got it."
    assert question.get_by_role("status").evaluate("node => node === document.activeElement")
    check(question)
    assert group.count() == 0
    assert stored(page) == [("example-recall", 3)]


def test_a_rubric_is_ticked_and_the_common_wrong_answer_comes_last(opened):
    page = opened()
    question = asked(page, "interview")
    check(question)
    mistake = question.locator(".cb-mistake")
    assert not mistake.is_visible()
    points = question.get_by_role("checkbox")
    assert points.count() == key_of(question)["points"] == 2
    points.first.press("Space")
    assert said(question) == "1 of 2 points."
    question.get_by_role("button", name="Partly").click()
    assert mistake.is_visible()
    assert question.locator(".cb-answer > *").last.get_attribute("class") == "cb-mistake"
    assert stored(page) == [("example-interview", 2)]


def test_hints_open_one_after_another_and_count(opened):
    page = opened()
    question = asked(page, "hinted")
    hints = question.locator(".cb-hint")
    assert [hint.is_visible() for hint in hints.all()] == [True, False]
    hints.first.locator("summary").press("Enter")
    assert hints.nth(1).is_visible()
    assert not hints.nth(1).locator("p").is_visible()
    question.get_by_role("radio").nth(1).check()
    check(question)
    assert "It could be no other." in said(question)
    assert stored(page) == [("hinted", 2)]


def test_what_is_answered_is_kept_once_an_attempt_and_once_a_success(opened):
    page = opened()
    page.evaluate("addEventListener('cb-answered', ({ detail }) => (window.told ??= []).push(detail))")
    single, multiple, text = asked(page, "single"), asked(page, "multiple"), asked(page, "text")
    check(single)
    assert stored(page) == []
    for choice in (0, 2, 1, 1, 0):
        single.get_by_role("radio").nth(choice).check()
        check(single)
    multiple.get_by_role("checkbox").nth(0).check()
    check(multiple)
    text.get_by_role("textbox").fill("no replacement")
    check(text)
    expected = [("example-single", 1), ("example-single", 2), ("example-multiple", 2), ("example-text", 3)]
    assert stored(page) == expected
    told = page.evaluate("window.told")
    assert [(one["id"], one["rating"]) for one in told] == expected
    assert told[0]["hash"] == single.get_attribute("data-hash")
    assert told[2]["verdict"] == {"score": 0.5, "state": "partly", "known": None}


def test_another_like_this_asks_with_other_numbers(opened):
    page = opened()
    question = asked(page, "numeric")
    again = question.get_by_role("button", name="Another like this")
    prompts, answers = [], []
    for _ in range(4):
        prompts.append(question.locator(".cb-prompt:visible").inner_text())
        answers.append(key_of(question)["answer"])
        question.get_by_role("textbox").fill(str(answers[-1]))
        check(question)
        assert said(question).startswith(STATE["right"])
        again.press("Enter")
        assert question.locator("legend:visible").evaluate("node => node === document.activeElement")
    assert len(set(prompts)) == len(set(answers)) == 4
    assert question.locator(".cb-prompt:visible").inner_text() == prompts[0]
    assert stored(page) == [("example-numeric", 3)] * 4


def test_an_attempt_is_still_there_when_the_reader_comes_back(visit, site):
    """The theme exchanges pages without loading them, where the site stands at its own address."""
    page = visit().open(CHAPTERS[-1])
    address = page.get_attribute("link[rel=canonical]", "href").removesuffix(CHAPTERS[-1])
    page.route(f"{address}**", lambda route: route.fulfill(path=file_of(site, route.request.url.removeprefix(address))))
    page.goto(address + CHAPTERS[-1], wait_until="networkidle")
    question = page.locator('cb-question[data-type="single"]').first
    question.get_by_role("radio").nth(1).check()
    check(question)
    page.evaluate("window.kept = true")
    page.locator(f'.md-nav a[href$="{CHAPTERS[0]}"]').first.evaluate("node => node.click()")
    page.wait_for_url(f"**/{CHAPTERS[0]}")
    page.go_back()
    page.wait_for_url(f"**/{CHAPTERS[-1]}")
    question.locator(".cb-actions").first.wait_for()
    assert page.evaluate("window.kept")
    assert question.get_by_role("radio").nth(1).is_checked()
    assert question.get_by_role("status").inner_text() == ""
    page.reload(wait_until="networkidle")
    assert question.get_by_role("radio").nth(1).is_checked()
    page.evaluate("sessionStorage.setItem('coursebook-attempts', '{}')")
    page.reload(wait_until="networkidle")
    question.locator(".cb-actions").first.wait_for()
    assert not question.get_by_role("radio", checked=True).count()


def file_of(site, path):
    return site / path / "index.html" if path.endswith("/") else site / path.split("?")[0]


MOUNT = """([html, mode, name]) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const question = document.importNode(page.querySelector(`#q-example-${name}, #q-${name}`), true);
    const mounted = document.createElement("cb-question");
    const variant = question.querySelector(".cb-variant") ?? question;
    for (const { name, value } of question.attributes) mounted.setAttribute(name, value);
    mounted.dataset.key = variant.dataset.key;
    mounted.setAttribute("mode", mode);
    mounted.append(...variant.childNodes);
    mounted.addEventListener("cb-answered", ({ detail }) => (mounted.told ??= []).push(detail));
    document.querySelector("article").replaceChildren(mounted);
}"""
RESPONSES = {
    "single": [1],
    "multiple": [0, 2],
    "numeric": "4,5 %",
    "text": "replacement",
    "order": [1, 0, 3, 2],
    "match": [None, 0],
    "recall": "x",
    "interview": "y",
    "hinted": [0],
}


@pytest.mark.parametrize("name", [*TYPES, "hinted"])
def test_in_an_exam_a_question_only_takes_answers(opened, every, name):
    page = opened()
    page.evaluate(MOUNT, [every, "exam", name])
    question = page.locator("cb-question")
    empty = question.evaluate("node => node.response()")
    assert empty == {"order": [], "match": [None, None]}.get(name, [] if "choose" in str(key_of(question)) else "")
    assert question.evaluate("node => node.verdict().state") == "empty"
    question.evaluate("(node, response) => { node.fill(response); }", RESPONSES[name])
    assert question.evaluate("node => node.response()") == RESPONSES[name]
    assert (
        question.locator("form button:not(.cb-step, .cb-value), .cb-hint:visible, .cb-answer:visible, .cb-wrong-link").count()
        == 0
    )
    question.locator("form").evaluate("form => form.requestSubmit()")
    assert said(question) == ""
    question.evaluate("node => node.show(node.verdict())")
    assert question.locator(".cb-answer").is_visible()
    assert question.locator(":focus").count() == 0
    assert bool(said(question)) is (key_of(question)["kind"] != "open")
    assert question.evaluate("node => node.told") is None
    assert stored(page) == []


def test_what_does_not_fit_a_question_is_not_filled_in(opened, every):
    page = opened()
    for name in TYPES:
        page.evaluate(MOUNT, [every, "exam", name])
        question = page.locator("cb-question")
        empty = question.evaluate("node => node.response()")
        for response in (None, True, 7, {}, [9, 9], [[0]], [0, 1, 2, 3, 4, 5]):
            question.evaluate("(node, response) => node.fill(response)", response)
            assert question.evaluate("node => node.verdict().state") in ("empty", "open")
        assert question.evaluate("node => node.response()") == empty


def test_in_the_deck_a_question_proposes_and_stores_nothing(opened, every):
    page = opened()
    for name, answer, ratings in (
        ("single", lambda question: question.get_by_role("radio").nth(0).check(), [1]),
        ("recall", lambda question: None, [3]),
        ("interview", lambda question: None, [1]),
    ):
        page.evaluate(MOUNT, [every, "review", name])
        question = page.locator("cb-question")
        answer(question)
        check(question)
        assert question.evaluate("node => node.told.map(one => one.rating)") == ratings
        assert question.get_by_role("group", name="How did you do?").count() == 0
    for point in question.get_by_role("checkbox").all():
        point.check()
    assert question.evaluate("node => node.told.map(one => one.rating)") == [1, 2, 3]
    assert question.locator(".cb-mistake").is_visible()
    assert stored(page) == []


def test_choices_stand_in_the_order_that_a_draw_gives_them(opened, every):
    page = opened()
    page.evaluate(MOUNT, [every, "exam", "multiple"])
    question = page.locator("cb-question")
    question.evaluate("node => node.reorder([2, 0, 1])")
    assert question.get_by_role("checkbox").evaluate_all("nodes => nodes.map(node => node.value)") == ["2", "0", "1"]
    question.get_by_role("checkbox").first.check()
    question.get_by_role("checkbox").last.check()
    assert question.evaluate("node => node.response()") == [1, 2]


CLOSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
LATER = "localStorage.setItem('coursebook', '{\"version\":99,\"cards\":[]}')"


@pytest.mark.parametrize(
    ("script", "trouble"),
    [(CLOSED, "store nothing"), (FULL, "full"), (LATER, "later version")],
    ids=["closed", "full", "later"],
)
def test_a_page_that_can_keep_nothing_says_so_once_and_goes_on(opened, every, visit, script, trouble):
    seen = visit()
    seen.page.add_init_script(script)
    page = seen.open(PAGE)
    notice, faults = page.locator(".cb-notice"), [*seen.faults]
    assert notice.count() == 0
    for name, choice in (("single", 1), ("hinted", 0), ("multiple", 0)):
        question = asked(page, name)
        question.locator("input").nth(choice).check()
        check(question)
        assert "ight" in said(question) or "Wrong" in said(question)
    notice.get_by_text(trouble).wait_for()
    assert notice.count() == notice.get_by_role("status").count() == 1
    assert violations(page) == []
    if script == LATER:
        assert page.evaluate("localStorage.getItem('coursebook')") == '{"version":99,"cards":[]}'
    notice.get_by_role("button", name="Close").press("Enter")
    assert notice.count() == 0
    assert seen.faults == faults, "the theme's own faults are not ours"


@pytest.mark.parametrize("answered", [False, True], ids=["asked", "answered"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_a_page_with_every_type(opened, dark, answered):
    page = opened(dark=dark)
    if answered:
        answer_all(page)
    assert violations(page) == []


def test_every_control_has_a_name_and_every_question_is_a_group(opened):
    page = opened()
    for name in TYPES:
        question = asked(page, name)
        legend = question.locator("legend:visible").inner_text()
        assert question.get_by_role("group", name=legend, exact=True).count() == 1
        assert question.get_by_role("status").count() == 1
        for control in question.locator("form :is(input, select, textarea, button):visible").all():
            accessible = control.aria_snapshot()
            assert re.match(r"""- '?\w+ ".+\"""", accessible), accessible


@pytest.mark.parametrize("answered", [False, True], ids=["asked", "answered"])
def test_every_target_can_be_hit(opened, answered):
    page = opened(width=320)
    if answered:
        answer_all(page)
    small = page.locator(
        "cb-question :is(label, select, button:not(.cb-value), summary, input[type=text], textarea, .cb-wrong-link a):visible"
    )
    sizes = small.evaluate_all("nodes => nodes.map(node => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])")
    assert len(sizes) > 30
    assert [name for name, box in sizes if box["height"] < 24 or box["width"] < 24] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_every_type_fits_a_narrow_phone(opened, script):
    page = opened(width=320, script=script)
    assert page.locator("html").evaluate("node => node.scrollWidth") == 320
    if script:
        answer_all(page)
        assert page.locator("html").evaluate("node => node.scrollWidth") == 320
    boxes = page.locator("cb-question :is(input, select, textarea, button, p, li):visible").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect())"
    )
    assert max(box["right"] for box in boxes) <= 320


def test_the_tab_key_goes_through_a_question_in_the_order_of_the_page(opened):
    page = opened()
    asked(page, "hinted").locator("summary").first.focus()
    tops = []
    for _ in range(60):
        tops.append(page.locator(":focus").evaluate("node => node.getBoundingClientRect().top + scrollY"))
        page.keyboard.press("Shift+Tab")
        if not page.locator("article :focus").count():
            break
    assert len(tops) > 30
    assert all(later <= earlier + 30 for earlier, later in pairwise(tops))


@pytest.mark.parametrize("name", TYPES)
def test_without_scripts_a_question_is_complete_and_its_answer_a_disclosure(opened, name):
    page = opened(script=False)
    question = asked(page, name)
    assert question.locator("legend:visible").count() == 1
    assert question.locator("form :is(input, select, textarea):visible").count() > 0
    assert question.locator("button:not(.cb-value):visible").count() == 0
    answer = question.locator("details.cb-answer:visible")
    assert answer.count() == 1
    assert not answer.locator("> :not(summary)").first.is_visible()
    answer.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert all(part.is_visible() for part in answer.locator("> :not(summary)").all())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_paper_has_options_and_lines_and_the_keys_at_its_end(opened, script):
    page = opened(script=script)
    keys = page.locator(".cb-answers")
    assert page.locator(".cb-print").count() == 2
    assert page.locator(".cb-print:visible").count() == 0
    assert asked(page, "match").locator(".cb-rights").is_visible()
    if script:
        answer_all(page)
    page.emulate_media(media="print")
    for name in TYPES:
        question = asked(page, name)
        assert question.locator("legend:visible").count() == 1
        assert question.locator("form :is(.cb-choice, input, select, textarea):visible").count() > 0
        assert (
            question.locator(":is(button:not(.cb-value), summary, .cb-mark, .cb-status, .cb-wrong-link):visible").count() == 0
        )
    for line in page.locator("cb-question :is(select, textarea, input[type=text]):visible").all():
        style = line.evaluate(
            "node => (({ appearance, borderTopWidth, borderBottomWidth, color }) => "
            "[appearance, borderTopWidth, borderBottomWidth, color])(getComputedStyle(node))"
        )
        assert style[0] == "none" or line.evaluate("node => node.localName") != "select"
        assert style[1:] == ["0px", "1px", "rgba(0, 0, 0, 0)"]
    assert page.locator(".cb-rights:visible").count() == 2
    assert keys.is_visible()
    assert keys.locator("dt").count() == len(TYPES) + 2


@pytest.mark.parametrize("kind", ["single", "multiple", "numeric", "recall", "interview"])
def test_the_course_asks_in_every_old_way(visit, kind):
    """And a question in a chapter, among receipts and figures, answers as one alone does."""
    seen = visit()
    for path in CHAPTERS:
        page = seen.open(path)
        question = page.locator(f'cb-question[data-type="{kind}"]').first
        if question.count():
            break
    check(question)
    assert said(question)
    assert seen.faults == []
