"""Who asks, and whether they still wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request

from iomld.serve.problems import Refused

__all__ = ["client_of", "while_there"]

Answer = TypeVar("Answer")
_LOOK = 0.05  # seconds


def client_of(request: Request) -> str:
    """The address of the client; behind a proxy on this machine, the one that the proxy names."""
    return request.client.host if request.client else ""


async def while_there(request: Request, work: Awaitable[Answer]) -> Answer:
    """The result of some work, which ends where the client goes away.

    :raises Refused: 499, which nobody reads
    """
    asking = asyncio.current_task()
    leaving: asyncio.Task[None] | None = None

    def watch() -> None:
        nonlocal leaving
        leaving = asyncio.ensure_future(_leaving(request))
        leaving.add_done_callback(lambda done: None if done.cancelled() or asking is None else asking.cancel())

    # Most answers are there before it is worth looking.
    timer = asyncio.get_running_loop().call_later(_LOOK, watch)
    try:
        return await work
    except asyncio.CancelledError:
        if asking is None or leaving is None or not leaving.done():
            raise
        asking.uncancel()
        raise Refused(499, "client-left", "the client went away") from None
    finally:
        timer.cancel()
        if leaving:
            leaving.cancel()


async def _leaving(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
