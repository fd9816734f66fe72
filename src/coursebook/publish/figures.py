"""Figures and tables on the page: a still for each colour scheme, the data behind a disclosure, a caption."""

from __future__ import annotations

import csv
import html
import io
import math
import posixpath
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from coursebook.evidence import FOLDER, SCHEMES
from coursebook.publish.bind import Embed
from coursebook.publish.receipts import slug
from coursebook.values import Figure, Table, decimals, formatted

MOST = 400
"""Rows of a table on a page; a page is light."""
BUNDLES = {"basic": {"bar", "pie", "scatter"}, "cartesian": {"box", "contour", "heatmap", "histogram", "image", "violin"}}
"""Plotly's partial bundles, smallest first, and the traces that each adds."""


def bundle(figure: Figure) -> str:
    """The smallest bundle that can draw a figure."""
    types = {trace.get("type", "scatter") for trace in figure.json["data"]}
    if types <= BUNDLES["basic"]:
        return "basic"
    return "cartesian" if types <= BUNDLES["basic"] | BUNDLES["cartesian"] else "gl3d"


def data(shown: Figure | Table) -> tuple[list[str], list[list[str]]]:
    """Header and rows of what a figure draws, or of a table, as the page prints them."""
    if isinstance(shown, Table):
        return [_heading(column.name, column.unit) for column in shown.columns], shown.rows
    header, rows = drawn(shown)
    return header, [[_cell(cell) for cell in row] for row in rows]


def drawn(shown: Figure) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of what a figure draws, at full precision."""
    traces = [trace for trace in shown.json["data"] if trace.get("visible", True) is True]
    layout = shown.json.get("layout", {})
    axes = [_title(layout.get(axis, {}), axis[0]) for axis in ("xaxis", "yaxis")]
    grid = next((trace for trace in traces if trace.get("type") == "heatmap"), None)
    if grid is not None:
        return _grid(grid, axes)
    named = [(_plain(str(trace.get("name") or axes[1])), trace) for trace in traces]
    same = len({tuple(map(str, trace.get("x", []))) for _, trace in named}) == 1
    if same and all("x" in trace and "y" in trace for _, trace in named):
        return _wide(named, axes)
    rows = [[name, *cells] for name, trace in named for cells in zip_longest(*_columns(trace))]
    bars = any(row[3:5] != [None, None] for row in rows)
    labels = any(row[5] is not None for row in rows)
    kept = [0, *((5,) if labels else ()), 1, 2, *((3, 4) if bars else ())]
    header = ["series", *axes, "low", "high", "label"]
    return [header[index] for index in kept], [[row[index] for index in kept] for row in rows]


def _wide(named: list[tuple[str, dict[str, Any]]], axes: list[str]) -> tuple[list[str], list[list[Any]]]:
    header, columns = [axes[0]], [list(named[0][1]["x"])]
    for name, trace in named:
        columns.append(list(trace["y"]))
        header.append(name)
        ends = _interval(trace)
        if ends:
            columns += ends
            header += [f"{name}, low", f"{name}, high"]
    return header, [list(row) for row in zip(*columns, strict=True)]


def _columns(trace: dict[str, Any]) -> list[list[Any]]:
    """x, y, the ends of its error bars, and what each point is called; a pie has labels and values, and without x the cells
    are counted."""
    y = list(trace.get("y", trace.get("values", [])))
    x = list(trace.get("x", trace.get("labels", range(len(y)))))
    text = trace.get("text")
    return [x, y, *(_interval(trace) or [[], []]), text if isinstance(text, list) else []]


def _interval(trace: dict[str, Any]) -> list[list[Any]]:
    error = trace.get("error_y", {})
    if "array" not in error:
        return []
    below = error.get("arrayminus", error["array"])
    pairs = list(zip(trace["y"], below, error["array"], strict=True))
    return [[round(y - low, 10) for y, low, _ in pairs], [round(y + high, 10) for y, _, high in pairs]]


def _grid(trace: dict[str, Any], axes: list[str]) -> tuple[list[str], list[list[Any]]]:
    values = trace["z"]
    xs = trace.get("x") or list(range(len(values[0])))
    ys = trace.get("y") or list(range(len(values)))
    header = [f"{axes[1]} / {axes[0]}", *map(_cell, xs)]
    return header, [[y, *row] for y, row in zip(ys, values, strict=True)]


def _title(axis: dict[str, Any], default: str) -> str:
    title = axis.get("title", default)
    return _plain(str(title.get("text", default) if isinstance(title, dict) else title))


def _plain(label: str) -> str:
    return label.replace("<br>", " ").replace("<b>", "").replace("</b>", "")


def _heading(name: str, unit: str) -> str:
    return f"{name.replace('_', ' ')} ({unit})" if unit and unit != name else name.replace("_", " ")


def _cell(cell: Any) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        three_digits = 2 - math.floor(math.log10(abs(cell))) if cell else 0
        return formatted(cell, f",.{min(decimals(cell), max(4, three_digits))}f")
    return "" if cell is None else _plain(str(cell))


def as_csv(shown: Figure | Table) -> str:
    """The same data for a spreadsheet, at full precision."""
    rows: list[list[Any]]
    if isinstance(shown, Table):
        header = [column.name for column in shown.columns]
        rows = [list(row) for row in zip(*(column.cells for column in shown.columns), strict=True)]
    else:
        header, rows = drawn(shown)
        rows = [[_plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()


def as_table(shown: Figure | Table, label: str) -> str:
    """The HTML table: a header row, the first cell of each row a row header. `label` names the region that scrolls. Of a
    drawing with more points than anyone reads, the first stand here and all of them in the CSV."""
    header, rows = data(shown)
    total = len(rows)
    rest = f"<p>The first {MOST:,} of {total:,} rows; the CSV file has them all.</p>" if total > MOST else ""
    rows = rows[:MOST]
    head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{html.escape(row[0])}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    region = f'class="cb-scroll" tabindex="0" role="region" aria-label="{html.escape(label, quote=True)}"'
    return f"<div {region}><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}"


def files(name: str) -> tuple[str, str]:
    """Where a figure's JSON and data stand in the site."""
    return f"{FOLDER}/{name}.json", f"{FOLDER}/{name}.csv"


def markdown(embed: Embed, alt: str, caption: str, page: str, nth: int = 1) -> str:
    """Markdown of a figure or table on the page whose source is at `page`, where it is shown for the nth time; links are
    relative, as any engine reads them."""

    def link(path: str) -> str:
        return posixpath.relpath(path, posixpath.dirname(page) or ".")

    name = embed.target if "/" in embed.target else f"{slug(page.removesuffix('.md'))}/{embed.target}"
    json_file, csv_file = files(name)
    identifier = f"fig-{slug(embed.target)}" + (f"-{nth}" if nth > 1 else "")
    if isinstance(embed.shown, Table):
        links = f"[CSV]({link(csv_file)})"
        body = [as_table(embed.shown, f"Table: {name}")]
    else:
        links = f"[JSON]({link(json_file)}){{ .cb-json }} · [CSV]({link(csv_file)})"
        disclosure = f'<details class="cb-data" data-search-exclude><summary>Data table</summary>{as_table(embed.shown, f"Data: {name}")}</details>'
        body = [*_images(embed.shown, alt, link), disclosure]
    kind = "cb-table" if isinstance(embed.shown, Table) else "cb-figure"
    attributes = f' data-bundle="{bundle(embed.shown)}"' if isinstance(embed.shown, Figure) else ""
    head = f'<figure class="{kind}" id="{identifier}"{attributes} markdown="block">'
    foot = f'<figcaption markdown="span">{caption} {links}</figcaption>'
    return "\n\n".join([head, body[0], foot, *body[1:], "</figure>"])


def _images(figure: Figure, alt: str, link: Any) -> Iterator[str]:
    width, height = figure.size
    text = " ".join(alt.replace("\\", "").split()).replace("[", "(").replace("]", ")").replace('"', "”")
    yield "\n".join(
        f'![{text}]({link(f"{FOLDER}/{figure.stills[scheme]}")}){{ .cb-{scheme} width="{width}" height="{height}" loading="lazy" }}'
        for scheme in SCHEMES
        if scheme in figure.stills
    )
