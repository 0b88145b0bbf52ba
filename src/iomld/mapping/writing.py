"""Running a mapping straight into a file of N-Quads."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.errors import IomldError
from iomld.mapping.distinct import Keys, groups
from iomld.mapping.expressions import TermSql, merged
from iomld.mapping.materialize import insert
from iomld.mapping.model import Mapping, Target
from iomld.mapping.planning import Plan, from_clause, planned
from iomld.mapping.rules import Emit
from iomld.mapping.targets import write_target

if TYPE_CHECKING:
    import duckdb

__all__ = ["Written", "lines_query", "write_quads"]

_NEWLINE = "chr(10)"
_DEFAULT = TermSql.constant("")


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
) -> Written:
    """Run a mapping and write its quads as N-Quads, a set; the file is whole or absent.

    :param output: the file; None for standard output
    :param sort: order the lines by code point
    :param lenient: leave out records and values that are wrong, and tell them
    :returns: what was written
    :raises MappingError: see :func:`iomld.mapping.materialize`
    :raises SourceError: likewise
    """
    with (
        planned(mapping, connection, root=root, lenient=lenient) as plan,
        tempfile.TemporaryDirectory(prefix=".iomld-", dir=output.parent if output else None) as folder,
    ):
        part = Path(folder) / "part.nq"
        query = lines_query(plan, connection)
        if sort:
            query = (
                f"SELECT line FROM (SELECT unnest(string_split(line, {_NEWLINE})) AS line FROM ({query})) ORDER BY line"
            )
        else:
            connection.execute("SET preserve_insertion_order = false")
        try:
            # Terms hold no raw control character, so that no line needs quoting.
            connection.execute(
                f"COPY ({query}) TO {text(str(part))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
            )
        finally:
            connection.execute("RESET preserve_insertion_order")
        _write_targets(plan, connection)
        if output is not None:
            os.replace(part, output)
        else:
            with open(part, "rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
        return Written(tuple(plan.quads.sources), tuple(plan.skipped))


def lines_query(plan: Plan, connection: duckdb.DuckDBPyConnection) -> str:
    """The query that gives the lines of a plan, each once; a value may hold the lines of one record together."""
    keys = Keys(connection)
    emits = [emit for emit in itertools.chain.from_iterable(plan.emits) if not emit.targets]
    queries: list[str] = []
    together: dict[tuple[str, tuple[str, ...]], list[Emit]] = {}
    for group in groups(emits):
        if len(group) > 1:
            queries.append(f"SELECT DISTINCT line FROM ({' UNION ALL '.join(map(_lines, group))})")
        elif keys.proves(group[0]):
            together.setdefault((group[0].origin, group[0].conditions), []).append(group[0])
        else:
            queries.append(_distinct(group[0]))
    queries += [_block(origin, conditions, group) for (origin, conditions), group in together.items()]
    row = connection.execute("SELECT count(*) FROM quad").fetchone()
    if row and row[0]:
        # quads of collections stand in the relation already
        made = "concat(subject, ' ', predicate, ' ', object, CASE graph WHEN '' THEN '' ELSE ' ' || graph END, ' .')"
        everything = " UNION ALL ".join([*queries, f"SELECT {made} AS line FROM quad"])
        return f"SELECT DISTINCT line FROM (SELECT unnest(string_split(line, {_NEWLINE})) AS line FROM ({everything}))"
    return " UNION ALL ".join(queries) or "SELECT NULL AS line WHERE false"


def _line(emit: Emit, subject: str | None = None) -> str:
    """The line of a quad; NULL where one of its terms is.

    ``concat`` copies a text once where ``||`` copies it once for each piece, but takes NULL for an empty text.
    """
    terms = [emit.predicate, emit.object]
    pieces: list[str] = [*(emit.subject.pieces if subject is None else (subject,))]
    needs: list[str] = [*(emit.subject.needs if subject is None else (subject,))]
    if emit.graph != _DEFAULT:
        terms.append(emit.graph)
    for term in terms:
        pieces += ["' '", *term.pieces]
        needs += term.needs
    line = f"concat({', '.join(merged([*pieces, chr(39) + ' .' + chr(39)]))})"
    if emit.graph != _DEFAULT and emit.graph.opening != emit.graph.closing:
        needs.append(emit.graph.sql)
    present = " AND ".join(f"{each} IS NOT NULL" for each in dict.fromkeys(needs))
    return f"CASE WHEN {present} THEN {line} END" if present else line


def _lines(emit: Emit) -> str:
    where = " AND ".join((*emit.conditions, "line IS NOT NULL"))
    return f"SELECT {_line(emit)} AS line FROM {from_clause(emit, emit.generators)} WHERE {where}"


def _distinct(emit: Emit) -> str:
    """The lines of one rule, each once: distinct columns make distinct lines, and are cheaper to compare."""
    terms = (emit.subject, emit.predicate, emit.object, emit.graph)
    columns = dict.fromkeys(itertools.chain.from_iterable(term.columns for term in terms))
    if emit.generators or " JOIN " in emit.origin or not columns or not all(term.injective for term in terms):
        return f"SELECT DISTINCT line FROM ({_lines(emit)})"
    where = " AND ".join((*emit.conditions, *(f"{column} IS NOT NULL" for column in columns)))
    return (
        f"SELECT {_line(emit)} AS line FROM (SELECT DISTINCT {', '.join(columns)} FROM {emit.origin} WHERE {where}) c"
    )


def _block(origin: str, conditions: Sequence[str], emits: Sequence[Emit]) -> str:
    """All lines of a record in one text; each subject is spelt once."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    subjects = {emit.subject.sql: f"t{index}" for index, emit in enumerate(emits)}
    defined = ", ".join(f"{sql} AS {alias}" for sql, alias in subjects.items())
    lines = ", ".join(_line(emit, subjects[emit.subject.sql]) for emit in emits)
    if " JOIN " in origin:
        every = ", ".join(map(_line, emits))
        return f"SELECT line FROM (SELECT concat_ws({_NEWLINE}, {every}) AS line FROM {origin}{where}) WHERE line <> ''"
    inner = f"(SELECT c.*, {defined} FROM {origin}{where}) c"
    return f"SELECT line FROM (SELECT concat_ws({_NEWLINE}, {lines}) AS line FROM {inner}) WHERE line <> ''"


def _write_targets(plan: Plan, connection: duckdb.DuckDBPyConnection) -> None:
    rules: dict[Target, list[int]] = {}
    for emit in itertools.chain.from_iterable(plan.emits):
        for target in emit.targets:
            rules.setdefault(target, []).append(emit.rule)
        if emit.targets:
            insert(connection, [emit], origins=True)
    for target, numbers in rules.items():
        rows = connection.execute(
            "SELECT DISTINCT subject, predicate, object, graph FROM quad "
            "WHERE list_contains($1::INTEGER[], rule) ORDER BY ALL",
            [numbers],
        ).fetchall()
        write_target(target, rows)
