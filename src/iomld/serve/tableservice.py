"""Saved queries over HTTP, and their description as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from iomld.errors import QueryError, nearest
from iomld.query.parameters import lacking

if TYPE_CHECKING:
    from iomld.query import SavedQuery

__all__ = ["FORMATS", "NO_ROWS", "PAGING", "following", "openapi", "paging", "unknown_query"]

#: suffix of a table: the format of :data:`iomld.query.FORMATS`, and its media type
FORMATS = {"csv": ("csv", "text/csv"), "json": ("json", "application/sparql-results+json")}
#: SPARQL 1.1 Query Results JSON of a query that was not asked
NO_ROWS = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
PAGING = ("limit", "offset")
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
_SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "iri": {"type": "string", "format": "iri-reference"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "language": {"type": "string"},
}


def openapi(queries: Mapping[str, SavedQuery], *, title: str, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the saved queries; paths are relative to where it lies."""
    paths: dict[str, Any] = {}
    problem = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
    for name, query in sorted(queries.items()):
        needed = lacking(query, ())
        given = [
            {
                "name": parameter.name,
                "in": "query",
                "required": parameter.name in needed,
                "description": parameter.description,
                "schema": {**_SCHEMAS[parameter.type], **({"default": parameter.default} if parameter.default else {})},
            }
            for parameter in query.parameters
        ]
        given += [
            {"name": one, "in": "query", "description": about, "schema": _NUMBER}
            for one, about in (("limit", "rows of a page"), ("offset", "rows left out before it"))
        ]
        for suffix, (_, media_type) in FORMATS.items():
            text = {"type": "string"} if suffix == "csv" else {"type": "object"}
            paths[f"/{name}.{suffix}"] = {
                "get": {
                    "operationId": f"{name}-{suffix}",
                    "summary": query.summary or name,
                    "description": query.description or query.question,
                    "parameters": given,
                    "responses": {
                        "200": {"description": "The rows, sorted", "content": {media_type: {"schema": text}}},
                        "400": {"description": "A parameter that is unknown, malformed or missing", **problem},
                        "503": {"description": "It took too long, or too many ask", **problem},
                    },
                }
            }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": "."}],
        "paths": paths,
    }


def paging(given: dict[str, list[str]]) -> tuple[dict[str, str], int | None, int]:
    """Values of the parameters, limit and offset.

    :raises QueryError: ``parameter-malformed``
    """
    for name, values in given.items():
        if len(values) > 1:
            raise QueryError("parameter-malformed", f"parameter {name} is given {len(values)} times")
    plain = {name: values[0] for name, values in given.items()}
    numbers: dict[str, int | None] = {}
    for name in PAGING:
        text = plain.pop(name, None)
        if text is not None and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise QueryError("parameter-malformed", f"parameter {name}: “{text}” is not a number of rows")
        numbers[name] = None if text is None else int(text)
    return plain, numbers["limit"], numbers["offset"] or 0


def following(values: Mapping[str, str], limit: int | None, offset: int, total: int) -> str | None:
    """The query string of the next page, or None where this is the last."""
    if not limit or offset + limit >= total:
        return None
    return urlencode({**values, "limit": limit, "offset": offset + limit})


def unknown_query(name: str, queries: Mapping[str, SavedQuery]) -> str:
    """What to say where there is no such saved query."""
    return f"there is no saved query “{name}”; {nearest(name, queries) or 'all of them stand in /api/index.html'}"
