"""The records of a table that metadata speaks for, and what is wrong with it as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iomld.errors import IomldError, SourceError, nearest
from iomld.location import SourceLocation
from iomld.sources.content import utf8_text
from iomld.sources.delimiters import NAMES, other_delimiter
from iomld.sources.files import shown
from iomld.sources.tableschema import TableSchema

__all__ = ["Table", "read_table"]


@dataclass
class Table:
    """A table.

    :param shown: its path, as the user knows it
    :param header: the names of all columns of its schema, in the order of the file
    :param records: the rows that are not blank, each with its number as a spreadsheet counts and as many cells as
        the header
    """

    path: Path
    shown: str
    schema: TableSchema
    header: list[str]
    records: list[tuple[int, list[str]]]


def read_table(path: Path, schema: TableSchema, root: Path, errors: list[IomldError]) -> Table | None:
    """Read a table.

    :param root: its path is shown relative to it
    :param errors: takes what is wrong with the form of the table; the values of its cells are not looked at
    :returns: None where no record can be read for what it is
    """
    label = shown(path, root)
    hint = "save the table as CSV UTF-8; spreadsheets offer it when saving"
    try:
        text = utf8_text(path, label, "not-utf-8", hint=hint)
    except SourceError as error:
        errors.append(error)
        return None
    columns = [column.name for column in schema.columns]
    if other := other_delimiter(text.partition("\n")[0].rstrip("\r"), columns):
        errors.append(
            SourceError(
                "table-delimiter",
                f"the file is parted by {NAMES[other]}, tables of a project by commas",
                location=SourceLocation(label, row=1),
                hint="save it with commas: spreadsheets ask for the separator of fields when they save CSV",
            )
        )
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, None)
        if not header or header == [""]:
            errors.append(
                SourceError(
                    "header-missing",
                    "the table has no header",
                    location=SourceLocation(label, row=1),
                    hint=f"its first row should read {','.join(columns)}",
                )
            )
            return None
        header_errors = list(_check_header(header, schema, label))
        errors += header_errors
        records: list[tuple[int, list[str]]] = []
        row = 1
        for cells in reader:
            row += 1
            if not any(cells):
                continue
            if len(cells) != len(header):
                few = "few" if len(cells) < len(header) else "many"
                errors.append(
                    SourceError(
                        f"too-{few}-cells",
                        f"the row has {len(cells)} cells, the header {len(header)}",
                        location=SourceLocation(label, row=row),
                        hint="a cell that holds a comma must stand in double quotes",
                    )
                )
                continue
            records.append((row, cells))
    except csv.Error as error:
        errors.append(
            SourceError(
                "csv-malformed",
                f"not well-formed CSV: {error}",
                location=SourceLocation(label, line=reader.line_num),
                hint="look for a double quote that is not closed or not doubled",
            )
        )
        return None
    return None if header_errors else Table(path, label, schema, header, records)


def _check_header(header: list[str], schema: TableSchema, label: str) -> Iterator[IomldError]:
    names = [column.name for column in schema.columns]
    for index, name in enumerate(header):
        where = SourceLocation(label, row=1, field=name or f"column {index + 1}")
        if name in header[:index]:
            yield SourceError("header-doubled", f"column “{name}” stands twice in the header", location=where)
        elif name not in names:
            hint = nearest(name, names) or f"the columns of this table are {', '.join(names)}"
            yield SourceError("unknown-column", f"unknown column “{name}”", location=where, hint=hint)
    for name in names:
        if name not in header:
            yield SourceError(
                "column-missing",
                f"column “{name}” is missing",
                location=SourceLocation(label, row=1, field=name),
                hint=f"the header should read {','.join(names)}",
            )
