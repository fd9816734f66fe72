"""The only parser of `/// question` blocks.

Reads what a writer types and what Prettier and mdformat make of it: options flush left, a closing `///` behind `>`,
indented, or drawn into a table as a row, escaped brackets. An option that a type does not know is an error, never text on the page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coursebook import marked
from coursebook.expressions import Result
from coursebook.marked import MarkError
from coursebook.publish.bind import TOKEN, Binding, Printed
from coursebook.publish.markup import blanked
from coursebook.publish.quiz.model import Answer, Choice, Question, Tolerance, Type, WrongNumber
from coursebook.text import did_you_mean

FENCE = re.compile(
    r"^(?P<lead>[ \t>]*+(?:\|[ \t]*+(?=/{3,}+[ \t|]*$))?)(?P<mark>/{3,}+)[ \t]*+(?P<name>[A-Za-z][\w-]*+)?[ \t]*+(?:\\?\|(?P<title>.*+))?$",
    re.MULTILINE,
)
CHOICE = re.compile(r"^[ ]{0,3}[-*+][ \t]+\\?\[(?P<mark>[ xX])\\?\](?:[ \t]+(?P<text>.*))?$")
QUOTE = re.compile(r"^[ \t]*>[ ]?(.*)$")
INNER = ("answer", "mistake", "rubric", "hint")
NUMERIC_OPTIONS = ("answer", "unit", "tolerance")
OPTIONS = ("id", "objective", "audience", *NUMERIC_OPTIONS)
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Block:
    """One `///` block: its lines between the fences, as [inner, inner_end) of the content."""

    name: str
    title: str
    start: int
    end: int
    inner: int
    inner_end: int
    width: int


def blocks(binding: Binding, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """The outermost blocks between two offsets; complains about those without an end, and ends without a block."""
    hidden = [region for region in binding.regions if region.kind in ("fence", "code", "comment", "maths")]
    bare = blanked(binding.content, hidden)
    opening: re.Match[str] | None = None
    for match in FENCE.finditer(bare, start, len(bare) if end is None else end):
        if opening is None and match["name"]:
            opening = match
        elif opening is None:
            binding.complain(
                match.start("mark"), "bad-block", "this closes no block", "an opening names one: /// question | Title"
            )
        elif match["name"] and len(match["mark"]) >= len(opening["mark"]):
            hint = f"close '{opening['name']}' before it, or open it with {match['mark']}/"
            binding.complain(match.start("mark"), "bad-block", f"'{match['name']}' opens inside '{opening['name']}'", hint)
        elif not match["name"] and len(match["mark"]) == len(opening["mark"]):
            title = binding.content[slice(*opening.span("title"))] if opening["title"] else ""
            inner = min(opening.end() + 1, match.start())
            yield Block(
                opening["name"], title.strip(), opening.start(), match.end(), inner, match.start(), len(opening["mark"])
            )
            opening = None
    if opening is not None:
        hint = f"end it with a line of {opening['mark']}"
        binding.complain(opening.start("mark"), "bad-block", f"'{opening['name']}' is never closed", hint)


def questions(binding: Binding) -> list[Question]:
    """Every question of a chapter, in order; problems go to the binding."""
    found: list[Question] = []
    for block in blocks(binding):
        if block.name != "question":
            hint = did_you_mean(block.name, ["question"]) or "a question holds: " + ", ".join(INNER)
            binding.complain(block.start, "bad-block", f"no block is called '{block.name}'", hint)
            continue
        question = _Parser(binding, block).question()
        if question is not None:
            found.append(question)
    return found


class _Parser:
    """Reads one block. Lines are kept with their offsets, so that a complaint leads to the writer's line."""

    def __init__(self, binding: Binding, block: Block):
        self.binding, self.block = binding, block
        self.lines: list[tuple[int, str]] = []
        self.places: dict[str, int] = {}
        offset = block.inner
        for line in binding.content[block.inner : block.inner_end].split("\n"):
            self.lines.append((offset, line))
            offset += len(line) + 1

    def question(self) -> Question | None:
        count = next((index for index, (_, line) in enumerate(self.lines) if not line.strip()), len(self.lines))
        options = self.options(self.lines[:count])
        inner = list(blocks(self.binding, self.lines[count][0], self.block.inner_end)) if count < len(self.lines) else []
        texts: dict[str, str] = {}
        for block in inner:
            if self.known(block):
                if block.name in texts:
                    self.complain(block.start, "bad-block", f"'{block.name}' stands twice", "one of each")
                texts[block.name] = self.inner_text(block)
        body = [(at, line) for at, line in self.lines[count:] if not any(one.start <= at <= one.end for one in inner)]
        first = next((index for index, (_, line) in enumerate(body) if CHOICE.match(line)), len(body))
        prompt = "\n".join(line for _, line in body[:first]).strip()
        choices = list(self.choices(body[first:]))
        if options is None or not self.identified(options):
            return None
        kind = self.type(options, choices, texts)
        if kind is None:
            return None
        answer = self.answer(options) if kind == "numeric" else None
        for name in NUMERIC_OPTIONS if kind != "numeric" else ():
            if name in options:
                self.complain(self.place(name), "unknown-option", f"'{name}' is for questions with a number as their answer")
        if options.get("audience", "interview") != "interview":
            self.complain(
                self.place("audience"), "unknown-option", f"no audience '{options['audience']}'", "interview, or leave it out"
            )
        return Question(
            str(options["id"]), kind, self.block.title, prompt, self.block.start, self.block.end,
            () if kind == "numeric" else tuple(choices), answer, self.tolerance(options),
            tuple(self.wrong_numbers(choices)) if kind == "numeric" else (),
            str(options.get("unit", "")), str(options.get("objective", "")), texts,
        )  # fmt: skip

    def complain(self, offset: int, rule: str, message: str, hint: str = "") -> None:
        self.binding.complain(offset, rule, message, hint)

    def options(self, lines: list[tuple[int, str]]) -> dict[str, Any] | None:
        """The YAML of the first lines, each stripped of its margin: an option is one line."""
        found: dict[str, Any] = {}
        for offset, line in lines:
            margin = len(line) - len(line.lstrip(" \t>"))
            source = re.sub(r"\\([*_\[\]<>#])", r"\1", line[margin:])
            try:
                entry = marked.read(source).data
            except MarkError as error:
                self.complain(offset + margin, "unknown-option", f"not YAML: {error.message}", "one `name: value` a line")
                return None
            if not isinstance(entry, dict):
                self.complain(
                    offset + margin, "unknown-option", f"'{source.strip()}' is no option", "a blank line ends the options"
                )
                return None
            for name, value in entry.items():
                if name not in OPTIONS:
                    hint = did_you_mean(str(name), OPTIONS) or "known: " + ", ".join(OPTIONS)
                    self.complain(offset + margin, "unknown-option", f"no option '{name}'", hint)
                elif name in found:
                    self.complain(offset + margin, "unknown-option", f"'{name}' stands twice")
                found[str(name)] = value
                self.places[str(name)] = offset + margin
        return found

    def identified(self, options: dict[str, Any]) -> bool:
        identifier = str(options.get("id", ""))
        if not IDENTIFIER.fullmatch(identifier):
            message = f"'{identifier}' cannot be an id" if identifier else "a question without an id"
            self.complain(self.place("id"), "unknown-option", message, "id: words-with-hyphens, never changed again")
        return bool(IDENTIFIER.fullmatch(identifier))

    def place(self, name: str) -> int:
        return self.places.get(name, self.block.start)

    def known(self, block: Block) -> bool:
        if block.name not in INNER:
            hint = did_you_mean(block.name, INNER) or "known: " + ", ".join(INNER)
            self.complain(block.start, "bad-block", f"a question holds no '{block.name}'", hint)
        return block.name in INNER

    def inner_text(self, block: Block) -> str:
        lines = self.binding.content[block.inner : block.inner_end].split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()

    def choices(self, lines: list[tuple[int, str]]) -> Iterator[Choice]:
        """Choices with the quote below each as its feedback."""
        current: tuple[int, bool, list[str], list[str]] | None = None
        before = ""
        for offset, line in lines:
            match = CHOICE.match(line)
            quote = QUOTE.match(line)
            if match:
                if current:
                    yield self.choice(current)
                current = (offset, match["mark"] in "xX", [match["text"] or ""], [])
            elif current and quote:
                current[3].append(quote[1])
            elif current and line.strip():
                if not before.strip() and not line.startswith((" ", "\t")):
                    self.complain(offset, "bad-block", "text after the choices", "put it before them, or indent it")
                (current[3] or current[2]).append(line.strip())
            before = line
        if current:
            yield self.choice(current)

    def choice(self, current: tuple[int, bool, list[str], list[str]]) -> Choice:
        offset, right, text, feedback = current
        joined = "\n".join(feedback).strip()
        if not joined:
            self.complain(offset, "missing-answer", "a choice without feedback", "a quote below it: `    > why`")
        return Choice(" ".join(text).strip(), right, joined, offset)

    def type(self, options: dict[str, Any], choices: list[Choice], texts: dict[str, str]) -> Type | None:
        """The type follows from what is written."""
        if options.get("audience") == "interview":
            return "interview" if self.has(texts, "answer", "mistake", "rubric") else None
        if "answer" in options:
            return "numeric"
        right = sum(choice.right for choice in choices)
        if choices and right:
            return "single" if right == 1 else "multiple"
        if not choices and texts.get("answer"):
            return "recall"
        hint = "mark one with [x]" if choices else "answer: an expression, [x] at a choice, or an /// answer block"
        self.complain(self.block.start, "missing-answer", "a question without a right answer", hint)
        return None

    def has(self, texts: dict[str, str], *names: str) -> bool:
        for name in names:
            if not texts.get(name):
                self.complain(
                    self.block.start, "missing-answer", f"an interview question without a '{name}'", f"/// {name} ... ///"
                )
        return all(texts.get(name) for name in names)

    def answer(self, options: dict[str, Any]) -> Answer | None:
        written = options["answer"]
        source = str(written).strip()
        if isinstance(written, str) and not source.startswith("="):
            hint = 'answer: "= expression", or a plain number'
            self.complain(self.place("answer"), "bad-expression", f"'{source}' is no number", hint)
            return None
        expression = source.lstrip("= ")
        result = self.binding.evaluate(expression, self.place("answer"))
        if result is None:
            return None
        if self.number(result) is None:
            message = f"the answer is one number, not '{result.text()}'"
            self.complain(self.place("answer"), "bad-expression", message, "a range or a bound cannot be graded")
            return None
        span = Printed(self.binding.origin(self.place("answer")), expression, result)
        return Answer(result, self.binding.token(span))

    def number(self, result: Result) -> float | None:
        """A number that an answer can be held against; None for a range, a bound, and what is beyond floating point."""
        if not result.quantity.scalar or result.quantity.relation not in ("=", "≈"):
            return None
        try:
            return float(result.number)
        except OverflowError:
            return None

    def tolerance(self, options: dict[str, Any]) -> Tolerance:
        written = options.get("tolerance", {})
        good = isinstance(written, dict) and not written.keys() - {"abs", "rel"}
        if not good or not all(isinstance(one, int | float) and 0 <= one < math.inf for one in written.values()):
            self.complain(self.place("tolerance"), "unknown-option", "not a tolerance", "{abs: 0.5} or {rel: 0.01}")
            return Tolerance()
        return Tolerance(**written)

    def wrong_numbers(self, choices: list[Choice]) -> Iterator[WrongNumber]:
        """Under `answer:` a list item is a number that a mistake leads to: `- [ ] {{ expression }}: its name`."""
        for choice in choices:
            token = TOKEN.match(choice.text)
            span = self.binding.spans[int(token[1])] if token else None
            number = self.number(span.result) if isinstance(span, Printed) else None
            if not token or number is None or choice.right:
                hint = "- [ ] {{ expression }}: the name of the mistake"
                self.complain(choice.offset, "bad-block", "beside `answer:` a list holds wrong numbers", hint)
                continue
            name = choice.text[token.end() :].lstrip(" :—-")
            yield WrongNumber(number, token[0], name, choice.feedback)
