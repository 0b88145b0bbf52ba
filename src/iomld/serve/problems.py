"""What goes wrong with a request, told to whoever made it.

Source: RFC 9457 (problem details).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError, QueryError
from iomld.serve.pool import TooBusy

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Refused", "body_of", "decoded", "problem", "told", "too_often"]

MOST_BODY = 1_000_000


class Refused(Exception):
    """A request that is not answered.

    :param status: HTTP status
    :param id: stable name of the kind of problem
    """

    def __init__(self, status: int, id: str, message: str) -> None:
        super().__init__(message)
        self.status, self.id, self.message = status, id, message


def too_often() -> Refused:
    """What is said to a client that is beyond its rate."""
    return Refused(429, "too-many-requests", "this client asks too often; ask again in a second")


def problem(error: Refused | IomldError) -> tuple[int, bytes]:
    """Status and JSON of a problem."""
    if isinstance(error, Refused):
        status, hint = error.status, None
    else:
        status = 503 if error.id in ("query-timeout", "query-died") else 400 if isinstance(error, QueryError) else 500
        hint = error.hint
    document: dict[str, Any] = {"type": f"urn:iomld:{error.id}", "status": status, "title": error.message}
    if hint:
        document["hint"] = hint
    if isinstance(error, IomldError) and error.location:
        document["at"] = str(error.location)
    return status, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def told(error: BaseException) -> tuple[int, bytes, dict[str, str]]:
    """Status, JSON and headers of the answer to a request that is not answered as it was asked."""
    headers = {"Content-Type": "application/problem+json", "Vary": "Accept"}
    if isinstance(error, TooBusy):
        error = Refused(503, "too-busy", "too many queries wait for an answer; ask again in a moment")
    elif not isinstance(error, Refused | IomldError):
        error = Refused(500, "internal", "the server made a mistake")
    if isinstance(error, Refused) and error.status in (429, 503):
        headers["Retry-After"] = "1"
    return *problem(error), headers


async def body_of(request: Request) -> str:
    """The body of a request as text.

    :raises Refused: 413 where it is too long; reading ends there
    :raises QueryError: ``query-not-utf8``
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BODY:
            raise Refused(413, "request-too-large", f"a request may have {MOST_BODY:,} bytes")
    return decoded(bytes(content))


def decoded(content: bytes) -> str:
    """A query as text.

    :raises QueryError: ``query-not-utf8``
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError("query-not-utf8", "the query is not UTF-8") from error
