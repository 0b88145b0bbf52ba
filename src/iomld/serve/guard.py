"""What holds for every request: the rate of its client, guarding headers, the log; and the short way to documents.

A document that is held ready is sent from here, without a router: most of what a server of documents does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from iomld.serve.frame import policy
from iomld.serve.metrics import Metrics
from iomld.serve.problems import Refused, problem
from iomld.serve.rates import Rates
from iomld.serve.served import Served, matches

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Link, ETag, Content-Location, X-Total-Count",
}
_TAKING = ("/sparql", "/reconcile")  # addresses that take a body
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_FRAMED = "/reconcile/preview"
_MOST_UNDER_WAY = 1000  # requests


class Guard:
    """The outermost part of the application.

    :param log: is told of each request: time, client, method, path, status, bytes, seconds, agent
    """

    def __init__(
        self,
        app: ASGIApp,
        served: Served,
        *,
        rates: Rates,
        metrics: Metrics,
        log: Callable[[Mapping[str, object]], None] | None,
    ) -> None:
        self._app, self._served, self._rates, self._metrics, self._log = app, served, rates, metrics, log
        said = {**_HEADERS, "content-security-policy": f"{policy()}; frame-ancestors 'none'"}
        self._common = [(name.encode(), value.encode()) for name, value in said.items()]
        # The small pages on a thing are there to stand in pages of others; no script or form is in them.
        framed = {**said, "content-security-policy": "default-src 'none'; frame-ancestors *"}
        del framed["x-frame-options"]
        self._framed = [(name.encode(), value.encode()) for name, value in framed.items()]
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status, size, started = 500, 0, False

        async def sending(message: Message) -> None:
            nonlocal status, size, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                common = self._framed if scope["path"] == _FRAMED else self._common
                message["headers"] = [*message["headers"], *common]
            else:
                size += len(message.get("body", b""))
            await send(message)

        self._under_way += 1
        try:
            await self._answer(scope, receive, sending)
        except asyncio.CancelledError:  # the server stops, and has waited
            if started:
                raise
            await _refused(503, "stopping", "the server stops")(scope, receive, sending)
        finally:
            self._under_way -= 1
            seconds = time.monotonic() - began
            self._metrics.count(scope["path"], status, seconds)
            if self._log:
                self._log(_line(scope, status, size, seconds))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if not self._rates.allows(scope["client"][0] if scope["client"] else ""):
            await _refused(429, "too-many-requests", "this client asks too often; ask again in a second")(
                scope, receive, send
            )
        elif self._under_way > _MOST_UNDER_WAY:
            await _refused(503, "too-busy", "too many requests are under way; ask again in a moment")(
                scope, receive, send
            )
        elif method in ("GET", "HEAD") and not scope["query_string"] and (held := self._served.ready(scope["path"])):
            tag = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
            if tag is not None and matches(tag.decode("latin-1"), held.etag):
                await send({"type": "http.response.start", "status": 304, "headers": held.bare})
                await send({"type": "http.response.body"})
            else:
                await send({"type": "http.response.start", "status": 200, "headers": held.headers})
                await send({"type": "http.response.body", "body": held.content})
        elif method == "OPTIONS":
            methods = "GET, HEAD, POST, OPTIONS" if scope["path"] in _TAKING else "GET, HEAD, OPTIONS"
            allowed = {"Allow": methods, "Access-Control-Allow-Methods": methods}
            await Response(status_code=204, headers={**allowed, **_PREFLIGHT})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refused(status: int, id: str, message: str) -> Response:
    _, content = problem(Refused(status, id, message))
    return Response(content, status, headers={"Content-Type": "application/problem+json", "Retry-After": "1"})


def _line(scope: Scope, status: int, size: int, seconds: float) -> Mapping[str, object]:
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": scope["client"][0] if scope["client"] else None,
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "bytes": size,
        "seconds": round(seconds, 6),
        "agent": agent.decode("latin-1")[:200],
    }
