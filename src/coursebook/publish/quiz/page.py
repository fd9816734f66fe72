"""A question as the page shows it: a form that works with the keyboard, and an answer that opens without a script."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from coursebook.publish.quiz.model import Question
from coursebook.publish.render import block, inline

UNITS = {"percent": "%", "points": "points", "USD": "USD"}

ReportLink = Callable[[Question], str]


def as_html(question: Question, plain: Callable[[str], str], report: str = "") -> str:
    """The question as one raw HTML block, numbers in its labels as text: a label holds no second control. `plain` prints tokens as text, `report` is where a wrong question is told of."""
    title = html.escape(plain(question.title) or "Question")
    hint = (
        f'<details class="cb-hint"><summary>Hint</summary>{block(question.blocks["hint"])}</details>'
        if question.blocks.get("hint")
        else ""
    )
    body = f'<fieldset><legend>{title}</legend><div class="cb-prompt">{block(question.prompt)}</div>{hint}{plain(_input(question))}</fieldset>'
    key = html.escape(json.dumps(_key(question), ensure_ascii=False), quote=True)
    link = (
        f'<p class="cb-wrong-link"><a href="{html.escape(report, quote=True)}">This question is wrong</a></p>' if report else ""
    )
    return (
        f'<div class="cb-question">\n<cb-question id="q-{question.id}" data-type="{question.type}" data-key="{key}">'
        f'<form class="cb-form" method="dialog">{body}</form>'
        f'<details class="cb-answer" data-search-exclude><summary>Answer</summary>{_answer(question)}</details>{link}</cb-question>\n</div>'
    )


def _key(question: Question) -> dict[str, object]:
    match question.type:
        case "single" | "multiple":
            return {"right": list(question.right)}
        case "numeric" if question.answer is not None:
            tolerance = {name: size for name, size in vars(question.tolerance).items() if size}
            wrong = [{"value": one.number} for one in question.wrong]
            return {"answer": question.answer.result.number, "tolerance": tolerance, "wrong": wrong, "unit": question.unit}
    return {}


def _input(question: Question) -> str:
    name = f"q-{question.id}"
    match question.type:
        case "single" | "multiple":
            kind = "radio" if question.type == "single" else "checkbox"
            labels = "".join(
                f'<label class="cb-choice"><input type="{kind}" name="{name}" value="{index}"> <span>{inline(choice.text)}</span></label>'
                for index, choice in enumerate(question.choices)
            )
            return f'<div class="cb-choices">{labels}</div>'
        case "numeric":
            unit = (
                f' <span class="cb-unit">{html.escape(UNITS.get(question.unit, question.unit))}</span>' if question.unit else ""
            )
            field = f'<input type="text" inputmode="decimal" autocomplete="off" name="{name}">'
            return f'<label class="cb-number"><span>Your answer</span> {field}{unit}</label>'
    return f'<label class="cb-recall"><span>Your answer</span><textarea name="{name}" rows="4"></textarea></label>'


def _answer(question: Question) -> str:
    match question.type:
        case "single" | "multiple":
            items = "".join(
                f'<li data-choice="{index}" data-right="{str(choice.right).lower()}"><strong>{"✓ Right" if choice.right else "✗ Wrong"}:</strong> '
                f'{inline(choice.text)} <div class="cb-why">{block(choice.feedback)}</div></li>'
                for index, choice in enumerate(question.choices)
            )
            return f'<ul class="cb-feedback">{items}</ul>{_model(question)}'
        case "numeric":
            return _numeric_answer(question)
        case "interview":
            parts = (
                ("answer", "cb-model", "A senior answer"),
                ("mistake", "cb-mistake", "Common wrong answer"),
                ("rubric", "cb-rubric", "Rubric"),
            )
            return "".join(
                f'<div class="{css}"><p><strong>{heading}</strong></p>{block(question.blocks[name])}</div>'
                for name, css, heading in parts
            )
    return _model(question)


def _model(question: Question) -> str:
    """What an `/// answer` block says: the whole answer to a recall, an explanation of any other."""
    return f'<div class="cb-model">{block(question.blocks["answer"])}</div>' if question.blocks.get("answer") else ""


def _numeric_answer(question: Question) -> str:
    if question.answer is None:
        return ""
    unit = UNITS.get(question.unit, question.unit)
    items = "".join(
        f'<li data-wrong="{index}">{one.text}: {inline(one.name)} <div class="cb-why">{block(one.feedback)}</div></li>'
        for index, one in enumerate(question.wrong)
    )
    feedback = f'<ul class="cb-feedback">{items}</ul>' if items else ""
    return f'<p class="cb-key">{f"{question.answer.text} {html.escape(unit)}".strip()}</p>{_model(question)}{feedback}'
