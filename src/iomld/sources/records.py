"""Records read by Python to a table of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from iomld.engine import name
from iomld.sources.model import Column, Relation

if TYPE_CHECKING:
    import duckdb

__all__ = ["Cell", "Record", "load_records"]

#: the values of a reference, each with the datatype that it has by nature (None for text)
Cell = Sequence[tuple[str, str | None]]
#: number of the source, number of the record, a cell for each reference
Record = tuple[int, int, Sequence[Cell]]

_BATCH = 5_000


def load_records(
    connection: duckdb.DuckDBPyConnection, records: Iterable[Record], references: Sequence[str], table: str
) -> Relation:
    """Load records into a table and give a view in which a reference with one value at most is plain text.

    :param records: read once
    :param table: name of the view; the table is ``table_0``
    """
    columns = ", ".join(f"r{index} VARCHAR[], d{index} VARCHAR[]" for index in range(len(references)))
    connection.execute(
        f"CREATE OR REPLACE TABLE {table}_0 (source INTEGER, row BIGINT{', ' if columns else ''}{columns})"
    )
    longest = [0] * len(references)
    datatypes: list[set[str | None]] = [set() for _ in references]
    batch: list[list[object]] = [[] for _ in range(2 + 2 * len(references))]

    def flush() -> None:
        values = ["unnest($1::INTEGER[])", "unnest($2::BIGINT[])"]
        values += [f"unnest(${index + 3}::VARCHAR[][])" for index in range(2 * len(references))]
        connection.execute(f"INSERT INTO {table}_0 SELECT {', '.join(values)}", batch)
        for column in batch:
            column.clear()

    for source, row, cells in records:
        batch[0].append(source)
        batch[1].append(row)
        for index, cell in enumerate(cells):
            longest[index] = max(longest[index], len(cell))
            datatypes[index].update(datatype for _, datatype in cell)
            batch[2 + 2 * index].append([value for value, _ in cell])
            batch[3 + 2 * index].append([datatype for _, datatype in cell])
        if len(batch[0]) >= _BATCH:
            flush()
    if batch[0]:
        flush()

    selected = ["source", "row"]
    found = {}
    for index, reference in enumerate(references):
        many = longest[index] > 1
        for each in (f"r{index}", f"d{index}"):
            selected.append(each if many else f"{each}[1] AS {each}")
        kinds = datatypes[index]
        found[reference] = Column(
            f"r{index}",
            many,
            datatype=next(iter(kinds)) if len(kinds) == 1 else None,
            datatypes=f"d{index}" if len(kinds) > 1 else None,
        )
    connection.execute(f"CREATE OR REPLACE VIEW {name(table)} AS SELECT {', '.join(selected)} FROM {table}_0")
    return Relation(table, found)
