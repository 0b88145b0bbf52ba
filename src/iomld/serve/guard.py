"""What holds for every request: the rate of its client, guarding headers, the log."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.responses import Response

from iomld.serve.account import Account
from iomld.serve.frame import policy
from iomld.serve.problems import Refused, told, too_often
from iomld.serve.rates import Rates
from iomld.serve.served import Served
from iomld.serve.shortcut import Shortcut

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

    A connection that knows of :attr:`shortcut` may pass it by.
    """

    def __init__(
        self,
        app: ASGIApp,
        served: Served,
        *,
        rates: Rates,
        account: Account,
    ) -> None:
        self._app, self._rates, self._account = app, rates, account
        said = {**_HEADERS, "content-security-policy": f"{policy()}; frame-ancestors 'none'"}
        self.shortcut = Shortcut(served, rates=rates, account=account, common=said)
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
            await _refused(Refused(503, "stopping", "the server stops"))(scope, receive, sending)
        finally:
            self._under_way -= 1
            self._account.note(
                client=scope["client"][0] if scope["client"] else None,
                method=scope["method"],
                path=scope["path"],
                status=status,
                size=size,
                began=began,
                agent=next((value for name, value in scope["headers"] if name == b"user-agent"), None),
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if not self._rates.allows(scope["client"][0] if scope["client"] else ""):
            await _refused(too_often())(scope, receive, send)
        elif self._under_way > _MOST_UNDER_WAY:
            busy = Refused(503, "too-busy", "too many requests are under way; ask again in a moment")
            await _refused(busy)(scope, receive, send)
        elif method == "OPTIONS":
            methods = "GET, HEAD, POST, OPTIONS" if scope["path"] in _TAKING else "GET, HEAD, OPTIONS"
            allowed = {"Allow": methods, "Access-Control-Allow-Methods": methods}
            await Response(status_code=204, headers={**allowed, **_PREFLIGHT})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refused(error: Refused) -> Response:
    status, content, headers = told(error)
    return Response(content, status, headers=headers)
