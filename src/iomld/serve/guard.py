"""What holds for every answer: guarding headers, preflight requests, the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from starlette.responses import Response

from iomld.serve.frame import policy

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Link, ETag, Content-Location, X-Total-Count",
}


class Guard:
    """Headers of every answer, preflight requests, and the log."""

    def __init__(self, app: ASGIApp, log: Callable[[Mapping[str, object]], None] | None) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {**_HEADERS, "content-security-policy": f"{policy()}; frame-ancestors 'none'"}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in said.items())]
            await send(message)

        try:
            if scope["method"] == "OPTIONS":
                allowed = {
                    "Allow": "GET, HEAD, POST, OPTIONS",
                    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
                    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                    "Access-Control-Max-Age": "86400",
                }
                await Response(status_code=204, headers=allowed)(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        finally:
            if self._log:
                seconds = round(time.monotonic() - began, 6)
                self._log({"method": scope["method"], "path": scope["path"], "status": status, "seconds": seconds})
