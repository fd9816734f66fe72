"""What a class's answers say about each question: how hard it is, whether it tells apart, and who chose what."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from coursebook.publish.quiz.assignment import Entry
from coursebook.publish.quiz.attempts import Marked

FEWEST = 3
"""Two points always lie on a line."""
STATES = ("right", "partly", "wrong", "unreadable", "open", "empty")

Given = tuple[str, int]
"""("option", 2), ("foreseen", 0), or a state and -1."""


@dataclass(frozen=True)
class Choice:
    """How many gave an answer: of all who were asked, and of the thirds with the best and with the worst results."""

    given: Given
    right: bool
    count: int
    upper: int
    lower: int


@dataclass(frozen=True)
class Item:
    """A question of a release, over all who were asked it. `difficulty` is the mean score, so a high one is easy;
    `discrimination` is the correlation of the score with that of the rest. Both are None where nothing can be said."""

    release: str
    question: Entry
    asked: int
    difficulty: float | None
    discrimination: float | None
    third: int
    choices: tuple[Choice, ...]

    @property
    def distractor(self) -> Choice | None:
        """The wrong answer that most gave, of those that are foreseen."""
        named = [one for one in self.choices if one.given[1] >= 0 and one.count and not one.right]
        return max(named, key=lambda one: one.count, default=None)


@dataclass(frozen=True)
class _Answer:
    """One student's answer to one question. `whole` is the mean score of the attempt, `rest` that of its other answers."""

    attempt: Marked
    place: int

    @property
    def score(self) -> float | None:
        score: float | None = self.attempt.verdicts[self.place]["score"]
        return score

    @property
    def rest(self) -> float | None:
        scores = self.attempt.scores
        return (sum(scores) - (self.score or 0.0)) / (len(scores) - 1) if len(scores) > 1 else None

    @property
    def given(self) -> list[Given]:
        verdict, response = self.attempt.verdicts[self.place], self.attempt.responses[self.place]
        if verdict["known"] is not None:
            return [("foreseen", verdict["known"])]
        if verdict["state"] in ("empty", "unreadable") or self.attempt.drawn[self.place].key["kind"] != "choose":
            return [(verdict["state"], -1)]
        return [("option", int(one)) for one in response]


def items(attempts: Iterable[Marked]) -> list[Item]:
    """One item for each question that was asked, by release and then by id."""
    found: dict[tuple[str, str], list[_Answer]] = defaultdict(list)
    for attempt in attempts:
        for place, drawn in enumerate(attempt.drawn):
            found[attempt.attempt.assignment.release, drawn.question["id"]].append(_Answer(attempt, place))
    return [_item(release, answers) for (release, _), answers in sorted(found.items(), key=lambda entry: entry[0])]


def _item(release: str, answers: list[_Answer]) -> Item:
    """Thirds are by the whole result; those who are level stand in the order in which they finished."""
    question = answers[0].attempt.drawn[answers[0].place].question
    third = len(answers) // 3
    ranked = sorted(answers, key=lambda one: one.attempt.share)
    scores = [one.score for one in answers if one.score is not None]
    return Item(
        release, question, len(answers), statistics.fmean(scores) if scores else None, _discrimination(answers), third,
        tuple(_choices(question, *map(_count, (answers, ranked[len(ranked) - third :], ranked[:third])))),
    )  # fmt: skip


def _discrimination(answers: list[_Answer]) -> float | None:
    pairs = [(score, rest) for one in answers if (score := one.score) is not None and (rest := one.rest) is not None]
    if len(pairs) < FEWEST:
        return None
    try:
        return statistics.correlation(*zip(*pairs, strict=True))
    except statistics.StatisticsError:  # all scores are equal
        return None


def _count(answers: Iterable[_Answer]) -> Counter[Given]:
    return Counter(given for one in answers for given in one.given)


def _choices(question: Entry, counts: Counter[Given], upper: Counter[Given], lower: Counter[Given]) -> list[Choice]:
    """Every option and foreseen answer, chosen or not, then whatever else was given."""
    key = question["variants"][0]["key"]
    named = [("option", index) for index in range(key["of"])] if key["kind"] == "choose" else []
    named += [("foreseen", index) for index in range(len(key.get("wrong", [])))]
    named += [(state, -1) for state in STATES if counts[state, -1]]
    right = {("right", -1), *(("option", index) for index in key["right"])} if key["kind"] == "choose" else {("right", -1)}
    return [Choice(one, one in right, counts[one], upper[one], lower[one]) for one in named]
