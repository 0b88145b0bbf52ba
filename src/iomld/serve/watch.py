"""For whoever looks after the server: whether it is there, and what it did."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from iomld.serve.connections import is_local, waiting
from iomld.serve.metrics import Metrics
from iomld.serve.problems import Refused
from iomld.serve.served import Served

__all__ = ["Watch"]

_NOW = {"Cache-Control": "no-store"}


class Watch:
    """Answers to ``/health`` and ``/metrics``."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self.counts = Metrics()

    async def health(self, request: Request) -> Response:
        """Whether the server is there."""
        return Response("ok\n", media_type="text/plain", headers=_NOW)

    async def metrics(self, request: Request) -> Response:
        """What it did, told to clients of this machine only.

        :raises Refused: 404 to others
        """
        if not is_local(request.client.host if request.client else ""):
            raise Refused(404, "not-found", "there is nothing under /metrics")
        assert self._served.engines is not None
        text = self.counts.text(
            self._served.engines.pools, connections_waiting=waiting(), documents_held=self._served.held
        )
        return Response(text, media_type="text/plain; version=0.0.4", headers=_NOW)
