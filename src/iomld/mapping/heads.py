"""The heads of collections, which stand in statements for the collections (RML-CC, section "Considerations")."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iomld.engine import Dialect
from iomld.mapping.expressions import Generator, TargetSql, TermSql

__all__ = ["Gathered", "Heads", "Joined", "Key"]

#: what tells a record from all others; it begins with the number of the source and the number of the record
Key = tuple[int, ...]


@dataclass(frozen=True)
class Heads:
    """The heads of collections.

    Where a record has some in the graph of a statement, it is these that the statement means, else those in all graphs.

    :param by_record: those of each record, by their graph
    :param table: the same as a table, a row for each record and graph; ``graphs`` are all that the record has
    :param targets: files that take the quads in which they stand
    """

    by_record: Mapping[Key, Mapping[str, Sequence[str]]]
    table: str
    targets: tuple[TargetSql, ...]

    def of(self, record: Key, graph: str) -> Iterable[str]:
        """Those of a record that a statement in a graph means."""
        graphs = self.by_record.get(record, {})
        return graphs[graph] if graph in graphs else dict.fromkeys(itertools.chain.from_iterable(graphs.values()))

    def sql(self, alias: str, key: Iterable[str], graph: TermSql, dialect: Dialect) -> tuple[str, TermSql]:
        """What to add to ``FROM``, and a term for each of those that a statement in a graph means.

        The values of a graph map stand behind all relations, so that a join cannot compare them.

        :param alias: under which the records stand in ``FROM``
        :param key: columns that tell them apart
        """
        own = f"{alias}_{self.table}"
        clause = f" JOIN {self.table} {own} ON {' AND '.join(f'{own}.{each} = {alias}.{each}' for each in key)}"
        meant = f"{own}.graph = {graph.sql} OR NOT {dialect('holds', f'{own}.graphs', graph.sql)}"
        generator = Generator(f"{own}_g", f"CASE WHEN {meant} THEN {own}.heads END", dialect)
        return clause, TermSql((f"{generator.alias}.v",), (*graph.generators, generator), targets=self.targets)


@dataclass(frozen=True)
class Joined:
    """A reference to the subjects of another triples map.

    :param origin: ``FROM`` clause
    :param term: the subjects; nothing where they are gathered
    :param alias: under which the records of the other triples map stand in ``FROM``
    :param key: columns that tell these records apart and put them in order
    :param heads: the subjects where they are gathered
    """

    origin: str
    term: TermSql
    conditions: tuple[str, ...]
    alias: str
    key: tuple[str, ...]
    heads: Heads | None = None


@dataclass(frozen=True)
class Gathered:
    """The collections that a term map makes in a graph.

    :param clause: what to add to ``FROM``
    :param term: their heads
    :param quads: table of the quads that they are made of; None where there are none
    """

    clause: str
    term: TermSql
    quads: str | None = None
    heads: Heads | None = None
