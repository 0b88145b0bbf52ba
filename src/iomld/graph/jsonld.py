"""What JSON-LD 1.1 leaves out without a word, told as mistakes.

Its algorithm to RDF (JSON-LD 1.1 API, section 8) drops each statement that has an ill-formed term, where the other
syntaxes of RDF have a mistake. pyoxigraph does so too; its lenient parser keeps such terms as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["IllFormed", "ill_formed", "is_document"]


class IllFormed(NamedTuple):
    """A term that is not well-formed."""

    reason: str
    line: int | None
    column: int | None


def is_document(path: Path) -> bool:
    """Whether a file of well-formed JSON is an object or an array with an object in it: others state nothing."""
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    return isinstance(content, dict) or content == [] or any(isinstance(each, dict) for each in _items(content))


def _items(content: object) -> list[object]:
    return content if isinstance(content, list) else []


def ill_formed(file: BinaryIO, base: str | None, kept: int) -> Iterator[IllFormed]:
    """The terms for which statements of a JSON-LD document were dropped, each once.

    :param file: a document that the strict parser has read to its end
    :param base: the base that it was read with
    :param kept: how many statements the strict parser gave
    """
    import pyoxigraph

    start = file.tell()
    lenient = pyoxigraph.parse(file, pyoxigraph.RdfFormat.JSON_LD, base_iri=base, lenient=True)
    if sum(1 for _ in lenient) == kept:
        return
    file.seek(start)
    text = file.read().decode()
    file.seek(start)
    told: set[str] = set()
    for quad in pyoxigraph.parse(file, pyoxigraph.RdfFormat.JSON_LD, base_iri=base, lenient=True):
        if ":" not in quad.predicate.value:
            continue  # a key that the context maps to no IRI: JSON-LD means it to be left out
        for reason, written in _mistakes(quad):
            if written not in told:
                told.add(written)
                shown = written.removeprefix(base) if base else written
                line, column = _place(text, written) or _place(text, shown) or (None, None)
                yield IllFormed(reason, line, column)


def _mistakes(quad: pyoxigraph.Quad) -> Iterator[tuple[str, str]]:
    """What is wrong with the terms of a statement, and the term as the document may write it."""
    import pyoxigraph

    if quad.predicate.value.startswith("_:"):
        yield f"a blank node is no property: “{quad.predicate.value}”", quad.predicate.value
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, pyoxigraph.BlankNode):
            try:
                pyoxigraph.BlankNode(term.value)
            except ValueError:
                yield f"“_:{term.value}” is no label of a blank node", f"_:{term.value}"
        elif isinstance(term, pyoxigraph.Literal):
            if term.language is not None:
                try:
                    pyoxigraph.Literal("", language=term.language)
                except ValueError:
                    yield f"“{term.language}” is not a language tag", term.language
            else:
                yield from _wrong_iri(term.datatype.value)
        elif isinstance(term, pyoxigraph.NamedNode) and not term.value.startswith("_:"):
            yield from _wrong_iri(term.value)


def _wrong_iri(iri: str) -> Iterator[tuple[str, str]]:
    import pyoxigraph

    try:
        pyoxigraph.NamedNode(iri)
    except ValueError as error:
        yield f"{str(error)[0].lower()}{str(error)[1:]}: “{iri}”", iri


def _place(text: str, value: str) -> tuple[int, int] | None:
    """Line and column of a value of the document: where it first is an identifier, type or language, or stands once."""
    spelling = "|".join(re.escape(json.dumps(value, ensure_ascii=ascii)) for ascii in (False, True))
    keyed = re.search(rf'"@(?:id|type|language)"\s*:\s*({spelling})', text)
    anywhere = list(re.finditer(f"({spelling})", text))
    match = keyed or (anywhere[0] if len(anywhere) == 1 else None)
    if match is None:
        return None
    return text.count("\n", 0, match.start(1)) + 1, match.start(1) - text.rfind("\n", 0, match.start(1))
