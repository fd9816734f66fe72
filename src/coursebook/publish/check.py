"""After a build: the HTML itself is read, whatever engine made it, and held against the ledgers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from coursebook.evidence import write
from coursebook.notebook import joined
from coursebook.problems import Problem
from coursebook.publish.bind import Cite, Claim, Printed
from coursebook.publish.compile import Page
from coursebook.publish.lab_pages import LabPage
from coursebook.publish.receipts import receipt_id, slug

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
LITERAL = frozenset({"code", "pre", "script", "style", "textarea"})
LEFT = re.compile(r"\{\{|\}\}|^\s*/{3,}|\[@[a-z]|evidence:[a-z]|[\ue000\ue001]", re.MULTILINE)
NUMBER = re.compile(r"−?\d+(?:[.,]\d+)*")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"
)
META = '<meta http-equiv="Content-Security-Policy" content="{policy}">'


class Reader(HTMLParser):
    """The text of a page outside code, its ids, and what would run or load from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.receipts = 0
        self.text: list[str] = []
        self.shown: list[str] = []
        self.every: list[str] = []
        self.alt: str | None = None
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.unsafe: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.stack.append(tag)
        if not self.receipts and ("class", "cb-receipts") in attrs:
            self.receipts = len(self.stack)
        for name, value in attrs:
            if name == "alt":  # the second of a pair, light and dark, says nothing more
                self.shown.append(f" {value} " if value != self.alt else "")
                self.alt = None if value == self.alt else value
            if name == "content":
                self.shown.append(f" {value} ")
            if name == "id":
                self.ids.add(value or "")
            if name == "popovertarget":
                self.targets.add(value or "")
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.unsafe.append(f"<{tag} {name}>")
            if name == "src" and re.match(r"(https?:)?//", value or ""):
                self.unsafe.append(f"<{tag} src={value}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        if len(self.stack) < self.receipts:
            self.receipts = 0

    def handle_data(self, data: str) -> None:
        self.every.append(data)
        if not LITERAL.intersection(self.stack):
            self.text.append(data)
            if not self.receipts:
                self.shown.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def check(page: Page, html: str) -> Iterator[Problem]:
    """Each ledger entry must be on the built page, and no markup that should have been compiled."""
    reader = read(html)
    printed = Counter(NUMBER.findall("".join(reader.shown)))
    needed = Counter(number for entry in page.ledger if entry.kind == "value" for number in NUMBER.findall(entry.shown))
    lacking = {number for number, count in needed.items() if printed[number] < count}
    for entry in page.ledger:
        ids = {"question": [f"q-{entry.id}"], "figure": [f"fig-{slug(entry.id)}"], "table": [f"fig-{slug(entry.id)}"]}.get(
            entry.kind, []
        )
        if (entry.kind == "value" and lacking.intersection(NUMBER.findall(entry.shown))) or not reader.ids.issuperset(ids):
            yield Problem(
                entry.path, entry.line, entry.column, "broken-page", f"the built page lacks {entry.kind} '{entry.id}'"
            )
    for span in page.binding.spans:
        place = page.binding.text.problem(span.start, "broken-page", f"the built page lacks what '{span.expression}' rests on")
        if isinstance(span, Printed | Claim) and receipt_id(span) not in reader.ids:
            yield place
        if isinstance(span, Cite) and not reader.ids.issuperset(f"ref-{slug(key)}" for key, _ in span.works):
            yield place
    for left in LEFT.finditer("".join(reader.text)):
        yield Problem(
            page.source, 1, 1, "broken-page", f"the built page shows '{left[0].strip()}', which should have been compiled"
        )
    for target in sorted(reader.targets - reader.ids):
        yield Problem(page.source, 1, 1, "broken-page", f"a number opens '{target}', which is not on the page")
    for fault in reader.unsafe:
        yield Problem(page.source, 1, 1, "unsafe-html", f"the built page holds {fault}")


def html_file(site: Path, uri: str) -> Path:
    """Where an engine with directory URLs puts a page; without them, beside."""
    stem = uri.removesuffix(".md").removesuffix(".ipynb")
    folder = site / stem.removesuffix("index") if stem.split("/")[-1] == "index" else site / stem
    return folder / "index.html" if (folder / "index.html").is_file() else site / f"{stem}.html"


def check_lab(page: LabPage, html: str) -> Iterator[Problem]:
    """Each output must be on the built page, word for word, and nothing that runs or loads from elsewhere."""
    reader = read(html)
    for number, output in page.executed.outputs():
        data = output.get("data", {})
        said = joined(output.get("text") or data.get("text/plain", "")) if "text/html" not in data else ""
        if " ".join(said.split()) not in " ".join("".join(reader.every).split()):
            yield Problem(page.source, 1, 1, "broken-page", f"the built page lacks output {number}")
    for name in page.figures:
        if f"fig-{slug(name)}" not in reader.ids:
            yield Problem(page.source, 1, 1, "broken-page", f"the built page lacks figure '{name}'")
    for target in sorted(reader.targets - reader.ids):
        yield Problem(page.source, 1, 1, "broken-page", f"a button opens '{target}', which is not on the page")
    for fault in reader.unsafe:
        yield Problem(page.source, 1, 1, "unsafe-html", f"the built page holds {fault}")


def check_site(site: Path, pages: Iterable[Page], labs: Iterable[LabPage] = ()) -> list[Problem]:
    """Check every page of a built site."""
    problems: list[Problem] = []
    made: list[Page | LabPage] = [*pages, *labs]
    for page in made:
        file = html_file(site, page.uri)
        if not file.is_file():
            problems.append(Problem(page.source, 1, 1, "broken-page", "the build made no page of it"))
            continue
        html = file.read_text("utf-8")
        problems += check_lab(page, html) if isinstance(page, LabPage) else check(page, html)
    return sorted(set(problems))


def secure(site: Path) -> str:
    """Put a Content-Security-Policy into every page. The theme's inline scripts differ by a page's depth, and instant
    navigation carries one page's policy to the next, so each page allows the scripts of all, by hash."""
    files = {file: file.read_text("utf-8") for file in sorted(site.rglob("*.html"))}
    scripts = {
        match["body"]
        for html in files.values()
        for match in INLINE_SCRIPT.finditer(html)
        if not re.search(r'type="?(application/(ld\+)?json|text/template)', match["attributes"])
    }
    hashes = sorted(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    policy = POLICY.format(hashes=" ".join(hashes))
    for file, html in files.items():
        if META.partition("{")[0] not in html:
            write(
                file,
                re.sub(
                    r"(<head[^>]*>(?:\s*<meta charset=[^>]*>)?)",
                    lambda match: match[1] + META.format(policy=policy),
                    html,
                    count=1,
                ),
            )
    return policy
