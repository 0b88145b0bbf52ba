"""Turtle and TriG for people: prefixes used only, types first, then labels, then the rest by CURIE; all of it sorted.

Source: RDF 1.1 Turtle, section 6.5; RDF 1.1 TriG, section 4.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from typing import BinaryIO

from iomld.serialization.blanks import NIL, BlankNodes
from iomld.serialization.curies import Curies
from iomld.serialization.selection import Selection
from iomld.terms import PrefixMap

__all__ = ["predicate_order", "write_trig", "write_turtle"]

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_XSD = "http://www.w3.org/2001/XMLSchema#"
#: predicates that tell a reader what the subject is, in the order in which they are read
_FIRST = (
    _TYPE,
    "<http://www.w3.org/2000/01/rdf-schema#label>",
    "<http://www.w3.org/2004/02/skos/core#prefLabel>",
    "<http://purl.org/dc/terms/title>",
    "<http://www.w3.org/2004/02/skos/core#altLabel>",
    "<http://www.w3.org/2004/02/skos/core#notation>",
    "<http://www.w3.org/2000/01/rdf-schema#comment>",
    "<http://www.w3.org/2004/02/skos/core#definition>",
    "<http://purl.org/dc/terms/description>",
)

# Productions INTEGER, DECIMAL, DOUBLE and BooleanLiteral: lexical forms that stand for themselves. Plus signs, leading
# zeros and very small decimals stay in quotes: rdflib would read their number and lose how it was written.
_BARE = {
    f"{_XSD}integer": re.compile(r"-?(?:0|[1-9][0-9]*)"),
    f"{_XSD}decimal": re.compile(r"-?(?:[1-9][0-9]*\.[0-9]+|0\.(?!000000)[0-9]+)"),
    f"{_XSD}double": re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+"),
    f"{_XSD}boolean": re.compile(r"true|false"),
}
# In a long string, line breaks stand for themselves, and so do quotes that are not the last or followed by another.
_IN_LONG = re.compile(r'\\\\|\\n|\\"(?=[^\\]|\\[^"])')
_LONG = {"\\\\": "\\\\", "\\n": "\n", '\\"': '"'}

_SPOOLED = 64 * 2**20  # bytes of text held in memory until the prefixes are known; more goes to disk
_FLUSH = 2_000


def predicate_order(curies: Curies) -> dict[str, tuple[int, str]]:
    """A memory for the order of predicates: ``rdf:type``, names and descriptions, then the others by CURIE."""

    class Order(dict[str, tuple[int, str]]):
        def __missing__(self, predicate: str) -> tuple[int, str]:
            place = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
            # A predicate without a CURIE sorts behind those that have one.
            self[predicate] = value = (place, curies.spell(predicate).replace("<", "\U0010ffff", 1))
            return value

    return Order()


def write_turtle(selection: Selection, output: BinaryIO, *, prefixes: PrefixMap) -> int:
    """Write Turtle; returns the number of statements.

    :raises DataError: ``dataset-in-triples-format``
    """
    selection.require_triples("Turtle")
    return _Writer(selection, prefixes).write(output)


def write_trig(selection: Selection, output: BinaryIO, *, prefixes: PrefixMap) -> int:
    """Write TriG, the default graph first; returns the number of statements."""
    return _Writer(selection, prefixes).write(output)


class _Writer:
    def __init__(self, selection: Selection, prefixes: PrefixMap) -> None:
        self._selection = selection
        self._curies = Curies(prefixes)
        # Its own account of prefixes: a predicate is ordered before it is known to be written.
        self._order = predicate_order(Curies(prefixes))
        self._reify = selection.reify
        reifiers = {object for _, predicate, object, _ in selection.blanks if predicate == self._reify}
        self._blanks = BlankNodes(selection.blanks, key=self._order.__getitem__, labelled=reifiers)

    def write(self, output: BinaryIO) -> int:
        with tempfile.SpooledTemporaryFile(_SPOOLED) as body:
            count = self._write_body(body)  # type: ignore[arg-type]
            version = "" if self._reify is None else 'VERSION "1.2"\n'
            declarations = version + "".join(
                f"@prefix {name}: <{iri}> .\n" for name, iri in self._curies.declarations()
            )
            output.write(declarations.encode())
            body.seek(0)
            shutil.copyfileobj(body, output, 2**20)
        return count

    def _write_body(self, body: BinaryIO) -> int:
        graph, pad = "", ""
        parts: list[str] = []
        skips, spell = bool(self._selection.blanks), self._curies.spell_once
        for subject in self._selection.subjects(key=self._order.__getitem__):
            if subject.graph != graph:
                if graph:
                    parts.append("}\n")
                graph, pad = subject.graph, "    "
                parts.append(f"\n{self._curies.spell(graph)} {{\n")
            label = subject.subject
            if skips and label[0] == "_":
                if self._blanks.nested(label):
                    continue
                if self._blanks.anonymous(label):
                    label = "[]"
            text = self._statements(subject.statements, pad + "    ")
            parts.append(f"\n{pad}{spell(label)} {text} .\n")
            if len(parts) > _FLUSH:
                body.write("".join(parts).encode())
                parts.clear()
        if graph:
            parts.append("}\n")
        body.write("".join(parts).encode())
        return self._selection.passed

    def _statements(self, statements: list[tuple[str, list[str]]], pad: str) -> str:
        parts = []
        reifiers = "" if self._reify is None else self._reifiers(statements)
        for predicate, objects in statements:
            mark = "" if predicate == self._reify else reifiers
            if predicate == _TYPE:
                parts.append("a " + ", ".join([self._object(object, pad) + mark for object in objects]))
            elif len(objects) == 1:
                parts.append(f"{self._curies.spell(predicate)} {self._object(objects[0], pad)}{mark}")
            else:
                inner = pad + "    "
                listed = f"{mark} ,\n{inner}".join([self._object(object, inner) for object in objects])
                parts.append(f"{self._curies.spell(predicate)}\n{inner}{listed}{mark}")
        return f" ;\n{pad}".join(parts)

    def _reifiers(self, statements: list[tuple[str, list[str]]]) -> str:
        """What stands behind each object: the reifiers of the statement (RDF 1.2 Turtle, production reifier)."""
        found = [object for predicate, objects in statements if predicate == self._reify for object in objects]
        return "".join(f" ~ {self._curies.spell(term)}" for term in found if term[0] != '"')

    def _object(self, term: str, pad: str) -> str:
        first = term[0]
        if first == "<":
            return "()" if term == NIL else self._curies.spell(term)
        if first == "_":
            return self._blank(term, pad)
        if term[-1] == ">":
            text, _, datatype = term.rpartition('"^^<')
            datatype = datatype[:-1]
            if (bare := _BARE.get(datatype)) and bare.fullmatch(text, 1):
                return text[1:]
            return f"{_string(text + chr(34))}^^{self._curies.spell(f'<{datatype}>')}"
        return _string(term) if "\\n" in term else term

    def _blank(self, label: str, pad: str) -> str:
        if not self._blanks.nested(label):
            return label
        inner = pad + "    "
        items = self._blanks.lists.get(label)
        if items is not None:
            texts = [self._object(item, inner) for item in items]
            if len(texts) <= 5 and not any("\n" in text for text in texts):
                return f"( {' '.join(texts)} )"
            listed = f"\n{inner}".join(texts)
            return f"(\n{inner}{listed}\n{pad})"
        statements = self._blanks.statements(label)
        if not statements:
            return "[]"
        return f"[\n{inner}{self._statements(statements, inner)}\n{pad}]"


def _string(term: str) -> str:
    """A plain or language-tagged string, long where it has line breaks; escapes of N-Quads are those of Turtle too."""
    end = term.rindex('"')
    text = term[1:end]
    if "\\n" not in text:
        return term
    return f'"""{_IN_LONG.sub(lambda match: _LONG[match[0]], text)}"""{term[end + 1 :]}'
