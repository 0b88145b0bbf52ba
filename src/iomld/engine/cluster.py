"""Spark as an engine: queries, tables handed over to DuckDB and back, lines written as part files."""

from __future__ import annotations

import itertools
import tempfile
import uuid
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from iomld.engine.dialects import SPARK
from iomld.engine.hadoop import SharedFiles, shared_path
from iomld.engine.session import spark_failures
from iomld.errors import UsageError

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Cluster", "shared_path"]

_SMALL = 100_000  # rows that are sooner written again with those that are added than read as a part of their own


def _type(kind: str) -> str:
    """Spark's name of a type of DuckDB that relations have."""
    if kind.endswith("[]"):
        return f"ARRAY<{_type(kind[:-2])}>"
    return {"VARCHAR": "STRING", "INTEGER": "INT"}.get(kind, kind)


def _both(one: DataFrame, other: DataFrame) -> DataFrame:
    return one.unionAll(other)


class _Part(NamedTuple):
    """Rows of a table that were written together."""

    folder: str
    frame: DataFrame
    rows: int


class Cluster:
    """A Spark session, with the DuckDB connection on which readers work and a folder that all machines see.

    Tables are Parquet files in that folder: those of DuckDB are written on this machine and moved there, those that a
    plan makes are written by the workers. So a query reads files and never holds the queries that made them, a worker
    that is lost takes nothing along, and the size of a table is known where joins are planned.

    :param near: path or URI of a folder that all machines see; tables stand in a folder of its own in it, which
        :meth:`close` removes
    """

    dialect = SPARK

    def __init__(self, session: SparkSession, connection: duckdb.DuckDBPyConnection, near: str) -> None:
        self.session = session
        self.connection = connection
        self.staging = f"{near.rstrip('/')}/.iomld-{uuid.uuid4().hex}"
        #: tables that Spark reads itself, unknown to the connection
        self.direct: list[str] = []
        #: what the workers keep of them
        self.kept: list[DataFrame] = []
        self._files = SharedFiles(session)
        self._numbers = itertools.count()
        self._parts: dict[str, list[_Part]] = {}
        self._begun: dict[str, DataFrame] = {}

    def adopt(self, table: str) -> None:
        """Hand a table or view of the DuckDB connection over."""
        columns = self.connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
        schema = ", ".join(f"{SPARK.identifier(name)} {_type(kind)}" for name, kind in columns)
        with tempfile.TemporaryDirectory(prefix="iomld-") as local, spark_failures():
            part = Path(local) / "0.parquet"
            self.connection.execute(f"COPY (SELECT * FROM {table}) TO '{part}' (FORMAT parquet)")
            self.drop(table)
            folder = self._folder()
            self._files.put(part, f"{folder}/0.parquet")
            self._show(table, [_Part(folder, self.session.read.schema(schema).parquet(folder), 0)])

    def give(self, table: str) -> None:
        """Hand a table that was made here over to the DuckDB connection."""
        with tempfile.TemporaryDirectory(prefix="iomld-") as local, spark_failures():
            for part in self._parts[table]:
                self._files.take(part.folder, ".parquet", Path(local))
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_parquet('{local}/*.parquet')"
            )

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a table."""
        with spark_failures():
            made = self._written(self.session.sql(query))
            self.drop(table)
            self._show(table, [made])

    def begin(self, table: str, columns: str) -> None:
        """Make a table without rows; queries that join it fall away when they are planned."""
        typed = (column.split() for column in columns.split(","))
        nothing = ", ".join(f"CAST(NULL AS {_type(kind)}) AS {name}" for name, kind in typed)
        with spark_failures():
            self.drop(table)
            self._begun[table] = self.session.sql(f"SELECT {nothing} WHERE false")
            self._show(table, [])

    def add(self, table: str, *queries: str) -> int:
        """Add the rows of queries, all of them made in one pass."""
        if not queries:
            return 0
        begun, parts = self._begun[table], self._parts[table]
        cast = [f"CAST({name} AS {kind}) AS {name}" for name, kind in begun.dtypes]
        small = [part for part in parts if part.rows < _SMALL]
        with spark_failures():
            frames = (self.session.sql(query).toDF(*begun.columns).selectExpr(*cast) for query in queries)
            made = self._written(reduce(_both, frames), *small)
            number = made.rows - sum(part.rows for part in small)
            if number:
                self._show(table, [*(part for part in parts if part not in small), made])
            for part in small if number else [made]:
                self._files.remove(part.folder)
        return number

    def settle(self, table: str) -> None:
        """Put the parts of a table together, so that each query reads one instead of many."""
        parts = self._parts[table]
        if len(parts) > 1:
            with spark_failures():
                self._show(table, [self._written(self._begun[table], *parts)])
                for part in parts:
                    self._files.remove(part.folder)

    def drop(self, *tables: str) -> None:
        """Forget tables, and remove their files."""
        with spark_failures():
            for table in tables:
                self._begun.pop(table, None)
                self.session.catalog.dropTempView(table)
                for part in self._parts.pop(table, ()):
                    self._files.remove(part.folder)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query gives, all at once."""
        with spark_failures():
            return [tuple(row) for row in self.session.sql(query).collect()]

    def stream(self, query: str) -> Iterator[str]:
        """The first column of a query, part by part."""
        with spark_failures():
            for row in self.session.sql(query).toLocalIterator():
                yield row[0]

    def write_lines(self, query: str, output: str, suffix: str) -> int:
        """Write the first column of a query as files ``part-00000`` and on in a folder, whole or not at all.

        :param output: path or URI of the folder; one that was written like this before is replaced
        :param suffix: what the names of the files end in, such as ``.nq``
        :returns: how many files there are
        :raises UsageError: ``map-output`` where something else stands there
        :raises OutsideError: ``output-not-writable``, ``engine-failed``; what was there before is there again
        """
        files, made = self._files, f"{self.staging}/lines"
        with spark_failures():
            if files.exists(output) and not (
                files.is_folder(output) and all(name.startswith(("part-", "_", ".")) for name in files.names(output))
            ):
                raise UsageError(
                    "map-output",
                    f"“{output}” is there and is no folder of part files",
                    hint="Spark writes a folder; name another one, or remove this",
                )
            self.session.sql(query).write.text(made)
            names = files.names(made)
            parts = sorted(name for name in names if name.startswith("part-"))
            for number, name in enumerate(parts):
                files.move(f"{made}/{name}", f"{made}/part-{number:05}{suffix}")
            for name in names:
                if not name.startswith("part-"):
                    files.remove(f"{made}/{name}")
            self._put_in_place(made, output)
        return len(parts)

    def _put_in_place(self, made: str, output: str) -> None:
        """Move a folder to where another one may be, which is removed only when the new one is there."""
        files, before = self._files, f"{self.staging}-before"  # no part of what close() removes
        replaces = files.exists(output)
        if replaces:
            files.move(output, before)
        try:
            files.move(made, output)
        except BaseException:
            # an interruption may come when it is moved already
            if replaces and not files.exists(output):
                files.move(before, output)
            raise
        if replaces:
            files.remove(before)

    def close(self) -> None:
        """Forget the tables and remove the folder; the session goes on."""
        with spark_failures():
            for table in (*self._parts, *self.direct):
                self.session.catalog.dropTempView(table)
            for frame in self.kept:
                frame.unpersist()
            self._files.remove(self.staging)

    def _folder(self) -> str:
        return f"{self.staging}/{next(self._numbers)}"

    def _show(self, table: str, parts: list[_Part]) -> None:
        """Have queries find these parts under the name of a table."""
        self._parts[table] = parts
        frames = [part.frame for part in parts] or [self._begun[table]]
        reduce(_both, frames).createOrReplaceTempView(table)

    def _written(self, frame: DataFrame, *parts: _Part) -> _Part:
        """The rows of a frame and of parts, as files."""
        from pyspark.sql import Observation, functions

        seen, folder = Observation(), self._folder()
        every = frame.observe(seen, functions.count(functions.lit(1)).alias("rows"))
        for part in parts:
            every = every.unionAll(part.frame.coalesce(1) if part.rows < _SMALL else part.frame)
        every.write.parquet(folder)
        rows = int(seen.get["rows"]) + sum(part.rows for part in parts)
        return _Part(folder, self.session.read.schema(frame.schema).parquet(folder), rows)
