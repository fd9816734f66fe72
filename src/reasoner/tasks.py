"""Problems, what a correct response to each looks like, and an exact verifier.

    347*6=[7*6+0=42,4*6+4=28,3*6+2=20,]2082      one digit by one, low digit first: digit, digit, carry in = two digits out
    47+85=[7+5+0=12,4+8+1=13,]132
    34*68=[48320032 38240327:...]2312            a row for each digit of the second number, eight symbols a step, no blanks

A response begins with `[` when it shows its work and ends with a newline. `w` says "wait" and begins another pass.
"""

import hashlib
import random
import re
from dataclasses import dataclass

SYMBOLS = "\n0123456789+*=[],:;wh"
"""Every model's vocabulary, a symbol a token; the newline ends a response and pads a batch."""
MARKS = "abcdefgijklm"
"""Names of places, for the model that is given them; its vocabulary is SYMBOLS + MARKS."""
CODES = {symbol: code for code, symbol in enumerate(SYMBOLS + MARKS)}
END = CODES["\n"]


def encode(text: str) -> list[int]:
    """Raises KeyError on a symbol that no model knows."""
    return [CODES[symbol] for symbol in text]


def decode(codes) -> str:
    return "".join((SYMBOLS + MARKS)[code] for code in codes)


@dataclass(frozen=True)
class Problem:
    """`a` and `b` are positive; `op` is `*` or `+`."""

    a: int
    op: str
    b: int

    @property
    def answer(self) -> int:
        return self.a * self.b if self.op == "*" else self.a + self.b

    @property
    def prompt(self) -> str:
        return f"{self.a}{self.op}{self.b}="

    @property
    def digits(self) -> int:
        """Digits of the first number."""
        return len(str(self.a))


def number(dice: random.Random, digits: int) -> int:
    """A number of so many digits, the first not zero."""
    return dice.randrange(10 ** (digits - 1), 10**digits)


def single(dice: random.Random, digits: int) -> Problem:
    """So many digits times one digit from 2 to 9."""
    return Problem(number(dice, digits), "*", dice.randrange(2, 10))


def addition(dice: random.Random, digits: int) -> Problem:
    return Problem(number(dice, digits), "+", number(dice, digits))


def product(dice: random.Random, first: int, second: int) -> Problem:
    return Problem(number(dice, first), "*", number(dice, second))


def held_out(problem: Problem) -> bool:
    """Whether training never shows the problem: one in ten by its hash, where there are enough to spare some (four digits
    and more in both numbers together)."""
    if problem.digits + len(str(problem.b)) < 4:
        return False
    return hashlib.sha256(problem.prompt.encode()).digest()[0] * 10 < 256


def draw(dice: random.Random, make, *sizes: int, held: bool = False) -> Problem:
    """A problem of `make` that is, or is not, held out; where none of its size is, any."""
    while True:
        problem = make(dice, *sizes)
        if held_out(problem) == held or problem.digits + len(str(problem.b)) < 4:
            return problem


# -- what a correct response looks like --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One written step `x*y+c=tu`: two digits, the carry in, and the two digits that come out."""

    x: int
    op: str
    y: int
    carry: int
    result: int

    @property
    def true(self) -> int:
        """What the step should come to, as it is written."""
        return (self.x * self.y if self.op == "*" else self.x + self.y) + self.carry

    def __str__(self) -> str:
        return f"{self.x}{self.op}{self.y}+{self.carry}={self.result:02},"


def steps(problem: Problem) -> list[Step]:
    """The right steps to a sum, or to a product with one digit, low digit first."""
    found: list[Step] = []
    low = str(problem.a)[::-1]
    other = str(problem.b)[::-1].ljust(len(low), "0") if problem.op == "+" else str(problem.b) * len(low)
    for x, y in zip(low, other, strict=True):
        carry = found[-1].result // 10 if found else 0
        step = Step(int(x), problem.op, int(y), carry, 0)
        found.append(Step(step.x, step.op, step.y, carry, step.true))
    return found


def answer_of(written: list[Step]) -> int:
    """What the steps say that the answer is: their low digits, and the last carry before them."""
    digits = [str(step.result % 10) for step in reversed(written)]
    return int(f"{written[-1].result // 10}{''.join(digits)}")


def trace(written: list[Step]) -> str:
    return "".join(map(str, written))


def rows(problem: Problem) -> str:
    """The trace of a product of two long numbers: for each digit y of b a row, in it for each digit x of a the eight
    symbols x y pp s c tu, where pp = x * y, s is the running digit at this place, c the carry, tu = pp + s + c."""
    low, running = [int(x) for x in str(problem.a)[::-1]], [0] * (problem.digits + len(str(problem.b)))
    written = []
    for shift, y in enumerate(int(y) for y in str(problem.b)[::-1]):
        carry, row = 0, ""
        for place, x in enumerate(low, shift):
            total = x * y + running[place] + carry
            row += f"{x}{y}{x * y:02}{running[place]}{carry}{total:02}"
            running[place], carry = total % 10, total // 10
        running[shift + len(low)] = carry
        written.append(row)
    return ":".join(written)


def response(thought: str, answer: int | str) -> str:
    return f"[{thought}]{answer}\n"


# -- reading a response ------------------------------------------------------------------------------------------------

STEP = re.compile(r"(\d)([*+])(\d)\+(\d)=(\d\d),")


def answer(text: str) -> str:
    """What a response says after its trace; empty where it never closed its trace or never ended."""
    body, newline, _ = text.partition("\n")
    if not newline or (body.startswith("[") and "]" not in body):
        return ""
    return body.rpartition("]")[2]


def right(problem: Problem, text: str) -> bool:
    """The exact verifier: a response is right when its answer is, and it ended."""
    return answer(text) == str(problem.answer)


def thought(text: str) -> str:
    """What stands between the brackets; of an unclosed trace all of it."""
    return text.partition("[")[2].partition("]")[0] if "[" in text else ""


def passes(text: str) -> list[list[Step]]:
    """The steps of each pass of a trace, as they are written, be they right or not."""
    return [
        [Step(int(x), op, int(y), int(c), int(tu)) for x, op, y, c, tu in STEP.findall(one)] for one in thought(text).split("w")
    ]
