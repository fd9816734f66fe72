"""Questions by keyboard, and with scripts off."""

import pytest

from pages import CHAPTERS


def first(visit, kind, **options):
    seen = visit(**options)
    for path in CHAPTERS:
        page = seen.open(path)
        question = page.locator(f'cb-question[data-type="{kind}"]').first
        if question.count():
            return page, question
    pytest.fail(f"no question of the type {kind} in the course")


def right_of(question):
    return question.evaluate("node => JSON.parse(node.dataset.key)")


@pytest.mark.parametrize("choose_right", [True, False], ids=["right", "wrong"])
def test_a_single_choice_is_answered_by_keyboard(visit, choose_right):
    page, question = first(visit, "single")
    right = right_of(question)["right"][0]
    count = question.locator("input").count()
    wanted = right if choose_right else (right + 1) % count
    question.locator("input").first.focus()
    page.keyboard.press("Space")
    for _ in range(wanted):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    status = question.get_by_role("status")
    assert ("Right" in status.inner_text()) is choose_right
    assert ("Wrong" in status.inner_text()) is not choose_right
    assert status.evaluate("node => node === document.activeElement")


def test_a_multiple_choice_names_its_score_and_its_rule(visit):
    page, question = first(visit, "multiple")
    right = right_of(question)["right"]
    question.locator("input").nth(right[0]).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    said = question.get_by_role("status").inner_text()
    assert f"{round(100 / len(right))} %" in said


@pytest.mark.parametrize("separator", [".", ","])
def test_a_numeric_answer_takes_decimal_comma_and_point(visit, separator):
    page, question = first(visit, "numeric")
    answer = right_of(question)["answer"]
    question.locator("input").first.focus()
    page.keyboard.type(f"{answer}".replace(".", separator))
    page.keyboard.press("Enter")
    assert "Right" in question.get_by_role("status").inner_text()


def test_a_known_wrong_number_gets_its_own_feedback(visit):
    page, question = first(visit, "numeric")
    wrong = right_of(question)["wrong"][0]["value"]
    why = (
        question.locator('[data-wrong="0"] .cb-why').inner_text() or question.locator('[data-wrong="0"] .cb-why').text_content()
    )
    question.locator("input").first.focus()
    page.keyboard.type(str(wrong))
    page.keyboard.press("Enter")
    said = question.get_by_role("status").inner_text()
    assert "Wrong" in said
    assert why.strip()[:30] in said


@pytest.mark.parametrize("kind", ["single", "multiple", "numeric", "recall", "interview"])
def test_without_scripts_the_answer_is_a_disclosure(visit, kind):
    page, question = first(visit, kind, script=False)
    assert question.locator("legend").is_visible()
    answer = question.locator("details.cb-answer")
    assert not answer.locator("> :not(summary)").first.is_visible()
    answer.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert answer.locator("> :not(summary)").first.is_visible()


def test_printing_shows_options_and_hides_the_answers(visit):
    page, question = first(visit, "single")
    page.emulate_media(media="print")
    assert question.locator(".cb-choice").first.is_visible()
    assert not question.locator("details.cb-answer > :not(summary)").first.is_visible()
