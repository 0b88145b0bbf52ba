"""Queries over an endpoint elsewhere: the answer's type checked before it is read, long answers taken in pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iomld.errors import OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Solutions
from iomld.query.limits import report
from iomld.query.local import refuse
from iomld.query.sparql import completed, outline, projected, tokenize
from iomld.remote import Refused, Remote, credentials, excerpt
from iomld.terms import WELL_KNOWN

__all__ = ["Endpoint", "EndpointSource"]

_RESULTS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
}
_GRAPHS = {
    "text/turtle": "turtle",
    "application/turtle": "turtle",  # Virtuoso
    "application/n-triples": "n_triples",
    "application/rdf+xml": "rdf_xml",
}
_HINTS = {
    "remote-timeout": "--timeout SECONDS waits longer; LIMIT asks for less",
    "remote-too-large": "--page-size ROWS takes the answer in pages, LIMIT asks for less, --max-size allows more",
}


@dataclass(frozen=True)
class EndpointSource:
    """An endpoint, and how far to go with it (see :class:`Endpoint`)."""

    url: str
    base: str = ""
    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(WELL_KNOWN))
    seconds: float | None = 30
    size: int = 64 * 1024 * 1024
    page_size: int = 0
    allow_service: bool = False

    def __call__(self) -> Endpoint:
        return Endpoint(self)


class Endpoint:
    """Answers from a SPARQL endpoint.

    :param source: address; seconds for all that is asked of it together; bytes of one answer; rows of a page
        (0: all rows in one answer)
    :raises UsageError: ``remote-address``, ``remote-insecure``
    """

    def __init__(self, source: EndpointSource) -> None:
        self._source = source
        self._remote = Remote(source.url, size=source.size, authorization=credentials(source.url), hints=_HINTS)
        self._deadline = None if source.seconds is None else time.monotonic() + source.seconds

    def ask(self, text: str, *, name: str = "", max_rows: int | None = None) -> Answer:
        """See :class:`iomld.query.answers.Asker`.

        :raises OutsideError: ``remote-unreachable``, ``remote-timeout``, ``remote-refused``, ``remote-too-large``,
            ``remote-wrong-type``, ``remote-malformed``
        """
        refuse(text, name, allow_service=self._source.allow_service)
        whole = completed(text, base=self._source.base, prefixes=self._source.prefixes)
        found = outline(tokenize(whole))
        form = found.form if found else "SELECT"
        if form == "SELECT" and self._source.page_size and name:
            return self._paged(whole, name, max_rows)
        return _cut(self._answer(whole, form, name), max_rows)

    def _paged(self, text: str, name: str, max_rows: int | None) -> Answer:
        """Page after page of the sorted answer; sorting makes the pages fit together."""
        tokens = tokenize(text)
        found = outline(tokens)
        assert found is not None
        at = tokens[found.start].start
        inner = f"{text[:at]}SELECT * {{ {{ {text[at:]}\n }} }}"
        variables = projected(text)
        if not variables:
            first = self._answer(f"{inner} LIMIT 1", "SELECT", name).solutions
            variables = first.variables if first else ()
        order = " ".join(f"?{variable}" for variable in variables)
        rows: list[tuple[str | None, ...]] = []
        size = self._source.page_size
        while max_rows is None or len(rows) <= max_rows:
            clause = f" ORDER BY {order} LIMIT {size} OFFSET {len(rows)}" if order else ""
            page = self._answer(inner + clause, "SELECT", name).solutions
            assert page is not None
            columns = [page.variables.index(one) if one in page.variables else None for one in variables]
            rows += [tuple(None if column is None else row[column] for column in columns) for row in page.rows]
            report(len(rows))
            if len(page.rows) < size or not order:
                break
        return _cut(Answer(solutions=Solutions(tuple(variables), tuple(rows))), max_rows)

    def _answer(self, text: str, form: str, name: str) -> Answer:
        left = None if self._deadline is None else self._deadline - time.monotonic()
        url = self._source.url
        try:
            reply = self._remote.sparql(text, form=form, seconds=left)
            return _parsed(reply.body, reply.type, form, url)
        except Refused as error:
            if error.status != 400:
                raise
            message = f"{url} does not take the query: {error.said}"
            raise QueryError("query-refused", message, location=SourceLocation(name)) from error


def _parsed(body: bytes, type: str, form: str, url: str) -> Answer:
    import pyoxigraph

    syntaxes = _RESULTS if form in ("SELECT", "ASK") else _GRAPHS
    syntax = syntaxes.get(type)
    if syntax is None:
        raise OutsideError(
            "remote-wrong-type",
            f"{url} answers {form} with {type}: {excerpt(body[:2000])}",
            hint="this may be a web page beside the endpoint; its address often ends in /sparql or /query",
        )
    answer: Any = None
    try:
        if syntaxes is _GRAPHS:
            quads = pyoxigraph.parse(body, getattr(pyoxigraph.RdfFormat, syntax.upper()), base_iri=url)
            return Answer(triples=tuple((str(q.subject), str(q.predicate), str(q.object)) for q in quads))
        answer = pyoxigraph.parse_query_results(body, getattr(pyoxigraph.QueryResultsFormat, syntax.upper()))
        if isinstance(answer, pyoxigraph.QueryBoolean):
            if form == "SELECT":
                raise ValueError("a boolean, where rows were asked for")
            return Answer(boolean=bool(answer))
        variables = tuple(variable.value for variable in answer.variables)
        rows = tuple(
            tuple(None if (value := solution[variable]) is None else str(value) for variable in variables)
            for solution in answer
        )
        found = Answer(solutions=Solutions(variables, rows))
    except (SyntaxError, ValueError) as error:
        answer = error.__traceback__ = (
            None  # the frames of an error outlive it; only this thread may let go of the answer
        )
        raise OutsideError(
            "remote-malformed",
            f"{url} answers with {type} that cannot be read: {str(error)[:200]}",
            hint="the answer may be cut off at a limit of the endpoint; LIMIT or --page-size asks for less at a time",
        ) from error
    if form == "ASK":
        # Virtuoso 7 answers ASK in JSON with one row.
        if variables != ("__ASK_RETVAL",) or not rows:
            raise OutsideError("remote-malformed", f"{url} answers ASK with rows")
        return Answer(boolean=(rows[0][0] or "").startswith('"1"'))
    return found


def _cut(answer: Answer, max_rows: int | None) -> Answer:
    if max_rows is None:
        return answer
    if answer.triples is not None:
        return Answer(triples=answer.triples[:max_rows])
    if answer.solutions is not None and len(answer.solutions.rows) > max_rows:
        return Answer(solutions=Solutions(answer.solutions.variables, answer.solutions.rows[:max_rows], False))
    return answer
