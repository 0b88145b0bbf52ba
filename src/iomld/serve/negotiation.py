"""Which of several media types, and which language, a client wants.

Source: RFC 9110, sections 12.5.1 and 12.5.4; RFC 4647, section 3.4 (lookup).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["chosen", "spoken"]


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


@lru_cache(256)
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


@lru_cache(256)
def spoken(accept_language: str | None, offered: tuple[str, ...]) -> str:
    """The language of those offered that a client reads best; the first one where it reads none of them.

    :param accept_language: value of the Accept-Language header

    >>> spoken("de, es-MX;q=0.8, en;q=0.5", ("en", "fr", "es"))
    'es'
    >>> spoken("ja", ("en", "fr"))
    'en'
    """
    wanted = []
    for part in (accept_language or "").split(","):
        name, _, parameter = part.partition(";")
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter)
        wanted.append((float(match[1]) if match else 1.0, name.strip().lower()))
    refused = {name.partition("-")[0] for quality, name in wanted if quality == 0}
    for quality, name in sorted(wanted, key=lambda one: -one[0]):
        if quality == 0:
            break
        if name == "*":
            return next((one for one in offered if one not in refused), offered[0])
        if name.partition("-")[0] in offered:
            return name.partition("-")[0]
    return offered[0]
