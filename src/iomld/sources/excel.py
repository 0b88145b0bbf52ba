"""Excel's ``.xlsx``, read row by row by openpyxl; what it leaves out (merged areas) is read from the sheet's XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from iomld.errors import OutsideError, SourceError
from iomld.location import SourceLocation
from iomld.sources.cells import Broken, Row, SheetCell, chosen_sheet, duration, moment, number
from iomld.sources.model import LogicalSource
from iomld.sources.naturals import XSD

__all__ = ["sheet_rows"]

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_CHUNK = 1 << 20
_OVERLAP = 256  # longer than any tag that is looked for


def sheet_rows(path: Path, label: str, source: LogicalSource) -> Iterator[Row]:
    """The rows of a sheet with their numbers; formulas give the value that was last computed.

    :raises SourceError: ``source-unreadable``, ``sheet-missing``
    :raises OutsideError: ``library-missing``
    """
    try:
        import openpyxl  # type: ignore[import-untyped]
        from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]
    except ImportError:
        raise OutsideError(
            "library-missing", "Excel needs the library openpyxl", hint="pip install 'iomld[sheets]'"
        ) from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            name = chosen_sheet(source.table, book.sheetnames, label, source.location)
            merged, has_formulas = _beside(path, book[name]._worksheet_path)
            formulas = _formulas(openpyxl, path, name) if has_formulas else None
            yield from _read(book[name], merged, formulas)
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise SourceError(
            "source-unreadable", f"the file is no Excel sheet: {first}", location=SourceLocation(label)
        ) from None


def _read(sheet: Any, merged: dict[tuple[int, int], tuple[int, int]], formulas: Iterator[Any] | None) -> Iterator[Row]:
    corners: dict[tuple[int, int], SheetCell] = {}
    for row, cells in enumerate(sheet.iter_rows(), 1):
        raw = next(formulas, ()) if formulas is not None else ()
        read: list[SheetCell] = []
        for column, cell in enumerate(cells, 1):
            value = _value(cell)
            if value is None and column <= len(raw) and raw[column - 1].data_type == "f":
                value = Broken("the cell holds a formula that was never computed")
            corner = merged.get((row, column))
            if corner == (row, column):
                corners[corner] = value
            elif corner is not None and value is None:
                value = corners.get(corner)
            read.append(value)
        yield row, read


def _value(cell: Any) -> SheetCell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Broken(f"the cell shows {value}")
    if isinstance(value, bool):
        return str(value).lower(), XSD + "boolean"
    if isinstance(value, int | float):
        return number(repr(value))
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, datetime | date | time):
        shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", cell.number_format or "").lower()
        return moment(value, clock="h" in shown or "s" in shown)
    return str(value), None


def _formulas(openpyxl: Any, path: Path, name: str) -> Iterator[Any]:
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        yield from book[name].iter_rows()
    finally:
        book.close()


def _beside(path: Path, member: str) -> tuple[dict[tuple[int, int], tuple[int, int]], bool]:
    """The cells of merged areas, each with the first of its area, and whether there are formulas."""
    areas: set[tuple[bytes, ...]] = set()
    has_formulas = False
    with zipfile.ZipFile(path) as archive, archive.open(member.lstrip("/")) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            text = tail + chunk
            areas.update(match.groups() for match in _MERGED.finditer(text))
            has_formulas = has_formulas or _FORMULA.search(text) is not None
            tail = text[-_OVERLAP:]
    merged = {}
    for left, top, right, bottom in areas:
        first = int(top), _column(left)
        for row in range(first[0], int(bottom) + 1):
            for column in range(first[1], _column(right) + 1):
                merged[row, column] = first
    return merged, has_formulas


def _column(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
