"""Who asks, and whether they still wait."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from iomld.serve.problems import Refused

__all__ = ["client_of", "while_there"]

Answer = TypeVar("Answer")


def client_of(request: Request) -> str:
    """The address of the client; behind a proxy on this machine, the one that the proxy names."""
    return request.client.host if request.client else ""


async def while_there(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of some work, which ends where the client goes away.

    :raises Refused: 499, which nobody reads
    """
    task = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_leaving(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Refused(499, "client-left", "the client went away")
        return task.result()
    finally:
        leaving.cancel()
        task.cancel()


async def _leaving(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
