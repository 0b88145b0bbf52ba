"""Running a mapping straight into a file: N-Quads, or a table of the quads with the origin of each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import Embedded, text
from iomld.errors import IomldError
from iomld.location import SourceLocation
from iomld.mapping.journal import Journal
from iomld.mapping.lines import lines_query
from iomld.mapping.materialize import selects
from iomld.mapping.model import Mapping
from iomld.mapping.planning import Plan, planned
from iomld.mapping.targets import write_targets
from iomld.outputs import part_of

if TYPE_CHECKING:
    import duckdb

__all__ = ["Written", "write_quads"]


@dataclass(frozen=True)
class Written:
    """What a run has made.

    :param sources: what was read, as the user knows it
    :param skipped: mistakes of records and values that were left out
    """

    sources: tuple[str, ...]
    skipped: tuple[IomldError, ...]


def write_quads(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    output: Path | None,
    *,
    root: Path,
    sort: bool = False,
    lenient: bool = False,
    warn: Callable[[SourceLocation, str], None] | None = None,
    journal: Journal | None = None,
    spared: Sequence[Path] = (),
) -> Written:
    """Run a mapping and write its quads; the file is whole or absent.

    N-Quads are a set of lines. Parquet (by the name of the file) has the columns subject, predicate, object, graph
    (spelt as in N-Quads), rule, mapping (its place), source and row: a row for each origin of a quad.

    :param output: the file; None for N-Quads on standard output
    :param sort: order the lines by code point, or the rows of the table by its columns
    :param lenient: leave out records and values that are wrong, and tell them
    :param warn: told before anything is made what joins may be meant otherwise
    :param journal: takes notes of what is read and made
    :param spared: files that no target may replace
    :returns: what was written
    :raises MappingError: see :func:`iomld.mapping.materialize`
    :raises SourceError: likewise
    :raises OutsideError: ``output-not-writable``
    """
    with (
        planned(mapping, connection, root=root, lenient=lenient, warn=warn, journal=journal) as plan,
        part_of(output) as part,
    ):
        if output is not None and output.suffix == ".parquet":
            query = _origins_query(plan) + (" ORDER BY ALL" if sort else "")
            # Small groups bound the memory; a dictionary of terms that hardly repeat costs more than it saves.
            form = "FORMAT parquet, ROW_GROUP_SIZE 30720, DICTIONARY_SIZE_LIMIT 1000"
        else:
            query = lines_query(plan, connection)
            if sort:
                lines = f"SELECT unnest(string_split(line, '\n')) AS line FROM ({query})"
                query = f"SELECT line FROM ({lines}) ORDER BY line"
            # Terms hold no raw control character, so that no line needs quoting.
            form = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
        if not sort:
            connection.execute("SET preserve_insertion_order = false")
        try:
            connection.execute(f"COPY ({query}) TO {text(str(part))} ({form}, USE_TMP_FILE false)")
        finally:
            connection.execute("RESET preserve_insertion_order")
        write_targets(Embedded(connection), itertools.chain.from_iterable(plan.emits), spared)
        return Written(tuple(plan.quads.sources), tuple(plan.skipped))


def _origins_query(plan: Plan) -> str:
    """The query that gives the quads, each with its rule, source and row."""
    emits = [emit for emit in itertools.chain.from_iterable(plan.emits) if not emit.targets]
    made = " UNION ALL ".join([*selects(emits), "SELECT * FROM quad"])  # which is empty, and has the columns

    def named(number: str, names: Iterable[str]) -> str:
        return f"([{', '.join(map(text, names))}]::VARCHAR[])[{number} + 1]"

    rules = plan.quads.rules
    return (
        f"SELECT subject, predicate, object, graph, {named('rule', (rule.name for rule in rules))} AS rule, "
        f"{named('rule', (str(rule.location) for rule in rules))} AS mapping, "
        f"{named('source', plan.quads.sources)} AS source, row FROM ({made})"
    )
