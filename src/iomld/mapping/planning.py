"""From the model to a plan: sources read, functions called, every term checked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import Embedded, Engine, failures, prepare, text
from iomld.errors import IomldError, SourceError, raise_all
from iomld.graph import Quads, Rule
from iomld.location import SourceLocation
from iomld.mapping.calls import extend
from iomld.mapping.expressions import Check, Generator, references
from iomld.mapping.joins import exploding, unlike
from iomld.mapping.journal import Journal
from iomld.mapping.model import Call, Mapping, TriplesMap, View
from iomld.mapping.rules import Emit, Emitters, Loaded
from iomld.mapping.views import read_view_relation
from iomld.mapping.walking import calls_of, needed_by, parent_calls, references_of
from iomld.sources import LogicalSource, ReadScope, Relation, read

if TYPE_CHECKING:
    import duckdb

__all__ = ["Kept", "Plan", "from_clause", "planned"]

_SHOWN = 1000  # values of one check that are listed
_SCHEMA = "iomld_plan"


@dataclass(frozen=True)
class Kept:
    """What an earlier run made and this one need not.

    :param sources: names of sources in the order of their numbers, for those that come first
    :param rules: the rules of each triples map that is not to be planned, by its number in the mapping
    """

    sources: Sequence[str] = ()
    rules: Table[int, Sequence[Rule]] = field(default_factory=dict)


#: reads a source for the engine: its references, a name for the table, and what gives the numbers of sources
Direct = Callable[[LogicalSource, Table[str, SourceLocation], str, Callable[[str], int]], Relation | None]


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    :param emits: the ways in which records make quads, by triples map
    :param rules: the numbers of the rules of each triples map
    :param skipped: mistakes of records and values that are left out
    :param quads: the relation with rules and sources
    """

    emits: tuple[tuple[Emit, ...], ...]
    rules: tuple[range, ...]
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
    direct: Direct | None = None,
    kept: Kept | None = None,
    journal: Journal | None = None,
    warn: Callable[[SourceLocation, str], None] | None = None,
) -> Iterator[Plan]:
    """Plan a mapping; the tables that it reads are dropped at the end.

    :param rows: records that are taken of each source; None for all, 0 for none: then only headers are read
    :param lenient: leave out records and values that are wrong, and tell them with the plan
    :param engine: what runs the plan; by default the connection itself
    :param direct: reads a source into the engine without the connection, or gives None where that cannot be
    :param kept: triples maps that are left out of the plan, since their quads are there already
    :param journal: takes notes of what is read and made
    :param warn: told what joins are about to do, where they may be meant otherwise
    :raises MappingError: what is wrong whatever the data say
    :raises SourceError: every mistake of every source, every value that makes no legal term
    """
    kept = kept or Kept()
    journal = journal or Journal()
    with failures():
        quads = Quads(connection, sources=kept.sources)
    with failures(), _workspace(connection):
        prepare(connection)
        # Values that a function or a term cannot work with are told together.
        errors: list[IomldError] = []
        scope = ReadScope(rows == 0, errors if lenient else None)
        engine = engine or Embedded(connection)
        asked = [each for index, each in enumerate(mapping.triples_maps) if index not in kept.rules]
        journal.begin("sources")
        loaded = _load(mapping, asked, connection, engine, direct, quads, root, errors, scope, rows, journal)
        journal.begin("terms")
        static: list[IomldError] = []
        emitters = Emitters(mapping, loaded, quads.rules, static, engine, lenient=lenient)
        groups: list[Sequence[Emit]] = []
        rules: list[range] = []
        for index, each in enumerate(mapping.triples_maps):
            first = len(quads.rules)
            if index in kept.rules:
                groups.append(())
                quads.rules += kept.rules[index]
            else:
                groups.append(emitters.emits_of(each))
            rules.append(range(first, len(quads.rules)))
        if warn is not None:
            for place, note in itertools.chain(unlike(mapping, loaded), exploding(mapping, loaded, engine)):
                warn(place, note)
        _check(engine, itertools.chain.from_iterable(groups), quads.sources, errors)
        raise_all(static if lenient else [*static, *errors])
        emits = tuple(tuple(emit for emit in group if emit.rule >= 0) for group in groups)
        journal.note_rules(
            engine, quads, itertools.chain.from_iterable(emits), zip(mapping.triples_maps, rules, strict=True)
        )
        journal.begin("quads")
        yield Plan(emits, tuple(rules), quads, errors)
        journal.end()


@contextmanager
def _workspace(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A schema for the tables of a plan, which goes as a whole: to ask the catalog for them takes longer."""
    [(path,)] = connection.execute("SELECT current_setting('search_path')").fetchall()
    connection.execute(f"CREATE OR REPLACE SCHEMA {_SCHEMA}")
    connection.execute(f"SET search_path = {text(_SCHEMA + ',' + (path or 'main'))}")
    try:
        yield
    finally:
        connection.execute(f"SET search_path = {text(path)}")
        connection.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")


def _load(
    mapping: Mapping,
    wanted_maps: Sequence[TriplesMap],
    connection: duckdb.DuckDBPyConnection,
    engine: Engine,
    direct: Direct | None,
    quads: Quads,
    root: Path,
    wrong: list[IomldError],
    scope: ReadScope,
    rows: int | None,
    journal: Journal,
) -> dict[str, Loaded]:
    """Read each source once, for all triples maps that draw on it, with those that they refer to.

    :param wrong: takes the values that functions cannot work with
    :raises SourceError: every mistake of every source
    """
    errors: list[IomldError] = []
    asked: dict[LogicalSource | View, dict[str, SourceLocation]] = {}
    calls: dict[LogicalSource | View, dict[Call, None]] = {}
    joined = needed_by(wanted_maps, mapping)
    needed = {each.id for each in (*wanted_maps, *(parent for parent, _ in joined))}
    maps = [each for each in mapping.triples_maps if each.id in needed]
    for triples_map in maps:
        wanted = asked.setdefault(triples_map.source, {})
        for name, where in references_of(triples_map):
            wanted.setdefault(name, where.location)
        calls.setdefault(triples_map.source, {}).update(dict.fromkeys(calls_of(triples_map)))
    for parent, reference in joined:
        for join in reference.joins:
            for name in references(join.parent.expression):
                asked[parent.source].setdefault(name, join.location)
        for call in parent_calls(reference):
            calls[parent.source][call] = None
            for name in references(call):
                asked[parent.source].setdefault(name, call.location)
    loaded: dict[LogicalSource | View, Loaded] = {}
    for index, (source, wanted) in enumerate(asked.items()):
        table = f"iomld_s{index}"
        try:
            if direct and isinstance(source, LogicalSource) and not calls[source]:
                found = direct(source, wanted, table, quads.add_source)
                if found is not None:
                    loaded[source] = Loaded(found, {})
                    journal.note_rows(engine, found.table, quads.sources)
                    continue
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
                relation = replace(relation, table=f"{table}_n")
            relation, columns = extend(connection, relation, calls[source], quads.sources.__getitem__, wrong)
            engine.adopt(relation.table)
            journal.note_rows(engine, relation.table, quads.sources)
            loaded[source] = Loaded(relation, columns)
        except IomldError as error:
            errors.append(error)
    raise_all(errors)
    return {triples_map.id: loaded[triples_map.source] for triples_map in maps}


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
    told: set[tuple[object, ...]] = set()  # the same term may be made under several conditions
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
            mistake = (check.id, check.fields, source, row, value)
            if mistake in told:
                continue
            told.add(mistake)
            place = SourceLocation(sources[source], row=row, field=check.fields[0] if len(check.fields) == 1 else None)
            shown = value if len(value) <= 80 else value[:79] + "…"
            errors.append(SourceError(check.id, check.message.format(shown), location=place, hint=check.hint))
