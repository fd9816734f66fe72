"""What a compiled page may still get wrong: naked numbers, unsafe HTML, objectives, links, ids used twice."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from markdown.extensions.toc import slugify

from coursebook.problems import Problem
from coursebook.publish import numbers, render
from coursebook.publish.bind import TOKEN, literal
from coursebook.publish.compile import HEADING, Page
from coursebook.publish.markup import blanked, regions
from coursebook.publish.quiz import parse
from coursebook.text import Text, did_you_mean

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
MADE = frozenset(
    "button cb-question fieldset form input label legend math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom "
    "mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none option section select textarea".split()
)
"""Tags that coursebook itself puts on a page; none of them runs or loads anything."""
MADE_ATTRIBUTES = frozenset(
    "accent accentunder align autocomplete columnalign columnlines columnspacing depth display displaystyle fence form height hidden inputmode "
    "linebreak linethickness lspace mathcolor mathsize mathvariant maxsize method minsize movablelimits name notation popover popovertarget rowlines "
    "rowspacing rows rspace scriptlevel separator stretchy symmetric type value voffset width xmlns alttext".split()
)
ALIGNED = re.compile(r"text-align: (left|right|center);")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
SAFE_SCHEMES = frozenset({"evidence", "http", "https", "mailto"})
LINK = re.compile(r"(?P<image>!?)\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*+<?(?P<to>[^)\s>]*+)>?[^)\n]*+\)")
DEFINITION = re.compile(r"^[ \t>]*+\[(?!\^)[^\[\]]+\]:\s*<?(?P<to>[^\s>]+)", re.MULTILINE)
AUTOLINK = re.compile(r"<(?P<to>[a-zA-Z][\w+.-]*:[^\s<>]*)>")
NO_TAG_BUT_LINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]*>")
NO_TAG = re.compile(rf"</?(?=[^a-zA-Z/!?])|{NO_TAG_BUT_LINK.pattern}")
ATTRIBUTE_LIST = re.compile(r"\{(.*)")
HANDLER = re.compile(
    r"(?<![\w-])(on[a-z]+|style|srcdoc|srcset|src|href|xlink:href|action|formaction|poster|background)\s*=", re.IGNORECASE
)
HEADING_ID = re.compile(r"\{:?[^{}#]*#([\w-]++)[^{}]*\}\s*$")


def lint(page: Page, vocabulary: frozenset[str]) -> Iterator[Problem]:
    """Everything that can be judged on one page alone."""
    yield from naked_numbers(page, vocabulary)
    yield from unsafe_html(page)
    yield from objectives(page)


def lint_all(pages: Iterable[Page], files: Iterable[str], anchors: Mapping[str, set[str]] | None = None) -> Iterator[Problem]:
    """What needs the whole site: links, and ids that must be unique. `files` are the other sources of the site, `anchors`
    the ids on pages that are not chapters."""
    pages = list(pages)
    anchors = {**(anchors or {}), **{page.uri: headings(page) for page in pages}}
    for page in pages:
        yield from broken_links(page, anchors, frozenset(files) | anchors.keys())
    seen: dict[str, str] = {}
    for page in pages:
        for question in page.questions:
            line, column = page.binding.text.position(page.binding.origin(question.offset))
            if question.id in seen:
                yield Problem(
                    page.source,
                    line,
                    column,
                    "duplicate-id",
                    f"'{question.id}' is also in {seen[question.id]}",
                    "choose another id",
                )
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
        content = _front_prose(binding.content[: front.end]) + content[front.end :]
    return content


def _front_prose(front: str) -> str:
    """What a page prints of its front matter, everything else blanked."""
    lines, key = [], ""
    for line in TOKEN.sub(lambda match: " " * len(match[0]), front).split("\n"):
        top = re.match(r"[\w-]+", line)
        key = top[0] if top else key
        shown = key in ("title", "description", "objectives")
        lines.append(re.sub(r"^ *[\w-]+:|^---", lambda match: " " * len(match[0]), line) if shown else " " * len(line))
    return "\n".join(lines)


def _hidden(content: str, start: int, end: int) -> str:
    return content[:start] + re.sub(r"[^\n]", " ", content[start:end]) + content[end:]


def candidates(page: Page, vocabulary: frozenset[str]) -> list[numbers.Candidate]:
    """Every number in the prose, with why it is a measure or why it is not."""
    return numbers.candidates(prose(page), vocabulary)


def naked_numbers(page: Page, vocabulary: frozenset[str]) -> Iterator[Problem]:
    for candidate in candidates(page, vocabulary):
        if candidate.measure:
            digits = candidate.text.strip(" %")
            made_up = "{{ " + digits + " }}" if digits[-1:].isdigit() else "{{ 2 }}"
            hint = "bind it: {{ name.value }}, or " + made_up + " if it is made up"
            message = f"'{candidate.text}' is a measure ({candidate.reason}) that nothing proves"
            yield page.binding.text.problem(page.binding.origin(candidate.start), "naked-number", message, hint)


def objectives(page: Page) -> Iterator[Problem]:
    for question in page.questions:
        if question.objective and question.objective not in page.objectives:
            hint = did_you_mean(question.objective, page.objectives) or "list it in the front matter under objectives"
            place = page.binding.origin(question.offset)
            yield page.binding.text.problem(place, "unknown-objective", f"no objective '{question.objective}'", hint)


ACTIVE = re.compile(r"<[A-Za-z/!?]|\]\(|\]:|\{:?[^{}\n]*=")
LINK_END = re.compile(r"\]\(|\]:")
DISGUISED = re.compile(r"(script|data|file|blob):", re.IGNORECASE)


class _Tags(HTMLParser):
    """Collects what a browser would take for tags, with their positions."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[tuple[int, int], str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.getpos(), tag, attrs))

    def handle_comment(self, data: str) -> None:
        """Browsers end `<!-->` at once and any comment at `--!>`, so what follows may be no comment for them."""
        if data.startswith((">", "->")) or "--!>" in data or "<!--" in data:
            self.found.append((self.getpos(), "!--", []))

    def handle_decl(self, decl: str) -> None:
        self.found.append((self.getpos(), f"!{decl[:10]}", []))

    def unknown_decl(self, data: str) -> None:
        self.found.append((self.getpos(), f"![{data[:10]}", []))

    def handle_pi(self, data: str) -> None:
        self.found.append((self.getpos(), f"?{data[:10]}", []))


def _tags(source: str) -> list[tuple[tuple[int, int], str, list[tuple[str, str | None]]]]:
    parser = _Tags()
    parser.feed(source)
    parser.close()
    return parser.found


def unsafe_html(page: Page) -> Iterator[Problem]:
    """Raw HTML outside the short list of tags and attributes that only lay out text, and links that run or load things.

    First as it is written, for the sake of its position. What Markdown takes for code, or for a link, may differ from
    what it is taken for here; so where code holds what would be a tag, a link or an attribute, or a link is like none that
    was judged, the page is made, and its HTML judged: that is what a browser gets.
    """
    written = list(_written(page))
    if not written and _doubtful(page):
        written = list(_rendered(page))
    yield from written


def _doubtful(page: Page) -> bool:
    """Whether reading code, links or the front matter otherwise than here could make what nobody judged."""
    content, codes = page.binding.content, literal(page.binding.regions)
    if any(ACTIVE.search(content, region.start, region.end) for region in codes) or any(
        map(ACTIVE.search, _strings(page.front))
    ):
        return True
    bare = blanked(content, codes)
    if NO_TAG_BUT_LINK.search(bare) or len(LINK_END.findall(bare)) != sum(1 for _ in LINK.finditer(bare)):
        return True
    return bool(DISGUISED.search(re.sub(r"[\x00-\x20\\]", "", html.unescape(bare))))


def unsafe_tags(source: str) -> Iterator[str]:
    """What in a piece of HTML that we made, or that a lab showed, could run or load something."""
    for _, tag, attributes in _tags(source):
        yield from _faults(tag, attributes, MADE, MADE_ATTRIBUTES)


def _rendered(page: Page) -> Iterator[Problem]:
    text = page.binding.text
    for _, tag, attributes in _tags(render.page(page.markdown)):
        for message in _faults(tag, attributes, MADE, MADE_ATTRIBUTES):
            found = re.search(rf"<{re.escape(tag)}\b", text.content, re.IGNORECASE) or re.search(r"<|\]:|\]\(", text.content)
            yield text.problem(
                found.start() if found else 0,
                "unsafe-html",
                f"the page that this makes has {message}",
                "write it as code, or not at all",
            )


def _written(page: Page) -> Iterator[Problem]:
    binding = page.binding
    bare = blanked(binding.content, [region for region in literal(binding.regions) if region.kind != "comment"])
    source = Text("", bare)
    for (line, column), tag, attributes in _tags(NO_TAG.sub(lambda match: " " * len(match[0]), bare)):
        for message in _faults(tag, attributes):
            place = source.offset(line) + column
            yield binding.text.problem(binding.origin(place), "unsafe-html", message, "Markdown, or a plain tag without it")
    for text in _strings(page.front):
        for _, tag, attributes in _tags(text):
            for message in _faults(tag, attributes):
                yield binding.text.problem(
                    0, "unsafe-html", f"in the front matter, {message}", "Markdown, or a plain tag without it"
                )
    for braces in ATTRIBUTE_LIST.finditer(bare):
        for match in HANDLER.finditer(bare, *braces.span(1)):
            yield binding.text.problem(
                binding.origin(match.start()), "unsafe-html", f"an attribute list sets '{match[1]}'", "use a class"
            )
    for match, image in [(match, match["image"]) for match in LINK.finditer(bare)] + [
        (match, "") for pattern in (DEFINITION, AUTOLINK) for match in pattern.finditer(bare)
    ]:
        fault = _address("src" if image else "href", html.unescape(match["to"]))
        if fault:
            yield binding.text.problem(binding.origin(match.start()), "unsafe-html", fault, "a relative path, or https:")


def _strings(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            yield from (text for pair in data.items() for one in pair for text in _strings(one))
        case list():
            yield from (text for one in data for text in _strings(one))


def _faults(
    tag: str, attributes: list[tuple[str, str | None]], tags: frozenset[str] = frozenset(), more: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Why a tag may run or load something; `tags` and `more` are allowed beside what a chapter may use."""
    if tag not in TAGS | tags:
        yield f"<{tag}>, which is not among the tags that a chapter may use"
        return
    for name, value in attributes:
        made = name in more or (more and (name.startswith("data-") or (name == "style" and ALIGNED.fullmatch(value or ""))))
        if name not in ATTRIBUTES and not name.startswith("aria-") and not made:
            yield f"<{tag} {name}>, which is not among the attributes that a chapter may use"
        elif name in ADDRESSES and (fault := _address(name, value or "")):
            yield f"<{tag} {name}> with {fault}"


def _address(name: str, address: str) -> str:
    """What is wrong with an address, read as browsers do: without control characters, a backslash being a slash."""
    plain = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    scheme = SCHEME.match(plain)
    if scheme and scheme[1].lower() not in SAFE_SCHEMES:
        return f"an address with the scheme '{scheme[1].lower()}:'"
    if name == "src" and ((scheme and scheme[1] != "evidence") or plain.startswith("//")):
        return "an address elsewhere, and a page loads nothing from there"
    return ""


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
        if target.startswith("evidence:") and not match["image"]:
            place = page.binding.origin(match.start())
            yield page.binding.text.problem(
                place, "broken-link", f"'{target}' is shown, not linked to", "![What the reader should see](evidence:...)"
            )
        if SCHEME.match(match["to"].lstrip()) or match["to"].startswith(("//", "/")) or not match["to"]:
            continue
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), target)) if target else page.uri
        place = page.binding.origin(match.start())
        if uri not in files:
            near = [posixpath.relpath(file, posixpath.dirname(page.uri) or ".") for file in files]
            yield page.binding.text.problem(place, "broken-link", f"'{target}' leads to no file", did_you_mean(target, near))
        elif anchor and uri in anchors and anchor not in anchors[uri]:
            hint = did_you_mean(anchor, anchors[uri])
            yield page.binding.text.problem(place, "broken-link", f"'{uri}' has no heading '#{anchor}'", hint)
