"""Whether the query of sh:sparql may be run once for all focus nodes.

The specification binds ``$this`` beforehand, focus node by focus node. One run, joined with the focus nodes afterwards,
gives the same solutions where a triple pattern binds ``$this`` before anything else looks at it, in every group that
speaks of it, and where nothing looks at the solutions as a whole. Inside of (NOT) EXISTS anything goes: there the
bindings of the solution at hand are put in before.

Source: SHACL, section 5.3 and Appendix A (pre-binding); SPARQL 1.1, section 18.2 (translation to the algebra) and 18.6
(substitution for EXISTS).
"""

from __future__ import annotations

import re

from iomld.validation.model import Sparql
from iomld.validation.prebinding import bare
from iomld.validation.tokens import tokens

__all__ = ["unsound"]

# What counts, cuts or groups solutions, makes a new node, or leaves the data graph.
_WHOLE = re.compile(
    r"(?<![\w:?$])(GROUP\s+BY|HAVING|LIMIT|OFFSET|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT|GRAPH|FROM|RAND|UUID|STRUUID|"
    r"BNODE|NOW)(?![\w:])",
    re.I,
)
# A sub-query that counts for each $this by itself: one run gives the groups that a run for each focus node gives.
_GROUPED = re.compile(
    r"\{\s*SELECT\s+[?$]this\s+\(\s*COUNT\s*\([^(){}]*\)\s*AS\s+[?$]\w+\s*\)\s*(?:WHERE\s*)?"
    r"(\{\s*[?$]this\s[^{}]*\})\s*GROUP\s+BY\s+[?$]this\s*\}",
    re.I,
)

Token = tuple[str, str]


class _Unsound(ValueError):
    """Why not, in words."""


def unsound(constraint: Sparql) -> str | None:
    """Why a query may not be run once for all focus nodes, or None if it may."""
    query = constraint.query
    grouped = _GROUPED.search(bare(query))
    if grouped:
        # What is left of it binds the same variables in the same way.
        start, end = grouped.span(1)
        query = query[: grouped.start()] + query[start:end] + query[grouped.end() :]
    words = bare(query)
    whole = _WHOLE.search(words)
    if whole:
        return f"its query uses {' '.join(whole[1].upper().split())}"
    if re.search(r"[?$](shapesGraph|currentShape|failure)\b", words):
        return "its query uses $shapesGraph, $currentShape or ?failure"
    if len(re.findall(r"(?<![\w:?$])SELECT(?![\w:])", words, re.I)) != 1:
        return "its query has a query inside"
    stream = tokens(query)
    if not stream:
        return "its query is not understood"
    try:
        _Form(stream).check()
    except _Unsound as why:
        return str(why)
    return None


def _is_this(token: Token) -> bool:
    return token[0] == "var" and token[1][1:] == "this"


class _Form:
    """The groups of a query, read from its tokens."""

    def __init__(self, stream: list[Token]) -> None:
        self._stream = stream
        self._at = 0

    def _peek(self) -> Token:
        return self._stream[self._at] if self._at < len(self._stream) else ("end", "")

    def _word(self) -> str:
        kind, text = self._peek()
        return text.upper() if kind == "word" else ""

    def _take(self) -> Token:
        token = self._peek()
        if token[0] == "end":
            raise _Unsound("its query is not understood")
        self._at += 1
        return token

    def check(self) -> None:
        """See that the outermost group binds ``$this`` and the result holds it."""
        returned = False
        depth = 0
        while self._peek()[1] != "{":
            kind, text = self._take()
            depth += (text == "(") - (text == ")")
            returned = returned or text == "*" or (depth == 0 and _is_this((kind, text)))
        if not returned:
            raise _Unsound("its query does not return $this")
        _, binds = self._group()
        if not binds:
            raise _Unsound("its query does not bind $this in its outermost graph pattern")

    def _group(self) -> tuple[bool, bool]:
        """Whether a group speaks of ``$this``, and whether a triple pattern of it always binds it."""
        self._take()
        speaks = binds = False
        while self._peek()[1] != "}":
            word = self._word()
            if word in ("FILTER", "BIND"):
                self._take()
                # A filter is applied at the end of its group, wherever it stands.
                if self._expression():
                    speaks = True
                    self._demand(binds or word == "FILTER")
            elif word == "OPTIONAL":
                self._take()
                inner_speaks, inner_binds = self._group()
                if inner_speaks:
                    speaks = True
                    self._demand(binds)
                    self._demand(inner_binds, "in an inner group")
            elif self._peek()[1] == "{":
                branches = [self._group()]
                while self._word() == "UNION":
                    self._take()
                    branches.append(self._group())
                for inner_speaks, inner_binds in branches:
                    speaks = speaks or inner_speaks
                    self._demand(inner_binds or not inner_speaks, "in an inner group")
                binds = binds or all(inner_binds for _, inner_binds in branches)
            else:
                triples_speak, triples_bind = _triples(self._triples())
                speaks, binds = speaks or triples_speak, binds or triples_bind
        self._take()
        return speaks, binds

    @staticmethod
    def _demand(holds: bool, place: str = "before a triple pattern binds it") -> None:
        if not holds:
            raise _Unsound(f"its query speaks of $this {place}")

    def _expression(self) -> bool:
        """Whether an expression speaks of ``$this``: one in parentheses, a call, or (NOT) EXISTS with its group."""
        speaks = False
        depth = 0
        while True:
            token = self._take()
            depth += (token[1] in ("(", "{")) - (token[1] in (")", "}"))
            speaks = speaks or _is_this(token)
            if depth == 0 and token[1] in (")", "}"):
                return speaks

    def _triples(self) -> list[Token]:
        """The tokens up to the next part of the group."""
        taken = []
        while self._peek()[1] not in ("{", "}") and self._word() not in ("FILTER", "BIND", "OPTIONAL"):
            taken.append(self._take())
        return taken


def _triples(block: list[Token]) -> tuple[bool, bool]:
    """Whether triple patterns speak of ``$this``, and whether one of them binds it.

    A path that may have no length binds nothing: it also leads from a node that is nowhere in the data to itself.
    """
    speaks = binds = False
    subject_is_this = False
    part: list[Token] = []
    starts = True
    for token in [*block, ("mark", ".")]:
        if token[1] not in (".", ";"):
            part.append(token)
            continue
        subject_is_this = bool(part) and _is_this(part[0]) if starts else subject_is_this
        named = any(map(_is_this, part))
        speaks = speaks or named
        binds = binds or (bool(part) and (named or subject_is_this) and _has_length(part))
        part, starts = [], token[1] == "."
    return speaks, binds


def _has_length(part: list[Token]) -> bool:
    """Whether the path of a triple pattern takes at least one step."""
    texts = ["", *(text for _, text in part), ""]
    if not {"*", "?"} & set(texts):
        return True
    if {"|", "["} & set(texts):
        return False
    depth = 0
    for before, (kind, text), after in zip(texts, part, texts[2:], strict=False):
        depth += (text == "(") - (text == ")")
        step = kind in ("iri", "pname") or text == "a"
        if depth == 0 and step and "/" in (before, after) and after not in ("*", "?"):
            return True
    return False
