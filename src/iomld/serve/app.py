"""The server: looking up things, asking, and the pages, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from iomld.errors import IomldError
from iomld.serve.account import Account
from iomld.serve.answering import Answering
from iomld.serve.documents import Documents
from iomld.serve.engines import Engines
from iomld.serve.following import Following
from iomld.serve.guard import Guard
from iomld.serve.lookup import Lookup
from iomld.serve.pool import TooBusy
from iomld.serve.problems import Refused
from iomld.serve.rates import Rates
from iomld.serve.reconciling import Reconciling
from iomld.serve.refusals import Refusals
from iomld.serve.served import Served
from iomld.serve.watch import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

__all__ = ["application"]


def application(
    documents: Documents,
    engines: Callable[[], Engines],
    *,
    rate: float = 0,
    log: Callable[[Mapping[str, object]], None] | None = None,
    following: Following | None = None,
) -> ASGIApp:
    """The ASGI application.

    :param engines: makes the workers, when the server starts
    :param rate: requests a second of each client, on average; 0 sets no limit
    :param log: is told of each request; see :class:`iomld.serve.account.Account`
    :param following: renews what is served when the project changes
    """
    served = Served(documents)
    lookup = Lookup(served)
    reconciling = Reconciling(served)
    answering, refusals, watch = Answering(served, lookup), Refusals(served), Watch(served)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        served.engines = engines()
        renewing = asyncio.create_task(following.follow(served)) if following else None
        try:
            yield
        finally:
            if renewing:
                renewing.cancel()
            served.engines.close()

    routes = [
        Route("/sparql", answering.sparql, methods=["GET", "POST"]),
        Route("/health", watch.health, methods=["GET"]),
        Route("/metrics", watch.metrics, methods=["GET"]),
        Route("/search", lookup.search, methods=["GET"]),
        Route("/search.html", lookup.search, methods=["GET"]),
        Route("/search.{language}.html", lookup.search, methods=["GET"]),
        Route("/compare", lookup.compare, methods=["GET"]),
        Route("/reconcile", reconciling.service, methods=["GET", "POST"]),
        Route("/reconcile/suggest/{kind}", reconciling.suggest, methods=["GET"]),
        Route("/reconcile/properties", reconciling.properties, methods=["GET"]),
        Route("/reconcile/preview", reconciling.preview, methods=["GET"]),
        Route("/api/{name}.{suffix}", answering.table, methods=["GET"]),
        Route("/{path:path}", lookup.document, methods=["GET"]),
    ]
    if following:
        routes.insert(0, Route("/news", partial(following.news, served=served), methods=["GET"]))
    handlers: Mapping[Any, Any] = {
        Refused: refusals.refuse,
        IomldError: refusals.refuse,
        TooBusy: refusals.refuse,
        HTTPException: refusals.http_error,
        Exception: refusals.bug,
    }
    inner = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    return Guard(inner, served, rates=Rates(rate), account=Account(watch.counts, log))
