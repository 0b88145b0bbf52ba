"""Where the statements of a Turtle file stand: line and column of each object.

RDF parsers keep no positions, so the file is read a second time, and only when there are findings to place. It has
been parsed before: no syntax is checked here. Statements about blank nodes are passed over, since their labels are
the parser's own.

Source: RDF 1.1 Turtle, section 6.5 (grammar) and section 7 (what triples it stands for).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from iomld.terms import iri, literal
from iomld.validation.vocabulary import XSD, rdf

__all__ = ["Position", "positions"]

Position = tuple[int, int]  # line, column

_LARGEST = 64 * 1024 * 1024
_TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri><[^<>\x00-\x20]*>)
    | (?P<string>(?:'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
        |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*"))
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
    | (?P<blank>_:[^\s;,()\[\]<>"'\#]*[^\s;,.()\[\]<>"'\#])
    | (?P<name>(?:[^\s:;,.()\[\]<>"'\#@^\\](?:[^\s:;,()\[\]<>"'\#\\]*[^\s:;,.()\[\]<>"'\#\\])?)?:
        (?:(?:[^\s;,.()\[\]<>"'\#\\]|\\.|\.+(?=[^\s;,.()\[\]<>"'\#]))*))
    | (?P<word>[A-Za-z]+)
    | (?P<mark>\^\^|[;,.()\[\]{}=])
    """,
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_NUMBERS = (("e", "double"), ("E", "double"), (".", "decimal"))


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _NAMED.get(match[3], match[3])

    return _ESCAPE.sub(one, text) if "\\" in text else text


def _resolved(base: str, reference: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference):
        return reference
    # urljoin drops an empty fragment.
    return urljoin(base, reference) + ("#" if reference.endswith("#") else "")


class _Walk:
    """One pass over the tokens of a file."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.tokens = [
            (match.lastgroup or "", match.group(), match.start())
            for match in _TOKEN.finditer(text)
            if match.lastgroup != "space"
        ]
        self.at = 0

    def directive(self) -> bool:
        """Take a prefix or base declaration, if one stands here."""
        kind, text, _ = self.tokens[self.at]
        word = text.lstrip("@").lower()
        if kind not in ("word", "language") or word not in ("prefix", "base"):
            return False
        if word == "prefix":
            name, target = self.tokens[self.at + 1][1], self.tokens[self.at + 2][1]
            self.prefixes[name.removesuffix(":")] = _resolved(self.base, _unescaped(target[1:-1]))
            self.at += 3
        else:
            self.base = _resolved(self.base, _unescaped(self.tokens[self.at + 1][1][1:-1]))
            self.at += 2
        if self.at < len(self.tokens) and self.tokens[self.at][1] == ".":
            self.at += 1
        return True

    def named(self, kind: str, text: str) -> str | None:
        """The term of an IRI or a prefixed name, spelt."""
        if kind == "iri":
            return iri(_resolved(self.base, _unescaped(text[1:-1])))
        if kind == "name":
            prefix, _, local = text.partition(":")
            if prefix in self.prefixes:
                return iri(self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local))
        return None

    def literal(self) -> str:
        """The literal at hand, spelt."""
        text = self.tokens[self.at][1]
        quotes = 3 if text.startswith(("'''", '"""')) else 1
        lexical = _unescaped(text[quotes:-quotes])
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ("", "", 0)
        if following[0] == "language":
            self.at += 1
            return literal(lexical, language=following[1][1:].lower())
        if following[1] == "^^":
            self.at += 2
            kind, name, _ = self.tokens[self.at]
            datatype = self.named(kind, name)
            return literal(lexical, datatype=datatype[1:-1] if datatype else None)
        return literal(lexical)

    def term(self) -> str | None:
        """The term at hand, spelt; None for a blank node."""
        kind, text, _ = self.tokens[self.at]
        if kind in ("iri", "name"):
            return self.named(kind, text)
        if kind == "string":
            return self.literal()
        if kind == "number":
            name = next((name for mark, name in _NUMBERS if mark in text), "integer")
            return literal(text, datatype=f"{XSD}{name}")
        if kind == "word":
            return rdf("type") if text == "a" else literal(text, datatype=f"{XSD}boolean")
        return None

    def statements(self) -> Iterator[tuple[str | None, str | None, str | None, int]]:
        """(subject, predicate, object, offset of the object); None for blank nodes."""
        above: list[tuple[str | None, str | None, int]] = []
        subject: str | None = None
        predicate: str | None = None
        place = 0  # 0 subject, 1 predicate, 2 object, 3 within a list
        while self.at < len(self.tokens):
            _, text, start = self.tokens[self.at]
            if place == 0 and not above and self.directive():
                continue
            if text == ".":
                place = 0
            elif text == ";":
                place = 1
            elif text == ",":
                place = 2
            elif text in ("[", "("):
                if place == 2:
                    yield subject, predicate, None, start
                above.append((subject, predicate, place))
                subject, place = None, 1 if text == "[" else 3
            elif text in ("]", ")"):
                subject, predicate, place = above.pop()
                place = {0: 1, 2: 2, 3: 3}.get(place, place)
                if place == 1:
                    subject = None
            elif place == 0:
                subject, place = self.term(), 1
            elif place == 1:
                predicate, place = self.term(), 2
            elif place == 2:
                yield subject, predicate, self.term(), start
            else:
                self.term()
            self.at += 1


def positions(path: Path, wanted: set[str]) -> dict[tuple[str, str, str], Position]:
    """The place of each statement about some subjects: (subject, predicate, object), spelt, to line and column.

    Empty where the file is gone, very large, or not in the form that the grammar describes.

    :param wanted: subjects, spelt
    """
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[tuple[str, str, str], Position] = {}
    line, counted = 1, 0
    try:
        for subject, predicate, object, start in _Walk(text, path.resolve().as_uri()).statements():
            if subject in wanted and predicate is not None and object is not None and subject is not None:
                line += text.count("\n", counted, start)
                counted = start
                found.setdefault((subject, predicate, object), (line, start - text.rfind("\n", 0, start)))
    except IndexError:
        return {}
    return found
