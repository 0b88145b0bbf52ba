"""Answers given before: the data does not change between builds, so a query that is asked again needs no work.

Queries whose answer may differ from time to time are asked anew: those that use NOW, RAND, UUID, STRUUID,
BNODE or SERVICE.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from iomld.serve.served import Served

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Repeated"]

_MOST_KEPT = 64 * 2**20  # bytes of answers
_LONGEST = 2**20  # bytes of an answer that is kept
_LONGEST_QUERY = 16_384  # bytes
_CHANGING = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(|\bservice\b", re.IGNORECASE)
_OF_KEY = (b"accept", b"content-type", b"accept-language")
_Key = tuple[int, str, bytes, bytes, tuple[bytes, ...]]
_Answer = tuple[list[tuple[bytes, bytes]], bytes]


class Repeated:
    """What stands before the SPARQL endpoint.

    :param path: address of the endpoint
    """

    def __init__(self, app: ASGIApp, served: Served, *, path: str) -> None:
        self._app, self._served, self._path = app, served, path
        self._kept: OrderedDict[_Key, _Answer] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] not in ("GET", "POST"):
            await self._app(scope, receive, send)
            return
        body = b""
        if scope["method"] == "POST":
            first = await receive()
            body = first.get("body", b"")
            if first["type"] != "http.request" or first.get("more_body") or len(body) > _LONGEST_QUERY:
                await self._app(scope, _again(first, receive), send)
                return
            receive = _again(first, receive)
        said = dict(scope["headers"])
        of_key = tuple(said.get(name, b"") for name in _OF_KEY)
        key = self._served.generation, scope["method"], scope["query_string"], body, of_key
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            await send({"type": "http.response.start", "status": 200, "headers": kept[0]})
            await send({"type": "http.response.body", "body": kept[1]})
            return
        text = scope["query_string"] + b" " + body
        if _CHANGING.search(unquote_plus(text.decode("latin-1"))):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, self._keeping(key, send))

    def _keeping(self, key: _Key, send: Send) -> Send:
        headers: list[tuple[bytes, bytes]] | None = None

        async def sending(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start":
                headers = list(message["headers"]) if message["status"] == 200 else None
            elif headers is not None and not message.get("more_body"):
                self._keep(key, (headers, message.get("body", b"")))
            await send(message)

        return sending

    def _keep(self, key: _Key, answer: _Answer) -> None:
        if len(answer[1]) > _LONGEST or key in self._kept:
            return
        self._kept[key] = answer
        self._size += _size(key, answer)
        while self._size > _MOST_KEPT:
            self._size -= _size(*self._kept.popitem(last=False))


def _size(key: _Key, answer: _Answer) -> int:
    return len(key[2]) + len(key[3]) + sum(map(len, key[4])) + len(answer[1]) + 1000  # and what holds it


def _again(first: Message, receive: Receive) -> Receive:
    """What gives a message once more, and then all others."""
    left = [first]

    async def receiving() -> Message:
        return left.pop() if left else await receive()

    return receiving
