"""What nbconvert makes of a notebook, stripped to what a page of this site needs.

mkdocs-jupyter writes JupyterLab's style sheets into every page (620 kB), a second copy of each cell for a button, and
scripts from other hosts. The words, the highlighted code and the outputs stay; the site's own style sheet does the rest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

from coursebook.publish.check import VOID
from coursebook.publish.lint import unsafe_tags

START = '<div class="jupyter-wrapper">'
DROPPED = frozenset(
    {"jp-Collapser", "jp-InputPrompt", "jp-OutputPrompt", "zeroclipboard-container", "clipboard-copy-txt", "celltoolbar"}
)
KEPT = {
    "highlight-ipynb": "highlight",
    "jp-InputArea-editor": "cb-in",
    "jp-Cell-outputArea": "cb-out",
    "anchor-link": "headerlink",
}
"""Classes that say what something is, and what our style sheet calls it."""
ADDRESS = re.compile(r"(?P<name>\b(?:href|src))=(?P<quote>[\"'])(?P<to>.*?)(?P=quote)", re.DOTALL)


class _Lean(HTMLParser):
    """Copies what it keeps; `resolve` gives each address as the page needs it."""

    def __init__(self, resolve: Callable[[str], str]):
        super().__init__(convert_charrefs=False)
        self.resolve = resolve
        self.made: list[str] = []
        self.ends: list[tuple[str, str]] = []
        self.dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self.dropping or tag in ("script", "style") or DROPPED.intersection(classes):
            self.dropping += tag not in VOID
            return
        start, end = self._kept(tag, classes)
        self.made.append(start)
        if tag not in VOID:
            self.ends.append((tag, end))

    def _kept(self, tag: str, classes: list[str]) -> tuple[str, str]:
        """What stands for a tag, at its start and at its end."""
        name = next((KEPT[one] for one in classes if one in KEPT), "")
        if name == "headerlink":
            target = html.escape(re.sub(r".*href=\"(.*?)\".*", r"\1", self.get_starttag_text() or ""), quote=True)
            return f'<a class="headerlink" href="{target}" title="Permanent link">', "</a>"
        if name or any(one.startswith(("jp-", "jupyter-", "CodeMirror")) for one in classes):
            return (f'<div class="{name}">', "</div>") if name else ("", "")
        if tag == "code" and self.ends and self.ends[-1][0] == "pre":
            return "", ""
        if tag == "pre":
            return '<pre tabindex="0"><code>', "</code></pre>"
        raw = self.get_starttag_text() or ""
        return ADDRESS.sub(lambda match: f'{match["name"]}="{self._resolved(match["to"])}"', raw), f"</{tag}>"

    def _resolved(self, target: str) -> str:
        return html.escape(self.resolve(html.unescape(target)), quote=True)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.dropping:
            self.dropping -= 1
        elif tag in (one for one, _ in self.ends):
            while True:
                open_tag, end = self.ends.pop()
                self.made.append(end)
                if open_tag == tag:
                    break

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str) -> None:
        if not self.dropping:
            self.made.append(text)


def lean(content: str, resolve: Callable[[str], str]) -> tuple[str, list[str]]:
    """The HTML of a notebook's page, and what in it could run or load something: there must be nothing."""
    parser = _Lean(resolve)
    parser.feed(content[max(0, content.find(START)) :])
    parser.close()
    made = re.sub(r"\n{3,}", "\n\n", "".join(parser.made)).strip() + "\n"
    return made, list(unsafe_tags(made))
