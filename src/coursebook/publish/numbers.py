"""Which numbers in a chapter's prose are measures, and so must be bound to a value: the judge behind `naked-number`.

A measure says how much of something was found, allowed or paid. The same digits may as well be part of a name, a
date, a reference, a setting, a made-up example, or a count of the parts that a text talks about. Nothing but the words around
a number tells, so the rules below ask for them, one linguistic category each, the surest first:

1. what cannot be a measure whatever its unit: dates, versions, spellings under discussion, made-up examples;
2. what is one by its form: percent, money, units, multiples;
3. what the word beside it makes of it: reference, setting, name, proportion, count;
4. what a neighbour in the same range or list turned out to be;
5. what is left: a decimal is a measure, a whole number only where the sentence speaks of results.

All of it is one pass over tokens with bounded looks to both sides, so time is linear in the chapter's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from coursebook.publish import number_words as w
from coursebook.publish.number_words import (
    COMPOUND_DURATION,
    DECADE,
    LOOK,
    SHORT,
    SKIPPED,
    Sentence,
    Spot,
    Token,
    any_of,
    is_number,
    mask,
    plural,
    sentences,
)

__all__ = ["MEASURES", "Candidate", "Spot", "Token", "candidates", "mask", "vocabulary"]


@dataclass(frozen=True)
class Candidate:
    """A number in the prose, and why it is or is not a measure, in one short word."""

    start: int
    end: int
    text: str
    measure: bool
    reason: str


MEASURES = any_of(
    "percent price duration size rate multiple fraction ratio proportion count statistic score cell finding-words"
)
"""The reasons that make a number a measure; every other reason lets it stand."""


def candidates(prose: str, vocabulary: frozenset[str] = frozenset()) -> list[Candidate]:
    """Every number in masked prose, in order. `vocabulary` holds names with digits in them."""
    names = [match.span() for match in _vocabulary_pattern(vocabulary).finditer(prose)] if vocabulary else []
    starts = [start for start, _ in names]
    found = []
    for sentence in sentences(prose):
        for token, reason in _judged(sentence):
            known = bisect_right(starts, token.start) - 1
            if known >= 0 and token.start < names[known][1]:
                reason = "vocabulary"  # noqa: PLW2901
            found.append(Candidate(token.start, token.end, prose[token.start : token.end], reason in MEASURES, reason))
    return found


def vocabulary(text: str) -> frozenset[str]:
    """The names in a vocabulary file: one a line; blank lines and # comments do not count."""
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8)
def _vocabulary_pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    alternatives = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?<![\w.])(?:{alternatives})(?!\w)")


# -- each number of a sentence -----------------------------------------------------------------------------------------

Rule = Callable[[Spot], str | None]


def _judged(sentence: Sentence) -> Iterator[tuple[Token, str]]:
    """Each number of a sentence with its reason: by its own rules, else by its neighbours, else by default."""
    spots = [Spot(sentence, index) for index, token in enumerate(sentence.tokens) if token.kind != "symbol"]
    spots = [spot for spot in spots if spot.token.kind != "word" or _numeral(spot)]
    reasons = [_first(_rules(spot), spot) for spot in spots]
    _spread(spots, reasons, -1)
    _spread(spots, reasons, 1)
    measured = not MEASURES.isdisjoint(filter(None, reasons))
    for spot, reason in zip(spots, reasons, strict=True):
        yield _with_unit(spot), reason or _first(DEFAULTS, spot) or (_elliptic(spot) if measured else None) or "bare"


def _first(rules: tuple[Rule, ...], spot: Spot) -> str | None:
    return next((reason for rule in rules if (reason := rule(spot))), None)


def _rules(spot: Spot) -> tuple[Rule, ...]:
    return {"name": (lambda _: "name",), "word": WORD_RULES}.get(spot.token.kind, NUMBER_RULES)


def _with_unit(spot: Spot) -> Token:
    """The token stretched over a unit symbol or a word of magnitude that follows it."""
    token = spot.token
    end = token.end
    if token.kind == "number" and not token.hyphened and spot.after:
        following = spot.after[0]
        joined = following.start - token.stop <= 1 and (following.low in w.MAGNITUDES or _spaced_unit(spot))
        end = following.end if joined else end
    return Token(token.kind, token.text, token.start, end, token.stop)


def _spread(spots: list[Spot], reasons: list[str | None], step: int) -> None:
    """Let undecided numbers take the sense of the neighbour in their range or list: right to left, then left to right."""
    order = range(len(spots) - 2, -1, -1) if step < 0 else range(1, len(spots))
    for index in order:
        spot, other = spots[index], spots[index - step]
        reason = reasons[index - step]
        if reasons[index] is None and reason in w.SAME_SENSE and _fits(spot.token, reason) and _connected(spot, other, reason):
            reasons[index] = reason


def _fits(token: Token, reason: str) -> bool:
    if reason in {"year", "date"}:
        return token.shape == "integer"
    return reason not in {"reference", "name"} or token.shape == "integer" or bool(SHORT.fullmatch(token.text))


def _connected(spot: Spot, other: Spot, reason: str) -> bool:
    first, last = sorted((spot.index, other.index))
    between = [token.low for token in spot.sentence.tokens[first + 1 : last] if token.low not in SKIPPED]
    if not between or len(between) > 3 or not set(between) <= w.CONNECTORS | w.ALSO_BETWEEN.get(reason, frozenset()):
        return False
    if spot.token.kind == "word" or other.token.kind in {"word", "name"}:
        return between in (["to"], ["or"], ["–"], ["-"]) and other.token.kind == spot.token.kind
    if between == [","] and other.index < spot.index:
        return spot.right() in {"", ",", "and", "or", ")", ".", ";"}
    return True


# -- 1: not a measure, whatever the unit -------------------------------------------------------------------------------


def _mentioned(spot: Spot) -> str | None:
    if spot.sentence.about_spelling:
        return "spelling"
    return "spelling" if spot.index in spot.sentence.mentioned else None


def _made_up(spot: Spot) -> str | None:
    if spot.sentence.says(w.CONSTANTS):
        return "definition"
    return "stipulated" if spot.sentence.stipulated else None


def _dated(spot: Spot) -> str | None:
    if spot.token.shape in {"date", "version", "serial"}:
        return {"date": "date", "version": "version", "serial": "reference"}[spot.token.shape]
    beside = (spot.before[:1], spot.after[:1])
    if spot.whole and any(tokens and tokens[0].shape == "integer" and tokens[0].bare for tokens in beside):
        return "reference"
    if spot.whole and len(spot.token.text) > 1 and spot.token.text.startswith("0"):
        return "reference"
    return None


def _whole_scale(spot: Spot) -> str | None:
    """`between 0 % and 100 %` says no more than that it is a percentage."""
    if spot.token.value not in {0, 100} or (spot.token.glued != "%" and spot.right() not in {"%", "percent"}):
        return None
    near = {token.value for token in (*spot.before, *spot.after) if token.kind == "number"}
    return "scale" if {100 - spot.token.value} & near and "%" in spot.sentence.text else None


def _heading_number(spot: Spot) -> str | None:
    """`## 3.1 Choosing`, `### 2. Why`: the number of the heading, not `## 5x faster`."""
    inside = (
        spot.sentence.kind == "heading"
        and spot.index < LOOK
        and all(token.low == "#" for token in spot.sentence.tokens[: spot.index])
    )
    if not inside or not spot.token.bare or not spot.after:
        return None
    following = spot.after[0]
    return "reference" if following.low in {".", ")", ":"} or following.text[:1].isupper() else None


def _chosen(spot: Spot) -> str | None:
    """What an instruction asks for and what a default is, as long as it has no unit."""
    if (
        not spot.token.bare
        or spot.token.shape not in {"integer", "decimal"}
        or spot.right() in w.UNIT_WORDS.keys() - {"points"} | w.MAGNITUDES
    ):
        return None
    if spot.right() in {"%", "times", "x"} or _spaced_unit(spot) or _price(spot) or spot.left() in w.LIMITING:
        return None
    if spot.sentence.says(w.DEFAULTING):
        return "setting"
    target = spot.left() == "to" and spot.before[1:] and spot.before[1].kind == "word"
    return "setting" if spot.sentence.orders and (spot.noun or target) else None


def _ordinal(spot: Spot) -> str | None:
    if spot.token.glued.lower() not in {"st", "nd", "rd", "th"}:
        return None
    if spot.right() == "percentile" and spot.sentence.kind != "cell" and not _subject(spot):
        return "ordinal" if spot.sentence.says(w.TIMED) else "score"
    return "ordinal"


def _subject(spot: Spot) -> bool:
    """`The 95th percentile was 18.2` names a statistic; `she is in the 93rd percentile` reports one."""
    return spot.left() == "the" and spot.left(2) not in any_of("in at to from above below around of")


def _clock(spot: Spot) -> str | None:
    if spot.token.shape != "clock":
        return None
    lasted = any_of("in took takes take lasted needed needs within after under below for than of")
    runs = any_of("took lasted needed runtime duration length") & spot.sentence.words
    three_parts = spot.token.text.count(":") == 2
    if spot.token.glued or spot.right() in {"min", "minutes", "h", "hours", "s"}:
        return "time" if spot.token.glued in {"am", "pm"} else "duration"
    near = spot.left() in lasted or (spot.left() in {"to", "from", "by", "about", "only"} and bool(runs))
    return "duration" if near and (three_parts or runs) else "time"


def _time_of_day(spot: Spot) -> str | None:
    suffix = spot.token.glued.lower() or spot.right()
    if suffix in {"am", "pm", "a.m", "p.m", "o'clock"} and 0 <= spot.token.value <= 24:
        return "time"
    return None


def _arithmetic(spot: Spot) -> str | None:
    """`2 + 2`, `3 plus 4`: a sum that is talked about."""
    if not spot.token.bare:
        return None
    if spot.left() == "=" and len(spot.before) > 1 and spot.before[1].kind == "number":
        return "arithmetic"
    tokens, index = spot.sentence.tokens, spot.index
    for step in (1, -1):
        near, far = index + step, index + 2 * step
        signs = any_of("+ plus minus times × ·")
        if (
            0 <= far < len(tokens)
            and near >= 0
            and tokens[near].low in signs
            and tokens[far].kind == "number"
            and tokens[far].bare
        ):
            return "arithmetic"
    return None


def _base(spot: Spot) -> str | None:
    """What a rate is per: `per 1,000 tokens`, `$/1M`."""
    if spot.left() == "per" or (spot.left() == "every" and spot.left(2) == "for"):
        return "base"
    if spot.left() == "/" and len(spot.before) > 1 and spot.before[1].kind != "number":
        return "base"
    return None


def _statistic_name(spot: Spot) -> str | None:
    percent = spot.token.glued == "%" or spot.right() in {"%", "percent"}
    near = {token.low for token in spot.after[:4]} | {spot.token.hyphened.lower()}
    if percent and near & w.STATISTIC_NAMES:
        following = [token.low for token in spot.after[:3] if token.low not in {"%", "percent"}]
        return "statistic-name" if set(following[:2]) & w.STATISTIC_NAMES else None
    return None


# -- 2: a measure by its form ------------------------------------------------------------------------------------------


def _price(spot: Spot) -> str | None:
    before = spot.previous
    if before and before.low in w.CURRENCY:
        return "price"
    if before and before.low in w.CURRENCY_CODES and spot.token.bare:
        return "price"
    return None


def _spaced_unit(spot: Spot) -> str | None:
    """A unit symbol after one space. Letters that are also words need to look like a unit."""
    if spot.token.glued or spot.token.hyphened or not spot.after or spot.token.shape == "clock":
        return None
    following = spot.after[0]
    reason = w.UNIT_SYMBOLS.get(following.text)
    if following.text in {"K", "M", "B", "k", "T"} and len(spot.after) > 1:
        return "name" if spot.right(2) in w.MODEL_NOUNS else "count"
    return reason


def _glued_unit(spot: Spot) -> str | None:
    glued = spot.token.glued
    if glued in {"x", "X", "×"}:
        return "name" if spot.token.value >= 1000 and glued == "X" else "multiple"
    if (
        glued in {"s", "'s", "’s"}
        and DECADE.fullmatch(spot.token.text)
        and (spot.left() in any_of("the early late mid his her their my") or len(spot.token.text) == 4)
    ):
        return "date"
    if glued.lower() == "fold":
        return _fold(spot)
    if glued in w.UNIT_SYMBOLS or glued.split("/")[0] in w.UNIT_SYMBOLS or glued.lower() in {"gb", "mb", "kb", "tb"}:
        return w.UNIT_SYMBOLS.get(glued) or w.UNIT_SYMBOLS.get(glued.split("/")[0], "size")
    return "duration" if COMPOUND_DURATION.fullmatch(glued) else None


def _magnitude(spot: Spot) -> str | None:
    """`7K`, `3 million`; `a 7B model` is a size class, and so a name."""
    glued = spot.token.glued
    if glued.islower() and len(glued) == 1 and spot.left() in w.REFERENCES | {"."}:
        return "reference"
    if not glued and spot.right() in w.MAGNITUDES and not spot.token.hyphened:
        return "name" if spot.right(2) == "parameter" else "count"
    if glued not in w.MAGNITUDE_LETTERS:
        return None
    following = spot.right()
    if glued in {"B", "b", "T"}:
        sized = (
            following in w.PARAMETERS
            or spot.left() in {"~", "≈"}
            or (spot.noun and spot.noun not in w.MODEL_NOUNS and following not in w.MODEL_NOUNS)
        )
        return "count" if sized and not spot.token.hyphened and following != "parameter" else "name"
    if spot.token.hyphened.lower() in {"parameter", "param"} or following in any_of("parameter display monitor video screen"):
        return "name"
    return "name" if following in w.MODEL_NOUNS and glued == "M" else "count"


def _fold(spot: Spot) -> str:
    validating = any_of("cross-validation cross-validated cv k-fold folds validation stratified cross split splits")
    return "name" if validating & spot.sentence.words else "multiple"


def _hyphened(spot: Spot) -> str | None:
    """`90-second` and `1,300-page` are amounts; `12-layer`, `5-shot` and `4-bit` are kinds."""
    noun = spot.token.hyphened.lower()
    if not noun:
        return None
    if noun == "fold":
        return _fold(spot)
    if noun in {"point", "points"} and spot.right() in any_of("scale scales likert rating range font type"):
        return "scale"
    if noun in {"hour", "day"} and spot.right() in {"clock", "format", "notation", "week"}:
        return "name"
    if noun != "bit" and noun in w.UNIT_WORDS:
        return w.UNIT_WORDS[noun]
    if spot.token.hyphened in w.UNIT_SYMBOLS and spot.token.shape != "area":
        return w.UNIT_SYMBOLS[spot.token.hyphened]
    if noun in {"million", "billion", "thousand"}:
        return "name" if spot.right() in w.MODEL_NOUNS else "count"
    return "count" if noun in w.COUNTED_AFTER_HYPHEN and not spot.small else "name"


def _compound(spot: Spot) -> str | None:
    """Whatever else has letters glued to it is a name: `2D`, `4xlarge`, `2x64d`, `4bit`."""
    return "name" if spot.token.glued else None


def _unit_word(spot: Spot) -> str | None:
    word = spot.right()
    if word not in w.UNIT_WORDS or spot.left() in w.PRODUCTS:
        return "name" if word in w.UNIT_WORDS else None
    if word == "bit":
        return "name"
    if word in {"point", "points"} and spot.right(2) in {"scale", "likert"}:
        return "scale"
    if spot.token.kind == "word":
        return _worded_unit(spot, word)
    return None if word == "percentile" else w.UNIT_WORDS[word]


def _and_a_half(spot: Spot) -> str | None:
    """`two and a half minutes`."""
    halved = [spot.right(distance) for distance in (1, 2, 3)] == ["and", "a", "half"]
    return w.UNIT_WORDS.get(spot.right(4)) if halved else None


def _worded_unit(spot: Spot, word: str) -> str | None:
    if spot.token.value == 1 and w.UNIT_WORDS[word] != "percent":
        lasting = any_of("took takes in within lasted after than about only under every is was")
        return "duration" if spot.left() in lasting and w.UNIT_WORDS[word] == "duration" and word != "day" else None
    if word in {"point", "points"}:
        gained = any_of("higher lower better worse above below ahead behind more less apart")
        return "score" if spot.left() == "by" or spot.right(2) in gained else None
    return w.UNIT_WORDS[word]


def _times(spot: Spot) -> str | None:
    if spot.right() in {"x", "×", "X"} and not spot.token.hyphened and spot.token.shape != "area":
        return "multiple"
    if spot.right() == "orders" and "magnitude" in spot.sentence.words:
        return "multiple"
    if spot.left() == "of" and spot.left(2) == "factor" and spot.left(3) in {"a", "the", ""}:
        return "multiple"
    if spot.right() != "times":
        return None
    if spot.right(2) in w.COMPARATIVES:
        return "multiple"
    return "count" if spot.token.kind == "number" or (spot.sentence.reports and spot.token.value > 1) else None


def _area(spot: Spot) -> str | None:
    """`1024x768` is the size of a picture, `3x3` the shape of a grid."""
    if spot.token.shape != "area":
        return None
    sides = [float(side) for side in re.split(r"[ x×]+", spot.token.text)]
    measured = min(sides[:2]) >= 32 or spot.right() in any_of("pixels pixel px cm mm m images inches")
    return "size" if measured else "structure"


def _ratio(spot: Spot) -> str | None:
    if spot.token.shape == "slashed":
        return "score"
    if spot.token.shape == "ratio":
        return "name" if spot.token.text in w.ASPECTS else "ratio"
    if spot.token.shape != "fraction":
        return None
    if (
        spot.token.text in w.IDIOMS
        or spot.left() in w.REFERENCES
        or re.match(r"(?:19|20)\d\d/|1?\d/(?:19|20)\d\d", spot.token.text)
    ):
        return "idiom" if spot.token.text in w.IDIOMS else "reference"
    return "fraction"


def _statistic(spot: Spot) -> str | None:
    """`n = 84`, `p < .01`; any other `name = number` is a setting, and `F(2, 87)` holds degrees of freedom."""
    opening = 2 if spot.left() == "," else 0
    if spot.left(1 + opening) == "(" and spot.left(2 + opening) in w.STATISTICS:
        return "structure" if spot.before[opening].start == spot.before[1 + opening].stop else None
    if spot.left() not in {"=", "<", ">", "≤", "≥"} or len(spot.before) < 2:
        return None
    if spot.token.text.startswith("."):
        return "statistic"
    symbol = spot.before[4] if spot.left(2) == ")" and len(spot.before) > 4 else spot.before[1]
    if symbol.low in w.STATISTICS or symbol.low in w.METRICS:
        return "statistic"
    named = symbol.kind == "word" and len(symbol.low) > 1 and "_" not in symbol.low
    if named and spot.token.shape == "decimal" and symbol.low not in w.SETTINGS | w.SETTING_PAIRS.keys():
        return "statistic"
    if symbol.kind in {"word", "name"} and spot.left() == "=":
        return "statistic" if symbol.low in {"alpha", "α"} and spot.sentence.says(w.AGREEING) else "setting"
    return None


# -- 3: what the words beside it make of it ----------------------------------------------------------------------------


def _date(spot: Spot) -> str | None:
    if spot.token.shape != "integer" or not spot.token.bare:
        return None
    if _month(spot.after[:1]) or (spot.right() == "of" and _month(spot.after[1:2])):
        return "date"
    if _month(spot.before[:1]) and (spot.token.value <= 31 or spot.token.value > 1000):
        return "date"
    if spot.left() == "," and spot.token.value > 1500 and any(_month(spot.before[near : near + 1]) for near in (1, 2)):
        return "date"
    return None


def _month(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0].low in w.MONTHS and tokens[0].text[:1].isupper()


def _year(spot: Spot) -> str | None:
    """Four digits are a year unless they count something, fill a table, or stand where a score does."""
    value = spot.token.value
    if not spot.whole or len(spot.token.text) != 4 or not 1500 <= value <= 2100:
        return None
    modern = 1950 <= value <= 2040
    if spot.sentence.kind == "cell" and (
        spot.sentence.column > 0 and not re.search(r"year|date|since|when|published|launch", spot.sentence.label)
    ):
        return "year" if modern and len(spot.sentence.tokens) > 1 else None
    if spot.left() in any_of("the since until by early late mid summer spring autumn winter ©") and modern:
        return "year"
    if spot.noun and not (spot.left() in {"in", "during", "from"} and modern and value % 100):
        return None
    near = {spot.left(distance) for distance in (1, 2, 3)}
    if near & any_of("rating ratings elo score scored rated reached") or spot.left() in w.LIMITING - {
        "around",
        "about",
    }:
        return None
    return "year" if modern or spot.left() in any_of("in since of from to ( ,") else None


def _reference(spot: Spot) -> str | None:
    """`Figure 3`, `pp. 114`, `#512`, `[7]`: a number that names one of several."""
    if len(spot.before) > 2 and spot.left() in {"to", "–", "-", "and", "or"} and spot.before[1].shape == "integer":
        listed = spot.whole and spot.left(3) in w.REFERENCES and spot.left(3).endswith("s") and not spot.noun
        return "reference" if listed else None
    skipped = 0
    while spot.left(1 + skipped) in any_of(". ( no nos number #") and skipped < 3:
        skipped += 1
    noun = spot.left(1 + skipped)
    if spot.left() in w.PLAIN_REFERENCES:
        return "reference"
    if spot.whole and spot.left() == "[" and _closes(spot.after):
        return "reference"
    if noun not in w.REFERENCES or (skipped and spot.left() == "." and noun not in w.ABBREVIATIONS):
        return None
    given = spot.left(2 + skipped) in any_of("each every the a an per one this that both")
    if spot.token.shape not in {"integer", "decimal"} or (spot.noun and (noun in w.VERBS_TOO or noun.endswith("s") or given)):
        return None
    if spot.token.shape == "decimal" and noun not in any_of(
        "section sections chapter figure table version versions release releases v exercise sec equation theorem lemma"
    ):
        return None
    return "version" if noun in any_of("version versions release releases v ver revision rev build") else "reference"


def _closes(tokens: list[Token]) -> bool:
    """Whether nothing but whole numbers stands before the closing bracket, as in `[3, 7]`."""
    for token in tokens:
        if token.low == "]":
            return True
        if token.low not in {",", "–", "-"} and not (token.shape == "integer" and token.bare):
            return False
    return False


def _status(spot: Spot) -> str | None:
    answering = any_of("answers returns return returned a an get gets with sends throws status answer or and")
    if spot.whole and spot.left() in {"a", "an"} and spot.token.value > 1 and spot.right() not in {"-", "–", "to", "or", ","}:
        return "code" if spot.token.value in w.STATUS_CODES else "name"
    if spot.whole and spot.token.value in w.STATUS_CODES and spot.left() in answering and not spot.noun:
        return "code"
    return None


def _setting(spot: Spot) -> str | None:
    passing = any_of("to of = is was at : ( be with by from the a fixed kept value and an equals within range between")
    following = (spot.right(), spot.right(2))
    if following in {("is", "recommended"), ("is", "default"), ("by", "default"), ("was", "set"), ("is", "set")}:
        return "setting"
    if spot.noun:
        return None
    for distance in range(1, 6 if not spot.token.text.startswith(".") else 1):
        word = spot.left(distance)
        if word in w.SETTINGS or spot.left(distance + 1) in w.SETTING_PAIRS.get(word, ()):
            return "setting"
        if word in {"set", "sets", "setting"} and spot.left() == "to":
            return "setting"
        if word not in passing and not (distance > 1 and spot.left() == "to"):
            return None
    return None


def _scale(spot: Spot) -> str | None:
    """The ends of a scale: `between 0 and 1`, `from 1 to 5`, `at most 1`."""
    if spot.whole and spot.left() in {"rated", "scored", "graded"} and spot.left(2) in {"is", "are", "be"}:
        return "scale"
    if spot.right() in {"means", "stands", "denotes", "corresponds", "indicates"}:
        return "scale"
    if spot.right() == "is" and {spot.right(2), spot.right(3)} & any_of("perfect best worst maximum ideal chance random"):
        return "scale"
    if (
        not spot.token.bare
        or spot.token.shape not in {"integer", "decimal"}
        or spot.noun
        or spot.token.value not in w.SCALE_ENDS
    ):
        return None
    if spot.token.value in {0, 1} and spot.sentence.words & any_of("possible perfect best worst maximum minimum bounded"):
        return "scale"
    low, high = _range(spot)
    if low in {0, 1} and high in w.SCALE_ENDS and (low == 0 or spot.sentence.says(w.SCALING)):
        return "scale"
    return "scale" if "scale" in {spot.left(distance) for distance in (1, 2, 3)} else None


def _range(spot: Spot) -> tuple[float, float]:
    """The two ends of the range that the number stands in, or (-1, -1)."""
    for step in (1, -1):
        side = spot.after if step > 0 else spot.before
        if len(side) > 1 and side[0].low in {"to", "and", "–", "-", "—"} and side[1].kind == "number" and side[1].bare:
            ends = (spot.token.value, side[1].value)
            return ends if step > 0 else (ends[1], ends[0])
    return -1, -1


def _version(spot: Spot) -> str | None:
    short = SHORT.fullmatch(spot.token.text)
    if short and spot.token.bare and spot.sentence.says(w.VERSIONING) and not spot.sentence.scored and not spot.noun:
        return "version"
    if short and spot.left() == "=" and spot.left(2) in any_of("< > = ~ !"):
        return "version"
    if (
        short
        and spot.left() in any_of("drop drops dropped needs requires supports add adds added")
        and spot.sentence.words & w.PRODUCTS
    ):
        return "version"
    compared = [token.low for token in spot.before[:5] if token.low not in any_of("< > = ≥ ≤ , : !")]
    if short and spot.token.bare and spot.left() in {"<", ">", "=", "≥", "≤"} and compared and compared[0] in w.PRODUCTS:
        return "version"
    return None


def _name(spot: Spot) -> str | None:
    """`Ubuntu 22.04`, `Type 2`: the word before is a name. At a sentence's start any word is capitalised, so less is known."""
    if not spot.token.bare or not spot.before or spot.token.shape not in {"integer", "decimal"}:
        return None
    before = spot.before[0]
    if before.kind in {"symbol", "number"} or (before.low in w.NO_NAMES and not _acronym(before)):
        return None
    if before.low in w.PRODUCTS:
        return "name"
    if before.low in w.BENCHMARKS and spot.token.shape == "decimal":
        return None
    capital = any(character.isupper() for character in before.text) and before.text[:1].isalpha()
    if not capital or before.low in w.NUMBER_WORDS:
        return None
    if not _opens(spot):
        counting = spot.noun in w.PEOPLE_AND_TRIALS and spot.sentence.finds and spot.token.value > 3
        return None if counting or (spot.sentence.kind == "heading" and spot.noun) else "name"
    acting = spot.noun and before.low.endswith("s") and not before.low.endswith(("us", "ss"))
    verbal = acting or before.low.endswith(("ed", "ing", "ly")) or _partner(spot.after)
    return None if verbal else "name"


def _acronym(token: Token) -> bool:
    """`CC BY 4.0`: a function word in capitals is part of a name."""
    return token.low in w.FUNCTION_WORDS and len(token.text) > 1 and token.text.isupper()


def _opens(spot: Spot) -> bool:
    """Whether the word before the number is the first of its sentence or of its cell."""
    return spot.index < LOOK and sum(token.kind != "symbol" for token in spot.sentence.tokens[: spot.index]) == 1


def _partner(tokens: list[Token]) -> Token | None:
    """The other number of `six of the nine`, `17 out of 20`, `one in five`, seen from one side."""
    linked = False
    for token in tokens[:4]:
        if is_number(token):
            return token if linked else None
        if token.low in {"of", "in"}:
            linked = True
        elif token.low not in any_of("out the our these those all every my their its"):
            return None
    return None


def _proportion(spot: Spot) -> str | None:
    token = spot.token
    if token.kind == "number" and (not token.bare or token.shape not in {"integer", "grouped"}):
        return None
    if token.kind == "number" and spot.left() == "of" and spot.left(2) == "out" and token.value > 1:
        return _finding(spot) if any(is_number(earlier) for earlier in spot.before) else "scale"
    if spot.index == spot.sentence.whole_of:
        return _finding(spot) if _others(spot) else None
    following, preceding = _partner(spot.after), _partner(spot.before)
    if preceding and spot.near(preceding).left() in w.REFERENCES:
        return "reference"
    if following and 0 <= token.value < following.value and _proportionate(spot, following, spot.after):
        return _structure(spot.near(following)) or _finding(spot)
    if preceding and preceding.value < token.value and _proportionate(spot, preceding, spot.before):
        return _structure(spot) or _finding(spot)
    return None


def _structure(whole: Spot) -> str | None:
    """`one of three columns` tells of a design."""
    parts = whole.noun in w.STRUCTURES - w.WORKED_ON and whole.small and not whole.sentence.finds
    return "structure" if parts else None


def _proportionate(spot: Spot, other: Token, between: list[Token]) -> bool:
    """`one of the two` picks out one; `12 in 2024` has a year; a joke's `nine out of ten` says nothing."""
    links = [token.low for token in between[: between.index(other)]]
    pair = (spot.token, other)
    if any(token.kind == "number" and token.shape == "integer" and 1900 <= token.value <= 2100 for token in pair):
        return False
    if spot.sentence.says(w.JOKING) and any(token.kind == "word" for token in pair):
        return False
    one = min(pair, key=lambda token: token.value)
    if one.kind == "word" and one.value == 1 and "in" not in links:
        return not set(links) & w.DEFINITE and spot.sentence.finds and max(pair, key=lambda token: token.value).value > 2
    return True


def _one_in(spot: Spot) -> str | None:
    """`one user in four`: what is counted stands between the two numbers."""
    for first in (spot.index, spot.index - 3):
        part = spot.sentence.tokens[max(first, 0) : first + 4]
        if len(part) < 4 or not (is_number(part[0]) and is_number(part[3]) and part[2].low == "in"):
            continue
        counts = part[1].kind == "word" and part[1].low not in w.FUNCTION_WORDS | w.UNIT_WORDS.keys()
        whole = Spot(spot.sentence, first + 3)
        if counts and 0 < part[0].value < part[3].value < 1900 and not whole.noun and whole.right() not in w.UNIT_WORDS:
            return _finding(spot)
    return None


def _others(spot: Spot) -> bool:
    return any(is_number(token) or token.low in {"half", "none", "most"} for token in spot.sentence.tokens[spot.index + 1 :])


def _finding(spot: Spot) -> str:
    return "finding-words" if spot.token.kind == "word" else "proportion"


def _part_of_whole(spot: Spot) -> str | None:
    """`Of the ten runs, three diverged`: the part that comes after its whole."""
    whole = spot.sentence.whole_of
    if not 0 <= whole < spot.index or (spot.left() not in any_of(", only just and but about") or spot.noun in w.STRUCTURES):
        return None
    return None if spot.left() == "," and spot.right() in {",", ""} else _finding(spot)


def _cell(spot: Spot) -> str | None:
    """A cell that holds nothing but a number reports one, unless its row or column is a setting, a date or a key."""
    sentence = spot.sentence
    if sentence.kind != "cell" or any(token.kind == "word" for token in sentence.tokens):
        return None
    if sentence.column == 0 or w.cue(w.CELL_KEYS).search(sentence.label):
        return "key"
    return None if any(token.kind == "name" for token in sentence.tokens) else "cell"


def _counted(spot: Spot) -> str | None:
    """A number before a plural: something found or allowed, or so many parts of a text, a design or a program."""
    noun = spot.noun
    if spot.whole and spot.right() == "of" and spot.right(2) in w.DEFINITE | {"them", "us"} and spot.token.value > 1:
        return "count"
    if spot.left() in {"age", "aged", "ages"}:
        return "count"
    if spot.whole and spot.left() == "(" and spot.right() == ")" and len(spot.sentence.tokens) < 6 and plural(spot.left(2)):
        return "count"
    if not noun or not spot.token.bare or spot.token.shape not in {"integer", "grouped", "decimal", "science"}:
        return None
    if noun not in w.STRUCTURES:
        return "count" if spot.token.value not in {0, 1} else None
    if spot.token.shape == "decimal":
        return "count"
    if w.AVERAGES & {token.low for token in (*spot.before, *spot.after)}:
        return "count"
    if noun in w.WORKED_ON and (spot.sentence.finds or (_range(spot)[0] > 1 and noun == "steps")):
        return "count"
    if spot.small or (noun in {"elements", "entries", "values", "rows", "columns"} and spot.sentence.words & w.ARRAYS):
        return "structure"
    limited = spot.left() in w.LIMITING or (spot.previous is not None and spot.previous.low in {"~", "≈", "<", ">"})
    return "structure" if noun in w.DESIGN and not limited and spot.token.value < 2000 else "count"


# -- number words ------------------------------------------------------------------------------------------------------


def _numeral(spot: Spot) -> bool:
    """Whether a word speaks of a number at all."""
    word = spot.token.low
    parts = re.split("[-‑]", word)
    if parts[0] in w.NUMBER_WORDS or (word in w.PARTS and word in {"half", "third", "quarter", "fifth", "tenth"}):
        return True
    return word in {"twice", "thrice", "double", "triple"} or bool(w.cue(w.FOLD_WORD).fullmatch(word))


def _worded_multiple(spot: Spot) -> str | None:
    word = spot.token.low
    if w.cue(w.FOLD_WORD).fullmatch(word):
        return _fold(spot)
    if word in {"double", "triple"}:
        return "multiple" if spot.right() in {"the", "that", "as"} else "idiom"
    if word in {"twice", "thrice"}:
        done = spot.sentence.reports and spot.left().endswith("ed")
        return "multiple" if spot.right() in w.COMPARATIVES - {"that", "over"} else "count" if done else "idiom"
    return None


def _worded_compound(spot: Spot) -> str | None:
    """`two-thirds` and `five-minute` are amounts; `two-stage` and `one-based` are kinds."""
    parts = re.split("[-‑]", spot.token.low)
    if len(parts) == 1 or (len(parts) == 2 and parts[1] in w.NUMBER_WORDS and parts[0] in w.NUMBER_WORDS):
        return None
    if parts[1] in w.PARTS:
        return "fraction"
    timed = parts[1] in w.UNIT_WORDS and w.UNIT_WORDS[parts[1]] in {"duration", "percent", "price"} and parts[0] != "one"
    return w.UNIT_WORDS[parts[1]] if timed else "structure"


def _worded_part(spot: Spot) -> str | None:
    """`a third of the runs`, `half the tokens`, `two thirds`."""
    word = spot.token.low
    if word not in w.PARTS:
        part = spot.right() in w.PARTS and (spot.right().endswith("s") or spot.right(2) in {"of", "as", "the"})
        return "fraction" if part else None
    if spot.left() in w.NUMBER_WORDS:
        return "fraction" if spot.right() == "of" else "word"
    if word != "half":
        return "fraction" if spot.left() == "a" and spot.right() == "of" else "ordinal"
    if spot.left() in any_of("first second other lower upper top bottom this that in each better and one latter"):
        return "idiom"
    if spot.left(2) in w.DEFINITE:
        return "idiom"
    if spot.right() == "as" or spot.left() in {"by", "about", "nearly", "almost", "roughly"}:
        return "fraction"
    if spot.right() in {"of", "the", "its", "their", "our"} and spot.right(2) != "time":
        begins = not spot.before or spot.before[0].kind == "symbol"
        return "word" if begins and not spot.sentence.reports else "fraction"
    return "duration" if spot.right() in {"a", "an"} and spot.right(2) in w.UNIT_WORDS else "idiom"


def _worded_count(spot: Spot) -> str | None:
    """`nine vendors`: a finding when trials or people are counted in a sentence that tells what was done or found."""
    if spot.right() in w.MAGNITUDES:
        return "finding-words"
    everyone = spot.left() == "all" and spot.noun in w.PEOPLE_AND_TRIALS
    if spot.token.value < 2 or (spot.left() in w.DEFINITE and not everyone):
        return None
    told = spot.sentence.reports and not spot.sentence.orders
    if spot.right() == "of" and spot.right(2) in w.DEFINITE | {"them", "us"}:
        return "finding-words" if told or spot.left() in w.LIMITING else None
    if spot.right() in w.OUTCOMES:
        return "finding-words"
    if not spot.noun or spot.right() == "more":
        return None
    bounded = spot.left() in w.BOUNDING and not spot.sentence.words & {"if", "when"}
    loose = spot.noun not in w.STRUCTURES - w.PEOPLE_AND_TRIALS and not spot.sentence.orders
    if bounded or spot.left() in w.FINDING or (loose and (told or spot.sentence.words & w.ALLOWING)):
        return "finding-words"
    return None


# -- 5: what is left ---------------------------------------------------------------------------------------------------


def _score(spot: Spot) -> str | None:
    if spot.token.kind != "number" or not spot.token.bare or (spot.whole and spot.token.value in {0, 1}):
        return None
    if spot.token.shape in {"science", "grouped"}:
        return "count"
    if spot.token.shape == "decimal":
        return "scale" if spot.right() in {"means", "stands"} else "version" if _like_version(spot) else "score"
    return "score" if spot.left() in w.BEFORE_SCORE and spot.sentence.scored else None


def _like_version(spot: Spot) -> bool:
    """`between 2.1 and 2.2` in a sentence that names nothing measured."""
    placed = any_of("in on to from between since until before after with")
    return bool(SHORT.fullmatch(spot.token.text)) and spot.left() in placed and not spot.sentence.scored


def _elliptic(spot: Spot) -> str | None:
    """`... 220 tokens, the other needs 773`; `12 flat and 10 noisy`: a noun that another number of the sentence has."""
    if spot.token.kind == "word":
        ends = spot.right() in {"", ".", ",", ";"} and spot.left() not in w.DEFINITE | w.FUNCTION_WORDS - {"to", "than"}
        return "finding-words" if ends and spot.token.value > 1 and spot.left() else None
    if not spot.whole or spot.token.value < 2 or spot.left() in {"(", "[", "/", "-"}:
        return None
    listed = bool(spot.after) and spot.after[0].kind == "word" and spot.right() not in w.FUNCTION_WORDS
    listed = listed and spot.right(2) in any_of(", and or out . ;") and spot.left() in {"", ",", "and", ":", "or"}
    return "count" if listed or spot.token.value > 20 else None


def _compared(spot: Spot) -> str | None:
    """`... instead of 40`, `only 7 passed`, `more than 97`."""
    if not spot.whole or spot.token.value in {0, 1}:
        return None
    if spot.left() in w.LIMITING or (spot.previous is not None and spot.previous.low in {"~", "≈", "<", ">", "±"}):
        return "count"
    if spot.left() in {"of", "from", "to", "than", "with"} and spot.left(2) in w.CONTRASTING:
        return "count"
    if spot.right() in w.OUTCOMES and spot.left() in {"", ",", "and", "only", "just", "another", ":", ";", "("}:
        return "count"
    return None


EXEMPT: tuple[Rule, ...] = (_mentioned, _made_up)
NUMBER_RULES: tuple[Rule, ...] = (
    *EXEMPT, _dated, _whole_scale, _heading_number, _ordinal, _clock, _time_of_day, _chosen, _base, _statistic_name, _price, _arithmetic, _glued_unit,
    _spaced_unit, _magnitude, _hyphened, _compound, _unit_word, _and_a_half, _times, _area, _ratio, _statistic, _date, _cell, _year, _reference,
    _setting, _scale, _proportion, _one_in, _name, _status, _version, _part_of_whole, _counted,
)  # fmt: skip
WORD_RULES: tuple[Rule, ...] = (
    *EXEMPT, _worded_multiple, _worded_compound, _worded_part, _unit_word, _and_a_half, _times, _proportion, _one_in, _part_of_whole, _worded_count,
)  # fmt: skip
DEFAULTS: tuple[Rule, ...] = (_score, _compared)
