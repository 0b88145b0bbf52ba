"""What a mapping does, told before it is done."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.graph import Quad
from iomld.location import SourceLocation
from iomld.mapping.distinct import may_collide
from iomld.mapping.doubts import literals_like_iris, never_true, without_subject
from iomld.mapping.model import Mapping
from iomld.mapping.planning import from_clause, planned
from iomld.mapping.rules import Emit
from iomld.mapping.walking import calls_of, parents_of, references_of
from iomld.sources import LogicalSource, shown_access

if TYPE_CHECKING:
    import duckdb

__all__ = ["check", "dry_run", "explain"]


def check(mapping: Mapping, connection: duckdb.DuckDBPyConnection, *, root: Path) -> list[tuple[SourceLocation, str]]:
    """Check a mapping against the headers of its sources, before any record is read.

    :returns: what may be meant otherwise: a place and a sentence
    :raises MappingError: every mistake
    :raises SourceError: sources that are not there, columns that they do not have
    """
    notes: list[tuple[SourceLocation, str]] = []
    with planned(mapping, connection, root=root, rows=0, warn=lambda *note: notes.append(note)) as plan:
        named = {parent.id for each in mapping.triples_maps for parent, _ in parents_of(each, mapping)}
        for triples_map, emits in zip(mapping.triples_maps, plan.emits, strict=True):
            if not emits and triples_map.subject.gather is None and triples_map.id not in named:
                notes.append(
                    (triples_map.location, f"“{triples_map.name}” makes no triples: it has neither class nor predicate")
                )
        notes += itertools.chain(never_true(mapping), literals_like_iris(mapping), without_subject(mapping))
        every = [(index, emit) for index, emits in enumerate(plan.emits) for emit in emits]
        told = set()
        for position, (index, one) in enumerate(every):
            for other_index, other in every[position + 1 :]:
                pair = (plan.quads.rules[one.rule], plan.quads.rules[other.rule])
                if pair in told or not may_collide(one, other):
                    continue
                if _same_shape(one, other) if index != other_index else _same(one, other):
                    told.add(pair)
                    notes.append(
                        (
                            pair[1].location,
                            f"“{pair[1].name}” may make the same triples as “{pair[0].name}” ({pair[0].location})",
                        )
                    )
    return notes


def _same(one: Emit, other: Emit) -> bool:
    """Whether two rules are the same rule."""
    return one.origin == other.origin and all(
        first.sql == second.sql
        for first, second in (
            (one.subject, other.subject),
            (one.predicate, other.predicate),
            (one.object, other.object),
            (one.graph, other.graph),
        )
    )


def _same_shape(one: Emit, other: Emit) -> bool:
    """Whether two rules write subject, predicate and object alike, not merely perhaps alike."""
    return all(
        first.opening == second.opening and first.closing == second.closing and first.opening != ""
        for first, second in (
            (one.subject, other.subject),
            (one.predicate, other.predicate),
            (one.object, other.object),
        )
    )


def explain(mapping: Mapping, connection: duckdb.DuckDBPyConnection, *, root: Path) -> Iterator[str]:
    """The plan of a mapping, in words and as SQL; only headers are read."""
    with planned(mapping, connection, root=root, rows=0) as plan:
        sources: dict[object, list[str]] = {}
        for triples_map in mapping.triples_maps:
            sources.setdefault(triples_map.source, []).append(triples_map.name)
        for index, (source, names) in enumerate(sources.items()):
            maps = [each for each in mapping.triples_maps if each.source == source]
            asked = sorted({reference for each in maps for reference, _ in references_of(each)})
            functions = sorted({call.function for each in maps for call in calls_of(each)})
            what = (
                f"{shown_access(source)} ({source.formulation})"
                if isinstance(source, LogicalSource)
                else "a logical view"
            )
            yield f"source s{index}: {what}, read once for {', '.join(dict.fromkeys(names))}"
            yield f"  references: {', '.join(asked) or 'none'}"
            if functions:
                yield f"  functions, once for each set of arguments: {', '.join(functions)}"
        passes: dict[tuple[str, tuple[str, ...]], list[Emit]] = {}
        for emit in itertools.chain.from_iterable(plan.emits):
            passes.setdefault((from_clause(emit, emit.generators), emit.conditions), []).append(emit)
        for number, ((origin, conditions), emits) in enumerate(passes.items(), 1):
            yield f"pass {number}: {len(emits)} rule{'s' * (len(emits) > 1)} over each record of"
            yield f"  FROM {origin}{' WHERE ' + ' AND '.join(conditions) if conditions else ''}"
            for emit in emits:
                rule = plan.quads.rules[emit.rule]
                yield f"  {rule.name}  [{rule.location}]"
                for role, term in (("s", emit.subject), ("p", emit.predicate), ("o", emit.object), ("g", emit.graph)):
                    if term.sql != "('')":
                        yield f"    {role} {term.sql}"


def dry_run(
    mapping: Mapping, connection: duckdb.DuckDBPyConnection, rows: int, *, root: Path
) -> Iterator[tuple[Quad, str]]:
    """The quads that the first records of each source make, each with its rule and place."""
    from iomld.mapping.materialize import insert

    with planned(mapping, connection, root=root, rows=rows) as plan:
        for emits in plan.emits:
            insert(connection, emits, origins=True)
        for row in connection.execute("SELECT * FROM quad ORDER BY source, row, rule, object").fetchall():
            origin = plan.quads.origin(*row[4:])
            yield row[:4], f"{origin.location}  {origin.rule.name if origin.rule else ''}"
