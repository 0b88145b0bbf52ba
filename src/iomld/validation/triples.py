"""A shapes graph in memory: small, indexed both ways, terms spelt as in N-Quads, and places in its files.

Read with pyoxigraph's parser, so that no other RDF library is loaded for it. Blank nodes get labels by the
order in which they stand in the files, so that reports do not change from run to run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import ShapesError, raise_all
from iomld.graph.declared import undeclared_in
from iomld.graph.reading import SYNTAXES, syntax_of
from iomld.location import SourceLocation
from iomld.terms import WELL_KNOWN, PrefixMap, blank, iri, literal, parse_term
from iomld.validation.vocabulary import rdf, sh

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["ListError", "Triples", "read_triples"]


class ListError(ValueError):
    """An RDF list that has no end, branches or runs in a circle."""


class Triples:
    """Triples of a shapes graph."""

    def __init__(self) -> None:
        self._forward: dict[str, dict[str, list[str]]] = {}
        self._backward: dict[str, dict[str, list[str]]] = {}
        self._texts: dict[str, tuple[str, PrefixMap]] = {}
        self._files: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}

    def add(self, subject: str, predicate: str, object: str, *, file: str = "") -> None:
        """Add a triple; one that stands already is not doubled."""
        objects = self._forward.setdefault(subject, {}).setdefault(predicate, [])
        if object not in objects:
            objects.append(object)
            self._backward.setdefault(object, {}).setdefault(predicate, []).append(subject)
        self._files.setdefault(subject, file)

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        for subject, properties in self._forward.items():
            for predicate, objects in properties.items():
                for object in objects:
                    yield subject, predicate, object

    def __contains__(self, triple: tuple[str, str, str]) -> bool:
        return triple[2] in self._forward.get(triple[0], {}).get(triple[1], ())

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Objects in the order of the file."""
        return self._forward.get(subject, {}).get(predicate, [])

    def value(self, subject: str, predicate: str) -> str | None:
        """The first object, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def texts(self, subject: str, predicate: str) -> tuple[tuple[str, str], ...]:
        """The literals among the objects: (language or the empty string, text), sorted."""
        terms = [parse_term(term) for term in self.objects(subject, predicate)]
        return tuple(sorted((term.language or "", term.value) for term in terms if term.kind == "literal"))

    def subjects(self, predicate: str, object: str | None = None) -> list[str]:
        """Subjects that have the predicate (and the object), in the order of the files."""
        if object is not None:
            return list(self._backward.get(object, {}).get(predicate, []))
        return [subject for subject, properties in self._forward.items() if predicate in properties]

    def predicates(self, subject: str) -> list[str]:
        """The predicates of a subject."""
        return list(self._forward.get(subject, {}))

    def parents(self, object: str) -> list[tuple[str, str]]:
        """(subject, predicate) of the triples that end in a node."""
        return [(s, p) for p, subjects in self._backward.get(object, {}).items() for s in subjects]

    def members(self, head: str) -> list[str]:
        """Members of an RDF list.

        :raises ListError: where it is no well-formed list
        """
        members: list[str] = []
        seen: set[str] = set()
        while head != rdf("nil"):
            first, rest = self.objects(head, rdf("first")), self.objects(head, rdf("rest"))
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise ListError(head)
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def holder(self, node: str) -> str:
        """The nearest node above a blank node that has an IRI; the node itself where there is none."""
        seen = {node}
        front = [node]
        while front:
            for candidate in front:
                if candidate.startswith("<"):
                    return candidate
            front = [s for n in front for s, _ in self.parents(n) if s not in seen]
            seen.update(front)
        return node

    def file(self, node: str) -> str:
        """The file that speaks of a node first."""
        return self._files.get(node, "")

    def label(self, node: str) -> str:
        """A node as a reader finds it in the file: a CURIE; a blank node by the shape that holds it and its path."""
        if node.startswith("<"):
            return PrefixMap({**WELL_KNOWN, **self.prefixes}).compress(node[1:-1]) or node
        if node.startswith("_:"):
            path = self.value(node, sh("path"))
            named = self.holder(node)
            return " / ".join(self.label(part) for part in (named, path) if part and part.startswith("<")) or node
        return node

    def place(self, node: str, near: str | None = None) -> SourceLocation | None:
        """Where a node stands: the first line of its file that names it (its holder for a blank node).

        :param near: a term to look for from there on, such as the predicate at fault
        """
        named = self.holder(node)
        file = self._files.get(node) or self._files.get(named)
        if file is None:
            return None
        text, prefixes = self._texts.get(file, ("", PrefixMap({})))
        start = _find(text, named, prefixes, 0)
        if near is not None:
            found = _find(text, near, prefixes, max(start, 0))
            start = found if found >= 0 else start
        if start < 0:
            return SourceLocation(file)
        return SourceLocation(file, line=text.count("\n", 0, start) + 1, column=start - text.rfind("\n", 0, start))

    def read(self, path: Path, name: str) -> int:
        """Add the triples of a file; returns how many there are.

        :raises ShapesError: ``shapes-missing``, ``shapes-format``, ``shapes-syntax``
        """
        import pyoxigraph

        syntax = syntax_of(path)
        if syntax is None and path.is_file():
            raise ShapesError(
                "shapes-format",
                f"“{path.suffix}” is no RDF syntax known here"
                if path.suffix
                else "the name does not tell the RDF syntax",
                location=SourceLocation(name),
                hint="shapes are read from .ttl, .nt, .nq, .trig, .rdf or .jsonld",
            )
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise ShapesError("shapes-missing", "there is no such shapes file", location=SourceLocation(name)) from None
        except IsADirectoryError:
            raise ShapesError(
                "shapes-missing", "this is a folder, not a shapes file", location=SourceLocation(name)
            ) from None
        assert syntax is not None
        labels: dict[str, str] = {}
        number = len(self._texts)

        def spell(term: Any) -> str:
            if isinstance(term, pyoxigraph.NamedNode):
                return iri(term.value)
            if isinstance(term, pyoxigraph.BlankNode):
                return blank(labels.setdefault(term.value, f"s{number}b{len(labels)}"))
            if isinstance(term, pyoxigraph.Literal):
                return literal(term.value, language=term.language, datatype=term.datatype.value)
            raise ShapesError(
                "shapes-format", "RDF 1.2 triple terms have no place in shapes", location=SourceLocation(name)
            )

        count = 0
        try:
            parser: pyoxigraph.QuadParser = pyoxigraph.parse(
                input=data,
                format=getattr(pyoxigraph.RdfFormat, SYNTAXES[syntax].parser),
                base_iri=path.resolve().as_uri(),
            )
            for quad in parser:
                self.add(spell(quad.subject), spell(quad.predicate), spell(quad.object), file=name)
                count += 1
        except SyntaxError as error:
            message = re.sub(r"^Parser error (?:at|between) line .*?: ", "", error.msg or str(error))
            raise ShapesError(
                "shapes-syntax",
                f"this cannot be read as {syntax}: {message}",
                location=SourceLocation(name, line=error.lineno, column=error.offset),
                hint=undeclared_in(message, data.decode("utf-8", "replace")),
            ) from error
        self.prefixes.update(parser.prefixes)
        self._texts[name] = (data.decode("utf-8", "replace"), PrefixMap(dict(parser.prefixes)))
        return count


def _find(text: str, term: str, prefixes: PrefixMap, start: int) -> int:
    """Offset at which a spelt term is named, or -1."""
    if not term.startswith("<"):
        return text.find(term, start)
    curie = prefixes.compress(term[1:-1]) or PrefixMap(WELL_KNOWN).compress(term[1:-1])
    if curie:
        match = re.compile(rf"(?<![\w:]){re.escape(curie)}(?![\w-])").search(text, start)
        if match:
            return match.start()
    return text.find(term, start)


def read_triples(paths: Sequence[Path], *, root: Path) -> tuple[Triples, dict[str, int]]:
    """The triples of several files, and how many each holds.

    :param root: folder that the names of the files are given relative to
    :raises ShapesError: all that is wrong with the files, together
    """
    triples = Triples()
    errors: list[ShapesError] = []
    counts: dict[str, int] = {}
    for path in paths:
        try:
            name = path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:
            name = path.as_posix()
        if name in counts:
            continue
        try:
            counts[name] = triples.read(path, name)
        except ShapesError as error:
            errors.append(error)
    raise_all(errors)
    return triples, counts
