"""Our own functions that mint identifiers: readable, stable IRIs for facts, and spans of dates."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence

from iomld.mapping.functions import IOMLDF, Function, Lead, Parameter

__all__ = ["FUNCTIONS", "slug"]

# Marks of an EDTF text that tell dates apart and would be lost with the other punctuation.
_EDTF_MARKS = (("/..", "-open"), ("../", "until-"), ("?", "-uncertain"), ("~", "-approximate"))
_FOREIGN = re.compile(r"[^a-z0-9.]+")


def slug(text: str) -> str:
    """A text as part of an IRI: ASCII, lower case, words joined by hyphens.

    >>> slug("state/SWZ"), slug("Söderköping Process"), slug("2003/..")
    ('state-swz', 'soderkoping-process', '2003-open')
    """
    for mark, word in _EDTF_MARKS:
        text = text.replace(mark, word)
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _FOREIGN.sub("-", folded).strip("-.")


def _identifier(type: str, parts: Sequence[str], options: Sequence[str | None] | None = None) -> str | None:
    slugs = [slug(part) for part in (*parts, *(options or ())) if part]
    return f"id/{type}/{'-'.join(slugs)}" if all(slugs) else None


def _opening(inputs: Mapping[str, Sequence[Lead]]) -> str:
    type, whole = inputs["type"][0] if inputs.get("type") else ("", False)
    if not whole:
        return f"id/{type}"
    parts = inputs.get("part", ())
    first = list(itertools.takewhile(lambda part: part.whole, parts))
    return f"id/{type}/{'-'.join(slug(part.text) for part in first)}{'-' if 0 < len(first) < len(parts) else ''}"


def _span(start: str | None, end: str | None, open: str | None = None) -> str | None:
    if start and end:
        return f"{start}/{end}"
    if end:
        return f"../{end}"
    if start and open == "true":
        return f"{start}/.."
    return start or None


FUNCTIONS = (
    # A relative IRI for a node of the project, resolved against its base: id/{type}/{slug-of-the-parts}.
    # Without a value for one of its parts there is none; an option without a value is left out.
    Function(
        IOMLDF + "identifier",
        (
            Parameter(("type",)),
            Parameter(("part",), repeated=True),
            Parameter(("option",), required=False, repeated=True, nullable=True),
        ),
        "string",
        _identifier,
        opening=_opening,
    ),
    # EDTF text from one or two columns: a date, a span, or with open = true a period that has not ended.
    Function(
        IOMLDF + "span",
        (
            Parameter(("start",), nullable=True),
            Parameter(("end",), nullable=True),
            Parameter(("open",), required=False, nullable=True),
        ),
        "string",
        _span,
    ),
)
