"""The page that lists every figure and every number of the site: kind, rule, date, and the pages that print it."""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Iterable

from coursebook.evidence import FOLDER
from coursebook.labs import SAID
from coursebook.library import Library
from coursebook.publish.compile import Entry, Page
from coursebook.publish.lab_pages import LabPage
from coursebook.publish.receipts import KINDS, Provenance
from coursebook.values import Citation, Measurement, Value

INTRODUCTION = """\
---
title: Verification
description: Every figure and every number of this site, with its kind, its rule, its date and its pages.
hide: [toc]
search:
  exclude: true
---
# Verification

Every number on this site is one of four kinds, and opens a receipt that says which. What is *measured* here is measured
again by the tests on every change, and compared by the rule that stands beside it; what is *cited* was typed twice from
its source; what is *derived* is computed from both when the site is built; what is *made up* for illustration says so.
"""


def markdown(pages: Iterable[Page], names: Library, provenance: Provenance, labs: Iterable[LabPage] = ()) -> str:
    """The whole page. Counts are computed here and typed nowhere."""
    pages = list(pages)
    entries = [(page, entry) for page in pages for entry in page.ledger]
    sections = [
        _summary(entries, provenance),
        _values(entries, names, provenance),
        _figures(entries, names, provenance),
        _claims(entries),
        _labs(list(labs), provenance),
    ]
    return INTRODUCTION + "\n" + "\n\n".join(filter(None, sections)) + "\n"


def counts(entries: Iterable[Entry]) -> Counter[str]:
    """How many different values of each kind, figures, tables, claims and questions a ledger holds."""
    seen = {(entry.kind, entry.id, entry.value_kind if entry.kind == "value" else "") for entry in entries}
    return Counter(kind if kind != "value" else value_kind for kind, _, value_kind in seen)


def _summary(entries: list[tuple[Page, Entry]], provenance: Provenance) -> str:
    found = counts(entry for _, entry in entries)
    rows = [f'<tr><th scope="row">{KINDS[kind]}</th><td>{found[kind]}</td></tr>' for kind in KINDS]
    names = (("figure", "figures"), ("table", "tables"), ("claim", "checked sentences"), ("question", "questions"))
    rows += [f'<tr><th scope="row">{label}</th><td>{found[name]}</td></tr>' for name, label in names]
    said = "This build carries no verification report: run <code>coursebook verify --report build/verify.json</code> before it."
    if provenance.report:
        word = "passed" if provenance.report.get("passes") else "failed"
        said = f"Everything measured here was measured again on {html.escape(str(provenance.report.get('on')))}: {word}."
    head = '<thead><tr><th scope="col">On this site</th><th scope="col">different ones</th></tr></thead>'
    return f"<p>{said}</p>\n\n<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def _values(entries: list[tuple[Page, Entry]], names: Library, provenance: Provenance) -> str:
    where: dict[str, list[tuple[Page, Entry]]] = defaultdict(list)
    for page, entry in entries:
        if entry.kind == "value":
            where[entry.id].append((page, entry))
    rows = []
    for name in sorted(where):
        entry = where[name][0][1]
        value = names.values.get(name)
        cells = [
            _code(name),
            html.escape(entry.shown),
            KINDS[entry.value_kind],
            html.escape(entry.rule),
            _date(entry, names, provenance),
            _pages(where[name]),
        ]
        what = f' title="{html.escape(value.what, quote=True)}"' if value else ""
        rows.append(f'<tr><th scope="row"{what}>{cells[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in cells[1:]) + "</tr>")
    return "## Numbers\n\n" + _table(
        "Numbers", ("Value or expression", "Printed", "Kind", "The same means", "As of", "Pages"), rows
    )


def _figures(entries: list[tuple[Page, Entry]], names: Library, provenance: Provenance) -> str:
    rows = []
    for page, entry in sorted(entries, key=lambda found: found[1].id):
        if entry.kind in ("figure", "table"):
            cells = [
                html.escape(entry.shown),
                KINDS[entry.value_kind],
                html.escape(entry.rule),
                _figure_date(entry, names, provenance),
                _pages([(page, entry)]),
            ]
            rows.append(f'<tr><th scope="row">{_code(entry.id)}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return "## Figures and tables\n\n" + _table(
        "Figures and tables", ("Name", "Shows", "Kind", "The same means", "As of", "Pages"), rows
    )


def _claims(entries: list[tuple[Page, Entry]]) -> str:
    rows = [
        f'<tr><th scope="row">{_code(entry.id)}</th><td>{html.escape(entry.shown)}</td><td>{_pages([(page, entry)])}</td></tr>'
        for page, entry in entries
        if entry.kind == "claim"
    ]
    return "## Checked sentences\n\n" + _table("Checked sentences", ("Comparison", "Result", "Pages"), rows)


def _labs(labs: list[LabPage], provenance: Provenance) -> str:
    rows = [
        f'<tr><th scope="row"><a href="../{page.lab.name}/">{html.escape(page.title)}</a></th>'
        f"<td>{sum(1 for _ in page.executed.outputs())}</td><td>{html.escape(str(SAID))}</td>"
        f"<td>{html.escape(provenance.verified(page.lab.name))}</td></tr>"
        for page in labs
    ]
    header = ("Lab", "Outputs", "The same means", "Verified")
    return "## Labs\n\n" + _table("Labs", header, rows) if rows else ""


def _table(label: str, header: tuple[str, ...], rows: list[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in header)
    region = 'class="cb-scroll" tabindex="0" role="region" aria-label="' + label + '"'
    return f"<div {region}><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _pages(found: list[tuple[Page, Entry]]) -> str:
    linked = {page.uri: page.title for page, _ in found}
    return ", ".join(
        f'<a href="../{uri.removesuffix("index.md").removesuffix(".md")}/">{html.escape(title)}</a>'
        for uri, title in linked.items()
    )


def _date(entry: Entry, names: Library, provenance: Provenance) -> str:
    used = [names.values[name] for name in entry.uses if name in names.values]
    return ", ".join(sorted({_as_of(value, provenance) for value in used} - {""}))


def _as_of(value: Value, provenance: Provenance) -> str:
    match value.origin:
        case Citation(as_of=date):
            return date
        case Measurement(name=name):
            return provenance.committed.get(f"{FOLDER}/{name}.json", ("", "not committed"))[1]
    return ""


def _figure_date(entry: Entry, names: Library, provenance: Provenance) -> str:
    if entry.id not in names.origins:
        return ""
    return _as_of(Value("", 0, "measured", "", origin=names.origins[entry.id][1]), provenance)
