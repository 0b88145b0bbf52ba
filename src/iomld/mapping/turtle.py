"""Turtle with the place of every triple, since a mistake in a mapping is shown where it stands.

No parser at hand tells where a triple stands. pyoxigraph judges the syntax, with line and column; rdflib's parser then
reads the document once more while its position is noted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError, MappingError
from iomld.graph.declared import undeclared_in
from iomld.location import SourceLocation

if TYPE_CHECKING:
    import rdflib

__all__ = ["PlacedGraph", "parse_turtle"]


class PlacedGraph:
    """A graph, the place of its triples, and the base of its document."""

    def __init__(self, graph: rdflib.Graph, places: dict[tuple[Any, Any, Any], SourceLocation], file: str) -> None:
        self.graph = graph
        self._places = places
        self._file = file

    def place(self, subject: Any, predicate: Any = None, object: Any = None) -> SourceLocation:
        """The place of a triple, or of the first triple that a node is the subject or object of."""
        found = self._places.get((subject, predicate, object))
        if found is not None:
            return found
        near = [place for (s, _, o), place in self._places.items() if subject in (s, o)]
        return min(near, key=lambda place: (place.line or 0, place.column or 0)) if near else SourceLocation(self._file)

    def move(self, old: Any, new: Any) -> None:
        """Give a triple the place of the one that it replaces."""
        if old in self._places:
            self._places[new] = self._places.pop(old)


def parse_turtle(path: Path, label: str, errors: list[IomldError]) -> PlacedGraph | None:
    """Parse a Turtle document; its mistakes are added to the list."""
    import pyoxigraph
    import rdflib
    from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser

    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    base = path.resolve().as_uri()
    try:
        content = data.decode("utf-8")
        for _ in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base):
            pass
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8"
        errors.append(MappingError("mapping-encoding", message, location=SourceLocation(label)))
        return None
    except SyntaxError as error:
        place = SourceLocation(label, line=error.lineno, column=error.offset)
        hint = undeclared_in(error.msg, content)
        errors.append(MappingError("turtle-syntax", f"not well-formed Turtle: {error.msg}", location=place, hint=hint))
        return None

    graph = rdflib.Graph()
    places: dict[tuple[Any, Any, Any], SourceLocation] = {}

    class Sink(RDFSink):
        def makeStatement(self, quadruple: Any, why: Any = None) -> None:
            formula, predicate, subject, object_ = quadruple
            triple = tuple(self.normalise(formula, each) for each in (subject, predicate, object_))
            line, column = parser.object_places.get(id(object_)) or (parser.lines + 1, 1)
            places.setdefault(triple, SourceLocation(label, line=line, column=column))  # type: ignore[arg-type]
            super().makeStatement(quadruple, why)

    class Placing(SinkParser):
        object_places: dict[int, tuple[int, int]]
        kept: list[Any]

        def object(self, argstr: str, i: int, res: Any) -> int:
            start = self.skipSpace(argstr, i)
            where = (self.lines + 1, max(start, 0) - self.startOfLine + 1)
            after = super().object(argstr, i, res)
            if after >= 0 and res:
                # kept, so that its id is not given to another object while the parser runs
                self.kept.append(res[-1])
                self.object_places[id(res[-1])] = where
            return after

    parser = Placing(Sink(graph), baseURI=base, turtle=True)
    parser.object_places, parser.kept = {}, []
    # Constants of a mapping are kept to the letter.
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        parser.loadBuf(content)
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
    return PlacedGraph(graph, places, label)
