"""Markdown to HTML, for the pieces that coursebook lays out itself: questions, captions, receipts.

The extensions are stock ones, the same that mkdocs.yml names, so a piece looks like the page around it.
"""

from __future__ import annotations

import html
import re
from functools import cache

import latex2mathml.converter
import markdown

from coursebook.publish.markup import Region, regions

EXTENSIONS = ("tables", "attr_list", "def_list", "sane_lists", "pymdownx.superfences")
PARAGRAPH = re.compile(r"\A<p>(.*)</p>\Z", re.DOTALL)


@cache
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=list(EXTENSIONS), output_format="html")


def block(fragment: str) -> str:
    """HTML of a piece of Markdown; tokens pass through."""
    if not fragment:
        return ""
    return str(_markdown().reset().convert(with_maths(fragment)))


def inline(fragment: str) -> str:
    """HTML of one line of Markdown, without the paragraph around it."""
    made = block(fragment)
    single = PARAGRAPH.match(made)
    return single[1] if single and "<p>" not in single[1] else made


def maths(latex: str, display: bool) -> str:
    """MathML, which browsers draw without a script; `$p^n$` is unreadable to nobody."""
    made = latex2mathml.converter.convert(latex.strip(), display="block" if display else "inline")
    made = made.replace("&#x0003D;", "=").replace("&#x0002B;", "+").replace("&#x02212;", "−")
    wrapper = "div" if display else "span"
    label = html.escape(" ".join(latex.split()), quote=True)
    return f'<{wrapper} class="cb-maths">{made.replace("<math ", f"<math alttext={chr(34)}{label}{chr(34)} ", 1)}</{wrapper}>'


def with_maths(content: str, known: list[Region] | None = None) -> str:
    """`content` with `$...$` and `$$...$$` as MathML."""
    pieces, position = [], 0
    for region in known if known is not None else regions(content):
        if region.kind == "maths":
            latex = content[region.inner : region.inner_end]
            pieces += [content[position : region.start], maths(latex, region.inner - region.start == 2)]
            position = region.end
    return "".join([*pieces, content[position:]])
