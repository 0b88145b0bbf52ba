"""The ways in which records make quads."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from iomld.mapping.expressions import Check, Generator, TargetSql, TermSql
from iomld.mapping.model import Call
from iomld.sources import Column, Relation

__all__ = ["Emit", "Loaded", "by_target"]


@dataclass(frozen=True)
class Loaded:
    """A source that has been read: its relation, with the columns of the calls made on it."""

    relation: Relation
    calls: Mapping[Call, Column]


@dataclass(frozen=True)
class Emit:
    """One way in which a record makes a quad.

    :param origin: ``FROM`` clause; records come from the alias ``c``
    :param conditions: SQL conditions on the record
    :param rule: index of the rule; -1 where the terms are only to be checked, since they made a collection
    """

    origin: str
    subject: TermSql
    predicate: TermSql
    object: TermSql
    graph: TermSql
    conditions: tuple[str, ...]
    rule: int
    #: table of the other triples map and its columns that a join compares with one value; empty where there is no join
    joined: tuple[str, ...] = ()

    @property
    def generators(self) -> tuple[Generator, ...]:
        """The generators of all its terms."""
        terms = (self.subject, self.predicate, self.object, self.graph)
        return tuple(dict.fromkeys(itertools.chain.from_iterable(term.generators for term in terms)))

    @property
    def targets(self) -> tuple[TargetSql, ...]:
        """The files that take the quads in place of the output."""
        terms = (self.subject, self.predicate, self.object, self.graph)
        return tuple(dict.fromkeys(itertools.chain.from_iterable(term.targets for term in terms)))

    @property
    def graph_pieces(self) -> tuple[str, ...]:
        """Text that follows the object in a line: a blank and the graph, nothing for the default graph."""
        if self.graph == TermSql.constant(""):
            return ()
        if self.graph.opening:
            return ("' '", *self.graph.pieces)
        return (f"CASE {self.graph.sql} WHEN '' THEN '' ELSE ' ' || {self.graph.sql} END",)

    @property
    def checks(self) -> Iterator[Check]:
        """The checks of all its terms."""
        for term in (self.subject, self.predicate, self.object, self.graph):
            yield from term.checks


def by_target(emit: Emit) -> Iterator[Emit]:
    """What goes to files that records name, and what goes to the output since they do not."""
    if not emit.targets or not all(each.needs for each in emit.targets):
        yield emit
        return
    named = [" AND ".join(f"{need} IS NOT NULL" for need in each.needs) for each in emit.targets]
    yield replace(emit, conditions=(*emit.conditions, f"({' OR '.join(named)})"))
    subject, predicate, object_, graph = (
        replace(term, targets=()) for term in (emit.subject, emit.predicate, emit.object, emit.graph)
    )
    conditions = (*emit.conditions, *(f"NOT ({each})" for each in named))
    yield replace(emit, subject=subject, predicate=predicate, object=object_, graph=graph, conditions=conditions)
