"""The relation of quads: the graph, until it is written out.

One DuckDB table, ``quad``:

=============  ========  =====================================================================
column         type      holds
=============  ========  =====================================================================
``subject``    VARCHAR   term spelt as in N-Quads (see :mod:`iomld.terms.nquads`)
``predicate``  VARCHAR   IRI, spelt likewise
``object``     VARCHAR   term, spelt likewise
``graph``      VARCHAR   graph name, spelt likewise; the empty string for the default graph
``rule``       INTEGER   index in :attr:`Quads.rules`; NULL where no mapping made the quad
``source``     INTEGER   index in :attr:`Quads.sources`; NULL where unknown
``row``        BIGINT    record of the source (header is row 1), or line of an RDF file; NULL where unknown
=============  ========  =====================================================================

A quad stands as often as it has origins: whoever wants the graph says ``SELECT DISTINCT``, or uses
:meth:`Quads.sorted`. The origin never enters the data graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iomld.location import SourceLocation

if TYPE_CHECKING:
    import duckdb

__all__ = ["Origin", "Quad", "Quads", "Rule"]

#: subject, predicate, object, graph ("" for the default graph), each spelt as in N-Quads
Quad = tuple[str, str, str, str]

#: a quad with its rule, source and row, each None where unknown
Made = tuple[str, str, str, str, int | None, int | None, int | None]

_TABLE = """
CREATE TABLE IF NOT EXISTS quad (
  subject VARCHAR NOT NULL, predicate VARCHAR NOT NULL, object VARCHAR NOT NULL, graph VARCHAR NOT NULL,
  rule INTEGER, source INTEGER, row BIGINT
)
"""


@dataclass(frozen=True)
class Rule:
    """A mapping rule: one way in which a row makes a triple.

    :param name: triples map and predicate, as a reader finds them: ``participation / org:role``
    :param location: where it stands in the mapping
    :param subject_fields: columns of the table that the subject is made from
    :param object_fields: columns that the object is made from (empty for a constant)
    """

    name: str
    location: SourceLocation
    subject_fields: tuple[str, ...] = ()
    object_fields: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """The rule as a value of JSON."""
        place = self.location
        return [self.name, place.file, place.line, place.column, self.subject_fields, self.object_fields]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> Rule:
        """The rule that :meth:`to_json` gave."""
        name, file, line, column, subject, object = value
        return cls(name, SourceLocation(file, line=line, column=column), tuple(subject), tuple(object))


@dataclass(frozen=True)
class Origin:
    """Where a quad comes from: rule, file and record; each None where unknown."""

    rule: Rule | None
    file: str | None
    row: int | None

    @property
    def location(self) -> SourceLocation | None:
        """The cell that made the object (the row where it is made from no or several columns)."""
        if self.file is None:
            return None
        if self.rule is None:
            return SourceLocation(self.file, line=self.row)
        fields = self.rule.object_fields
        return SourceLocation(self.file, row=self.row, field=fields[0] if len(fields) == 1 else None)


class Quads:
    """The relation of quads on one DuckDB connection.

    :param connection: the connection that holds, or will hold, the table ``quad``
    :param rules: what the column ``rule`` points into
    :param sources: what the column ``source`` points into: paths as the user knows them
    :param kept: whether the table is there for certain, as in a file that may not be written
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        rules: Iterable[Rule] = (),
        sources: Iterable[str] = (),
        kept: bool = False,
    ) -> None:
        self.connection = connection
        self.rules: list[Rule] = list(rules)
        self.sources: list[str] = list(sources)
        if not kept:
            connection.execute(_TABLE)

    def add_source(self, path: str) -> int:
        """The index of a source, added where it is new."""
        if path not in self.sources:
            self.sources.append(path)
        return self.sources.index(path)

    def insert(self, quads: Sequence[Quad], *, source: int | None = None) -> None:
        """Add some quads by hand, with no rule (bulk quads arrive by SQL)."""
        self.insert_made([(*quad, None, source, None) for quad in quads])

    def insert_made(self, rows: Sequence[Made]) -> None:
        """Add some quads by hand, each with its rule, source and row."""
        if rows:
            # A list for each column: row by row, DuckDB would plan an INSERT for each.
            columns: list[object] = [list(column) for column in zip(*rows, strict=True)]
            unnested = ", ".join(f"unnest(${number})" for number in range(1, 8))
            self.connection.execute(f"INSERT INTO quad SELECT {unnested}", columns)

    def __len__(self) -> int:
        """Number of distinct quads."""
        row = self.connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT subject, predicate, object, graph FROM quad)"
        ).fetchone()
        return int(row[0]) if row else 0

    def sorted(self) -> Iterator[Quad]:
        """Distinct quads in the code point order of subject, predicate, object, graph; memory stays constant."""
        cursor = self.connection.cursor().execute(
            "SELECT DISTINCT subject, predicate, object, graph FROM quad ORDER BY ALL"
        )
        while batch := cursor.fetchmany(10_000):
            yield from batch

    def origins(
        self, subject: str, predicate: str | None = None, object: str | None = None
    ) -> list[tuple[Quad, Origin]]:
        """The quads of a subject, narrowed by predicate and object, each with every origin it has."""
        rows = self.connection.execute(
            """
            SELECT DISTINCT subject, predicate, object, graph, rule, source, row FROM quad
            WHERE subject = $1 AND ($2 IS NULL OR predicate = $2) AND ($3 IS NULL OR object = $3)
            ORDER BY ALL
            """,
            [subject, predicate, object],
        ).fetchall()
        return [(row[:4], self.origin(*row[4:])) for row in rows]

    def origin(self, rule: int | None, source: int | None, row: int | None) -> Origin:
        """An origin by the numbers that the relation keeps."""
        return Origin(None if rule is None else self.rules[rule], None if source is None else self.sources[source], row)
