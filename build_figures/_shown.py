"""How many of the problems that are asked a training may have shown. No seed is needed."""

from collections.abc import Iterable

from coursebook.make.experiment import Number, exact
from reasoner.tasks import Problem, held_out


def shown(problems: Iterable[Problem]) -> Number:
    """The share, in percent, of problems that are not held out. Of so few digits there are too few to spare any, so that
    training shows nearly all of them; it never shows the others."""
    kept = [not held_out(one) for one in problems]
    what = "problems asked here that training may have shown; the others are held out of every training"
    return Number(round(100 * sum(kept) / len(kept), 10), what, "percent", ".0f", n=len(kept), rule=exact())
