"""From the model to a plan: sources read, functions called, every term checked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import prepare
from iomld.errors import IomldError, SourceError, raise_all
from iomld.graph import Quads
from iomld.location import SourceLocation
from iomld.mapping.calls import extend
from iomld.mapping.expressions import references
from iomld.mapping.model import Mapping, RefObjectMap, TriplesMap, View
from iomld.mapping.rules import Emit, Loaded, calls_of, emits_of, parent_of, references_of
from iomld.mapping.views import read_view_relation
from iomld.sources import LogicalSource, read

if TYPE_CHECKING:
    import duckdb

__all__ = ["Plan", "from_clause", "planned"]

_SHOWN = 1000  # values of one check that are listed


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    :param emits: the ways in which records make quads, by triples map
    :param quads: the relation with rules and sources; it holds the quads of collections already
    """

    emits: tuple[tuple[Emit, ...], ...]
    quads: Quads


@contextmanager
def planned(mapping: Mapping, connection: duckdb.DuckDBPyConnection, *, root: Path) -> Iterator[Plan]:
    """Plan a mapping; the tables that it reads are dropped at the end.

    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    prepare(connection)
    quads = Quads(connection)
    try:
        loaded = _load(mapping, connection, quads, root)
        errors: list[IomldError] = []
        groups = [
            emits_of(triples_map, index, mapping, loaded, quads.rules, errors, connection)
            for index, triples_map in enumerate(mapping.triples_maps)
        ]
        raise_all(errors)
        _check(connection, itertools.chain.from_iterable(groups), quads.sources)
        yield Plan(tuple(tuple(emit for emit in group if emit.rule >= 0) for group in groups), quads)
    finally:
        _drop(connection)


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE view_name LIKE 'iomld\\_s%' ESCAPE '\\' "
        "UNION ALL SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE table_name LIKE 'iomld\\_s%' ESCAPE '\\'"
    ).fetchall()
    for name, kind in rows:
        connection.execute(f"DROP {kind} IF EXISTS {name}")


def _load(mapping: Mapping, connection: duckdb.DuckDBPyConnection, quads: Quads, root: Path) -> dict[str, Loaded]:
    """Read each source once, for all triples maps that draw on it."""
    errors: list[IomldError] = []
    asked: dict[LogicalSource | View, dict[str, SourceLocation]] = {}
    calls: dict[LogicalSource | View, dict[object, None]] = {}
    for triples_map in mapping.triples_maps:
        wanted = asked.setdefault(triples_map.source, {})
        for reference, where in references_of(triples_map):
            wanted.setdefault(reference, where.location)
        calls.setdefault(triples_map.source, {}).update(dict.fromkeys(calls_of(triples_map)))
    for triples_map in mapping.triples_maps:
        for parent, reference in _parents(triples_map, mapping, errors):
            wanted = asked[parent.source]
            for join in reference.joins:
                for each in references(join.parent.expression):
                    wanted.setdefault(each, join.location)
    loaded: dict[LogicalSource | View, Loaded] = {}
    for index, (source, wanted) in enumerate(asked.items()):
        try:
            reader = read_view_relation if isinstance(source, View) else read
            relation = reader(connection, source, wanted, table=f"iomld_s{index}", root=root, number=quads.add_source)  # type: ignore[operator]
            relation, columns = extend(connection, relation, calls[source], quads.sources.__getitem__, errors)  # type: ignore[arg-type]
            loaded[source] = Loaded(relation, columns)
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    return {triples_map.id: loaded[triples_map.source] for triples_map in mapping.triples_maps}


def _parents(
    triples_map: TriplesMap, mapping: Mapping, errors: list[IomldError]
) -> list[tuple[TriplesMap, RefObjectMap]]:
    found = []
    for pom in triples_map.predicate_objects:
        for each in pom.objects:
            if isinstance(each, RefObjectMap):
                try:
                    found.append((parent_of(each, mapping), each))
                except IomldError as error:
                    errors.append(error)
    return found


def from_clause(emit: Emit, generators: Iterable[object] = ()) -> str:
    laterals = "".join(f", unnest({each.sql}) AS {each.alias}(v)" for each in generators)
    return emit.origin + laterals


def _check(connection: duckdb.DuckDBPyConnection, emits: Iterable[Emit], sources: Sequence[str]) -> None:
    """Find every value that makes no legal term; each condition is tried once."""
    errors: list[IomldError] = []
    seen = set()
    for emit in emits:
        for check in emit.checks:
            where = " AND ".join((f"NOT {check.holds}", f"{check.value} IS NOT NULL", *emit.conditions))
            query = (
                f"SELECT DISTINCT c.source, c.row, {check.value} FROM {from_clause(emit, check.generators)} WHERE {where} "
                f"ORDER BY ALL LIMIT {_SHOWN}"
            )
            if query in seen:
                continue
            seen.add(query)
            field = check.fields[0] if len(check.fields) == 1 else None
            for source, row, value in connection.execute(query).fetchall():
                place = SourceLocation(sources[source], row=row, field=field)
                shown = value if len(value) <= 80 else value[:79] + "…"
                errors.append(SourceError(check.id, check.message.format(shown), location=place, hint=check.hint))
    raise_all(errors)
