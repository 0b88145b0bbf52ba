"""Sources that are asked by a query: databases, RDF files and SPARQL endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import MappingError, OutsideError, SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.addresses import Address, parse_address, shown_access
from iomld.sources.files import shown
from iomld.sources.model import WHOLE, LogicalSource, ReadScope, Relation
from iomld.sources.naturals import XSD, natural, of_python
from iomld.sources.records import Cell, load_records, load_texts

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_query"]

#: names of the columns, their datatypes (None where each value has its own), and the rows
_Answer = tuple[list[str], list[str | None] | None, Iterator[Sequence[Any]]]

_KEPT = 10_000


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

    :raises SourceError: ``query-failed``, ``database-table``, ``unknown-column``, ``header-doubled``,
        ``database-unsupported``, ``database-address``, ``database-value``
    :raises OutsideError: ``remote-*``, ``database-unreachable``, ``database-lost``
    """
    asked: AbstractContextManager[_Answer]
    if source.formulation == "sparql":
        if scope.nothing:  # a query without records would cost the endpoint as much as one with them
            return load_records(connection, (), list(references), table)
        asked = _sparql(source, root)
    else:
        asked = _database(source)
    with asked as (header, kinds, rows):
        picks = [_position(reference, header, place, source) for reference, place in references.items()]
        if scope.nothing:
            rows = iter(())
        if kinds is None:
            nulls = source.nulls or ()
            records = (
                (number, index, [_cell(row[pick], nulls) for pick in picks]) for index, row in enumerate(rows, 1)
            )
            return load_records(connection, records, list(references), table)
        typed = {reference: _datatype(kinds[pick]) for reference, pick in zip(references, picks, strict=True)}
        return load_texts(connection, _texts(rows, header, kinds, picks, source), typed, table, number)


def _datatype(kind: str | None) -> str | None:
    return None if kind is None else XSD + kind


def _cell(value: object, nulls: Sequence[str]) -> Cell:
    cell = (value,) if isinstance(value, tuple) else of_python(value)
    return () if cell and cell[0][0] in nulls else cell


def _texts(
    rows: Iterator[Sequence[str | None]],
    header: Sequence[str],
    kinds: Sequence[str | None],
    picks: Sequence[int],
    source: LogicalSource,
) -> Iterator[list[str | None]]:
    """The texts of the columns that are asked for, in the lexical forms of their datatypes.

    :raises SourceError: ``database-value``
    """
    nulls = frozenset(source.nulls or ())
    known: list[dict[str, str]] = [{} for _ in picks]  # what columns such as dates hold, they hold often
    for index, row in enumerate(rows, 1):
        texts: list[str | None] = []
        for pick, forms in zip(picks, known, strict=True):
            value = row[pick]
            if value is None or value in nulls:
                texts.append(None)
            elif kinds[pick] is None:
                texts.append(value)
            else:
                form = forms.get(value)
                if form is None:
                    try:
                        form = natural(value, kinds[pick])[0]
                    except ValueError:
                        raise _unnatural(value, kinds[pick], source, index, header[pick]) from None
                    if len(forms) < _KEPT:
                        forms[value] = form
                texts.append(form)
        yield texts


def _unnatural(value: str, kind: str | None, source: LogicalSource, row: int, column: str) -> SourceError:
    return SourceError(
        "database-value",
        f"“{value}” is no xsd:{kind}, which the column has by nature",
        location=SourceLocation(shown_access(source), row=row, field=column),
        hint="let the query cast the column to text or to a number, or leave such rows out",
    )


def _position(reference: str, header: Sequence[str], place: SourceLocation, source: LogicalSource) -> int:
    """The column of a reference: by its name, else as SQL has it, by quotes and without regard to case."""
    wanted = reference[1:-1].replace('""', '"') if re.fullmatch(r'"(?:[^"]|"")+"', reference) else reference
    found = [index for index, each in enumerate(header) if each == wanted]
    if not found and source.formulation != "sparql":
        found = [index for index, each in enumerate(header) if each.lower() == wanted.lower()]
    if not found:
        raise SourceError(
            "unknown-column",
            f"“{reference}” is not a column of the answer",
            location=place,
            hint=nearest(reference, header) or f"its columns are {', '.join(header)}",
        )
    if len(found) > 1:
        raise SourceError(
            "header-doubled",
            f"{len(found)} columns of the answer are named “{reference}”",
            location=place,
            hint="give one of them another name in the query with AS",
        )
    return found[0]


def _database(source: LogicalSource) -> AbstractContextManager[_Answer]:
    if not source.access:
        raise MappingError(
            "database-unnamed",
            "the mapping names no database for its tables",
            location=source.location,
            hint="give it with --database URL, or in the mapping as a d2rq:Database",
        )
    if not source.table and not (source.query or "").strip():
        raise MappingError(
            "mapping-malformed", "the source names neither a table nor a query", location=source.location
        )
    address = parse_address(source)
    ask: Callable[[Address, LogicalSource], AbstractContextManager[_Answer]]
    match address.kind:
        case "postgresql":
            from iomld.sources.postgresql import ask
        case "mysql":
            from iomld.sources.mysql import ask
        case _:
            from iomld.sources.sqlite import ask
    return ask(address, source)


@contextmanager
def _sparql(source: LogicalSource, root: Path) -> Iterator[_Answer]:
    query = source.query or source.iterator or ""
    if source.access.startswith(("http://", "https://", "${")):
        from iomld.sources.endpoint import ask_endpoint

        solutions = ask_endpoint(source, query)
    else:
        solutions = _ask_file(source, query, root)
    header = [variable.value for variable in solutions.variables]

    def rows() -> Generator[Sequence[Any], None, None]:
        try:
            yield from ([_term(term) for term in each] for each in solutions)
        except (SyntaxError, ValueError) as error:  # found out only while reading
            error.__traceback__ = None
            message = f"{shown_access(source)} answers with no whole SPARQL results: {error}"
            raise OutsideError("remote-malformed", message, location=source.location) from None

    found = rows()
    try:
        yield header, None, found
    finally:  # the frames of an error outlive it, and only this thread may let go of solutions
        found.close()
        solutions = None


def _ask_file(source: LogicalSource, query: str, root: Path) -> Any:
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
    return solutions


def _term(term: Any) -> tuple[str, str | None] | None:
    """An RDF term as text with its datatype; an IRI or a plain literal has none."""
    if term is None:
        return None
    datatype = getattr(term, "datatype", None)
    if datatype is None or datatype.value.endswith(("#string", "#langString")):
        return term.value, None
    return term.value, datatype.value
