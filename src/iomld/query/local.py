"""Queries over a store on this machine: the index of a build, or RDF files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iomld.errors import OutsideError, QueryError, nearest
from iomld.location import SourceLocation
from iomld.query.results import Solutions
from iomld.query.saved import Parameter, SavedQuery
from iomld.terms import PrefixMap, Term, iri, literal
from iomld.terms.nquads import XSD_STRING

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Answer", "ask", "bind", "load_files", "open_index"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_FORMS = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "boolean": re.compile(r"true|false|0|1"),
    "date": re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"),
}


class Answer(NamedTuple):
    """The answer to a query: exactly one of the three is not None."""

    solutions: Solutions | None = None
    boolean: bool | None = None
    triples: list[tuple[str, str, str]] | None = None


def open_index(path: Path) -> pyoxigraph.Store:
    """Open an index read-only.

    :raises OutsideError: ``index-unreadable``
    """
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(str(path))
    except OSError as error:
        raise OutsideError(
            "index-unreadable",
            f"the index cannot be opened: {error}",
            location=SourceLocation(str(path)),
            hint="remove the folder; it is made again from the tables",
        ) from error


def load_files(quads: Iterable[tuple[str, str, str, str]]) -> pyoxigraph.Store:
    """A store in memory from quads spelt as in N-Quads."""
    import pyoxigraph

    store = pyoxigraph.Store()
    lines = (f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)
    store.bulk_load("".join(lines).encode(), pyoxigraph.RdfFormat.N_QUADS)
    return store


def bind(saved: SavedQuery, given: Mapping[str, str], *, base: str, prefixes: PrefixMap) -> dict[str, str]:
    """The values of a query's parameters as spelt terms; nothing of them ever becomes query text.

    :param given: values as the user writes them; an IRI in full, as a CURIE, or relative to the base
    :raises QueryError: ``parameter-unknown``, ``parameter-malformed``
    """
    known = {parameter.name: parameter for parameter in saved.parameters}
    for name in given:
        if name not in known:
            raise QueryError(
                "parameter-unknown",
                f"query {saved.name} has no parameter “{name}”",
                hint=nearest(name, known) or (f"it has {', '.join(known)}" if known else "it has none"),
            )
    values = {}
    for name, parameter in known.items():
        text = given.get(name, parameter.default)
        if text is not None:
            values[name] = _term(parameter, text, base, prefixes)
    return values


def _term(parameter: Parameter, text: str, base: str, prefixes: PrefixMap) -> str:
    if parameter.type == "iri":
        prefix, colon, _ = text.partition(":")
        if colon and prefix in prefixes:
            text = prefixes.expand(text)
        elif not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", text):
            text = base + text
        if re.search(r"[\x00-\x20<>\"{}|\\^`]", text):
            raise QueryError("parameter-malformed", f"{parameter.name}: “{text}” is not an IRI")
        return iri(text)
    if parameter.type == "string":
        return literal(text)
    if parameter.type == "language":
        value, at, tag = text.rpartition("@")
        return literal(value, language=tag) if at else literal(text)
    if not _FORMS[parameter.type].fullmatch(text):
        raise QueryError(
            "parameter-malformed", f"{parameter.name}: “{text}” is not of the type {parameter.type}"
        )
    return literal(text, datatype=_XSD + parameter.type)


def ask(
    store: pyoxigraph.Store,
    text: str,
    *,
    name: str,
    values: Mapping[str, str] | None = None,
    base: str | None = None,
    prefixes: PrefixMap,
) -> Answer:
    """Evaluate a query; the default graph is the union of all graphs.

    :param name: file or name of the query, for messages
    :param values: spelt terms that variables are bound to
    :raises QueryError: ``query-syntax`` with line, column and the line itself; ``query-service``, ``query-update``
    """
    import pyoxigraph

    from iomld.terms import parse_term

    _refuse(text, name)
    substitutions = {pyoxigraph.Variable(key): _to_pyoxigraph(parse_term(value)) for key, value in (values or {}).items()}
    try:
        answer = store.query(
            text,
            base_iri=base,
            prefixes={**prefixes},
            use_default_graph_as_union=True,
            substitutions=substitutions or None,
        )
        if isinstance(answer, pyoxigraph.QueryBoolean):
            return Answer(boolean=bool(answer))
        if isinstance(answer, pyoxigraph.QueryTriples):
            return Answer(triples=[(str(t.subject), str(t.predicate), str(t.object)) for t in answer])
        variables = tuple(variable.value for variable in answer.variables)
        rows = tuple(
            tuple(None if value is None else str(value) for value in (solution[variable] for variable in variables))
            for solution in answer
        )
        return Answer(solutions=Solutions(variables, rows))
    except SyntaxError as error:
        raise _syntax(error, text, name) from error


def _to_pyoxigraph(term: Term) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    import pyoxigraph

    if term.kind == "iri":
        return pyoxigraph.NamedNode(term.value)
    if term.language:
        return pyoxigraph.Literal(term.value, language=term.language)
    return pyoxigraph.Literal(term.value, datatype=pyoxigraph.NamedNode(term.datatype or XSD_STRING))


# Comments, IRIs and strings hold no keywords.
_NO_KEYWORDS = re.compile(r"#[^\n]*|<[^<>\s]*>|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.S)
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b\s+(DATA|WHERE|GRAPH|SILENT|ALL|NAMED|DEFAULT|\{|<|$)", re.I)


def _refuse(text: str, name: str) -> None:
    bare = _NO_KEYWORDS.sub(" ", text)
    if re.search(r"\bSERVICE\b", bare, re.I):
        raise QueryError(
            "query-service",
            "a SERVICE clause asks another machine, which a query over local data may not do",
            location=SourceLocation(name),
            hint="ask that endpoint itself with --endpoint",
        )
    if not re.search(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", bare, re.I) and _UPDATE.search(bare):
        raise QueryError(
            "query-update", "this is an update; iomld asks, it changes no store", location=SourceLocation(name)
        )


def _syntax(error: SyntaxError, text: str, name: str) -> QueryError:
    match = re.search(r"at (\d+):(\d+)", str(error))
    line, column = (int(match[1]), int(match[2])) if match else (None, None)
    reason = re.sub(r"^error at \d+:\d+: ", "", str(error))
    caret = ""
    lines = text.splitlines()
    if line and column and line <= len(lines):
        caret = f"\n  {lines[line - 1]}\n  {' ' * (column - 1)}^"
    return QueryError(
        "query-syntax", f"not SPARQL: {reason}{caret}", location=SourceLocation(name, line=line, column=column)
    )
