"""SPARQL endpoints as sources: one query, with a limit on its time and on the size of its answer."""

from __future__ import annotations

from typing import Any

from iomld.errors import IomldError, OutsideError, SourceError
from iomld.remote import Refused, Remote, basic, credentials
from iomld.sources.addresses import from_environment, shown_access
from iomld.sources.model import LogicalSource

__all__ = ["ask_endpoint"]

_SECONDS = 300.0
_SIZE = 512 * 1024 * 1024
_SYNTAXES = {
    "application/sparql-results+json": "JSON",
    "application/json": "JSON",
    "application/sparql-results+xml": "XML",
}
_HINTS = {
    "remote-timeout": "ask for less, or part the query with LIMIT and OFFSET",
    "remote-too-large": "name fewer variables, or part the query with LIMIT and OFFSET",
}


def ask_endpoint(source: LogicalSource, query: str, *, seconds: float = _SECONDS, size: int = _SIZE) -> Any:
    """The solutions of a query, as pyoxigraph reads them.

    :param seconds: for the answer as a whole
    :param size: bytes that it may have
    :raises SourceError: ``query-failed`` where the endpoint does not take the query, ``environment-missing``
    :raises OutsideError: ``remote-unreachable``, ``remote-timeout``, ``remote-refused``, ``remote-too-large``,
        ``remote-malformed``, ``remote-wrong-type``
    :raises UsageError: ``remote-insecure``, ``remote-address``
    """
    import pyoxigraph

    url, shown = from_environment(source.access, source), shown_access(source)
    try:
        remote = Remote(url, size=size, authorization=_authorization(source, url), hints=_HINTS)
        reply = remote.sparql(query, seconds=seconds)
    except Refused as error:
        if error.status != 400:
            raise _placed(error, url, shown, source) from error
        raise SourceError(
            "query-failed", f"{shown} does not take the query: {error.said}", location=source.location
        ) from error
    except IomldError as error:
        raise _placed(error, url, shown, source) from error
    syntax = _SYNTAXES.get(reply.type)
    if syntax is None:
        raise OutsideError(
            "remote-wrong-type",
            f"{shown} answers a query with {reply.type}",
            location=source.location,
            hint="this may be a web page beside the endpoint; its address often ends in /sparql or /query",
        )
    try:
        solutions = pyoxigraph.parse_query_results(reply.body, getattr(pyoxigraph.QueryResultsFormat, syntax))
    except (SyntaxError, ValueError) as error:
        raise OutsideError(
            "remote-malformed", f"{shown} answers with no SPARQL results: {error}", location=source.location
        ) from None
    if not isinstance(solutions, pyoxigraph.QuerySolutions):
        raise SourceError("query-failed", "a source is asked by a SELECT query", location=source.location)
    return solutions


def _placed(error: IomldError, url: str, shown: str, source: LogicalSource) -> IomldError:
    """The error at the place of the source, without what its address hides."""
    kind = OutsideError if isinstance(error, Refused) else type(error)
    return kind(error.id, error.message.replace(url, shown), location=source.location, hint=error.hint)


def _authorization(source: LogicalSource, url: str) -> str | None:
    if not source.user:
        return credentials(url)
    return basic(url, from_environment(source.user, source), from_environment(source.password or "", source))
