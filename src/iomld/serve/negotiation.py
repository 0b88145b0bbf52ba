"""Which of several media types a client wants.

Source: RFC 9110, section 12.5.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["chosen"]


def chosen(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type of those offered that suits best; the first of several that suit alike, None where none does.

    :param accept: value of the Accept header; None or empty takes anything
    :param offered: media types, the server's favourite first

    >>> chosen("text/html;q=0.5, text/turtle", ["text/html", "text/turtle"])
    'text/turtle'
    >>> chosen("image/png", ["text/html"]) is None
    True
    """
    return _chosen(accept, tuple(offered))


@lru_cache(1024)
def _chosen(accept: str | None, offered: tuple[str, ...]) -> str | None:
    if not accept or not accept.strip():
        return offered[0]
    ranges = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if match := re.fullmatch(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", parameter):
                quality = min(float(match[1]), 1.0)
        ranges.append((name, quality))

    def quality_of(offer: str) -> float:
        for wanted in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
            found = [quality for name, quality in ranges if name == wanted]
            if found:
                return max(found)
        return 0.0

    best = max(offered, key=quality_of)
    return best if quality_of(best) > 0 else None
