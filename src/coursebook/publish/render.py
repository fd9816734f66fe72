"""Markdown to HTML, for the pieces that coursebook lays out itself: questions, captions, receipts.

The extensions are stock ones, the same that mkdocs.yml names, so a piece looks like the page around it.
"""

from __future__ import annotations

import html
import re
from functools import cache
from xml.etree.ElementTree import Element

import markdown
from latex2mathml.converter import Converter

from coursebook.publish.markup import FRONT, regions

EXTENSIONS = ("tables", "attr_list", "def_list", "sane_lists", "pymdownx.superfences")
SITE_EXTENSIONS = (
    "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "sane_lists", "tables", "toc",
    "pymdownx.highlight", "pymdownx.superfences",
)  # fmt: skip
PARAGRAPH = re.compile(r"\A<p>(.*)</p>\Z", re.DOTALL)
DOLLAR = re.compile(r"(?<!\\)\\\$")
REFUSED = re.compile(r"\\(href|style|class|cssId|(?:re)?newcommand|def|url)\b")
"""What would put an address, a style or a macro (they can grow without end) into a formula."""
PLAIN = re.compile(r"[^\w\s.,=+/:;()\u0080-\U0010ffff]|_")


@cache
def _markdown(extensions: tuple[str, ...]) -> markdown.Markdown:
    return markdown.Markdown(extensions=list(extensions), output_format="html")


def block(fragment: str) -> str:
    """HTML of a piece of Markdown; tokens pass through."""
    if not fragment:
        return ""
    return str(_markdown(EXTENSIONS).reset().convert(with_maths(fragment)))


def page(content: str) -> str:
    """HTML of a compiled page, as any engine with the stock extensions makes it."""
    return str(_markdown(SITE_EXTENSIONS).reset().convert(FRONT.sub("", content, count=1)))


def inline(fragment: str) -> str:
    """HTML of one line of Markdown, without the paragraph around it."""
    made = block(fragment)
    single = PARAGRAPH.match(made)
    return single[1] if single and "<p>" not in single[1] else made


@cache
def maths(latex: str, display: bool) -> str:
    """MathML, which browsers draw without a script; `$p^n$` is unreadable to nobody. ValueError on faulty LaTeX."""
    refused = REFUSED.search(latex)
    if refused:
        raise ValueError(f"{refused[0]} is not for chapters")
    bare = re.sub(r"\\.", "", latex, flags=re.DOTALL)
    if bare.count("{") != bare.count("}"):
        raise ValueError("a brace without its partner")
    try:
        element = Converter(display="block" if display else "inline").convert_to_element(latex.strip())
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except Exception as error:  # noqa: BLE001  (the converter has twenty kinds, without a common base)
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise ValueError(f"faulty LaTeX ({words})") from None
    element.set("alttext", " ".join(latex.split()))
    wrapper = "div" if display else "span"
    return f'<{wrapper} class="cb-maths">{_xml(element)}</{wrapper}>'


def _xml(element: Element) -> str:
    """An element as text in which Markdown and HTML find no mark of theirs; the converter's own writer escapes nothing."""
    attributes = "".join(f' {name}="{_text(value)}"' for name, value in element.attrib.items())
    inner = _text(element.text or "") + "".join(_xml(child) + _text(child.tail or "") for child in element)
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def _text(text: str) -> str:
    return PLAIN.sub(lambda match: f"&#{ord(match[0])};", html.unescape(text))


def with_maths(content: str) -> str:
    """`content` with `$...$` and `$$...$$` as MathML and `\\$` as the sign itself; faulty LaTeX stays readable, as code."""
    pieces, position = [], 0
    for region in regions(content):
        pieces.append(DOLLAR.sub("&#36;", content[position : region.start]))
        position = region.end
        if region.kind == "maths":
            latex = content[region.inner : region.inner_end]
            try:
                made = maths(latex, region.inner - region.start == 2)
            except ValueError:
                made = f"<code>{_text(latex)}</code>"
            pieces.append(made)
        else:
            pieces.append(content[region.start : region.end])
    return "".join([*pieces, DOLLAR.sub("&#36;", content[position:])])
