"""From the model to a plan: sources read, functions called, every term checked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import Embedded, Engine, failures, prepare
from iomld.errors import IomldError, SourceError, raise_all
from iomld.graph import Quads
from iomld.location import SourceLocation
from iomld.mapping.calls import extend
from iomld.mapping.expressions import Check, Generator, references
from iomld.mapping.model import Call, Mapping, RefObjectMap, TriplesMap, View
from iomld.mapping.rules import Emit, Loaded, calls_of, emits_of, parent_of, references_of
from iomld.mapping.views import read_view_relation
from iomld.sources import LogicalSource, ReadScope, Relation, read

if TYPE_CHECKING:
    import duckdb

__all__ = ["Plan", "from_clause", "planned"]

_SHOWN = 1000  # values of one check that are listed


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    :param emits: the ways in which records make quads, by triples map
    :param skipped: mistakes of records and values that are left out
    :param quads: the relation with rules and sources; it holds the quads of collections already
    """

    emits: tuple[tuple[Emit, ...], ...]
    quads: Quads
    skipped: Sequence[IomldError] = ()


@contextmanager
def planned(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    *,
    root: Path,
    rows: int | None = None,
    lenient: bool = False,
    engine: Engine | None = None,
) -> Iterator[Plan]:
    """Plan a mapping; the tables that it reads are dropped at the end.

    :param rows: records that are taken of each source; None for all, 0 for none: then only headers are read
    :param lenient: leave out records and values that are wrong, and tell them with the plan
    :param engine: what runs the plan; by default the connection itself

    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    with failures():
        prepare(connection)
        quads = Quads(connection)
        try:
            # Values that a function or a term cannot work with are told together.
            errors: list[IomldError] = []
            scope = ReadScope(rows == 0, errors if lenient else None)
            engine = engine or Embedded(connection)
            loaded = _load(mapping, connection, engine, quads, root, errors, scope, rows)
            static: list[IomldError] = []
            groups = [
                emits_of(triples_map, index, mapping, loaded, quads.rules, static, connection, engine, lenient=lenient)
                for index, triples_map in enumerate(mapping.triples_maps)
            ]
            _check(engine, itertools.chain.from_iterable(groups), quads.sources, errors)
            raise_all(static if lenient else [*static, *errors])
            yield Plan(tuple(tuple(emit for emit in group if emit.rule >= 0) for group in groups), quads, errors)
        finally:
            _drop(connection)


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE view_name LIKE 'iomld\\_s%' ESCAPE '\\' "
        "UNION ALL SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE table_name LIKE 'iomld\\_s%' ESCAPE '\\'"
    ).fetchall()
    for name, kind in rows:
        connection.execute(f"DROP {kind} IF EXISTS {name}")


def _load(
    mapping: Mapping,
    connection: duckdb.DuckDBPyConnection,
    engine: Engine,
    quads: Quads,
    root: Path,
    wrong: list[IomldError],
    scope: ReadScope,
    rows: int | None,
) -> dict[str, Loaded]:
    """Read each source once, for all triples maps that draw on it.

    :param wrong: takes the values that functions cannot work with
    :raises SourceError: every mistake of every source
    """
    errors: list[IomldError] = []
    asked: dict[LogicalSource | View, dict[str, SourceLocation]] = {}
    calls: dict[LogicalSource | View, dict[Call, None]] = {}
    for triples_map in mapping.triples_maps:
        wanted = asked.setdefault(triples_map.source, {})
        for name, where in references_of(triples_map):
            wanted.setdefault(name, where.location)
        calls.setdefault(triples_map.source, {}).update(dict.fromkeys(calls_of(triples_map)))
    for triples_map in mapping.triples_maps:
        for parent, reference in _parents(triples_map, mapping):
            for join in reference.joins:
                for name in references(join.parent.expression):
                    asked[parent.source].setdefault(name, join.location)
    loaded: dict[LogicalSource | View, Loaded] = {}
    for index, (source, wanted) in enumerate(asked.items()):
        table = f"iomld_s{index}"
        try:
            if isinstance(source, View):
                relation = read_view_relation(
                    connection, source, wanted, table=table, root=root, number=quads.add_source, scope=scope
                )
            else:
                relation = read(
                    connection, source, wanted, table=table, root=root, number=quads.add_source, scope=scope
                )
            if rows:
                connection.execute(f"CREATE OR REPLACE TABLE {table}_n AS SELECT * FROM {table} LIMIT {int(rows)}")
                relation = Relation(f"{table}_n", relation.columns)
            relation, columns = extend(connection, relation, calls[source], quads.sources.__getitem__, wrong)
            engine.adopt(relation.table)
            loaded[source] = Loaded(relation, columns)
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    return {triples_map.id: loaded[triples_map.source] for triples_map in mapping.triples_maps}


def _parents(triples_map: TriplesMap, mapping: Mapping) -> list[tuple[TriplesMap, RefObjectMap]]:
    return [
        (parent_of(each, mapping), each)
        for pom in triples_map.predicate_objects
        for each in pom.objects
        if isinstance(each, RefObjectMap)
    ]


def from_clause(emit: Emit, generators: Iterable[Generator] = ()) -> str:
    """The ``FROM`` of an emit with the generators that are asked for."""
    return emit.origin + "".join(each.clause for each in generators)


def _check(engine: Engine, emits: Iterable[Emit], sources: Sequence[str], errors: list[IomldError]) -> None:
    """Find every value that makes no legal term: one query for all conditions on the same records."""
    groups: dict[tuple[str, tuple[str, ...]], dict[tuple[str, str], Check]] = {}
    for emit in emits:
        for check in emit.checks:
            key = (from_clause(emit, check.generators), emit.conditions)
            groups.setdefault(key, {}).setdefault((check.value, check.holds), check)
    for (origin, conditions), named in groups.items():
        checks = list(named.values())
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        wrong = engine.dialect(
            "list",
            *(
                engine.dialect.structure(n=str(index), v=f"CASE WHEN NOT {check.holds} THEN {check.value} END")
                for index, check in enumerate(checks)
            ),
        )
        rows = engine.rows(
            "SELECT DISTINCT source, row, w.n, w.v "
            f"FROM (SELECT c.source, c.row, {engine.dialect('rows_of', wrong)} AS w FROM {origin}{where}) "
            f"WHERE w.v IS NOT NULL ORDER BY ALL LIMIT {_SHOWN}"
        )
        for source, row, index, value in rows:
            check = checks[index]
            place = SourceLocation(sources[source], row=row, field=check.fields[0] if len(check.fields) == 1 else None)
            shown = value if len(value) <= 80 else value[:79] + "…"
            errors.append(SourceError(check.id, check.message.format(shown), location=place, hint=check.hint))
