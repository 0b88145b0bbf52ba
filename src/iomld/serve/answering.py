"""Asking: the SPARQL endpoint, and the saved queries as an API."""

from __future__ import annotations

import json
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import QueryError
from iomld.query.parameters import lacking
from iomld.serve.clients import client_of, while_there
from iomld.serve.lookup import Lookup
from iomld.serve.problems import Refused
from iomld.serve.protocol import Endpoint
from iomld.serve.questions import Table
from iomld.serve.served import Served, matches, tag_of
from iomld.serve.tableservice import FORMATS, NO_ROWS, following, paging, unknown_query
from iomld.serve.words import split_address

__all__ = ["Answering"]

_ROWS = 200  # of an answer on one page


class Answering:
    """Answers to questions."""

    def __init__(self, served: Served, lookup: Lookup) -> None:
        self._served, self._lookup = served, lookup

    async def sparql(self, request: Request) -> Response:
        """The SPARQL endpoint."""
        assert self._served.engines is not None
        documents = self._served.documents
        endpoint = Endpoint(
            self._served.engines, page=lambda: documents.pages.read(self._lookup.page(request, "sparql")) or ""
        )
        if set(request.query_params) == {"lang"}:  # the language of the page, which is nothing to the protocol
            return await endpoint(Request({**request.scope, "query_string": b""}, request.receive))
        return await endpoint(request)

    async def table(self, request: Request) -> Response:
        """A saved query with its parameters."""
        assert self._served.engines is not None
        name, suffix = request.path_params["name"], request.path_params["suffix"]
        queries = self._served.documents.queries
        path = split_address(f"{name}.{suffix}")
        if path and path[0] in queries and path[1] in self._served.documents.languages:
            # A parameter of that name is one of the query.
            chosen = "lang" in request.query_params and all(one.name != "lang" for one in queries[path[0]].parameters)
            return await self._page(request, path[0], self._lookup.language(request) if chosen else path[1], chosen)
        if name not in queries or suffix not in FORMATS:
            found = self._lookup.in_language(request, f"api/{name}.{suffix}")
            if self._served.documents.read(found) is not None:
                return self._lookup.send(request, found)
            raise Refused(404, "not-found", unknown_query(name, queries))
        values, limit, offset = _given(request)
        format, media_type = FORMATS[suffix]
        asked = Table(queries[name], values, format, limit, offset)
        content, total = await while_there(request, self._served.engines.table(asked, client_of(request)))
        headers = {"X-Total-Count": str(total), "Cache-Control": "no-cache"}
        headers["ETag"] = tag_of(content)
        if after := following(values, limit, offset, total):
            headers["Link"] = f'<{quote(name)}.{suffix}?{after}>; rel="next"'
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        charset = "; charset=utf-8" if suffix == "csv" else ""
        return Response(content, headers={**headers, "Content-Type": media_type + charset})

    async def _page(self, request: Request, name: str, language: str, chosen: bool) -> Response:
        """The answer to a saved query as a page, with a form for its parameters.

        :param chosen: whether ``?lang=`` chose the language
        """
        assert self._served.engines is not None
        documents = self._served.documents
        values, limit, offset = _given(request)
        if chosen:
            del values["lang"]
        limit = limit or _ROWS
        values = {key: value for key, value in values.items() if value}  # a field that was left empty is not asked for
        if lacking(documents.queries[name], values):  # the form asks for it
            content, total = NO_ROWS, 0
        else:
            asked = Table(documents.queries[name], values, "json", limit, offset)
            content, total = await while_there(request, self._served.engines.table(asked, client_of(request)))
        page = documents.pages.answer(
            name, json.loads(content), values=values, total=total, limit=limit, offset=offset, language=language
        )
        headers = {"Content-Language": language, "Cache-Control": "no-cache"}
        return Response(page, headers=headers, media_type="text/html")


def _given(request: Request) -> tuple[dict[str, str], int | None, int]:
    """Values of the parameters, limit and offset."""
    given: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        given.setdefault(key, []).append(value)
    values, limit, offset = paging(given)
    if "\0" in "".join(values.values()):
        raise QueryError("parameter-malformed", "a parameter holds a null character")
    return values, limit, offset
