"""Delimited text, record by record: its header, its mistakes, and a plain copy of what DuckDB does not read."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import IomldError, SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.model import Dialect, LogicalSource, ReadScope

if TYPE_CHECKING:
    pass

__all__ = ["PLAIN", "read_header", "rewrite"]

#: encodings that DuckDB reads
PLAIN = frozenset({None, "utf-8", "utf8", "utf-8-sig"})


def _open(path: Path, source: LogicalSource) -> io.TextIOWrapper:
    encoding = source.encoding.lower() if source.encoding else None
    return open(path, encoding="utf-8-sig" if encoding in PLAIN else encoding, newline="")


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


def _hint(cells: Sequence[str], width: int) -> str:
    if len(cells) < width:
        return "add the missing commas"
    return "a cell that holds a comma must stand in quotes" if any(cells[width:]) else "drop the empty cell at its end"


def rewrite(path: Path, label: str, source: LogicalSource, header: Sequence[str], copy: Path, scope: ReadScope) -> None:
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
                            hint=_hint(cells, width),
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
