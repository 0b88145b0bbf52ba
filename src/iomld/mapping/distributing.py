"""Running a mapping on Spark: the same plan as on DuckDB, its lines written as part files.

All lines of the same records come from one pass over them. Duplicates are sorted out only where they can arise, as on
one machine (:mod:`iomld.mapping.distinct`); doubtful lines of all rules go through one ``DISTINCT``.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import SPARK, Embedded
from iomld.engine.cluster import Cluster
from iomld.location import SourceLocation
from iomld.mapping.distinct import Keys, groups
from iomld.mapping.expressions import merged
from iomld.mapping.journal import Journal
from iomld.mapping.model import Mapping
from iomld.mapping.planning import Plan, from_clause, planned
from iomld.mapping.rules import Emit
from iomld.mapping.targets import write_targets
from iomld.mapping.writing import Written
from iomld.sources import LogicalSource, Relation
from iomld.sources.distributed import LARGE, read_distributed

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import SparkSession

__all__ = ["write_distributed"]

_END = "' .'"


def write_distributed(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    session: SparkSession,
    output: str | None,
    *,
    root: Path,
    sort: bool = False,
    lenient: bool = False,
    large: int = LARGE,
    warn: Callable[[SourceLocation, str], None] | None = None,
    journal: Journal | None = None,
    spared: Sequence[Path] = (),
) -> Written:
    """Run a mapping on Spark and write its quads as N-Quads, a set: a folder of part files, whole or absent.

    :param connection: reads what Spark is not let read itself
    :param output: path or URI of the folder, which all machines must see; None for standard output
    :param sort: order the lines by code point, through all files: put one after the other, they are sorted
    :param lenient: leave out records and values that are wrong, and tell them
    :param large: bytes of a source from which on Spark reads it itself, where it is plain
    :param warn: told before anything is made what joins may be meant otherwise
    :param journal: takes notes of what is read and made
    :param spared: files that no target may replace
    :returns: what was written
    :raises MappingError: see :func:`iomld.mapping.materialize`
    :raises SourceError: likewise
    :raises OutsideError: ``engine-failed``
    """
    near = output.rstrip("/").rpartition("/")[0] if output else f"file://{Path.cwd()}"
    cluster = Cluster(session, connection, near)

    def direct(
        source: LogicalSource, wanted: Table[str, SourceLocation], table: str, number: Callable[[str], int]
    ) -> Relation | None:
        return read_distributed(cluster, source, wanted, table=table, root=root, number=number, large=large)

    try:
        with planned(
            mapping,
            connection,
            root=root,
            lenient=lenient,
            warn=warn,
            engine=cluster,
            direct=direct,
            journal=journal,
        ) as plan:
            query = lines_query(plan, cluster)
            if sort:
                query = f"SELECT line FROM ({query}) ORDER BY line"
            if output is None:
                for line in cluster.stream(query):
                    sys.stdout.buffer.write(f"{line}\n".encode())
            else:
                cluster.write_lines(query, output, ".nq")
            # their syntaxes know no parts, so that they are written here
            write_targets(cluster, itertools.chain.from_iterable(plan.emits), spared)
            return Written(tuple(plan.quads.sources), tuple(plan.skipped))
    finally:
        cluster.close()


def lines_query(plan: Plan, cluster: Cluster) -> str:
    """The query that gives the lines of a plan, each once."""
    # where DuckDB holds all records already, it counts keys sooner
    keys = Keys(Embedded(cluster.connection) if not cluster.direct else cluster)
    certain: list[Emit] = []
    doubtful: list[Emit] = []
    for group in groups([emit for emit in itertools.chain.from_iterable(plan.emits) if not emit.targets]):
        (certain if len(group) == 1 and keys.proves(group[0]) else doubtful).extend(group)
    once, perhaps_twice = list(_passes(certain)), list(_passes(doubtful))
    if perhaps_twice:
        once.append(f"SELECT DISTINCT line FROM ({' UNION ALL '.join(perhaps_twice)})")
    return " UNION ALL ".join(once) or "SELECT '' AS line WHERE false"


def _passes(emits: Iterable[Emit]) -> Iterator[str]:
    """One query for all lines that come from the same records."""
    passes: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for emit in emits:
        passes.setdefault((from_clause(emit, emit.generators), emit.conditions), []).append(_line(emit))
    for (origin, conditions), lines in passes.items():
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        each = SPARK("rows_of", SPARK("list", *lines))
        yield f"SELECT line FROM (SELECT {each} AS line FROM {origin}{where}) WHERE line IS NOT NULL"


def _line(emit: Emit) -> str:
    """The line of a rule; NULL where one of its terms is."""
    pieces = [*emit.subject.pieces, "' '", *emit.predicate.pieces, "' '", *emit.object.pieces, *emit.graph_pieces, _END]
    return f"concat({', '.join(merged(pieces))})"
