"""Walking over triples maps: their term maps, calls and references, and the triples maps that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from iomld.errors import MappingError, nearest
from iomld.mapping.expressions import references
from iomld.mapping.model import Call, RefObjectMap, Target, Template, TermMap, TriplesMap, View
from iomld.mapping.model import Mapping as Model
from iomld.sources import LogicalSource, local_files

__all__ = [
    "calls_of",
    "conditions_of",
    "files_read",
    "logical_sources",
    "needed_by",
    "parent_calls",
    "parent_of",
    "parent_references",
    "parents_of",
    "references_of",
    "term_maps",
]


def term_maps(triples_map: TriplesMap) -> Iterator[TermMap]:
    """All term maps that are read from the triples map's own records."""

    def inner(term: TermMap) -> Iterator[TermMap]:
        yield term
        for each in (term.language, term.datatype):
            if each is not None:
                yield from inner(each)
        for member in term.gather.maps if term.gather is not None else ():
            if isinstance(member, TermMap):
                yield from inner(member)
            else:
                yield from (join.child for join in member.joins)

    yield from inner(triples_map.subject)
    for graph in triples_map.graphs:
        yield from inner(graph)
    for pom in triples_map.predicate_objects:
        for term in (*pom.predicates, *pom.graphs):
            yield from inner(term)
        for each in pom.objects:
            if isinstance(each, TermMap):
                yield from inner(each)
            else:
                for join in each.joins:
                    yield join.child


def calls_of(triples_map: TriplesMap) -> Iterator[Call]:
    """The outermost calls of a triples map."""
    for term in term_maps(triples_map):
        if isinstance(term.expression, Call):
            yield term.expression
    yield from conditions_of(triples_map)


def conditions_of(triples_map: TriplesMap) -> Iterator[Call]:
    """The conditions of all maps of a triples map."""
    maps: list[TermMap | RefObjectMap] = []
    for term in term_maps(triples_map):
        maps += (term, *(term.gather.maps if term.gather is not None else ()))
    for pom in triples_map.predicate_objects:
        yield from pom.conditions
        maps += pom.objects
    for each in maps:
        yield from each.conditions


def logical_sources(source: LogicalSource | View) -> Iterator[LogicalSource]:
    """The sources that a view draws on; a source is its own."""
    if isinstance(source, LogicalSource):
        yield source
    else:
        yield from logical_sources(source.on)
        for join in source.joins:
            yield from logical_sources(join.view)


def files_read(mapping: Model) -> list[Path]:
    """The files that a mapping reads, so far as they are there."""
    views = dict.fromkeys(each.source for each in mapping.triples_maps)
    return [path for view in views for source in logical_sources(view) for path in local_files(source)]


def parent_calls(reference: RefObjectMap) -> Iterator[Call]:
    """The calls that the joins of a reference make on the records of its parent."""
    for join in reference.joins:
        if isinstance(join.parent.expression, Call):
            yield join.parent.expression
        yield from join.parent.conditions


def references_of(triples_map: TriplesMap) -> Iterator[tuple[str, TermMap | Call | Target]]:
    """The references of a triples map, each with the map or target that asks for it."""
    for term in term_maps(triples_map):
        for reference in references(term.expression):
            yield reference, term
        for target in term.targets:
            if isinstance(target.path, Template):
                for reference in references(target.path):
                    yield reference, target
    for call in calls_of(triples_map):
        for reference in references(call):
            yield reference, call


def parent_of(reference: RefObjectMap, model: Model) -> TriplesMap:
    """The triples map that a reference names.

    :raises MappingError: ``unknown-mapping`` with the nearest names
    """
    for triples_map in model.triples_maps:
        if triples_map.id == reference.parent:
            return triples_map
    local = reference.parent.rpartition("#")[2]
    names = {each.name for each in model.triples_maps}
    raise MappingError(
        "unknown-mapping",
        f"there is no mapping “{local}”",
        location=reference.location,
        hint=nearest(local, names) or f"known are {', '.join(sorted(names))}",
    )


def parents_of(triples_map: TriplesMap, mapping: Model) -> list[tuple[TriplesMap, RefObjectMap]]:
    """The triples maps whose subjects a triples map refers to, each with the reference.

    :raises MappingError: ``unknown-mapping``
    """
    return [(parent_of(each, mapping), each) for each in parent_references(triples_map)]


def needed_by(triples_maps: Iterable[TriplesMap], mapping: Model) -> list[tuple[TriplesMap, RefObjectMap]]:
    """The triples maps to which triples maps refer, and those from which these gather their subjects in turn.

    :raises MappingError: ``unknown-mapping``
    """
    found: list[tuple[TriplesMap, RefObjectMap]] = []
    asked = list(triples_maps)
    for each in asked:
        pairs = parents_of(each, mapping)
        found += pairs
        asked += (parent for parent, _ in pairs if parent.subject.gather is not None and parent not in asked)
    return found


def parent_references(triples_map: TriplesMap) -> Iterator[RefObjectMap]:
    """The references of a triples map to others, with those in its collections."""

    def inner(term: TermMap | RefObjectMap) -> Iterator[RefObjectMap]:
        if isinstance(term, RefObjectMap):
            yield term
        else:
            for member in term.gather.maps if term.gather is not None else ():
                yield from inner(member)

    yield from inner(triples_map.subject)
    for pom in triples_map.predicate_objects:
        for each in pom.objects:
            yield from inner(each)
