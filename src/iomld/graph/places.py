"""Where a mistake is that the parser tells without a place: in RDF/XML, and in the terms of JSON-LD."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

__all__ = ["place_of"]

_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")


def place_of(path: Path, syntax: str, message: str) -> tuple[int, int] | None:
    """Line and column of a mistake, or None where they are not certain.

    :param path: a file that the parser has refused
    :param message: what the parser said; what it quotes is looked for, and is the place if it stands there once
    """
    if syntax == "rdfxml" and (found := _in_xml(path, unnamed="namespaces are required" in message)):
        return found
    text = path.read_text(encoding="utf-8", errors="replace")
    for match in _QUOTED.finditer(message):
        quoted = match[1] or match[2]
        if text.count(quoted) == 1:
            before = text[: text.index(quoted)]
            return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return None


def _in_xml(path: Path, *, unnamed: bool) -> tuple[int, int] | None:
    """Where the file is not well-formed; or, if asked for, the first element that has no namespace.

    Entities are not expanded beyond what expat itself allows, and nothing is fetched.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    places: list[tuple[int, int]] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        if " " not in name and not places:
            places.append((parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))

    if unnamed:
        parser.StartElementHandler = started
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        return places[0] if places else (error.lineno, error.offset + 1)
    return places[0] if places else None
