"""Spark as an engine: queries, tables handed over from DuckDB, lines written as part files."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.engine.dialects import SPARK
from iomld.engine.session import spark_failures
from iomld.errors import UsageError

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Cluster", "shared_path"]


def shared_path(path: str) -> str:
    """A path as all machines read it: a URI stays, a path is one of the files that they share."""
    return path if "://" in path else f"file://{Path(path).absolute()}"


def _type(kind: str) -> str:
    """Spark's name of a type of DuckDB that relations have."""
    if kind.endswith("[]"):
        return f"ARRAY<{_type(kind[:-2])}>"
    return {"VARCHAR": "STRING", "INTEGER": "INT"}.get(kind, kind)


class Cluster:
    """A Spark session, with the DuckDB connection on which readers work and a folder that all machines see.

    Tables go over as Parquet: written by DuckDB on this machine, copied through Hadoop's file systems.

    :param near: path or URI of a folder that all machines see; what is handed over stands in a folder of its own in it,
        which :meth:`close` removes
    """

    dialect = SPARK

    def __init__(self, session: SparkSession, connection: duckdb.DuckDBPyConnection, near: str) -> None:
        self.session = session
        self.connection = connection
        self.staging = f"{near.rstrip('/')}/.iomld-{uuid.uuid4().hex}"
        self._adopted: list[str] = []
        #: tables that Spark reads itself, unknown to the connection
        self.direct: list[str] = []
        #: what the workers keep of them
        self.kept: list[DataFrame] = []
        self._made: dict[str, DataFrame] = {}

    def adopt(self, table: str) -> None:
        """Hand a table or view of the DuckDB connection over."""
        columns = self.connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
        schema = ", ".join(f"{SPARK.identifier(name)} {_type(kind)}" for name, kind in columns)
        folder = f"{self.staging}/{len(self._adopted)}"
        self._adopted.append(table)
        with tempfile.TemporaryDirectory(prefix="iomld-") as local, spark_failures():
            part = Path(local) / "0.parquet"
            self.connection.execute(f"COPY (SELECT * FROM {table}) TO '{part}' (FORMAT parquet)")
            target = self._path(f"{folder}/0.parquet")
            self._system(target).copyFromLocalFile(False, True, self._path(shared_path(str(part))), target)
            self.session.read.schema(schema).parquet(folder).createOrReplaceTempView(table)

    def make(self, table: str, query: str) -> None:
        """Make the rows of a query known as a view; the workers keep them once they are asked for."""
        with spark_failures():
            made = self.session.sql(query).persist()
            made.createOrReplaceTempView(table)
        if table in self._made:
            self._made[table].unpersist()
        self._made[table] = made

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
        """
        with spark_failures():
            target, made = self._path(output), self._path(f"{self.staging}/lines")
            system = self._system(target)
            if system.exists(target) and not self._is_ours(system, target):
                raise UsageError(
                    "map-output",
                    f"“{output}” is there and is no folder of part files",
                    hint="Spark writes a folder; name another one, or remove this",
                )
            self.session.sql(query).write.text(str(made))
            parts = sorted(each for each in self._names(system, made) if each.startswith("part-"))
            for number, name in enumerate(parts):
                system.rename(self._path(f"{made}/{name}"), self._path(f"{made}/part-{number:05}{suffix}"))
            for name in self._names(system, made):
                if not name.startswith("part-"):
                    system.delete(self._path(f"{made}/{name}"), False)
            if system.exists(target):
                system.delete(target, True)
            system.mkdirs(target.getParent())
            system.rename(made, target)
        return len(parts)

    def close(self) -> None:
        """Forget the tables and remove the folder; the session goes on."""
        with spark_failures():
            for table in (*self._adopted, *self.direct, *self._made):
                self.session.catalog.dropTempView(table)
            for frame in (*self.kept, *self._made.values()):
                frame.unpersist()
            staging = self._path(self.staging)
            self._system(staging).delete(staging, True)

    def _path(self, path: str) -> Any:
        machine: Any = self.session._jvm
        return machine.org.apache.hadoop.fs.Path(path)

    def _system(self, path: Any) -> Any:
        return path.getFileSystem(self.session._jsc.hadoopConfiguration())

    def _names(self, system: Any, folder: Any) -> list[str]:
        return [each.getPath().getName() for each in system.listStatus(folder)]

    def _is_ours(self, system: Any, folder: Any) -> bool:
        return system.getFileStatus(folder).isDirectory() and all(
            name.startswith(("part-", "_", ".")) for name in self._names(system, folder)
        )
