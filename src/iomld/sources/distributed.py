"""Large tables that Spark reads itself, all workers at once.

Only what reads the same everywhere is read like that: CSV in UTF-8 in which every line is a record of the right width,
quoted by the letter of RFC 4180. This is not believed but looked at, line by line, in the same pass that parses the
lines. A file in which a cell holds a line break, or that has any mistake, is left to the readers of one machine, which
find every mistake and cope with what is none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.engine import SPARK
from iomld.engine.cluster import Cluster, shared_path
from iomld.engine.session import spark_failures
from iomld.location import SourceLocation
from iomld.sources.files import find_files, shown
from iomld.sources.model import Column, LogicalSource, Relation
from iomld.sources.recordwise import read_header
from iomld.sources.tableschema import find

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["LARGE", "read_distributed"]

#: bytes of all files of a source from which on Spark reads it itself; a smaller one is there sooner on one machine
LARGE = 64 * 2**20

_ROWS = 33  # bits that Spark leaves to the number of a record within its partition


def read_distributed(
    cluster: Cluster,
    source: LogicalSource,
    references: Mapping[str, SourceLocation],
    *,
    table: str,
    root: Path,
    number: Callable[[str], int],
    large: int = LARGE,
) -> Relation | None:
    """Have Spark read a logical source into a view; its cells are kept by the workers, as far as their memory goes.

    :param large: bytes from which on this is tried
    :returns: None where it is not for Spark to read; then nothing has changed
    :raises SourceError: a header that cannot be read
    """
    if source.formulation != "csv" or not _is_usual(source):
        return None
    files = [(path, shown(path, root)) for path in find_files(source, root)]
    if sum(path.stat().st_size for path, _ in files) < large or any(not _is_plain(path) for path, _ in files):
        return None
    views: list[str] = []
    kept: list[DataFrame] = []
    for path, label in files:
        header = read_header(path, label, source)
        if any(reference not in header for reference in references):
            break
        cells = _cells(cluster, path, source, header, [header.index(reference) for reference in references])
        kept.append(cells)
        counts = _counts(cells)
        if counts is None:
            break
        part = f"{table}_{len(views)}"
        cells.createOrReplaceTempView(part)
        cluster.direct.append(part)
        views.append(_numbered(part, number(label), counts, source, len(references)))
    else:
        cluster.session.sql(f"CREATE OR REPLACE TEMP VIEW {table} AS {' UNION ALL '.join(views)}")
        cluster.direct.append(table)
        cluster.kept += kept
        return Relation(table, {each: Column(f"r{index}") for index, each in enumerate(references)})
    for frame in kept:
        frame.unpersist()
    return None


def _is_usual(source: LogicalSource) -> bool:
    dialect = source.dialect
    return (
        (source.encoding or "utf-8").lower() in ("utf-8", "utf8", "utf-8-sig")
        and source.compression is None
        and dialect.quote == '"'
        and len(dialect.delimiter) == 1
        and not (dialect.comment or dialect.skip or dialect.trim)
    )


def _is_plain(path: Path) -> bool:
    """Neither compressed by its name, nor described as having several values in a cell."""
    return path.suffix not in (".gz", ".zip") and find(path) is None


def _cells(cluster: Cluster, path: Path, source: LogicalSource, header: list[str], picks: list[int]) -> DataFrame:
    """The lines of a file: whether each is a record, its number as Spark has it, and the cells that are asked for."""
    delimiter = source.dialect.delimiter
    plain = f'[^"{re.escape(delimiter)}]*+'
    cell = f'(?:"[^"]*+(?:""[^"]*+)*+"|{plain})'
    # a line without any character is a blank one, not a record of one empty cell
    record = rf"\A(?!\z){cell}(?:{re.escape(delimiter)}{cell}){{{len(header) - 1}}}\z"
    schema = ", ".join(f"c{index} STRING" for index in range(len(header)))
    options = ", ".join(
        SPARK.text(each) for pair in (("sep", delimiter), ("quote", '"'), ("escape", '"')) for each in pair
    )
    parsed = f"from_csv(value, {SPARK.text(schema)}, map({options}))"
    with spark_failures():
        lines = cluster.session.read.text(shared_path(str(path)))
        wanted = [f"nullif(cells.c{pick}, '') AS r{index}" for index, pick in enumerate(picks)]
        numbered = lines.selectExpr(
            "monotonically_increasing_id() AS id",
            f"is_valid_utf8(value) AND regexp_like(value, {SPARK.text(record)}) AS is_record",
            f"{parsed} AS cells",
        )
        return numbered.selectExpr("id", "is_record", *wanted).persist()


def _counts(cells: DataFrame) -> list[tuple[int, int]] | None:
    """How many lines each partition has; None where one of them is no record."""
    with spark_failures():
        rows: list[Any] = (
            cells.selectExpr(f"shiftright(id, {_ROWS}) AS part", "is_record")
            .groupBy("part")
            .agg({"*": "count", "is_record": "min"})
            .collect()
        )
    if not all(row["min(is_record)"] for row in rows):
        return None
    return sorted((row["part"], row["count(1)"]) for row in rows)


def _numbered(part: str, number: int, counts: list[tuple[int, int]], source: LogicalSource, width: int) -> str:
    """The records of a file with their numbers: partitions follow each other as in the file."""
    before = itertools.accumulate((count for _, count in counts), initial=0)
    pairs = ", ".join(f"{index}L, {rows}L" for (index, _), rows in zip(counts, before, strict=False))
    row = f"(element_at(map({pairs}), shiftright(id, {_ROWS})) + (id & {2**_ROWS - 1}L) + 1)"
    nulls = source.nulls if source.nulls is not None else ("",)
    cells = ", ".join(f"{_cell(f'r{index}', nulls)} AS r{index}" for index in range(width))
    header = f" WHERE {row} > 1" if source.dialect.header else ""
    return f"SELECT {number} AS source, {row} AS row{', ' if cells else ''}{cells} FROM {part}{header}"


def _cell(value: str, nulls: tuple[str, ...]) -> str:
    if "" not in nulls:
        value = f"coalesce({value}, '')"
    if others := [SPARK.text(null) for null in nulls if null]:
        value = f"CASE WHEN {value} NOT IN ({', '.join(others)}) THEN {value} END"
    return value
