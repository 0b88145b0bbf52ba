"""Which quads may be made twice.

Sorting out duplicates costs more than making the quads, so it is done only where duplicates can arise: where two rules
may make the same quad, since their terms do not differ at the beginning or end; and where two records may, since the
columns that a quad is made from are no key of the table. Keys are not believed but counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iomld.engine import Engine
from iomld.mapping.expressions import TermSql
from iomld.mapping.rules import Emit

__all__ = ["Keys", "may_collide"]


def _differ(one: str, two: str) -> bool:
    shorter = min(len(one), len(two))
    return one[:shorter] != two[:shorter]


def _apart(one: TermSql, two: TermSql) -> bool:
    """Whether two terms can never be the same."""
    return _differ(one.opening, two.opening) or _differ(one.closing[::-1], two.closing[::-1])


def may_collide(one: Emit, two: Emit) -> bool:
    """Whether two rules may make the same quad."""
    return not (
        _apart(one.predicate, two.predicate)
        or _apart(one.object, two.object)
        or _apart(one.subject, two.subject)
        or (one.graph.sql != two.graph.sql and _apart(one.graph, two.graph))
    )


def groups(emits: Sequence[Emit]) -> Iterator[list[Emit]]:
    """Emits that may make the same quad, together; most groups are of one."""
    by_predicate: dict[str, list[Emit]] = {}
    for emit in emits:
        whole = emit.predicate.opening == emit.predicate.closing
        by_predicate.setdefault(emit.predicate.opening if whole else "", []).append(emit)
    if "" in by_predicate:
        # a predicate made from data may be any other
        by_predicate = {"": list(emits)}
    for bucket in by_predicate.values():
        rest = list(bucket)
        while rest:
            group, frontier = [], [rest.pop(0)]
            while frontier:
                emit = frontier.pop()
                group.append(emit)
                near = [other for other in rest if may_collide(emit, other)]
                rest = [other for other in rest if other not in near]
                frontier += near
            yield group


class Keys:
    """Whether columns are a key of a table, counted once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known: dict[tuple[str, ...], bool] = {}

    def _unique(self, origin: str, columns: Sequence[str]) -> bool:
        key = (origin, *sorted(columns))
        if key not in self._known:
            present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
            distinct = self.engine.dialect("count_distinct", *columns)
            [(unique,)] = self.engine.rows(f"SELECT count(*) = {distinct} FROM {origin} WHERE {present}")
            self._known[key] = bool(unique)
        return self._known[key]

    def proves(self, emit: Emit) -> bool:
        """Whether no two records can make the same quad by this rule."""
        columns = emit.subject.columns
        if emit.generators or not emit.subject.injective or not columns:
            return False
        if emit.joined and not (len(emit.joined) > 1 and self._unique(f"{emit.joined[0]} p", emit.joined[1:])):
            return False
        return self._unique(emit.origin.partition(" JOIN ")[0], columns)
