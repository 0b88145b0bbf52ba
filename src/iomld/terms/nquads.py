"""RDF terms spelt as in canonical N-Quads: the one spelling in which terms travel through the house.

A term is a ``str``: ``<https://example.org/a>``, ``_:b0``, ``"text"``, ``"texte"@fr``, ``"2"^^<…#integer>``.
Plain literals and ``xsd:string`` are one thing and are spelt without a datatype.

Source: RDF 1.1 N-Quads; RDF 1.2 N-Quads, section "A Canonical form of N-Quads" (the same escapes as RDFC-1.0).
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Term", "blank", "iri", "literal", "parse_term"]

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

# Canonical N-Quads escapes BS, TAB, LF, FF, CR, the quote and the backslash by name and the other controls by number.
_ESCAPES = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_ESCAPE_TABLE = str.maketrans(_ESCAPES)
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_UNESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)|\^\^<([^<>]*)>)?', re.S)


class Term(NamedTuple):
    """A term taken apart.

    :param kind: ``iri``, ``blank`` or ``literal``
    :param value: the IRI, the label without ``_:``, or the lexical form, unescaped
    :param language: language tag as spelt, of a language-tagged string
    :param datatype: datatype IRI of a literal (``xsd:string`` for a plain one)
    """

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None


def iri(value: str) -> str:
    """Spell an absolute IRI.

    >>> iri("https://example.org/a")
    '<https://example.org/a>'
    """
    return f"<{value}>"


def is_absolute_iri(text: str) -> bool:
    """Whether a text is a legal IRI that has a scheme, so that others can be relative to it.

    >>> is_absolute_iri("https://example.org/"), is_absolute_iri("foo"), is_absolute_iri("http://a b")
    (True, False, False)
    """
    import pyoxigraph

    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True


def blank(label: str) -> str:
    """Spell a blank node."""
    return f"_:{label}"


def literal(lexical: str, *, language: str | None = None, datatype: str | None = None) -> str:
    """Spell a literal; ``language`` wins over ``datatype``.

    >>> literal('say "hi"', language="en")
    '"say \\\\"hi\\\\""@en'
    """
    text = f'"{lexical.translate(_ESCAPE_TABLE)}"'
    if language:
        return f"{text}@{language}"
    if datatype and datatype != XSD_STRING:
        return f"{text}^^<{datatype}>"
    return text


def _unescape(match: re.Match[str]) -> str:
    short, long, named = match.groups()
    return chr(int(short or long, 16)) if named is None else _NAMED.get(named, named)


def parse_term(spelt: str) -> Term:
    """Take a spelt term apart.

    :raises ValueError: if the text is not one term

    >>> parse_term('"2"^^<http://www.w3.org/2001/XMLSchema#integer>').value
    '2'
    """
    if spelt.startswith("<") and spelt.endswith(">"):
        value = spelt[1:-1]
        return Term("iri", _UNESCAPE.sub(_unescape, value) if "\\" in value else value)
    if spelt.startswith("_:"):
        return Term("blank", spelt[2:])
    match = _LITERAL.fullmatch(spelt)
    if match is None:
        raise ValueError(f"not an RDF term: {spelt[:80]}")
    lexical, language, datatype = match.groups()
    if "\\" in lexical:
        lexical = _UNESCAPE.sub(_unescape, lexical)
    return Term("literal", lexical, language, RDF_LANG_STRING if language else datatype or XSD_STRING)
