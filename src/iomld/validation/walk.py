"""Paths of more than one step, walked over the relation: one temporary table a step.

Value nodes are a set: each (node, here) stands once, however many ways lead there.
"""

from __future__ import annotations

from itertools import count

from iomld.validation.paths import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from iomld.validation.relation import Relation

__all__ = ["Walker", "inverted"]


def inverted(path: Path) -> Path:
    """The same path from its end to its start, with inverses only on single predicates."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return _pushed(inner)
        case Sequence(paths):
            return Sequence(tuple(inverted(member) for member in reversed(paths)))
        case Alternative(paths):
            return Alternative(tuple(inverted(member) for member in paths))
        case Repeat(inner, modifier):
            return Repeat(inverted(inner), modifier)


def _pushed(path: Path) -> Path:
    match path:
        case Inverse(Predicate()) | Predicate():
            return path
        case Inverse(inner):
            return inverted(inner)
        case Sequence(paths):
            return Sequence(tuple(_pushed(member) for member in paths))
        case Alternative(paths):
            return Alternative(tuple(_pushed(member) for member in paths))
        case Repeat(inner, modifier):
            return Repeat(_pushed(inner), modifier)


class Walker:
    """Walks paths from a query (node, here), where ``here`` starts as the node itself.

    A path of plain steps is one query; a table is made where rows are read more than once.
    """

    def __init__(self, relation: Relation) -> None:
        self._relation = relation
        self._numbers = count()
        self._made: list[str] = []

    def _table(self, query: str) -> str:
        """A query that reads a table with the rows of another."""
        name = f"walk{next(self._numbers)}"
        self._made.append(name)
        self._relation.engine.make(name, query)
        return f"SELECT node, here FROM {name}"

    def walk(self, path: Path, start: str) -> str:
        """A query that selects (node, here), here being the value nodes.

        :param start: SQL that selects (node, here)
        """
        return self._step(_pushed(path), start)

    def clear(self) -> None:
        """Drop the tables that were made."""
        self._relation.engine.drop(*self._made)

    def _step(self, path: Path, source: str) -> str:
        relation = self._relation
        match path:
            case Predicate(iri):
                return (
                    f"SELECT DISTINCT r.node, t.o AS here FROM ({source}) r JOIN t ON t.s = r.here "
                    f"WHERE t.p = {relation.id(iri)}"
                )
            case Inverse(Predicate(iri)):
                return (
                    f"SELECT DISTINCT r.node, t.s AS here FROM ({source}) r JOIN t ON t.o = r.here "
                    f"WHERE t.p = {relation.id(iri)}"
                )
            case Sequence(paths):
                for member in paths:
                    source = self._step(member, source)
                return source
            case Alternative(paths):
                source = self._table(source)
                return " UNION ".join(f"({self._step(member, source)})" for member in paths)
            case Repeat(inner, "?"):
                source = self._table(source)
                return f"({source}) UNION ({self._step(inner, source)})"
            case Repeat(inner, modifier):
                return self._closure(inner, source if modifier == "*" else self._step(inner, source))
        raise AssertionError(path)

    def _closure(self, inner: Path, source: str) -> str:
        """All that is reached by any number of steps: go on from what is new until nothing is."""
        engine = self._relation.engine
        reached = f"walk{next(self._numbers)}"
        self._made.append(reached)
        engine.begin(reached, "node INTEGER, here INTEGER")
        engine.add(reached, source)
        first = len(self._made)
        frontier = f"SELECT node, here FROM {reached}"
        while True:
            step = self._step(inner, frontier)
            fresh = self._table(f"SELECT node, here FROM ({step}) ANTI JOIN {reached} USING (node, here)")
            if engine.rows(f"SELECT count(*) FROM ({fresh})") == [(0,)]:
                return f"SELECT node, here FROM {reached}"
            engine.add(reached, fresh)
            frontier = fresh
            # What the step before was made by is needed no longer.
            engine.drop(*self._made[first:-1])
            del self._made[first:-1]
