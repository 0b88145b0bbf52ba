"""The server: looking up things, asking, and the pages, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from iomld.errors import IomldError
from iomld.serve.answering import Answering
from iomld.serve.documents import Documents
from iomld.serve.engines import Engines
from iomld.serve.guard import Guard
from iomld.serve.lookup import Lookup
from iomld.serve.pool import TooBusy
from iomld.serve.problems import Refused
from iomld.serve.refusals import Refusals
from iomld.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

__all__ = ["application"]


def application(
    documents: Documents, engines: Callable[[], Engines], *, log: Callable[[Mapping[str, object]], None] | None = None
) -> ASGIApp:
    """The ASGI application.

    :param engines: makes the workers, when the server starts
    :param log: is told of each request: method, path, status, seconds
    """
    served = Served(documents)
    lookup = Lookup(served)
    answering, refusals = Answering(served, lookup), Refusals(served)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        served.engines = engines()
        try:
            yield
        finally:
            served.engines.close()

    routes = [
        Route("/sparql", answering.sparql, methods=["GET", "POST"]),
        Route("/health", _health, methods=["GET"]),
        Route("/search", lookup.search, methods=["GET"]),
        Route("/search.html", lookup.search, methods=["GET"]),
        Route("/search.{language}.html", lookup.search, methods=["GET"]),
        Route("/compare", lookup.compare, methods=["GET"]),
        Route("/api/{name}.{suffix}", answering.table, methods=["GET"]),
        Route("/{path:path}", lookup.document, methods=["GET"]),
    ]
    handlers: Mapping[Any, Any] = {
        Refused: refusals.refuse,
        IomldError: refusals.refuse,
        TooBusy: refusals.busy,
        HTTPException: refusals.http_error,
        Exception: refusals.bug,
    }
    return Guard(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers), log)


async def _health(request: Request) -> Response:
    """Whether the server is there."""
    return Response("ok\n", media_type="text/plain", headers={"Cache-Control": "no-store"})
