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
    """Walks paths from a table (node, here), where ``here`` starts as the node itself."""

    def __init__(self, relation: Relation) -> None:
        self._relation = relation
        self._numbers = count()
        self._made: list[str] = []

    def _make(self, sql: str) -> str:
        name = f"walk{next(self._numbers)}"
        self._made.append(name)
        self._relation.run(f"CREATE TEMP TABLE {name} AS {sql}")
        return name

    def walk(self, path: Path, start: str) -> str:
        """Name of a table (node, here) with the value nodes.

        :param start: SQL that selects (node, here)
        """
        return self._step(_pushed(path), self._make(start))

    def clear(self) -> None:
        """Drop the tables that were made."""
        for name in self._made:
            self._relation.run(f"DROP TABLE IF EXISTS {name}")

    def _step(self, path: Path, source: str) -> str:
        relation = self._relation
        match path:
            case Predicate(iri):
                return self._make(
                    f"""SELECT DISTINCT r.node, t.o AS here FROM {source} r JOIN t ON t.s = r.here
                    WHERE t.p = {relation.id(iri)}"""
                )
            case Inverse(Predicate(iri)):
                return self._make(
                    f"""SELECT DISTINCT r.node, t.s AS here FROM {source} r JOIN t ON t.o = r.here
                    WHERE t.p = {relation.id(iri)}"""
                )
            case Sequence(paths):
                for member in paths:
                    source = self._step(member, source)
                return source
            case Alternative(paths):
                made = [self._step(member, source) for member in paths]
                return self._make(" UNION ".join(f"SELECT node, here FROM {table}" for table in made))
            case Repeat(inner, "?"):
                return self._make(
                    f"SELECT node, here FROM {source} UNION SELECT node, here FROM {self._step(inner, source)}"
                )
            case Repeat(inner, modifier):
                return self._closure(inner, source if modifier == "*" else self._step(inner, source))
        raise AssertionError(path)

    def _closure(self, inner: Path, source: str) -> str:
        """All that is reached by any number of steps: go on from what is new until nothing is."""
        run = self._relation.run
        reached = self._make(f"SELECT node, here FROM {source}")
        frontier = reached
        while True:
            step = self._step(inner, frontier)
            fresh = self._make(f"SELECT node, here FROM {step} ANTI JOIN {reached} USING (node, here)")
            if run(f"SELECT count(*) FROM {fresh}") == [(0,)]:
                return reached
            run(f"INSERT INTO {reached} SELECT node, here FROM {fresh}")
            if frontier != reached:
                run(f"DROP TABLE {frontier}")
            frontier = fresh
