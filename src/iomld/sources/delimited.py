"""CSV and TSV: a file to a table of DuckDB, or all of its mistakes.

DuckDB reads the file where it is plain. Where it is not, or where DuckDB refuses it, Python reads it record by record:
it finds every mistake, or copies the file into a plain one with the number of each record.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.content import open_bytes
from iomld.sources.model import WHOLE, Column, Dialect, LogicalSource, ReadScope, Relation
from iomld.sources.tableschema import Column as Described
from iomld.sources.tableschema import TableSchema, find

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_delimited"]

_PLAIN = {None, "utf-8", "utf8", "utf-8-sig"}
_BLOCK = 1 << 20
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


def _open(path: Path, source: LogicalSource) -> io.TextIOWrapper:
    encoding = source.encoding.lower() if source.encoding else None
    return open(path, encoding="utf-8-sig" if encoding in _PLAIN else encoding, newline="")


def _records(stream: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)
    for _ in range(dialect.skip):
        next(stream, None)
    return csv.reader(
        stream,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_NONE if dialect.quote is None else csv.QUOTE_MINIMAL,
        strict=True,
    )


def read_header(path: Path, label: str, source: LogicalSource) -> list[str]:
    """The names of a file's columns.

    :raises SourceError: ``source-empty``, ``source-encoding``, ``header-unnamed``, ``header-doubled``, ``row-quote``
    """
    try:
        with _open(path, source) as stream:
            header = next(_records(stream, source.dialect), None)
    except UnicodeDecodeError:
        raise_all(_undecodable(path, label, source))
        raise
    except csv.Error as error:
        raise SourceError(
            "row-quote", f"the header cannot be read: {error}", location=SourceLocation(label, row=1)
        ) from None
    except LookupError:
        raise SourceError(
            "source-encoding", f"unknown encoding “{source.encoding}”", location=source.location
        ) from None
    if header is None:
        raise SourceError(
            "source-empty", "the file is empty", location=SourceLocation(label), hint="write a header line"
        )
    if not source.dialect.header:
        return [str(index + 1) for index in range(len(header))]
    if source.dialect.trim:
        header = [each.strip() for each in header]
    errors: list[IomldError] = []
    if not any(each.strip() for each in header):
        errors.append(
            SourceError(
                "header-missing",
                "the first line names no column",
                location=SourceLocation(label, row=1),
                hint="the first line of a table holds the names of its columns",
            )
        )
        raise_all(errors)
    for index, each in enumerate(header):
        if not each.strip():
            errors.append(
                SourceError("header-unnamed", f"column {index + 1} has no name", location=SourceLocation(label, row=1))
            )
    for each, count in Counter(header).items():
        if count > 1 and each.strip():
            errors.append(
                SourceError(
                    "header-doubled",
                    f"{count} columns are named “{each}”",
                    location=SourceLocation(label, row=1, field=each),
                )
            )
    raise_all(errors)
    return header


def _undecodable(path: Path, label: str, source: LogicalSource) -> list[IomldError]:
    encoding = source.encoding or "utf-8"
    errors: list[IomldError] = []
    try:
        with open(path, "rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError as error:
                    errors.append(
                        SourceError(
                            "source-encoding",
                            f"byte {error.start + 1} of the line is not {encoding.upper()}",
                            location=SourceLocation(label, line=number),
                            hint="save the table as UTF-8, or declare its encoding in the mapping",
                        )
                    )
    except LookupError:
        errors.append(SourceError("source-encoding", f"unknown encoding “{encoding}”", location=source.location))
    return errors


def _has_blank_line(path: Path) -> bool:
    end = b""
    with open(path, "rb") as stream:
        while read := stream.read(_BLOCK):
            block = end + read
            if b"\n\n" in block or (b"\r" in block and (b"\n\r\n" in block or b"\r\r" in block)):
                return True
            end = block[-2:]
    return False


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
    plain = (
        (source.encoding.lower() if source.encoding else None) in _PLAIN and not dialect.comment and not dialect.skip
    )
    if plain and not _has_blank_line(path):
        for buffer in _BUFFERS:  # a thread that begins within a long quoted cell takes it for a broken row
            try:
                _copy(connection, path, [f"c{index}" for index in range(len(header))], dialect, part, buffer)
                return False
            except duckdb.Error:
                pass  # Python's reader says what is wrong, all of it, or copes
    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        copy = Path(folder) / "copy.csv"
        _rewrite(path, label, source, header, copy, scope)
        try:
            _copy(
                connection,
                copy,
                ["number", *(f"c{index}" for index in range(len(header)))],
                Dialect(header=False),
                part,
            )
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
    connection.execute(
        f"CREATE OR REPLACE TABLE {part} AS SELECT * FROM read_csv({text(str(path))}, auto_detect = false, "
        f"columns = {{{types}}}, header = {str(dialect.header).lower()}, delim = {text(dialect.delimiter)}, "
        f"quote = {quote}, escape = {quote}, strict_mode = true, null_padding = false, "
        f"max_line_size = {longest}, buffer_size = {buffer or 2 * longest}, nullstr = '', allow_quoted_nulls = true)"
    )


def _rewrite(
    path: Path, label: str, source: LogicalSource, header: Sequence[str], copy: Path, scope: ReadScope
) -> None:
    """Copy a file record by record with the number of each; raise all mistakes that it has."""
    errors: list[IomldError] = []
    row, width = 0, len(header)
    begun = 1
    try:
        with _open(path, source) as stream, open(copy, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            records = _records(stream, source.dialect)
            for row, cells in enumerate(records, 1):
                line, begun = begun, records.line_num + 1 + source.dialect.skip  # type: ignore[attr-defined]
                if row == 1 and source.dialect.header:
                    continue
                if not cells or (source.dialect.comment and cells[0].startswith(source.dialect.comment)):
                    continue
                if len(cells) == width:
                    writer.writerow((row, *cells))
                else:
                    (errors if scope.skipped is None else scope.skipped).append(
                        SourceError(
                            "row-width",
                            f"line {line} has {len(cells)} cell{'s' * (len(cells) != 1)}, the header has {width}",
                            location=SourceLocation(label, row=row),
                            hint="a cell that holds a comma must stand in quotes"
                            if len(cells) > width
                            else "add the missing commas",
                        )
                    )
    except UnicodeDecodeError:
        errors += _undecodable(path, label, source)
    except csv.Error as error:
        if "end of data" in str(error):
            message = f"a quote that opens in line {begun} is never closed"
        else:
            message = f"line {begun}: a quoted cell goes on after its closing quote"
        errors.append(
            SourceError(
                "row-quote", message, location=SourceLocation(label, row=row + 1), hint="write a quote in a cell twice"
            )
        )
    raise_all(errors)
