"""Heads of requests that were read before: clients send the same one again and again, and the same bytes mean the same.

Source: RFC 9112, sections 2 and 6.
"""

from __future__ import annotations

from typing import NamedTuple

from iomld.serve.protocol import Forms

__all__ = ["Heads", "Usual"]

_END = b"\r\n\r\n"
_MOST = 2_048  # heads
_LONGEST = 2_048  # bytes


class Usual(NamedTuple):
    """What the head of a usual request says.

    :param path: without what follows the question mark
    :param length: bytes of the body
    :param forms: what a query may be answered in; None where a document is asked for
    :param text: the query, where it is in the address
    :param tag: value of If-None-Match
    :param forwarded: value of X-Forwarded-For
    """

    method: str
    path: str
    agent: bytes | None
    length: int = 0
    forms: Forms | None = None
    text: str | None = None
    tag: bytes | None = None
    forwarded: bytes | None = None


class Heads:
    """The heads that were kept last."""

    def __init__(self) -> None:
        self._known: dict[bytes, Usual] = {}

    def find(self, data: bytes) -> tuple[Usual, bytes] | None:
        """What the head says with which some bytes begin, and the body, if they are one request with a known head.

        :param data: what was received where a request may begin
        """
        end = data.find(_END) + len(_END)
        usual = self._known.get(data[:end])
        return (usual, data[end:]) if usual is not None and len(data) == end + usual.length else None

    def keep(self, data: bytes, method: bytes, url: bytes, usual: Usual) -> None:
        """Keep what a head says.

        :param data: what was received, of which the parser read the head from the first byte on
        :param method: as the parser read it, and ``url`` likewise: bytes that begin otherwise are not kept
        """
        head = data[: data.find(_END) + len(_END)]
        if len(head) > _LONGEST or not head.startswith(b"%b %b HTTP/1.1\r\n" % (method, url)):
            return
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[head] = usual
