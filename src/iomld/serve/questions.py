"""What a worker does: SPARQL over the index, and saved queries with their parameters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from iomld.errors import QueryError, TermError
from iomld.location import SourceLocation
from iomld.query import Answer, Local, Question, answer, bind, open_index, render
from iomld.query.parameters import lacking
from iomld.query.saved import SavedQuery
from iomld.query.sparql import tokenize
from iomld.query.syntax import syntax_error
from iomld.serve.tableservice import FORMATS
from iomld.terms import PrefixMap

if TYPE_CHECKING:
    import pyoxigraph

__all__ = [
    "GRAPHS",
    "MOST_BYTES",
    "SOLUTIONS",
    "Found",
    "Index",
    "Opened",
    "Sparql",
    "Table",
    "answers",
    "names_graphs",
    "sparql",
    "table",
    "too_long",
]

#: media types of solutions, and of triples, with the names that the engine gives them
SOLUTIONS = {
    "application/sparql-results+json": "JSON",
    "application/sparql-results+xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
}
GRAPHS = {
    "text/turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
}
#: media type and bytes of an answer
Found = tuple[str, bytes]
#: bytes that an answer may have
MOST_BYTES = 64 * 10**6
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)


@dataclass(frozen=True)
class Index:
    """Where the index is, and what its queries need not declare."""

    path: Path
    base: str
    prefixes: Mapping[str, str]

    def __call__(self) -> Opened:
        store = open_index(self.path)
        return Opened(store, self.base, PrefixMap(self.prefixes), union=_has_named_graphs(store))

    def has_named_graphs(self) -> bool:
        """Whether the union of all graphs is more than the default graph."""
        return _has_named_graphs(open_index(self.path))


@dataclass(frozen=True)
class Opened:
    """An index as a worker holds it.

    :param union: whether there are named graphs: asking the union of all graphs costs up to half of a query's time
    """

    store: pyoxigraph.Store
    base: str
    prefixes: PrefixMap
    union: bool


class Sparql(NamedTuple):
    """A query of the protocol.

    :param solutions: media type of an answer that is solutions or a truth value; None where the client takes none
    :param graphs: media type of an answer that is triples, likewise
    :param default_graphs: IRIs of the graphs that make up the default graph; ``named_graphs`` likewise
    """

    text: str
    solutions: str | None
    graphs: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def _has_named_graphs(store: pyoxigraph.Store) -> bool:
    return next(iter(store.named_graphs()), None) is not None


def names_graphs(text: str) -> bool:
    """Whether a query says itself of which graphs its dataset is (FROM, FROM NAMED)."""
    return _FROM.search(text) is not None and any(token.is_word("FROM") for token in tokenize(text))


def too_long() -> QueryError:
    """What is said of an answer that is longer than may be."""
    return QueryError(
        "query-too-many-rows",
        f"the answer has more than {MOST_BYTES / 1e6:,.0f} MB",
        hint="ask for less with LIMIT, or take the files of the whole dataset",
    )


def sparql(opened: Opened, asked: Sparql) -> Found | None:
    """Media type and bytes of the answer; None where its kind has no form that the client takes.

    Without graphs in the request or the query, the default graph is the union of all graphs. That the query asks and
    changes nothing, and asks nobody else, was seen to before.

    :raises QueryError: ``query-syntax``, ``query-failed``, ``query-too-many-rows``
    """
    import pyoxigraph

    graphs: dict[str, Any] = {}
    if asked.default_graphs or asked.named_graphs:
        graphs["default_graph"] = [_node(one) for one in asked.default_graphs]
        graphs["named_graphs"] = [_node(one) for one in asked.named_graphs]
    elif opened.union and not names_graphs(asked.text):
        graphs["use_default_graph_as_union"] = True
    out = _Bounded(MOST_BYTES)
    try:
        found = opened.store.query(asked.text, base_iri=opened.base, prefixes=dict(opened.prefixes), **graphs)
        if isinstance(found, pyoxigraph.QueryTriples):
            if asked.graphs is None:
                return None
            found.serialize(out, format=getattr(pyoxigraph.RdfFormat, GRAPHS[asked.graphs]))
            return asked.graphs, out.getvalue()
        if asked.solutions is None:
            return None
        found.serialize(out, format=getattr(pyoxigraph.QueryResultsFormat, SOLUTIONS[asked.solutions]))
        return asked.solutions, out.getvalue()
    except SyntaxError as error:
        raise syntax_error(str(error), asked.text, "query", prefixes=opened.prefixes, base=opened.base) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(
            "query-failed", f"the query cannot be evaluated: {error}", location=SourceLocation("query")
        ) from error


def _node(text: str) -> pyoxigraph.NamedNode:
    import pyoxigraph

    try:
        return pyoxigraph.NamedNode(text)
    except ValueError as error:
        raise QueryError("parameter-malformed", f"“{text}” is not the IRI of a graph") from error


@dataclass(frozen=True)
class Table:
    """A saved query with the values of its parameters.

    :param limit: rows of a page; None for all
    """

    query: SavedQuery
    values: Mapping[str, str]
    format: str
    limit: int | None = None
    offset: int = 0


def table(opened: Opened, asked: Table) -> tuple[bytes, int]:
    """The rows of a saved query as text, sorted as the command ``iomld query`` sorts them, and their full number.

    What answers with a truth value or with triples has rows too: see :meth:`iomld.query.answers.Answer.as_table`.

    :raises QueryError: ``parameter-unknown``, ``parameter-malformed``, ``parameter-missing``, and those of a query
    """
    query = asked.query
    try:
        values = bind(query, asked.values, base=opened.base, prefixes=opened.prefixes)
    except TermError as error:
        raise QueryError("parameter-malformed", error.message, hint=error.hint) from error
    question = Question(
        query.text,
        name=query.name,
        values=values,
        base=opened.base,
        prefixes=opened.prefixes,
        sorted=True,
        multiple=query.multiple,
        check_terms=False,
    )
    found: Answer = answer(Local(opened.store, base=opened.base, prefixes=opened.prefixes), question).answer
    solutions = found.as_table()
    end = None if asked.limit is None else asked.offset + asked.limit
    page = type(solutions)(solutions.variables, solutions.rows[asked.offset : end])
    text = render(page, asked.format, prefixes=opened.prefixes, base=opened.base)
    return text.encode(), len(solutions.rows)


class _Bounded(io.BytesIO):
    """Bytes up to a length; more is an error."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            raise too_long()
        return super().write(data)


def answers(index: Index, queries: Mapping[str, SavedQuery]) -> Iterator[tuple[str, bytes]]:
    """Path and content of the answer to each saved query, in each form, for a site without a server.

    A query that lacks the value of a parameter has no answer there.
    """
    opened = index()
    for name, query in queries.items():
        if lacking(query, ()):
            continue
        for suffix, (format, _) in FORMATS.items():
            yield f"api/{name}.{suffix}", table(opened, Table(query, {}, format))[0]
