"""Paths of more than one step, walked over the relation: nested queries, and a table where a step is repeated.

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

    A path of plain steps is one query; a table is made where the rows of a longer one are read more than once.
    """

    def __init__(self, relation: Relation) -> None:
        self._relation = relation
        self._numbers = count()
        self._made: list[str] = []
        self._short: set[str] = set()

    def walk(self, path: Path, start: str) -> str:
        """A query that selects (node, here), here being the value nodes.

        :param start: SQL that selects (node, here) from a table
        """
        self._short.add(start)
        return self._step(_pushed(path), start)

    def clear(self) -> None:
        """Drop the tables that were made."""
        self._relation.engine.drop(*self._made)
        self._made.clear()

    def _name(self) -> str:
        self._made.append(f"walk{next(self._numbers)}")
        return self._made[-1]

    def _kept(self, source: str) -> str:
        """A query that may be read more than once."""
        if source in self._short:
            return source
        name = self._name()
        self._relation.engine.make(name, source)
        kept = f"SELECT node, here FROM {name}"
        self._short.add(kept)
        return kept

    def _step(self, path: Path, source: str) -> str:
        match path:
            case Predicate(iri):
                return self._one("s", "o", iri, source)
            case Inverse(Predicate(iri)):
                return self._one("o", "s", iri, source)
            case Sequence(paths):
                for member in paths:
                    source = self._step(member, source)
                return source
            case Alternative(paths):
                source = self._kept(source)
                return " UNION ".join(f"({self._step(member, source)})" for member in paths)
            case Repeat(inner, "?"):
                source = self._kept(source)
                return f"({source}) UNION ({self._step(inner, source)})"
            case Repeat(inner, modifier):
                return self._closure(inner, source if modifier == "*" else self._step(inner, source))
        raise AssertionError(path)

    def _one(self, start: str, end: str, predicate: str, source: str) -> str:
        return (
            f"SELECT DISTINCT r.node, t.{end} AS here FROM ({source}) r JOIN t ON t.{start} = r.here "
            f"WHERE t.p = {self._relation.id(predicate)}"
        )

    def _closure(self, inner: Path, source: str) -> str:
        """All that is reached by any number of steps: go on from what the last one added until it adds nothing."""
        engine, reached = self._relation.engine, self._name()
        engine.begin(reached, "node INTEGER, here INTEGER, steps INTEGER")
        added = engine.add(reached, f"SELECT node, here, 0 FROM ({source})")
        for steps in count(1):
            if not added:
                break
            last = f"SELECT node, here FROM {reached} WHERE steps = {steps - 1}"
            self._short.add(last)
            before = len(self._made)
            step = self._step(inner, last)
            added = engine.add(
                reached, f"SELECT node, here, {steps} FROM ({step}) ANTI JOIN {reached} USING (node, here)"
            )
            engine.drop(*self._made[before:])
            del self._made[before:]
        every = f"SELECT node, here FROM {reached}"
        self._short.add(every)
        return every
