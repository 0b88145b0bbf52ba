"""RDF files into the relation of quads.

Canonical N-Triples and N-Quads are split by the engine (:mod:`iomld.graph.lines`). pyoxigraph's parser does the rest of
the reading: it keeps lexical forms to the letter and prints terms as canonical N-Quads does.
Language tags come in lower case (RDF 1.1 Concepts, section 3.3, allows it and compares them so).
Blank nodes are numbered in the order of their first appearance, since their labels hold for one file only.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count, islice, repeat
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from iomld.errors import DataError, IomldError, raise_all
from iomld.graph.declared import undeclared_in
from iomld.graph.entities import refuse_growing_entities
from iomld.graph.jsonld import ill_formed, is_document
from iomld.graph.lines import read_canonical
from iomld.graph.places import place_of
from iomld.graph.quads import Quads
from iomld.location import SourceLocation

__all__ = ["SYNTAXES", "Syntax", "read_rdf", "syntax_of"]

_BATCH = 20_000
_MISTAKES = 50  # after so many, a file is not what it claims to be


class Syntax(NamedTuple):
    """An RDF syntax: how its files are recognized, and what it can hold."""

    extensions: tuple[str, ...]
    media_types: tuple[str, ...]
    parser: str  # name of the format in pyoxigraph.RdfFormat
    datasets: bool  # can hold named graphs


#: The RDF syntaxes by name, the preferred extension and media type first.
SYNTAXES: Mapping[str, Syntax] = {
    "nquads": Syntax((".nq",), ("application/n-quads",), "N_QUADS", True),
    "ntriples": Syntax((".nt",), ("application/n-triples", "text/plain"), "N_TRIPLES", False),
    "turtle": Syntax((".ttl", ".turtle"), ("text/turtle", "application/x-turtle"), "TURTLE", False),
    "trig": Syntax((".trig",), ("application/trig",), "TRIG", True),
    "jsonld": Syntax((".jsonld", ".json"), ("application/ld+json", "application/json"), "JSON_LD", True),
    "rdfxml": Syntax(
        (".rdf", ".owl", ".xml"), ("application/rdf+xml", "application/xml", "text/xml"), "RDF_XML", False
    ),
    "n3": Syntax((".n3",), ("text/n3",), "N3", True),
}

_LINE_BASED = ("nquads", "ntriples")
_RESUMABLE = ("nquads", "ntriples", "turtle", "trig")  # their parser goes on after a mistake

# Batches go in as one text per column: no Python value per cell, no data frame library.
_INSERT = """
INSERT INTO quad SELECT unnest(string_split($1, chr(10))), unnest(string_split($2, chr(10))),
  unnest(string_split($3, chr(10))), unnest(string_split($4, chr(10))), NULL, $5::INTEGER, {row}
"""
_INSERT_WITH_ROW = _INSERT.format(row="unnest(string_split($6, chr(10)))::BIGINT")
_INSERT_WITHOUT_ROW = _INSERT.format(row="NULL")

# The parser's words, with the place in front of them.
_PLACE = re.compile(r"^Parser error (?:at line \d+ (?:between columns \d+ and \d+|column \d+)|between line .*?): ")
_CURES = (
    ("No scheme found", "data-relative-iri", None),  # what cures it depends on the syntax
    ("LoadDocumentCallback", "data-remote-context", "put the JSON-LD context into the document: none is fetched"),
    ("UTF-8", "data-not-utf8", "save the file as UTF-8"),
)
_BASES = {"jsonld": "@base in its context", "rdfxml": "xml:base"}  # how a file says what its IRIs are relative to


def syntax_of(path: PurePath | str) -> str | None:
    """The name of the syntax that the extension of a file tells, or None.

    >>> syntax_of("data/states.ttl")
    'turtle'
    """
    extension = PurePath(path).suffix.lower()
    return next((name for name, syntax in SYNTAXES.items() if extension in syntax.extensions), None)


def read_rdf(
    source: Path | BinaryIO,
    *,
    into: Quads,
    format: str | None = None,
    base: str | None = None,
    root: Path | None = None,
    graph: str = "",
    prefixes: dict[str, str] | None = None,
    drop_ill_formed: bool = False,
) -> int:
    """Read an RDF file into the relation.

    :param source: a file, or a stream of bytes (kept on disk while it is read)
    :param into: the relation; quads of this source only are taken back where the reading fails
    :param format: a name of :data:`SYNTAXES`; None means: by the extension
    :param base: absolute IRI against which relative IRIs are resolved; None means that they are mistakes
    :param root: the source is named relative to this folder
    :param graph: name of the graph that takes the default graph's triples, spelt as in N-Quads
    :param prefixes: takes up the prefixes that the file declares
    :param drop_ill_formed: leave out statements of JSON-LD with ill-formed terms, as its algorithm to RDF does,
        instead of telling them as mistakes
    :returns: number of quads read, repeated ones counted again
    :raises DataError: ``data-file-missing``, ``data-format-unknown``, ``data-syntax``, ``data-relative-iri``,
        ``data-remote-context``, ``data-not-utf8``, ``data-term-too-long``, ``data-triple-term``, ``data-entities``; all
        mistakes of a file together where its syntax lets the parser go on

    Memory is constant for N-Triples, N-Quads, Turtle and TriG. The row of a quad is its line in N-Triples and
    N-Quads, and NULL in the other syntaxes.
    """
    if isinstance(source, Path):
        name = _name(source, root)
        if not source.is_file():
            what = "is a folder" if source.is_dir() else "there is no such file"
            raise DataError("data-file-missing", what, location=SourceLocation(name))
    else:
        name = "<stdin>" if getattr(source, "name", "") in ("<stdin>", 0, "") else str(source.name)
    syntax = format or (syntax_of(source) if isinstance(source, Path) else None)
    if syntax is None or syntax not in SYNTAXES:
        raise DataError(
            "data-format-unknown",
            f"unknown RDF syntax “{format}”" if format else "the name does not tell the RDF syntax",
            location=SourceLocation(name),
            hint=f"{'name one with' if name == '<stdin>' else 'give it an extension such as .ttl, or name one with'} "
            f"--from: {', '.join(SYNTAXES)}",
        )
    with _on_disk(source) as path:
        index = into.add_source(name)
        if syntax in _LINE_BASED:
            read = read_canonical(path, into=into, source=index, graph=graph, named_graphs=SYNTAXES[syntax].datasets)
            if read is not None:
                return read
        try:
            return _read(path, name, index, into, syntax, base, graph, prefixes, drop_ill_formed)
        except IomldError:
            into.connection.execute("DELETE FROM quad WHERE source = ?", [index])
            raise


def _name(path: Path, root: Path | None) -> str:
    if root is not None and path.resolve().is_relative_to(root.resolve()):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return path.as_posix()


@contextmanager
def _on_disk(source: Path | BinaryIO) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    with tempfile.NamedTemporaryFile(prefix="iomld-") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        yield Path(file.name)


def _statement_lines(path: Path) -> Iterator[int]:
    """The numbers of the lines that hold a statement (N-Triples and N-Quads hold one a line)."""
    with path.open(encoding="latin-1") as file:  # any byte is a character, and all three line ends count
        for number, line in enumerate(file, 1):
            if (text := line.lstrip(" \t\n")) and text[0] != "#":
                yield number


def _read(
    path: Path,
    name: str,
    source: int,
    into: Quads,
    syntax: str,
    base: str | None,
    graph: str,
    prefixes: dict[str, str] | None,
    drop_ill_formed: bool,
) -> int:
    import pyoxigraph

    if syntax == "rdfxml":
        refuse_growing_entities(path, name)
    mistakes: list[DataError] = []
    total = 0
    batch = _Batch(into, source)
    lines: Iterator[int | None] = _statement_lines(path) if syntax in _LINE_BASED else repeat(None)
    with path.open("rb") as file:
        file.seek(3 if file.read(3) == b"\xef\xbb\xbf" else 0)  # a byte-order mark is no RDF
        parser = pyoxigraph.parse(file, getattr(pyoxigraph.RdfFormat, SYNTAXES[syntax].parser), base_iri=base)
        while True:
            try:
                for quad in parser:
                    where = str(quad.graph_name)
                    batch.add(
                        str(quad.subject),
                        str(quad.predicate),
                        str(quad.object),
                        graph if where == "DEFAULT" else where,
                        next(lines, None),
                    )
                    total += 1
                break
            except SyntaxError as error:
                mistakes.append(_mistake(error, name, path, syntax))
                hopeless = mistakes[-1].id == "data-not-utf8" or len(mistakes) == _MISTAKES
                if hopeless or syntax not in _RESUMABLE:
                    break
            except MemoryError as error:
                if "buffer" not in str(error):
                    raise
                mistakes.append(_too_long(SourceLocation(name, line=next(lines, None))))
                break
        if prefixes is not None:
            prefixes.update(parser.prefixes)
    batch.flush()
    if syntax == "jsonld" and not mistakes and not drop_ill_formed:
        mistakes += _left_out(path, name, base, total)
    if syntax == "rdfxml" and not mistakes:
        mistakes += _open_at_the_end(path, name)
    # An end that comes too early only repeats what the first mistakes said.
    raise_all([error for error in mistakes if "nexpected end" not in error.message] or mistakes[:1])
    _refuse_triple_terms(into, source, name)
    return total


def _left_out(path: Path, name: str, base: str | None, kept: int) -> list[DataError]:
    """The mistakes of a JSON-LD document for which the parser dropped statements."""
    if not kept and not is_document(path):
        hint = "a JSON-LD document is an object, or an array of objects"
        return [DataError("data-syntax", "the document holds no object", location=SourceLocation(name), hint=hint)]
    with path.open("rb") as file:
        file.seek(3 if file.read(3) == b"\xef\xbb\xbf" else 0)
        found = list(islice(ill_formed(file, base, kept), _MISTAKES))
    return [_told(each.reason, SourceLocation(name, line=each.line, column=each.column), "jsonld") for each in found]


def _open_at_the_end(path: Path, name: str) -> list[DataError]:
    """The mistake of an XML file that ends within an element: pyoxigraph takes it for whole."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        if error.code in (expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],):
            place = SourceLocation(name, line=error.lineno, column=error.offset + 1)
            return [DataError("data-syntax", "the file ends within an element: it is cut off", location=place)]
    return []


class _Batch:
    """Quads on their way into the table, a column a list."""

    def __init__(self, into: Quads, source: int) -> None:
        self._insert = into.connection.execute
        self._source = source
        self._columns: tuple[list[str], ...] = ([], [], [], [])
        self._rows: list[int | None] = []
        self._blanks: dict[str, str] = {}
        self._fresh = count(_next_blank(into))

    def add(self, subject: str, predicate: str, object: str, graph: str, row: int | None) -> None:
        subjects, predicates, objects, graphs = self._columns
        subjects.append(self._blank(subject) if subject[0] == "_" else subject)
        predicates.append(predicate)
        objects.append(self._blank(object) if object[0] == "_" else object)
        graphs.append(self._blank(graph) if graph[:1] == "_" else graph)
        self._rows.append(row)
        if len(self._rows) == _BATCH:
            self.flush()

    def _blank(self, label: str) -> str:
        if label not in self._blanks:  # a triple term may begin with a blank node: it is refused in the end
            self._blanks[label] = label if " " in label else f"_:b{next(self._fresh)}"
        return self._blanks[label]

    def flush(self) -> None:
        arguments: list[object] = ["\n".join(column) for column in self._columns]
        if self._rows and self._rows[0] is None:
            self._insert(_INSERT_WITHOUT_ROW, [*arguments, self._source])
        elif self._rows:
            self._insert(_INSERT_WITH_ROW, [*arguments, self._source, "\n".join(map(str, self._rows))])
        for column in self._columns:
            column.clear()
        self._rows.clear()


def _next_blank(into: Quads) -> int:
    found = into.connection.execute(
        """
        SELECT coalesce(max(try_cast(label[4:] AS BIGINT)), -1) + 1 FROM (
          SELECT subject AS label FROM quad UNION ALL SELECT object FROM quad UNION ALL SELECT graph FROM quad
        ) WHERE starts_with(label, '_:b')
        """
    ).fetchone()
    return int(found[0]) if found else 0


def _mistake(error: SyntaxError, name: str, path: Path, syntax: str) -> DataError:
    text = _PLACE.sub("", error.msg or "malformed")
    place = (error.lineno, error.offset) if error.lineno else place_of(path, syntax, text) or (None, None)
    text = text if text[:2].isupper() else text[0].lower() + text[1:]
    return _told(text, SourceLocation(name, line=place[0], column=place[1]), syntax)


def _told(text: str, place: SourceLocation, syntax: str) -> DataError:
    id, hint = next(((id, hint) for words, id, hint in _CURES if words.lower() in text.lower()), ("data-syntax", None))
    if id == "data-relative-iri":
        hint = (
            "write IRIs in full: this syntax knows no relative ones"
            if syntax in _LINE_BASED
            else f"write their base into the file ({_BASES.get(syntax, '@base')}), or read it by iomld convert --base"
        )
    return DataError(id, text, location=place, hint=hint or undeclared_in(text))


def _too_long(place: SourceLocation) -> DataError:
    return DataError(
        "data-term-too-long",
        "a literal or another term is longer than 16 MiB, which is more than the parser holds",
        location=place,
        hint="keep so long a text in a file of its own, and name that file in the data",
    )


def _refuse_triple_terms(into: Quads, source: int, name: str) -> None:
    found = into.connection.execute(
        "SELECT row FROM quad WHERE source = ? AND NOT starts_with(object, '\"') AND contains(object, ' ') LIMIT 1",
        [source],
    ).fetchone()
    if found:
        raise DataError(
            "data-triple-term",
            "a triple term of RDF 1.2 stands as an object",
            location=SourceLocation(name, line=found[0]),
            hint="state the triple itself, or describe it by a resource of its own",
        )
