"""Parquet: read by the engine as it is, with the datatypes that its columns have by nature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    "TIME_NS": "time",
    "TIME WITH TIME ZONE": "time",
    "TIMESTAMP": "dateTime",
    "TIMESTAMP_S": "dateTime",
    "TIMESTAMP_MS": "dateTime",
    "TIMESTAMP_NS": "dateTime",
    "TIMESTAMP WITH TIME ZONE": "dateTime",
    "TIMESTAMPTZ_NS": "dateTime",
    "BLOB": "hexBinary",
}
_ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_SHOWN = 1000  # values of one column that are told


def read_columnar(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    files: Sequence[tuple[Path, str, int]],
    references: Mapping[str, SourceLocation],
    table: str,
    scope: ReadScope = WHOLE,
) -> Relation:
    """Read Parquet files into a view; rows count from 1.

    :raises SourceError: ``source-unreadable``, ``unknown-column``, ``database-value``
    """
    import duckdb

    errors: list[IomldError] = []
    wrong = errors if scope.skipped is None else scope.skipped
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
                values = f"list_transform({name(reference)}, lambda v: {_cell('v', item, source)})"
                cells.append(f"list_filter({values}, lambda v: v IS NOT NULL) AS r{index}")
            else:
                cells.append(f"{_cell(name(reference), item, source)} AS r{index}")
            if datatype in ("date", "dateTime") and not scope.nothing:
                wrong += _infinite(connection, rows, reference, type_, datatype, label)
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


def _infinite(
    connection: duckdb.DuckDBPyConnection, rows: str, reference: str, type_: str, datatype: str, label: str
) -> Iterator[SourceError]:
    """The dates without end, which XML Schema does not have; they make no term."""
    column = name(reference)
    value = f"unnest({column})" if type_.endswith("[]") else column
    found = connection.execute(
        f"SELECT row, CAST(v AS VARCHAR) FROM (SELECT file_row_number + 1 AS row, {value} AS v FROM {rows}) "
        f"WHERE v IN ('infinity', '-infinity') ORDER BY row LIMIT {_SHOWN}"
    ).fetchall()
    for row, shown in found:
        yield SourceError(
            "database-value",
            f"“{shown}” is no xsd:{datatype}, which the column has by nature",
            location=SourceLocation(label, row=row, field=reference),
            hint="leave such rows out of the file, or write the column as text",
        )


def _cell(value: str, type_: str, source: LogicalSource) -> str:
    """A value as text; NULL where it stands for none."""
    cell = _spelt(value, type_)
    for null in source.nulls or ():
        cell = f"nullif({cell}, {text(null)})"
    return cell


def _spelt(value: str, type_: str) -> str:
    """A value in the canonical form of its datatype."""
    if type_ in ("FLOAT", "DOUBLE"):
        # by way of text, which has no more digits than a FLOAT; then the fewest digits that give the same number
        number = f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
        spelt = [f"printf('%.{digits}E', {number})" for digits in (14, 15, 16)]
        cases = " ".join(f"WHEN CAST({each} AS DOUBLE) = {number} THEN {each}" for each in spelt[:-1])
        digits = f"regexp_replace(CASE {cases} ELSE {spelt[-1]} END, '0+E', 'E')"
        canonical = f"regexp_replace(regexp_replace({digits}, '\\.E', '.0E'), 'E[+]?(-?)0*([0-9])', 'E\\1\\2')"
        return f"CASE WHEN isnan({value}) THEN 'NaN' ELSE {canonical} END"
    if type_ == "BLOB":
        return f"hex({value})"
    if type_ == "TIME WITH TIME ZONE":
        # the engine writes no minutes of an offset that has none: 10:00:00+02
        offset = f"regexp_replace(CAST({value} AS VARCHAR), '([+-][0-9]{{2}})$', '\\1:00')"
        return f"regexp_replace({offset}, '[+]00:00$', 'Z')"
    if type_ in _ZONED:
        # as text it would have the offset of the machine
        return _dated(f"({value} AT TIME ZONE 'UTC')", clock=True) + " || 'Z'"
    if _DATATYPES.get(type_) in ("date", "dateTime"):
        return _dated(value, clock=type_ != "DATE")
    return f"CAST({value} AS VARCHAR)"


def _dated(value: str, *, clock: bool) -> str:
    """A date, with the time of day where it has one; NULL where it is infinite, and has no year.

    XML Schema 1.1 counts 1 BC as the year 0; the engine writes "0001-03-15 (BC)".
    """
    written, day = f"CAST({value} AS VARCHAR)", f"strftime({value}, '-%m-%d')"
    if clock:
        written, day = f"replace({written}, ' ', 'T')", f"{day} || 'T' || CAST(CAST({value} AS TIME) AS VARCHAR)"
    sign = f"CASE WHEN year({value}) < 0 THEN '-' ELSE '' END"
    early = f"{sign} || printf('%04d', abs(year({value}))) || {day}"
    return f"CASE WHEN year({value}) > 0 THEN {written} WHEN year({value}) <= 0 THEN {early} END"
