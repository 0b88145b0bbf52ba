"""Triples maps to rules: each way in which a record makes a quad, as SQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from iomld.engine import Engine
from iomld.errors import IomldError, MappingError
from iomld.graph import Rule
from iomld.mapping.expressions import Check, Generator, TargetSql, TermSql, references
from iomld.mapping.gathering import Gathered, Gathering, Joined
from iomld.mapping.model import (
    Call,
    Constant,
    Join,
    PredicateObjectMap,
    RefObjectMap,
    TermMap,
    TriplesMap,
)
from iomld.mapping.model import (
    Mapping as Model,
)
from iomld.mapping.naming import RDF_TYPE, shown_expression
from iomld.mapping.scope import unique
from iomld.mapping.termmaps import Scope
from iomld.mapping.walking import parent_of
from iomld.sources import Column, Relation
from iomld.terms import PrefixMap

__all__ = ["Emit", "Loaded", "emits_of"]

_DEFAULT_GRAPHS = {"<http://w3id.org/rml/defaultGraph>", "<http://www.w3.org/ns/r2rml#defaultGraph>"}


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
    #: table of the other triples map and the columns of it that a join compares; empty where there is no join
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
    def checks(self) -> Iterator[Check]:
        """The checks of all its terms."""
        for term in (self.subject, self.predicate, self.object, self.graph):
            yield from term.checks


class _Emitter:
    def __init__(
        self,
        triples_map: TriplesMap,
        index: int,
        model: Model,
        loaded: Mapping[str, Loaded],
        rules: list[Rule],
        errors: list[IomldError],
        engine: Engine,
        lenient: bool,
    ) -> None:
        self.lenient = lenient
        self.dialect = engine.dialect
        self.triples_map = triples_map
        self.model = model
        self.loaded = loaded
        self.rules = rules
        self.errors = errors
        self.prefixes = PrefixMap(model.prefixes)
        self.numbers = itertools.count(index * 10_000)
        own = loaded[triples_map.id]
        self.origin = f"{own.relation.table} c"
        self.scope = self._scope(triples_map, "c")
        self.checked: list[Emit] = []
        self.joined: dict[str, tuple[str, ...]] = {}
        self.graphs: dict[TermMap, TermSql] = {}
        self.told: set[tuple[str, tuple[TargetSql, ...]]] = set()
        self.gathering = Gathering(
            engine,
            self.scope,
            self.origin,
            self._join,
            lambda term: self._conditions(self.scope, term.conditions),
            self._note,
        )
        self.subject = (
            TermSql(("NULL",), needs=("NULL",)) if triples_map.subject.gather else self.scope.term(triples_map.subject)
        )

    def _note(self, origin: str, term: TermSql, conditions: tuple[str, ...]) -> None:
        """Have the terms of a collection checked like all others."""
        if term.checks:
            empty = TermSql.constant("")
            self.checked.append(Emit(origin, empty, empty, term, empty, conditions, -1))

    def _scope(self, triples_map: TriplesMap, alias: str) -> Scope:
        own = self.loaded[triples_map.id]
        base = triples_map.base or self.model.base
        record = f"m{next(i for i, each in enumerate(self.model.triples_maps) if each.id == triples_map.id)}"
        return Scope(
            own.relation,
            alias,
            own.calls,
            base,
            self.errors,
            self.numbers,
            record,
            self.lenient,
            dialect=self.dialect,
        )

    def _conditions(self, scope: Scope, calls: tuple[Call, ...]) -> tuple[str, ...]:
        return tuple(self._true(f"{scope.alias}.{scope.calls[call].sql}", scope.calls[call].many) for call in calls)

    def _true(self, value: str, many: bool) -> str:
        return self.dialect("holds", value, "'true'") if many else f"{value} = 'true'"

    def _rule(self, predicate: object, location: TermMap | RefObjectMap, fields: tuple[str, ...]) -> int:
        name = f"{self.triples_map.name} / {shown_expression(predicate, self.prefixes)}"
        self.rules.append(Rule(name, location.location, self.subject.fields, fields))
        return len(self.rules) - 1

    def _class(self, iri: str) -> TermSql:
        return TermSql.constant(f"<{iri}>", self.dialect)

    def _graphs(self, maps: tuple[TermMap, ...]) -> list[TermSql]:
        for each in maps:
            if each in self.graphs:
                continue  # collections are made once for a graph map, however many predicate-object maps there are
            if isinstance(each.expression, Constant) and each.expression.term in _DEFAULT_GRAPHS:
                self.graphs[each] = TermSql.constant("")
            else:
                self.graphs[each] = self._unless_default(self.scope.term(each))
        return [self.graphs[each] for each in maps] or [TermSql.constant("")]

    def _unless_default(self, graph: TermSql) -> TermSql:
        """A graph, or the default one where a record makes its name (RML-Core, Assigning Triples to Named Graphs)."""
        names = [
            each for each in sorted(_DEFAULT_GRAPHS) if each.startswith(graph.opening) and each.endswith(graph.closing)
        ]
        if not names:
            return graph
        listed = ", ".join(map(self.dialect.text, names))
        spelt = f"CASE WHEN {graph.sql} IN ({listed}) THEN '' ELSE {graph.sql} END"
        return replace(graph, pieces=(spelt,), opening="", closing="", injective=False)

    def emits(self) -> Iterator[Emit]:
        mapping = self.triples_map
        own = self._conditions(self.scope, mapping.subject.conditions)
        type_ = TermSql.constant(RDF_TYPE)
        if mapping.subject.gather is not None and not mapping.classes and not mapping.predicate_objects:
            for graph in self._graphs(mapping.graphs):
                yield from self._quads(self._subject(graph), graph, self._rule(None, mapping.subject, ()))
        for each in mapping.classes:
            rule = self._rule(Constant(RDF_TYPE), mapping.subject, ())
            for graph in self._graphs(mapping.graphs):
                made = self._subject(graph)
                yield from self._quads(made, graph, rule)
                yield Emit(self.origin + made.clause, made.heads, type_, self._class(each), graph, own, rule)
        for pom in mapping.predicate_objects:
            graphs = self._graphs((*mapping.graphs, *pom.graphs))
            conditions = (*own, *self._conditions(self.scope, pom.conditions))
            some = (*own, *self._of_some_statement(pom))
            for predicate_map in pom.predicates:
                predicate = self.scope.term(predicate_map)
                when = (*conditions, *self._conditions(self.scope, predicate_map.conditions))
                for object_map in pom.objects:
                    yield from self._statements(predicate_map, predicate, object_map, graphs, when, some, pom.inverse)
        yield from self.checked

    def _statements(
        self,
        predicate_map: TermMap,
        predicate: TermSql,
        object_map: TermMap | RefObjectMap,
        graphs: list[TermSql],
        when: tuple[str, ...],
        some: tuple[str, ...],
        inverse: bool,
    ) -> Iterator[Emit]:
        """The statements of a predicate and an object map.

        :param when: the conditions under which they are made
        :param some: those under which any statement is made that has the same collections
        """
        origin = self.origin
        extra: tuple[str, ...] = ()
        if isinstance(object_map, RefObjectMap):
            other = self._join(object_map)
            if other is None:
                return
            origin, term, extra = other.origin, other.term, other.conditions
        elif object_map.gather is None:
            term, extra = self.scope.term(object_map), self._conditions(self.scope, object_map.conditions)
        else:
            term = TermSql(("NULL",), needs=("NULL",))
        rule = self._rule(predicate_map.expression, object_map, term.fields)
        for graph in graphs:
            made = self._subject(graph)
            yield from self._quads(made, graph, rule)
            clause, subject = made.clause, made.heads
            if isinstance(object_map, TermMap) and object_map.gather is not None:
                made = self.gathering.gather(object_map, graph, some)
                yield from self._quads(made, graph, rule, subject, predicate)
                clause, term = clause + made.clause, made.heads
            joined = self.joined.get(origin, ())
            emit = Emit(origin + clause, subject, predicate, term, graph, (*when, *extra), rule, joined)
            yield replace(emit, subject=emit.object, object=emit.subject) if inverse else emit

    def _subject(self, graph: TermSql) -> Gathered:
        if self.triples_map.subject.gather is None:
            return Gathered("", self.subject, None)
        return self.gathering.gather(self.triples_map.subject, graph, self._standing[graph.sql])

    @cached_property
    def _standing(self) -> dict[str, tuple[str, ...]]:
        """The graphs in which gathered subjects stand, each with the conditions under which they do.

        Beyond those of the subject map, there are some only in graphs that predicate-object maps name.
        """
        mapping = self.triples_map
        ways: dict[str, list[tuple[str, ...]]] = {}
        named = [pom for pom in mapping.predicate_objects if pom.graphs]
        if mapping.graphs or mapping.classes or not named or len(named) < len(mapping.predicate_objects):
            ways = {graph.sql: [()] for graph in self._graphs(mapping.graphs)}
        for pom in named:
            for graph in self._graphs(pom.graphs):
                ways.setdefault(graph.sql, []).append(self._of_some_statement(pom))
        own = self._conditions(self.scope, mapping.subject.conditions)
        return {graph: (*own, *_either(found)) for graph, found in ways.items()}

    def _of_some_statement(self, pom: PredicateObjectMap) -> tuple[str, ...]:
        """The conditions under which a predicate-object map makes statements with one of its predicates at least."""
        own = self._conditions(self.scope, pom.conditions)
        return (*own, *_either([self._conditions(self.scope, each.conditions) for each in pom.predicates]))

    def _quads(self, made: Gathered, graph: TermSql, rule: int, *beside: TermSql) -> Iterator[Emit]:
        """The quads that collections are made of, once for the same files.

        :param beside: the other terms of a statement, which goes to the files that they name together with its object
        """
        targets = tuple(
            each for each in unique(*(term.targets for term in (made.heads, graph, *beside))) if not each.needs
        )
        if made.quads is None or (made.quads, targets) in self.told:
            return
        self.told.add((made.quads, targets))
        default = graph == TermSql.constant("")
        yield Emit(
            f"{made.quads} c",
            TermSql(("c.subject",), targets=targets),
            TermSql(("c.predicate",), opening=RDF_TYPE.removesuffix("type>"), closing=">"),
            TermSql(("c.object",)),
            graph if default else TermSql(("c.graph",)),
            (),
            rule,
        )

    def _join(self, reference: RefObjectMap, ordered: bool = False) -> Joined | None:
        try:
            parent = parent_of(reference, self.model)
        except MappingError as error:
            self.errors.append(error)
            return None
        if not reference.joins and parent.source == self.triples_map.source:
            # without a condition the subject is made from the same record
            scope = self._scope(parent, "c")
            scope.ordered = ordered
            term = scope.term(parent.subject)
            return Joined(self.origin, term, self._conditions(scope, parent.subject.conditions), ())
        scope = self._scope(parent, "p")
        scope.ordered = ordered
        term = scope.term(parent.subject)
        pairs = [self._pair(join, scope) for join in reference.joins]
        fields = tuple(dict.fromkeys(field for join in reference.joins for field in references(join.child.expression)))
        on = " AND ".join(pairs) or "true"
        origin = f"{self.origin} JOIN {scope.relation.table} p ON {on}"
        compared = [scope.text_list(join.parent.expression)[0] for join in reference.joins if join.parent.expression]
        self.joined[origin] = (scope.relation.table, *compared)
        conditions = (
            *self._conditions(scope, parent.subject.conditions),
            *self._conditions(self.scope, reference.conditions),
        )
        record = tuple(f"p.{each}" for each in scope.relation.key)
        return Joined(origin, replace(term, fields=fields, injective=False), conditions, record)

    def _pair(self, join: Join, scope: Scope) -> str:
        sides = []
        for side, term in ((self.scope, join.child), (scope, join.parent)):
            sides.append(side.text_list(term.expression) if term.expression is not None else ("NULL", False))
        (child, child_many), (parent, parent_many) = sides
        if child_many and parent_many:
            return self.dialect("share", child, parent)
        if child_many:
            return self.dialect("holds", child, parent)
        if parent_many:
            return self.dialect("holds", parent, child)
        return f"{child} = {parent}"


def _either(ways: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The condition that the conditions of one way at least hold; a way without conditions always does."""
    if () in ways:
        return ()
    joined = dict.fromkeys(" AND ".join(each) for each in ways)
    return ways[0] if len(joined) == 1 else (f"({' OR '.join(f'({each})' for each in joined)})",)


def emits_of(
    triples_map: TriplesMap,
    index: int,
    model: Model,
    loaded: Mapping[str, Loaded],
    rules: list[Rule],
    errors: list[IomldError],
    engine: Engine,
    *,
    lenient: bool = False,
) -> list[Emit]:
    """All ways in which a triples map makes quads.

    :param loaded: the relation of each triples map, by its id
    :param engine: holds the relations, runs what is made here, and takes the quads of collections
    :param rules: takes the rules; the emits point into it
    :param errors: takes what is wrong whatever the data say
    :param lenient: whether a value that makes no legal term makes none
    """
    emitter = _Emitter(triples_map, index, model, loaded, rules, errors, engine, lenient)
    return list(itertools.chain.from_iterable(map(_by_target, emitter.emits())))


def _by_target(emit: Emit) -> Iterator[Emit]:
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
