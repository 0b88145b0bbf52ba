"""Prefixes that Turtle, TriG or N3 lacks: what to do about them."""

from __future__ import annotations

import re

from iomld.terms import undeclared

__all__ = ["undeclared_in"]

_NOT_DECLARED = re.compile(r"[Tt]he prefix (\S*): has not been declared")
_DECLARED = re.compile(r"^\s*@?prefix\s+([\w.\-]+):\s*<", re.I | re.M)


def undeclared_in(message: str, content: str = "") -> str | None:
    """How to declare the prefix that a parser misses; None where it complains of something else.

    :param message: the parser's words
    :param content: the document, whose own prefixes may be meant

    >>> undeclared_in("The prefix sh: has not been declared")
    'declare it: @prefix sh: <http://www.w3.org/ns/shacl#> .'
    """
    missing = _NOT_DECLARED.search(message)
    return undeclared(missing[1], dict.fromkeys(_DECLARED.findall(content)), "turtle") if missing else None
