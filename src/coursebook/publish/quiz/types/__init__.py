"""The types of questions, one file each, collected by themselves: what an author writes, and the task that it is."""

from __future__ import annotations

import re
from pkgutil import iter_modules, resolve_name
from typing import Protocol

from coursebook.publish.quiz.model import Task
from coursebook.publish.quiz.written import Written


class QuestionType(Protocol):
    """What a file of this folder holds."""

    NAME: str
    OPTIONS: tuple[str, ...]
    """The options it knows beside those of every question."""
    BLOCKS: tuple[str, ...]
    """The inner blocks it knows beside hints."""
    ITEM: re.Pattern[str] | None
    """How the list begins that ends the prompt."""
    PARTIAL: bool
    """Whether an answer can be half right."""
    HALF_RIGHT: str
    """How it is scored, in one sentence."""
    EXAMPLE: str

    def recognises(self, written: Written) -> bool:
        """Whether a block is of this type."""

    def task(self, written: Written) -> Task | None:
        """The block's task; None where a problem says why there is none."""


TYPES: dict[str, QuestionType] = {
    module.NAME: module for module in (resolve_name(f"{__name__}.{found.name}") for found in iter_modules(__path__))
}
