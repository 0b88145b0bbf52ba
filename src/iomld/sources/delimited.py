"""CSV and TSV: a file to a table of DuckDB, or all of its mistakes.

DuckDB reads the file where it is plain. Where it is not, or where DuckDB refuses it, Python reads it record by record:
it finds every mistake, or copies the file into a plain one with the number of each record.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.content import open_bytes
from iomld.sources.model import WHOLE, Column, Dialect, LogicalSource, ReadScope, Relation
from iomld.sources.plain import adds_up, begins_late, ends_of_lines, has_blank_line, may_be_too_wide, spans_lines
from iomld.sources.recordwise import PLAIN, read_header, rewrite
from iomld.sources.tableschema import Column as Described
from iomld.sources.tableschema import TableSchema, find

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_delimited"]

_LONGEST_LINE = 1 << 21
_BUFFERS = (1 << 22, 1 << 25)  # what a thread reads ahead: DuckDB's own choice, 32 MB, leaves most tables to one thread


def read_delimited(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read the files of a source into a view.

    :param files: path, name for the user and number of each file
    :param references: columns that the mapping asks for, each with a place where it does
    :param table: name for the view; its parts are ``table_0``, ``table_1`` …
    :raises SourceError: every mistake of every file
    """
    with ExitStack() as opened:
        plain = [
            (opened.enter_context(_plain(path, label, source)), path, label, number) for path, label, number in files
        ]
        return _read(connection, source, plain, references, table, scope)


@contextmanager
def _plain(path: Path, label: str, source: LogicalSource) -> Iterator[Path]:
    """The file itself, or a copy that is not compressed."""
    if source.compression is None and path.suffix not in (".gz", ".zip"):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        copy = Path(folder) / "plain.csv"
        with open_bytes(path, label, source) as stream, open(copy, "wb") as out:
            shutil.copyfileobj(stream, out)
        yield copy


def _read(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope,
) -> Relation:
    errors: list[IomldError] = []
    parts: list[tuple[str, int, TableSchema | None, bool, list[str]]] = []
    for index, (path, original, label, number) in enumerate(files):
        part = f"{table}_{index}"
        try:
            header = read_header(path, label, source)
            for reference, place in references.items():
                if reference not in header:
                    errors.append(_unknown_column(reference, place, label, header))
            if not errors:
                numbered = _load(connection, path, label, source, header, part, scope)
                parts.append((part, number, find(original), numbered, header))
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    many = {
        reference
        for reference in references
        for _, _, schema, _, _ in parts
        if schema and (column := schema.column(reference)) and column.separator
    }
    selects = []
    first = 2 if source.dialect.header else 1
    for part, number, schema, numbered, header in parts:
        cells = [f"{number} AS source", f"{'number' if numbered else f'rowid + {first}'} AS row"]
        for index, reference in enumerate(references):
            cell = _cell(
                f"c{header.index(reference)}", schema.column(reference) if schema else None, source, reference in many
            )
            cells.append(f"{cell} AS r{index}")
        selects.append(f"SELECT {', '.join(cells)} FROM {part}")
    connection.execute(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL '.join(selects)}")
    return Relation(table, {each: Column(f"r{index}", many=each in many) for index, each in enumerate(references)})


def _cell(value: str, described: Described | None, source: LogicalSource, many: bool) -> str:
    if source.dialect.trim:
        value = f"nullif(trim({value}), '')"
    # The reader gives NULL for an empty cell, which costs nothing.
    nulls = source.nulls if source.nulls is not None else described.null if described else ("",)
    if "" not in nulls:
        value = f"coalesce({value}, '')"
    if others := [text(null) for null in nulls if null]:
        value = f"CASE WHEN {value} NOT IN ({', '.join(others)}) THEN {value} END"
    if not many:
        return value
    if described is None or not described.separator:
        return f"CASE WHEN {value} IS NOT NULL THEN [{value}] END"
    # The parts of a cell are trimmed and empty ones dropped: "a | b|" has two values.
    return (
        f"list_filter(list_transform(string_split({value}, {text(described.separator)}), "
        "lambda part: trim(part)), lambda part: part <> '')"
    )


def _unknown_column(reference: str, place: SourceLocation, label: str, header: Sequence[str]) -> IomldError:
    other = next((each for each in ";\t|" if len(header) == 1 and each in header[0]), None)
    if other is not None:
        parted = "tabs" if other == "\t" else f"“{other}”"
        hint = f"the table is parted by {parted}: say so as its delimiter in the mapping"
        return SourceError("unknown-column", f"“{reference}” is not a column of {label}", location=place, hint=hint)
    shown = ", ".join(header[:12]) + (" …" if len(header) > 12 else "")
    return SourceError(
        "unknown-column",
        f"“{reference}” is not a column of {label}",
        location=place,
        hint=nearest(reference, header) or f"its columns are {shown}",
    )


def _load(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    label: str,
    source: LogicalSource,
    header: Sequence[str],
    part: str,
    scope: ReadScope,
) -> bool:
    """Load a file; true where the number of each record stands in a column, false where it follows from the rowid."""
    import duckdb

    if scope.nothing:
        columns = ", ".join(f"c{index} VARCHAR" for index in range(len(header)))
        connection.execute(f"CREATE OR REPLACE TABLE {part} ({columns})")
        return False
    dialect = source.dialect
    plain = (source.encoding.lower() if source.encoding else None) in PLAIN and not dialect.comment and not dialect.skip
    ends = ends_of_lines(path) if plain else {b""}
    # DuckDB may drop a last record that is longer than its longest line, and says nothing.
    whole = plain and begins_late(path, dialect, _LONGEST_LINE // 2)
    counted = whole or len(header) > 1  # one column has no delimiters to count
    if counted and not has_blank_line(ends) and not spans_lines(path, dialect):
        for buffer in _BUFFERS:  # a thread that begins within a long quoted cell takes it for a broken row
            try:
                _copy(connection, path, [f"c{index}" for index in range(len(header))], dialect, part, buffer)
            except duckdb.Error:
                continue  # Python's reader says what is wrong, all of it, or copes
            sure = whole and not may_be_too_wide(ends, dialect)
            if sure or adds_up(connection, part, path, header, dialect):
                return False
            break
    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        copy = Path(folder) / "copy.csv"
        rewrite(path, label, source, header, copy, scope)
        try:
            _copy(
                connection,
                copy,
                ["number", *(f"c{index}" for index in range(len(header)))],
                Dialect(header=False),
                part,
            )
        except duckdb.OutOfMemoryException:
            raise  # no fault of the file
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise SourceError("source-unreadable", first, location=SourceLocation(label)) from error
    return True


def _copy(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Sequence[str],
    dialect: Dialect,
    part: str,
    buffer: int = 0,
) -> None:
    types = ", ".join(f"{text(each)}: '{'BIGINT' if each == 'number' else 'VARCHAR'}'" for each in columns)
    quote = text(dialect.quote or "")
    # A cell may be as long as the file; DuckDB wants to know before.
    longest = _LONGEST_LINE if buffer else max(_LONGEST_LINE, min(path.stat().st_size, 2**31))
    # The end of lines is known of our own copy; else it is taken from the first record, even from within its quotes.
    newline = "" if buffer else r", new_line = '\n'"
    connection.execute(
        f"CREATE OR REPLACE TABLE {part} AS SELECT * FROM read_csv({text(str(path))}, auto_detect = false, "
        f"columns = {{{types}}}, header = {str(dialect.header).lower()}, delim = {text(dialect.delimiter)}, "
        f"quote = {quote}, escape = {quote}, strict_mode = true, null_padding = false, "
        f"max_line_size = {longest}, buffer_size = {buffer or 2 * longest}, nullstr = '', allow_quoted_nulls = true"
        f"{newline})"
    )
