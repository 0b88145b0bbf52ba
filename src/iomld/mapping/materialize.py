"""Running a mapping: sources read, functions called, terms checked, quads made."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import prepare
from iomld.errors import IomldError, SourceError, raise_all
from iomld.graph import Quads
from iomld.location import SourceLocation
from iomld.mapping.calls import extend
from iomld.mapping.model import Mapping, RefObjectMap, TriplesMap, View
from iomld.mapping.rules import Emit, Loaded, calls_of, emits_of, parent_of, references_of
from iomld.mapping.views import read_view_relation
from iomld.sources import LogicalSource, read

if TYPE_CHECKING:
    import duckdb

__all__ = ["materialize"]

_SHOWN = 1000  # values of one check that are listed


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
    :param progress: told how many triples maps are done, and of how many
    :returns: the relation
    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    prepare(connection)
    quads = Quads(connection)
    tables: list[str] = []
    try:
        loaded = _load(mapping, connection, quads, root, tables)
        errors: list[IomldError] = []
        emits = [
            emits_of(triples_map, index, mapping, loaded, quads.rules, errors, connection)
            for index, triples_map in enumerate(mapping.triples_maps)
        ]
        raise_all(errors)
        _check(connection, itertools.chain.from_iterable(emits), quads.sources)
        for done, group in enumerate(emits, 1):
            _insert(connection, [emit for emit in group if emit.rule >= 0], origins)
            if progress:
                progress(done, len(emits))
        if not origins:
            _make_distinct(connection)
    finally:
        _drop(connection)
    return quads


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE view_name LIKE 'iomld\\_s%' ESCAPE '\\' "
        "UNION ALL SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE table_name LIKE 'iomld\\_s%' ESCAPE '\\'"
    ).fetchall()
    for name, kind in rows:
        connection.execute(f"DROP {kind} IF EXISTS {name}")


def _load(
    mapping: Mapping, connection: duckdb.DuckDBPyConnection, quads: Quads, root: Path, tables: list[str]
) -> dict[str, Loaded]:
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
                from iomld.mapping.expressions import references

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


def _from(emit: Emit, generators: Iterable[object] = ()) -> str:
    laterals = "".join(f", unnest({each.sql}) AS {each.alias}(v)" for each in generators)  # type: ignore[attr-defined]
    return emit.origin + laterals


def _check(connection: duckdb.DuckDBPyConnection, emits: Iterable[Emit], sources: Sequence[str]) -> None:
    """Find every value that makes no legal term; each condition is tried once."""
    errors: list[IomldError] = []
    seen = set()
    for emit in emits:
        for check in emit.checks:
            where = " AND ".join((f"NOT {check.holds}", f"{check.value} IS NOT NULL", *emit.conditions))
            query = (
                f"SELECT DISTINCT c.source, c.row, {check.value} FROM {_from(emit, check.generators)} WHERE {where} "
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


def _insert(connection: duckdb.DuckDBPyConnection, emits: Sequence[Emit], origins: bool) -> None:
    """Make the quads of one triples map: those of single values in one pass, the others each in its own."""
    plain: dict[tuple[str, tuple[str, ...]], list[Emit]] = {}
    for emit in emits:
        if emit.generators:
            _run(connection, f"{_from(emit, emit.generators)}", emit.conditions, [emit], origins)
        else:
            plain.setdefault((emit.origin, emit.conditions), []).append(emit)
    for (origin, conditions), group in plain.items():
        _run(connection, origin, conditions, group, origins)


def _run(
    connection: duckdb.DuckDBPyConnection, origin: str, conditions: Sequence[str], emits: Sequence[Emit], origins: bool
) -> None:
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    subjects = {emit.subject.sql: f"t{index}" for index, emit in enumerate(emits)}
    defined = ", ".join(f"{sql} AS {alias}" for sql, alias in subjects.items())
    structs = ", ".join(
        f"{{'s': {subjects[emit.subject.sql]}, 'p': {emit.predicate.sql}, 'o': {emit.object.sql}, 'g': {emit.graph.sql}, "
        f"'r': {emit.rule}}}"
        for emit in emits
    )
    columns = "q.r, source, row" if origins else "NULL, NULL, NULL"
    connection.execute(
        f"INSERT INTO quad SELECT q.s, q.p, q.o, q.g, {columns} FROM ("
        f"SELECT c.source, c.row, {defined}, unnest([{structs}]) AS q FROM {origin}{where}) "
        "WHERE q.s IS NOT NULL AND q.p IS NOT NULL AND q.o IS NOT NULL AND q.g IS NOT NULL"
    )


def _make_distinct(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE iomld_distinct AS SELECT DISTINCT * FROM quad")
    connection.execute("DELETE FROM quad")
    connection.execute("INSERT INTO quad SELECT * FROM iomld_distinct")
    connection.execute("DROP TABLE iomld_distinct")
