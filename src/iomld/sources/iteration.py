"""Items that Python iterates over: parts of JSON, XML and delimited text, each asked in its own language."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from iomld.errors import IomldError, SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.files import find_files, shown
from iomld.sources.jsonpath import compile_path, json_cell, json_documents, parse_json
from iomld.sources.model import WHOLE, LogicalSource, ReadScope, Relation
from iomld.sources.records import Cell, Record, load_records

if TYPE_CHECKING:
    import duckdb

__all__ = ["Item", "JsonItem", "RowItem", "check_path", "items_of", "items_of_text", "read_items"]

#: number of the source, number of the record, the item
Numbered = tuple[int, int, "Item"]


class Item(Protocol):
    """Something that references are asked of."""

    formulation: str

    def cell(self, reference: str) -> Cell:
        """The values of a reference.

        :raises ValueError: where the reference gives no simple value
        """

    def parts(self, iterator: str) -> Iterator[Item]:
        """What an iterator finds in the item."""


class JsonItem:
    """A JSON value, asked by JSONPath."""

    formulation = "json"

    def __init__(
        self, value: Any, nulls: tuple[str, ...] | None = None, *, natural: bool = True, unfold: bool = False
    ) -> None:
        self.value = value
        self.nulls = nulls
        self.natural = natural
        self.unfold = unfold

    def cell(self, reference: str) -> Cell:
        values = compile_path(reference)(self.value)
        if self.unfold:
            values = [each for value in values for each in (value if isinstance(value, list) else [value])]
        return json_cell(values, self.nulls, natural=self.natural)

    def parts(self, iterator: str) -> Iterator[Item]:
        for value in compile_path(iterator)(self.value):
            yield JsonItem(value, self.nulls, natural=self.natural, unfold=self.unfold)

    def text(self, reference: str) -> list[str]:
        """The values of a reference as text that can be iterated over again; objects and arrays as JSON."""
        return [
            value if isinstance(value, str) else json.dumps(value, default=_number)
            for value in compile_path(reference)(self.value)
            if value is not None
        ]


def _number(value: object) -> float:
    return float(value) if isinstance(value, Decimal) else 0.0


class RowItem:
    """A row of a table, asked by the names of its columns."""

    formulation = "csv"

    def __init__(self, row: Mapping[str, Cell]) -> None:
        self.row = row

    def cell(self, reference: str) -> Cell:
        return self.row.get(reference, ())

    def parts(self, iterator: str) -> Iterator[Item]:
        yield self


def check_path(formulation: str, reference: str, place: SourceLocation) -> None:
    """Check the syntax of a reference.

    :raises SourceError: ``path-syntax``
    """
    try:
        if formulation in ("json", "jsonl"):
            compile_path(reference)
        elif formulation == "xml":
            from iomld.sources.xpath import compile_xpath

            compile_xpath(reference, ())
    except SourceError as error:
        raise SourceError(error.id, error.message, location=place, hint=error.hint) from None


def items_of_text(text: str, formulation: str, iterator: str | None, place: SourceLocation) -> Iterator[Item]:
    """Iterate over text that is itself JSON, XML or CSV, as found in a cell."""
    if formulation in ("json", "jsonl"):
        yield from JsonItem(parse_json(text, str(place))).parts(iterator or "$")
    elif formulation == "xml":
        from iomld.sources.xpath import xml_items

        yield from xml_items(text.encode(), str(place), iterator, ())
    else:
        for row in csv.DictReader(io.StringIO(text)):
            yield RowItem({name: [(value, None)] if value else [] for name, value in row.items()})


def _source_items(source: LogicalSource, files: Sequence[tuple[Path, str, int]]) -> Iterator[Numbered]:
    """The items that a source's iterator finds; their numbers count from 1."""
    for path, label, number in files:
        row = 0
        if source.formulation == "xml":
            from iomld.sources.content import open_bytes
            from iomld.sources.xpath import xml_items

            with open_bytes(path, label, source) as stream:
                for item in xml_items(stream.read(), label, source.iterator, source.namespaces, source.nulls):
                    row += 1
                    yield number, row, item
            continue
        for document in json_documents(path, label, source):
            whole = JsonItem(document, source.nulls, natural=source.natural, unfold=source.unfold)
            for found in whole.parts(source.iterator or "$"):
                row += 1
                yield number, row, found


def read_items(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read JSON or XML files into a relation."""
    errors: list[IomldError] = []
    for path, place in ((source.iterator, source.location), *references.items()):
        try:
            if path:
                check_path(source.formulation, path, place)
        except SourceError as error:
            errors.append(error)
    raise_all(errors)
    labels = {number: label for _, label, number in files}

    def records() -> Iterator[Record]:
        for number, row, item in _source_items(source, files):
            cells: list[Cell] = []
            for reference in references:
                try:
                    cells.append(item.cell(reference))
                except SourceError as error:
                    place = SourceLocation(labels[number], row=row, field=reference)
                    errors.append(SourceError(error.id, error.message, location=place, hint=error.hint))
                    cells.append(())
                except ValueError as error:
                    place = SourceLocation(labels[number], row=row, field=reference)
                    hint = "end the path in [*] for the values of an array, or name a member of the object"
                    errors.append(SourceError("value-not-simple", f"the path gives {error}", location=place, hint=hint))
                    cells.append(())
            yield number, row, cells

    relation = load_records(connection, () if scope.nothing else records(), list(references), table)
    if scope.skipped is None:
        raise_all(errors)
    else:
        scope.skipped.extend(errors)
    return relation


def items_of(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    references: Mapping[str, SourceLocation],
    *,
    root: Path,
    number: Callable[[str], int],
) -> Iterator[Numbered]:
    """The items of any source; a table's rows hold the columns that are asked for.

    :param root: folder against which paths are shown
    :param number: gives the number of a source by its name for the user
    """
    if source.formulation in ("json", "jsonl", "xml"):
        files = [(path, shown(path, root), number(shown(path, root))) for path in find_files(source, root)]
        yield from _source_items(source, files)
        return
    from iomld.sources.reading import read

    relation = read(connection, source, references, table="iomld_sv", root=root, number=number)
    columns = list(relation.columns.values())
    selected = "".join(f", {column.sql}, {column.datatypes or 'NULL'}" for column in columns)
    rows = connection.execute(f"SELECT source, row{selected} FROM {relation.table} ORDER BY source, row").fetchall()
    for origin, row, *values in rows:
        cells: dict[str, Cell] = {}
        for index, (reference, column) in enumerate(zip(references, columns, strict=True)):
            value, kinds = values[2 * index], values[2 * index + 1]
            if value is None:
                value, kinds = [], []
            elif not column.many:
                value, kinds = [value], [kinds]
            kinds = kinds if column.datatypes else [column.datatype] * len(value)
            cells[reference] = list(zip(value, kinds, strict=True))
        yield origin, row, RowItem(cells)
