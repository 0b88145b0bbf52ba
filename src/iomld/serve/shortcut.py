"""What is answered at its connection, with no application in between: most of what a server like this is asked for.

Documents that are held ready, and queries in the usual form: as the body of a POST, or as the one parameter of a GET.
Whatever is in any way unusual is left to the application, which answers it likewise.

Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110, sections 8 and 13.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from iomld.errors import QueryError
from iomld.query.local import refuse
from iomld.serve.account import Account
from iomld.serve.heads import Heads, Usual
from iomld.serve.problems import decoded, told, too_often
from iomld.serve.protocol import QUERY, Forms, forms, not_acceptable, parsed
from iomld.serve.questions import Found, Sparql
from iomld.serve.rates import Rates
from iomld.serve.served import Ready, Served, header_lines, matches
from iomld.serve.waiting import Leaving, Said

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


class Shortcut:
    """What takes requests, and answers them.

    :param common: headers that all answers have
    """

    def __init__(self, served: Served, *, rates: Rates, account: Account, common: Mapping[str, str]) -> None:
        self.served, self.rates, self.account = served, rates, account
        self.common = header_lines(common)
        self.heads = Heads()

    def read(self, method: bytes, url: bytes, headers: Headers) -> Usual | None:
        """What a head says, if it is that of a usual request.

        :param headers: names in lower case
        """
        said = dict(headers)
        if len(said) != len(headers) or not _UNUSUAL.isdisjoint(said):
            return None
        agent, forwarded = said.get(b"user-agent"), said.get(b"x-forwarded-for")
        if method == b"POST":
            length = said.get(b"content-length", b"")
            if url != _POST or said.get(b"content-type", b"").lower() not in _TYPES:
                return None
            if not length.isdigit() or int(length) > _MOST or (form := _form(said)) is None:
                return None
            return Usual("POST", _PATH, agent, int(length), form, forwarded=forwarded)
        if method != b"GET" or b"content-length" in said:
            return None
        if url.startswith(_GET):
            text = _only_query(url)
            if text is None or (form := _form(said)) is None:
                return None
            return Usual("GET", _PATH, agent, 0, form, text, forwarded=forwarded)
        address = url.decode("latin-1")
        if "?" in address or "%" in address:
            return None
        return Usual("GET", address, agent, tag=said.get(b"if-none-match"), forwarded=forwarded)

    def take(self, connection: Connected, client: str, usual: Usual) -> Exchange | None:
        """A request whose head is there; None where it asks for a document that is not held ready."""
        if usual.forms is not None:
            return _Query(self, connection, client, usual, usual.forms)
        ready = self.served.ready(usual.path)
        return None if ready is None else _Document(self, connection, client, usual, ready)


class Exchange:
    """A request that was taken."""

    __slots__ = ("_began", "_client", "_connection", "_shortcut", "_usual")

    def __init__(self, shortcut: Shortcut, connection: Connected, client: str, usual: Usual) -> None:
        self._shortcut, self._connection, self._client, self._usual = shortcut, connection, client, usual
        self._began = time.monotonic()

    def add(self, data: bytes) -> None:
        """A piece of its body."""

    def begin(self) -> None:
        """The request is whole: answer it, now or when the answer is there."""
        try:
            if not self._shortcut.rates.allows(self._client):
                raise too_often()
            self._begin()
        except Exception as error:  # what we did wrong is told too: nothing may end the connection without a word
            self._refuse(error)

    def _begin(self) -> None:
        raise NotImplementedError

    def leave(self) -> None:
        """The client is gone."""

    def _refuse(self, error: Exception) -> None:
        status, content, headers = told(error)
        self._reply(status, header_lines({**headers, "content-length": str(len(content))}), content)

    def _reply(self, status: int, head: bytes, body: bytes) -> None:
        self._note(status, len(body))
        self._connection.reply(status, head + self._shortcut.common, body)

    def _note(self, status: int, size: int) -> None:
        asked = self._usual
        self._shortcut.account.note(
            client=self._client,
            method=asked.method,
            path=asked.path,
            status=status,
            size=size,
            began=self._began,
            agent=asked.agent,
        )


class _Document(Exchange):
    """A request for a document that is held ready."""

    __slots__ = ("_ready",)

    def __init__(self, shortcut: Shortcut, connection: Connected, client: str, usual: Usual, ready: Ready) -> None:
        super().__init__(shortcut, connection, client, usual)
        self._ready = ready

    def _begin(self) -> None:
        ready, tag = self._ready, self._usual.tag
        if tag is not None and matches(tag.decode("latin-1"), ready.etag):
            self._reply(304, ready.bare, b"")
        else:
            self._reply(200, ready.head, ready.content)


class _Query(Exchange):
    """A query."""

    __slots__ = ("_body", "_forms", "_waiting")

    def __init__(self, shortcut: Shortcut, connection: Connected, client: str, usual: Usual, forms: Forms) -> None:
        super().__init__(shortcut, connection, client, usual)
        self._forms, self._body = forms, b""
        self._waiting: Leaving | None = None

    def add(self, data: bytes) -> None:
        self._body += data

    def _begin(self) -> None:
        engines = self._shortcut.served.engines
        assert engines is not None
        text = self._usual.text
        if text is None:
            text = decoded(self._body)
        asked = Sparql(text, self._forms.solutions, self._forms.graphs)
        known = engines.known(asked)
        if known is not None:
            self._send(known)
            return
        refuse(text, "query", allow_service=engines.allow_service)
        self._waiting = engines.put(asked, self._client, self._come)

    def _come(self, said: Said) -> None:
        self._waiting = None
        if isinstance(said, tuple):
            self._send(said)
        else:
            self._refuse(not_acceptable() if said is None else said)

    def _send(self, found: Found) -> None:
        media_type, content = found
        content_type = self._forms.content_type(media_type)
        head = f"content-type: {content_type}\r\ncontent-length: {len(content)}\r\nvary: Accept\r\n"
        self._reply(200, head.encode("ascii"), content)

    def leave(self) -> None:
        if self._waiting:
            self._waiting.leave()
            self._note(499, 0)  # nobody is there to read it


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
