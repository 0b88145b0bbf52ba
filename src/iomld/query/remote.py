"""Queries over an endpoint elsewhere.

SPARQLWrapper builds the request; all that it leaves open is settled here: POST and content negotiation only, a time
limit for the answer as a whole, a limit on its size, a bounded number of attempts that heeds ``Retry-After``, the type
of the answer checked before it is read, credentials that no redirection carries elsewhere.

Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110, sections 10.2.3 (Retry-After) and 15.
"""

from __future__ import annotations

import base64
import email.utils
import os
import random
import re
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iomld import __version__
from iomld.errors import IomldError, OutsideError, QueryError, UsageError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Solutions
from iomld.query.limits import report
from iomld.query.local import refuse
from iomld.query.sparql import completed, outline, projected, tokenize
from iomld.terms import WELL_KNOWN

__all__ = ["AGENT", "Endpoint", "EndpointSource", "credentials"]

AGENT = f"iomld/{__version__} (+https://w3id.org/iomld/)"
_AGAIN = (429, 502, 503, 504)
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


def credentials(url: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The ``Authorization`` header for an endpoint, from the environment; None where it holds none.

    ``IOMLD_ENDPOINT_TOKEN`` is sent as a bearer token, ``IOMLD_ENDPOINT_USER`` and ``IOMLD_ENDPOINT_PASSWORD`` as
    basic authentication.

    :raises UsageError: ``remote-insecure`` where they would travel in the clear
    """
    token, user = environment.get("IOMLD_ENDPOINT_TOKEN"), environment.get("IOMLD_ENDPOINT_USER")
    if not token and not user:
        return None
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise UsageError(
            "remote-insecure",
            f"the credentials in the environment would travel unencrypted to {url}",
            hint="use https://, or unset IOMLD_ENDPOINT_TOKEN and IOMLD_ENDPOINT_USER",
        )
    if token:
        return f"Bearer {token}"
    pair = f"{user}:{environment.get('IOMLD_ENDPOINT_PASSWORD', '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


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

    attempts = 4

    def __init__(self, source: EndpointSource) -> None:
        if urllib.parse.urlsplit(source.url).scheme not in ("http", "https"):
            message = f"“{source.url}” is no address that can be asked"
            raise UsageError("remote-address", message, hint="give http:// or https://")
        self._source = source
        self._authorization = credentials(source.url)
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
        for attempt in range(1, self.attempts + 1):
            try:
                return _parsed(*self._once(text, form), form, self._source.url)
            except _Again as again:
                pause = again.pause if again.pause is not None else min(2.0**attempt, 10) * random.uniform(0.25, 0.5)
                if attempt == self.attempts or pause >= self._left():
                    raise self._gives_up(again, attempt) from again
                time.sleep(pause)
            except QueryError as error:
                raise QueryError(error.id, error.message, location=SourceLocation(name), hint=error.hint) from error
        raise AssertionError("unreachable")

    def _gives_up(self, again: _Again, attempt: int) -> IomldError:
        hint = "try again later"
        if again.pause is not None and again.pause >= self._left():
            hint = f"it asks to come back in {again.pause:,.0f} s, which --timeout does not leave"
        times = f" (asked {attempt} times)" if attempt > 1 else ""
        return OutsideError(again.id, f"{self._source.url} {again.message}{times}", hint=hint)

    def _left(self) -> float:
        return 3600.0 if self._deadline is None else self._deadline - time.monotonic()

    def _once(self, text: str, form: str) -> tuple[bytes, str]:
        """One request: the bytes of the answer and its media type."""
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError

        from SPARQLWrapper import SPARQLExceptions

        url = self._source.url
        if self._left() <= 0:
            raise self._timeout()
        try:
            response = _request(url, text, form, self._authorization, max(1, int(self._left() + 0.999)))
            return self._read(response), response.headers.get_content_type()
        except HTTPError as error:
            if error.code in _AGAIN:
                pause = _pause(error.headers.get("Retry-After"))
                raise _Again("remote-refused", f"answers {error.code} {error.reason}", pause) from error
            raise _refused(url, error.code, str(error.reason), error.read(2000)) from error
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise _complaint(url, error) from error
        except TimeoutError as error:
            raise self._timeout() from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._timeout() from error
            message = f"{url} cannot be reached: {error.reason}"
            raise OutsideError("remote-unreachable", message, hint="check the address and the network") from error
        except (HTTPException, ConnectionError) as error:
            raise _Again("remote-unreachable", f"ends the connection in the middle ({type(error).__name__})") from error

    def _timeout(self) -> OutsideError:
        message = f"{self._source.url} gives no whole answer within {self._source.seconds or 0:g} s"
        return OutsideError("remote-timeout", message, hint="--timeout SECONDS waits longer; LIMIT asks for less")

    def _read(self, response: Any) -> bytes:
        promised = response.headers.get("Content-Length", "")
        parts, size = [], 0
        while part := response.read1(1 << 16):
            parts.append(part)
            size += len(part)
            if size > self._source.size:
                raise OutsideError(
                    "remote-too-large",
                    f"{self._source.url} answers with more than {self._source.size / 1e6:,.0f} MB",
                    hint="--page-size ROWS takes the answer in pages, LIMIT asks for less, --max-size allows more",
                )
            if self._left() <= 0:
                raise self._timeout()
        if promised.isdigit() and size < int(promised):
            raise _Again("remote-malformed", f"ends in the middle: {size:,} of {int(promised):,} bytes came")
        return b"".join(parts)


class _Again(Exception):  # a turn of the loop, told to nobody
    """What may go better the next time."""

    def __init__(self, id: str, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.id, self.message, self.pause = id, message, pause


def _request(url: str, text: str, form: str, authorization: str | None, seconds: int) -> Any:
    """The one place where SPARQLWrapper is called."""
    import SPARQLWrapper

    class Wrapper(SPARQLWrapper.SPARQLWrapper):
        def _createRequest(self) -> Any:
            request = super()._createRequest()
            if authorization:
                request.add_unredirected_header("Authorization", authorization)
            return request

    wrapper = Wrapper(url, agent=AGENT)
    wrapper.setTimeout(seconds)
    wrapper.setMethod(SPARQLWrapper.POST)
    wrapper.setOnlyConneg(True)
    wrapper.setQuery(text)
    wrapper.queryType = form  # its own guess is made by regular expressions
    wrapper.setReturnFormat(SPARQLWrapper.JSON if form in ("SELECT", "ASK") else SPARQLWrapper.TURTLE)
    return wrapper.query().response


def _pause(text: str | None) -> float | None:
    """The seconds that a ``Retry-After`` asks for: a number, or a date."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _excerpt(body: bytes) -> str:
    text = re.sub(r"<style.*?</style>|<[^<>]*>|\s+", " ", body.decode("utf-8", "replace"), flags=re.S)
    text = " ".join(text.split())
    return "".join(char if char.isprintable() else "�" for char in text[:200])


def _complaint(url: str, error: Exception) -> IomldError:
    """What SPARQLWrapper makes of a status; the body is in its message."""
    from SPARQLWrapper import SPARQLExceptions

    codes: dict[type[Exception], int] = {
        SPARQLExceptions.QueryBadFormed: 400,
        SPARQLExceptions.Unauthorized: 401,
        SPARQLExceptions.EndPointNotFound: 404,
        SPARQLExceptions.URITooLong: 414,
        SPARQLExceptions.EndPointInternalError: 500,
    }
    message = str(error).partition("Response:\n")[2]
    body = message.encode().decode("unicode_escape", "replace")[2:-1] if message.startswith(("b'", 'b"')) else message
    return _refused(url, codes.get(type(error), 0), type(error).__name__, body.encode()[:2000])


def _refused(url: str, code: int, reason: str, body: bytes) -> IomldError:
    said = _excerpt(body)
    if code == 400:
        return QueryError("query-refused", f"{url} does not take the query: {said or reason}")
    hint = {
        401: "set IOMLD_ENDPOINT_USER and IOMLD_ENDPOINT_PASSWORD, or IOMLD_ENDPOINT_TOKEN",
        403: "set IOMLD_ENDPOINT_USER and IOMLD_ENDPOINT_PASSWORD, or IOMLD_ENDPOINT_TOKEN",
        404: "check the address: the endpoint often ends in /sparql or /query",
        405: "the address takes no POST: it may be a web page beside the endpoint",
    }.get(code)
    return OutsideError("remote-refused", f"{url} answers {code} {reason}{': ' + said if said else ''}", hint=hint)


def _parsed(body: bytes, type: str, form: str, url: str) -> Answer:
    import pyoxigraph

    syntaxes = _RESULTS if form in ("SELECT", "ASK") else _GRAPHS
    syntax = syntaxes.get(type)
    if syntax is None:
        raise OutsideError(
            "remote-wrong-type",
            f"{url} answers {form} with {type}: {_excerpt(body[:2000])}",
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
