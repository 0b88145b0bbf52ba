"""The data as numbers: each term once in a dictionary, each triple once as three numbers.

``term(id, spelt)`` and ``t(s, p, o)`` are temporary tables of one cursor, gone when it is closed. The two lowest bits
of an id tell the kind of term, so that most checks never look a term up. Ids are counted, not hashed: two terms
cannot share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from iomld.graph import Quads
from iomld.terms import parse_term

if TYPE_CHECKING:
    import duckdb

__all__ = ["BLANK", "IRI", "LITERAL", "Relation", "values"]

IRI, BLANK, LITERAL = 0, 1, 2
_HASH = "hash({})"


def values(name: str, columns: str, rows: Iterable[Sequence[int]]) -> str:
    """A small table of numbers, written into the query.

    >>> values("c", "chk, shape", [(1, 2), (3, 4)])
    '(VALUES (1, 2), (3, 4)) AS c(chk, shape)'
    """
    written = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
    return f"(VALUES {written}) AS {name}({columns})"


class Relation:
    """The encoded data.

    :param data: the relation of quads; all its graphs together are the data graph
    :param needed: predicates (spelt) that are read; None for all
    :param known: further terms (spelt) that get an id, whether or not they stand in the data
    """

    def __init__(self, data: Quads, *, needed: frozenset[str] | None, known: Iterable[str]) -> None:
        self.db: duckdb.DuckDBPyConnection = data.connection.cursor()
        self._ids: dict[str, int] = {}
        wanted = sorted(set(known) | (needed or set()))
        self.run("CREATE TEMP TABLE known AS SELECT unnest($1::VARCHAR[]) AS spelt", [wanted])
        source = "quad"
        if needed is not None:
            self.run("CREATE TEMP TABLE needed AS SELECT unnest($1::VARCHAR[]) AS predicate", [sorted(needed)])
            source = "(SELECT * FROM quad SEMI JOIN needed USING (predicate))"
        self.run(
            f"""
            CREATE TEMP TABLE term AS
            SELECT (row_number() OVER () * 4
              + CASE spelt[1] WHEN '<' THEN {IRI} WHEN '_' THEN {BLANK} ELSE {LITERAL} END)::INTEGER AS id, spelt
            FROM (
              SELECT subject AS spelt FROM {source} UNION SELECT predicate FROM {source}
              UNION SELECT object FROM {source} UNION SELECT spelt FROM known
            )
            """
        )
        # Numbers compare faster than texts: joined by hashes, if no two terms share one.
        key = _HASH
        self.run(f"CREATE TEMP TABLE keyed AS SELECT id, {key.format('spelt')} AS key FROM term")
        if self.run("SELECT count(*) > count(DISTINCT key) FROM keyed") == [(True,)]:
            self.run("CREATE OR REPLACE TEMP TABLE keyed AS SELECT id, spelt AS key FROM term")
            key = "{}"
        subject, predicate, object = (key.format(column) for column in ("subject", "predicate", "object"))
        self.run(
            f"""
            CREATE TEMP TABLE t AS SELECT s.id AS s, p.id AS p, o.id AS o FROM {source} AS q
            JOIN keyed s ON s.key = {subject} JOIN keyed p ON p.key = {predicate} JOIN keyed o ON o.key = {object}
            """
        )
        self.run("DROP TABLE keyed")
        # A quad stands once for each of its origins; in a file that was read it mostly has one.
        if self.run("SELECT (SELECT count(*) FROM t) > (SELECT count(*) FROM (SELECT DISTINCT * FROM t))") == [(True,)]:
            self.run("CREATE OR REPLACE TEMP TABLE t AS SELECT DISTINCT s, p, o FROM t")
        rows = self.run("SELECT spelt, id FROM known JOIN term USING (spelt)")
        self._ids.update(rows)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement; its rows."""
        return self.db.execute(sql, list(parameters)).fetchall()

    def id(self, spelt: str) -> int:
        """The id of a term that was named as known or needed."""
        return self._ids[spelt]

    def table(self, name: str, columns: str, rows: Sequence[Sequence[int]]) -> None:
        """A temporary table of numbers."""
        columns_ = [column.strip() for column in columns.split(",")]
        made = ", ".join(f"unnest(${i + 1}::INTEGER[]) AS {column}" for i, column in enumerate(columns_))
        lists = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns_]
        self.run(f"CREATE TEMP TABLE {name} AS SELECT {made}", lists)

    def add_terms(self, select: str) -> None:
        """Give ids to further terms (spelt); the empty string is no term.

        :param select: SQL that selects them in one column
        """
        self.run(
            f"""
            INSERT INTO term
            SELECT ((SELECT max(id) >> 2 FROM term) + row_number() OVER ()) * 4
              + CASE spelt[1] WHEN '<' THEN {IRI} WHEN '_' THEN {BLANK} ELSE {LITERAL} END, spelt
            FROM (SELECT DISTINCT * FROM ({select}) AS fresh(spelt)) ANTI JOIN term USING (spelt) WHERE spelt <> ''
            """
        )

    def texts(self, name: str, among: str) -> None:
        """Make a table (id, text) with the str() of SPARQL: an IRI, or a lexical form; a blank node has none.

        :param among: SQL that selects ids
        """
        self.run(
            f"""
            CREATE OR REPLACE TEMP TABLE {name} AS SELECT id, CASE
              WHEN id & 3 = {IRI} THEN substr(spelt, 2, length(spelt) - 2)
              ELSE substr(spelt, 2, length(spelt) - length(split_part(spelt, '"', -1)) - 2) END AS text
            FROM term WHERE id & 3 <> {BLANK} AND id IN ({among})
            """
        )
        escaped = self.run(f"SELECT id, spelt FROM {name} JOIN term USING (id) WHERE contains(spelt, '\\')")
        if escaped:
            self.run(
                f"""
                UPDATE {name} SET text = u.text
                FROM (SELECT unnest($1::INTEGER[]) AS id, unnest($2::VARCHAR[]) AS text) u WHERE u.id = {name}.id
                """,
                [[id for id, _ in escaped], [parse_term(spelt).value for _, spelt in escaped]],
            )

    def close(self) -> None:
        """Drop everything that was made."""
        self.db.close()
