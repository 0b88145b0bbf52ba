"""What is said where a request is not answered: a page to people, a problem document to programs."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import IomldError
from iomld.serve.markup import tag
from iomld.serve.negotiation import chosen, spoken
from iomld.serve.pool import TooBusy
from iomld.serve.problems import Refused, problem, told
from iomld.serve.served import Served
from iomld.serve.words import LANGUAGES, split_address

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
                language = self._language(request)
                page = self._lost(request, status, str(getattr(error, "message", "")), language)
                headers = {"Content-Language": language, "Vary": "Accept, Accept-Language"}
                return Response(page, status, headers=headers, media_type="text/html")
        return Response(content, status, headers=headers)

    def _language(self, request: Request) -> str:
        """The language of a page for the client: that of the address, else the one of those it reads."""
        offered = tuple(self._served.documents.languages)
        named = split_address(request.url.path)
        wanted = named[1] if named and named[1] != LANGUAGES[0] else request.query_params.get("lang")
        return wanted if wanted in offered else spoken(request.headers.get("accept-language"), offered)

    def _lost(self, request: Request, status: int, message: str, language: str) -> str:
        documents = self._served.documents
        last = request.url.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        near = documents.index.find(last.replace("-", " "), most=10) if status == 404 else ()
        return documents.pages.message(
            request.url.path.removeprefix("/"),
            "Nothing here" if status == 404 else "Not in that form",
            tag("p", message, lang="en" if language != "en" else None),
            things=[f"<{documents.dataset.base}{entry.path}>" for entry in near],
            language=language,
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
