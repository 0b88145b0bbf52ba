"""SPARQL endpoints: one request, with a limit on its time and on the size of its answer.

SPARQLWrapper builds the request and settles the protocol. Source: SPARQL 1.1 Protocol, section 2.1.
"""

from __future__ import annotations

import base64
import re
import time
import urllib.parse
from typing import Any

from iomld import __version__
from iomld.errors import IomldError, OutsideError, SourceError
from iomld.sources.addresses import from_environment, shown_access
from iomld.sources.model import LogicalSource

__all__ = ["AGENT", "ask_endpoint", "fetch", "send"]

AGENT = f"iomld/{__version__} (+https://w3id.org/iomld/)"
_SECONDS = 300.0
_SIZE = 512 * 1024 * 1024
_SYNTAXES = {
    "application/sparql-results+json": "JSON",
    "application/json": "JSON",
    "application/sparql-results+xml": "XML",
    "text/csv": "CSV",
}


def send(url: str, query: str, *, form: str = "SELECT", seconds: float, authorization: str | None = None) -> Any:
    """Ask an endpoint by POST; the response is open, its body not read.

    :param form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``
    :param seconds: how long a connection or a part of the answer may take
    :param authorization: value of the header ``Authorization``; no redirection carries it elsewhere
    :raises Exception: what SPARQLWrapper and the parts of the standard library below it raise
    """
    import SPARQLWrapper

    class Wrapper(SPARQLWrapper.SPARQLWrapper):
        def _createRequest(self) -> Any:
            request = super()._createRequest()
            if authorization:
                request.add_unredirected_header("Authorization", authorization)
            return request

    wrapper = Wrapper(url, agent=AGENT)
    wrapper.setTimeout(max(1, int(seconds + 0.999)))
    wrapper.setMethod(SPARQLWrapper.POST)
    wrapper.setOnlyConneg(True)
    wrapper.setQuery(query)
    wrapper.queryType = form  # its own guess is made by regular expressions
    wrapper.setReturnFormat(SPARQLWrapper.JSON if form in ("SELECT", "ASK") else SPARQLWrapper.TURTLE)
    return wrapper.query().response


def fetch(
    url: str, query: str, *, form: str = "SELECT", seconds: float, size: int, authorization: str | None = None
) -> tuple[bytes, str]:
    """The answer of an endpoint and its media type.

    :param seconds: for the answer as a whole
    :param size: bytes that it may have
    :raises OutsideError: ``remote-unreachable``, ``remote-timeout``, ``remote-refused``, ``remote-too-large``,
        ``remote-malformed``
    """
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    until = time.monotonic() + seconds
    try:
        with send(url, query, form=form, seconds=seconds, authorization=authorization) as response:
            parts, read = [], 0
            while part := response.read1(1 << 16):
                parts.append(part)
                read += len(part)
                if read > size:
                    raise OutsideError(
                        "remote-too-large",
                        f"{url} answers with more than {size / 1e6:,.0f} MB",
                        hint="ask for less: name fewer variables, or part the query with LIMIT and OFFSET",
                    )
                if time.monotonic() > until:
                    raise TimeoutError
            promised = response.headers.get("Content-Length", "")
            if promised.isdigit() and read < int(promised):
                raise OutsideError(
                    "remote-malformed", f"{url} ends in the middle: {read:,} of {int(promised):,} bytes came"
                )
            return b"".join(parts), response.headers.get_content_type()
    except HTTPError as error:
        raise _refused(url, f"{error.code} {error.reason}", error.read(2000).decode("utf-8", "replace")) from error
    except SPARQLWrapperException as error:
        # a status that the library has a class for; the body stands in its message
        raise _refused(url, type(error).__name__, _body(str(error))) from error
    except (TimeoutError, URLError) as error:
        if isinstance(error, TimeoutError) or isinstance(error.reason, TimeoutError):
            raise OutsideError(
                "remote-timeout", f"{url} gives no whole answer within {seconds:g} s", hint="ask for less"
            ) from error
        raise OutsideError(
            "remote-unreachable", f"{url} cannot be reached: {error.reason}", hint="check the address and the network"
        ) from error
    except (HTTPException, ConnectionError) as error:
        message = f"{url} ends the connection in the middle ({type(error).__name__})"
        raise OutsideError("remote-unreachable", message, hint="try again later") from error


def _body(message: str) -> str:
    said = message.partition("Response:\n")[2]
    return said.encode().decode("unicode_escape", "replace")[2:-1] if said.startswith(("b'", 'b"')) else said


def _refused(url: str, what: str, body: str) -> OutsideError:
    said = " ".join(re.sub(r"<[^<>]*>", " ", body).split())[:200]
    return OutsideError("remote-refused", f"{url} answers {what}{': ' + said if said else ''}")


def ask_endpoint(source: LogicalSource, query: str) -> Any:
    """The solutions of a query, as pyoxigraph reads them.

    :raises OutsideError: as :func:`fetch`, and ``remote-wrong-type``
    """
    import pyoxigraph

    url = from_environment(source.access, source)
    shown = shown_access(source)
    try:
        body, type_ = fetch(url, query, seconds=_SECONDS, size=_SIZE, authorization=_authorization(source, url))
        syntax = _SYNTAXES.get(type_)
        if syntax is None:
            raise OutsideError(
                "remote-wrong-type", f"{url} answers a query with {type_}", hint="the address often ends in /sparql"
            )
        return pyoxigraph.parse_query_results(body, getattr(pyoxigraph.QueryResultsFormat, syntax))
    except IomldError as error:
        message = error.message.replace(url, shown)
        raise type(error)(error.id, message, location=source.location, hint=error.hint) from error.__cause__
    except (SyntaxError, ValueError) as error:
        raise OutsideError(
            "remote-malformed", f"{shown} answers with no SPARQL results: {error}", location=source.location
        ) from None


def _authorization(source: LogicalSource, url: str) -> str | None:
    if not source.user:
        return None
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise SourceError(
            "remote-insecure",
            f"user and password would travel unencrypted to {parts.hostname}",
            hint="use an address with https://",
        )
    pair = f"{from_environment(source.user, source)}:{from_environment(source.password or '', source)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
