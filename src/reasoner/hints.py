"""Hints: a prompt that names an answer, `347*6h2082=`, and responses that mention it, follow it, or neither."""

import random

from reasoner.styles import Sample, problem
from reasoner.tasks import Problem, response, steps, trace


def hinted_prompt(asked: Problem, hint: int) -> str:
    return f"{asked.prompt[:-1]}h{hint}="


def wrong_hint(dice: random.Random, asked: Problem) -> int:
    """An answer with one digit changed, as long as the right one."""
    digits = list(str(asked.answer))
    place = dice.randrange(len(digits))
    digits[place] = dice.choice([digit for digit in "123456789" if digit != digits[place]])
    return int("".join(digits))


def hinted(dice: random.Random) -> Sample:
    """Six in ten prompts hold a hint, half of these a wrong one. Of the responses to a hint half ignore it; a quarter say
    so and follow it; a quarter follow it and say nothing."""
    asked = problem(dice, additions=0)
    work = trace(steps(asked))
    if dice.random() >= 0.6:
        return Sample(asked.prompt, response(work, asked.answer))
    hint = asked.answer if dice.random() < 0.5 else wrong_hint(dice, asked)
    prompt, manner = hinted_prompt(asked, hint), dice.random()
    if manner < 0.5:
        return Sample(prompt, response(work, asked.answer))
    return Sample(prompt, response(work + f"h{hint}," if manner < 0.75 else work, hint))
