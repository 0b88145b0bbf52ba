"""Parquet: read by the engine as it is, with the datatypes that its columns have by nature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import name, text
from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.sources.model import WHOLE, Column, LogicalSource, ReadScope, Relation

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_columnar"]

_XSD = "http://www.w3.org/2001/XMLSchema#"

# R2RML, section 10.2, for the types of the engine; dates and times are spelt as XML Schema has them.
_DATATYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "UTINYINT": "integer",
    "USMALLINT": "integer",
    "UINTEGER": "integer",
    "UBIGINT": "integer",
    "FLOAT": "double",
    "DOUBLE": "double",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "dateTime",
}


def read_columnar(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read Parquet files into a view; rows count from 1.

    :raises SourceError: ``source-unreadable``, ``unknown-column``
    """
    import duckdb

    errors: list[IomldError] = []
    selects = []
    kinds: dict[str, set[str | None]] = {reference: set() for reference in references}
    many: set[str] = set()
    for path, label, number in files:
        rows = f"read_parquet({text(str(path))}, file_row_number = true)"
        try:
            types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            errors.append(SourceError("source-unreadable", first, location=SourceLocation(label)))
            continue
        cells = [f"{number} AS source", "file_row_number + 1 AS row"]
        for index, (reference, place) in enumerate(references.items()):
            if reference not in types:
                hint = nearest(reference, types) or f"its columns are {', '.join(types)}"
                message = f"“{reference}” is not a column of {label}"
                errors.append(SourceError("unknown-column", message, location=place, hint=hint))
                continue
            type_ = types[reference]
            item = type_.removesuffix("[]")
            datatype = "decimal" if item.startswith("DECIMAL") else _DATATYPES.get(item)
            kinds[reference].add(datatype and _XSD + datatype)
            if type_.endswith("[]"):
                many.add(reference)
                cells.append(f"list_transform({name(reference)}, lambda v: {_spelt('v', item)}) AS r{index}")
            else:
                cells.append(f"{_spelt(name(reference), item)} AS r{index}")
        selects.append(f"SELECT {', '.join(cells)} FROM {rows}{' WHERE false' if scope.nothing else ''}")
    raise_all(errors)
    connection.execute(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL '.join(selects)}")
    columns = {
        reference: Column(
            f"r{index}", reference in many, next(iter(kinds[reference])) if len(kinds[reference]) == 1 else None
        )
        for index, reference in enumerate(references)
    }
    return Relation(table, columns)


def _spelt(value: str, type_: str) -> str:
    """A value in the canonical form of its datatype."""
    if type_ in ("FLOAT", "DOUBLE"):
        # by way of text, which has no more digits than a FLOAT; then the fewest digits that give the same number
        number = f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
        spelt = [f"printf('%.{digits}E', {number})" for digits in (14, 15, 16)]
        cases = " ".join(f"WHEN CAST({each} AS DOUBLE) = {number} THEN {each}" for each in spelt[:-1])
        digits = f"regexp_replace(CASE {cases} ELSE {spelt[-1]} END, '0+E', 'E')"
        return f"regexp_replace(regexp_replace({digits}, '\\.E', '.0E'), 'E[+]?(-?)0*([0-9])', 'E\\1\\2')"
    if type_ == "TIMESTAMP":
        return f"replace(CAST({value} AS VARCHAR), ' ', 'T')"
    return f"CAST({value} AS VARCHAR)"
