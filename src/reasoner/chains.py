"""Does an error make the next step worse? Steps judged by what is written before them, and prefixes with one step changed.

A step is *sound* when it does what the procedure asks after what is written: the next digit of the first number, the other
factor, the carry that the step before wrote, and the right result of these. One wrong step leaves the next ones free to be sound.
"""

import numpy as np

from reasoner.model import Model, softmax
from reasoner.tasks import Problem, Step, encode, passes, steps, trace


def due(problem: Problem, written: list[Step]) -> Step:
    """The sound step after `written`."""
    place = len(written)
    carry = written[-1].result // 10 if written else 0
    step = Step(int(str(problem.a)[-1 - place]), problem.op, problem.b, carry, 0)
    return Step(step.x, step.op, step.y, carry, step.true)


def soundness(problem: Problem, text: str) -> list[bool]:
    """For each step of a response to a product whether it is sound; a step that was not written is not."""
    written = passes(text)[0][: problem.digits]
    found = [step == due(problem, written[:place]) for place, step in enumerate(written)]
    return found + [False] * (problem.digits - len(found))


def repaired(problem: Problem, written: list[Step]) -> list[Step]:
    """The same steps, the last one made sound."""
    return [*written[:-1], due(problem, written[:-1])]


def misled(problem: Problem, written: list[Step]) -> list[Step]:
    """The same steps, the last one with another carry: one more, or, where the factor allows no more, one less."""
    last = written[-1]
    shift = 10 if last.result // 10 + 1 < problem.b else -10
    return [*written[:-1], Step(last.x, last.op, last.y, last.carry, last.result + shift)]


def natural(problem: Problem, written: list[Step]) -> Problem | None:
    """The problem with the digit of the last of the steps changed so that, done right, it hands on the carry that the steps as
    they are written hand on: the next step is then the same, and nothing is wrong. None where no digit does."""
    place, carry = len(written) - 1, written[-1].result // 10
    low = list(str(problem.a)[::-1])
    able = [x for x in range(10) if (x * problem.b + written[-1].carry) // 10 == carry]
    if not able:
        return None
    low[place] = str(min(able, key=lambda x: abs(x - int(low[place]))))
    return Problem(int("".join(reversed(low))), problem.op, problem.b)


def gap(sound: np.ndarray, strata: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sound steps after right steps alone less sound steps after an error, as a share: `sound` (N, n) of traces, their steps
    in `strata` (N, n) of which each is compared with itself alone, the mean weighted by the errors. One gap for each row of
    `weights` (B, N), which count the traces: all ones, or a draw with replacement for an interval."""
    before = np.cumprod(sound, axis=1)[:, :-1].astype(bool)
    later, kinds, inverse = sound[:, 1:], *np.unique(strata[:, 1:], return_inverse=True)
    stratum = inverse.reshape(later.shape)[..., None] == np.arange(len(kinds))
    right, right_sound, error, error_sound = (
        weights @ (stratum & chosen[..., None]).sum(1) for chosen in (before, before & later, ~before, ~before & later)
    )
    both = (right > 0) & (error > 0)
    gaps = np.where(both, right_sound / np.maximum(right, 1) - error_sound / np.maximum(error, 1), 0)
    return (gaps * error).sum(1) / np.maximum((error * both).sum(1), 1)


def chances(model: Model, problems: list[Problem], written: list[list[Step]]) -> np.ndarray:
    """The probability that the model writes the sound step next, after each of the prefixes."""
    heads = [f"{problem.prompt}[{trace(done)}" for problem, done in zip(problems, written, strict=True)]
    texts = [head + str(due(problem, done)) for head, problem, done in zip(heads, problems, written, strict=True)]
    found = np.ones(len(texts))
    for length in sorted(set(map(len, texts))):
        rows = [row for row, text in enumerate(texts) if len(text) == length]
        given = softmax(model.read([texts[row] for row in rows]))
        for row, probabilities in zip(rows, given, strict=True):
            for place in range(len(heads[row]), length):
                found[row] *= probabilities[place - 1, encode(texts[row][place])[0]]
    return found


def first_error(sound: list[bool]) -> int:
    """The place of the first step that is not sound, from 0; the number of steps where all are."""
    return sound.index(False) if False in sound else len(sound)


def clean(problem: Problem, count: int) -> list[Step]:
    """The right steps, the first `count` of them."""
    return steps(problem)[:count]
