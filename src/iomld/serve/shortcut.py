"""What is answered at its connection, with no application in between: most of what a server like this is asked for.

Documents that are held ready, and queries in the usual form: as the body of a POST, or as the one parameter of a GET.
Whatever is in any way unusual is left to the application, which answers it likewise.

Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110, sections 8 and 13.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from iomld.errors import QueryError
from iomld.query.local import refuse
from iomld.serve.account import Account
from iomld.serve.problems import decoded, told, too_often
from iomld.serve.protocol import QUERY, Forms, forms, not_acceptable, parsed
from iomld.serve.questions import Found, Sparql
from iomld.serve.rates import Rates
from iomld.serve.served import Ready, Served, header_lines, matches

__all__ = ["Connected", "Exchange", "Shortcut"]

_PATH = "/sparql"
_POST, _GET = b"/sparql", b"/sparql?query="
_TYPES = frozenset(f"{QUERY}{charset}".encode() for charset in ("", "; charset=utf-8", ";charset=utf-8"))
_MOST = 16_384  # bytes of a usual query
# Headers that change how a request is read: with one of them it is unusual.
_UNUSUAL = frozenset((b"expect", b"transfer-encoding", b"content-encoding", b"upgrade"))

Headers = list[tuple[bytes, bytes]]


class Connected(Protocol):
    """The connection that a request came by."""

    def reply(self, status: int, head: bytes, body: bytes) -> None:
        """Send the answer to the request that was taken; then the next one is read.

        :param head: lines of headers, but for those that every server adds
        """


class _Asked(NamedTuple):
    """Who asks what, as it is told of each request."""

    client: str
    method: str
    path: str
    agent: bytes | None


class Shortcut:
    """What takes requests, and answers them.

    :param common: headers that all answers have
    """

    def __init__(self, served: Served, *, rates: Rates, account: Account, common: Mapping[str, str]) -> None:
        self.served, self.rates, self.account = served, rates, account
        self.common = header_lines(common)

    def take(self, connection: Connected, client: str, method: bytes, url: bytes, headers: Headers) -> Exchange | None:
        """A request whose head is there, if it is of a usual kind; else None.

        :param headers: names in lower case
        """
        said = dict(headers)
        if len(said) != len(headers) or not _UNUSUAL.isdisjoint(said):
            return None
        agent = said.get(b"user-agent")
        if method == b"POST":
            length = said.get(b"content-length", b"")
            if url != _POST or said.get(b"content-type", b"").lower() not in _TYPES:
                return None
            if not length.isdigit() or int(length) > _MOST or (form := _form(said)) is None:
                return None
            return _Query(self, connection, _Asked(client, "POST", _PATH, agent), form)
        if method != b"GET" or b"content-length" in said:
            return None
        if url.startswith(_GET):
            text = _only_query(url)
            if text is None or (form := _form(said)) is None:
                return None
            return _Query(self, connection, _Asked(client, "GET", _PATH, agent), form, text)
        address = url.decode("latin-1")
        ready = None if "?" in address or "%" in address else self.served.ready(address)
        if ready is None:
            return None
        tag = said.get(b"if-none-match")
        return _Document(self, connection, _Asked(client, "GET", address, agent), ready, tag)


class Exchange:
    """A request that was taken."""

    __slots__ = ("_asked", "_began", "_connection", "_shortcut")

    def __init__(self, shortcut: Shortcut, connection: Connected, asked: _Asked) -> None:
        self._shortcut, self._connection, self._asked = shortcut, connection, asked
        self._began = time.monotonic()

    def add(self, data: bytes) -> None:
        """A piece of its body."""

    def begin(self) -> None:
        """The request is whole: answer it, now or when the answer is there."""
        try:
            if not self._shortcut.rates.allows(self._asked.client):
                raise too_often()
            self._begin()
        except Exception as error:  # what we did wrong is told too: nothing may end the connection without a word
            self._refuse(error)

    def _begin(self) -> None:
        raise NotImplementedError

    def leave(self) -> None:
        """The client is gone."""

    def _refuse(self, error: BaseException) -> None:
        status, content, headers = told(error)
        self._reply(status, header_lines({**headers, "content-length": str(len(content))}), content)

    def _reply(self, status: int, head: bytes, body: bytes) -> None:
        self._note(status, len(body))
        self._connection.reply(status, head + self._shortcut.common, body)

    def _note(self, status: int, size: int) -> None:
        self._shortcut.account.note(**self._asked._asdict(), status=status, size=size, began=self._began)


class _Document(Exchange):
    """A request for a document that is held ready.

    :param tag: value of If-None-Match
    """

    __slots__ = ("_ready", "_tag")

    def __init__(
        self, shortcut: Shortcut, connection: Connected, asked: _Asked, ready: Ready, tag: bytes | None
    ) -> None:
        super().__init__(shortcut, connection, asked)
        self._ready, self._tag = ready, tag

    def _begin(self) -> None:
        ready = self._ready
        if self._tag is not None and matches(self._tag.decode("latin-1"), ready.etag):
            self._reply(304, ready.bare, b"")
        else:
            self._reply(200, ready.head, ready.content)


class _Query(Exchange):
    """A query.

    :param text: None where it comes as the body
    """

    __slots__ = ("_answer", "_body", "_form", "_text")

    def __init__(
        self, shortcut: Shortcut, connection: Connected, asked: _Asked, form: Forms, text: str | None = None
    ) -> None:
        super().__init__(shortcut, connection, asked)
        self._form, self._text, self._body = form, text, b""
        self._answer: asyncio.Future[Found | None] | None = None

    def add(self, data: bytes) -> None:
        self._body += data

    def _begin(self) -> None:
        engines = self._shortcut.served.engines
        assert engines is not None
        text = decoded(self._body) if self._text is None else self._text
        asked = Sparql(text, self._form.solutions, self._form.graphs)
        known = engines.known(asked)
        if known is not None:
            self._send(known)
            return
        refuse(text, "query", allow_service=engines.allow_service)
        self._answer = engines.sparql(asked, self._asked.client)
        self._answer.add_done_callback(self._come)

    def _come(self, answer: asyncio.Future[Found | None]) -> None:
        if answer.cancelled():
            self._note(499, 0)  # nobody is there to read it
        elif (error := answer.exception()) is not None:
            self._refuse(error)
        elif (found := answer.result()) is not None:
            self._send(found)
        else:
            self._refuse(not_acceptable())

    def _send(self, found: Found) -> None:
        media_type, content = found
        head = (
            f"content-type: {self._form.content_type(media_type)}\r\ncontent-length: {len(content)}\r\nvary: Accept\r\n"
        )
        self._reply(200, head.encode("ascii"), content)

    def leave(self) -> None:
        if self._answer:
            self._answer.cancel()


def _form(said: Mapping[bytes, bytes]) -> Forms | None:
    accept = said.get(b"accept")
    return forms(None if accept is None else accept.decode("latin-1"))


def _only_query(url: bytes) -> str | None:
    """The query in an address that says nothing else."""
    if len(url) > _MOST:
        return None
    try:
        parameters = parsed(url.partition(b"?")[2].decode("latin-1"))
    except QueryError:
        return None
    found = parameters.get("query", [])
    return found[0] if len(parameters) == len(found) == 1 else None
