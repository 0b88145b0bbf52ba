"""Terms gathered into lists and containers (RML-CC).

Source: RML-CC. Gather maps that make the same head for several records make one collection, in the order of the
records; a list that is empty is rdf:nil where empty ones are allowed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from iomld.engine import Engine
from iomld.mapping.expressions import TargetSql, TermSql, label_within
from iomld.mapping.heads import Gathered, Heads, Joined, Key
from iomld.mapping.model import Gather, RefObjectMap, TermMap
from iomld.mapping.termmaps import Scope

__all__ = ["Gathering"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _within(term: str, graph: str) -> str:
    """A term in a graph: see :meth:`iomld.mapping.expressions.TermSql.within`."""
    return label_within(term, graph) if term.startswith("_:") else term


class Gathering:
    """Makes the collections of one triples map: asked of the engine, put together here, and handed to it again.

    :param join: puts a reference to another triples map into SQL, with the places of values where it is asked for
    :param when: gives the conditions of calls
    """

    def __init__(
        self,
        engine: Engine,
        scope: Scope,
        origin: str,
        join: Callable[[RefObjectMap, bool], Joined | None],
        when: Callable[[TermMap], tuple[str, ...]],
        note: Callable[[str, TermSql, tuple[str, ...]], None],
    ) -> None:
        self.engine = engine
        self.dialect = engine.dialect
        self.scope = scope
        self.origin = origin
        self.join = join
        self.when = when
        self.note = note
        self.blanks = itertools.count()
        # a map of the same source has tables of its own
        self.name = f"{scope.relation.table}_{scope.record}"
        self.key = scope.relation.key
        self.record = ", ".join(f"c.{each}" for each in self.key)
        self._made: dict[tuple[int, str], Gathered] = {}

    def gather(self, term: TermMap, graph: TermSql, conditions: tuple[str, ...]) -> Gathered:
        """Make the collections of a term map in a graph."""
        made = self._made.get((id(term), graph.sql))
        if made is not None:
            return made
        quads: list[tuple[Any, ...]] = []
        by_record = self._collect(term, graph, conditions, quads)
        targets = self.scope.term(TermMap(None, "blank", term.location, targets=term.targets)).targets
        heads = self._heads(by_record, f"h{next(self.scope.numbers)}", targets)
        table = f"{self.name}q{next(self.scope.numbers)}"
        if quads:
            columns = dict.fromkeys(("subject", "predicate", "object", "graph"), "VARCHAR")
            self._hand_over(table, {**columns, "source": "INTEGER", "row": "BIGINT"}, quads)
        clause, head = heads.sql("c", self.key, graph, self.dialect)
        made = self._made[id(term), graph.sql] = Gathered(clause, head, table if quads else None, heads)
        return made

    def _heads(
        self, by_record: Mapping[Key, Mapping[str, list[str]]], name: str, targets: tuple[TargetSql, ...]
    ) -> Heads:
        table = f"{self.name}{name}"
        columns = dict.fromkeys(self.key, "BIGINT") | {"graph": "VARCHAR", "graphs": "VARCHAR[]", "heads": "VARCHAR[]"}
        found = (
            (*key, each, list(graphs), heads) for key, graphs in by_record.items() for each, heads in graphs.items()
        )
        self._hand_over(table, columns, list(found))
        return Heads(by_record, table, targets)

    def all_heads(self, gathered: Iterable[Gathered]) -> Heads:
        """The heads of a term map in all graphs, for the maps that refer to it."""
        every = [each.heads for each in gathered if each.heads is not None]
        by_record: dict[Key, dict[str, list[str]]] = {}
        for each in every:
            for key, graphs in each.by_record.items():
                for graph, found in graphs.items():
                    known = by_record.setdefault(key, {}).get(graph, ())
                    by_record[key][graph] = list(dict.fromkeys((*known, *found)))
        return self._heads(by_record, "h", every[0].targets)

    def _hand_over(self, table: str, columns: Mapping[str, str], rows: list[tuple[Any, ...]]) -> None:
        """Make rows known to the engine as a table."""
        connection = self.engine.connection
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {type}' for name, type in columns.items())})")
        if rows:
            values = ", ".join(f"unnest(${index}::{type}[])" for index, type in enumerate(columns.values(), 1))
            connection.execute(
                f"INSERT INTO {table} SELECT {values}", [list(column) for column in zip(*rows, strict=True)]
            )
        self.engine.adopt(table)

    def _collect(
        self, term: TermMap, graph: TermSql, conditions: tuple[str, ...], quads: list[tuple[Any, ...]]
    ) -> dict[Key, dict[str, list[str]]]:
        """Make the collections, and those within them; the heads for each record and graph.

        :param quads: takes the quads that they are made of, with their origins
        """
        gather = term.gather
        assert gather is not None
        conditions = (*conditions, *self.when(term))
        records = self._records(term, graph, conditions)
        members = [self._members(each, graph, conditions, quads) for each in gather.maps]
        collections: dict[tuple[str, str], tuple[Key, list[str]]] = {}
        heads: dict[Key, dict[str, list[str]]] = {}
        for key, graph_term, head in records:
            for values in self._choices(gather, [each(key, graph_term) for each in members]):
                if not values and not gather.allow_empty:
                    continue
                found = heads.setdefault(key, {}).setdefault(graph_term, [])
                if not values and gather.kind == "List":
                    found.append(f"<{_RDF}nil>")
                    continue
                spelt = head or self._blank()
                collection = collections.setdefault((spelt, graph_term), (key, []))
                collection[1].extend(values)
                label = self._label(spelt, graph_term, term)
                if label not in found:
                    found.append(label)
        for (spelt, graph_term), (key, values) in collections.items():
            head = self._label(spelt, graph_term, term)
            for triple in self._triples(gather.kind, head, values):
                quads.append((*triple, graph_term, *key[:2]))
        return heads

    def _label(self, head: str, graph: str, term: TermMap) -> str:
        """A list has one beginning in each graph; one without a name has it already."""
        return head if term.expression is None else _within(head, graph)

    def _blank(self) -> str:
        return f"_:{self.scope.record}c{next(self.scope.numbers)}x{next(self.blanks)}"

    def _records(
        self, term: TermMap, graph: TermSql, conditions: tuple[str, ...]
    ) -> Iterator[tuple[Key, str, str | None]]:
        """The records, each with its graphs and with the heads that the term map names."""
        graphs = self._terms(self.origin, graph, conditions)
        heads: Mapping[Key, Sequence[str | None]] = {}
        if term.expression is not None:
            named = self._ordered(TermMap(term.expression, term.term_type, term.location))
            self.note(self.origin, named, conditions)
            heads = self._terms(self.origin, named, conditions, self._places(named))
        for key, found in graphs.items():
            # a graph is a set: a graph map that gives its name twice gives it once
            for each in dict.fromkeys(found):
                for head in (None,) if term.expression is None else heads.get(key, ()):
                    yield key, each, head

    def _members(
        self,
        each: TermMap | RefObjectMap,
        graph: TermSql,
        conditions: tuple[str, ...],
        quads: list[tuple[Any, ...]],
    ) -> Callable[[Key, str], list[str]]:
        """What gives the members that a map makes of a record in a graph, in their order."""
        if isinstance(each, TermMap) and each.gather is not None:
            heads = self._collect(each, graph, conditions, quads)
            return lambda key, graph_term: heads.get(key, {}).get(graph_term, [])
        if isinstance(each, RefObjectMap):
            joined = self.join(each, True)
            if joined is None:
                return lambda key, graph_term: []
            origin, term, conditions = joined.origin, joined.term, (*conditions, *joined.conditions)
            order = tuple(f"{joined.alias}.{name}" for name in joined.key)
            if joined.heads is not None:
                return self._referred(joined.heads, origin, order, conditions)
        else:
            origin, term, order = self.origin, self._ordered(each), ()
            conditions = (*conditions, *self.when(each))
        self.note(origin, term, conditions)
        members = self._terms(origin, term, conditions, (*order, *self._places(term)))
        return lambda key, graph_term: [_within(member, graph_term) for member in members.get(key, ())]

    def _referred(
        self, heads: Heads, origin: str, theirs: tuple[str, ...], conditions: tuple[str, ...]
    ) -> Callable[[Key, str], list[str]]:
        """What gives the gathered subjects of another triples map."""
        records: dict[Key, list[Key]] = {}
        keys = ", ".join((self.record, *theirs))
        where = " AND ".join(conditions) or "true"
        for row in self.engine.rows(f"SELECT {keys} FROM {origin} WHERE {where} ORDER BY {keys}"):
            records.setdefault(row[: len(self.key)], []).append(row[len(self.key) :])
        return lambda key, graph: [head for record in records.get(key, ()) for head in heads.of(record, graph)]

    def _ordered(self, term: TermMap) -> TermSql:
        self.scope.ordered = True
        made = self.scope.term(term)
        self.scope.ordered = False
        return made

    def _places(self, term: TermSql) -> tuple[str, ...]:
        """The places of the values that an ordered term is made from."""
        return tuple(self.dialect("of_tuple", f"{generator.alias}.v", "3") for generator in term.generators)

    def _terms(
        self, origin: str, term: TermSql, conditions: tuple[str, ...], order: tuple[str, ...] = ()
    ) -> dict[Key, list[str]]:
        """The terms that each record makes; they come in the order of the records, then in the one that is given."""
        where = " AND ".join((f"{term.sql} IS NOT NULL", *conditions))
        generators = "".join(each.clause for each in term.generators)
        found: dict[Key, list[str]] = {}
        for *key, made in self.engine.rows(
            f"SELECT {self.record}, {term.sql} FROM {origin}{generators} WHERE {where} "
            f"ORDER BY {', '.join((self.record, *order, str(len(self.key) + 1)))}"
        ):
            found.setdefault(tuple(key), []).append(made)
        return found

    @staticmethod
    def _choices(gather: Gather, members: list[list[str]]) -> Iterator[list[str]]:
        if gather.cartesian:
            yield from (list(combination) for combination in itertools.product(*members))
        else:
            yield list(itertools.chain.from_iterable(members))

    def _triples(self, kind: str, head: str, values: list[str]) -> Iterator[tuple[str, str, str]]:
        if kind != "List":
            yield head, f"<{_RDF}type>", f"<{_RDF}{kind}>"
            for index, value in enumerate(values, 1):
                yield head, f"<{_RDF}_{index}>", value
            return
        cell = head
        for index, value in enumerate(values, 1):
            yield cell, f"<{_RDF}first>", value
            rest = self._blank() if index < len(values) else f"<{_RDF}nil>"
            yield cell, f"<{_RDF}rest>", rest
            cell = rest
