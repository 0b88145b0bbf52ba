"""The SPARQL 1.1 Protocol, for asking only.

Source: SPARQL 1.1 Protocol, section 2.1 (query operation); SPARQL 1.1 Service Description.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import QueryError
from iomld.query.local import refuse
from iomld.serve.clients import client_of, while_there
from iomld.serve.engines import Queries
from iomld.serve.negotiation import chosen
from iomld.serve.problems import Refused, body_of
from iomld.serve.questions import GRAPHS, SOLUTIONS, Sparql

__all__ = ["Endpoint"]

_NAMES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_DESCRIPTION = """\
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix formats: <http://www.w3.org/ns/formats/> .

<{here}> a sd:Service ;
    sd:endpoint <{here}> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML , formats:SPARQL_Results_CSV ,
        formats:SPARQL_Results_TSV , formats:Turtle , formats:N-Triples , formats:JSON-LD , formats:RDF_XML ;
    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] .
"""


class Endpoint:
    """Answers to ``/sparql``.

    :param page: makes the HTML of a form for people
    """

    def __init__(self, queries: Queries, *, page: Callable[[], str]) -> None:
        self._queries, self._page = queries, page

    async def __call__(self, request: Request) -> Response:
        parameters = _parsed(request.scope["query_string"].decode("latin-1"))
        accept = request.headers.get("accept")
        if request.method != "POST" and not parameters:
            return self._about(request, accept)
        text = None
        if request.method == "POST":
            content_type, _, charset = request.headers.get("content-type", "").partition(";")
            kind = content_type.strip().lower()
            if charset and "charset" in charset.lower() and "utf-8" not in charset.lower():
                raise Refused(415, "charset-unknown", "queries are read as UTF-8")
            if kind == _UPDATE:
                raise QueryError("query-update", "this endpoint answers queries; nothing is changed over HTTP")
            if kind not in (_FORM, _QUERY):
                raise Refused(415, "media-type-unknown", f"send {_QUERY} or {_FORM}, not “{kind}”")
            sent = await body_of(request)
            if kind == _QUERY:
                text = sent
                if "query" in parameters:
                    raise QueryError("query-syntax", "there are two queries, in the address and in the body")
            else:
                for name, values in _parsed(sent).items():
                    parameters.setdefault(name, []).extend(values)
        if "update" in parameters:
            raise QueryError("query-update", "this endpoint answers queries; nothing is changed over HTTP")
        if text is None:
            queries = parameters.get("query", [])
            if len(queries) != 1:
                hint = "send it as ?query=…, in a form, or as the body with application/sparql-query"
                raise QueryError("query-syntax", f"one query is wanted, {len(queries)} were sent", hint=hint)
            text = queries[0]
        return await self._answer(request, text, parameters, accept)

    async def _answer(
        self, request: Request, text: str, parameters: dict[str, list[str]], accept: str | None
    ) -> Response:
        if names := parameters.get("format"):
            if names[0] not in _NAMES:
                raise Refused(406, "not-acceptable", f"formats are {', '.join(_NAMES)}")
            accept = _NAMES[names[0]]
        asked = Sparql(
            text,
            chosen(accept, [*SOLUTIONS, "application/json"]),
            chosen(accept, list(GRAPHS)),
            tuple(parameters.get("default-graph-uri", ())),
            tuple(parameters.get("named-graph-uri", ())),
        )
        shown_as = asked.solutions
        if shown_as == "application/json":
            asked = Sparql(
                text, "application/sparql-results+json", asked.graphs, asked.default_graphs, asked.named_graphs
            )
        if not asked.solutions and not asked.graphs:
            found = None
        else:
            refuse(text, "query", allow_service=self._queries.allow_service)
            found = await while_there(request, self._queries.sparql(asked, client_of(request)))
        if found is None:
            offered = ", ".join([*SOLUTIONS, *GRAPHS])
            raise Refused(406, "not-acceptable", f"an answer comes as one of {offered}")
        media_type, content = found
        if shown_as == "application/json" and media_type in SOLUTIONS:
            media_type = shown_as
        return Response(content, headers={"Content-Type": _with_charset(media_type), "Vary": "Accept"})

    def _about(self, request: Request, accept: str | None) -> Response:
        kind = chosen(accept, ["text/html", "text/turtle"])
        if kind == "text/html":
            return Response(self._page(), media_type="text/html", headers={"Vary": "Accept, Accept-Language"})
        if kind is None:
            raise Refused(406, "not-acceptable", "the endpoint is described as text/html and text/turtle")
        text = _DESCRIPTION.format(here=str(request.url.replace(query="")))
        return Response(text, media_type="text/turtle", headers={"Vary": "Accept"})


def _parsed(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise QueryError("query-not-utf8", "the parameters are not UTF-8, or there are too many") from error


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
