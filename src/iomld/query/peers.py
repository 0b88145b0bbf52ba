"""rdflib as a second opinion: the same saved queries, evaluated by another engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from iomld.errors import QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Solutions
from iomld.query.local import refuse
from iomld.terms import blank, iri, literal

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Rdflib"]


class Rdflib:
    """Answers from rdflib, over all graphs as one, lexical forms kept to the letter.

    :param quads: distinct quads spelt as in N-Quads; they are read into memory
    """

    def __init__(self, quads: Iterable[tuple[str, str, str, str]]) -> None:
        self._graph = _graph(quads)

    def ask(self, text: str, *, name: str = "query", max_rows: int | None = None) -> Answer:
        """See :class:`iomld.query.answers.Asker`; base and prefixes stand in the text."""
        refuse(text, name)
        try:
            result: Any = self._graph.query(text)
            if result.type == "ASK":
                return Answer(boolean=bool(result.askAnswer))
            if result.type in ("CONSTRUCT", "DESCRIBE"):
                triples = tuple((_spelt(s), _spelt(p), _spelt(o)) for s, p, o in result.graph)
                return Answer(triples=triples[:max_rows])
            variables = tuple(str(variable) for variable in result.vars)
            rows = [tuple(None if value is None else _spelt(value) for value in row) for row in result]
        except Exception as error:  # rdflib raises what its parser and its functions raise, of any class
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise QueryError(
                "query-failed", f"rdflib cannot evaluate it: {reason[0]}", location=SourceLocation(name)
            ) from error
        # An aggregate over nothing gives rdflib one row without a value, SPARQL none where there is GROUP BY.
        rows = [row for row in rows if any(value is not None for value in row)]
        return Answer(solutions=Solutions(variables, tuple(rows[:max_rows]), max_rows is None or len(rows) <= max_rows))


def _graph(quads: Iterable[tuple[str, str, str, str]]) -> Graph:
    import rdflib

    normalizing = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        graph = rdflib.Graph()
        lines = dict.fromkeys(f"{subject} {predicate} {object} .\n" for subject, predicate, object, _ in quads)
        graph.parse(data="".join(lines), format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = normalizing
    return graph


def _spelt(node: Node) -> str:
    from rdflib import BNode, Literal, URIRef

    if isinstance(node, URIRef):
        return iri(str(node))
    if isinstance(node, BNode):
        return blank(str(node))
    assert isinstance(node, Literal)
    return literal(str(node), language=node.language, datatype=str(node.datatype) if node.datatype else None)
