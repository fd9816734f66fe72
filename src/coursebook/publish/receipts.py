"""What opens when a reader asks of a number: where do you come from, and does that still hold?"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coursebook.evidence import digest
from coursebook.library import Library
from coursebook.publish.bind import Claim, Printed
from coursebook.values import Citation, Measurement, Value

KINDS = {
    "measured": "measured here",
    "cited": "cited",
    "derived": "derived",
    "assumed": "made up for illustration",
}


@dataclass(frozen=True)
class Provenance:
    """What the build knows beyond the values: `report` is what CI proved, `committed` the commit and date of a path."""

    report: Mapping[str, Any] = field(default_factory=dict)
    committed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    content: Mapping[str, str] = field(default_factory=dict)

    def verified(self, name: str) -> str:
        """One sentence on whether this build's verification covered an experiment."""
        found = self.report.get("experiments", {}).get(name)
        if not found or found["content"] != self.content.get(name):
            return "not verified in this build"
        if found["verdict"] == "kept":
            return f"not trained again in this build; code, inputs and files were those of the training on {self.report['on']}"
        return f"{found['verdict']} when measured again on {self.report['on']}"

    def commit(self, path: str) -> str:
        sha, date = self.committed.get(path, ("", ""))
        return f"{date}, commit {sha}" if sha else "not committed"


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def receipt_id(span: Printed | Claim) -> str:
    """One receipt per value and page: by the value's id where a value is named, else by the expression."""
    if isinstance(span, Printed) and span.result.bare is not None:
        return f"cb-r-{slug(span.result.bare.id)}"
    kind = "c" if isinstance(span, Claim) else "d"
    return f"cb-{kind}-{digest(''.join(span.expression.split()))[:10]}"


def receipt(span: Printed | Claim, provenance: Provenance, library: Library) -> str:
    """The element that a value's button, or a claim's mark, opens."""
    result = span.result
    if isinstance(span, Claim):
        head, kind = "✓ checked", f"{len(result.values)} value{'s' if len(result.values) != 1 else ''}"
    else:
        head, kind = result.text(), KINDS[result.kind]
    rows = _rows(span, provenance, library)
    listed = "".join(f"<dt>{_escaped(name)}</dt><dd>{text}</dd>" for name, text in rows if text)
    return (
        f'<div popover class="cb-receipt" id="{receipt_id(span)}" role="note" aria-label="Receipt">'
        f'<p class="cb-receipt-head"><strong>{_escaped(head)}</strong> <span class="cb-kind">{kind}</span></p><dl>{listed}</dl></div>'
    )


def _rows(span: Printed | Claim, provenance: Provenance, library: Library) -> list[tuple[str, str]]:
    result = span.result
    if isinstance(span, Printed) and result.bare is not None:
        return value_rows(result.bare, provenance, library)
    rows = [("Holds" if isinstance(span, Claim) else "Computed as", f"<code>{_escaped(span.expression)}</code>")]
    if not result.values:
        return [*rows, ("Note", "names no value: the number is made up for illustration")]
    return rows + [(value.id, _operand(value)) for value in result.values]


def _operand(value: Value) -> str:
    return f"{_escaped(value.text())} {_escaped(value.unit)}: {_escaped(value.what)}. {_origin(value)}"


def _origin(value: Value) -> str:
    if isinstance(value.origin, Citation):
        return f"{_reference(value.origin)}, {_escaped(value.origin.locator)}"
    if isinstance(value.origin, Measurement):
        return f"{KINDS[value.kind].capitalize()} by <code>{_escaped(value.origin.experiment)}</code>"
    return ""


def value_rows(value: Value, provenance: Provenance, library: Library) -> list[tuple[str, str]]:
    """Label and HTML of everything that is known of a value."""
    rows = [("What", _escaped(value.what)), ("Unit", _escaped(value.unit))]
    if value.interval:
        low, high = (_escaped(Value("", end, value.kind, "", format=value.format).text()) for end in value.interval)
        rows.append(("95 % interval", f"{low} to {high}"))
    if value.n is not None:
        rows.append(("n", f"{value.n:,}"))
    if isinstance(value.origin, Citation):
        return rows + _citation_rows(value.origin, library)
    if isinstance(value.origin, Measurement):
        return rows + _measurement_rows(value, value.origin, provenance)
    return rows


def _citation_rows(origin: Citation, library: Library) -> list[tuple[str, str]]:
    source = library.sources[origin.source]
    opened = f" ({_escaped(source.opened)})" if source.opened else ""
    reported = f"as reported by {_escaped(origin.reported_by)}; the source itself was not read" if origin.reported_by else ""
    return [
        ("Source", f"{_reference(origin)}: <cite>{_escaped(source.title)}</cite>{opened}"),
        ("Where", _escaped(origin.locator)),
        ("Reported", reported),
        ("As of", _escaped(origin.as_of)),
        ("Grade", f"{_escaped(origin.grade)}; typed twice from the source, reviewed again by {_escaped(origin.review_by)}"),
        ("Same means", "both entries agree"),
    ]


def _measurement_rows(value: Value, origin: Measurement, provenance: Provenance) -> list[tuple[str, str]]:
    name = origin.name
    inputs = ", ".join(f"<code>{_escaped(need)}</code>" for need in origin.inputs) or "none"
    assumed = "the experiment's data is made up, and so is all that is computed from it" if value.kind == "assumed" else ""
    return [
        ("Note", assumed),
        ("Experiment", f"<code>{_escaped(origin.experiment)}</code>, seed {origin.seed}"),
        ("Inputs", inputs),
        ("Same means", _escaped(str(origin.rule))),
        ("Evidence", f"<code>evidence/{name}.json</code>, {_escaped(provenance.commit(f'evidence/{name}.json'))}"),
        ("Verified", _escaped(provenance.verified(name))),
        ("Regenerate", f"<code>coursebook verify {'--deep ' if origin.deep else ''}{name}</code>"),
    ]


def _reference(origin: Citation) -> str:
    return f'<a href="#ref-{slug(origin.source)}">{_escaped(origin.label)}</a>'


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)
