"""Damage that shapes ought to notice: one value of a sample dropped or altered at a time, and what nobody notices.

To spare runs, damages that lie apart are done together: no two of a round share a node that their findings could
name. A damage is noticed if a result appears that was not there before, at one of its nodes. Where a round has a
result at no such node, each of its damages that seems unnoticed is done again alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from iomld.graph import Quads
from iomld.location import SourceLocation
from iomld.terms import literal, parse_term
from iomld.validation.model import Shapes
from iomld.validation.report import Report
from iomld.validation.validator import validate
from iomld.validation.vocabulary import rdf

__all__ = ["Damage", "find_unnoticed"]

_TOGETHER = 60  # damages in a round
_STEPS = 3  # as many as the longest path of common shapes
_HUB = 20  # a node that so many others point to belongs to none of them

_Triple = tuple[str, str, str]
_Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Damage:
    """One value dropped or altered.

    :param kind: ``dropped``, ``emptied``, ``ill-formed``, ``other language``, ``unknown``
    :param classes: classes of the subject (spelt), sorted
    :param altered: what stood in the value's place (spelt); None where it was dropped
    :param location: the cell, row or line that made the value; None where unknown
    """

    kind: str
    subject: str
    predicate: str
    value: str
    altered: str | None
    classes: tuple[str, ...]
    location: SourceLocation | None
    noticed: bool


def find_unnoticed(
    data: Quads,
    shapes: Shapes,
    *,
    ontology: Quads | None = None,
    size: int = 200,
    seed: int = 1,
) -> Iterator[Damage]:
    """Drop and alter the values of a sample, one at a time, and tell for each whether a shape noticed.

    :param data: it is left as it is
    :param size: how many statements are sampled; each gives two damages, one dropped and one altered
    :param seed: the same seed and data give the same sample
    """
    copy = _copied(data)
    before = _found(validate(copy, shapes, ontology=ontology))
    sample = _sample(copy, size, seed)
    near = _Neighbours(copy)
    damages = [(kind, triple, new) for triple in sample for kind, new in _ways(triple)]
    for together in _rounds(damages, near):
        noticed = _noticed(copy, shapes, ontology, together, before, near)
        for damage in together:
            kind, triple, new = damage
            place = next((origin.location for _, origin in data.origins(*triple)), None)
            yield Damage(kind, *triple, new, tuple(sorted(near.classes.get(triple[0], ()))), place, damage in noticed)


_Made = tuple[str, _Triple, str | None]


def _copied(data: Quads) -> Quads:
    from iomld.engine import connect

    copy = Quads(connect(), rules=data.rules, sources=data.sources)
    copy.insert_made(data.connection.cursor().execute("FROM quad").fetchall())
    return copy


def _sample(data: Quads, size: int, seed: int) -> list[_Triple]:
    rows = data.connection.execute("SELECT DISTINCT subject, predicate, object FROM quad ORDER BY ALL").fetchall()
    return random.Random(seed).sample(rows, min(size, len(rows)))


def _ways(triple: _Triple) -> Iterator[tuple[str, str | None]]:
    """What is done to a value: the kind of damage, and what stands in its place."""
    value = triple[2]
    yield "dropped", None
    term = parse_term(value)
    if term.kind == "literal" and term.language:
        yield "other language", literal(term.value, language="x-none")
    elif term.kind == "literal" and not value.endswith('"'):
        yield "ill-formed", literal(f"{term.value}?", datatype=term.datatype)
    elif term.kind == "literal":
        yield "emptied", literal("")
    else:
        yield "unknown", f"{value[:-1]}-unknown>"


class _Neighbours:
    """The nodes at which a damage can show: what leads to the subject in few steps, and what the value leads to."""

    def __init__(self, data: Quads) -> None:
        self.classes: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        rows = data.connection.execute(
            "SELECT DISTINCT subject, predicate, object FROM quad WHERE NOT starts_with(object, $1)", ['"']
        ).fetchall()
        for subject, predicate, value in rows:
            if predicate == rdf("type"):
                self.classes[subject].add(value)
            else:
                self._above[value].add(subject)
                self._below[subject].add(value)
        self._known: dict[_Made, frozenset[str]] = {}

    def of(self, damage: _Made) -> frozenset[str]:
        if damage not in self._known:
            _, (subject, _, value), new = damage
            found = self._walked(subject, self._above) | self._walked(value, self._below)
            fresh = {new} if new is not None and new.startswith("<") else set()
            self._known[damage] = frozenset(found | {subject} | fresh)
        return self._known[damage]

    def _walked(self, node: str, steps: dict[str, set[str]]) -> set[str]:
        """What is reached within few steps, but for nodes that so many point to that they belong to none of them."""
        reached: set[str] = set()
        front = {node}
        for _ in range(_STEPS + 1):
            front = {one for one in front if not one.startswith('"') and len(self._above.get(one, ())) < _HUB} - reached
            reached |= front
            front = {further for one in front for further in steps.get(one, ())}
        return reached


def _rounds(damages: Iterable[_Made], near: _Neighbours) -> Iterator[list[_Made]]:
    """The damages in rounds, in each of which no two share a node."""
    left = list(damages)
    while left:
        taken: set[str] = set()
        chosen: list[_Made] = []
        rest: list[_Made] = []
        for damage in left:
            nodes = near.of(damage)
            if len(chosen) < _TOGETHER and not nodes & taken:
                chosen.append(damage)
                taken |= nodes
            else:
                rest.append(damage)
        yield chosen
        left = rest


def _noticed(
    data: Quads, shapes: Shapes, ontology: Quads | None, damages: list[_Made], before: set[_Key], near: _Neighbours
) -> set[_Made]:
    """The damages of a round that led to a result that was not there before."""
    fresh = _damaged(data, shapes, ontology, damages) - before
    named = {node for key in fresh for node in (key[0], key[2]) if node is not None}
    noticed = {damage for damage in damages if near.of(damage) & named}
    explained = {node for damage in noticed for node in near.of(damage)}
    if len(damages) > 1 and any(not {key[0], key[2]} & explained for key in fresh):
        for damage in damages:
            if damage not in noticed and _damaged(data, shapes, ontology, [damage]) - before:
                noticed.add(damage)
    return noticed


def _damaged(data: Quads, shapes: Shapes, ontology: Quads | None, damages: list[_Made]) -> set[_Key]:
    """What is found in the damaged data, which is mended afterwards."""
    taken = []
    connection = data.connection
    for _, triple, new in damages:
        rows = connection.execute(
            "DELETE FROM quad WHERE subject = $1 AND predicate = $2 AND object = $3 RETURNING *", list(triple)
        ).fetchall()
        taken += rows
        if new is not None:
            data.insert_made([(*row[:2], new, *row[3:]) for row in islice(rows, 1)])
    try:
        return _found(validate(data, shapes, ontology=ontology))
    finally:
        for _, triple, new in damages:
            if new is not None:
                connection.execute(
                    "DELETE FROM quad WHERE subject = $1 AND predicate = $2 AND object = $3", [*triple[:2], new]
                )
        data.insert_made(taken)


def _found(report: Report) -> set[_Key]:
    return {
        (one.focus, None if one.path is None else str(one.path), one.value, one.component, one.shape)
        for one in report.results
    }
