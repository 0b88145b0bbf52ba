"""Sheets of Excel (``.xlsx``) and OpenDocument (``.ods``) files: one sheet, a header, the values that are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.cells import Broken, Row
from iomld.sources.model import WHOLE, LogicalSource, ReadScope, Relation
from iomld.sources.records import Cell, Record, load_records

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_sheets"]


def read_sheets(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read a sheet of each file; rows count as the spreadsheet does.

    The first row that is not empty holds the names of the columns. A merged area has its value in each of its cells.

    :raises SourceError: ``sheet-missing``, ``source-unreadable``, ``source-empty``, ``header-doubled``,
        ``unknown-column``, ``cell-error``
    """
    errors: list[IomldError] = []
    wrong = errors if scope.skipped is None else scope.skipped

    def records() -> Iterator[Record]:
        for path, label, number in files:
            try:
                rows = _rows(path, label, source)
                picks = _picks(next(rows, None), label, references)
                for row, cells in () if scope.nothing else rows:
                    values = [cells[pick] if pick < len(cells) else None for pick in picks]
                    yield (
                        number,
                        row,
                        [
                            _cell(value, SourceLocation(label, row=row, field=name), source, wrong)
                            for value, name in zip(values, references, strict=True)
                        ],
                    )
            except IomldError as error:
                errors.append(error)

    relation = load_records(connection, records(), list(references), table)
    raise_all(errors)
    return relation


def _rows(path: Path, label: str, source: LogicalSource) -> Iterator[Row]:
    """The rows of a sheet that are not empty, with their numbers."""
    match path.suffix.lower():
        case ".xlsx" | ".xlsm":
            from iomld.sources.excel import sheet_rows
        case ".ods" | ".fods":
            from iomld.sources.opendocument import sheet_rows
        case _:
            raise SourceError(
                "source-unreadable",
                f"“{path.suffix}” is no sheet that can be read",
                location=SourceLocation(label),
                hint="save it as .xlsx or .ods",
            )
    for row, cells in sheet_rows(path, label, source):
        if row > source.dialect.skip and any(cell is not None for cell in cells):
            yield row, cells


def _picks(header: Row | None, label: str, references: Mapping[str, SourceLocation]) -> list[int]:
    """The places of the columns that are asked for."""
    if header is None:
        raise SourceError(
            "source-empty", "the sheet is empty", location=SourceLocation(label), hint="write a header line"
        )
    row, cells = header
    names = ["" if cell is None or isinstance(cell, Broken) else cell[0].strip() for cell in cells]
    errors: list[IomldError] = [
        SourceError(
            "header-doubled",
            f"{count} columns are named “{name}”",
            location=SourceLocation(label, row=row, field=name),
            hint="if this is a title above the header, say how many rows to skip",
        )
        for name, count in Counter(names).items()
        if count > 1 and name
    ]
    for reference, place in references.items():
        if reference not in names:
            known = [name for name in names if name]
            errors.append(
                SourceError(
                    "unknown-column",
                    f"“{reference}” is not a column of {label}",
                    location=place,
                    hint=nearest(reference, known) or f"its columns are {', '.join(known)}",
                )
            )
    raise_all(errors)
    return [names.index(reference) for reference in references]


def _cell(
    value: tuple[str, str | None] | Broken | None, place: SourceLocation, source: LogicalSource, wrong: list[IomldError]
) -> Cell:
    if isinstance(value, Broken):
        wrong.append(SourceError("cell-error", value.message, location=place, hint="mend the cell in the spreadsheet"))
        return ()
    return () if value is None or value[0] in (source.nulls or ("",)) else (value,)
