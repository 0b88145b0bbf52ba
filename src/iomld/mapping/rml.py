"""RML in Turtle to the model: the current vocabulary, and the older ones once they are brought onto it.

Source: RML-Core, RML-IO, RML-FNML, RML-CC (w3id.org/rml); R2RML (W3C, 2012) for the older terms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from iomld.errors import IomldError
from iomld.mapping.model import PredicateObjectMap, RefObjectMap, TermMap, TriplesMap, View
from iomld.mapping.rmlcalls import read_conditions
from iomld.mapping.rmlsources import SourceReader
from iomld.mapping.rmlterms import TermReader
from iomld.mapping.turtle import PlacedGraph, parse_turtle
from iomld.mapping.vocabulary import check_terms, modernize
from iomld.sources import LogicalSource
from iomld.terms import is_absolute_iri

__all__ = ["Document", "read_rml"]


def read_rml(path: Path, label: str, errors: list[IomldError]) -> list[TriplesMap]:
    """Read an RML document.

    :param label: the path as the user knows it
    :param errors: takes every mistake, with line and column
    """
    placed = parse_turtle(path, label, errors)
    if placed is None:
        return []
    older = modernize(placed)
    check_terms(placed, errors)
    return Document(placed, path, label, errors, natural=not older).read()


class Document(TermReader):
    """One RML document on its way to triples maps; mistakes gather in ``errors``."""

    def __init__(self, placed: PlacedGraph, path: Path, label: str, errors: list[IomldError], *, natural: bool) -> None:
        super().__init__(placed, path, label, errors)
        self.sources = SourceReader(placed, path, errors, natural=natural)
        self.views: dict[Any, View | None] = {}

    def read(self) -> list[TriplesMap]:
        """The triples maps of the document, in its order."""
        import rdflib

        found = set(self.graph.subjects(rdflib.RDF.type, self.iri("TriplesMap")))
        found |= set(self.graph.subjects(self.iri("subjectMap"), None))
        found |= set(self.graph.subjects(self.iri("subject"), None))
        found |= {
            node
            for node in self.graph.subjects(self.iri("logicalSource"), None)
            if (node, self.iri("predicateObjectMap"), None) in self.graph and not self._is_function(node)
        }
        if not found:
            self.wrong("mapping-malformed", "the document has no triples map", None)
        ordered = sorted(found, key=lambda node: (self._place_key(node), str(node)))
        return [each for node in ordered if (each := self._triples_map(node)) is not None]

    def _is_function(self, node: Any) -> bool:
        return any(self.graph.subjects(self.iri("functionValue"), node))

    def _place_key(self, node: Any) -> tuple[int, int]:
        place = self.placed.place(node)
        return place.line or 0, place.column or 0

    def _triples_map(self, node: Any) -> TriplesMap | None:
        source_node = self.one(node, "logicalSource")
        source: LogicalSource | View | None = None
        if source_node is None:
            self.wrong("mapping-malformed", "the triples map has no rml:logicalSource", node)
        else:
            source = self._source(source_node)
        subjects = [*self.all(node, "subjectMap"), *self.all(node, "subject")]
        if len(subjects) != 1:
            what = "no subject map" if not subjects else f"{len(subjects)} subject maps, one is right"
            self.wrong("mapping-malformed", f"the triples map has {what}", node)
            return None
        subject_node = subjects[0]
        shortcut = bool(self.all(node, "subject"))
        subject = self.constant(subject_node, node) if shortcut else self.term(subject_node, "subject")
        classes = () if shortcut else tuple(str(each) for each in self.all(subject_node, "class"))
        graphs = () if shortcut else self.graphs(subject_node)
        poms = tuple(
            pom for each in self.all(node, "predicateObjectMap") if (pom := self._predicate_object(each)) is not None
        )
        base = self.one(node, "baseIRI")
        if base is not None and not is_absolute_iri(str(base)):
            self.wrong(
                "iri-illegal", f"the base “{base}” is no absolute IRI", base, "write it in full: https://example.org/"
            )
        if source is None or subject is None:
            return None
        name = str(node).rpartition("#")[2] if "#" in str(node) else str(node).rpartition("/")[2]
        return TriplesMap(
            id=f"{self.label}#{node}",
            name=name,
            source=source,
            subject=subject,
            classes=classes,
            graphs=graphs,
            predicate_objects=poms,
            base=None if base is None else str(base),
            location=self.placed.place(node),
        )

    def _source(self, node: Any) -> LogicalSource | View | None:
        if self.all(node, "viewOn"):
            from iomld.mapping.rmlviews import read_view

            return read_view(self, node)
        return self.sources.read(node)

    def _predicate_object(self, node: Any) -> PredicateObjectMap | None:
        predicates = [self.term(each, "predicate") for each in self.all(node, "predicateMap")]
        predicates += [self.constant(each, node) for each in self.all(node, "predicate")]
        objects: list[TermMap | RefObjectMap | None] = [self.object(each) for each in self.all(node, "objectMap")]
        objects += [self.constant(each, node) for each in self.all(node, "object")]
        if not predicates or not objects:
            self.wrong(
                "mapping-malformed", f"the predicate-object map has no {'object' if predicates else 'predicate'}", node
            )
            return None
        return PredicateObjectMap(
            tuple(each for each in predicates if each is not None),
            tuple(each for each in objects if each is not None),
            self.graphs(node),
            self.placed.place(node),
            read_conditions(self, node),
        )
