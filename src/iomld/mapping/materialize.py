"""Running a mapping into the relation of quads."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.graph import Quads
from iomld.mapping.expressions import concatenated
from iomld.mapping.model import Mapping
from iomld.mapping.planning import from_clause, planned
from iomld.mapping.rules import Emit

if TYPE_CHECKING:
    import duckdb

__all__ = ["insert", "materialize", "selects"]


def materialize(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    *,
    root: Path,
    origins: bool = True,
    progress: Callable[[int, int | None], None] | None = None,
) -> Quads:
    """Run a mapping into the relation of quads.

    :param connection: holds the relation; may hold quads already
    :param root: folder against which paths are shown
    :param origins: whether each quad keeps its rule, file and row; without, quads are distinct
    :param progress: told how many passes over records are done, and of how many
    :returns: the relation
    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    with planned(mapping, connection, root=root) as plan:
        insert(connection, tuple(itertools.chain.from_iterable(plan.emits)), origins=origins, progress=progress)
        if not origins:
            _make_distinct(connection)
        return plan.quads


def insert(
    connection: duckdb.DuckDBPyConnection,
    emits: Sequence[Emit],
    *,
    origins: bool,
    progress: Callable[[int, int | None], None] | None = None,
) -> None:
    """Make quads: all that come from the same records in one pass over them."""
    passes = list(selects(emits))
    columns = "*" if origins else "* REPLACE (NULL AS rule, NULL AS source, NULL AS row)"
    for done, query in enumerate(passes, 1):
        connection.execute(f"INSERT INTO quad SELECT {columns} FROM ({query})")
        if progress:
            progress(done, len(passes))


def selects(emits: Iterable[Emit]) -> Iterator[str]:
    """The queries that give the quads with their origins: one for all that come from the same records."""
    passes: dict[tuple[str, tuple[str, ...]], list[Emit]] = {}
    for emit in emits:
        passes.setdefault((from_clause(emit, emit.generators), emit.conditions), []).append(emit)
    for group in passes.values():
        yield " UNION ALL ".join(map(_select, group))


def _select(emit: Emit) -> str:
    """The quads of one rule: what is the same for all of them is made once, and only the columns that it needs read."""
    terms = {"subject": emit.subject, "predicate": emit.predicate, "object": emit.object, "graph": emit.graph}
    columns = ", ".join(f"{concatenated(term.pieces)} AS {name}" for name, term in terms.items())
    present = dict.fromkeys(f"{need} IS NOT NULL" for term in terms.values() for need in term.needs)
    where = " AND ".join((*emit.conditions, *present)) or "true"
    origin = from_clause(emit, emit.generators)
    return f"SELECT {columns}, {emit.rule} AS rule, c.source, c.row FROM {origin} WHERE {where}"


def _make_distinct(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE iomld_distinct AS SELECT DISTINCT * FROM quad")
    connection.execute("DELETE FROM quad")
    connection.execute("INSERT INTO quad SELECT * FROM iomld_distinct")
    connection.execute("DROP TABLE iomld_distinct")
