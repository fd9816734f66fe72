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
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from coursebook.publish import number_words as w
from coursebook.publish.markup import Region, blanked, regions
from coursebook.publish.number_words import any_of


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
    for sentence in _sentences(prose):
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


# -- what is not prose -------------------------------------------------------------------------------------------------

HIDDEN = re.compile(
    r"""
    \\\([^\n]{0,400}?\\\) | \\\[[^\n]{0,400}?\\\]       # maths in TeX's brackets
  | (?<=\])\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)    # a link's destination
  | (?<=\])\[[^\[\]\n]*+\]                              # a link's reference
  | ^[ ]{0,3}\[[^\[\]\n^]++\]:[^\n]*                    # a reference definition
  | \[\^[^\[\]\n]++\]:?                                 # a footnote's mark
  | \[[^\[\]\n]*@[A-Za-z][^\[\]\n]*+\]                  # a citation
  | \{:?[ ]*(?:[.\#][\w-]|[\w-]++=)[^{}\n]*+\}          # an attribute list
  | \b(?:https?|ftp|mailto|doi|arxiv):[^\s<>)\]]++      # an address
  | \bwww\.[^\s<>)\]]++
  | <[^<>\s:@]++[:@][^<>\s]++>                            # an address in angle brackets
  | (?<![\w+])\+\+[\w"-]++(?:\+[\w"-]++)*+\+\+          # keys
  | &\#?\w++;                                           # an entity
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
LIST_NUMBER = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(\d{1,9}[.)])(?=[ \t]|$)")
WORDS_IN_MATHS = re.compile(r"(?<![\\\w])[^\W\d_]{3,}")


def mask(markdown: str) -> str:
    """The same text, of the same length and in the same lines, with blanks for everything that is not prose."""
    content = blanked(markdown, [part for region in regions(markdown) for part in _not_price(markdown, region)])
    content = HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content)
    return _without_list_numbers(content)


def _not_price(content: str, region: Region) -> Iterator[Region]:
    """`$5 a task and $9 (in A$)` is no maths: an amount of money opens it, and words stand inside."""
    inside = content[region.inner : region.inner_end]
    if region.kind != "maths" or not inside[:1].isdigit() or not WORDS_IN_MATHS.search(inside):
        yield region
    elif "$" in inside:
        start = region.inner + inside.rindex("$")
        yield Region("maths", start, region.end, start + 1, region.inner_end)


def _without_list_numbers(content: str) -> str:
    """A line may go on with a number and a full stop by accident; only where a list can begin or goes on is it a mark."""
    lines, in_list, after_blank = [], False, True
    for line in content.split("\n"):
        blank, text = not line.strip(" \t>"), line
        match = None if blank else LIST_NUMBER.match(line)
        if match and (in_list or after_blank or match[1] in {"1.", "1)"}):
            start, end = match.span(1)
            text = line[:start] + " " * (end - start) + line[end:]
            in_list = True
        elif not blank and after_blank and not line.startswith((" ", "\t", "-", "*", "+")):
            in_list = False
        after_blank = blank
        lines.append(text)
    return "\n".join(lines)


# -- words -------------------------------------------------------------------------------------------------------------


# -- what a sentence is about ------------------------------------------------------------------------------------------


# -- tokens ------------------------------------------------------------------------------------------------------------

NUMBER = re.compile(
    r"""
    (?P<date>(?:19|20)\d\d-(?:0\d|1[0-2])(?:-[0-3]\d(?:T[\d:.]++Z?)?)?(?![\d-])
          | [0-3]?\d[./][01]?\d[./](?:19|20)\d\d(?!\d) | (?:19|20)\d\d/[01]?\d/[0-3]?\d(?!\d) | (?:19|20)\d\d/\d\d(?!\d))
  | (?P<version>\d++(?:\.\d++){2,}\w*+(?:[-.+]\w++)*+ | \d++(?:\.\d++)*\.[xX](?!\w))
  | (?P<serial>\d++(?:-\d++){2,} | \d{4}\.\d{4,5}(?:v\d+)?(?!\d))
  | (?P<clock>\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\.\d++)?(?![\d:]))
  | (?P<ratio>\d++(?:\.\d++)?:\d++(?:\.\d++)?(?!:))
  | (?P<science>\d++(?:\.\d++)?(?:[eE][-+−]?\d++(?!\w)|[ ]?[×·][ ]?10(?:\^\{?[-−]?\d++\}?|[⁰¹²³⁴-⁹⁻]++))
          | 10(?:\^\{?[-−]?\d++\}?|[⁰¹²³⁴-⁹⁻]++))
  | (?P<area>\d++(?:\.\d++)?(?:[x×]\d++(?:\.\d++)?)++(?!\w) | \d++[ ][x×][ ]\d++(?:[ ][x×][ ]\d++)*+(?!\w))
  | (?P<grouped>\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)? | \d{1,3}(?:[\ \u00a0\u202f\u2009]\d{3})++(?!\d) | \d{1,3}(?:[_'’]\d{3})++(?!\d))
  | (?P<slashed>\d++(?:/\d++){2,})
  | (?P<fraction>\d++(?:\.\d++)?/\d++(?![\d/]))
  | (?P<decimal>\d*+[½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚] | \d*+\.\d++ | \d++,\d{1,2}(?=[ \u00a0\u202f]?%))
  | (?P<integer>\d++)
    """,
    re.VERBOSE,
)
GLUED = re.compile(r"%|‰|°[CFK]?|×|(?:['’]s\b)|[^\W\d_]\w*+(?:/[^\W\d_]++)?|¢|€|£")
HYPHENED = re.compile(r"[-‑]([^\W\d_]\w*+)((?:[-‑]\w++)*+)")
SHORT = re.compile(r"[12]?\d\.\d{1,2}")
WORD = re.compile(r"°[CFK]?(?!\w)|[^\W\d_]\w*+(?:[-‑.@/+'’&]++\w++)*+")
COMPOUND_DURATION = re.compile(r"(?:d|h|m|min)\d++(?:h|m|min|s|ms)?(?:\d++(?:s|ms)?)?")
GAP = re.compile(r"[ ]{3,}+(?=\S)")
HOLE = "\ufffc"
"""Stands where something masked was, so that the words around it are not taken for neighbours."""
DECADE = re.compile(r"(?:1[5-9]|20)?\d0")


@dataclass(frozen=True)
class Token:
    """A word, a symbol, or a number with what is glued to it; `end` leaves out a unit that is a word."""

    kind: str
    text: str
    start: int
    end: int
    stop: int
    shape: str = ""
    glued: str = ""
    hyphened: str = ""
    low: str = field(default="", compare=False)

    @cached_property
    def value(self) -> float:
        if self.kind == "word":
            return float(w.NUMBER_WORDS.get(re.split("[-‑]", self.low)[0], -1))
        digits = re.sub(r"[,_'’\s]", "", self.text)
        try:
            return float(digits)
        except ValueError:
            return -1.0

    @property
    def bare(self) -> bool:
        return not (self.glued or self.hyphened)


def _tokens(text: str, offset: int) -> Iterator[Token]:
    position = 0
    while position < len(text):
        character = text[position]
        if character.isspace():
            gap = GAP.match(text, position)
            if gap and position and gap.end() < len(text):
                yield _symbol(HOLE, position + offset)
            position = gap.end() if gap else position + 1
            continue
        token = _number(text, position, offset) or _word(text, position, offset) or _symbol(character, position + offset)
        yield token
        position = token.stop - offset


def _number(text: str, position: int, offset: int) -> Token | None:
    match = NUMBER.match(text, position)
    if not match:
        return None
    end = match.end()
    glued = GLUED.match(text, end)
    stop = glued.end() if glued else end
    hyphened = HYPHENED.match(text, stop)
    first = hyphened[1] if hyphened else ""
    stop = hyphened.end() if hyphened else stop
    unit = glued[0] if glued else ""
    low = match[0].lower()
    return Token(
        "number", match[0], position + offset, end + len(unit) + offset, stop + offset, str(match.lastgroup), unit, first, low
    )


def _word(text: str, position: int, offset: int) -> Token | None:
    match = WORD.match(text, position)
    if not match:
        return None
    word = match[0].rstrip("_")
    end = offset + position + len(word)
    kind = "name" if any(character.isdigit() for character in word) else "word"
    return Token(kind, word, position + offset, end, match.end() + offset, low=word.lower().replace("’", "'"))


def _symbol(character: str, start: int) -> Token:
    return Token("symbol", character, start, start + 1, start + 1, low=character)


# -- sentences ---------------------------------------------------------------------------------------------------------


@dataclass
class Sentence:
    """The tokens of a sentence, a heading or a table cell. `label` names what a cell stands for."""

    tokens: list[Token]
    text: str
    kind: str = "prose"
    label: str = ""
    column: int = 0
    stipulated: bool = False

    @cached_property
    def low(self) -> str:
        return self.text.lower()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.low for token in self.tokens)

    @cached_property
    def about_spelling(self) -> bool:
        return bool(w.SPELLING.search(self.low) or (w.SPELLING_VERB.search(self.low) and w.SPELLING_MATTER.search(self.low)))

    @cached_property
    def versions(self) -> bool:
        return bool(w.VERSIONING.search(self.low))

    @cached_property
    def scales(self) -> bool:
        return bool(w.SCALING.search(self.low))

    @cached_property
    def jokes(self) -> bool:
        return bool(w.JOKING.search(self.low))

    @cached_property
    def telephones(self) -> bool:
        return bool(w.TELEPHONE.search(self.low))

    @cached_property
    def scored(self) -> bool:
        return not self.words.isdisjoint(w.SCORED) or {"number", "of"} <= self.words

    @cached_property
    def finds(self) -> bool:
        return not self.words.isdisjoint(w.FINDINGS)

    @cached_property
    def whole_of(self) -> int:
        """Where `Of the ten runs` stands, as the index of its number, or -1."""
        for index, token in enumerate(self.tokens):
            if token.low == "of" and (index == 0 or self.tokens[index - 1].low in any_of(", | ( - — : ;")):
                after = [
                    number for number in range(index + 1, min(index + 4, len(self.tokens))) if _is_number(self.tokens[number])
                ]
                if after:
                    return after[0]
        return -1

    @cached_property
    def mentioned(self) -> frozenset[int]:
        """Indices of tokens in short quotation marks that a word such as *write* or *titled* introduces."""
        inside: set[int] = set()
        opening, introduced = -1, False
        for index, token in enumerate(self.tokens):
            if token.low == "“" or (token.low == '"' and opening < 0):
                opening = index
                near = [earlier.low for earlier in self.tokens[max(index - 4, 0) : index]]
                introduced = bool(set(near) & w.MENTION_VERBS) or (introduced and bool(near) and near[-1] in w.MENTION_LINKS)
            elif token.low in {"”", '"'} and opening >= 0:
                if introduced and token.start - self.tokens[opening].start <= 50:
                    inside.update(range(opening + 1, index))
                opening = -1
        return frozenset(inside)


HEADING = re.compile(r"[ \t>]*#{1,6}(?=\s)")
ITEM = re.compile(r"[ \t>]*[-*+][ \t]")
RULER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")


def _sentences(prose: str) -> Iterator[Sentence]:
    lines = prose.split("\n")
    start, first, header = 0, -1, []
    for index, line in enumerate([*lines, ""]):
        in_table = line.count("|") >= 2 or line.lstrip(" \t>").startswith("|")
        starts_block = in_table or not line.strip(" \t>") or HEADING.match(line) or ITEM.match(line)
        if first >= 0 and starts_block:
            yield from _split(prose[first:start], first)
            first = -1
        if in_table and not RULER.match(line):
            if index + 1 < len(lines) and "-" in lines[index + 1] and RULER.match(lines[index + 1]):
                header = [cell.strip() for cell in line.split("|")]
            yield from _row(line, start, header)
        elif not in_table:
            header = [] if not line.strip() else header
            if HEADING.match(line):
                yield from _split(line, start, "heading")
            elif line.strip() and first < 0:
                first = start
        start += len(line) + 1


def _row(line: str, start: int, header: list[str]) -> Iterator[Sentence]:
    offset, label = start, ""
    lead = 1 if line.lstrip(" \t>").startswith("|") else 0
    for column, cell in enumerate(line.split("|")):
        heading = header[column] if column < len(header) and header[column] != cell.strip() else ""
        tokens = list(_tokens(cell, offset))
        if tokens:
            yield Sentence(tokens, cell, "cell", f"{label}|{heading}".lower(), column - lead)
        label = label or cell.strip()
        offset += len(cell) + 1


def _split(text: str, offset: int, kind: str = "prose") -> Iterator[Sentence]:
    tokens = list(_tokens(text, offset))
    sentences, first = [], 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or _ends(tokens, index - 1):
            inside = tokens[first:index]
            sentences.append(Sentence(inside, text[inside[0].start - offset : inside[-1].stop - offset], kind))
            first = index
    _stipulate(sentences)
    yield from sentences


def _ends(tokens: list[Token], index: int) -> bool:
    token, following = tokens[index], tokens[index + 1]
    if token.low not in {".", "?", "!"} or following.start == token.stop:
        return False
    if index and token.low == "." and tokens[index - 1].low in w.ABBREVIATIONS:
        return False
    return following.text[:1].isupper() or following.kind in {"number", "symbol"}


def _stipulate(sentences: list[Sentence]) -> None:
    """What a made-up example says is made up to the end of its paragraph, or from its beginning to its question."""
    open_example = False
    for index, sentence in enumerate(sentences):
        if w.EMPIRICAL.search(sentence.low):
            open_example = False
            continue
        open_example = open_example or bool(w.EXAMPLE.search(sentence.low))
        sentence.stipulated = open_example or bool(w.MADE_UP.search(sentence.low))
        if sentence.low.rstrip('*_”")').endswith("?") and w.ASKING.search(w.QUOTED.sub("", sentence.low)):
            _stipulate_word_problem(sentences, index)


def _stipulate_word_problem(sentences: list[Sentence], last: int) -> None:
    """From a question such as `how many rolls did it sell?` back to where its story begins."""
    if any(w.EMPIRICAL.search(sentence.low) for sentence in sentences[max(last - 8, 0) : last + 1]):
        return
    if w.STORY.match(sentences[0].text) and last <= 8:
        first = 0
    else:
        first = last + 1
        while first > 0 and w.ON_WITH_EXAMPLE.match(sentences[first - 1].low) and last - first < 8:
            first -= 1
    for sentence in sentences[first : last + 1]:
        sentence.stipulated = True


# -- one number in its place -------------------------------------------------------------------------------------------

LOOK = 12
"""How many tokens a rule sees to either side."""
SKIPPED = any_of("* ** _ ~ ≈ + ≤ ≥ ±")


@dataclass
class Spot:
    """A number with looks to both sides; an edge of the sentence looks like an empty word."""

    sentence: Sentence
    index: int

    @property
    def token(self) -> Token:
        return self.sentence.tokens[self.index]

    def look(self, step: int, count: int) -> list[Token]:
        found: list[Token] = []
        index = self.index + step
        while 0 <= index < len(self.sentence.tokens) and len(found) < count and abs(index - self.index) < LOOK:
            if self.sentence.tokens[index].low not in SKIPPED:
                found.append(self.sentence.tokens[index])
            index += step
        return found

    def near(self, token: Token) -> Spot:
        """The spot of a token that `before` or `after` gave."""
        first = max(self.index - LOOK, 0)
        window = self.sentence.tokens[first : self.index + LOOK]
        return Spot(self.sentence, first + next(index for index, other in enumerate(window) if other is token))

    @cached_property
    def before(self) -> list[Token]:
        return self.look(-1, 6)

    @cached_property
    def after(self) -> list[Token]:
        return self.look(1, 6)

    def left(self, distance: int = 1) -> str:
        return self.before[distance - 1].low if len(self.before) >= distance else ""

    def right(self, distance: int = 1) -> str:
        return self.after[distance - 1].low if len(self.after) >= distance else ""

    @cached_property
    def previous(self) -> Token | None:
        """The token before, marks of emphasis and approximation included."""
        return self.sentence.tokens[self.index - 1] if self.index else None

    @cached_property
    def noun(self) -> str:
        """The plural noun that the number counts, within a few words: `31 new linter warnings`."""
        if self.token.hyphened:
            return ""
        for distance, token in enumerate(self.after[:4]):
            if token.shape == "area":
                continue
            if token.kind in {"symbol", "number"}:
                return ""
            if token.low in w.FUNCTION_WORDS and not (distance == 0 and token.low in {"more", "other", "such"}):
                return ""
            acronyms = token.text.endswith("s") and len(token.text) > 2 and token.text[:-1].isupper()
            if acronyms or (_plural(token.low) and (token.text[:1].islower() or self.sentence.kind == "heading")):
                return token.low
        return ""

    @property
    def small(self) -> bool:
        return 0 <= self.token.value <= 20 and self.token.shape in {"integer", ""}

    @property
    def whole(self) -> bool:
        return self.token.shape == "integer" and self.token.bare


def _plural(word: str) -> bool:
    if word in w.IRREGULAR_PLURALS:
        return True
    return (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "ous")) and word not in w.NOT_PLURAL
    )


def _is_number(token: Token) -> bool:
    return token.kind == "number" or (token.kind == "word" and token.low in w.NUMBER_WORDS)


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


CONNECTORS = any_of("– - — to and or , / & → -> through vs versus against ± by $ € £ .")
ALSO_BETWEEN = {"reference": any_of("of"), "version": any_of("< > = of")}
SAME_SENSE = any_of(
    "percent price duration size rate multiple proportion count statistic score reference version setting scale name date year"
)


def _spread(spots: list[Spot], reasons: list[str | None], step: int) -> None:
    """Let undecided numbers take the sense of the neighbour in their range or list: right to left, then left to right."""
    order = range(len(spots) - 2, -1, -1) if step < 0 else range(1, len(spots))
    for index in order:
        spot, other = spots[index], spots[index - step]
        reason = reasons[index - step]
        if reasons[index] is None and reason in SAME_SENSE and _fits(spot.token, reason) and _connected(spot, other, reason):
            reasons[index] = reason


def _fits(token: Token, reason: str) -> bool:
    if reason in {"year", "date"}:
        return token.shape == "integer"
    return reason not in {"reference", "name"} or token.shape == "integer" or bool(SHORT.fullmatch(token.text))


def _connected(spot: Spot, other: Spot, reason: str) -> bool:
    first, last = sorted((spot.index, other.index))
    between = [token.low for token in spot.sentence.tokens[first + 1 : last] if token.low not in SKIPPED]
    if not between or len(between) > 3 or not set(between) <= CONNECTORS | ALSO_BETWEEN.get(reason, frozenset()):
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
    return "stipulated" if spot.sentence.stipulated else None


def _dated(spot: Spot) -> str | None:
    if spot.token.shape in {"date", "version", "serial"}:
        return {"date": "date", "version": "version", "serial": "reference"}[spot.token.shape]
    beside = (spot.before[:1], spot.after[:1])
    if spot.whole and any(tokens and tokens[0].shape == "integer" and tokens[0].bare for tokens in beside):
        return "reference"
    if spot.whole and len(spot.token.text) > 1 and spot.token.text.startswith("0"):
        return "reference"
    counted = spot.noun or spot.right() in w.UNIT_WORDS or _spaced_unit(spot)
    if spot.sentence.telephones and spot.token.shape in {"integer", "grouped"} and spot.token.bare and not counted:
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


def _ordinal(spot: Spot) -> str | None:
    if spot.token.glued.lower() not in {"st", "nd", "rd", "th"}:
        return None
    if spot.right() == "percentile" and spot.sentence.kind != "cell" and not _subject(spot):
        return "ordinal" if w.TIMED.search(spot.sentence.low) else "score"
    return "ordinal"


def _subject(spot: Spot) -> bool:
    """`The 95th percentile was 18.2` names a statistic; `she is in the 93rd percentile` reports one."""
    return spot.left() == "the" and spot.left(2) not in any_of("in at to from above below around of")


def _clock(spot: Spot) -> str | None:
    if spot.token.shape != "clock":
        return None
    if spot.token.glued == "Z" or (spot.before and spot.before[0].shape == "date"):
        return "time"
    lasted = any_of("in took takes take lasted needed needs within after under below for than of")
    runs = any_of("took lasted needed runtime duration length") & spot.sentence.words
    three_parts = spot.token.text.count(":") == 2
    if spot.token.glued or spot.right() in {"min", "minutes", "h", "hours", "s"}:
        return "time" if spot.token.glued in {"am", "pm"} else "duration"
    if spot.sentence.kind == "cell" and three_parts:
        return "duration"
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
    if spot.token.shape == "area" and spot.right() == "=":
        return "arithmetic"
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
    if percent and near & w.SURE and spot.token.value >= 100:
        return "idiom"
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
    if following.start - spot.token.stop > 1 or following.low in SKIPPED:
        return None
    reason = w.UNIT_SYMBOLS.get(following.text)
    if following.text in w.AMBIGUOUS_SPACED - any_of("m K h s J L l ft"):
        return None
    if following.text in {"K", "M", "B", "k", "T"} and len(spot.after) > 1:
        return "name" if spot.right(2) in w.MODEL_NOUNS else "count"
    return reason


def _glued_unit(spot: Spot) -> str | None:
    glued = spot.token.glued
    if not glued:
        return None
    if glued in {"x", "X", "×"}:
        return "multiple"
    if (
        glued in {"s", "'s", "’s"}
        and DECADE.fullmatch(spot.token.text)
        and (spot.left() in any_of("the early late mid his her their my") or len(spot.token.text) == 4)
    ):
        return "date"
    if glued.lower() == "fold":
        return _fold(spot)
    if glued in w.MAGNITUDE_LETTERS:
        return None
    if glued in w.UNIT_SYMBOLS or glued.split("/")[0] in w.UNIT_SYMBOLS or glued.lower() in {"gb", "mb", "kb", "tb"}:
        return w.UNIT_SYMBOLS.get(glued) or w.UNIT_SYMBOLS.get(glued.split("/")[0], "size")
    return "duration" if COMPOUND_DURATION.fullmatch(glued) else None


def _magnitude(spot: Spot) -> str | None:
    """`7K`, `3 million`; `a 7B model` is a size class, and so a name."""
    glued = spot.token.glued
    if not glued and spot.right() in w.MAGNITUDES and not spot.token.hyphened:
        return "name" if spot.right(2) == "parameter" else "count"
    if glued not in w.MAGNITUDE_LETTERS:
        return None
    following = spot.right()
    if spot.sentence.kind == "cell" and len(spot.sentence.tokens) == 1 and spot.sentence.column > 0:
        return "cell"
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
    validating = any_of("cross-validation cross-validated cv k-fold folds validation stratified cross")
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
        lasting = any_of("took takes in within lasted after than about only under every")
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
    if spot.left() == "of" and spot.left(2) == "factor" and spot.left(3) not in w.SETTING_PAIRS["factor"]:
        return "multiple"
    if spot.right() != "times":
        return None
    if spot.right(2) in w.COMPARATIVES:
        return "multiple"
    return "count" if spot.token.kind == "number" else None


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
    symbol = spot.before[1]
    if symbol.low == ")" and len(spot.before) > 4:
        symbol = spot.before[4]
    if symbol.low in w.STATISTICS or symbol.low in w.METRICS:
        return "statistic"
    if (
        symbol.kind == "word"
        and len(symbol.low) > 1
        and spot.token.shape == "decimal"
        and symbol.low not in w.SETTINGS
        and "_" not in symbol.low
        and symbol.low not in w.SETTING_PAIRS
    ):
        return "statistic"
    if symbol.kind in {"word", "name"} and spot.left() == "=":
        return "statistic" if symbol.low == "alpha" and "cronbach's" in spot.sentence.words else "setting"
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
    if spot.token.shape == "grouped" and noun in w.PLAIN_REFERENCES and " " in spot.token.text:
        return "reference"
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
    if spot.whole and spot.left() == "with" and spot.left(2) in {"exits", "exit", "exited", "ends", "quits"}:
        return "code"
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
    if spot.left() in {"is", "was", "to", "of", "at"} and {token.low for token in spot.before} & w.SAMPLING:
        return "setting"
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
    if spot.sentence.scales and spot.whole and spot.right() == "(":
        return "scale"
    if spot.token.value in {0, 1} and spot.sentence.words & any_of("possible perfect best worst maximum minimum bounded"):
        return "scale"
    low, high = _range(spot)
    if low in {0, 1} and high in w.SCALE_ENDS and (low == 0 or spot.sentence.scales):
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
    if spot.token.shape == "decimal" and spot.left() == "since":
        return "version"
    if short and spot.token.bare and spot.sentence.versions and not spot.sentence.scored and not spot.noun:
        return "version"
    if short and spot.left() == "=" and spot.left(2) in any_of("< > = ~ !"):
        return "version"
    if short and spot.left() in any_of("drop drops dropped needs requires supports") and spot.sentence.words & w.PRODUCTS:
        return "version"
    compared = [token.low for token in spot.before[:5] if token.low not in any_of("< > = ≥ ≤ , : !")]
    if short and spot.left() == "of" and spot.left(2) == "as":
        return "version"
    if short and spot.left() == "(" and {token.low for token in spot.before[1:4]} & w.PRODUCTS:
        return "version"
    if short and spot.left(2) != "=" and "#" in spot.sentence.words and not spot.sentence.scored:
        return "version"
    if short and spot.token.bare and spot.left() in {"<", ">", "=", "≥", "≤"} and compared and compared[0] in w.PRODUCTS:
        return "version"
    if short and spot.token.bare and spot.left(2) in w.PRODUCTS and spot.left() in any_of("to from with on at in since until"):
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
    if SHORT.fullmatch(spot.token.text):
        return "name"
    verbal = before.low.endswith(("ed", "ing", "ly")) or spot.right() in {"of", "out", "in"}
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
        if _is_number(token):
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
        return _finding(spot)
    if spot.index == spot.sentence.whole_of:
        return _finding(spot) if _others(spot) else None
    following, preceding = _partner(spot.after), _partner(spot.before)
    if preceding and spot.near(preceding).left() in w.REFERENCES:
        return "reference"
    if following and 0 <= token.value < following.value and _proportionate(spot, following, spot.after):
        end = spot.near(following)
        return (
            "structure" if end.noun in w.STRUCTURES - w.WORKED_ON and end.small and not spot.sentence.finds else _finding(spot)
        )
    if preceding and preceding.value < token.value and _proportionate(spot, preceding, spot.before):
        return (
            "structure"
            if spot.noun in w.STRUCTURES - w.WORKED_ON and spot.small and not spot.sentence.finds
            else _finding(spot)
        )
    return None


def _proportionate(spot: Spot, other: Token, between: list[Token]) -> bool:
    """`one of the two` picks out one; `12 in 2024` has a year; a joke's `nine out of ten` says nothing."""
    links = [token.low for token in between[: between.index(other)]]
    pair = (spot.token, other)
    if any(token.kind == "number" and token.shape == "integer" and 1900 <= token.value <= 2100 for token in pair):
        return False
    if spot.sentence.jokes and any(token.kind == "word" for token in pair):
        return False
    one = min(pair, key=lambda token: token.value)
    if one.kind == "word" and one.value == 1 and "in" not in links:
        return not set(links) & w.DEFINITE and spot.sentence.finds and max(pair, key=lambda token: token.value).value > 2
    return True


def _one_in(spot: Spot) -> str | None:
    """`one user in four`: what is counted stands between the two numbers."""
    for step in (1, -1):
        side = spot.after if step > 0 else spot.before
        words = [token.low for token in side[:3]]
        if (
            len(words) < 3
            or not _is_number(side[2])
            or words[1 if step > 0 else 0] != "in"
            or side[1 if step < 0 else 0].kind != "word"
        ):
            continue
        noun = words[0 if step > 0 else 1]
        low, high = sorted((spot.token.value, side[2].value))
        whole = spot if step < 0 else spot.near(side[2])
        if (
            noun not in w.FUNCTION_WORDS | set(w.UNIT_WORDS)
            and 0 < low < high < 1900
            and whole.right() not in w.UNIT_WORDS
            and not whole.noun
        ):
            return _finding(spot)
    return None


def _others(spot: Spot) -> bool:
    return any(_is_number(token) or token.low in {"half", "none", "most"} for token in spot.sentence.tokens[spot.index + 1 :])


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
    if sentence.column == 0 or w.CELL_KEYS.search(sentence.label):
        return "key"
    return None if any(token.kind == "name" for token in sentence.tokens) else "cell"


def _counted(spot: Spot) -> str | None:
    """A number before a plural: something found or allowed, or so many parts of a text, a design or a program."""
    noun = spot.noun
    if spot.whole and spot.right() == "of" and spot.right(2) in w.DEFINITE | {"them", "us"} and spot.token.value > 1:
        return "count"
    if spot.left() in {"age", "aged", "ages"}:
        return "count"
    if not noun or not spot.token.bare or spot.token.shape not in {"integer", "grouped", "decimal", "science"}:
        return None
    if noun not in w.STRUCTURES:
        return "count" if spot.token.value not in {0, 1} else None
    if spot.token.shape == "decimal":
        return "count"
    if noun in w.WORKED_ON and (spot.sentence.finds or (_range(spot)[0] > 1 and noun == "steps")):
        return "count"
    if spot.small or (noun in {"elements", "entries", "values", "rows", "columns"} and spot.sentence.words & w.ARRAYS):
        return "structure"
    limited = spot.left() in w.LIMITING or (spot.previous is not None and spot.previous.low in {"~", "≈", "<", ">"})
    return "structure" if noun in w.DESIGN and not limited and spot.token.value < 2000 else "count"


def _mention_noun(spot: Spot) -> str | None:
    if spot.left() in any_of("digit numeral integer string symbol answer value values") and spot.whole:
        return "mention"
    return None


# -- number words ------------------------------------------------------------------------------------------------------


def _numeral(spot: Spot) -> bool:
    """Whether a word speaks of a number at all."""
    word = spot.token.low
    parts = re.split("[-‑]", word)
    if parts[0] in w.NUMBER_WORDS or (word in w.PARTS and word in {"half", "third", "quarter", "fifth", "tenth"}):
        return True
    return word in {"twice", "thrice"} or bool(w.FOLD_WORD.fullmatch(word))


def _worded_multiple(spot: Spot) -> str | None:
    word = spot.token.low
    if w.FOLD_WORD.fullmatch(word):
        return _fold(spot)
    if word in {"twice", "thrice"}:
        return "multiple" if spot.right() in w.COMPARATIVES - {"that", "over"} else "idiom"
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
    if spot.right() == "as" or spot.left() == "by":
        return "fraction"
    if spot.right() in {"of", "the", "its", "their", "our"} and spot.right(2) != "time":
        return "fraction"
    return "duration" if spot.right() in {"a", "an"} and spot.right(2) in w.UNIT_WORDS else "idiom"


def _worded_count(spot: Spot) -> str | None:
    """`nine vendors`: a finding when trials or people are counted in a sentence that tells what was done or found."""
    if spot.right() in w.MAGNITUDES:
        return "finding-words"
    value, following = spot.token.value, spot.right()
    if (
        value >= 2
        and following == "of"
        and spot.right(2) in w.DEFINITE | {"them", "us"}
        and (spot.sentence.finds or spot.left() in w.LIMITING)
    ):
        return "finding-words"
    if value >= 2 and (
        following in w.OUTCOMES or (spot.noun in w.PEOPLE_AND_TRIALS and spot.left() in w.LIMITING - {"some", "over"})
    ):
        return "finding-words" if spot.sentence.finds and spot.left() not in w.DEFINITE else None
    counted = spot.noun in w.PEOPLE_AND_TRIALS and spot.token.value >= 3 and spot.sentence.finds
    if counted and spot.left() not in w.DEFINITE:
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
    if spot.left() in {"gives", "gave", "gets", "got", "earns"} and spot.right() in {"for", "on"}:
        return "score"
    return "score" if spot.left() in w.BEFORE_SCORE and spot.sentence.scored else None


def _like_version(spot: Spot) -> bool:
    """`between 2.1 and 2.2` in a sentence that names nothing measured."""
    placed = any_of("in on to from between since until before after with and or /")
    return bool(SHORT.fullmatch(spot.token.text)) and spot.left() in placed and not spot.sentence.scored


def _elliptic(spot: Spot) -> str | None:
    """`... 220 tokens, the other needs 773`; `12 flat and 10 noisy`: a noun that another number of the sentence has."""
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
    if spot.right() in w.OUTCOMES and spot.left() in {"", ",", "and", "only", "just", "another", ":", ";", "("}:
        return "count"
    if spot.left() in w.COMPARING and (
        spot.left() != "of" or spot.left(2) in any_of("instead total average mean median maximum minimum limit")
    ):
        numbers = [
            token
            for token in spot.sentence.tokens[max(spot.index - 40, 0) : spot.index]
            if token.kind == "number" and token.shape in {"grouped", "integer"}
        ]
        return (
            "count" if numbers and spot.left(2) in any_of("instead rather up down compared total average mean limit") else None
        )
    return None


def _worded_default(spot: Spot) -> str | None:
    return "word" if spot.token.kind == "word" else None


EXEMPT: tuple[Rule, ...] = (_mentioned, _made_up)
NUMBER_RULES: tuple[Rule, ...] = (
    *EXEMPT, _dated, _whole_scale, _heading_number, _ordinal, _clock, _time_of_day, _base, _statistic_name, _price, _arithmetic, _glued_unit,
    _spaced_unit, _magnitude, _hyphened, _compound, _unit_word, _and_a_half, _times, _area, _ratio, _statistic, _date, _cell, _year, _reference,
    _setting, _scale, _proportion, _one_in, _name, _status, _version, _part_of_whole, _mention_noun, _counted,
)  # fmt: skip
WORD_RULES: tuple[Rule, ...] = (
    *EXEMPT, _worded_multiple, _worded_compound, _worded_part, _unit_word, _and_a_half, _times, _proportion, _one_in, _part_of_whole, _worded_count,
)  # fmt: skip
DEFAULTS: tuple[Rule, ...] = (_worded_default, _score, _compared)
