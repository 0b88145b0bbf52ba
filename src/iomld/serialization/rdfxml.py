"""RDF/XML, by pyoxigraph's writer, with what that writer lets pass refused or mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from iomld.errors import DataError
from iomld.serialization.curies import Curies
from iomld.serialization.selection import Selection
from iomld.terms import PrefixMap, parse_term

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["write_rdf_xml"]

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
# The end of an IRI that can be an element's local name (Namespaces in XML 1.0, production NCName).
_LOCAL_NAME = re.compile(r"[^\W\d][\w.\-·]*>$")
# Characters that XML 1.0 has no spelling for (production Char), as canonical N-Quads escapes them or as they are.
_NOT_XML = r"\\[bf]|\\u00(0[0-8BCEF]|1[0-9A-F])|[\x{FFFE}\x{FFFF}]"


def write_rdf_xml(selection: Selection, output: BinaryIO, *, prefixes: PrefixMap) -> int:
    """Write RDF/XML; returns the number of statements.

    :raises DataError: ``dataset-in-triples-format``; ``rdfxml-cannot-hold`` for a predicate that does not end in an XML
        name, for control characters and for texts with a direction
    """
    import pyoxigraph

    selection.require_triples("RDF/XML")
    predicates = selection.terms("predicate")
    curies = Curies(prefixes)
    for predicate in predicates:
        curies.spell(predicate)
        if not _LOCAL_NAME.search(predicate):
            raise _cannot(f"the predicate {predicate}, which does not end in a name")
    for kind in selection.terms("object", f"predicate = '{_TYPE}' AND starts_with(object, '<')"):
        curies.spell(kind)
    literal = "starts_with(object, '\"')"
    # An escaped backslash before a letter is no escape of a character: take such pairs out before looking.
    bare = "replace(object, chr(92) || chr(92), '')"
    if found := selection.terms("object", f"{literal} AND regexp_matches({bare}, '{_NOT_XML}')"):
        raise _cannot(f"the control character in {found[0][:60]}")
    if found := selection.terms("object", f"{literal} AND regexp_matches(object, '\"@[^\"]*--[a-z]+$')"):
        raise _cannot(f"the direction of the text {found[0][:60]}")
    count = 0

    def triples() -> Iterator[pyoxigraph.Triple]:
        nonlocal count
        for subject, predicate, object, _ in selection.quads():
            count += 1
            yield pyoxigraph.Triple(_term(subject), pyoxigraph.NamedNode(predicate[1:-1]), _term(object))

    pyoxigraph.serialize(
        triples(),
        cast("BinaryIO", _Mended(output)),
        pyoxigraph.RdfFormat.RDF_XML,
        prefixes=dict(curies.declarations()),
    )
    return count


def _cannot(what: str) -> DataError:
    return DataError(
        "rdfxml-cannot-hold", f"RDF/XML cannot hold {what}", hint="write Turtle, N-Triples or JSON-LD instead"
    )


def _term(spelt: str) -> Any:
    import pyoxigraph

    term = parse_term(spelt)
    if term.kind == "iri":
        return pyoxigraph.NamedNode(term.value)
    if term.kind == "blank":
        return pyoxigraph.BlankNode(term.value)
    if term.language:
        return pyoxigraph.Literal(term.value, language=term.language)
    return pyoxigraph.Literal(term.value, datatype=pyoxigraph.NamedNode(term.datatype or ""))


class _Mended:
    """The library's output with stable namespaces and whole literals.

    The library declares namespaces in no certain order: they are sorted. It writes carriage returns as they are, which
    an XML parser reads as line feeds (XML 1.0, section 2.11): a character reference is written instead.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        length = len(data)
        if self._head is not None:
            head, start, rest = (self._head + data).partition(b"<rdf:RDF")
            declarations, end, body = rest.partition(b">")
            if not end:
                self._head += data
                return length
            self._head = None
            data = head + start + b" " + b" ".join(sorted(declarations.split())) + end + body
        self._output.write(data.replace(b"\r", b"&#13;"))
        return length

    def flush(self) -> None:
        self._output.flush()
