"""Triples maps to rules: each way in which a record makes a quad, as SQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from iomld.engine import Engine
from iomld.errors import IomldError
from iomld.graph import Rule
from iomld.mapping.emits import Emit, Loaded, by_target
from iomld.mapping.expressions import NOTHING, TargetSql, TermSql
from iomld.mapping.gathering import Gathering
from iomld.mapping.heads import Gathered, Heads, Joined
from iomld.mapping.model import Call, Constant, PredicateObjectMap, RefObjectMap, TermMap, TriplesMap
from iomld.mapping.model import Mapping as Model
from iomld.mapping.naming import RDF_TYPE, shown_expression
from iomld.mapping.referring import References
from iomld.mapping.scope import unique
from iomld.mapping.termmaps import Scope
from iomld.terms import PrefixMap

__all__ = ["Emit", "Emitters", "Loaded"]

_DEFAULT_GRAPHS = {"<http://w3id.org/rml/defaultGraph>", "<http://www.w3.org/ns/r2rml#defaultGraph>"}


def _under(term: TermSql, conditions: tuple[str, ...]) -> TermSql:
    """A term that is made, and checked, only under conditions."""
    if not conditions:
        return term
    all_hold = " AND ".join(conditions)
    sql = f"CASE WHEN {all_hold} THEN {term.sql} END"
    checks = tuple(replace(check, holds=f"(NOT ({all_hold}) OR {check.holds})") for check in term.checks)
    return replace(term, pieces=(sql,), needs=(sql,), checks=checks, injective=False)


def _conditions_of(term: TermMap) -> tuple[Call, ...]:
    """The conditions of a term map, and of its language and datatype, without which it makes no term."""
    maps = (term, term.language, term.datatype)
    return tuple(itertools.chain.from_iterable(each.conditions for each in maps if each is not None))


class _Emitter:
    def __init__(self, triples_map: TriplesMap, emitters: Emitters) -> None:
        self.emitters = emitters
        self.lenient = emitters.lenient
        self.dialect = emitters.engine.dialect
        self.triples_map = triples_map
        self.model = emitters.model
        self.loaded = emitters.loaded
        self.rules = emitters.rules
        self.errors = emitters.errors
        self.prefixes = PrefixMap(self.model.prefixes)
        self.numbers = itertools.count(self.model.triples_maps.index(triples_map) * 10_000)
        own = self.loaded[triples_map.id]
        self.origin = f"{own.relation.table} c"
        self.scope = self._scope(triples_map, "c")
        self.checked: list[Emit] = []
        self.graphs: dict[TermMap, TermSql] = {}
        self.told: set[tuple[str, tuple[TargetSql, ...]]] = set()
        self.references = References(self.model, self.scope, self.origin, self._scope, emitters.of, self.errors)
        self.gathering = Gathering(
            emitters.engine,
            self.scope,
            self.origin,
            self.references.join,
            lambda term: self.scope.conditions(_conditions_of(term)),
            self._note,
        )
        self.subject = NOTHING if triples_map.subject.gather else self.scope.term(triples_map.subject)
        self.gathered: dict[str, Gathered] = {}
        self.gathers = False  # whether the subjects are being gathered just now
        self.referred: Heads | None = None

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

    def _rule(self, predicate: object, location: TermMap | RefObjectMap, fields: tuple[str, ...]) -> int:
        name = f"{self.triples_map.name} / {shown_expression(predicate, self.prefixes)}"
        self.rules.append(Rule(name, location.location, self.subject.fields, fields))
        return len(self.rules) - 1

    def _class(self, iri: str) -> TermSql:
        return TermSql.constant(f"<{iri}>", self.dialect)

    def _graphs(self, maps: tuple[TermMap, ...]) -> list[TermSql]:
        """The graphs of statements; the default one where there is no graph map.

        A graph map whose condition is false gives no graph, as one without a value: where all are so, no quad is made.
        """
        for each in maps:
            if each in self.graphs:
                continue  # collections are made once for a graph map, however many predicate-object maps there are
            if isinstance(each.expression, Constant) and each.expression.term in _DEFAULT_GRAPHS:
                term = TermSql.constant("")
            else:
                term = self._unless_default(self.scope.term(each))
            self.graphs[each] = _under(term, self.scope.conditions(each.conditions))
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
        """The ways in which the triples map makes quads, then what is to be checked alone."""
        mapping = self.triples_map
        if mapping.subject.gather is not None:
            # before all else, so that their labels do not depend on who asks for them first
            self._gather()
        own = self.scope.conditions(mapping.subject.conditions)
        type_ = TermSql.constant(RDF_TYPE)
        if mapping.subject.gather is not None and not mapping.classes and not mapping.predicate_objects:
            for graph in self._graphs(mapping.graphs):
                yield from self._quads(self._subject(graph), graph, self._rule(None, mapping.subject, ()))
        for each in mapping.classes:
            rule = self._rule(Constant(RDF_TYPE), mapping.subject, ())
            for graph in self._graphs(mapping.graphs):
                made = self._subject(graph)
                yield from self._quads(made, graph, rule)
                subject = made.term.within(graph, self.dialect)
                yield Emit(self.origin + made.clause, subject, type_, self._class(each), graph, own, rule)
        for pom in mapping.predicate_objects:
            graphs = self._graphs((*mapping.graphs, *pom.graphs))
            conditions = (*own, *self.scope.conditions(pom.conditions))
            some = (*own, *self._of_some_statement(pom))
            for predicate_map in pom.predicates:
                predicate = self.scope.term(predicate_map)
                when = (*conditions, *self.scope.conditions(predicate_map.conditions))
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
        other: Joined | None = None
        if isinstance(object_map, RefObjectMap):
            other = self.references.join(object_map)
            if other is None:
                return
            origin, term, extra = other.origin, other.term, other.conditions
        elif object_map.gather is None:
            term, extra = self.scope.term(object_map), self.scope.conditions(_conditions_of(object_map))
        else:
            term = NOTHING
        rule = self._rule(predicate_map.expression, object_map, term.fields)
        for graph in graphs:
            made = self._subject(graph)
            yield from self._quads(made, graph, rule)
            clause, subject = made.clause, made.term
            if isinstance(object_map, TermMap) and object_map.gather is not None:
                made = self.gathering.gather(object_map, graph, some)
                yield from self._quads(made, graph, rule, subject, predicate)
                clause, term = clause + made.clause, made.term
            elif other is not None and other.heads is not None:
                more, term = other.heads.sql(other.alias, other.key, graph, self.dialect)
                clause += more
            joined = self.references.joined.get(origin, ())
            subject, object_ = subject.within(graph, self.dialect), term.within(graph, self.dialect)
            emit = Emit(origin + clause, subject, predicate, object_, graph, (*when, *extra), rule, joined)
            yield replace(emit, subject=emit.object, object=emit.subject) if inverse else emit

    def _subject(self, graph: TermSql) -> Gathered:
        if self.triples_map.subject.gather is None:
            return Gathered("", self.subject)
        return self._gather()[graph.sql]

    def _gather(self) -> Mapping[str, Gathered]:
        """The gathered subjects in each graph, made when they are first asked for."""
        if not self.gathered:
            self.gathers = True
            own = self.scope.conditions(self.triples_map.subject.conditions)
            for graph, ways in self._standing().values():
                made = self.gathering.gather(self.triples_map.subject, graph, (*own, *_either(ways)))
                self.gathered[graph.sql] = made
            self.gathers = False
        return self.gathered

    def heads(self) -> Heads:
        """The gathered subjects, for the maps that refer to them."""
        if self.referred is None:
            self.referred = self.gathering.all_heads(self._gather().values())
        return self.referred

    def _standing(self) -> Mapping[str, tuple[TermSql, list[tuple[str, ...]]]]:
        """The graphs in which gathered subjects stand, each with the conditions of every way to get there.

        A subject asks for no others than its own, but in a graph that predicate-object maps alone name.
        """
        mapping = self.triples_map
        ways: dict[str, tuple[TermSql, list[tuple[str, ...]]]] = {}
        named = [pom for pom in mapping.predicate_objects if pom.graphs]
        if mapping.graphs or mapping.classes or not named or len(named) < len(mapping.predicate_objects):
            ways = {graph.sql: (graph, [()]) for graph in self._graphs(mapping.graphs)}
        for pom in named:
            for graph in self._graphs(pom.graphs):
                ways.setdefault(graph.sql, (graph, []))[1].append(self._of_some_statement(pom))
        return ways

    def _of_some_statement(self, pom: PredicateObjectMap) -> tuple[str, ...]:
        """The conditions under which a predicate-object map makes statements with one of its predicates at least."""
        own = self.scope.conditions(pom.conditions)
        return (*own, *_either([self.scope.conditions(each.conditions) for each in pom.predicates]))

    def _quads(self, made: Gathered, graph: TermSql, rule: int, *beside: TermSql) -> Iterator[Emit]:
        """The quads that collections are made of, once for the same files.

        :param beside: the other terms of a statement, which goes to the files that they name together with its object
        """
        targets = tuple(
            each for each in unique(*(term.targets for term in (made.term, graph, *beside))) if not each.needs
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


def _either(ways: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The condition that the conditions of one way at least hold; a way without conditions always does."""
    if () in ways:
        return ()
    joined = dict.fromkeys(" AND ".join(each) for each in ways)
    return ways[0] if len(joined) == 1 else (f"({' OR '.join(f'({each})' for each in joined)})",)


class Emitters:
    """What makes the ways in which triples maps make quads.

    :param loaded: the relation of each triples map, by its id; of those too that :func:`needed_by` gives
    :param rules: takes the rules; the emits point into it
    :param errors: takes what is wrong whatever the data say
    :param engine: holds the relations, runs what is made here, and takes the quads of collections
    :param lenient: whether a value that makes no legal term makes none
    """

    def __init__(
        self,
        model: Model,
        loaded: Mapping[str, Loaded],
        rules: list[Rule],
        errors: list[IomldError],
        engine: Engine,
        *,
        lenient: bool = False,
    ) -> None:
        self.model = model
        self.loaded = loaded
        self.rules = rules
        self.errors = errors
        self.engine = engine
        self.lenient = lenient
        self._made: dict[str, _Emitter] = {}

    def emits_of(self, triples_map: TriplesMap) -> list[Emit]:
        """All ways in which a triples map makes quads."""
        return list(itertools.chain.from_iterable(map(by_target, self.of(triples_map).emits())))

    def of(self, triples_map: TriplesMap) -> _Emitter:
        """The one of a triples map: it makes its collections once, whoever asks for them."""
        if triples_map.id not in self._made:
            self._made[triples_map.id] = _Emitter(triples_map, self)
        return self._made[triples_map.id]
