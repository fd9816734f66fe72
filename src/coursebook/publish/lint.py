"""What a compiled page may still get wrong: naked numbers, unsafe HTML, objectives, links, ids used twice."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser

from markdown.extensions.toc import slugify

from coursebook.problems import Problem
from coursebook.publish import numbers
from coursebook.publish.bind import TOKEN, literal
from coursebook.publish.compile import HEADING, Page
from coursebook.publish.markup import blanked, regions
from coursebook.publish.quiz import parse
from coursebook.text import did_you_mean

TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 "
    "h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th "
    "thead time tr u ul var wbr".split()
)
ATTRIBUTES = frozenset(
    "alt align class cite colspan datetime dir headers height href id lang loading markdown open reversed role rowspan scope "
    "src start tabindex title translate width".split()
)
ADDRESSES = frozenset({"href", "src", "cite"})
SCHEME = re.compile(r"^\s*([a-zA-Z][a-zA-Z0-9+.\-\s]*):")
SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
LINK = re.compile(r"(?P<image>!?)\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*<?(?P<to>[^)\s>]*)>?[^)\n]*\)")
DEFINITION = re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:[ \t]*<?(?P<to>[^\s>]+)", re.MULTILINE)
AUTOLINK = re.compile(r"<(?P<to>[a-zA-Z][\w+.-]*:[^\s<>]*)>")
HANDLER = re.compile(r"\{:?[^{}\n]*?\b(on[a-z]+|style|srcdoc)\s*=", re.IGNORECASE)
HEADING_ID = re.compile(r"\{:?[^}]*#([\w-]+)[^}]*\}\s*$")


def lint(page: Page, vocabulary: frozenset[str]) -> Iterator[Problem]:
    """Everything that can be judged on one page alone."""
    yield from naked_numbers(page, vocabulary)
    yield from unsafe_html(page)
    yield from objectives(page)


def lint_all(pages: Iterable[Page], files: Iterable[str]) -> Iterator[Problem]:
    """What needs the whole site: links, and ids that must be unique. `files` are the other sources of the site."""
    pages = list(pages)
    anchors = {page.uri: headings(page) for page in pages}
    for page in pages:
        yield from broken_links(page, anchors, frozenset(files) | anchors.keys())
    seen: dict[str, str] = {}
    for page in pages:
        for question in page.questions:
            line, column = page.binding.text.position(page.binding.origin(question.offset))
            if question.id in seen:
                yield Problem(page.source, line, column, "duplicate-id", f"'{question.id}' is also in {seen[question.id]}", "choose another id")
            seen.setdefault(question.id, f"{page.source}:{line}")


def prose(page: Page) -> str:
    """The chapter with all that is no prose blanked: spans, code, options of questions, keys of the front matter."""
    binding = page.binding
    content = TOKEN.sub(lambda match: " " * len(match[0]), numbers.mask(binding.content))
    for block in parse.blocks(binding):
        head = binding.content.find("\n\n", block.inner, block.inner_end)
        content = _hidden(content, block.inner, block.inner_end if head < 0 else head)
    front = binding.regions[0] if binding.regions and binding.regions[0].kind == "front" else None
    if front:
        text = content[front.start : front.end]
        kept = re.sub(r"^([ ]*[\w-]+:|---)", lambda match: " " * len(match[0]), text, flags=re.MULTILINE)
        content = content[: front.start] + kept + content[front.end :]
    return content


def _hidden(content: str, start: int, end: int) -> str:
    return content[:start] + re.sub(r"[^\n]", " ", content[start:end]) + content[end:]


def candidates(page: Page, vocabulary: frozenset[str]) -> list[numbers.Candidate]:
    """Every number in the prose, with why it is a measure or why it is not."""
    return numbers.candidates(prose(page), vocabulary)


def naked_numbers(page: Page, vocabulary: frozenset[str]) -> Iterator[Problem]:
    for candidate in candidates(page, vocabulary):
        if candidate.measure:
            hint = "bind it: {{ name.value }}, or {{ " + candidate.text.strip(" %") + " }} if it is made up"
            message = f"'{candidate.text}' is a measure ({candidate.reason}) that nothing proves"
            yield page.binding.text.problem(page.binding.origin(candidate.start), "naked-number", message, hint)


def objectives(page: Page) -> Iterator[Problem]:
    for question in page.questions:
        if question.objective and question.objective not in page.objectives:
            hint = did_you_mean(question.objective, page.objectives) or "list it in the front matter under objectives"
            place = page.binding.origin(question.offset)
            yield page.binding.text.problem(place, "unknown-objective", f"no objective '{question.objective}'", hint)


class _Tags(HTMLParser):
    """Collects what a browser would take for tags, with their positions."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[tuple[int, int], str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.getpos(), tag, attrs))

    def parse_html_declaration(self, i: int) -> int:
        self.found.append((self.getpos(), "!", []))
        return super().parse_html_declaration(i)


def unsafe_html(page: Page) -> Iterator[Problem]:
    """Raw HTML outside the short list of tags and attributes that only lay out text, and links that run or load things."""
    binding = page.binding
    bare = blanked(binding.content, literal(binding.regions))
    parser = _Tags()
    parser.feed(re.sub(r"</?(?=[^a-zA-Z/!])", "  ", bare))
    parser.close()
    for (line, column), tag, attributes in parser.found:
        place = _offset(bare, line, column)
        for message in _faults(tag, attributes):
            yield binding.text.problem(binding.origin(place), "unsafe-html", message, "Markdown, or a plain tag without it")
    for match in HANDLER.finditer(bare):
        yield binding.text.problem(binding.origin(match.start()), "unsafe-html", f"an attribute list sets '{match[1]}'", "use a class")
    for match, image in [(match, match["image"]) for match in LINK.finditer(bare)] + [(match, "") for pattern in (DEFINITION, AUTOLINK) for match in pattern.finditer(bare)]:
        fault = _address("src" if image else "href", match["to"])
        if fault and not match["to"].startswith("evidence:"):
            yield binding.text.problem(binding.origin(match.start()), "unsafe-html", fault, "a relative path, or https:")


def _faults(tag: str, attributes: list[tuple[str, str | None]]) -> Iterator[str]:
    if tag not in TAGS:
        yield f"<{tag}> is not among the tags that a chapter may use"
        return
    for name, value in attributes:
        if name not in ATTRIBUTES and not name.startswith("aria-"):
            yield f"<{tag} {name}> is not among the attributes that a chapter may use"
        elif name in ADDRESSES and (fault := _address(name, value or "")):
            yield f"<{tag} {name}>: {fault}"


def _address(name: str, address: str) -> str:
    scheme = SCHEME.match(re.sub(r"[\x00-\x20]", "", address))
    if scheme and scheme[1].lower() not in SAFE_SCHEMES:
        return f"an address with the scheme '{scheme[1].lower()}:'"
    if name == "src" and (scheme or address.strip().startswith("//")):
        return "a page loads nothing from elsewhere"
    return ""


def _offset(content: str, line: int, column: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = content.index("\n", offset) + 1
    return offset + column


def headings(page: Page) -> set[str]:
    """The ids that a page's headings, figures and questions have."""
    content = blanked(page.binding.content, literal(regions(page.binding.content)))
    found = {f"q-{question.id}" for question in page.questions} | set(re.findall(r'\bid="([^"]+)"', page.markdown))
    for line in content.split("\n"):
        if HEADING.match(line) and line.lstrip().startswith("#"):
            written = HEADING_ID.search(line)
            title = page.binding.plain(line.lstrip("# "))
            found.add(written[1] if written else slugify(re.sub(r"[*_`]|\[|\]\([^)]*\)", "", title), "-"))
    return found | {"references"}


def broken_links(page: Page, anchors: Mapping[str, set[str]], files: frozenset[str]) -> Iterator[Problem]:
    bare = blanked(page.binding.content, literal(page.binding.regions))
    for match in LINK.finditer(bare):
        target, _, anchor = match["to"].partition("#")
        if SCHEME.match(match["to"]) or match["to"].startswith(("//", "/")) or not match["to"]:
            continue
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), target)) if target else page.uri
        place = page.binding.origin(match.start())
        if uri not in files:
            yield page.binding.text.problem(place, "broken-link", f"'{target}' leads to no file", did_you_mean(uri, files))
        elif anchor and uri in anchors and anchor not in anchors[uri]:
            hint = did_you_mean(anchor, anchors[uri])
            yield page.binding.text.problem(place, "broken-link", f"'{uri}' has no heading '#{anchor}'", hint)
