"""What is wrong with a text that is not SPARQL, in words, with the place.

The engine says where it could go no further and lists what its grammar would take there, which helps nobody.
The usual slips are found here by looking at the terminals; for the rest the engine's place is pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from iomld.errors import QueryError, nearest
from iomld.location import SourceLocation
from iomld.query.sparql import Token, outline, place, tokenize
from iomld.terms import undeclared

__all__ = ["at", "syntax_error"]

_BRACKETS = {"}": "{", ")": "(", "]": "["}
_WORDS = """
A ABS ADD ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS COPY COUNT
CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH
GROUP GROUP_CONCAT HAVING HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LATERAL
LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX
REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE
STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TO TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES
VERSION WHERE WITH YEAR
"""
# What the engine's messages hold in words, and ours for it.
_PHRASES = {
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither grouped nor aggregated",
    "is already used": "a variable is bound twice",
}


def at(text: str, name: str, offset: int) -> SourceLocation:
    """The place of an offset in a query."""
    line, column = place(text, offset)
    return SourceLocation(name, line=line, column=column)


def syntax_error(reason: str, text: str, name: str, *, prefixes: Mapping[str, str], base: str | None) -> QueryError:
    """The error for a text that the engine refused.

    :param reason: the engine's message, with ``at LINE:COLUMN``
    :returns: ``query-syntax``; its message shows the line with a caret
    """
    tokens = tokenize(text)
    offset, message, hint = (
        _not_a_query(tokens)
        or _unclosed(tokens)
        or _unknown_word(tokens)
        or _unknown_prefix(tokens, prefixes)
        or _relative(tokens, base)
        or _engine(reason, text, tokens)
    )
    where = at(text, name, offset)
    lines = text.splitlines() or [""]
    line = lines[min(where.line or 1, len(lines)) - 1]
    caret = f"\n  {line}\n  {' ' * ((where.column or 1) - 1)}^"
    return QueryError("query-syntax", f"not SPARQL: {message}{caret}", location=where, hint=hint)


Found = tuple[int, str, str | None]


def _not_a_query(tokens: Sequence[Token]) -> Found | None:
    if outline(tokens):
        return None
    words = [token for token in tokens if token.kind == "word" and not token.is_word("PREFIX", "BASE", "A")]
    first = words[0] if words else None
    hint = nearest(first.text, ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")) if first else None
    message = "there is no SELECT, ASK, CONSTRUCT or DESCRIBE"
    return (first.start if first else 0, message, hint)


def _unclosed(tokens: Sequence[Token]) -> Found | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in "\"'":
            return token.start, "a string has no end", f"close it with {token.text}"
        if token.text in _BRACKETS.values():
            opened.append(token)
        elif token.text in _BRACKETS:
            if not opened or opened[-1].text != _BRACKETS[token.text]:
                return token.start, f"“{token.text}” closes nothing that is open here", None
            opened.pop()
    if opened:
        return opened[-1].start, f"“{opened[-1].text}” is never closed", None
    return None


def _unknown_word(tokens: Sequence[Token]) -> Found | None:
    words = set(_WORDS.split())
    for token, after in zip(tokens, [*tokens[1:], Token("sign", "", 0)], strict=True):
        if token.kind == "word" and token.text.upper() not in words:
            return token.start, f"“{token.text}” is no word of SPARQL", nearest(token.text, words)
        if token.text == after.text == "=" and token.end == after.start:
            return token.start, "“==” is no operator", "write ="
    return None


def _unknown_prefix(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> Found | None:
    known = {*prefixes}
    for before, token in zip([Token("sign", "", 0), *tokens], tokens, strict=False):
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if before.is_word("PREFIX"):
            known.add(prefix)
        elif prefix not in known:
            return token.start, f"unknown prefix “{prefix}:”", undeclared(prefix, known, "sparql")
    return None


def _relative(tokens: Sequence[Token], base: str | None) -> Found | None:
    if base or any(token.is_word("BASE") for token in tokens):
        return None
    for token in tokens:
        if token.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*:", token.text):
            return token.start, f"{token.text} is relative, and there is no base", "declare it: BASE <…>"
    return None


def _engine(reason: str, text: str, tokens: Sequence[Token]) -> Found:
    match = re.search(r"at (\d+):(\d+)", reason)
    if not match:
        return 0, reason, None
    lines = text.splitlines(keepends=True)
    offset = sum(map(len, lines[: int(match[1]) - 1])) + int(match[2]) - 1
    for phrase, words in _PHRASES.items():
        if phrase in reason:
            return min(offset, len(text)), words, None
    # The place is where reading stopped: within a terminal, or just behind one.
    reached = [token for token in tokens if token.start < offset]
    here = next((token for token in tokens if token.start <= offset < token.end), None)
    token = here if here and here.start < offset else (reached[-1] if reached and reached[-1].end == offset else here)
    if token is None:
        return min(offset, len(text)), "the text ends too early" if offset >= len(text.rstrip()) else "unexpected", None
    return token.start, f"“{token.text}” is not expected here", None
