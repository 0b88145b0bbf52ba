"""What a run notes of itself: rows read, triples by rule, time and memory by phase."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iomld.engine import Engine
from iomld.graph import Quads, Rule
from iomld.mapping.model import TriplesMap
from iomld.mapping.rules import Emit

__all__ = ["Journal", "Made", "PhaseCost", "Read"]


@dataclass(frozen=True)
class Read:
    """A file, table or answer that was read, by the name under which the user knows it."""

    source: str
    rows: int


@dataclass(frozen=True)
class Made:
    """What a rule made.

    :param triples: as often as records make them; what two records make alike is written once
    :param nulls: records that make none, since a term of theirs has no value
    """

    rule: Rule
    triples: int
    nulls: int


@dataclass(frozen=True)
class PhaseCost:
    """What a phase of a run took.

    :param seconds: on the clock
    :param memory: the most that the process has held until its end, in bytes; None where the system does not tell
    """

    name: str
    seconds: float
    memory: int | None


class Journal:
    """Takes notes while a run lasts.

    :param counting: whether the triples of each rule are counted, which costs a pass over each relation
    :param told: called with the name of each phase as it begins, and the number of rows that were read before
    """

    def __init__(self, *, counting: bool = False, told: Callable[[str, int], None] | None = None) -> None:
        self.counting = counting
        self.read: list[Read] = []
        self.made: list[tuple[TriplesMap, list[Made]]] = []
        self.phases: list[PhaseCost] = []
        self._told = told
        self._open: tuple[str, float] | None = None

    def begin(self, phase: str) -> None:
        """A phase begins, the one before it ends."""
        self.end()
        self._open = phase, time.perf_counter()
        if self._told:
            self._told(phase, sum(each.rows for each in self.read))

    def end(self) -> None:
        """The phase that lasts ends."""
        if self._open:
            name, start = self._open
            self.phases.append(PhaseCost(name, time.perf_counter() - start, _peak_memory()))
            self._open = None

    def note_rows(self, engine: Engine, table: str, sources: Sequence[str]) -> None:
        """Note what a relation holds of each source."""
        if self.counting or self._told:
            rows = engine.rows(f"SELECT source, count(*) FROM {table} GROUP BY source ORDER BY source")
            self.read += [Read(sources[source], count) for source, count in rows]

    def note_rules(
        self, engine: Engine, quads: Quads, emits: Iterable[Emit], maps: Iterable[tuple[TriplesMap, range]]
    ) -> None:
        """Note what each rule makes: all that come from the same records are counted in one pass over them.

        :param quads: holds the rules
        :param maps: the triples maps, each with the numbers of its rules
        """
        if not self.counting:
            return
        triples = dict.fromkeys(range(len(quads.rules)), 0)
        nulls = dict(triples)
        passes: dict[tuple[str, tuple[str, ...]], list[Emit]] = {}
        for emit in emits:
            origin = emit.origin + "".join(each.clause for each in emit.generators)
            passes.setdefault((origin, emit.conditions), []).append(emit)
        for (origin, conditions), group in passes.items():
            where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
            counts = ", ".join(f"count({_present(emit)})" for emit in group)
            [(records, *found)] = engine.rows(f"SELECT count(*), {counts} FROM {origin}{where}")
            for emit, count in zip(group, found, strict=True):
                triples[emit.rule] += count
                nulls[emit.rule] += records - count
        for triples_map, numbers in maps:
            self.made.append(
                (triples_map, [Made(quads.rules[number], triples[number], nulls[number]) for number in numbers])
            )


def _present(emit: Emit) -> str:
    terms = (emit.subject, emit.predicate, emit.object, emit.graph)
    needs = dict.fromkeys(need for term in terms for need in term.needs)
    present = " AND ".join(f"{each} IS NOT NULL" for each in needs)
    return f"CASE WHEN {present} THEN 1 END" if present else "*"


def _peak_memory() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    import sys

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
