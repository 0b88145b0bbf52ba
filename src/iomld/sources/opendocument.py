"""OpenDocument's ``.ods`` and ``.fods``, read element by element.

Source: OpenDocument 1.3, part 3, sections 9 (tables) and 19.385 (office:value-type).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from iomld.errors import OutsideError, SourceError
from iomld.location import SourceLocation
from iomld.sources.cells import Broken, Row, SheetCell, chosen_sheet, number
from iomld.sources.model import LogicalSource
from iomld.sources.naturals import XSD

__all__ = ["sheet_rows"]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LIBREOFFICE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_WIDEST = 16_384  # columns that a sheet may have; what repeats beyond is empty


def sheet_rows(path: Path, label: str, source: LogicalSource) -> Iterator[Row]:
    """The rows of a sheet with their numbers.

    :raises SourceError: ``source-unreadable``, ``sheet-missing``
    :raises OutsideError: ``library-missing``
    """
    try:
        from lxml import etree  # type: ignore[import-untyped]
    except ImportError:
        raise OutsideError(
            "library-missing", "OpenDocument needs the library lxml", hint="pip install 'iomld[sheets]'"
        ) from None
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True}
    try:
        with _content(path) as stream:
            names = [
                each.get(_TABLE + "name", "")
                for _, each in etree.iterparse(stream, events=("start",), tag=_TABLE + "table", **options)
            ]
        name = chosen_sheet(source.table, names, label, source.location)
        with _content(path) as stream:
            inside = False
            number_, spans = 0, _Spans()
            for event, each in etree.iterparse(
                stream, events=("start", "end"), tag=(_TABLE + "table", _TABLE + "table-row"), **options
            ):
                if each.tag == _TABLE + "table":
                    inside = event == "start" and each.get(_TABLE + "name") == name
                    continue
                if event == "start" or not inside:
                    continue
                times = int(each.get(_TABLE + "number-rows-repeated", 1))
                cells = spans.filled(each)
                if any(cell is not None for cell in cells):
                    for repeated in range(times):
                        yield number_ + repeated + 1, cells
                number_ += times
                each.clear()
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, ValueError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise SourceError(
            "source-unreadable", f"the file is no OpenDocument sheet: {first}", location=SourceLocation(label)
        ) from None


@contextmanager
def _content(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix.lower() == ".fods":
        with open(path, "rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as member:
        yield member


class _Spans:
    """Areas of merged cells that reach into the rows to come: rows left and value, by column."""

    def __init__(self) -> None:
        self.open: dict[int, tuple[int, SheetCell]] = {}

    def filled(self, row: Any) -> list[SheetCell]:
        """The cells of a row, those of merged areas with the value of the area."""
        cells: list[SheetCell] = []
        for each in row.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            value = _value(each)
            times = int(each.get(_TABLE + "number-columns-repeated", 1))
            wide = int(each.get(_TABLE + "number-columns-spanned", 1))
            deep = int(each.get(_TABLE + "number-rows-spanned", 1))
            for column in range(len(cells), len(cells) + wide if wide > 1 or deep > 1 else 0):
                self.open[column] = (deep, value)
            for _ in range(min(times, _WIDEST - len(cells))):
                left, above = self.open.get(len(cells), (0, None))
                if left:
                    self.open[len(cells)] = (left - 1, above)
                cells.append(above if value is None and left else value)
        while cells and cells[-1] is None:
            cells.pop()
        return cells


def _value(cell: Any) -> SheetCell:
    if cell.get(_LIBREOFFICE + "value-type") == "error":
        return Broken(f"the cell shows {_text(cell) or 'an error'}")
    match cell.get(_OFFICE + "value-type"):
        case "float" | "percentage" | "currency":
            return number(cell.get(_OFFICE + "value"))
        case "boolean":
            return cell.get(_OFFICE + "boolean-value"), XSD + "boolean"
        case "date":
            text = cell.get(_OFFICE + "date-value")
            return text, XSD + ("dateTime" if "T" in text else "date")
        case "time":
            return _time(cell.get(_OFFICE + "time-value"))
        case None:
            return None
    return cell.get(_OFFICE + "string-value") or _text(cell), None


def _time(text: str) -> tuple[str, str | None]:
    """A time of day where it is one; more than a day is a duration."""
    match = re.fullmatch(r"PT([0-9]{1,2})H([0-9]{1,2})M([0-9]{1,2})((?:[.,][0-9]+)?)S", text)
    if match is None or int(match[1]) > 23:
        return text, XSD + "duration"
    part = match[4].replace(",", ".").rstrip("0").rstrip(".")
    return f"{int(match[1]):02}:{int(match[2]):02}:{int(match[3]):02}{part}", XSD + "time"


def _text(cell: Any) -> str:
    """The paragraphs of a cell, without its comments."""
    return "\n".join(_inner(each) for each in cell.iterchildren(_TEXT + "p"))


def _inner(element: Any) -> str:
    parts = [element.text or ""]
    for each in element:
        if each.tag == _TEXT + "s":
            parts.append(" " * int(each.get(_TEXT + "c", 1)))
        elif each.tag == _TEXT + "tab":
            parts.append("\t")
        elif each.tag == _TEXT + "line-break":
            parts.append("\n")
        elif isinstance(each.tag, str) and not each.tag.startswith(_OFFICE):
            parts.append(_inner(each))
        parts.append(each.tail or "")
    return "".join(parts)
