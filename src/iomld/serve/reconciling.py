"""The reconciliation service over HTTP, for OpenRefine and its kin.

Source: Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from iomld.serve.markup import Html, join, tag
from iomld.serve.problems import Refused, body_of
from iomld.serve.protocol import parsed
from iomld.serve.reconciliation import MOST_QUERIES, Reconciler, shown_value
from iomld.serve.served import Served
from iomld.serve.words import LANGUAGES

__all__ = ["Reconciling"]

_MOST_ROWS = 1000  # things of one request to extend


class Reconciling:
    """Answers below ``/reconcile``."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._made: tuple[int, Reconciler] | None = None

    def _reconciler(self) -> Reconciler:
        if self._made is None or self._made[0] != self._served.generation:
            self._made = self._served.generation, Reconciler(self._served.documents)
        return self._made[1]

    async def service(self, request: Request) -> Response:
        """Manifest, batches, single queries, and data extension, at one address."""
        given = parsed(request.scope["query_string"].decode("latin-1"))
        if request.method == "POST":
            given |= parsed(await body_of(request))
        return await asyncio.to_thread(self._service, request, given)

    def _service(self, request: Request, given: Mapping[str, list[str]]) -> Response:
        reconciler = self._reconciler()
        if "queries" in given:
            queries = _parsed(given["queries"][0])
            if len(queries) > MOST_QUERIES:
                raise Refused(413, "request-too-large", f"a batch may have {MOST_QUERIES} queries")
            if not all(isinstance(query, dict) for query in queries.values()):
                raise Refused(400, "query-malformed", "each member of a batch is an object")
            return _json({name: {"result": reconciler.answer(query)} for name, query in queries.items()})
        if "query" in given:
            text = given["query"][0]
            query = _parsed(text) if text.lstrip().startswith("{") else {"query": text}
            return _json({"result": reconciler.answer(query)})
        if "extend" in given:
            return _json(_extended(reconciler, _parsed(given["extend"][0])))
        site = str(request.base_url)
        return _json(reconciler.manifest(f"{site}reconcile", site))

    async def suggest(self, request: Request) -> Response:
        """Things, classes or properties that a text could become; things by their names in ``lang``."""
        kind, prefix = request.path_params["kind"], request.query_params.get("prefix", "")
        if kind not in ("entity", "type", "property"):
            raise Refused(404, "not-found", "suggested are entity, type and property")
        language = request.query_params.get("lang", LANGUAGES[0])
        return _json({"result": await asyncio.to_thread(self._reconciler().suggest, kind, prefix, language)})

    async def properties(self, request: Request) -> Response:
        """The properties by which a table of things of a class could be extended."""
        kind = request.query_params.get("type")
        limit = request.query_params.get("limit", "100")
        if not limit.isascii() or not limit.isdigit():
            raise Refused(400, "parameter-malformed", "the limit is no number")
        found = (await asyncio.to_thread(self._reconciler().properties, kind))[: int(limit[:6])]
        return _json({"properties": found, **({"type": kind} if kind else {}), "limit": int(limit[:6])})

    async def preview(self, request: Request) -> Response:
        """A small page on a thing, to stand in the page of another program."""
        dataset = self._served.documents.dataset
        identifier = request.query_params.get("id", "")
        thing = f"<{dataset.base}{identifier}>"
        if dataset.path(thing) is None:
            raise Refused(404, "not-found", f"there is nothing of the identifier “{identifier}”")
        names = [tag("li", name, lang=language or None) for language, name in dataset.labels(thing).items()]
        kinds = ", ".join(dataset.label(kind) for kind in dataset.types(thing))
        address = f"{request.base_url}{self._served.documents.href(identifier)}"
        body = join(
            [
                tag("h1", tag("a", dataset.label(thing), href=address, target="_blank", rel="noopener")),
                tag("p", kinds),
                tag("ul", *names),
                tag("p", tag("code", dataset.base + identifier)),
            ]
        )
        head = join([tag("meta", charset="utf-8"), tag("title", dataset.label(thing))])
        page = Html(f"<!DOCTYPE html>\n{tag('html', tag('head', head), tag('body', body), lang='en')}\n")
        return Response(page, media_type="text/html")


def _extended(reconciler: Reconciler, asked: Mapping[str, Any]) -> dict[str, Any]:
    dataset = reconciler.dataset
    if not all(isinstance(asked.get(name), list) for name in ("ids", "properties")):
        raise Refused(400, "query-malformed", "what to extend has a list of ids and a list of properties")
    try:
        ids, properties = [str(one) for one in asked["ids"]], [str(one["id"]) for one in asked["properties"]]
    except (KeyError, TypeError) as error:
        raise Refused(400, "query-malformed", f"each property to extend by has an id: {error}") from error
    if len(ids) > _MOST_ROWS or len(properties) > 50:
        raise Refused(413, "request-too-large", f"{_MOST_ROWS} things and 50 properties can be asked for at once")
    rows = {}
    for one in ids:
        said = dataset.about.get(f"<{dataset.base}{one}>", {})
        rows[one] = {
            name: [shown_value(reconciler, object) for object in said.get(reconciler.spelt(name), ())]
            for name in properties
        }
    meta = [{"id": name, "name": dataset.label(reconciler.spelt(name))} for name in properties]
    return {"meta": meta, "rows": rows}


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair can be asked for, and not answered
    except (ValueError, RecursionError) as error:
        raise Refused(400, "query-malformed", f"this is not JSON in Unicode: {error}") from error
    if not isinstance(found, dict):
        raise Refused(400, "query-malformed", "an object is wanted")
    return found


def _json(document: object) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), media_type="application/json")
