"""Sources that are asked by a query: SQLite databases, RDF files and SPARQL endpoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import OutsideError, SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.files import shown
from iomld.sources.model import WHOLE, LogicalSource, ReadScope, Relation
from iomld.sources.records import Cell, Record, load_records

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_query"]

_XSD = "http://www.w3.org/2001/XMLSchema#"

#: names of the columns, and the rows
_Answer = tuple[list[str], Iterator[Sequence[Any]]]


def read_query(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    references: Mapping[str, SourceLocation],
    table: str,
    number: int,
    root: Path,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Ask a source and load what it answers; its rows count from 1.

    :raises SourceError: ``query-failed``, ``unknown-column``, ``database-unsupported``
    :raises OutsideError: ``endpoint-failed``
    """
    if scope.nothing:
        return load_records(connection, (), list(references), table)
    header, rows = _sparql(source, root) if source.formulation == "sparql" else _sql(source, root)
    for reference, place in references.items():
        if reference not in header:
            raise SourceError(
                "unknown-column",
                f"“{reference}” is not a column of the answer",
                location=place,
                hint=nearest(reference, header) or f"its columns are {', '.join(header)}",
            )
    picks = [header.index(reference) for reference in references]
    nulls = source.nulls or ()

    def records() -> Iterator[Record]:
        for index, row in enumerate(rows, 1):
            yield number, index, [_cell(row[pick], nulls) for pick in picks]

    return load_records(connection, records(), list(references), table)


def _cell(value: Any, nulls: Sequence[str]) -> Cell:
    """A database value with its natural datatype (R2RML, section 10.2)."""
    if value is None or value in nulls:
        return ()
    if isinstance(value, bool):
        return ((str(value).lower(), _XSD + "boolean"),)
    if isinstance(value, int):
        return ((str(value), _XSD + "integer"),)
    if isinstance(value, float):
        mantissa, _, exponent = f"{value:.16E}".partition("E")
        mantissa = mantissa.rstrip("0")
        return ((f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}", _XSD + "double"),)
    if isinstance(value, tuple):
        return (value,)
    if isinstance(value, bytes):
        return ((value.hex().upper(), _XSD + "hexBinary"),)
    return ((str(value), None),)


def _sql(source: LogicalSource, root: Path) -> _Answer:
    access = source.access
    for prefix in ("jdbc:sqlite:", "sqlite:///", "sqlite:"):
        access = access.removeprefix(prefix)
    if ":" in access.partition("/")[0] and source.formulation != "sqlite":
        raise SourceError(
            "database-unsupported",
            f"databases such as “{access.partition(':')[0]}” cannot be read",
            location=source.location,
            hint="read SQLite databases, or export the table as CSV",
        )
    path = source.folder / access
    if not path.is_file():
        raise SourceError("source-missing", "the database is not there", location=SourceLocation(shown(path, root)))
    query = source.query or ""
    if " " not in query.strip():
        quoted = query.replace('"', '""')
        query = f'SELECT * FROM "{quoted}"'
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        cursor = database.execute(query)
        header = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    except sqlite3.Error as error:
        raise SourceError(
            "query-failed", f"the database refuses the query: {error}", location=source.location
        ) from None
    finally:
        database.close()
    return header, iter(rows)


def _sparql(source: LogicalSource, root: Path) -> _Answer:
    query = source.query or source.iterator or ""
    if source.access.startswith(("http://", "https://")):
        return _endpoint(source, query)
    import pyoxigraph

    path = source.folder / source.access
    if not path.is_file():
        raise SourceError("source-missing", "the file is not there", location=SourceLocation(shown(path, root)))
    store = pyoxigraph.Store()
    try:
        store.load(path=str(path))
        solutions = store.query(query)
    except (SyntaxError, ValueError) as error:
        raise SourceError("query-failed", f"the query cannot be asked: {error}", location=source.location) from None
    if not isinstance(solutions, pyoxigraph.QuerySolutions):
        raise SourceError("query-failed", "a source is asked by a SELECT query", location=source.location)
    header = [variable.value for variable in solutions.variables]
    return header, ([_term(term) for term in each] for each in solutions)


def _term(term: Any) -> tuple[str, str | None] | None:
    """An RDF term as text with its datatype; an IRI or a plain literal has none."""
    if term is None:
        return None
    datatype = getattr(term, "datatype", None)
    if datatype is None or datatype.value.endswith(("#string", "#langString")):
        return term.value, None
    return term.value, datatype.value


def _endpoint(source: LogicalSource, query: str) -> _Answer:
    from SPARQLWrapper import JSON, SPARQLWrapper

    wrapper = SPARQLWrapper(source.access, agent="iomld")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(JSON)
    wrapper.setTimeout(60)
    try:
        answer: Any = wrapper.queryAndConvert()
    except Exception as error:  # the library raises whatever its parts raise
        raise OutsideError("endpoint-failed", f"{source.access}: {error}", location=source.location) from error
    header = list(answer["head"]["vars"])
    rows = (
        [each[name]["value"] if name in each else None for name in header] for each in answer["results"]["bindings"]
    )
    return header, rows
