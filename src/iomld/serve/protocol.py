"""The SPARQL 1.1 Protocol, for asking only.

Source: SPARQL 1.1 Protocol, section 2.1 (query operation); SPARQL 1.1 Service Description.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import QueryError
from iomld.query.local import refuse
from iomld.serve.clients import client_of, while_there
from iomld.serve.engines import Engines
from iomld.serve.negotiation import chosen
from iomld.serve.problems import Refused, body_of
from iomld.serve.questions import GRAPHS, SOLUTIONS, Sparql

__all__ = ["FORM", "QUERY", "Endpoint", "Forms", "forms", "not_acceptable", "parsed"]

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
FORM, QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
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

    def __init__(self, engines: Engines, *, page: Callable[[], str]) -> None:
        self._engines, self._page = engines, page

    async def __call__(self, request: Request) -> Response:
        parameters = parsed(request.scope["query_string"].decode("latin-1"))
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
            if kind not in (FORM, QUERY):
                raise Refused(415, "media-type-unknown", f"send {QUERY} or {FORM}, not “{kind}”")
            sent = await body_of(request)
            if kind == QUERY:
                text = sent
                if "query" in parameters:
                    raise QueryError("query-syntax", "there are two queries, in the address and in the body")
            else:
                for name, values in parsed(sent).items():
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
        form = forms(accept)
        if form is None:
            raise not_acceptable()
        asked = Sparql(
            text,
            form.solutions,
            form.graphs,
            tuple(parameters.get("default-graph-uri", ())),
            tuple(parameters.get("named-graph-uri", ())),
        )
        refuse(text, "query", allow_service=self._engines.allow_service)
        found = self._engines.known(asked)
        if found is None:
            found = await while_there(request, self._engines.sparql(asked, client_of(request)))
        if found is None:
            raise not_acceptable()
        media_type, content = found
        return Response(content, headers={"Content-Type": form.content_type(media_type), "Vary": "Accept"})

    def _about(self, request: Request, accept: str | None) -> Response:
        kind = chosen(accept, ["text/html", "text/turtle"])
        if kind == "text/html":
            return Response(self._page(), media_type="text/html", headers={"Vary": "Accept, Accept-Language"})
        if kind is None:
            raise Refused(406, "not-acceptable", "the endpoint is described as text/html and text/turtle")
        text = _DESCRIPTION.format(here=str(request.url.replace(query="")))
        return Response(text, media_type="text/turtle", headers={"Vary": "Accept"})


class Forms(NamedTuple):
    """The media types in which a client takes an answer.

    :param solutions: of solutions or a truth value; None where it takes none
    :param graphs: of triples, likewise
    :param generic: whether it asked for JSON without saying of what
    """

    solutions: str | None
    graphs: str | None
    generic: bool

    def content_type(self, media_type: str) -> str:
        """What is said of an answer of a media type."""
        if self.generic and media_type in SOLUTIONS:
            return "application/json"
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


@lru_cache(256)
def forms(accept: str | None) -> Forms | None:
    """The forms that suit a client best; None where none does.

    :param accept: value of the Accept header
    """
    solutions, graphs = chosen(accept, [*SOLUTIONS, "application/json"]), chosen(accept, list(GRAPHS))
    if not solutions and not graphs:
        return None
    generic = solutions == "application/json"
    return Forms("application/sparql-results+json" if generic else solutions, graphs, generic)


def not_acceptable() -> Refused:
    """What is said where the client takes no form that the answer has."""
    return Refused(406, "not-acceptable", f"an answer comes as one of {', '.join([*SOLUTIONS, *GRAPHS])}")


def parsed(text: str) -> dict[str, list[str]]:
    """Parameters of a request.

    :raises QueryError: ``query-not-utf8``
    """
    try:
        return parse_qs(text, keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise QueryError("query-not-utf8", "the parameters are not UTF-8, or there are too many") from error
