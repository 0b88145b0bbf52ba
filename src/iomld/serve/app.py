"""The server: looking up things, asking, and the pages, over HTTP."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from iomld.errors import IomldError, QueryError
from iomld.serve import overview
from iomld.serve.documents import SUFFIXES, VOID, Document, Documents
from iomld.serve.frame import policy
from iomld.serve.markup import join, link, tag
from iomld.serve.negotiation import chosen
from iomld.serve.problems import Refused, problem
from iomld.serve.protocol import Endpoint
from iomld.serve.questions import Table, table
from iomld.serve.tableservice import FORMATS, following, paging, unknown_query
from iomld.serve.workers import Asked, Pool, TooBusy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["application"]

_MOST_KEPT = 128 * 2**20  # bytes of documents held ready
_ALTERNATES = {suffix: type for suffix, (type, _) in SUFFIXES.items()}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Link, ETag, Content-Location, X-Total-Count",
}


def application(
    documents: Documents, pool: Callable[[], Pool], *, log: Callable[[Mapping[str, object]], None] | None = None
) -> ASGIApp:
    """The ASGI application.

    :param pool: makes the workers, when the server starts
    :param log: is told of each request: method, path, status, seconds
    """
    site = _Site(documents)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        site.pool = pool()
        try:
            yield
        finally:
            site.pool.close()

    routes = [
        Route("/sparql", site.sparql, methods=["GET", "POST"]),
        Route("/health", site.health, methods=["GET"]),
        Route("/search", site.search, methods=["GET"]),
        Route("/search.html", site.search, methods=["GET"]),
        Route("/api/{name}.{suffix}", site.table, methods=["GET"]),
        Route("/{path:path}", site.document, methods=["GET"]),
    ]
    handlers: Mapping[Any, Any] = {
        Refused: site.refuse,
        IomldError: site.refuse,
        TooBusy: site.busy,
        HTTPException: site.http_error,
        Exception: site.bug,
    }
    return _Guard(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers), log)


class _Guard:
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


class _Site:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._kept: OrderedDict[str, tuple[Document, str]] = OrderedDict()
        self._size = 0
        self.pool: Pool | None = None
        self._endpoint: Endpoint | None = None

    async def document(self, request: Request) -> Response:
        """A document under its path, or the way from the IRI of a thing to its document."""
        known = self._documents
        path = request.path_params["path"]
        if path == "":
            return self._send(request, "index.html")
        raw = request.scope.get("raw_path", b"").decode("ascii", "replace").removeprefix("/")
        thing = next((one for one in dict.fromkeys((path, raw, unquote(path))) if known.knows(one)), None)
        if thing is not None:
            return self._see_other(request, f"doc/{quote(thing)}", path)
        if path in ("ns", "ns/") or path.startswith("ns/"):
            return self._see_other(request, "ns", path)
        if path == "dataset" or path.startswith("dataset/"):
            return self._dataset(request, path)
        if path.startswith("doc/") and known.knows(path[4:]):
            suffix = self._suffix(request, _ALTERNATES)
            return self._send(request, f"{path}.{suffix}", located=True)
        if path in ("api", "api/", "browse", "browse/"):
            return self._redirect(request, path.rstrip("/") + "/index.html", path, 308)
        return self._send(request, path)

    def _see_other(self, request: Request, stem: str, path: str) -> Response:
        suffix = self._suffix(request, _ALTERNATES)
        return self._redirect(request, f"{stem}.{suffix}", path, 303)

    def _dataset(self, request: Request, path: str) -> Response:
        name = path.rpartition("/")[2]
        if name in self._documents.files:
            return self._redirect(request, name, path, 303)
        if path.count("/") > 1:
            raise Refused(404, "not-found", "there is no such file of the dataset")
        offered = {"html": "text/html", "ttl": "text/turtle"}
        suffix = self._suffix(request, offered)
        return self._redirect(request, "index.html" if suffix == "html" else "dataset.ttl", path, 303)

    def _redirect(self, request: Request, target: str, path: str, status: int) -> Response:
        # Relative, so that it holds behind a proxy that puts the site below a path of its own.
        location = "../" * path.count("/") + target
        return Response(status_code=status, headers={"Location": location, "Vary": "Accept"})

    def _suffix(self, request: Request, offered: Mapping[str, str]) -> str:
        wanted = request.query_params.get("format")
        if wanted is not None:
            names = {**{type: suffix for suffix, type in offered.items()}, **{suffix: suffix for suffix in offered}}
            aliases = {"turtle": "ttl", "json-ld": "jsonld", "ntriples": "nt", "n-triples": "nt", "json": "jsonld"}
            found = names.get(aliases.get(wanted, wanted))
            if found is None:
                raise Refused(406, "not-acceptable", f"formats are {', '.join(offered)}, not “{wanted}”")
            return found
        types = [*offered.values(), "application/json"] if "jsonld" in offered else list(offered.values())
        best = chosen(request.headers.get("accept"), types)
        if best == "application/json":
            return "jsonld"
        if best is None:
            raise Refused(406, "not-acceptable", f"there is {', '.join(offered.values())} of it")
        return next(suffix for suffix, type in offered.items() if type == best)

    def _read(self, path: str) -> tuple[Document, str] | None:
        """A document and its tag; those read last are held ready."""
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
            return kept
        document = self._documents.read(path)
        if document is None:
            return None
        kept = document, f'"{hashlib.sha256(document.content).hexdigest()[:32]}"'
        self._kept[path] = kept
        self._size += len(document.content)
        while self._size > _MOST_KEPT and len(self._kept) > 1:
            _, (dropped, _) = self._kept.popitem(last=False)
            self._size -= len(dropped.content)
        return kept

    def _send(self, request: Request, path: str, *, located: bool = False) -> Response:
        found = self._read(path)
        if found is None:
            raise Refused(404, "not-found", f"there is nothing under /{path}")
        document, etag = found
        media_type = document.media_type
        textual = media_type.startswith("text/")
        headers = {
            "Content-Type": f"{media_type}; charset=utf-8" if textual else media_type,
            "ETag": etag,
            "Cache-Control": "no-cache",
            "Vary": "Accept",
        }
        if located:
            headers["Content-Location"] = quote(path.rpartition("/")[2])
        stem, _, suffix = path.rpartition(".")
        if path.startswith("doc/") or stem == "ns":
            headers["Link"] = ", ".join(self._links(stem, suffix))
        if _matches(request.headers.get("if-none-match"), etag):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
        return Response(document.content, headers=headers)

    def _links(self, stem: str, suffix: str) -> list[str]:
        name = quote(stem.rpartition("/")[2])
        about = quote(self._documents.dataset.base + stem.removeprefix("doc/"), safe=":/%#")
        others = ((one, type) for one, type in _ALTERNATES.items() if one != suffix)
        void = "../" * stem.count("/") + VOID
        return [
            f'<{about}>; rel="about"',
            *(f'<{name}.{one}>; rel="alternate"; type="{type}"' for one, type in others),
            f'<{void}>; rel="http://rdfs.org/ns/void#inDataset"',
        ]

    async def search(self, request: Request) -> Response:
        """Names that hold all the words asked for."""
        asked = request.query_params.get("q")
        if asked is None or not asked.strip():
            return self._send(request, "search.html")
        known = self._documents
        found = known.index.find(asked[:200])
        text = overview.search_page(site=known.site, href=known.href, asked=asked, found=found)
        return Response(text, media_type="text/html")

    async def sparql(self, request: Request) -> Response:
        """The SPARQL endpoint."""
        assert self.pool is not None
        if self._endpoint is None:
            self._endpoint = Endpoint(
                self.pool, page=overview.sparql_page(self._documents.queries, site=self._documents.site)
            )
        return await self._endpoint(request)

    async def table(self, request: Request) -> Response:
        """A saved query with its parameters."""
        assert self.pool is not None
        name, suffix = request.path_params["name"], request.path_params["suffix"]
        queries = self._documents.queries
        if name not in queries or suffix not in FORMATS:
            if self._documents.read(f"api/{name}.{suffix}") is not None:
                return self._send(request, f"api/{name}.{suffix}")
            raise Refused(404, "not-found", unknown_query(name, queries))
        given: dict[str, list[str]] = {}
        for key, value in request.query_params.multi_items():
            given.setdefault(key, []).append(value)
        values, limit, offset = paging(given)
        if "\0" in "".join(values.values()):
            raise QueryError("parameter-malformed", "a parameter holds a null character")
        format, media_type = FORMATS[suffix]
        content, total = await self.pool.ask(Asked(table, Table(queries[name], values, format, limit, offset)))
        headers = {"X-Total-Count": str(total), "Cache-Control": "no-cache"}
        headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if after := following(values, limit, offset, total):
            headers["Link"] = f'<{quote(name)}.{suffix}?{after}>; rel="next"'
        if _matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        charset = "; charset=utf-8" if suffix == "csv" else ""
        return Response(content, headers={**headers, "Content-Type": media_type + charset})

    async def health(self, request: Request) -> Response:
        """Whether the server is there."""
        return Response("ok\n", media_type="text/plain", headers={"Cache-Control": "no-store"})

    async def refuse(self, request: Request, error: Refused | IomldError) -> Response:
        """A problem, as a page for people and as JSON for others."""
        status, content = problem(error)
        if status == 404 or (status == 406 and not request.url.path.startswith("/sparql")):
            kind = chosen(request.headers.get("accept"), ["application/problem+json", "text/html"])
            if kind == "text/html" and not request.url.path.startswith("/api/"):
                return Response(self._lost(request, error.message), status, media_type="text/html")
        return Response(content, status, headers={"Content-Type": "application/problem+json", "Vary": "Accept"})

    def _lost(self, request: Request, message: str) -> str:
        last = request.url.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        near = self._documents.index.find(last.replace("-", " "), most=10)
        root = "../" * (request.url.path.count("/") - 1)
        items = [tag("li", link(entry.label, root + self._documents.href(entry.path))) for entry in near]
        lists = join(["Look in the ", link("lists of everything", f"{root}browse/index.html"), "."])
        return overview.message_page(
            "Nothing here" if near or "nothing" in message else "Not in that form",
            tag("p", message),
            tag("ul", *items) if items else None,
            tag("p", lists),
            root=root,
            site=self._documents.site,
        )

    async def busy(self, request: Request, error: TooBusy) -> Response:
        """Too many ask at a time."""
        status, content = problem(
            Refused(503, "too-busy", "too many queries wait for an answer; ask again in a moment")
        )
        return Response(content, status, headers={"Content-Type": "application/problem+json", "Retry-After": "1"})

    async def http_error(self, request: Request, error: HTTPException) -> Response:
        """A method that is not taken, and the like."""
        status, content = problem(Refused(error.status_code, "not-allowed", str(error.detail)))
        headers = {**(error.headers or {}), "Content-Type": "application/problem+json"}
        return Response(content, status, headers=headers)

    async def bug(self, request: Request, error: Exception) -> Response:
        """A mistake of ours; what it was stands in the log, not in the answer."""
        status, content = problem(Refused(500, "internal", "the server made a mistake"))
        return Response(content, status, headers={"Content-Type": "application/problem+json"})


def _matches(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in tags or etag in tags
