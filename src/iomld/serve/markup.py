"""HTML in which text can never become markup: what is not made by :func:`tag` is escaped.

Source: HTML Living Standard, sections 13.1.2 (elements) and 13.3 (escaping a string).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

__all__ = ["Content", "Html", "join", "link", "outside", "tag"]

_VOID = frozenset({"meta", "link", "input", "br", "hr"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | Html | None


def _text(content: Content) -> str:
    return "" if content is None else content if isinstance(content, Html) else escape(content)


def join(parts: Iterable[Content], separator: str = "") -> Html:
    """Several pieces as one; plain text among them is escaped."""
    return Html(escape(separator).join(_text(part) for part in parts if part is not None))


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element. ``_`` at the end of an attribute's name is dropped, others become ``-``; None leaves it out.

    >>> tag("p", "1 < 2", class_="a")
    '<p class="a">1 &lt; 2</p>'
    """
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value, quote=True)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{join(content)}</{name}>")


def link(text: Content, href: str, /, **attributes: str | bool | None) -> Html:
    """A link within the site."""
    return tag("a", text, href=href, **attributes)


def outside(iri: str, text: Content = None) -> Html:
    """An IRI of elsewhere: a link where following it can only be a look-up on the web, else its text."""
    if re.match(r"https?://[^\s]+$", iri):
        return tag("a", text or iri, href=iri, rel="external noreferrer")
    return tag("code", text or iri)
