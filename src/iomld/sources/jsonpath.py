"""JSON and JSON Lines, asked by JSONPath (RFC 9535).

The library is loaded only where a path is more than a chain of names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError, SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.content import open_text
from iomld.sources.model import LogicalSource, Relation
from iomld.sources.records import Cell, Record, load_records

if TYPE_CHECKING:
    import duckdb

__all__ = ["compile_path", "json_cell", "read_json"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_CHAIN = re.compile(r"\$?\.?((?:[A-Za-z_À-￿][\w\-]*)(?:\.[A-Za-z_À-￿][\w\-]*)*)")

#: a compiled path: gives the values that it finds in a value
Path_ = Callable[[Any], list[Any]]


class _Names:
    """A chain of names: ``$.a.b``."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def __call__(self, value: Any) -> list[Any]:
        for name in self.names:
            if not isinstance(value, dict) or name not in value:
                return []
            value = value[name]
        return [value]


def compile_path(path: str, place: SourceLocation) -> Path_:
    """Compile a JSONPath.

    :raises SourceError: ``path-syntax``
    """
    chain = _CHAIN.fullmatch(path)
    if chain:
        return _Names(chain[1].split("."))
    if path in ("$", "@"):
        return lambda value: [value]
    import jsonpath

    try:
        compiled = jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise SourceError(
            "path-syntax", f"“{path}” is not JSONPath: {str(error).splitlines()[0]}", location=place
        ) from None
    return lambda value: list(compiled.findall(value))  # type: ignore[union-attr]


def _double(value: Decimal) -> str:
    """The canonical form of xsd:double: one digit before the point, no trailing zeros."""
    if not value:
        return "0.0E0"
    sign, digits, exponent = value.normalize().as_tuple()
    text = "".join(map(str, digits))
    power = int(exponent) + len(text) - 1
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"


def json_cell(values: Sequence[Any], reference: str, nulls: tuple[str, ...] | None) -> Cell:
    """The values of a reference as text with their natural datatypes; null gives none.

    :raises ValueError: where a value is an object or an array
    """
    cell: list[tuple[str, str | None]] = []
    for value in values:
        if value is None:
            continue
        if isinstance(value, bool):
            cell.append(("true" if value else "false", _XSD + "boolean"))
        elif isinstance(value, int):
            cell.append((str(value), _XSD + "integer"))
        elif isinstance(value, Decimal):
            cell.append((_double(value), _XSD + "double"))
        elif isinstance(value, str):
            if nulls is None or value not in nulls:
                cell.append((value, None))
        else:
            raise ValueError("an object" if isinstance(value, dict) else "an array")
    return cell


def _documents(path: Path, label: str, source: LogicalSource) -> Iterator[Any]:
    with open_text(path, label, source) as stream:
        if source.formulation == "json":
            yield _parsed(stream.read(), label, 0)
            return
        for number, line in enumerate(stream):
            if line.strip():
                yield _parsed(line, label, number)


def _parsed(content: str, label: str, before: int) -> Any:
    try:
        return json.loads(content, parse_float=Decimal)
    except json.JSONDecodeError as error:
        place = SourceLocation(label, line=error.lineno + before, column=error.colno)
        what = "it ends too early" if error.pos >= len(content.rstrip()) else error.msg
        raise SourceError("json-syntax", f"not well-formed JSON: {what}", location=place) from None


def read_json(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
) -> Relation:
    """Read JSON files; a record's number counts what the iterator finds, from 1."""
    errors: list[IomldError] = []
    iterate = compile_path(source.iterator or ("$" if source.formulation == "jsonl" else "$"), source.location)
    paths: list[Path_] = []
    for reference, place in references.items():
        try:
            paths.append(compile_path(reference, place))
        except SourceError as error:
            errors.append(error)
    raise_all(errors)

    def records() -> Iterator[Record]:
        for path, label, number in files:
            row = 0
            for document in _documents(path, label, source):
                for item in iterate(document):
                    row += 1
                    cells = []
                    for reference, find in zip(references, paths, strict=True):
                        try:
                            cells.append(json_cell(find(item), reference, source.nulls))
                        except ValueError as error:
                            place = SourceLocation(label, row=row, field=reference)
                            hint = "end the path in [*] for the values of an array, or name a member of the object"
                            errors.append(
                                SourceError("value-not-simple", f"the path gives {error}", location=place, hint=hint)
                            )
                            cells.append(())
                    yield number, row, cells

    relation = load_records(connection, records(), list(references), table)
    raise_all(errors)
    return relation
