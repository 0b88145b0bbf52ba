"""How the text of a document falls into units, as ``structure.toml`` tells.

Which parts a text has, and what their units begin with, stands in ``structure.toml`` beside the document's tables::

    text = "paper.txt"                   # file name in the folder of texts
    noise = ['^Page \\d+$']               # lines that are no text
    [footnotes]
    block = '…'                          # regular expression of a run of footnotes
    unit = 'body/footnote-{}'            # pinpoint below the document; {} is the number
    begin = '(?m)^{} '                   # what a footnote begins with
    [[part]]
    begin = '(?m)^Annex$'                # where the part begins; '' for the beginning of the text
    unit = 'annex/para-{}'
    number = '(?m)^{}\\. '                # what unit number {} begins with; numbers run from 1
    item = '(?m)^\\({}\\) '               # optional: items (i), (ii) … within a unit
    sub = true                           # optional: units 7.1, 7.2 … within 7
    # or, for units without numbers: names = […], starts = [regular expressions, one a name]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iomld.errors import SourceError, nearest, raise_all
from iomld.location import SourceLocation, line_in_toml

__all__ = ["read_structure"]


def read_structure(file: Path, label: str) -> dict[str, Any]:
    """What a ``structure.toml`` says; all of its mistakes where it has some."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        described = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = "TOML" if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise SourceError(
            "structure-malformed",
            f"not {what}: {str(error).partition(' (at')[0]}",
            location=SourceLocation(label, line=line, column=column),
        ) from error
    raise_all(
        SourceError(
            "structure-malformed", message, location=SourceLocation(label, line=line_in_toml(text, path)), hint=hint
        )
        for path, message, hint in _mistakes(described)
    )
    return described


#: what each member holds: a text, a pattern, a pattern with {} for the number, a list of them …
_MEMBERS = {"text": "text", "noise": "patterns", "footnotes": "table", "part": "tables"}
_FOOTNOTES = {"block": "pattern", "unit": "numbered", "begin": "numbered pattern"}
_PART = {
    "begin": "pattern", "unit": "numbered", "number": "numbered pattern", "item": "numbered pattern", "sub": "switch",
    "names": "texts", "starts": "patterns",
}  # fmt: skip
_EXPECTED = {
    "text": "a text",
    "texts": "a list of texts",
    "pattern": "a regular expression",
    "patterns": "a list of regular expressions",
    "numbered": "a text in which {} stands for the number",
    "numbered pattern": "a regular expression in which {} stands for the number, and {{ for a brace",
    "switch": "true or false",
    "table": "a table, such as [footnotes]",
    "tables": "an array of tables, such as [[part]]",
}
_Mistake = tuple[tuple[str | int, ...], str, str | None]


def _mistakes(described: dict[str, Any]) -> Iterator[_Mistake]:
    yield from _members(described, _MEMBERS, ("text", "part"), ())
    if isinstance(footnotes := described.get("footnotes"), dict):
        yield from _members(footnotes, _FOOTNOTES, tuple(_FOOTNOTES), ("footnotes",))
    parts = described.get("part")
    for index, part in enumerate(parts if isinstance(parts, list) and _is_of("tables", parts) else ()):
        units = ("starts",) if "starts" in part else ("number",)
        yield from _members(part, _PART, ("begin", "unit", *units), ("part", index))
        names, starts = part.get("names"), part.get("starts")
        if isinstance(names, list) and isinstance(starts, list) and len(names) != len(starts):
            yield ("part", index, "names"), f"there are {len(names)} names and {len(starts)} starts", "one name a start"


def _members(
    found: dict[str, Any], known: dict[str, str], needed: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[_Mistake]:
    for name in needed:
        if name not in found:
            yield (*path, name), f"member “{name}” is missing", f"it is {_EXPECTED[known[name]]}"
    for name, value in found.items():
        if name not in known:
            yield (*path, name), f"unknown member “{name}”", nearest(name, known) or f"known are {', '.join(known)}"
        elif not _is_of(known[name], value):
            shown = name if isinstance(value, dict | list) else f"{name} = {value!r}"
            yield (*path, name), f"{shown} is not {_EXPECTED[known[name]]}", None


def _is_of(kind: str, value: object) -> bool:
    match kind:
        case "table":
            return isinstance(value, dict)
        case "tables":
            return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
        case "switch":
            return isinstance(value, bool)
        case "texts" | "patterns":
            return isinstance(value, list) and all(_is_of(kind.removesuffix("s"), each) for each in value)
    if not isinstance(value, str):
        return False
    try:
        if "numbered" in kind:
            value = value.format("1")
        if "pattern" in kind:
            re.compile(value)
    except (ValueError, LookupError, re.error):  # braces that hold something else than nothing
        return False
    return True
