"""Queries over a store on this machine: the index of a build, or RDF files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Solutions
from iomld.query.sparql import outline, readings, tokenize
from iomld.query.syntax import at, syntax_error
from iomld.terms import PrefixMap

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Local", "load_quads", "open_index", "refuse"]


def open_index(path: Path) -> pyoxigraph.Store:
    """Open an index read-only.

    :raises OutsideError: ``index-unreadable``
    """
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(str(path))
    except OSError as error:
        raise OutsideError(
            "index-unreadable",
            f"the index cannot be opened: {error}",
            location=SourceLocation(str(path)),
            hint="remove the folder; it is made again from the tables",
        ) from error


def load_quads(quads: Iterable[tuple[str, str, str, str]]) -> pyoxigraph.Store:
    """A store in memory from quads spelt as in N-Quads."""
    import pyoxigraph

    store = pyoxigraph.Store()
    lines = (f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)
    store.bulk_load("".join(lines).encode(), pyoxigraph.RdfFormat.N_QUADS)
    return store


class Local:
    """Answers from a pyoxigraph store.

    :param store: the store; it is only read
    :param base: what relative IRIs of queries are resolved against
    :param prefixes: prefixes that queries need not declare
    :param allow_service: let the engine ask the endpoints that a query names
    """

    def __init__(
        self,
        store: pyoxigraph.Store,
        *,
        base: str | None = None,
        prefixes: PrefixMap | None = None,
        allow_service: bool = False,
    ) -> None:
        self._store = store
        self._base = base
        self._allow_service = allow_service
        # The union costs up to half of a question's time, and changes nothing where there is one graph.
        self._union = next(iter(store.named_graphs()), None) is not None
        self._prefixes = dict(prefixes or {})

    def ask(self, text: str, *, name: str = "", max_rows: int | None = None) -> Answer:
        """See :class:`iomld.query.answers.Asker`."""
        import pyoxigraph

        refuse(text, name, allow_service=self._allow_service)
        answer: Any = None
        try:
            answer = self._store.query(
                text, base_iri=self._base, prefixes=self._prefixes, use_default_graph_as_union=self._union
            )
            if isinstance(answer, pyoxigraph.QueryBoolean):
                return Answer(boolean=bool(answer))
            if isinstance(answer, pyoxigraph.QueryTriples):
                cut = islice(answer, max_rows)
                return Answer(triples=tuple((str(t.subject), str(t.predicate), str(t.object)) for t in cut))
            variables = tuple(variable.value for variable in answer.variables)
            rows = tuple(
                tuple(None if value is None else str(value) for value in solution)
                for solution in islice(answer, max_rows)
            )
            complete = max_rows is None or len(rows) < max_rows or next(iter(answer), None) is None
            return Answer(solutions=Solutions(variables, rows, complete))
        except SyntaxError as error:
            raise syntax_error(str(error), text, name, prefixes=self._prefixes, base=self._base) from error
        except (OSError, RuntimeError, ValueError) as error:
            # The frames of an error outlive it, and only this thread may let go of the answer.
            answer = error.__traceback__ = None
            raise QueryError(
                "query-failed", f"the query cannot be evaluated: {error}", location=SourceLocation(name)
            ) from error


_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_REFUSED = (*_UPDATES, "SERVICE")


def refuse(text: str, name: str, *, allow_service: bool = False) -> None:
    """Refuse what a question over somebody's data may not do.

    :raises QueryError: ``query-service``, ``query-update``, each with line and column
    """
    upper = text.upper()
    for word in _REFUSED:  # in a loop of its own: a server does this for every question
        if word in upper:
            break
    else:  # as in most questions: they need no tokens
        return
    tokens = tokenize(text)
    if outline(tokens) is None:
        update = next((token for token in tokens if token.is_word(*_UPDATES)), None)
        if update:
            raise QueryError(
                "query-update",
                f"{update.text.upper()} is an update; iomld asks, it changes no store",
                location=at(text, name, update.start),
                hint="write SELECT, ASK, CONSTRUCT or DESCRIBE; to change the data, change its tables",
            )
    service = next((token for token in readings(text) if token.is_word("SERVICE")), None)
    if service and not allow_service:
        raise QueryError(
            "query-service",
            "a SERVICE clause makes the answering machine ask another one",
            location=at(text, name, service.start),
            hint="ask that endpoint itself with --endpoint, or allow it there with --allow-service",
        )
