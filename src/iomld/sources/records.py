"""Records read by Python to a table of DuckDB."""

from __future__ import annotations

import csv
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import name, text
from iomld.sources.model import Column, Relation

if TYPE_CHECKING:
    import duckdb

__all__ = ["Cell", "Record", "load_records", "load_texts"]

#: the values of a reference, each with the datatype that it has by nature (None for text)
Cell = Sequence[tuple[str, str | None]]
#: number of the source, number of the record, a cell for each reference
Record = tuple[int, int, Sequence[Cell]]

_BATCH = 5_000


def load_records(
    connection: duckdb.DuckDBPyConnection,
    records: Iterable[Record],
    references: Sequence[str],
    table: str,
    *,
    counted: bool = False,
) -> Relation:
    """Load records into a table and give a view in which a reference with one value at most is plain text.

    :param records: read once
    :param table: name of the view; the table is ``table_0``
    :param counted: whether records that follow each other may have the same numbers, so that the column ``number``
        counts them from 0
    """
    columns = "".join(f", r{index} VARCHAR[], d{index} VARCHAR[]" for index in range(len(references)))
    connection.execute(
        f"CREATE OR REPLACE TABLE {table}_0 (source INTEGER, row BIGINT{columns}{', number BIGINT' * counted})"
    )
    longest = [0] * len(references)
    datatypes: list[set[str | None]] = [set() for _ in references]
    batch: list[list[object]] = [[] for _ in range(2 + 2 * len(references) + counted)]
    number, before = 0, (-1, -1)

    def flush() -> None:
        values = ["unnest($1::INTEGER[])", "unnest($2::BIGINT[])"]
        values += [f"unnest(${index + 3}::VARCHAR[][])" for index in range(2 * len(references))]
        values += [f"unnest(${len(batch)}::BIGINT[])"] * counted
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
        if counted:
            number, before = number + 1 if (source, row) == before else 0, (source, row)
            batch[-1].append(number)
        if len(batch[0]) >= _BATCH:
            flush()
    if batch[0]:
        flush()

    key = ("source", "row", *["number"] * counted)
    selected = list(key)
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
    return Relation(table, found, key)


def load_texts(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[Sequence[str | None]],
    datatypes: Mapping[str, str | None],
    table: str,
    source: int,
) -> Relation:
    """Load rows in which each reference has one text or none, all of one datatype; they count from 1.

    They go through a file, which DuckDB reads ten times faster than it takes over Python's lists.

    :param rows: read once
    :param datatypes: datatype IRI of each reference, None for text
    :param table: name of the view; the table is ``table_0``
    :param source: number of the source
    """
    nothing = f"-{uuid.uuid4().hex}-"  # stands for no value, and in no text
    names = ["row", *(f"r{index}" for index in range(len(datatypes)))]
    types = ", ".join(f"{text(each)}: '{'BIGINT' if each == 'row' else 'VARCHAR'}'" for each in names)
    with tempfile.TemporaryDirectory(prefix="iomld-") as folder:
        path = Path(folder) / "rows.csv"
        with open(path, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, row in enumerate(rows, 1):
                writer.writerow((number, *(nothing if value is None else value for value in row)))
        longest = max(1 << 21, min(path.stat().st_size, 1 << 31))
        connection.execute(
            f"CREATE OR REPLACE TABLE {table}_0 AS SELECT * FROM read_csv({text(str(path))}, auto_detect = false, "
            f"columns = {{{types}}}, header = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
            # else the end of lines is taken from the first row, even from within its quotes
            f"new_line = '\\n', max_line_size = {longest}, nullstr = {text(nothing)}, allow_quoted_nulls = true)"
        )
    connection.execute(f"CREATE OR REPLACE VIEW {name(table)} AS SELECT {source} AS source, * FROM {table}_0")
    columns = enumerate(datatypes.items())
    return Relation(table, {reference: Column(f"r{index}", datatype=kind) for index, (reference, kind) in columns})
