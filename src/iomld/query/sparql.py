"""The text of a query as tokens, so far as we must look into it: where its pattern stands, which terms it names.

No second parser: whether a text is SPARQL is decided by the engine that evaluates it.

Source: SPARQL 1.1 Query Language, section 19.8 (terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple
from urllib.parse import urljoin

__all__ = [
    "Named",
    "Outline",
    "Token",
    "bound",
    "closing",
    "completed",
    "named_iris",
    "outline",
    "place",
    "projected",
    "readings",
    "tokenize",
]

_LOCAL = r"(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:\w(?:[\w.\-]*[\w\-])?)
  | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|\.)*{_LOCAL})?)?)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|\S)
    """,
    re.X | re.S,
)
# What may be an IRI, or a comparison with a comment or a string behind it; no expression begins like a URL.
_EITHER = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^>]*[#']")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_OPENING = {"{": "}", "(": ")", "[": "]"}


class Token(NamedTuple):
    """A terminal: its kind (a group of the grammar above), its text, and where it starts in the query."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords, written in upper case here."""
        return self.kind == "word" and self.text.upper() in words


def tokenize(text: str) -> list[Token]:
    """The terminals of a query, comments left out; what is no terminal comes as single signs."""
    return [
        Token(str(match.lastgroup), match[0], match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "comment"
    ]


def readings(text: str) -> Iterator[Token]:
    """The terminals of all readings of a text: only a grammar tells whether ``<`` opens an IRI or compares two values.

    Which of the two it is matters for what follows where the IRI would hold the beginning of a comment or a string.
    """
    seen, offsets = set(), [0]
    while offsets:
        match = _TOKEN.search(text, offsets.pop())
        if match is None or match.start() in seen:
            continue
        seen.add(match.start())
        offsets.append(match.end())
        if match.lastgroup == "iri" and _EITHER.match(match[0]):
            offsets.append(match.start() + 1)
        if match.lastgroup != "comment":
            yield Token(str(match.lastgroup), match[0], match.start())


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the bracket that closes the one at ``opening``; the last token where none does."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].kind == "sign":
            depth += (tokens[index].text in _OPENING) - (tokens[index].text in _OPENING.values())
            if depth == 0:
                return index
    return len(tokens) - 1


@dataclass(frozen=True)
class Outline:
    """How a query is built: indexes into its tokens.

    :param form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``
    :param start: the keyword of the form
    :param opening: the brace that opens the pattern; None where the query has none, or where it is a template as well
    :param closing: the brace that closes it
    """

    form: str
    start: int
    opening: int | None
    closing: int | None


def outline(tokens: Sequence[Token]) -> Outline | None:
    """The outline of a query; None where the text holds no query form (an update, say)."""
    start = next((index for index, token in enumerate(tokens) if token.is_word(*_FORMS) or token.text == "{"), None)
    if start is None or tokens[start].text == "{":
        return None
    form = tokens[start].text.upper()
    index = start + 1
    short = form == "CONSTRUCT"
    if short and index < len(tokens) and tokens[index].text == "{":
        index, short = closing(tokens, index) + 1, False
    while index < len(tokens) and tokens[index].text != "{":
        index = closing(tokens, index) + 1 if tokens[index].text == "(" else index + 1
    if index >= len(tokens) or short:
        return Outline(form, start, None, None)
    return Outline(form, start, index, closing(tokens, index))


def bound(text: str, values: Mapping[str, str | tuple[str, ...]]) -> str:
    """The query with variables bound to terms: one ``VALUES`` block, first in the pattern, on the same line.

    :param values: variable (without ``?``) to term, spelt as in N-Quads, or to several of which each may be meant;
        a variable that the query lacks is left out
    """
    tokens = tokenize(text)
    used = {token.text[1:] for token in tokens if token.kind == "variable"}
    chosen = {name: (term,) if isinstance(term, str) else term for name, term in values.items() if name in used}
    found = outline(tokens)
    if not chosen or found is None:
        return text
    names = " ".join(f"?{name}" for name in chosen)
    rows = " ".join(f"({' '.join(row)})" for row in product(*chosen.values()))
    block = f" VALUES ({names}) {{ {rows} }} "
    if found.opening is None:
        return f"{text}\n{block}"
    at = tokens[found.opening].end
    if found.closing is not None and tokens[found.opening + 1].is_word("SELECT"):  # beside which no block may stand
        end = tokens[found.closing].start
        return f"{text[:at]}{block}{{ {text[at:end]} }} {text[end:]}"
    return text[:at] + block + text[at:]


class Named(NamedTuple):
    """An IRI that a query names, as it is written there, and where."""

    iri: str
    written: str
    start: int


def named_iris(text: str, *, base: str | None, prefixes: Mapping[str, str]) -> Iterator[Named]:
    """The IRIs that a query names, in order, those of its prologue left out; prefixed names are expanded."""
    known = dict(prefixes)
    tokens = tokenize(text)
    skip = -1
    for index, token in enumerate(tokens):
        if token.is_word("PREFIX") and index + 2 < len(tokens):
            known[tokens[index + 1].text[:-1]] = urljoin(base or "", tokens[index + 2].text[1:-1])
            skip = index + 2
        elif token.is_word("BASE") and index + 1 < len(tokens):
            base, skip = urljoin(base or "", tokens[index + 1].text[1:-1]), index + 1
        elif index <= skip:
            continue
        elif token.kind == "iri":
            yield Named(urljoin(base or "", token.text[1:-1]), token.text, token.start)
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in known:
                yield Named(known[prefix] + re.sub(r"\\(.)", r"\1", local), token.text, token.start)


def completed(text: str, *, base: str | None, prefixes: Mapping[str, str]) -> str:
    """The query with a prologue for the base and the prefixes that it uses and does not declare, on its first line."""
    tokens = tokenize(text)
    declared = {after.text[:-1] for token, after in pairwise(tokens) if token.is_word("PREFIX")}
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    parts = [f"PREFIX {prefix}: <{prefixes[prefix]}>" for prefix in sorted(used - declared) if prefix in prefixes]
    relative = any(token.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*:", token.text) for token in tokens)
    if base and relative and not any(token.is_word("BASE") for token in tokens):
        parts.insert(0, f"BASE <{base}>")
    return " ".join([*parts, text])


def projected(text: str) -> tuple[str, ...]:
    """The variables of the SELECT clause in order; none where it is ``*``."""
    tokens = tokenize(text)
    found = outline(tokens)
    names, depth = [], 0
    for before, token in pairwise(tokens[found.start :]) if found else ():
        if token.text == "{" or token.is_word("WHERE", "FROM"):
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (depth == 0 or (depth == 1 and before.is_word("AS"))):
            names.append(token.text[1:])
    return tuple(names)
