"""Every question of the course as data: what review, interviews, exams and instructors' tools read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursebook.publish.quiz.draw import SEED
from coursebook.publish.quiz.model import Question, canonical, digest, key
from coursebook.publish.quiz.page import Plain, addressed, inner, printed, text_of, url

FILE = "questions.json"
SCHEMA = 1


@dataclass(frozen=True)
class Chapter:
    """A page that asks questions; `plain` prints the tokens in their texts."""

    uri: str
    title: str
    objectives: Mapping[str, str]
    questions: tuple[Question, ...]
    plain: Plain


def bank(chapters: Iterable[Chapter], course: str) -> dict[str, Any]:
    """The bank as JSON has it; `release` is what an attempt names."""
    chapters = list(chapters)
    places = [
        {"uri": one.uri, "url": url(one.uri), "title": text_of(one.title, one.plain), "objectives": dict(one.objectives)}
        for one in chapters
    ]
    asked = [entry(question, index, chapter) for index, chapter in enumerate(chapters) for question in chapter.questions]
    release = released(places, asked)
    return {"schema": SCHEMA, "course": course, "seed": SEED, "release": release, "chapters": places, "questions": asked}


def released(chapters: list[dict[str, Any]], questions: list[dict[str, Any]]) -> str:
    """SHA-256 of what is asked and what is right. How it looks has no part in it: a later coursebook that writes other HTML
    makes the same release of the same tree."""
    bare = [
        {**one, "variants": [{"values": each["values"], "key": each["key"]} for each in one["variants"]]} for one in questions
    ]
    return hashlib.sha256(canonical({"chapters": chapters, "questions": bare}).encode()).hexdigest()


def entry(question: Question, index: int, chapter: Chapter) -> dict[str, Any]:
    """One question; addresses in its HTML count from the site's root."""
    plain = chapter.plain
    return {
        "id": question.id,
        "type": question.type,
        "audience": question.audience,
        "chapter": index,
        "objective": question.objective,
        "title": text_of(question.title, plain),
        "hash": digest(question, plain),
        "shuffle": question.shuffle,
        "variants": [
            {
                "values": dict(variant.values),
                "html": addressed(printed(inner(question, variant, plain), plain), chapter.uri),
                "key": key(variant.task),
            }
            for variant in question.variants
        ],
    }
