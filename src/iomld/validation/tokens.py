"""SPARQL text to tokens: as much as is needed to see the form of a query."""

from __future__ import annotations

import re

__all__ = ["tokens"]

_TOKEN = re.compile(
    r"""
      (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<var>[?$]\w+)
    | (?P<string>(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
        (?:@[A-Za-z-]+|\^\^(?:<[^>]*>|[\w.-]*:[\w.-]+))?)
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<pname>[A-Za-z_][\w.-]*:[\w.%-]*[\w%-]|[A-Za-z_][\w.-]*:|:[\w.%-]*[\w%-])
    | (?P<word>[A-Za-z_]\w*)
    | (?P<mark>&&|\|\||!=|<=|>=|\^\^|[{}()\[\].;,=<>!+*/|^?-])
    | (?P<space>\s+|\#[^\n]*)
    """,
    re.X | re.S,
)


def tokens(query: str) -> list[tuple[str, str]]:
    """Tokens as (kind, text): iri, var, string, number, pname, word, mark; empty where one is not understood."""
    found = []
    at = 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            return []
        if match.lastgroup != "space":
            found.append((match.lastgroup or "", match.group()))
        at = match.end()
    return found
