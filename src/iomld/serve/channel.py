"""A connection to a server that stands behind ours: one request at a time, its answer kept whole in memory.

Source: RFC 9112 (HTTP/1.1).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import NamedTuple, cast

import httptools

from iomld.serve.questions import MOST_BYTES

__all__ = ["AnswerTooLong", "Channel", "Reply"]

# The head of an answer in one chunk, up to the chunk.
_HEAD = re.compile(
    rb"HTTP/1\.1 ([0-9]{3}) [^\r]*\r\n(?=(?:[^\r]+\r\n)*?content-type: *([^\r]*)\r\n)"
    rb"(?=(?:[^\r]+\r\n)*?transfer-encoding: *chunked\r\n)(?:[^\r]+\r\n)*\r\n([0-9a-f]{1,8})\r\n",
    re.IGNORECASE,
)
_END = b"\r\n0\r\n\r\n"


class AnswerTooLong(Exception):
    """The answer has more bytes than may be."""


class Reply(NamedTuple):
    """What the server said."""

    status: int
    media_type: str
    body: bytes


Done = Callable[[Reply | Exception], None]


class Channel(asyncio.Protocol):
    """The connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._done: Done | None = None
        self._parser: httptools.HttpResponseParser | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked over it any more."""
        return self._transport is None or self._transport.is_closing()

    def send(self, request: bytes, done: Done) -> None:
        """Send a request.

        :param done: is called once, with the answer, :class:`AnswerTooLong` or a :class:`ConnectionError`
        """
        if self._transport is None or self._transport.is_closing():
            done(ConnectionError())
            return
        self._done = done
        self._transport.write(request)

    def close(self) -> None:
        """End it; who waits for an answer is told."""
        if self._transport:
            self._transport.abort()

    def leave(self) -> None:
        """End it; nobody waits any more."""
        self._done = None
        self.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no common class

    def connection_lost(self, exc: Exception | None) -> None:
        """The server is gone."""
        self._transport = None
        self._tell(ConnectionError())

    def _tell(self, said: Reply | Exception) -> None:
        done, self._done, self._parser = self._done, None, None
        if done:
            done(said)

    def data_received(self, data: bytes) -> None:
        """Bytes of an answer."""
        if self._parser is None:
            # Most answers come at once and in one chunk, and need no parser.
            if (head := _HEAD.match(data)) and data.endswith(_END):
                start, size = head.end(), int(head[3], 16)
                if len(data) == start + size + len(_END):
                    self._tell(Reply(int(head[1]), head[2].decode("latin-1"), data[start : start + size]))
                    return
            self._parser = httptools.HttpResponseParser(self)
            self._body: list[bytes] = []
            self._size = 0
            self._media_type = ""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if name.lower() == b"content-type":
            self._media_type = value.decode("latin-1")

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        self._size += len(data)
        if self._size <= MOST_BYTES:
            self._body.append(data)
        elif self._done:
            self._done(AnswerTooLong())
            self._done = None
            self.close()

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._parser is not None:
            self._tell(Reply(self._parser.get_status_code(), self._media_type, b"".join(self._body)))
