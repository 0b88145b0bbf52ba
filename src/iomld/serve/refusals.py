"""What is said where a request is not answered: a page to people, a problem document to programs."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import IomldError
from iomld.serve.markup import link, tag
from iomld.serve.negotiation import chosen
from iomld.serve.pool import TooBusy
from iomld.serve.problems import Refused, problem, told
from iomld.serve.served import Served

__all__ = ["Refusals"]


class Refusals:
    """Handlers of what goes wrong."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def refuse(self, request: Request, error: Refused | IomldError | TooBusy) -> Response:
        """A problem, as a page for people and as JSON for others."""
        status, content, headers = told(error)
        if status == 404 or (status == 406 and not request.url.path.startswith("/sparql")):
            kind = chosen(request.headers.get("accept"), ["application/problem+json", "text/html"])
            if kind == "text/html" and not request.url.path.startswith("/api/"):
                return Response(self._lost(request, str(getattr(error, "message", ""))), status, media_type="text/html")
        return Response(content, status, headers=headers)

    def _lost(self, request: Request, message: str) -> str:
        last = request.url.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        near = self._served.documents.index.find(last.replace("-", " "), most=10)
        root = "../" * (request.url.path.count("/") - 1)
        items = [tag("li", link(entry.label, root + self._served.documents.href(entry.path))) for entry in near]
        return self._served.documents.pages.message(
            request.url.path.removeprefix("/"),
            "Nothing here" if near or "nothing" in message else "Not in that form",
            tag("p", message),
            tag("ul", *items) if items else None,
        )

    async def http_error(self, request: Request, error: HTTPException) -> Response:
        """A method that is not taken, and the like."""
        status, content = problem(Refused(error.status_code, "not-allowed", str(error.detail)))
        headers = {**(error.headers or {}), "Content-Type": "application/problem+json"}
        return Response(content, status, headers=headers)

    async def bug(self, request: Request, error: Exception) -> Response:
        """A mistake of ours; what it was stands in the log, not in the answer."""
        status, content, headers = told(error)
        return Response(content, status, headers=headers)
