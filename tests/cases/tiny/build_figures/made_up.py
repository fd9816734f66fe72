"""Coins that nobody flipped."""

from coursebook.make.experiment import Number, Results, exact

NEEDS: list[str] = []
SEED = 0
KIND = "assumed"


def measure(needs, seed):
    return Results({"share": Number(60, what="heads among made-up flips", unit="percent", rule=exact())})
